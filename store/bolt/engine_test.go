package bolt

import (
	"path/filepath"
	"testing"

	"callout/store"
	"callout/store/storetest"
)

// fresh opens an engine on a file that is not there yet.
func fresh(t testing.TB) *Engine {
	t.Helper()
	e, err := Open(filepath.Join(t.TempDir(), "callout.db"), Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEngine(t *testing.T) {
	storetest.Engine(t, func(t *testing.T) store.Engine { return fresh(t) })
}
