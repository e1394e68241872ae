package replica_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"callout/store"
	"callout/store/bolt"
	"callout/store/memory"
	"callout/store/postgres"
	"callout/store/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// kind is what the machines of a world keep their stores in.
type kind struct {
	name   string
	seeds  uint64                                           // worlds of an ordinary run
	engine func(tb testing.TB, authority bool) store.Engine // a new, empty one
}

// kinds are the engines: memory for many worlds, the two that are shipped for the rest. Whoever keeps the authority in PostgreSQL has
// files on the laptops.
var kinds = []kind{
	{"memory", many(40, 30000), func(testing.TB, bool) store.Engine { return memory.New() }},
	{"bolt", many(2, 300), func(tb testing.TB, _ bool) store.Engine { return file(tb) }},
	{"postgres", many(1, 300), func(tb testing.TB, authority bool) store.Engine {
		tb.Helper()
		url := pgtest.URL(tb) // or skip
		if !authority {
			return file(tb)
		}
		e, err := postgres.Open(tb.Context(), url, pgtest.Tenant(), postgres.Options{Create: true, Connections: 2})
		if err != nil {
			tb.Fatal(err)
		}
		return e
	}},
}

func many(small, large uint64) uint64 {
	if os.Getenv("CALLOUT_LONG") != "" {
		return large
	}
	return small
}

var files int

// file is an engine on a new file.
func file(tb testing.TB) store.Engine {
	tb.Helper()
	files++
	e, err := bolt.Open(filepath.Join(tb.TempDir(), fmt.Sprintf("%d.db", files)), bolt.Options{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}
