package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/work"
)

// TestCorrectionsAreCreditsAndNewLines: what is billed is never edited. A correction tells which
// step is next, from the credit to the new line.
func TestCorrectionsAreCreditsAndNewLines(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item := k.item(o, "3", "20")
	gone := k.item(o, "1", "7")
	time := k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T10:00:00Z")
	k.refused("correction.unbilled", as{cmd: &CorrectBilled{Source: item, Qty: qtyp("2")}, reason: "miscounted"})
	k.complete(o)
	inv := k.released(o)
	k.mustAs(as{cmd: &work.ReopenWorkOrder{ID: o}, reason: "the customer complains"})

	k.refused("reason.missing", as{cmd: &CorrectBilled{Source: item, Qty: qtyp("2")}})
	k.refused("correction.kind", as{cmd: &CorrectBilled{Source: time, Qty: qtyp("2")}, reason: "miscounted"})
	k.refused("correction.kind", as{cmd: &CorrectBilled{Source: item, From: at("2026-03-01T08:00:00Z")}, reason: "miscounted"})
	k.refused("correction.source", as{cmd: &CorrectBilled{Source: o}, reason: "miscounted"})
	k.refused("interval.empty", as{cmd: &CorrectBilled{Source: time, From: at("2026-03-01T08:00:00Z")}, reason: "miscounted"})
	k.mustAs(as{cmd: &CorrectBilled{Source: item, Qty: qtyp("1")}, reason: "miscounted"})
	k.mustAs(as{cmd: &CorrectBilled{Source: item, Qty: qtyp("2")}, reason: "counted again"}) // the last counts
	k.mustAs(as{cmd: &CorrectBilled{Source: gone}, reason: "another house"})
	k.mustAs(as{cmd: &CorrectBilled{Source: time, From: at("2026-03-01T08:00:00Z"), To: at("2026-03-01T09:00:00Z")}, reason: "left earlier"})

	steps := func(want ...CorrectionStep) (all []CorrectionProposal) {
		t.Helper()
		k.read(func(r store.Reader) (err error) {
			all, err = CorrectionsOf(r, o)
			return err
		})
		if len(all) != len(want) {
			t.Fatalf("%d corrections", len(all))
		}
		for i, c := range all {
			if c.Step != want[i] || c.Fix == "" && c.Step != StepDone {
				t.Errorf("%s: %s (%s), want %s", c.What, c.Step, c.Fix, want[i])
			}
		}
		return all
	}
	all := steps(StepCredit, StepCredit, StepCredit)
	wantAmount(t, "what would be credited", all[0].Credit, "60")
	if all[0].Invoice != inv.Number || all[0].Should != "2 pcs" {
		t.Errorf("%+v", all[0])
	}
	k.refused("source.billed", as{cmd: &EditItem{Item: item, Qty: qtyp("2")}})

	k.credited(inv.ID)
	all = steps(StepChange, StepChange, StepChange)
	contains(t, all[0].Fix, "callout item edit")
	contains(t, all[1].Fix, "callout item remove")
	contains(t, all[2].Fix, "callout time reject")
	k.must(&EditItem{Item: item, Qty: qtyp("2")})
	k.mustAs(as{cmd: &RemoveItem{Item: gone}, reason: "another house"})
	k.mustAs(as{name: "boss", cmd: &RejectTime{Entry: time}, reason: "left earlier"})
	contains(t, steps(StepRebill, StepDone, StepChange)[2].Fix, "callout time edit")
	to := at("2026-03-01T09:00:00Z")
	k.mustAs(as{cmd: &EditTime{Entry: time, To: &to}, reason: "left earlier"})
	steps(StepRebill, StepDone, StepRebill)
	k.must(&SubmitTime{Entry: time})
	k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: time}})
	k.complete(o)
	k.released(o)
	steps(StepDone, StepDone, StepDone)
	wantAmount(t, "the first invoice, still", get(k, Invoices, inv.ID).Net, inv.Net.String())
	k.audited()
}
