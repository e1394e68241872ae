// Package bolt is the default engine: one bbolt file that many short-lived processes share.
//
// The file is opened for one transaction and closed again, behind a fair lock between
// processes (see turnstile), so that a board which is open all day never makes a
// script wait or fail. Every space is a bucket, made on demand.
//
// It is not for network file systems, which keep neither the locks nor the file mapping
// that it builds on: those are refused. It does not find silent damage either, because
// bbolt's pages carry no checksums; it turns what bbolt stumbles over into errors, and
// `callout audit verify` finds the rest.
package bolt

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Options are how a file is shared. The zero value opens an existing file.
type Options struct {
	// Create takes a missing file for an empty store, made by the first commit that
	// writes something. The folder must exist.
	Create bool
	// LockWait is how long a transaction waits for its turn before it fails with a
	// fault of kind Busy; 30 s when zero.
	LockWait time.Duration
	// Holder is what others are shown while this process writes, e.g. "callout import".
	Holder string
	// Serves says to a process that keeps the file where it answers others, e.g. "http://localhost:8765".
	Serves string
	// OnWait is called when a transaction has waited for 300 ms, and then every 5 s, with
	// who holds the store as far as that is known. It runs on the waiting goroutine.
	OnWait func(holder string, waited time.Duration)
	// Probe names the type of file system that a path is on; the operating system is
	// asked when nil. An unknown type is "".
	Probe func(path string) (fsType string, err error)
	// AllowNetwork skips the refusal of network file systems. Data may be lost there.
	AllowNetwork bool
}

// Engine is a store.Engine on one file. Its methods may be called from many goroutines,
// but no transaction may begin another one: it would wait for itself.
type Engine struct {
	path   string
	create bool
	gate   turnstile
	alone  bool // nobody else uses the file, and nobody queues for it
	limits limits
}

// Open prepares the use of the file at path. It touches neither the file nor its locks
// yet, so that a missing or damaged file is reported by the first transaction.
func Open(path string, o Options) (*Engine, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	if !o.AllowNetwork {
		if err := refuseNetwork(path, o.Probe); err != nil {
			return nil, err
		}
	}
	if o.LockWait == 0 {
		o.LockWait = 30 * time.Second
	}
	gate := turnstile{path: path, wait: o.LockWait, what: o.Holder, onWait: o.OnWait}
	return &Engine{path: path, create: o.Create, gate: gate, limits: defaultLimits}, nil
}

// resolve finds the file that path really names: the locks stand beside it, and
// whoever comes through a symbolic link must meet the same ones.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fault.Internalf("the store's path cannot be resolved").Because(err)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fault.NotFoundf("there is no folder %s for the store", filepath.Dir(path)).
			With("store.missing").Hint("callout init --company NAME --currency EUR --tz Europe/Vienna   (makes the folder, too)").Because(err)
	}
	return filepath.Join(dir, filepath.Base(path)), nil
}

// View implements store.Engine. Readers share the file with each other, and keep writers
// out while they last.
func (e *Engine) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	there, err := e.exists()
	if err != nil {
		return err
	}
	if !there {
		return e.viewMissing(fn)
	}
	p, err := e.enterShared(ctx)
	if err != nil {
		return err
	}
	defer p.leave()
	f, err := openFile(e.path, shared)
	if err != nil {
		return err
	}
	defer f.close()
	return withMapping(func() error { return fn(f.reader()) })
}

// enterShared waits for the permission to read.
func (e *Engine) enterShared(ctx context.Context) (*pass, error) {
	if e.alone {
		return &pass{}, nil
	}
	return e.gate.enter(ctx, false)
}

func (e *Engine) viewMissing(fn func(store.Reader) error) error {
	if !e.create {
		return missing(e.path)
	}
	return fn(nothing{})
}

// Commit implements store.Engine.
func (e *Engine) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if there, err := e.exists(); err != nil {
		return err
	} else if !there && !e.create {
		return missing(e.path) // and leave no lock files behind
	}
	p, err := e.gate.enter(ctx, true)
	if err != nil {
		return err
	}
	defer p.leave()
	there, err := e.exists()
	if err != nil {
		return err
	}
	if !there {
		return e.commitFirst(ctx, decide)
	}
	f, err := openFile(e.path, exclusive)
	if err != nil {
		return err
	}
	defer f.close()
	if wrote, err := f.run(ctx, decide); err != nil || !wrote {
		return err
	}
	return e.tidy(f)
}

// tidy compacts the file when that pays. What was asked for is done and durable: a copy that fails
// leaves the file as it is, and the next commit tries again.
func (e *Engine) tidy(f *file) error {
	if !f.stats().due(e.limits) {
		return nil
	}
	if err := f.compact(e.path); fault.Is(err, fault.Unknown) {
		return err
	}
	return nil
}

// Waiting implements store.Queued.
func (e *Engine) Waiting() bool { return e.gate.waiting() }

// commitFirst makes the file. It is written under another name and appears as a whole,
// with its first batch: a crash, or a command that is refused, leaves no half-made store.
func (e *Engine) commitFirst(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	temp := e.path + ".new"
	if err := os.Remove(temp); err != nil && !os.IsNotExist(err) {
		return openFault(e.path, err)
	}
	f, err := openFile(temp, created)
	if err != nil {
		return err
	}
	wrote, err := f.run(ctx, decide)
	f.close()
	if fault.Is(err, fault.Unknown) { // nobody sees the file yet: it is known
		err = fault.Internalf("the store cannot be made").With("store.write").Because(err)
	}
	if err != nil || !wrote {
		_ = os.Remove(temp)
		return err
	}
	if err := os.Rename(temp, e.path); err != nil {
		_ = os.Remove(temp)
		return fault.Internalf("the store cannot be made").With("store.write").Because(err)
	}
	if err := syncDir(filepath.Dir(e.path)); err != nil {
		return unknown(err)
	}
	return nil
}

// Close implements store.Engine. Nothing is open between transactions.
func (e *Engine) Close() error { return nil }

// exists reports whether there is a store at the path. An empty file is none: somebody
// has touched it, or made room for it.
func (e *Engine) exists() (bool, error) {
	info, err := os.Stat(e.path)
	switch {
	case os.IsNotExist(err):
		return false, nil
	case err != nil:
		return false, openFault(e.path, err)
	case !info.Mode().IsRegular():
		return false, fault.Invalidf("store", "%s is not a file", e.path).Hint("--store PATH   (a file)")
	}
	return info.Size() > 0, nil
}
