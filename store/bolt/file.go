package bolt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"time"

	"callout/internal/fault"
	"callout/store"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// file is the data file, opened for one transaction.
type file struct {
	db       *bbolt.DB
	tx       *bbolt.Tx
	raw      *os.File // the descriptor under db
	pageSize int
}

// access is what a file is opened for.
type access int

const (
	shared    access = iota // to read
	exclusive               // to write
	created                 // to write a file that must not be there yet
)

// foreignWait is how long bbolt's own lock is tried. Inside the turnstile only foreign
// tools, which know nothing of it, can hold that.
const foreignWait = 2 * time.Second

// fillAppend is how full pages are left in spaces that grow at their end. It saves a
// quarter of the file; full pages elsewhere would be split by every write.
const fillAppend = 0.9

// openFile opens the file and begins its transaction.
func openFile(path string, a access) (*file, error) {
	for range 10 {
		f, err := openOnce(path, a)
		if err != nil {
			return nil, err
		}
		if a == created || f.isAt(path) {
			return f, nil
		}
		// A compaction has put another file in its place while we waited for bbolt's
		// lock. The turnstile prevents that, unless somebody has deleted its files.
		f.close()
	}
	return nil, fault.Busyf("the store is being replaced again and again").With("store.busy")
}

func openOnce(path string, a access) (*file, error) {
	f := &file{}
	opts := &bbolt.Options{
		Timeout:  foreignWait,
		ReadOnly: a == shared,
		// Reading a large freelist into an array takes a fifth of the time of a map, and
		// it is read once for every commit. It is always written: without it every
		// commit would walk the whole file to find it (0.4 s at 2 GB).
		FreelistType: bbolt.FreelistArrayType,
		OpenFile: func(name string, flag int, mode os.FileMode) (raw *os.File, err error) {
			flag &^= os.O_CREATE
			if a == created {
				flag |= os.O_CREATE | os.O_EXCL
			}
			f.raw, err = os.OpenFile(name, flag, mode)
			return f.raw, err
		},
	}
	err := try(func() (err error) {
		if f.db, err = bbolt.Open(path, 0o600, opts); err != nil {
			return err
		}
		f.pageSize = f.db.Info().PageSize
		f.tx, err = f.db.Begin(a != shared)
		return err
	})
	if err != nil {
		f.abandon() // bbolt has panicked half-way, or closed the file already
		return nil, openFault(path, err)
	}
	return f, nil
}

// isAt reports whether the path still names this file.
func (f *file) isAt(path string) bool {
	mine, err := f.raw.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

// run decides on the newest state and commits the batch. It reports whether anything
// was written.
func (f *file) run(ctx context.Context, decide func(store.Reader) (store.Batch, error)) (bool, error) {
	var batch store.Batch
	err := withMapping(func() (err error) {
		batch, err = decide(f.reader())
		return err
	})
	if err != nil || len(batch) == 0 {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, err // the last moment at which that is possible
	}
	if err := withMapping(func() error { return f.apply(batch) }); err != nil {
		return false, err
	}
	return true, f.commit()
}

// apply puts the batch into the transaction's buffer.
func (f *file) apply(batch store.Batch) (err error) {
	defer guard(&err)
	var b *bbolt.Bucket
	for i, w := range batch {
		if i == 0 || w.Space != batch[i-1].Space {
			b = f.bucket(w)
		}
		switch {
		case w.Value != nil && b == nil:
			if b, err = f.tx.CreateBucket([]byte(w.Space)); err == nil {
				b.FillPercent = fillAppend
				err = b.Put(w.Key, w.Value)
			}
		case w.Value != nil:
			err = b.Put(w.Key, w.Value)
		case b != nil:
			err = b.Delete(w.Key)
		}
		if err != nil {
			return fault.Internalf("a write to space %q cannot be stored", w.Space).Because(err)
		}
	}
	return nil
}

// bucket returns the space's bucket, if there is one, set to fill its pages well when
// the batch's writes, of which the first is given, only add to its end.
func (f *file) bucket(first store.Write) *bbolt.Bucket {
	b := f.tx.Bucket([]byte(first.Space))
	if b != nil {
		if last, _ := b.Cursor().Last(); bytes.Compare(first.Key, last) > 0 {
			b.FillPercent = fillAppend
		}
	}
	return b
}

// commit makes the transaction durable. When that fails, the file is asked whether its
// head was replaced: if it was not, nothing has happened; otherwise nobody knows what
// will be there after a power cut.
func (f *file) commit() error {
	id := uint64(f.tx.ID())
	var failed error
	if err := try(func() error { failed = f.tx.Commit(); return nil }); err != nil {
		return err // bbolt panics only before its first write
	}
	if failed == nil {
		return nil
	}
	if newest, err := newestTx(f.raw, f.pageSize); err != nil || newest >= id {
		return unknown(failed)
	}
	return fault.Internalf("the store could not be written; nothing was changed").
		With("store.write").Because(failed)
}

// close ends the transaction, undoing it unless it was committed, and closes the file.
func (f *file) close() {
	if f.db == nil {
		return
	}
	var err error
	func() {
		defer guard(&err)
		if e := f.tx.Rollback(); e != nil && !errors.Is(e, berrors.ErrTxClosed) {
			err = e
		}
	}()
	if err != nil {
		f.abandon()
		return
	}
	_ = f.db.Close() // everything that matters was synced before
	f.db = nil
}

// abandon lets go of a file in which bbolt has panicked. Its Close could wait for ever
// for a mutex that the panic left locked. The mapping stays until the process ends,
// and would keep the lock with it.
func (f *file) abandon() {
	if f.raw != nil {
		release(f.raw)
	}
	f.db = nil
}
