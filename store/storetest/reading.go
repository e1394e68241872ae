package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"callout/store"
)

func emptyEngine(t *testing.T, e store.Engine) {
	want(t, e, "a")
	view(t, e, func(r store.Reader) {
		if v := got(t, r, "a", "k"); v != "missing" {
			t.Errorf("got %s from an empty engine", v)
		}
		if p := all(t, r, "a", store.Range{Lo: []byte("b"), Hi: []byte("c"), Reverse: true}); p != nil {
			t.Errorf("an empty space holds %v", p)
		}
	})
}

func getAfterPut(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "k1", "v1"), write("a", "k2", "v2"))
	view(t, e, func(r store.Reader) {
		for _, c := range []struct{ key, want string }{
			{"k1", `"v1"`}, {"k2", `"v2"`}, {"k", "missing"}, {"k11", "missing"}, {"k3", "missing"}, {"", "missing"},
		} {
			if v := got(t, r, "a", c.key); v != c.want {
				t.Errorf("%q: got %s, want %s", c.key, v, c.want)
			}
		}
	})
}

func replaceAndDelete(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "x", "1"), write("a", "y", "1"), write("a", "z", "1"))
	commit(t, e, write("a", "x", "2"), remove("a", "y"), remove("a", "never there"), remove("b", "nor the space"))
	want(t, e, "a", pair{"x", "2"}, pair{"z", "1"})
	want(t, e, "b")
	commit(t, e, remove("a", "x"), write("a", "y", "3"), remove("a", "z"))
	want(t, e, "a", pair{"y", "3"})
	commit(t, e, remove("a", "y"))
	want(t, e, "a")
}

func emptyValue(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "empty", ""), write("b", "only", ""))
	for _, space := range []string{"a", "b"} {
		view(t, e, func(r store.Reader) {
			for _, p := range all(t, r, space, store.Range{}) {
				if v := got(t, r, space, p.key); p.value != "" || v != `""` {
					t.Errorf("%s %q: scan gave %q, get %s", space, p.key, p.value, v)
				}
			}
		})
	}
	want(t, e, "a", pair{"empty", ""})
	commit(t, e, remove("a", "empty"), write("b", "only", "now full"))
	want(t, e, "a")
	want(t, e, "b", pair{"only", "now full"})
}

func anyBytes(t *testing.T, e store.Engine) {
	keys := []string{"\x00", "\x00\x00", "\x00\xff", "\x01", "a", "a\x00", "a\x00b", "\x7f", "\x80", "\xc3\x28", "\xff", "\xff\xff"}
	long := strings.Repeat("k", 1000)
	var batch []store.Write
	var pairs []pair
	for _, k := range append(keys, long) {
		batch = append(batch, write("bytes/x.y", k, k+"\x00\xff"))
		pairs = append(pairs, pair{k, k + "\x00\xff"})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	commit(t, e, batch...)
	want(t, e, "bytes/x.y", pairs...)
	view(t, e, func(r store.Reader) {
		back := all(t, r, "bytes/x.y", store.Range{Reverse: true})
		slices.Reverse(back)
		if !slices.Equal(back, pairs) {
			t.Errorf("backwards: %q", back)
		}
	})
}

func largeValue(t *testing.T, e store.Engine) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	commit(t, e, store.Write{Space: "a", Key: []byte("big"), Value: big}, write("a", "small", "s"))
	view(t, e, func(r store.Reader) {
		v, err := r.Get("a", []byte("big"))
		if err != nil || !bytes.Equal(v, big) {
			t.Errorf("1 MiB came back as %d bytes, %v", len(v), err)
		}
	})
}

func scanRanges(t *testing.T, e store.Engine) {
	var batch []store.Write
	var keys []string
	for i := range 500 { // several pages
		k := fmt.Sprintf("%04d", i*2)
		keys = append(keys, k)
		batch = append(batch, write("m", k, strings.Repeat(k, 20)), write("l", k, ""), write("n", k, ""))
	}
	commit(t, e, batch...)
	for _, c := range []struct {
		lo, hi string // "" is nil
		from   int    // the first index
		to     int    // the last one, excluded
	}{
		{"", "", 0, 500},
		{"0000", "", 0, 500},
		{"0001", "", 1, 500},
		{"", "0998", 0, 499},
		{"", "0999", 0, 500},
		{"0100", "0200", 50, 100},
		{"0101", "0201", 51, 101},
		{"0100", "0101", 50, 51},
		{"0100", "0100", 0, 0},
		{"0200", "0100", 0, 0},
		{"0999", "", 0, 0},
		{"", "0000", 0, 0},
		{"z", "", 0, 0},
		{"", "z", 0, 500},
	} {
		rg := store.Range{}
		if c.lo != "" {
			rg.Lo = []byte(c.lo)
		}
		if c.hi != "" {
			rg.Hi = []byte(c.hi)
		}
		view(t, e, func(r store.Reader) {
			for _, reverse := range []bool{false, true} {
				rg.Reverse = reverse
				var have []string
				for _, p := range all(t, r, "m", rg) {
					have = append(have, p.key)
				}
				expect := slices.Clone(keys[c.from:c.to])
				if reverse {
					slices.Reverse(expect)
				}
				if !slices.Equal(have, expect) {
					t.Errorf("[%q, %q) reverse %v: %d keys %.3q, want %d", c.lo, c.hi, reverse, len(have), have, len(expect))
				}
			}
		})
	}
}

func scanStops(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "1", ""), write("a", "2", ""), write("a", "3", ""))
	view(t, e, func(r store.Reader) {
		for _, reverse := range []bool{false, true} {
			calls := 0
			err := r.Scan("a", store.Range{Reverse: reverse}, func(_, _ []byte) bool {
				calls++
				return calls < 2
			})
			if err != nil || calls != 2 {
				t.Errorf("reverse %v: %d calls after a stop at the second, %v", reverse, calls, err)
			}
		}
	})
}

func nestedReads(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "1", "x"), write("a", "2", "y"), write("b", "x", "one"), write("b", "y", "two"))
	view(t, e, func(r store.Reader) {
		var have []string
		err := r.Scan("a", store.Range{}, func(_, v []byte) bool {
			have = append(have, got(t, r, "b", string(v)))
			have = append(have, fmt.Sprint(len(all(t, r, "a", store.Range{}))))
			return true
		})
		if expect := []string{`"one"`, "2", `"two"`, "2"}; err != nil || !slices.Equal(have, expect) {
			t.Errorf("have %v, %v", have, err)
		}
	})
}

func spacesApart(t *testing.T, e store.Engine) {
	// Names that a careless encoding of (space, key) would confuse.
	names := []string{"a", "a/b", "a/b.c", "ab", "b", "j", "x/a.b"}
	var batch []store.Write
	for _, s := range names {
		batch = append(batch, write(s, "b", s), write(s, "k", s))
	}
	commit(t, e, batch...)
	for _, s := range names {
		want(t, e, s, pair{"b", s}, pair{"k", s})
		view(t, e, func(r store.Reader) {
			if back := all(t, r, s, store.Range{Reverse: true}); !slices.Equal(back, []pair{{"k", s}, {"b", s}}) {
				t.Errorf("space %s backwards: %v", s, back)
			}
		})
	}
	commit(t, e, remove("a", "b"), remove("a", "k"))
	want(t, e, "a")
	want(t, e, "a/b", pair{"b", "a/b"}, pair{"k", "a/b"})
	want(t, e, "ab", pair{"b", "ab"}, pair{"k", "ab"})
}
