package postgres

import (
	"fmt"
	"os"
	"testing"
	"time"

	"callout/store"
	"callout/store/memory"
	"callout/store/postgres/pgtest"
	"callout/store/storetest"
)

func TestMain(m *testing.M) {
	if mode := os.Getenv("CALLOUT_CHILD"); mode != "" {
		if err := child(mode); err != nil {
			fmt.Fprintln(os.Stderr, mode, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(pgtest.Main(m))
}

// fresh is an engine on a new tenant of the tests' database.
func fresh(tb testing.TB) *Engine {
	tb.Helper()
	return openAt(tb, pgtest.URL(tb), pgtest.Tenant(), Options{Create: true})
}

func openAt(tb testing.TB, url, tenant string, o Options) *Engine {
	tb.Helper()
	if o.LockWait == 0 {
		o.LockWait = time.Minute
	}
	if o.Connections == 0 {
		o.Connections = 4
	}
	e, err := Open(tb.Context(), url, tenant, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = e.Close() })
	return e
}

func TestEngine(t *testing.T) {
	storetest.Engine(t, func(t *testing.T) store.Engine { return fresh(t) })
}

// An engine that remembers next to nothing asks the server for everything.
func TestForgetfulEngine(t *testing.T) {
	storetest.Engine(t, func(t *testing.T) store.Engine {
		return openAt(t, pgtest.URL(t), pgtest.Tenant(), Options{Create: true, Cache: 1})
	})
}

func TestStore(t *testing.T) {
	storetest.Store(t, func(tb testing.TB) store.Engine { return fresh(tb) })
}

func TestBackup(t *testing.T) {
	storetest.Backup(t, func(tb testing.TB) store.Engine { return fresh(tb) })
}

func TestProperty(t *testing.T) {
	var last *Engine
	open := func(tb testing.TB) store.Engine { // one at a time, or the server runs out of connections
		if last != nil {
			_ = last.Close()
		}
		last = fresh(tb)
		return last
	}
	storetest.Property(t, open, func(testing.TB) store.Engine { return memory.New() })
}
