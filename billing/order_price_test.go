package billing_test

import (
	"testing"

	. "callout/billing"
)

func TestAPriceNamedForAnOrderGoesBeforeWhatIsAgreed(t *testing.T) {
	k := newShop(t)
	c := k.contract("Post", valid("", ""))
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("80")})
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.mustAs(as{name: "boss", reason: "agreed by phone", cmd: &NamePrice{Order: o, Key: "labour", Price: pricep("75")}})
	k.mustAs(as{name: "boss", cmd: &NamePrice{Order: o, Key: "part:FILTER", Price: pricep("9")}})
	k.must(&AddItem{Order: o, Kind: PartItem, Ref: "filter", Qty: qty("1")})
	k.item(o, "1", "30") // a price on the item itself goes before that of the order
	k.complete(o)
	id := k.proposed(o)
	wantAmount(t, "an hour and two filters", get(k, Invoices, id).Net, "114")
	x := k.explain(o, "labour", "2026-03-01")
	wantPrice(t, x, "explicit", "75")
	contains(t, x.Trace[0].Rule, "for this order: agreed by phone")
	// Who named it does not approve it.
	k.refused("approval.self", as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.refused("price.not-named", as{cmd: &NamePrice{Order: o, Key: "travel"}})
	k.refused("price.negative", as{cmd: &NamePrice{Order: o, Key: "travel", Price: pricep("-1")}})
	k.refused("price.key", as{cmd: &NamePrice{Order: o, Key: "all", Price: pricep("1")}})
	k.must(&NamePrice{Order: o, Key: "Labour"})
	if inv := get(k, Invoices, id); inv.Status != InvoiceDraft {
		t.Errorf("without the price the proposal is %s", inv.Status)
	}
	wantPrice(t, k.explain(o, "labour", "2026-03-01"), "contract", "80")
	k.must(&SetRules{Rules: Rules{PriceReason: true}})
	k.refused("price.reason", as{cmd: &NamePrice{Order: k.order(), Key: "labour", Price: pricep("1")}})
}
