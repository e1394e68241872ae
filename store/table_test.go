package store_test

import (
	"reflect"
	"slices"
	"testing"

	"callout/store"
	"callout/store/storetest"
)

func tableNamed(t *testing.T, s store.Schema, name string) store.Table {
	t.Helper()
	tables, err := store.Tables(s)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(tables, func(t store.Table) bool { return t.Name == name })
	if i < 0 {
		t.Fatalf("no table %s among %d", name, len(tables))
	}
	return tables[i]
}

func TestTables(t *testing.T) {
	got := tableNamed(t, storetest.Business(), "account")
	want := store.Table{Name: "account", Title: "account", Space: "r/account", Costed: true, Columns: []store.Column{
		{Name: "id", Type: store.Text}, {Name: "name", Type: store.Text}, {Name: "city", Type: store.Text},
		{Name: "note", Type: store.Text}, {Name: "balance", Type: store.Whole}, {Name: "open", Type: store.Whole},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}
