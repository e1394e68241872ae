package bolt

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"callout/internal/fault"
	"callout/store"
)

// A Place is where a copy of a store may be written: a file of its own that is gone when its keeper is
// done with it. A keeper that is killed leaves its file behind, without the lock that it held on it; whoever
// reserves the next place in that folder removes it.
type Place struct {
	Path string
	lock *os.File
}

// copyNames is what places are called, for people who find one and for the next to come.
const copyNames = "callout-copy-*.db"

// Reserve makes a place in a folder, such as the system's for temporary files, and
// removes there what dead keepers have left.
func Reserve(dir string) (*Place, error) {
	sweep(dir)
	for range 10 {
		f, err := os.CreateTemp(dir, copyNames)
		if err != nil {
			return nil, fault.Internalf("no copy can be written to %s", dir).Because(err)
		}
		p := &Place{Path: f.Name(), lock: f}
		held, err := tryLock(f, false)
		if err == nil && held && p.stands() {
			return p, nil
		}
		p.Remove() // somebody has swept it away before it was locked
		if err != nil {
			return nil, fault.Internalf("no copy can be kept in %s", dir).Because(err)
		}
	}
	return nil, fault.Busyf("the folder %s is being swept again and again", dir)
}

// stands reports whether the file is still at its path.
func (p *Place) stands() bool { return (&file{raw: p.lock}).isAt(p.Path) }

// Remove ends the use of the place.
func (p *Place) Remove() {
	release(p.lock)
	_ = os.Remove(p.Path) // one that stays is swept up by the next
}

// sweep removes the places of keepers that have died: the kernel has freed their locks.
func sweep(dir string) {
	left, err := filepath.Glob(filepath.Join(dir, copyNames))
	if err != nil {
		return
	}
	for _, path := range left {
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			continue // somebody else's
		}
		free, err := tryLock(f, true)
		dead := err == nil && free
		// Removed under the lock, where the system can: a keeper that has just made it finds it
		// gone, and makes another.
		gone := dead && os.Remove(path) == nil
		release(f)
		if dead && !gone {
			_ = os.Remove(path) // Windows removes no file that is open
		}
	}
}

// copyStep is how much is copied between two looks at the context.
const copyStep = 32 << 20

// CopyTo implements store.Copier. It copies the file's bytes as they are: nothing in them can
// hang or kill it, as it might bbolt.
func (e *Engine) CopyTo(ctx context.Context, path string) (store.Engine, error) {
	if there, err := e.exists(); err != nil {
		return nil, err
	} else if !there {
		return nil, missing(e.path)
	}
	p, err := e.enterShared(ctx)
	if err != nil {
		return nil, err
	}
	defer p.leave()
	from, err := os.Open(e.path)
	if err != nil {
		return nil, openFault(e.path, err)
	}
	defer func() { _ = from.Close() }()
	info, err := from.Stat()
	if err != nil {
		return nil, openFault(e.path, err)
	}
	if left, err := room(filepath.Dir(path)); err == nil && left-e.limits.spare < info.Size() {
		return nil, fault.Internalf("%s has no room for a copy of the store (%d MB)", filepath.Dir(path), info.Size()>>20+1).
			With("store.room")
	}
	to, err := copyBytes(ctx, from, path)
	if err != nil {
		return nil, err
	}
	return &apart{Engine: &Engine{path: path, alone: true, limits: defaultLimits}, of: e.path, lock: to}, nil
}

// copyBytes fills the place. The file that it returns is locked, so that the place stays while it
// is read, whatever becomes of its keeper.
func copyBytes(ctx context.Context, from *os.File, path string) (*os.File, error) {
	to, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fault.Internalf("the store cannot be copied").Because(err)
	}
	_, err = tryLock(to, false)
	for err == nil && ctx.Err() == nil {
		_, err = io.CopyN(to, from, copyStep)
	}
	if errors.Is(err, io.EOF) {
		return to, nil
	}
	release(to)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, fault.Internalf("the store cannot be copied").With("store.room").Because(err)
}

// apart is an engine on a copy. It only reads, and speaks of the original: nobody knows
// the copy, which is gone when its errors are read.
type apart struct {
	*Engine
	of   string
	lock *os.File
}

// View implements store.Engine.
func (a *apart) View(ctx context.Context, fn func(store.Reader) error) error {
	return a.named(a.Engine.View(ctx, fn))
}

// Close implements store.Engine. The copy's file is its keeper's to remove.
func (a *apart) Close() error {
	release(a.lock)
	return nil
}

// Commit implements store.Engine, by refusing.
func (a *apart) Commit(context.Context, func(store.Reader) (store.Batch, error)) error {
	return fault.Internalf("a copy of %s is only read", a.of)
}

// Preload implements store.Inspector.
func (a *apart) Preload(ctx context.Context) error { return a.named(a.Engine.Preload(ctx)) }

// Spaces implements store.Inspector.
func (a *apart) Spaces(ctx context.Context) ([]string, error) {
	all, err := a.Engine.Spaces(ctx)
	return all, a.named(err)
}

// Check implements store.Inspector.
func (a *apart) Check(ctx context.Context, report func(problem string)) error {
	return a.named(a.Engine.Check(ctx, func(problem string) { report(a.word(problem)) }))
}

func (a *apart) word(text string) string { return strings.ReplaceAll(text, a.path, a.of) }

// named gives an error the original's name.
func (a *apart) named(err error) error {
	if err == nil || !strings.Contains(err.Error(), a.path) {
		return err
	}
	return &namedError{text: a.word(err.Error()), err: err}
}

// namedError is an error in other words.
type namedError struct {
	text string
	err  error
}

func (e *namedError) Error() string { return e.text }

func (e *namedError) Unwrap() error { return e.err }
