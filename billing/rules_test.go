package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/store/storetest"
)

func TestAnOrderKeepsTheRulesItWasCreatedUnder(t *testing.T) {
	k := newShop(t)
	rules := func(step, days int) *SetRules {
		return &SetRules{Rules: Rules{Labour: TimeRounding{Increment: step, Minimum: step}, PaymentDays: days}}
	}
	plain := k.order()
	k.must(rules(30, 14))
	half := k.order()
	k.must(rules(60, 30))
	bill := func(o store.ID, net string, days int) {
		t.Helper()
		inv := get(k, Invoices, k.proposed(o))
		wantAmount(t, "net", inv.Net, net)
		if inv.PaymentDays != days {
			t.Errorf("%d days to pay, want %d", inv.PaymentDays, days)
		}
	}
	k.worked(plain, "2026-03-01T08:00:00Z", "2026-03-01T08:42:00Z")
	k.complete(plain)
	bill(plain, "63", 0) // 0.7 h: it is older than the first rules
	k.worked(half, "2026-03-01T10:00:00Z", "2026-03-01T10:20:00Z")
	k.complete(half)
	bill(half, "45", 14)
	k.must(&RepinPrices{Order: half}) // the proposal is overtaken
	bill(half, "90", 30)
	id := k.approved(k.billable())
	k.must(&ReleaseInvoice{Invoice: id})
	if inv := get(k, Invoices, id); inv.DueOn != inv.IssuedOn.AddDays(30) {
		t.Errorf("issued on %s, due on %s", inv.IssuedOn, inv.DueOn)
	}
}

func TestRulesThatCannotBe(t *testing.T) {
	k := newShop(t)
	for code, r := range storetest.InOrder(map[string]Rules{
		"rules.minutes": {Labour: TimeRounding{Increment: -1}},
		"rules.mode":    {Travel: TimeRounding{Mode: "sideways"}},
		"rules.days":    {PaymentDays: -1},
	}) {
		k.refused(code, as{cmd: &SetRules{Rules: r}})
	}
}
