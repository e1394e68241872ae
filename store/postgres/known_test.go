package postgres

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"callout/store"
	"callout/store/postgres/pgtest"

	"pgregory.net/rapid"
)

// shelf is one space as a plain map.
type shelf map[string]string

func (m shelf) within(lo, hi []byte) (out []pair) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k >= string(lo) && (hi == nil || k < string(hi)) {
			out = append(out, pair{[]byte(k), []byte(m[k])})
		}
	}
	return out
}

var keys = rapid.Custom(func(t *rapid.T) []byte {
	return []byte(rapid.StringOfN(rapid.SampledFrom([]rune("abc")), 1, 3, -1).Draw(t, "key"))
})

func drawRange(t *rapid.T) store.Range {
	r := store.Range{Lo: []byte{}, Reverse: rapid.Bool().Draw(t, "reverse")}
	if rapid.Bool().Draw(t, "lo") {
		r.Lo = keys.Draw(t, "from")
	}
	if rapid.Bool().Draw(t, "hi") {
		r.Hi = keys.Draw(t, "to")
	}
	return r
}

func drawWrites(t *rapid.T) (out []store.Write) {
	for _, k := range rapid.SliceOfNDistinct(keys, 1, 6, func(k []byte) string { return string(k) }).Draw(t, "keys") {
		w := store.Write{Space: "s", Key: k}
		if rapid.IntRange(0, 2).Draw(t, "put") > 0 {
			w.Value = []byte(rapid.StringOfN(rapid.Rune(), 0, 5, -1).Draw(t, "value"))
		}
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b store.Write) int { return bytes.Compare(a.Key, b.Key) })
	return out
}

func (m shelf) apply(writes []store.Write) {
	for _, w := range writes {
		if w.Value == nil {
			delete(m, string(w.Key))
		} else {
			m[string(w.Key)] = string(w.Value)
		}
	}
}

// TestKnown holds the memory to a plain map: whatever it claims to know is so, whatever it has been
// told, and in whichever order spans overlap, split and are given up.
func TestKnown(t *testing.T) {
	claims := 0
	every := []string{"a", "aa", "aaa", "ab", "abc", "ac", "b", "ba", "bb", "bbb", "bc", "bcc", "c", "ca", "cb", "cc", "ccc"}
	rapid.Check(t, func(t *rapid.T) {
		truth, of := shelf{}, state{version: 1}
		k := newKnown(rapid.SampledFrom([]int{600, 5000, 1 << 20}).Draw(t, "limit"), of)
		var late []*span // what readers of earlier states have found and not told yet
		var lateOf []state
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0, 1: // a reader learns a range, now or late
				r := drawRange(t)
				if r.Hi != nil && bytes.Compare(r.Lo, r.Hi) >= 0 {
					continue
				}
				s := &span{space: "s", lo: r.Lo, hi: r.Hi, pairs: truth.within(r.Lo, r.Hi)}
				if rapid.Bool().Draw(t, "late") {
					late, lateOf = append(late, s), append(lateOf, of)
				} else {
					k.learn(of, s)
				}
			case 2: // a late one tells
				if len(late) > 0 {
					k.learn(lateOf[0], late[0])
					late, lateOf = late[1:], lateOf[1:]
				}
			case 3: // somebody commits; of some keys it is not known what
				writes := drawWrites(t)
				truth.apply(writes)
				to := state{of.version + 1, newStamp()}
				n := rapid.IntRange(0, len(writes)).Draw(t, "seen")
				k.move(of, to, writes[:n], writes[n:])
				of = to
			case 4, 5:
				r := drawRange(t)
				if s, ok := k.page(of, "s", r); ok && (r.Hi == nil || bytes.Compare(r.Lo, r.Hi) < 0) {
					claims++
					checkPage(t, truth, s, r)
				}
			}
			checkKnown(t, k)
			for _, key := range every {
				if v, ok := k.get(of, "s", []byte(key)); ok {
					claims++
					if want, there := truth[key]; string(v) != want || there != (v != nil) {
						t.Fatalf("%q: %q, %v; it is %q, %v", key, v, v != nil, want, there)
					}
				}
			}
		}
	})
	if claims < 2000 {
		t.Errorf("the memory claimed to know something %d times", claims)
	}
}

func checkPage(t *rapid.T, truth shelf, s span, r store.Range) {
	lo, hi := r.Lo, r.Hi
	if r.Reverse {
		if lo = slices.MaxFunc([][]byte{lo, s.lo}, bytes.Compare); s.hi != nil && (hi == nil || bytes.Compare(s.hi, hi) < 0) {
			t.Fatalf("backwards from %q begins below it, at %q", hi, s.hi)
		}
	} else if s.hi != nil && (hi == nil || bytes.Compare(s.hi, hi) < 0) {
		hi = s.hi
	}
	have, want := s.within(lo, hi), truth.within(lo, hi)
	if fmt.Sprintf("%q", have) != fmt.Sprintf("%q", want) {
		t.Fatalf("[%q, %q): %q, it is %q", lo, hi, have, want)
	}
}

// checkKnown wants spans in order that do not overlap, their weight summed up, and no more than there is room for.
func checkKnown(t *rapid.T, k *known) {
	sum, n := 0, 0
	for _, spans := range k.spaces {
		var last *span
		spans.Ascend(func(s *span) bool {
			if last != nil && (last.hi == nil || bytes.Compare(last.hi, s.lo) > 0) {
				t.Fatalf("[%q, %q) and [%q, %q) overlap", last.lo, last.hi, s.lo, s.hi)
			}
			if s.bytes != s.weigh() || len(s.within(s.lo, s.hi)) != len(s.pairs) {
				t.Fatalf("a span of [%q, %q) weighs %d, not %d: %q", s.lo, s.hi, s.weigh(), s.bytes, s.pairs)
			}
			sum, n, last = sum+s.bytes, n+1, s
			return true
		})
	}
	if sum != k.bytes || sum > k.limit || n != k.order.Len() {
		t.Fatalf("%d spans of %d bytes; %d counted as %d; limit %d", n, sum, k.order.Len(), k.bytes, k.limit)
	}
}

// TestSplit writes a span full, far beyond what one may hold.
func TestSplit(t *testing.T) {
	k := newKnown(1<<20, state{version: 1})
	k.learn(state{version: 1}, &span{space: "s", lo: []byte{}})
	of := state{version: 1}
	truth := shelf{}
	for i := range 3 * spanPairs {
		w := []store.Write{{Space: "s", Key: fmt.Appendf(nil, "%05d", i*7919%(3*spanPairs)), Value: []byte("v")}}
		to := state{version: of.version + 1}
		k.move(of, to, w, nil)
		of = to
		truth.apply(w)
	}
	if n := k.spaces["s"].Len(); n < 3 {
		t.Errorf("%d pairs in %d spans", len(truth), n)
	}
	for key := range truth {
		if v, ok := k.get(of, "s", []byte(key)); !ok || string(v) != "v" {
			t.Fatalf("%q: %q, %v", key, v, ok)
		}
	}
}

// TestReplicas has engines with memories of their own commit and read in turn, and compares every
// one of them with a plain map.
func TestReplicas(t *testing.T) {
	pgtest.URL(t) // or skip
	asked, recalled := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		tenant := pgtest.Tenant()
		var engines []*Engine
		for range 3 {
			cache := rapid.SampledFrom([]int{1, 2000, 1 << 20}).Draw(rt, "cache")
			engines = append(engines, beside(t, tenant, Options{Cache: cache}))
		}
		truth := shelf{}
		read := func(r store.Reader) {
			for range rapid.IntRange(0, 4).Draw(rt, "reads") {
				compare(rt, truth, r)
			}
			inner := r.(*reader)
			asked += inner.asked
			if inner.of != (state{}) && inner.memory.state() == inner.of {
				recalled++
			}
		}
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			e := rapid.SampledFrom(engines).Draw(rt, "engine")
			var err error
			if rapid.Bool().Draw(rt, "commit") {
				writes := drawWrites(rt)
				err = e.Commit(context.Background(), func(r store.Reader) (store.Batch, error) {
					read(r)
					return writes, nil
				})
				truth.apply(writes)
			} else {
				err = e.View(context.Background(), func(r store.Reader) error {
					read(r)
					return nil
				})
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
	})
	if asked == 0 || recalled == 0 {
		t.Errorf("the server was asked %d times, memories were used %d times", asked, recalled)
	}
}

func compare(t *rapid.T, truth shelf, r store.Reader) {
	if rapid.Bool().Draw(t, "get") {
		key := keys.Draw(t, "key")
		v, err := r.Get("s", key)
		want, there := truth[string(key)]
		if err != nil || string(v) != want || there != (v != nil) {
			t.Fatalf("%q: %q, %v; it is %q, %v", key, v, err, want, there)
		}
		return
	}
	rg := drawRange(t)
	want := truth.within(rg.Lo, rg.Hi)
	if rg.Reverse {
		slices.Reverse(want)
	}
	most := rapid.IntRange(1, 50).Draw(t, "most")
	want = want[:min(most, len(want))]
	var have []pair
	err := r.Scan("s", rg, func(k, v []byte) bool {
		have = append(have, pair{bytes.Clone(k), bytes.Clone(v)})
		return len(have) < most
	})
	if err != nil || fmt.Sprintf("%q", have) != fmt.Sprintf("%q", want) {
		t.Fatalf("[%q, %q) reverse %v: %q, %v; it is %q", rg.Lo, rg.Hi, rg.Reverse, have, err, want)
	}
}

// TestPages scans far more than a page, of small and of large rows, both ways, and counts how often the server
// is asked.
func TestPages(t *testing.T) {
	e := fresh(t)
	commitRows := func(space string, n, size int) {
		err := e.Commit(t.Context(), func(store.Reader) (batch store.Batch, err error) {
			for i := range n {
				batch = append(batch, store.Write{Space: space, Key: fmt.Appendf(nil, "%06d", i), Value: []byte(strings.Repeat("v", size))})
			}
			return batch, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	commitRows("large", 40, 1<<20)
	commitRows("small", 12_000, 10)
	for _, tt := range []struct {
		space   string
		rows    int
		stop    int
		atMost  int
		reverse bool
	}{
		{"small", 12_000, 12_001, 7, false},
		{"small", 12_000, 12_001, 7, true},
		{"small", 20, 20, 1, false},
		{"large", 40, 41, 10, false},
	} {
		err := e.View(t.Context(), func(r store.Reader) error {
			n := 0
			if err := r.Scan(tt.space, store.Range{Reverse: tt.reverse}, func(_, _ []byte) bool {
				n++
				return n < tt.stop
			}); err != nil {
				return err
			}
			if asked := r.(*reader).asked; n != tt.rows || asked > tt.atMost {
				t.Errorf("%s reverse %v: %d rows by asking %d times, want %d by %d", tt.space, tt.reverse, n, asked, tt.rows, tt.atMost)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNeighbours looks whether names are free that lie close together: the first look tells of the others, up or down.
func TestNeighbours(t *testing.T) {
	e := fresh(t)
	err := e.Commit(t.Context(), func(store.Reader) (batch store.Batch, err error) {
		for i := range 200 {
			batch = append(batch, store.Write{Space: "name", Key: fmt.Appendf(nil, "%04d", 10*i), Value: []byte{}})
		}
		return batch, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, reverse := range []bool{false, true} {
		e.memory.restart(e.memory.state(), e.memory.state())
		err := e.View(t.Context(), func(r store.Reader) error {
			for i := range firstPage {
				n := 10*i + 5
				if reverse {
					n = 1995 - 10*i
				}
				rg := store.Prefix(fmt.Appendf(nil, "%04d", n))
				rg.Reverse = reverse
				if err := r.Scan("name", rg, func(key, _ []byte) bool {
					t.Errorf("%q is taken by %q", rg.Lo, key)
					return true
				}); err != nil {
					return err
				}
			}
			if asked := r.(*reader).asked; asked > 2 {
				t.Errorf("reverse %v: the server was asked %d times", reverse, asked)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
