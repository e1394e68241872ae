package postgres

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"callout/store"
	"callout/store/memory"
	"callout/store/postgres/pgtest"
	"callout/store/storetest"

	"github.com/jackc/pgx/v5/pgxpool"
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
	open := func(tb testing.TB) store.Engine { return beside(tb, pgtest.Tenant(), Options{}) }
	storetest.Property(t, open, func(testing.TB) store.Engine { return memory.New() })
}

// crowd is the pool of engines that are opened by the hundred: a connection costs more than what they do.
var crowd struct {
	sync.Mutex
	pool *pgxpool.Pool
}

// beside is an engine of the crowd, on a tenant that is made where it is missing. It is not to be closed.
func beside(tb testing.TB, tenant string, o Options) *Engine {
	tb.Helper()
	url := pgtest.URL(tb)
	crowd.Lock()
	defer crowd.Unlock()
	var err error
	if crowd.pool == nil {
		if crowd.pool, err = connect(context.Background(), url, Options{LockWait: time.Minute, Connections: 8}); err != nil {
			tb.Fatal(err)
		}
	}
	o.Create, o.LockWait = true, time.Minute
	e, err := on(context.Background(), crowd.pool, tenant, o.filled())
	if err != nil {
		tb.Fatal(err)
	}
	return e
}
