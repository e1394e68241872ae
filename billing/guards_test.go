package billing_test

import (
	"encoding/json"
	"testing"

	. "callout/billing"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
)

// The cases of this file are slips of the hand that were planted (see internal/mutate) and that no other
// test noticed.

// TestAClauseAcrossTwoCutsBoth: what is agreed anew goes in the place of all that it meets.
func TestAClauseAcrossTwoCutsBoth(t *testing.T) {
	k := newShop(t)
	c := k.contract("Frame", valid("2026-01-01", ""))
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("80"), Valid: valid("2026-01-01", "2026-03-01")})
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("85"), Valid: valid("2026-03-01", "")})
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("70"), Valid: valid("2026-02-01", "2026-04-01")})
	for on, want := range map[string]string{"2026-01-31": "80", "2026-02-01": "70", "2026-03-01": "70", "2026-03-31": "70", "2026-04-01": "85"} {
		wantPrice(t, k.quote("labour", on), "contract", want)
	}
}

// TestOnlyVisitsThatTookPlaceAreCharged: a call-out charge does not follow from a plan.
func TestOnlyVisitsThatTookPlaceAreCharged(t *testing.T) {
	k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT"}})
	o := k.jobWithTask()
	visit := k.must(&dispatch.Schedule{Order: o, Technicians: []store.ID{k.ana}, Start: at("2026-03-03T10:00:00Z"), End: at("2026-03-03T11:00:00Z")}).Subject
	if got := k.charges(o); len(got) != 0 {
		t.Errorf("a planned visit is charged: %+v", got)
	}
	k.mustAs(as{cmd: &dispatch.CancelVisit{Appointment: visit}, reason: "the customer is away"})
	if got := k.charges(o); len(got) != 0 {
		t.Errorf("a canceled visit is charged: %+v", got)
	}
}

// TestMoneyGoesBackByTheRulesOfPayments: a refund is held to them like any other payment.
func TestMoneyGoesBackByTheRulesOfPayments(t *testing.T) {
	k := taxFree(t)
	paid := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("100")}}).Subject
	for code, c := range map[string]*RefundPayment{
		"payment.amount": {Of: paid, Amount: amountp("-1")},
		"payment.method": {Of: paid, Method: "shells"},
	} {
		k.refused(code, as{reason: "sent too much", cmd: c})
	}
	k.mustAs(as{reason: "sent too much", cmd: &RefundPayment{Of: paid}})
	k.audited()
}

// TestWhatIsNotThereIsNotFound: nothing is computed of an order or a document that nobody knows.
func TestWhatIsNotThereIsNotFound(t *testing.T) {
	k := newShop(t)
	k.order()
	nobody := store.ID("inv_06eat8eg1nxy1cnesbm91rb8b0")
	if _, err := k.doAs(as{reason: "so", cmd: &WaiveRequirement{Invoice: nobody, Code: ReqTime}}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a requirement of nothing was waived: %v", err)
	}
	err := k.View(t.Context(), func(r store.Reader) error {
		_, err := RollupOf(r, "wo_06eat8eg1nxy1cnesbm91rb8b0", k.clock.Now())
		return err
	})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("nothing was rolled up: %v", err)
	}
}

// TestMonthsInJSON: no month is written and read as an empty text.
func TestMonthsInJSON(t *testing.T) {
	for _, text := range []string{`"2026-03"`, `""`} {
		m := month("2024-01")
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		if got := canonical(m); got != text && !(text == `""` && m == Month{}) {
			t.Errorf("%s is read as %s", text, got)
		}
	}
	var m Month
	if err := json.Unmarshal([]byte(`"2026-13"`), &m); err == nil {
		t.Errorf("%s is no month", m)
	}
}

// TestMilestonesOfAnotherOrderAreNotBilled: what is named by hand must be of the order.
func TestMilestonesOfAnotherOrderAreNotBilled(t *testing.T) {
	k := newShop(t)
	one, other := k.order(), k.order()
	theirs := k.must(&AddMilestone{Order: other, Milestone: "Roof", Amount: amountp("500")}).Subject
	k.must(&AddMilestone{Order: one, Milestone: "Walls", Amount: amountp("300")})
	k.complete(one)
	k.complete(other)
	k.refused("milestone.order", as{cmd: &ProposeInvoice{Order: one, Milestones: []store.ID{theirs}}})
}

// TestWhoAsksForAChangeHasAName: a change is agreed with somebody.
func TestWhoAsksForAChangeHasAName(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.capped(o, "500")
	for code, by := range map[string]string{"name.missing": " ", "name.dash": "-", "name.control": "Mrs.\u202eOtt"} {
		k.refused(code, as{reason: "more damage", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("900"), RequestedBy: by}})
	}
	k.mustAs(as{reason: "more damage", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("900"), RequestedBy: "Mrs. Ott"}})
}
