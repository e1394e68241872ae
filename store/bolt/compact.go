package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"callout/internal/fault"

	"go.etcd.io/bbolt"
)

// Stats says how well the file is filled.
type Stats struct {
	Size     int64  // bytes
	PageSize int    // bytes
	Free     int    // pages that the next transaction may use
	Pending  int    // pages that the last transaction has left
	Commits  uint64 // transactions since the file was made or last compacted
}

// limits say when a file is compacted after a commit, and when it is not copied.
type limits struct {
	commits uint64
	bytes   int64
	pages   int
	spare   int64 // bytes that a copy of the file leaves on its disk, which others need, too
}

// A file never shrinks by itself, and its list of free pages is written with every commit.
// A fair amount of free pages is no waste: transactions move through them, a big one through as
// many as it writes. So a file that is young, or has just been compacted, is left alone until
// a thousand commits have paid for the copy.
var defaultLimits = limits{commits: 1000, bytes: 64 << 20, pages: 8000, spare: 64 << 20}

// due reports whether compacting pays: a quarter of the file is free and that is much,
// or the list of free pages has become long and they are more than a sixteenth.
func (s Stats) due(l limits) bool {
	free := int64(s.Free) * int64(s.PageSize)
	if s.Commits < l.commits {
		return false
	}
	return free > l.bytes && free > s.Size/4 || s.Free > l.pages && free > s.Size/16
}

// stats describes the file after its transaction has ended.
func (f *file) stats() Stats {
	st := Stats{PageSize: f.pageSize}
	if info, err := f.raw.Stat(); err == nil {
		st.Size = info.Size()
	}
	st.Commits, _ = newestTx(f.raw, f.pageSize)
	now := f.db.Stats()
	st.Free, st.Pending = now.FreePageN, now.PendingPageN
	return st
}

// Stats describes the file. It waits for its turn as a writer does.
func (e *Engine) Stats(ctx context.Context) (Stats, error) {
	var st Stats
	err := e.maintain(ctx, func(f *file) error {
		st = f.stats()
		return nil
	})
	return st, err
}

// Compact rewrites the file without its free pages. Nobody can use the store meanwhile; the
// copy takes about 4 s per GB. The old file stays until the new one is complete and on disk.
func (e *Engine) Compact(ctx context.Context) error {
	return e.maintain(ctx, func(f *file) error { return f.compact(e.path) })
}

// maintain runs fn on the file, held exclusively, with no change pending.
func (e *Engine) maintain(ctx context.Context, fn func(*file) error) error {
	return e.hold(ctx, func(f *file) error {
		if err := f.tx.Rollback(); err != nil {
			return openFault(e.path, err)
		}
		return fn(f)
	})
}

// hold runs fn on the file, which exists, held exclusively.
func (e *Engine) hold(ctx context.Context, fn func(*file) error) error {
	if there, err := e.exists(); err != nil {
		return err
	} else if !there {
		return missing(e.path)
	}
	p, err := e.gate.enter(ctx, true)
	if err != nil {
		return err
	}
	defer p.leave()
	f, err := openFile(e.path, exclusive)
	if err != nil {
		return err
	}
	defer f.close()
	return fn(f)
}

// copyChunk is how much one transaction of the copy carries, which bounds its memory.
const copyChunk = 64 << 20

// compact replaces the file at path, which f has open, by a copy without free pages.
// Its lock is not on the data file, so nobody waits on a file that is gone.
func (f *file) compact(path string) error {
	info, err := f.raw.Stat()
	if err != nil {
		return err
	}
	if left, err := room(filepath.Dir(path)); err == nil && left < info.Size() {
		return fault.Internalf("the disk has no room for a compacted copy (%d MB)", info.Size()>>20).
			With("store.full")
	}
	temp := path + ".compact"
	if err := os.Remove(temp); err != nil && !os.IsNotExist(err) {
		return err
	}
	err = try(func() error { return f.copyTo(temp) })
	if err == nil {
		err = f.replaceBy(temp, path, info)
	}
	if fault.Is(err, fault.Unknown) {
		return err
	}
	if err != nil {
		_ = os.Remove(temp)
		return fault.Internalf("the store could not be compacted; it is as it was").
			With("store.compact").Because(err)
	}
	return nil
}

// replaceBy puts the copy in the file's place.
func (f *file) replaceBy(temp, path string, info os.FileInfo) error {
	if err := os.Chmod(temp, info.Mode().Perm()); err != nil {
		return err
	}
	if err := keepOwner(info, temp); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		f.close() // an open file cannot be replaced there
	}
	// Elsewhere bbolt's lock is kept until the new file is in place, so that a foreign
	// tool that waits for it finds out (see isAt).
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		// The next commits would go to a file whose name may not survive a power cut.
		return unknown(err)
	}
	return nil
}

// copyTo writes everything that is in the file to a new one and syncs that.
func (f *file) copyTo(temp string) error {
	dst, err := bbolt.Open(temp, 0o600, &bbolt.Options{
		NoSync: true, FreelistType: bbolt.FreelistArrayType, PageSize: f.pageSize,
	})
	if err != nil {
		return err
	}
	err = f.db.View(func(from *bbolt.Tx) error { return copyBuckets(from, dst) })
	if err == nil {
		err = dst.Sync()
	}
	return errors.Join(err, dst.Close())
}

func copyBuckets(from *bbolt.Tx, dst *bbolt.DB) error {
	to, err := dst.Begin(true)
	if err != nil {
		return err
	}
	defer func() { _ = to.Rollback() }()
	size := 0
	err = from.ForEach(func(space []byte, b *bbolt.Bucket) error {
		into, err := to.CreateBucket(space)
		if err != nil {
			return err
		}
		into.FillPercent = fillAppend
		return b.ForEach(func(k, v []byte) error {
			if size += len(k) + len(v); size > copyChunk {
				size = 0
				if err := to.Commit(); err != nil {
					return err
				}
				if to, err = dst.Begin(true); err != nil {
					return err
				}
				into = to.Bucket(space)
				into.FillPercent = fillAppend
			}
			return into.Put(k, v)
		})
	})
	if err != nil {
		return err
	}
	return to.Commit()
}
