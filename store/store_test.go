package store_test

import (
	"bytes"
	"context"
	"testing"

	"callout/store"
	"callout/store/storetest"

	"github.com/google/btree"
)

// mapEngine is the smallest engine that can be: one sorted tree, copied on write.
type mapEngine struct{ tree *btree.BTreeG[store.Write] }

func newMapEngine(testing.TB) store.Engine {
	return &mapEngine{btree.NewG(32, func(a, b store.Write) bool {
		if a.Space != b.Space {
			return a.Space < b.Space
		}
		return bytes.Compare(a.Key, b.Key) < 0
	})}
}

func (m *mapEngine) View(_ context.Context, fn func(store.Reader) error) error {
	return fn(mapReader{m.tree.Clone()})
}

func (m *mapEngine) Commit(_ context.Context, decide func(store.Reader) (store.Batch, error)) error {
	b, err := decide(mapReader{m.tree.Clone()})
	for _, w := range b {
		if w.Value == nil {
			m.tree.Delete(w)
		} else {
			m.tree.ReplaceOrInsert(w)
		}
	}
	return err
}

func (m *mapEngine) Close() error { return nil }

type mapReader struct{ tree *btree.BTreeG[store.Write] }

func (r mapReader) Get(space string, key []byte) ([]byte, error) {
	w, _ := r.tree.Get(store.Write{Space: space, Key: key})
	return w.Value, nil
}

func (r mapReader) Scan(space string, rng store.Range, yield func(key, value []byte) bool) error {
	var all []store.Write
	r.tree.AscendGreaterOrEqual(store.Write{Space: space, Key: rng.Lo}, func(w store.Write) bool {
		if w.Space != space || rng.Hi != nil && bytes.Compare(w.Key, rng.Hi) >= 0 {
			return false
		}
		all = append(all, w)
		return true
	})
	for i := range all {
		w := all[i]
		if rng.Reverse {
			w = all[len(all)-1-i]
		}
		if !yield(w.Key, w.Value) {
			break
		}
	}
	return nil
}

func TestStore(t *testing.T) { storetest.Store(t, newMapEngine) }
