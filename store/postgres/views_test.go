package postgres

import (
	"context"
	"slices"
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/store"
	"callout/store/postgres/pgtest"
	"callout/store/storetest"

	"github.com/jackc/pgx/v5"
)

func tables(t *testing.T, s store.Schema) []store.Table {
	t.Helper()
	out, err := store.Tables(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ask(t *testing.T, url, sql string, args ...any) (rows [][]any) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background()) //nolint:errcheck // nothing is lost
	found, err := c.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		values, err := found.Values()
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, values)
	}
	if found.Err() != nil {
		t.Fatalf("%s: %v", sql, found.Err())
	}
	return rows
}

// TestViews reads what a shop has stored as tables: with a user who may read nothing else, without costs, and
// with names that SQL and jsonb find difficult.
func TestViews(t *testing.T) {
	url := pgtest.Database(t)
	e := openAt(t, url, "north", Options{Create: true})
	s := storetest.NewShop(t, e)
	s.Must(&storetest.CreateAccount{Called: "Graz & <Söhne> \u0000 \\u0000 'x'", City: "Graz", Note: "n", Balance: 7, Margin: "0.25"})
	s.Must(&storetest.CreateAccount{Called: "No costs", Tags: []string{"a"}})
	south := openAt(t, url, "south", Options{Create: true})
	storetest.NewShop(t, south).Must(&storetest.CreateAccount{Called: "Down there"})
	all := tables(t, storetest.Business())
	i := slices.IndexFunc(all, func(t store.Table) bool { return t.Name == "account" })
	all[i].Hidden = []string{"note"} // as if it were a secret
	for range 2 {
		if err := e.Show(t.Context(), all); err != nil {
			t.Fatal(err)
		}
	}
	role := "callout_test_" + strings.ReplaceAll(pgtest.Tenant(), "-", "_")
	run(t, url, `create role `+role+` login; grant usage on schema callout to `+role+`; grant select on callout.account to `+role)
	defer run(t, url, `drop owned by `+role+`; drop role `+role)
	reporter := url + " user=" + role
	got := ask(t, reporter, `select tenant, name, city, balance, document ->> 'name', document ?| array['cost', 'note'] from callout.account order by tenant, name`)
	if len(got) != 3 || got[0][1] != "Graz & <Söhne> \ufffd \\u0000 'x'" || got[0][2] != "Graz" || got[0][3] != int64(7) || got[0][5] != false {
		t.Errorf("accounts: %q", got)
	}
	if got[2][0] != "south" || got[2][1] != "Down there" {
		t.Errorf("the other tenant: %q", got[2])
	}
	costs := ask(t, url, `select a.name, c.cost ->> 'margin' from callout_costs.account c join callout.account a using (tenant, id)`)
	if len(costs) != 1 || costs[0][1] != "0.25" {
		t.Errorf("costs: %q", costs)
	}
	for _, forbidden := range []string{`select from callout_costs.account`, `select from callout_store.kv`} {
		c, err := pgx.Connect(t.Context(), reporter)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(t.Context(), forbidden); code(err) != notPermitted {
			t.Errorf("%s by a reporter: %v", forbidden, err)
		}
		_ = c.Close(t.Context())
	}

	// A later program has other columns, and one collection less. What was granted stays granted.
	all[3].Columns = all[3].Columns[1:]
	changed, gone := all[3].Name, all[len(all)-1].Name
	run(t, url, `grant select on callout.`+changed+` to `+role+` with grant option`)
	if err := e.Show(t.Context(), all[:len(all)-1]); err != nil {
		t.Fatal(err)
	}
	ask(t, reporter, `select * from callout.`+changed)
	if rows := ask(t, url, `select from pg_views where schemaname = 'callout' and viewname = $1`, gone); len(rows) != 0 {
		t.Errorf("the view %s of no collection is still there", gone)
	}

	run(t, url, `create view public.mine as select id from callout.`+changed)
	all[3].Title = "another"
	if err := e.Show(t.Context(), all); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), changed) {
		t.Errorf("a view of somebody else's on it: %v", err)
	}
}
