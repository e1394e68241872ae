package billing_test

import (
	"testing"

	. "callout/billing"
)

// Credit lines may take an order below zero; an invoice never.
func TestNoInvoiceAsksForLessThanNothing(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "-1", "12.00")
	k.complete(o)
	inv := k.proposed(o)
	err := k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: inv}})
	contains(t, err.Error(), "less than nothing")
	contains(t, err.Hints[0], "callout invoice discard "+string(inv)) // what is added now would miss these credits

	k.mustAs(as{cmd: &DiscardInvoice{Invoice: inv}, reason: "with the next visit"})
	k.item(o, "1", "12.00")
	doc := k.released(o)
	wantAmount(t, "gross of what was evened out", doc.Gross, "0")
	k.audited()
}
