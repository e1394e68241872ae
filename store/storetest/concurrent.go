package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"testing"
	"time"

	"callout/store"
)

// next appends one entry to a counter: it reads the last key and writes the one after.
func next(r store.Reader, space, value string) (store.Batch, error) {
	var last uint64
	err := r.Scan(space, store.Range{Reverse: true}, func(k, _ []byte) bool {
		last = binary.BigEndian.Uint64(k)
		return false
	})
	key := binary.BigEndian.AppendUint64(nil, last+1)
	return store.Batch{{Space: space, Key: key, Value: []byte(value)}}, err
}

func serialCommits(t *testing.T, e store.Engine) {
	const writers, each = 8, 12
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for range each {
				err := e.Commit(context.Background(), func(r store.Reader) (store.Batch, error) {
					return next(r, "journal", fmt.Sprint(w))
				})
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	wg.Wait()
	view(t, e, func(r store.Reader) {
		by := map[string]int{}
		entries := all(t, r, "journal", store.Range{})
		for i, p := range entries {
			if n := binary.BigEndian.Uint64([]byte(p.key)); n != uint64(i)+1 {
				t.Fatalf("entry %d stands at place %d", n, i+1)
			}
			by[p.value]++
		}
		for w := range writers {
			if by[fmt.Sprint(w)] != each {
				t.Errorf("writer %d was told of %d commits, %d are there", w, each, by[fmt.Sprint(w)])
			}
		}
	})
}

func stableView(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "k", "old"), write("a", "only old", ""))
	done := make(chan error, 1)
	view(t, e, func(r store.Reader) {
		check := func(when string) {
			if v := got(t, r, "a", "k"); v != `"old"` {
				t.Errorf("%s: k is %s", when, v)
			}
			if n := len(all(t, r, "a", store.Range{})); n != 2 {
				t.Errorf("%s: %d keys", when, n)
			}
		}
		check("before")
		go func() {
			done <- e.Commit(context.Background(), func(store.Reader) (store.Batch, error) {
				return store.Batch{write("a", "k", "new"), remove("a", "only old")}, nil
			})
		}()
		// Some engines let the commit through now, others make it wait for this view.
		select {
		case err := <-done:
			done <- err
		case <-time.After(20 * time.Millisecond):
		}
		check("during")
	})
	if err := <-done; err != nil {
		t.Fatalf("commit: %v", err)
	}
	want(t, e, "a", pair{"k", "new"})
}

func wholeBatches(t *testing.T, e store.Engine) {
	const keys, rounds = 40, 25
	batch := func(round int) (b store.Batch) {
		for _, space := range []string{"a", "b"} {
			for k := range keys {
				b = append(b, write(space, fmt.Sprintf("%03d", k), fmt.Sprint(round)))
			}
		}
		return b
	}
	commit(t, e, batch(0)...)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				err := e.View(context.Background(), func(r store.Reader) error {
					seen := map[string]bool{}
					for _, p := range append(all(t, r, "a", store.Range{}), all(t, r, "b", store.Range{})...) {
						seen[p.value] = true
					}
					if len(seen) != 1 {
						t.Errorf("one view shows the rounds %v", seen)
					}
					return nil
				})
				if err != nil {
					t.Errorf("view: %v", err)
					return
				}
			}
		})
	}
	for round := range rounds {
		commit(t, e, batch(round+1)...)
	}
	close(stop)
	readers.Wait()
}
