package shop_test

import (
	"strings"
	"testing"

	"callout/shop"
	"callout/store"
)

// TestTablesOfTheShop wants a column of every type, and no costs among them.
func TestTablesOfTheShop(t *testing.T) {
	seen := map[store.ColumnType]bool{}
	tables, err := store.Tables(shop.Schema("test"))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		for _, c := range table.Columns {
			seen[c.Type] = true
			if c.Name == "cost" && table.Costed || strings.HasPrefix(c.Name, "secret") {
				t.Errorf("%s shows its %s", table.Name, c.Name)
			}
		}
	}
	for _, kind := range []store.ColumnType{store.Text, store.Whole, store.Decimal, store.Truth, store.Instant} {
		if !seen[kind] {
			t.Errorf("no column of the shop is %s", kind)
		}
	}
}
