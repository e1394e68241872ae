package memory_test

import (
	"testing"

	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

func TestEngine(t *testing.T) {
	storetest.Engine(t, func(*testing.T) store.Engine { return memory.New() })
}

// The strict reader must itself keep the promises of an engine.
func TestStrictEngine(t *testing.T) {
	storetest.Engine(t, func(*testing.T) store.Engine { return storetest.Strict(memory.New()) })
}

// The store must not keep slices longer than an engine promises.
func TestStrictStore(t *testing.T) {
	storetest.Store(t, func(testing.TB) store.Engine { return storetest.Strict(memory.New()) })
}

func TestStrictSpoilsWhatIsKept(t *testing.T) {
	e := storetest.Strict(memory.New())
	err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) {
		return store.Batch{{Space: "a", Key: []byte("key"), Value: []byte("value")}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got, key, value []byte
	err = e.View(t.Context(), func(r store.Reader) error {
		if got, err = r.Get("a", []byte("key")); err != nil {
			return err
		}
		err := r.Scan("a", store.Range{}, func(k, v []byte) bool {
			key, value = k, v
			return true
		})
		if string(key) == "key" || string(value) == "value" {
			t.Error("slices of a scan outlive it")
		}
		if string(got) != "value" {
			t.Errorf("a value spoils too early: %q", got)
		}
		return err
	})
	if err != nil || string(got) == "value" {
		t.Errorf("a value outlives its view: %q, %v", got, err)
	}
}
