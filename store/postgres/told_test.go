package postgres

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"callout/store"

	"pgregory.net/rapid"
)

// drawBatch draws writes in the order of a batch, of several spaces, with values of all lengths that matter.
func drawBatch(t *rapid.T) (out store.Batch) {
	for _, space := range []string{"a", "i/name", "s"} {
		for _, w := range drawWrites(t) {
			w.Space = space
			if w.Value != nil {
				n := rapid.SampledFrom([]int{0, 1, toldValue, toldValue + 1, 300, toldLong / 3}).Draw(t, "length")
				w.Value = bytes.Repeat([]byte{byte(n)}, n)
			}
			out = append(out, w)
		}
	}
	return out
}

// TestTold: others hear of every key that was written, of what was deleted, and of values that are short, or replace others.
func TestTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		batch := drawBatch(t)
		replacing := rapid.SampledFrom([]store.Batch{nil, batch[:len(batch)/2], batch[len(batch)/2:], batch}).Draw(t, "replacing")
		long := 0
		all, ok := hear(told(batch, replacing))
		if !ok || len(all) != len(batch) {
			t.Fatalf("%d of %d keys, %v", len(all), len(batch), ok)
		}
		for i, w := range batch {
			h := all[i]
			seen := len(w.Value) <= toldValue
			if !seen && slices.ContainsFunc(replacing, func(f store.Write) bool { return inBatch(f, w) == 0 }) {
				long += len(w.Value)
				seen = long <= toldLong
			}
			if h.Space != w.Space || !bytes.Equal(h.Key, w.Key) || h.seen != seen {
				t.Fatalf("%s %q of %d bytes: %s %q, seen %v", w.Space, w.Key, len(w.Value), h.Space, h.Key, h.seen)
			}
			if h.seen && (!bytes.Equal(h.Value, w.Value) || (h.Value == nil) != (w.Value == nil)) {
				t.Fatalf("%q: %q, told as %q", w.Key, w.Value, h.Value)
			}
		}
	})
}

// TestToldInTurn: of what several commits tell of a key, the last counts, also where it does not tell what it wrote.
func TestToldInTurn(t *testing.T) {
	of := func(key, value string) heard {
		h := heard{store.Write{Space: "s", Key: []byte(key)}, value != "?"}
		if h.seen && value != "-" {
			h.Value = []byte(value)
		}
		return h
	}
	seen, unseen := newest([]heard{of("b", "1"), of("c", "?"), of("d", "4"), of("a", "?"), of("b", "2"), of("c", "3"), of("d", "-"), of("b", "?")})
	if got := fmt.Sprintf("%s; %s", seen, unseen); got != `[{s c 3} {s d }]; [{s a } {s b }]` || seen[1].Value != nil {
		t.Errorf("%s", got)
	}
}

// TestToldTooMuch: of too many keys nothing is told, and nothing is not taken for something.
func TestToldTooMuch(t *testing.T) {
	var batch store.Batch
	for i := range toldKeys + 1 {
		batch = append(batch, store.Write{Space: "s", Key: fmt.Appendf(nil, "%06d", i), Value: []byte{}})
	}
	if all, ok := hear(told(batch[1:], nil)); !ok || len(all) != toldKeys {
		t.Errorf("%d keys, %v", len(all), ok)
	}
	if all, ok := hear(told(batch, nil)); ok || len(all) != 0 {
		t.Errorf("%d keys, %v", len(all), ok)
	}
}

// FuzzHear: what makes no sense is refused, and takes no more room than it has.
func FuzzHear(f *testing.F) {
	f.Add(told(store.Batch{{Space: "s", Key: []byte("a"), Value: []byte("v")}, {Space: "s", Key: []byte("ab")}, {Space: "t", Key: []byte("b"), Value: make([]byte, 100)}}, nil))
	f.Add([]byte("\x01s\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte("\x01s\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte("\x01s\x02\x00\x01a\x01\x05\x00\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, ok := hear(text)
		if !ok && len(all) > 0 || len(all) > len(text) {
			t.Fatalf("%d keys of %d bytes, %v", len(all), len(text), ok)
		}
		for _, h := range all {
			if h.Space == "" || len(h.Key) == 0 {
				t.Fatalf("%+v", h)
			}
		}
		seen, unseen := newest(slices.Clone(all))
		if len(seen)+len(unseen) > len(all) {
			t.Fatalf("%d of %d", len(seen)+len(unseen), len(all))
		}
	})
}

// TestFollows: numbers that count up leave one hole, others one each.
func TestFollows(t *testing.T) {
	for _, tt := range []struct {
		key, next string
		want      bool
	}{
		{"\x00\x01", "\x00\x02", true},
		{"\x00\xff", "\x01\x00", true},
		{"\xff\xff", "\x00\x00", false},
		{"\x00\x01", "\x00\x03", false},
		{"\x00\x01", "\x01\x02", false},
		{"\x01", "\x01\x00", false},
	} {
		if got := follows([]byte(tt.key), []byte(tt.next)); got != tt.want {
			t.Errorf("%q after %q: %v", tt.next, tt.key, got)
		}
	}
	k := newKnown(1<<20, state{version: 1})
	k.learn(state{version: 1}, &span{space: "s", lo: []byte{}, pairs: []pair{{[]byte("c"), []byte("v")}}})
	var counted, others []store.Write
	for i := byte(1); i < 100; i++ {
		counted = append(counted, store.Write{Space: "s", Key: []byte{'a', i}})
		others = append(others, store.Write{Space: "s", Key: []byte{'b', 2 * i}})
	}
	k.move(state{version: 1}, state{version: 2}, nil, counted)
	if n := k.spaces["s"].Len(); n != 2 {
		t.Errorf("numbers that count up leave %d spans", n)
	}
	k.move(state{version: 2}, state{version: 3}, nil, others)
	if n := k.spaces["s"].Len(); n != 2+99 {
		t.Errorf("others leave %d spans", n)
	}
	if v, ok := k.get(state{version: 3}, "s", []byte{'b', 3}); !ok || v != nil {
		t.Errorf("between two: %q, %v", v, ok)
	}
}

// TestFlight: who sees the state after a commit that is not answered yet knows what it wrote, and nobody takes it for written before.
func TestFlight(t *testing.T) {
	was, now, other := state{version: 1}, state{version: 2, stamp: newStamp()}, state{version: 2, stamp: newStamp()}
	k := newKnown(1<<20, was)
	k.learn(was, &span{space: "s", lo: []byte{}})
	get := func(of state) string {
		v, ok := k.get(of, "s", []byte("a"))
		return fmt.Sprintf("%s %v", v, ok)
	}
	send := func() {
		k.launch(&flight{was, now, store.Batch{{Space: "s", Key: []byte("a"), Value: []byte("v")}}})
	}
	send()
	if k.reach(other) || get(was) != " true" {
		t.Errorf("another commit was taken for this one: %s", get(was))
	}
	k.land(false)
	if k.reach(now) || get(was) != " true" {
		t.Errorf("a commit that is not known to have happened was taken for written: %s", get(was))
	}
	send()
	if !k.reach(now) || get(now) != "v true" {
		t.Errorf("seen before it was answered: %s", get(now))
	}
	k.land(true)
	if got := get(now); got != "v true" || !k.reach(now) {
		t.Errorf("answered: %s", got)
	}
}
