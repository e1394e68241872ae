package store_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// Commands that are decided together, so that their entries are written on other goroutines, leave what they
// leave one by one: every byte, salts included.
func TestManyWriteWhatOneByOneWrites(t *testing.T) {
	intents := creates(0, 300)
	for n := range 10 { // some look into the journal that is being written
		intents = append(intents, store.Intent{Actor: storetest.Anna, Reason: "no", Cmd: &store.Undo{Entry: uint64(2 + 25*n)}})
		intents = append(intents, creates(1000+n*40, 40)...)
	}
	for i := range intents {
		intents[i].ID = storetest.ID(i + 1)
	}
	fill := func(each int, encode bool) store.Batch {
		t.Helper()
		e := memory.New()
		s := fixed(t, e, rand.NewChaCha8([32]byte{1}))
		for some := range slices.Chunk(intents, each) {
			some = slices.Clone(some)
			for i := range some {
				if encode {
					some[i] = encoded(t, some[i])
				}
			}
			recs, err := s.Do(t.Context(), some...)
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range recs {
				if rec.Err != nil {
					t.Fatal(rec.Err)
				}
			}
		}
		return all(t, s, e)
	}
	alone := fill(1, false)
	for _, each := range []int{63, 64, 65, len(intents)} {
		same := func(a, b store.Write) bool {
			return a.Space == b.Space && string(a.Key) == string(b.Key) && string(a.Value) == string(b.Value)
		}
		if together := fill(each, each%2 == 0); !slices.EqualFunc(alone, together, same) {
			t.Errorf("%d at a time leave something else than one at a time", each)
		}
	}
}

func encoded(t *testing.T, in store.Intent) store.Intent {
	t.Helper()
	in, err := in.Encoded()
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// fixed is a store in which nothing but what is done differs.
func fixed(t *testing.T, e store.Engine, random io.Reader) *store.Store {
	t.Helper()
	now := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	s, err := store.Open(e, storetest.Business(), store.Options{
		Keys: storetest.NewKeys(), Random: random, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(t.Context(), storetest.Tenant, storetest.Anna); err != nil {
		t.Fatal(err)
	}
	return s
}

func all(t *testing.T, s *store.Store, e store.Engine) (out store.Batch) {
	t.Helper()
	err := e.View(t.Context(), func(r store.Reader) error {
		for _, space := range s.Spaces() {
			err := r.Scan(space, store.Range{}, func(key, value []byte) bool {
				out = append(out, store.Write{Space: space, Key: slices.Clone(key), Value: slices.Clone(value)})
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// loud names an event that cannot be written down.
type loud struct{}

func (loud) Name() string { return "account.loud.v1" }

func (loud) Do(tx *store.Tx) error {
	tx.Emit("loud", "", map[string]any{"how": func() {}})
	return nil
}

// An entry that cannot be written keeps out all that were decided with it.
func TestEntryThatCannotBeWritten(t *testing.T) {
	for _, after := range []int{1, 100} {
		e := memory.New()
		s := fixed(t, e, rand.NewChaCha8([32]byte{2}))
		before := all(t, s, e)
		intents := append([]store.Intent{{Cmd: loud{}, Actor: storetest.Anna}}, creates(0, after)...)
		recs, err := s.Do(t.Context(), intents...)
		if !fault.Is(err, fault.Internal) || len(recs) != 0 {
			t.Errorf("with %d after it: %d receipts, %v", after, len(recs), err)
		}
		if len(all(t, s, e)) != len(before) {
			t.Errorf("with %d after it: something was written", after)
		}
	}
}

// dry is a source of randomness that ends.
type dry struct{ io.Reader }

var errDry = errors.New("dry")

func (d dry) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if err == io.EOF {
		err = errDry
	}
	return n, err
}

// Without salts nothing is done.
func TestRandomnessThatEnds(t *testing.T) {
	e := memory.New()
	s := fixed(t, e, dry{io.LimitReader(rand.NewChaCha8([32]byte{3}), 2000)})
	before := all(t, s, e)
	intents := creates(0, 100)
	for i := range intents {
		intents[i].ID = storetest.ID(i + 1)
	}
	if _, err := s.Do(t.Context(), intents...); !errors.Is(err, errDry) {
		t.Errorf("got %v", err)
	}
	if len(all(t, s, e)) != len(before) {
		t.Error("something was written")
	}
}
