package shop_test

import (
	"testing"

	"callout/party"
	"callout/shop"
)

// TestSightPrefixes: the table names the collections by the prefixes that they have.
func TestSightPrefixes(t *testing.T) {
	have := map[string]string{"store": "store", "revision": "rev"}
	for _, c := range shop.Schema("test").Collections {
		have[c.Name()] = c.Prefix()
	}
	for coll, prefix := range shop.SightPrefixes() {
		if have[coll] != prefix {
			t.Errorf("%s has ids that begin with %q, not %q", coll, have[coll], prefix)
		}
	}
	if len(shop.SightPrefixes()) < 20 || shop.SightPrefixes()["charge"] != "" {
		t.Errorf("technicians see %d collections", len(shop.SightPrefixes()))
	}
	if !shop.See(nil, "", []party.Role{party.Worker, party.Clerk}).Full() || shop.See(nil, "", []party.Role{party.Worker}).Full() || shop.See(nil, "", nil).Full() {
		t.Error("the wrong ones see everything")
	}
}
