package bolt

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"callout/internal/fault"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// held opens an engine that keeps a file which is not there yet.
func held(t testing.TB) *Held {
	t.Helper()
	return holdAt(t, filepath.Join(t.TempDir(), "callout.db"), Options{Create: true, Serves: "http://localhost:1"})
}

func holdAt(t testing.TB, path string, o Options) *Held {
	t.Helper()
	o.AllowNetwork = true // wherever the tests run
	h, err := Hold(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

func TestHeldEngine(t *testing.T) {
	storetest.Engine(t, func(t *testing.T) store.Engine { return held(t) })
}

func TestHeldStore(t *testing.T) {
	storetest.Store(t, func(tb testing.TB) store.Engine { return held(tb) })
}

func TestHeldProperty(t *testing.T) {
	storetest.Property(t, func(tb testing.TB) store.Engine { return held(tb) }, func(testing.TB) store.Engine { return memory.New() })
}

func TestHeldBackup(t *testing.T) {
	storetest.Backup(t, func(tb testing.TB) store.Engine { return held(tb) })
}

// put writes one pair.
func put(e store.Engine, t testing.TB, key, value string) {
	t.Helper()
	err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) {
		return store.Batch{{Space: "s", Key: []byte(key), Value: []byte(value)}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestHeldKeepsOthersOut: whoever else wants the file is told at once who has it, and gets it afterwards.
func TestHeldKeepsOthersOut(t *testing.T) {
	h := held(t)
	put(h, t, "a", "1")
	other := openAt(t, h.path, Options{})
	for name, use := range map[string]func() error{
		"a reader": func() error { return other.View(t.Context(), func(store.Reader) error { return nil }) },
		"a writer": func() error {
			return other.Commit(t.Context(), func(store.Reader) (store.Batch, error) { return nil, nil })
		},
		"another server": func() error {
			_, err := Hold(t.Context(), h.path, Options{AllowNetwork: true})
			return err
		},
	} {
		var f *fault.Error
		if err := use(); !errors.As(err, &f) || f.Kind != fault.Busy || f.Code != "store.served" ||
			!slices.Contains(f.Hints, "--server http://localhost:1   (work through it)") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	put(other, t, "b", "2")
}

// TestHeldReadersAndWriter: a reader keeps its state while others commit, and does not keep them waiting.
func TestHeldReadersAndWriter(t *testing.T) {
	h := held(t)
	put(h, t, "a", "1")
	var readers sync.WaitGroup
	in, out := make(chan struct{}), make(chan struct{})
	for range 4 {
		readers.Go(func() {
			err := h.View(t.Context(), func(r store.Reader) error {
				in <- struct{}{}
				<-out
				v, err := r.Get("s", []byte("a"))
				if err == nil && string(v) != "1" {
					t.Errorf("a reader sees %q", v)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	for range 4 {
		<-in
	}
	put(h, t, "a", "2") // would hang if readers kept it waiting
	close(out)
	readers.Wait()
}

// TestHeldCompacts: free pages go while the file is held, and what is stored stays.
func TestHeldCompacts(t *testing.T) {
	h := held(t)
	h.limits = limits{commits: 3, bytes: 1 << 16, pages: 8000}
	big := string(make([]byte, 16<<20))
	put(h, t, "a", big)
	put(h, t, "keep", "this")
	put(h, t, "a", "small")
	for i := range 5 {
		put(h, t, "b", string(rune('0'+i)))
	}
	f, end, err := h.begin(false)
	if err != nil {
		t.Fatal(err)
	}
	free := f.stats().Free
	v, err := f.reader().Get("s", []byte("keep"))
	if string(v) != "this" || free > 100 {
		t.Errorf("after compacting %d pages are free, and there is %q (%v)", free, v, err)
	}
	end()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.View(t.Context(), func(store.Reader) error { return nil }); fault.CodeOf(err) != "store.closed" {
		t.Errorf("a closed store: %v", err)
	}
}

// TestHeldOpensAgain: after a failed commit the file is opened anew, and goes on from what is on the disk.
func TestHeldOpensAgain(t *testing.T) {
	h := held(t)
	put(h, t, "a", "1")
	h.broken = errors.New("planted")
	before := h.db
	put(h, t, "b", "2")
	if h.db == before || h.broken != nil {
		t.Error("the file was not opened again")
	}
	if _, err := Hold(t.Context(), filepath.Join(t.TempDir(), "none.db"), Options{AllowNetwork: true}); fault.CodeOf(err) != "store.missing" {
		t.Errorf("a store that is not there: %v", err)
	}
}
