package postgres_test

import (
	"testing"

	"callout/shop"
	"callout/store"
	"callout/store/postgres"
	"callout/store/postgres/pgtest"

	"github.com/jackc/pgx/v5"
)

// TestViewsOfTheShop makes the views of the whole business, and reads every one.
func TestViewsOfTheShop(t *testing.T) {
	url := pgtest.Database(t)
	e, err := postgres.Open(t.Context(), url, "a", postgres.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close() //nolint:errcheck // it has no error
	tables, err := store.Tables(shop.Schema("test"))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Show(t.Context(), tables); err != nil {
		t.Fatal(err)
	}
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context()) //nolint:errcheck // nothing is lost
	rows, err := c.Query(t.Context(), `select schemaname || '.' || viewname from pg_views where schemaname like 'callout%'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) < 30 {
		t.Fatalf("%d views, %v", len(names), err)
	}
	for _, name := range names {
		if _, err := c.Exec(t.Context(), `select * from `+name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
