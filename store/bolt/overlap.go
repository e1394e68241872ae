package bolt

import (
	"context"

	"callout/store"

	"go.etcd.io/bbolt"
)

// CommitEach implements store.Overlapping. While a batch is put into the file on another goroutine, the next
// one is decided on a snapshot from before it, with that batch laid over it by the caller: bbolt keeps the pages
// of a snapshot as long as it is open. No batch is begun before the one before it is durable, so the
// file never holds one without the other.
func (e *Engine) CommitEach(ctx context.Context, next func(store.Reader) (store.Batch, error), settled func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.hold(ctx, func(f *file) error {
		if wrote, err := e.each(ctx, f, next, settled); err != nil || !wrote {
			return err
		}
		return e.tidy(f)
	})
}

// each commits batches until there are no more, or somebody waits for the file.
func (e *Engine) each(ctx context.Context, f *file, next func(store.Reader) (store.Batch, error), settled func()) (wrote bool, err error) {
	fl := &flight{f: f}
	defer func() { _ = fl.land() }() // also where next panics: the file must not be closed under it
	for {
		batch, err := fl.decide(next)
		if err == nil {
			err = ctx.Err() // the last moment at which that is possible
		}
		// What is on its way is settled whatever became of the next one, which counts only if it is.
		if fl.begun {
			if err := fl.land(); err != nil {
				return wrote, err
			}
			wrote = true
			settled()
		}
		if err != nil || len(batch) == 0 {
			return wrote, err
		}
		if err := fl.start(batch); err != nil {
			return wrote, err
		}
		if e.Waiting() {
			if err := fl.land(); err != nil {
				return wrote, err
			}
			settled()
			return true, nil
		}
	}
}

// flight is a batch on its way into the file.
type flight struct {
	f     *file
	begun bool
	done  chan error // holds what became of it, once
	from  *bbolt.Tx  // the snapshot that the next one is decided on; nil for the transaction itself
}

// decide has the next batch decided, on the snapshot from before the one that is on its way.
func (fl *flight) decide(next func(store.Reader) (store.Batch, error)) (batch store.Batch, err error) {
	snapshot := &file{db: fl.f.db, tx: fl.f.tx}
	if fl.from != nil {
		snapshot.tx = fl.from
		defer fl.forget() // a commit that makes the file's mapping larger waits for it
	}
	err = withMapping(func() error {
		batch, err = next(snapshot.reader())
		return err
	})
	return batch, err
}

// start begins to put a batch into the file.
func (fl *flight) start(batch store.Batch) error {
	f := fl.f
	err := try(func() (err error) {
		if fl.begun { // the transaction with which the file was opened has been used
			if f.tx, err = f.db.Begin(true); err != nil {
				return err
			}
		}
		fl.from, err = f.db.Begin(false)
		return err
	})
	if err != nil {
		return openFault(f.db.Path(), err)
	}
	fl.begun, fl.done = true, make(chan error, 1)
	go func() {
		err := withMapping(func() error { return f.apply(batch) })
		if err == nil {
			err = f.commit()
		}
		fl.done <- err
	}()
	return nil
}

// land waits until the batch that is on its way is durable, if there is one.
func (fl *flight) land() error {
	fl.forget()
	if fl.done == nil {
		return nil
	}
	err := <-fl.done
	fl.done = nil
	return err
}

// forget ends the snapshot.
func (fl *flight) forget() {
	if fl.from == nil {
		return
	}
	_ = try(fl.from.Rollback) // it has read, no more
	fl.from = nil
}
