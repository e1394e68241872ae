package postgres

import (
	"bytes"
	"container/list"
	"slices"
	"sync"

	"callout/store"

	"github.com/google/btree"
)

// state names one state of a tenant: the number of its last commit, and the stamp that this
// commit drew. Equal numbers with different stamps are two histories: a server was put back, or
// another one took over without the last commits.
type state struct {
	version int64
	stamp   stamp
}

type stamp = [16]byte

// pair is a key and its value. Neither is ever changed.
type pair struct{ key, value []byte }

// span says what is stored from lo up to, and without, hi: these pairs and nothing else. A nil hi is the
// end of the space. Its pairs are replaced as a whole, because readers go through them without a lock.
type span struct {
	space  string
	lo, hi []byte
	pairs  []pair
	bytes  int
	used   *list.Element
}

// spanPairs is how many pairs a span may grow to by what is written into it: each write copies them.
const spanPairs = 64

// overhead is what a span and a pair take beside their keys and values, about.
const (
	spanOverhead = 200
	pairOverhead = 56
)

func (s *span) holds(key []byte) bool {
	return bytes.Compare(s.lo, key) <= 0 && (s.hi == nil || bytes.Compare(key, s.hi) < 0)
}

// at finds a key's place among the pairs.
func (s *span) at(key []byte) (int, bool) { return search(s.pairs, key) }

func search(pairs []pair, key []byte) (int, bool) {
	return slices.BinarySearchFunc(pairs, key, func(p pair, key []byte) int { return bytes.Compare(p.key, key) })
}

// within returns the pairs from lo up to hi, of which nil is the end.
func (s *span) within(lo, hi []byte) []pair {
	from, _ := s.at(lo)
	to := len(s.pairs)
	if hi != nil {
		to, _ = s.at(hi)
	}
	return s.pairs[min(from, to):to]
}

func (s *span) weigh() int {
	n := spanOverhead + len(s.lo) + len(s.hi)
	for _, p := range s.pairs {
		n += p.weigh()
	}
	return n
}

func (p pair) weigh() int { return pairOverhead + len(p.key) + len(p.value) }

// known is what an engine remembers of one state: spans that do not overlap, the longest unused
// of which are given up when they take too much room. A reader of another state learns nothing from it.
type known struct {
	mu     sync.Mutex
	of     state
	spaces map[string]*btree.BTreeG[*span]
	order  *list.List // of spans, last used first
	bytes  int
	limit  int
	probe  span    // what is looked for
	flight *flight // a commit that was sent and is not known to have happened
}

func newKnown(limit int, of state) *known {
	k := &known{limit: limit}
	k.reset(of)
	return k
}

// state returns what everything known is of.
func (k *known) state() state {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.of
}

// restart forgets everything about one state and begins to remember another.
func (k *known) restart(was, of state) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == was {
		k.reset(of)
	}
}

func (k *known) reset(of state) {
	k.of, k.bytes = of, 0
	k.spaces, k.order = map[string]*btree.BTreeG[*span]{}, list.New()
}

// find returns the span that holds a key, or nil.
func (k *known) find(space string, key []byte) (found *span) {
	spans := k.spaces[space]
	if spans == nil {
		return nil
	}
	k.probe.lo = key
	spans.DescendLessOrEqual(&k.probe, func(s *span) bool {
		if s.holds(key) {
			found = s
		}
		return false
	})
	return found
}

// below returns the span that holds what comes directly before a key, or before the end, or nil.
func (k *known) below(space string, key []byte) (found *span) {
	spans := k.spaces[space]
	if spans == nil {
		return nil
	}
	look := func(s *span) bool {
		if key != nil && bytes.Equal(s.lo, key) {
			return true // begins with the key itself
		}
		if s.hi == nil || key != nil && bytes.Compare(key, s.hi) <= 0 {
			found = s
		}
		return false
	}
	if key == nil {
		spans.Descend(look)
	} else {
		k.probe.lo = key
		spans.DescendLessOrEqual(&k.probe, look)
	}
	return found
}

// get returns the value under a key of a state, where it is known.
func (k *known) get(of state, space string, key []byte) (value []byte, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		return nil, false
	}
	s := k.find(space, key)
	if s == nil {
		return nil, false
	}
	k.order.MoveToFront(s.used)
	if i, there := s.at(key); there {
		value = s.pairs[i].value
	}
	return value, true
}

// page returns a span that holds the beginning of a range of a state, as far as it reaches.
func (k *known) page(of state, space string, r store.Range) (s span, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		return s, false
	}
	var found *span
	if r.Reverse {
		found = k.below(space, r.Hi)
	} else {
		found = k.find(space, r.Lo)
	}
	if found == nil {
		return s, false
	}
	k.order.MoveToFront(found.used)
	return *found, true
}

// learn takes in what a reader of a state has found.
func (k *known) learn(of state, s *span) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		return
	}
	spans := k.spaces[s.space]
	if spans == nil {
		spans = btree.NewG(16, func(a, b *span) bool { return bytes.Compare(a.lo, b.lo) < 0 })
		k.spaces[s.space] = spans
	}
	if p := k.find(s.space, s.lo); p != nil {
		if p.hi == nil || s.hi != nil && bytes.Compare(s.hi, p.hi) <= 0 {
			return // nothing new
		}
		s.lo = p.hi
	}
	var gone []*span
	spans.AscendGreaterOrEqual(s, func(o *span) bool {
		switch {
		case s.hi != nil && bytes.Compare(o.lo, s.hi) >= 0:
			return false
		case s.hi == nil || o.hi != nil && bytes.Compare(o.hi, s.hi) <= 0:
			gone = append(gone, o)
			return true
		}
		s.hi = o.lo // it goes on beyond
		return false
	})
	if s.hi != nil && bytes.Compare(s.lo, s.hi) >= 0 {
		return // two spans that meet know all of it
	}
	for _, o := range gone {
		k.drop(o)
	}
	s.pairs = slices.Clip(s.within(s.lo, s.hi))
	s.bytes = s.weigh()
	s.used = k.order.PushFront(s)
	spans.ReplaceOrInsert(s)
	k.bytes += s.bytes
	k.shrink()
}

func (k *known) drop(s *span) {
	k.spaces[s.space].Delete(s)
	k.order.Remove(s.used)
	k.bytes -= s.bytes
}

// shrink gives up what was not used for the longest time.
func (k *known) shrink() {
	for k.bytes > k.limit && k.order.Len() > 0 {
		k.drop(k.order.Back().Value.(*span))
	}
}
