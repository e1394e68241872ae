// Package memory is the engine without a disk: for tests, for demonstrations that leave nothing
// behind, and as the plain yardstick that the durable engines are compared with.
//
// It is not a cache and keeps nothing: what it holds goes with the process. Many
// readers run beside one writer, each on its own snapshot.
package memory

import (
	"bytes"
	"context"
	"sync/atomic"

	"callout/internal/fault"
	"callout/store"

	"github.com/google/btree"
)

// degree is the fan-out of the tree; 32 keeps a node within a few cache lines of pointers.
const degree = 32

// Engine is a store.Engine in memory.
type Engine struct {
	current atomic.Pointer[btree.BTreeG[store.Write]]
	writing chan struct{} // holds one token while nobody commits
}

// New returns an empty engine.
func New() *Engine {
	e := &Engine{writing: make(chan struct{}, 1)}
	e.current.Store(btree.NewG(degree, less))
	e.writing <- struct{}{}
	return e
}

func less(a, b store.Write) bool {
	if a.Space != b.Space {
		return a.Space < b.Space
	}
	return bytes.Compare(a.Key, b.Key) < 0
}

// View implements store.Engine.
func (e *Engine) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fn(reader{e.current.Load()})
}

// Commit implements store.Engine. A published tree is never written again: the batch goes
// into a copy-on-write clone, which then takes its place.
func (e *Engine) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-e.writing:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { e.writing <- struct{}{} }()

	now := e.current.Load()
	batch, err := decide(reader{now})
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	next := now.Clone()
	for _, w := range batch {
		if len(w.Key) == 0 || w.Space == "" {
			return fault.Internalf("a write to space %q has no key", w.Space)
		}
		if w.Value == nil {
			next.Delete(w)
			continue
		}
		// The batch may hold slices that the caller uses again.
		value := append(make([]byte, 0, len(w.Value)), w.Value...)
		next.ReplaceOrInsert(store.Write{Space: w.Space, Key: bytes.Clone(w.Key), Value: value})
	}
	e.current.Store(next)
	return nil
}

// Close implements store.Engine.
func (e *Engine) Close() error { return nil }

type reader struct {
	tree *btree.BTreeG[store.Write]
}

// Get implements store.Reader.
func (r reader) Get(space string, key []byte) ([]byte, error) {
	w, _ := r.tree.Get(store.Write{Space: space, Key: key})
	return w.Value, nil
}

// Scan implements store.Reader.
func (r reader) Scan(space string, rg store.Range, yield func(key, value []byte) bool) error {
	lo := store.Write{Space: space, Key: rg.Lo}
	if !rg.Reverse {
		r.tree.AscendGreaterOrEqual(lo, func(w store.Write) bool {
			if w.Space != space || rg.Hi != nil && bytes.Compare(w.Key, rg.Hi) >= 0 {
				return false
			}
			return yield(w.Key, w.Value)
		})
		return nil
	}
	visit := func(w store.Write) bool {
		if w.Space != space || bytes.Compare(w.Key, rg.Lo) < 0 {
			return false
		}
		if rg.Hi != nil && bytes.Compare(w.Key, rg.Hi) >= 0 {
			return true // Hi itself, where the descent begins
		}
		return yield(w.Key, w.Value)
	}
	if rg.Hi != nil {
		r.tree.DescendLessOrEqual(store.Write{Space: space, Key: rg.Hi}, visit)
		return nil
	}
	// Whatever follows the space's last key belongs to a space whose name is greater, and
	// this is the least of those. Keys are never empty, so nothing stands here itself.
	r.tree.DescendLessOrEqual(store.Write{Space: space + "\x00"}, visit)
	return nil
}
