package billing_test

import (
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// TestWhatAChangeOrderSays: a sum with nothing else, under a class of tax that can be read, and above zero where it becomes a
// milestone; and the customer's approval has a name and a role.
func TestWhatAChangeOrderSays(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&AddMilestone{Order: o, Milestone: "all of it", Percent: percentp("100"), Price: amountp("1000")})
	for _, c := range []struct {
		name, code string
		ask        RequestChange
	}{
		{"a class that cannot be read", "tax.class", RequestChange{Sum: amountp("10"), TaxClass: "a class of tax that has a name much longer than anybody would ever give one, and then some more of it"}},
		{"a sum and a limit", "change-order.nothing", RequestChange{Sum: amountp("10"), Limit: amountp("10")}},
		{"a sum and a cost", "change-order.nothing", RequestChange{Sum: amountp("10"), Cost: amountp("10")}},
		{"less", "change-order.deducts", RequestChange{Sum: amountp("-0.01")}},
		{"a cent more", "", RequestChange{Sum: amountp("0.01")}},
	} {
		c.ask.Order, c.ask.Kind, c.ask.Title, c.ask.RequestedBy = o, ChangeSum, "the pump too", "Mrs. Ott"
		if c.code != "" {
			k.refused(c.code, as{reason: "more damage", cmd: &c.ask})
			continue
		}
		k.mustAs(as{reason: "more damage", cmd: &c.ask})
	}
	capped := k.order()
	k.capped(capped, "500")
	co := k.mustAs(as{reason: "the pump too", cmd: &RequestChange{Order: capped, Kind: ChangeCap, Limit: amountp("900"), RequestedBy: "ana"}}).Subject
	shown := k.must(&work.AddEvidence{Order: capped, Kind: work.Reading, Value: "1"}).Subject
	if _, err := k.do(&AcceptChange{Change: co, Role: "facility manager", Evidence: shown}); err == nil {
		t.Error("a customer without a name was accepted")
	}
}

// TestADecisionNeedsItsQuestion: what nobody is asked about any more is not decided, and a change of a cap that does not say from
// what it was to move is not made.
func TestADecisionNeedsItsQuestion(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.capped(o, "500")
	withdrawn := func(kind string, id store.ID) {
		k.mustAs(as{cmd: &forge{What: kind, ID: id, do: func(tx *store.Tx) error { return approval.Withdraw(tx, kind, id, "no longer") }}})
	}
	ask := &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("900"), RequestedBy: "ana"}
	co := k.mustAs(as{reason: "the pump too", cmd: ask}).Subject
	k.mustAs(as{cmd: change(ChangeOrders, co, func(_ *store.Tx, x *ChangeOrder) { x.Before = nil })})
	k.refused("change-order.stale", as{name: "boss", cmd: &ApproveChange{Change: co}})
	withdrawn(ApprovalChange, co)
	k.refused("approval.stale", as{name: "boss", cmd: &ApproveChange{Change: co}})
	k.refused("approval.stale", as{name: "boss", reason: "no", cmd: &RejectChange{Change: co}})

	e := k.entered(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.must(&SubmitTime{Entry: e})
	withdrawn(ApprovalTime, e)
	k.refused("approval.stale", as{name: "boss", cmd: &ApproveTime{Entry: e}})
}

// TestTheCostOfTimeIsThatOfItsFirstApproval: the rate that was known then stays, whatever is entered later; where none was
// known, the next approval looks again.
func TestTheCostOfTimeIsThatOfItsFirstApproval(t *testing.T) {
	k := newShop(t)
	o := k.order()
	ben := k.must(&dispatch.AddTechnician{Technician: "ben"}).Subject
	for _, c := range []struct {
		who         store.ID
		first, then string
	}{{k.ana, "38", "38"}, {ben, "", "50"}} {
		e := k.must(&AddTime{Order: o, Technician: c.who, From: at("2026-03-01T08:00:00Z"), To: at("2026-03-01T09:00:00Z")}).Subject
		approved := func(want string) {
			t.Helper()
			k.must(&SubmitTime{Entry: e})
			k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: e}})
			got := ""
			if rate := get(k, TimeEntries, e).Cost.Rate; rate != nil {
				got = rate.String()
			}
			if got != want {
				t.Errorf("the hour costs %q, want %q", got, want)
			}
		}
		approved(c.first)
		k.mustAs(as{name: "boss", reason: "which pump was it?", cmd: &RejectTime{Entry: e}})
		k.must(&dispatch.EditTechnician{Technician: c.who, CostRate: pricep("50"), CostFrom: calendar.Date{Year: 2026, Month: 1, Day: 1}})
		approved(c.then)
	}
}
