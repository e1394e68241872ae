package store

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/google/btree"
)

// layer is a write buffer over a reader, and itself a reader that sees its own
// writes. Layers stack: the batch of one engine transaction, a command's own writes on
// top of it, a preview on top of that.
//
// A command writes two dozen keys, which lie in one sorted list. Once there are more than
// fewWrites, each space has a shelf of its own.
type layer struct {
	under  Reader
	few    []Write // in (space, key) order; unused where there are shelves
	spaces map[string]*shelf
	scribe *scribe // who still writes journal entries that belong here, if anybody does
}

// fewWrites is how many writes are kept in a list.
const fewWrites = 64

// shelf holds the writes to one space: in the order in which they came, or in a tree from the first scan on. Most
// spaces are only asked for single keys: a map finds those sooner, and what comes in order needs no sorting.
type shelf struct {
	list   []Write
	at     map[string]int // where in the list a key stands
	sorted bool           // the list is in the order of the keys
	tree   *btree.BTreeG[Write]
	last   []byte // the greatest key; what is asked for is often behind it
}

func keyLess(a, b Write) bool { return bytes.Compare(a.Key, b.Key) < 0 }

func newLayer(under Reader) *layer { return &layer{under: under} }

// empty reports whether nothing was written.
func (l *layer) empty() bool { return len(l.few) == 0 && l.spaces == nil }

// put buffers a write. Key and value must not be changed afterwards; a nil value deletes.
func (l *layer) put(space string, key, value []byte) {
	w := Write{Space: space, Key: key, Value: value}
	if l.spaces != nil {
		l.shelve(w)
		return
	}
	i, there := l.find(space, key)
	if there {
		l.few[i] = w
		return
	}
	if len(l.few) < fewWrites {
		l.few = slices.Insert(l.few, i, w)
		return
	}
	few := l.few
	l.few, l.spaces = nil, map[string]*shelf{}
	for _, other := range few {
		l.shelve(other)
	}
	l.shelve(w)
}

// find returns where in the list a key stands, or would.
func (l *layer) find(space string, key []byte) (int, bool) {
	lo, hi := 0, len(l.few)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		c := strings.Compare(l.few[mid].Space, space)
		if c == 0 {
			c = bytes.Compare(l.few[mid].Key, key)
		}
		switch {
		case c == 0:
			return mid, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}

func (l *layer) shelve(w Write) {
	s := l.spaces[w.Space]
	if s == nil {
		s = &shelf{at: map[string]int{}, sorted: true}
		l.spaces[w.Space] = s
	}
	s.put(w)
}

func (s *shelf) put(w Write) {
	behind := bytes.Compare(w.Key, s.last) > 0
	if behind {
		s.last = w.Key
	}
	if s.tree != nil {
		s.tree.ReplaceOrInsert(w)
		return
	}
	if i, there := s.at[string(w.Key)]; there {
		s.list[i] = w
		return
	}
	s.at[string(w.Key)] = len(s.list)
	s.sorted = s.sorted && (behind || len(s.list) == 0)
	s.list = append(s.list, w)
}

func (s *shelf) get(key []byte) (Write, bool) {
	if s.tree != nil {
		return s.tree.Get(Write{Key: key})
	}
	i, there := s.at[string(key)]
	if !there {
		return Write{}, false
	}
	return s.list[i], true
}

func (s *shelf) size() int {
	if s.tree != nil {
		return s.tree.Len()
	}
	return len(s.list)
}

// each calls fn with the writes in the order of their keys.
func (s *shelf) each(fn func(Write)) {
	if s.tree != nil {
		s.tree.Ascend(func(w Write) bool {
			fn(w)
			return true
		})
		return
	}
	list := s.list
	if !s.sorted {
		list = slices.Clone(list) // the map says where the others stand
		slices.SortFunc(list, func(a, b Write) int { return bytes.Compare(a.Key, b.Key) })
	}
	for _, w := range list {
		fn(w)
	}
}

// Get returns the buffered value, or what is underneath.
func (l *layer) Get(space string, key []byte) ([]byte, error) {
	if err := l.settle(space); err != nil {
		return nil, err
	}
	if l.spaces == nil {
		if i, there := l.find(space, key); there {
			return l.few[i].Value, nil
		}
	} else if s := l.spaces[space]; s != nil && bytes.Compare(key, s.last) <= 0 {
		if w, there := s.get(key); there {
			return w.Value, nil
		}
	}
	return l.under.Get(space, key)
}

// settle has everything that belongs into a space put there.
func (l *layer) settle(space string) error {
	if l.scribe == nil || space != spaceJournal {
		return nil
	}
	return l.scribe.catchUp()
}

// Scan merges the buffer into what is underneath.
func (l *layer) Scan(space string, r Range, yield func(key, value []byte) bool) error {
	if err := l.settle(space); err != nil {
		return err
	}
	buffered := l.within(space, r)
	if len(buffered) == 0 {
		return l.under.Scan(space, r, yield)
	}
	return merge(buffered, l.under, space, r, yield)
}

// merge scans a range of a reader with buffered writes, in the range's order, in place of what they replace.
func merge(buffered []Write, under Reader, space string, r Range, yield func(key, value []byte) bool) error {
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
	err := under.Scan(space, r, func(key, value []byte) bool {
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
	if l.spaces == nil {
		i, _ := l.find(space, r.Lo)
		end := i
		for end < len(l.few) && l.few[end].Space == space && (r.Hi == nil || bytes.Compare(l.few[end].Key, r.Hi) < 0) {
			end++
		}
		out = slices.Clone(l.few[i:end])
	} else if s := l.spaces[space]; s != nil && bytes.Compare(r.Lo, s.last) <= 0 {
		out = s.within(r)
	}
	if r.Reverse {
		slices.Reverse(out)
	}
	return out
}

func (s *shelf) within(r Range) (out []Write) {
	if s.tree == nil {
		s.tree = btree.NewG(32, keyLess)
		for _, w := range s.list {
			s.tree.ReplaceOrInsert(w)
		}
		s.list, s.at = nil, nil
	}
	s.tree.AscendGreaterOrEqual(Write{Key: r.Lo}, func(w Write) bool {
		if r.Hi != nil && bytes.Compare(w.Key, r.Hi) >= 0 {
			return false
		}
		out = append(out, w)
		return true
	})
	return out
}

// each calls fn with the buffered writes in (space, key) order.
func (l *layer) each(fn func(Write)) {
	for _, w := range l.few {
		fn(w)
	}
	for _, space := range slices.Sorted(maps.Keys(l.spaces)) {
		l.spaces[space].each(fn)
	}
}

// fold applies the writes of l to the layer it stands on.
func (l *layer) fold(into *layer) {
	l.each(func(w Write) { into.put(w.Space, w.Key, w.Value) })
}

// batch lists the buffered writes in (space, key) order.
func (l *layer) batch() Batch {
	n := len(l.few)
	for _, s := range l.spaces {
		n += s.size()
	}
	out := make(Batch, 0, n)
	l.each(func(w Write) { out = append(out, w) })
	return out
}
