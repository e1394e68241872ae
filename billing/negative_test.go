package billing_test

import (
	"testing"

	. "callout/billing"
)

// Credit lines may take an order below zero; an invoice never.
func TestNoInvoiceAsksForLessThanNothing(t *testing.T) {
	k := newShop(t)
	o := k.order()
	credit := k.item(o, "-1", "12.00")
	k.complete(o)
	err := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	contains(t, err.Error(), "less than nothing")
	contains(t, err.Hints[0], "callout item add WO-1001 …")

	k.item(o, "1", "12.00")
	err = k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o, Only: []Selection{{Source: credit}}}})
	contains(t, err.Hints[0], "callout invoice propose WO-1001")
	doc := k.released(o)
	wantAmount(t, "gross of what was evened out", doc.Gross, "0")
	k.audited()
}

// What is added to an order does not join a selection, so that a selection below zero is given up.
func TestSelectionBelowZeroIsDiscarded(t *testing.T) {
	k := newShop(t)
	o := k.order()
	work, credit := k.item(o, "1", "12.00"), k.item(o, "-1", "6.00")
	k.complete(o)
	inv := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: work}, {Source: credit}}}).Subject
	k.mustAs(as{name: "store", reason: "agreed", cmd: &EditItem{Item: work, Price: pricep("5.00")}})
	err := k.refused("gate.propose", as{cmd: &ProposeInvoice{Invoice: inv}})
	contains(t, err.Error(), "it comes to -1.20 EUR")
	contains(t, err.Hints[0], "callout invoice discard "+string(inv))

	k.must(&DiscardInvoice{Invoice: inv})
	k.item(o, "1", "12.00")
	wantAmount(t, "gross with what came in besides", k.released(o).Gross, "13.20")
	k.audited()
}
