package store

import (
	"bytes"

	"github.com/google/btree"
)

// layer is a write buffer over a reader, and itself a reader that sees its own
// writes. Layers stack: the batch of one engine transaction, a command's own writes on
// top of it, a preview on top of that.
type layer struct {
	under  Reader
	writes *btree.BTreeG[Write]
}

func writeLess(a, b Write) bool {
	if a.Space != b.Space {
		return a.Space < b.Space
	}
	return bytes.Compare(a.Key, b.Key) < 0
}

func newLayer(under Reader) *layer {
	return &layer{under: under, writes: btree.NewG(32, writeLess)}
}

// put buffers a write. Key and value must not be changed afterwards; a nil value deletes.
func (l *layer) put(space string, key, value []byte) {
	l.writes.ReplaceOrInsert(Write{Space: space, Key: key, Value: value})
}

// Get returns the buffered value, or what is underneath.
func (l *layer) Get(space string, key []byte) ([]byte, error) {
	if w, ok := l.writes.Get(Write{Space: space, Key: key}); ok {
		return w.Value, nil
	}
	return l.under.Get(space, key)
}

// Scan merges the buffer into what is underneath.
func (l *layer) Scan(space string, r Range, yield func(key, value []byte) bool) error {
	buffered := l.within(space, r)
	if len(buffered) == 0 {
		return l.under.Scan(space, r, yield)
	}
	before := func(a, b []byte) bool { return bytes.Compare(a, b) < 0 }
	if r.Reverse {
		before = func(a, b []byte) bool { return bytes.Compare(a, b) > 0 }
	}
	stopped := false
	emit := func(w Write) bool {
		if w.Value == nil {
			return true
		}
		stopped = !yield(w.Key, w.Value)
		return !stopped
	}
	err := l.under.Scan(space, r, func(key, value []byte) bool {
		for len(buffered) > 0 && before(buffered[0].Key, key) {
			if !emit(buffered[0]) {
				return false
			}
			buffered = buffered[1:]
		}
		if len(buffered) > 0 && bytes.Equal(buffered[0].Key, key) {
			w := buffered[0]
			buffered = buffered[1:]
			return emit(w)
		}
		stopped = !yield(key, value)
		return !stopped
	})
	if err != nil || stopped {
		return err
	}
	for _, w := range buffered {
		if !emit(w) {
			break
		}
	}
	return nil
}

// within lists the buffered writes of a range in scan order. It is a copy, so the
// caller may write while it scans and sees the state as it was when the scan began.
func (l *layer) within(space string, r Range) []Write {
	var out []Write
	collect := func(w Write) bool {
		if w.Space != space {
			return false
		}
		if r.Hi != nil && bytes.Compare(w.Key, r.Hi) >= 0 {
			return false
		}
		out = append(out, w)
		return true
	}
	l.writes.AscendGreaterOrEqual(Write{Space: space, Key: r.Lo}, collect)
	if r.Reverse {
		for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	return out
}

// fold applies the writes of l to the layer it stands on.
func (l *layer) fold(into *layer) {
	l.writes.Ascend(func(w Write) bool {
		into.writes.ReplaceOrInsert(w)
		return true
	})
}

// batch lists the buffered writes in (space, key) order.
func (l *layer) batch() Batch {
	out := make(Batch, 0, l.writes.Len())
	l.writes.Ascend(func(w Write) bool {
		out = append(out, w)
		return true
	})
	return out
}
