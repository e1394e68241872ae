package bolt

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"callout/store"
)

// bulk writes, or deletes, a block of records.
func bulk(t *testing.T, e *Engine, from, to int, value []byte) {
	t.Helper()
	err := e.Commit(context.Background(), func(store.Reader) (b store.Batch, err error) {
		for i := from; i < to; i++ {
			b = append(b, store.Write{Space: "bulk", Key: fmt.Appendf(nil, "%06d", i), Value: value})
		}
		return b, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func size(t *testing.T, e *Engine) int64 {
	t.Helper()
	info, err := os.Stat(e.path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestCompact(t *testing.T) {
	e := fresh(t)
	for range 20 {
		if _, err := appendEntry(e, 1); err != nil {
			t.Fatal(err)
		}
	}
	bulk(t, e, 0, 2000, make([]byte, 1000))
	bulk(t, e, 0, 2000, nil)
	before := size(t, e)
	if err := e.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := size(t, e); after > before/4 {
		t.Errorf("%d bytes became %d", before, after)
	}
	if workers, err := checkFile(e); err != nil || len(workers) != 20 {
		t.Errorf("%d entries, %v", len(workers), err)
	}
	if n, err := appendEntry(e, 1); err != nil || n != 21 {
		t.Errorf("entry %d, %v", n, err)
	}
	st, err := e.Stats(t.Context())
	if err != nil || st.Size != size(t, e) || st.Free > 100 {
		t.Errorf("%+v, %v", st, err)
	}
}

// A file that wastes much is compacted by the commit that notices, while a board reads.
func TestCompactsWhenDue(t *testing.T) {
	e := fresh(t)
	e.limits = limits{commits: 40, bytes: 1 << 20, pages: 1 << 30}
	stop := make(chan struct{})
	var board sync.WaitGroup
	board.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := checkFile(e); err != nil {
				t.Errorf("the board: %v", err)
				return
			}
		}
	})
	bulk(t, e, 0, 4000, make([]byte, 1000))
	bulk(t, e, 100, 4000, nil)
	before := size(t, e)
	compacted := 0
	for i := range 60 {
		if _, err := appendEntry(e, 1); err != nil {
			t.Fatal(err)
		}
		if compacted == 0 && size(t, e) < before {
			compacted = i + 3 // two bulks before, and counting from one
		}
	}
	close(stop)
	board.Wait()
	if compacted < 39 || size(t, e) > before/4 {
		t.Errorf("compacted by commit %d, from %d to %d bytes", compacted, before, size(t, e))
	}
	if workers, err := checkFile(e); err != nil || len(workers) != 60 {
		t.Errorf("%d entries, %v", len(workers), err)
	}
}

func TestDue(t *testing.T) {
	const mb, gb = 1 << 20, 1 << 30
	for _, c := range []struct {
		what string
		st   Stats
		due  bool
	}{
		{"small and mostly free", Stats{Size: 40 * mb, Free: 30 * mb / 4096, Commits: 5000}, false},
		{"a third of 300 MB free", Stats{Size: 300 * mb, Free: 100 * mb / 4096, Commits: 5000}, true},
		{"the same, young", Stats{Size: 300 * mb, Free: 100 * mb / 4096, Commits: 999}, false},
		{"a fifth of 300 MB free", Stats{Size: 300 * mb, Free: 60 * mb / 4096, Commits: 5000}, true},
		{"much left by the last commit", Stats{Size: 300 * mb, Free: 100, Pending: 100 * mb / 4096, Commits: 5000}, false},
		{"8,001 pages of 2 GB", Stats{Size: 2 * gb, Free: 8001, Commits: 5000}, false},
		{"120,000 pages of 2 GB", Stats{Size: 2 * gb, Free: 120_000, Commits: 5000}, true},
	} {
		c.st.PageSize = 4096
		if due := c.st.due(defaultLimits); due != c.due {
			t.Errorf("%s: due %v", c.what, due)
		}
	}
}
