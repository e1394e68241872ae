package store

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// plain is a reader over a map of "space key" to value.
type plain map[string]string

func (p plain) Get(space string, key []byte) ([]byte, error) {
	if v, ok := p[space+" "+string(key)]; ok {
		return []byte(v), nil
	}
	return nil, nil
}

func (p plain) Scan(space string, r Range, yield func(key, value []byte) bool) error {
	keys := slices.Sorted(maps.Keys(p))
	if r.Reverse {
		slices.Reverse(keys)
	}
	for _, k := range keys {
		key, ok := bytes.CutPrefix([]byte(k), []byte(space+" "))
		if !ok || bytes.Compare(key, r.Lo) < 0 || r.Hi != nil && bytes.Compare(key, r.Hi) >= 0 {
			continue
		}
		if !yield(key, []byte(p[k])) {
			break
		}
	}
	return nil
}

// A stack of layers reads as one map would to which everything was written.
func TestLayerAgainstMap(t *testing.T) {
	key := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 0xff}), 0, 3)
	space := rapid.SampledFrom([]string{"r", "r2", "x"})
	rapid.Check(t, func(t *rapid.T) {
		model := plain{}
		under := plain{}
		for range rapid.IntRange(0, 8).Draw(t, "stored") {
			k := space.Draw(t, "space") + " " + string(key.Draw(t, "key"))
			under[k], model[k] = "stored", "stored"
		}
		var top Reader = under
		var layers []*layer
		for n := range rapid.IntRange(1, 3).Draw(t, "layers") {
			l := newLayer(top)
			if rapid.Bool().Draw(t, "many") { // more than a list holds
				for i := range fewWrites + 1 {
					l.put("other", []byte{'k', byte(i)}, []byte("many"))
					model["other k"+string(byte(i))] = "many"
				}
			}
			for range rapid.IntRange(0, 8).Draw(t, "writes") {
				sp, k := space.Draw(t, "space"), key.Draw(t, "key")
				if rapid.Bool().Draw(t, "delete") {
					l.put(sp, k, nil)
					delete(model, sp+" "+string(k))
				} else {
					l.put(sp, k, fmt.Appendf(nil, "layer %d", n))
					model[sp+" "+string(k)] = fmt.Sprint("layer ", n)
				}
			}
			layers = append(layers, l)
			top = l
		}
		agree(t, top, model, space, key)
		// Folded into one layer they read the same, and so does their batch, applied.
		for i := len(layers) - 1; i > 0; i-- {
			layers[i].fold(layers[i-1])
		}
		agree(t, layers[0], model, space, key)
		batch := layers[0].batch()
		if !slices.IsSortedFunc(batch, func(a, b Write) int {
			return bytes.Compare([]byte(a.Space+"\x00"+string(a.Key)), []byte(b.Space+"\x00"+string(b.Key)))
		}) {
			t.Fatalf("the batch is out of order: %v", batch)
		}
		for _, w := range batch {
			if w.Value == nil {
				delete(under, w.Space+" "+string(w.Key))
			} else {
				under[w.Space+" "+string(w.Key)] = string(w.Value)
			}
		}
		if !maps.Equal(under, model) {
			t.Fatalf("the batch makes %v, want %v", under, model)
		}
	})
}

func agree(t *rapid.T, r Reader, model plain, space *rapid.Generator[string], key *rapid.Generator[[]byte]) {
	sp, k := space.Draw(t, "space"), key.Draw(t, "key")
	got, _ := r.Get(sp, k)
	want, _ := model.Get(sp, k)
	if !bytes.Equal(got, want) || (got == nil) != (want == nil) {
		t.Fatalf("Get(%s, %q) = %q, want %q", sp, k, got, want)
	}
	rng := Range{Reverse: rapid.Bool().Draw(t, "reverse")}
	if rapid.Bool().Draw(t, "lo") {
		rng.Lo = key.Draw(t, "from")
	}
	if rapid.Bool().Draw(t, "hi") {
		rng.Hi = key.Draw(t, "to")
	}
	stop := rapid.IntRange(1, 9).Draw(t, "stop")
	read := func(r Reader) (out []string) {
		_ = r.Scan(sp, rng, func(key, value []byte) bool {
			out = append(out, fmt.Sprintf("%q=%s", key, value))
			return len(out) < stop
		})
		return out
	}
	if got, want := read(r), read(model); !slices.Equal(got, want) {
		t.Fatalf("Scan(%s, %+v) = %v, want %v", sp, rng, got, want)
	}
}

// A transaction that writes while it scans sees the state as it was when the scan began.
func TestLayerWriteWhileScanning(t *testing.T) {
	l := newLayer(plain{"r b": "1"})
	l.put("r", []byte("a"), []byte("1"))
	var seen []string
	err := l.Scan("r", Range{}, func(key, _ []byte) bool {
		seen = append(seen, string(key))
		l.put("r", append([]byte("z"), key...), []byte("2"))
		l.put("r", []byte("b"), nil)
		return true
	})
	if err != nil || !slices.Equal(seen, []string{"a", "b"}) {
		t.Errorf("saw %v, %v", seen, err)
	}
}
