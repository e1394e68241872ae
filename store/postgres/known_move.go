package postgres

import (
	"bytes"
	"slices"

	"callout/store"
)

// flight is a commit on its way to the server: what it writes, and the states before and after it.
type flight struct {
	from, to state
	batch    store.Batch
}

// launch notes a commit that is about to be sent. Whoever sees the state after it before its answer is here need not ask what was
// written.
func (k *known) launch(f *flight) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.flight = f
}

// land takes note that the commit has happened, or that it is not known to have.
func (k *known) land(done bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if done {
		k.arrive(k.flight.to)
	}
	k.flight = nil
}

// reach reports whether a state is the one that is remembered, or the next one by the commit that is on its way.
func (k *known) reach(now state) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.of == now || k.arrive(now)
}

func (k *known) arrive(now state) bool {
	f := k.flight
	if f == nil || f.to != now || f.from != k.of {
		return false
	}
	k.advance(now, f.batch, nil)
	return true
}

// move goes on from one state to the next by what was written in between; of the keys in unseen it is not
// known what. Both are in the order of a batch. What is written where nothing is known stays unknown. It does nothing where the
// state is another one.
func (k *known) move(from, to state, writes, unseen []store.Write) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == from {
		k.advance(to, writes, unseen)
	}
}

func (k *known) advance(to state, writes, unseen []store.Write) {
	k.of = to
	k.each(unseen, k.carve)
	k.each(writes, k.write)
	k.shrink()
}

// each hands out those of some writes that lie where something is known: by the span, in order.
func (k *known) each(writes []store.Write, fn func(*span, []store.Write)) {
	for len(writes) > 0 {
		w := writes[0]
		s := k.find(w.Space, w.Key)
		n := 1
		for s != nil && n < len(writes) && writes[n].Space == w.Space && s.holds(writes[n].Key) &&
			bytes.Compare(writes[n-1].Key, writes[n].Key) < 0 {
			n++
		}
		if s != nil {
			fn(s, writes[:n])
		}
		writes = writes[n:]
	}
}

// write puts writes into their span.
func (k *known) write(s *span, writes []store.Write) {
	pairs := make([]pair, 0, len(s.pairs)+len(writes))
	rest, grown := s.pairs, 0
	for _, w := range writes {
		i, there := search(rest, w.Key)
		pairs, rest = append(pairs, rest[:i]...), rest[i:]
		if there {
			grown -= rest[0].weigh()
			rest = rest[1:]
		}
		if w.Value != nil {
			// The batch may hold slices that its maker uses again.
			p := pair{bytes.Clone(w.Key), append(make([]byte, 0, len(w.Value)), w.Value...)}
			grown += p.weigh()
			pairs = append(pairs, p)
		}
	}
	s.pairs = append(pairs, rest...)
	s.bytes += grown
	k.bytes += grown
	for len(s.pairs) > spanPairs {
		s = k.split(s)
	}
}

// split makes two spans of one: a full one, and the rest, which it returns. Neither holds on to what is given up of the other.
func (k *known) split(s *span) (right *span) {
	const half = spanPairs / 2
	right = &span{space: s.space, lo: s.pairs[half].key, hi: s.hi, pairs: slices.Clone(s.pairs[half:])}
	k.bytes -= s.bytes
	s.hi, s.pairs = right.lo, slices.Clone(s.pairs[:half])
	s.bytes, right.bytes = s.weigh(), right.weigh()
	k.bytes += s.bytes + right.bytes
	right.used = k.order.InsertAfter(right, s.used)
	k.spaces[s.space].ReplaceOrInsert(right)
	return right
}

// carve forgets what stands under some keys of a span. What lies between them stays known, but between keys that count up, as an
// entry's do: nobody will ask for what is there.
func (k *known) carve(s *span, keys []store.Write) {
	k.spaces[s.space].Delete(s)
	lo, rest := s.lo, s.pairs
	for len(keys) > 0 {
		i, _ := search(rest, keys[0].Key)
		k.piece(s, lo, keys[0].Key, rest[:i])
		rest = rest[i:]
		for {
			last := keys[0].Key
			if len(rest) > 0 && bytes.Equal(rest[0].key, last) {
				rest = rest[1:]
			}
			lo, keys = after(last), keys[1:]
			if len(keys) == 0 || !follows(last, keys[0].Key) || len(rest) > 0 && bytes.Compare(rest[0].key, keys[0].Key) < 0 {
				break
			}
		}
	}
	k.piece(s, lo, s.hi, rest)
	k.bytes -= s.bytes
	k.order.Remove(s.used)
}

// piece keeps a part of a span that is given up.
func (k *known) piece(of *span, lo, hi []byte, pairs []pair) {
	if hi != nil && bytes.Compare(lo, hi) >= 0 {
		return
	}
	s := &span{space: of.space, lo: bytes.Clone(lo), hi: bytes.Clone(hi), pairs: slices.Clone(pairs)}
	s.bytes = s.weigh()
	k.bytes += s.bytes
	s.used = k.order.InsertBefore(s, of.used)
	k.spaces[s.space].ReplaceOrInsert(s)
}

// follows reports whether a key is the number after another one, both being numbers of one length, greatest byte first.
func follows(key, next []byte) bool {
	if len(key) != len(next) {
		return false
	}
	for i := len(key) - 1; i >= 0; i-- {
		if next[i] != key[i]+1 {
			return false
		}
		if next[i] != 0 {
			return bytes.Equal(key[:i], next[:i])
		}
	}
	return false
}

// stored keeps those of some keys under which something is known to stand. It reports false where the state is another one.
func (k *known) stored(of state, keys []store.Write) (met []store.Write, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		return nil, false
	}
	k.each(keys, func(s *span, these []store.Write) {
		for _, w := range these {
			if _, there := s.at(w.Key); there {
				met = append(met, store.Write{Space: w.Space, Key: w.Key})
			}
		}
	})
	return met, true
}

// part parts writes of a state into those under whose keys nothing is stored, as far as that is known, and the others. What
// deletes nothing is in neither. Replacing are those of the others under whose keys something is known to stand.
func (k *known) part(of state, writes []store.Write) (free, others, replacing []store.Write) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of != of {
		return nil, writes, nil
	}
	for _, w := range writes {
		s := k.find(w.Space, w.Key)
		there := false
		if s != nil {
			_, there = s.at(w.Key)
		}
		switch {
		case s == nil:
			others = append(others, w)
		case there:
			others, replacing = append(others, w), append(replacing, w)
		case w.Value != nil:
			free = append(free, w)
		}
	}
	return free, others, replacing
}
