package storetest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"callout/store"

	"pgregory.net/rapid"
)

// plain is the model of an engine: per space a map.
type plain map[string]map[string]string

func (m plain) apply(b store.Batch) {
	for _, w := range b {
		if m[w.Space] == nil {
			m[w.Space] = map[string]string{}
		}
		if w.Value == nil {
			delete(m[w.Space], string(w.Key))
		} else {
			m[w.Space][string(w.Key)] = string(w.Value)
		}
	}
}

func (m plain) scan(space string, rg store.Range) (out []pair) {
	for k, v := range m[space] {
		if k >= string(rg.Lo) && (rg.Hi == nil || k < string(rg.Hi)) {
			out = append(out, pair{k, v})
		}
	}
	slices.SortFunc(out, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	if rg.Reverse {
		slices.Reverse(out)
	}
	return out
}

// randomBatches runs random batches and reads against the model. All runs share one
// engine and use their own spaces, so that an engine is opened only once.
func randomBatches(t *testing.T, e store.Engine) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		model := plain{}
		spaces := rapid.SampledFrom([]string{fmt.Sprint("s", run), fmt.Sprint("s", run, "/"), fmt.Sprint("t", run)})
		// Short keys of few letters meet each other often; they end in bytes that are
		// easily got wrong at the edges of ranges.
		key := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 'b', 0xfe, 0xff}), 1, 4),
			func(b []byte) string { return string(b) })
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			b := drawBatch(t, spaces, key)
			if rapid.IntRange(0, 4).Draw(t, "refuse") == 0 {
				err := e.Commit(context.Background(), func(store.Reader) (store.Batch, error) { return b, errNo })
				if err != errNo { //nolint:errorlint // unchanged means the same value
					t.Fatalf("the refusal came back as %v", err)
				}
			} else {
				commit(t, e, b...)
				model.apply(b)
			}
			view(t, e, func(r store.Reader) {
				space, rg := spaces.Draw(t, "space"), drawRange(t, key)
				if have, expect := all(t, r, space, rg), model.scan(space, rg); !slices.Equal(have, expect) {
					t.Fatalf("scan of %s [%q, %q) reverse %v: %q, want %q", space, rg.Lo, rg.Hi, rg.Reverse, have, expect)
				}
			})
		}
		view(t, e, func(r store.Reader) { compareAll(t, r, model, key) })
	})
}

// compareAll reads everything that the model holds, and a key that it may not hold.
func compareAll(t *rapid.T, r store.Reader, model plain, key *rapid.Generator[string]) {
	other := key.Draw(t, "other")
	for space, m := range model {
		if have, expect := all(t, r, space, store.Range{}), model.scan(space, store.Range{}); !slices.Equal(have, expect) {
			t.Fatalf("space %s holds %q, want %q", space, have, expect)
		}
		for k, v := range m {
			if have := got(t, r, space, k); have != fmt.Sprintf("%q", v) {
				t.Fatalf("%s %q is %s, want %q", space, k, have, v)
			}
		}
		if _, ok := m[other]; !ok && got(t, r, space, other) != "missing" {
			t.Fatalf("%s %q is there", space, other)
		}
	}
}

func drawBatch(t *rapid.T, spaces, key *rapid.Generator[string]) store.Batch {
	var b store.Batch
	for range rapid.IntRange(1, 12).Draw(t, "writes") {
		w := store.Write{Space: spaces.Draw(t, "space"), Key: []byte(key.Draw(t, "key"))}
		if rapid.IntRange(0, 3).Draw(t, "delete") > 0 {
			size := rapid.SampledFrom([]int{0, 1, 30, 1500}).Draw(t, "size")
			w.Value = bytes.Repeat([]byte{'v'}, size)
		}
		b = append(b, w)
	}
	slices.SortStableFunc(b, compare)
	return slices.CompactFunc(b, func(x, y store.Write) bool { return compare(x, y) == 0 })
}

func drawRange(t *rapid.T, key *rapid.Generator[string]) store.Range {
	rg := store.Range{Reverse: rapid.Bool().Draw(t, "reverse")}
	switch rapid.IntRange(0, 2).Draw(t, "range") {
	case 1:
		if rg.Lo = []byte(key.Draw(t, "lo")); rapid.Bool().Draw(t, "both") {
			rg.Hi = []byte(key.Draw(t, "hi"))
		}
	case 2:
		rg = store.Range{Lo: store.Prefix([]byte(key.Draw(t, "prefix"))).Lo, Reverse: rg.Reverse}
		rg.Hi = store.Prefix(rg.Lo).Hi
	}
	return rg
}
