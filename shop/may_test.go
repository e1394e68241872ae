package shop_test

import (
	"slices"
	"strings"
	"testing"

	"callout/party"
	"callout/shop"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// TestEveryCommandIsGranted: a command that is forgotten in the table is nobody's.
func TestEveryCommandIsGranted(t *testing.T) {
	s, err := store.Open(memory.New(), shop.Schema("test"), store.Options{Keys: storetest.NewKeys()})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range s.CommandNames() {
		someone := slices.ContainsFunc(party.Roles(), func(r party.Role) bool { return shop.May([]party.Role{r}, name) })
		if ours := slices.Contains(shop.Ours(), name); ours == someone {
			t.Errorf("%s: granted to somebody %v, the product's own %v", name, someone, ours)
		}
	}
	for _, op := range shop.Operations() {
		if strings.Contains(op, ".") && s.CommandTypes()[op] == nil {
			t.Errorf("%s is granted, and is no command", op)
		}
	}
}

func TestMay(t *testing.T) {
	for _, tt := range []struct {
		role party.Role
		op   string
		may  bool
	}{
		{party.Worker, "appointment.start.v1", true},
		{party.Worker, "appointment.schedule.v1", false},
		{party.Worker, "invoice.release.v1", false},
		{party.Worker, shop.OpRead, true},
		{party.Worker, shop.OpJournal, false},
		{party.Worker, shop.OpSync, false},
		{party.Auditor, shop.OpJournal, true},
		{party.Auditor, "customer.add.v1", false},
		{party.Clerk, "time.approve.v1", true},
		{party.Clerk, "invoice.approve.v1", false},
		{party.Approver, "invoice.approve.v1", true},
		{party.Approver, "invoice.release.v1", false},
		{party.Manager, "user.add.v1", false},
		{party.Admin, "user.add.v1", true},
		{party.Admin, "clock.tick.v1", false},
		{party.Admin, "no.such.v1", false},
	} {
		if got := shop.May([]party.Role{tt.role}, tt.op); got != tt.may {
			t.Errorf("%s may %s: %v", tt.role, tt.op, got)
		}
	}
	if shop.May(nil, shop.OpRead) || shop.May([]party.Role{"boss"}, shop.OpRead) {
		t.Error("whoever has no role reads")
	}
	for _, op := range []string{"time.add.v1", "token.issue.v1"} {
		if auditor := shop.May([]party.Role{party.Auditor}, op); auditor != (op == "token.issue.v1") {
			t.Errorf("an auditor may %s: %v", op, auditor)
		}
	}
}
