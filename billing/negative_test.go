package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
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

// Where everything on an order stands on a document, its gate says so once, and does not advise to propose it anew.
func TestGateOfAnOrderWithNothingOpen(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "12.00")
	k.complete(o)
	fixes := func() (lines, approved Requirement) {
		k.read(func(r store.Reader) error {
			g, err := OrderGate(r, o, k.clock.Now())
			if err == nil {
				lines, _ = g.Get(ReqLines)
				approved, _ = g.Get(ReqApproved)
			}
			return err
		})
		return lines, approved
	}
	if lines, approved := fixes(); lines.Status != Satisfied || approved.Fix != "callout invoice propose WO-1001" {
		t.Errorf("before: %s, %q", lines.Status, approved.Fix)
	}
	id := k.approved(o)
	lines, approved := fixes()
	if lines.Fix != "callout invoice gate "+string(id) || approved.Fix != "" || approved.Status != Unsatisfied {
		t.Errorf("approved: %q and %s %q", lines.Fix, approved.Status, approved.Fix)
	}
	k.must(&ReleaseInvoice{Invoice: id})
	lines, approved = fixes()
	if lines.Fix != "callout invoice list --order WO-1001" || approved.Fix != "" {
		t.Errorf("released: %q and %q", lines.Fix, approved.Fix)
	}
}
