package bolt

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"sync"

	"callout/internal/fault"
	"callout/store"

	"go.etcd.io/bbolt"
)

// Held is a store.Engine on a file that one process keeps open, and keeps others out of, for as long as
// it lives: a server's. Readers run beside each other and beside the one writer, each on its own state.
type Held struct {
	path   string
	pass   *pass
	limits limits
	writer chan struct{} // has one element while somebody commits

	mu     sync.RWMutex // held to write while the file is replaced or opened again
	db     *bbolt.DB
	raw    *os.File
	broken error // why the file cannot be used until it is opened again
}

// mapAhead is how much of the address space a held file is mapped into from the beginning, so that
// readers, who keep the mapping in place, do not keep a writer waiting that has to make it larger.
const mapAhead = 4 << 30

// Hold takes the file at path for this process alone, and waits for its turn to do so.
func Hold(ctx context.Context, path string, o Options) (*Held, error) {
	e, err := Open(path, o)
	if err != nil {
		return nil, err
	}
	there, err := e.exists()
	if err != nil {
		return nil, err
	}
	if !there && !o.Create {
		return nil, missing(e.path)
	}
	e.gate.serves = o.Serves
	p, err := e.gate.enter(ctx, true)
	if err != nil {
		return nil, err
	}
	h := &Held{path: e.path, pass: p, limits: e.limits, writer: make(chan struct{}, 1)}
	if err := h.open(o.Create); err != nil {
		p.leave()
		return nil, err
	}
	return h, nil
}

// open opens the file for long use.
func (h *Held) open(create bool) error {
	opts := &bbolt.Options{
		Timeout: foreignWait,
		// It is read once and searched at every commit: a map takes longer to fill and less to search.
		FreelistType: bbolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (raw *os.File, err error) {
			if !create {
				flag &^= os.O_CREATE
			}
			raw, err = os.OpenFile(name, flag, mode) //nolint:gosec // the store's own file
			h.raw = raw
			return raw, err
		},
	}
	if strconv.IntSize == 64 && runtime.GOOS != "windows" { // where a mapping makes the file as long as itself
		opts.InitialMmapSize = mapAhead
	}
	err := try(func() (err error) {
		h.db, err = bbolt.Open(h.path, 0o600, opts)
		return err
	})
	if err != nil {
		h.db = nil
		if h.raw != nil {
			release(h.raw)
			h.raw = nil
		}
		return openFault(h.path, err)
	}
	return nil
}

// begin starts a transaction. The file cannot be replaced until end is called.
func (h *Held) begin(write bool) (f *file, end func(), err error) {
	h.mu.RLock()
	if h.db == nil {
		h.mu.RUnlock()
		return nil, nil, fault.Internalf("the store was closed").With("store.closed").Because(h.broken)
	}
	f = &file{db: h.db, raw: h.raw}
	err = try(func() (err error) {
		f.pageSize = h.db.Info().PageSize
		f.tx, err = h.db.Begin(write)
		return err
	})
	if err != nil {
		h.mu.RUnlock()
		return nil, nil, openFault(h.path, err)
	}
	return f, func() {
		_ = try(func() error { return f.tx.Rollback() }) // harmless after a commit
		h.mu.RUnlock()
	}, nil
}

// View implements store.Engine.
func (h *Held) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, end, err := h.begin(false)
	if err != nil {
		return err
	}
	defer end()
	return withMapping(func() error { return fn(f.reader()) })
}

// Commit implements store.Engine.
func (h *Held) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case h.writer <- struct{}{}:
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return fault.Busyf("the store is busy").With("store.busy").Because(ctx.Err())
		}
		return ctx.Err()
	}
	defer func() { <-h.writer }()
	if h.broken != nil {
		if err := h.reopen(); err != nil {
			return err
		}
	}
	wrote, due, err := h.commit(ctx, decide)
	switch {
	case wrote && err != nil:
		// Whether the disk has it or not, what bbolt remembers of the file may be wrong by now.
		h.broken = err
		return err
	case err != nil || !wrote:
		return err
	}
	if due {
		h.compact()
	}
	return nil
}

// commit is one transaction. It reports whether something was to be written, and whether the file should be compacted.
func (h *Held) commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) (wrote, due bool, err error) {
	f, end, err := h.begin(true)
	if err != nil {
		return false, false, err
	}
	defer end()
	wrote, err = f.run(ctx, decide)
	if wrote && err == nil {
		due = f.stats().due(h.limits)
	}
	return wrote, due, err
}

// reopen opens the file again, after a failure, with what is on the disk.
func (h *Held) reopen() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closeFile()
	if err := h.open(false); err != nil {
		h.broken = err
		return err
	}
	h.broken = nil
	return nil
}

// compact replaces the file by a copy without its free pages; what failed is tried after the next commit.
func (h *Held) compact() {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := &file{db: h.db, raw: h.raw, pageSize: h.db.Info().PageSize}
	if err := f.compact(h.path); fault.Is(err, fault.Unknown) {
		h.broken = err
	}
	h.closeFile() // whether it was replaced or not, the path names the file that counts
	if err := h.open(false); err != nil {
		h.broken = err
	}
}

func (h *Held) closeFile() {
	if h.db == nil {
		return
	}
	if err := try(func() error { return h.db.Close() }); err != nil {
		release(h.raw)
	}
	h.db, h.raw = nil, nil
}

// Close implements store.Engine: it lets others use the file again.
func (h *Held) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closeFile()
	if h.pass != nil {
		h.pass.leave()
		h.pass = nil
	}
	return nil
}

// Waiting implements store.Queued: a server's commands come in through one door, and somebody always waits there.
func (h *Held) Waiting() bool { return true }

var _ store.Engine = (*Held)(nil)
