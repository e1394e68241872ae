package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/work"
)

// TestAnAmendmentBillsTheDifference opens an order again after it was signed and billed: the
// earlier invoice and sign-off stay, and what was added since is billed once.
func TestAnAmendmentBillsTheDifference(t *testing.T) {
	for _, milestone := range []bool{false, true} {
		k := newShop(t)
		o := k.order()
		var m store.ID
		if milestone {
			m = k.milestone(o, "work as done", "", "")
		}
		k.item(o, "2", "10")
		k.complete(o)
		signed := &work.RecordSignOff{}
		signed.Order, signed.Person = o, "Frau Huber"
		first := k.must(signed).Subject
		inv := k.released(o)
		wantAmount(t, "the first invoice", inv.Net, "20")
		sealed := get(k, work.SignOffs, first)

		k.mustAs(as{reason: "leaks", cmd: &work.ReopenWorkOrder{ID: o}})
		order := get(k, work.WorkOrders, o)
		if order.Rev() != 2 {
			t.Fatalf("opened again it is revision %d", order.Rev())
		}
		more := k.item(o, "3", "5")
		if got := get(k, LineItems, more).Revision; got != 2 {
			t.Errorf("the new item is of revision %d", got)
		}
		if got := get(k, LineItems, inv.Lines[0].Source).Revision; got != 0 {
			t.Errorf("the old item is of revision %d", got)
		}
		k.complete(o)
		next := k.proposed(o)
		k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: next}})
		signed.Person = "Herr Huber"
		second := get(k, work.SignOffs, k.must(signed).Subject)
		changes, err := second.Changes(ShownBilling)
		if err != nil || len(changes) == 0 {
			t.Fatalf("no difference was shown: %v", err)
		}
		for _, c := range changes {
			contains(t, c.What, string(more))
		}
		k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: next}})
		k.must(&ReleaseInvoice{Invoice: next})
		add := get(k, Invoices, next)
		wantAmount(t, "the amendment's invoice", add.Net, "15")
		wantAmount(t, "the first invoice, still", get(k, Invoices, inv.ID).Net, "20")
		if now := get(k, work.SignOffs, first); now.State != work.Signed || now.Hash != sealed.Hash {
			t.Errorf("what Frau Huber signed is %s", now.State)
		}
		if milestone && (k.status(m) != MilestoneReleased) {
			t.Errorf("the first milestone is %s", k.status(m))
		}
		k.audited()
	}
}

// TestBilledWithoutASignatureIsAmendedToo: a release is enough to settle a revision.
func TestBilledWithoutASignatureIsAmendedToo(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.milestone(o, "all of it", "", "500")
	k.complete(o)
	k.released(o)
	k.mustAs(as{reason: "one more thing", cmd: &work.ReopenWorkOrder{ID: o}})
	order := get(k, work.WorkOrders, o)
	if order.Rev() != 2 || order.Reopened[0].After != "billed by INV-2026-00001" {
		t.Fatalf("revision %d, %+v", order.Rev(), order.Reopened)
	}
	k.item(o, "1", "40") // covered by the agreed price, as before
	k.complete(o)
	k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	k.milestone(o, "the additional heater", "", "120")
	wantAmount(t, "what was agreed on top", k.released(o).Net, "120")
	k.audited()
}
