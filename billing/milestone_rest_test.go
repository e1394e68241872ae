package billing_test

import (
	"fmt"
	"testing"

	. "callout/billing"
	"callout/money"
	"callout/store"

	"pgregory.net/rapid"
)

// TestMixturesComeToThePrice bills amounts, shares and the rest in any order: together they are the price, less
// what is named as not billed, to the cent.
func TestMixturesComeToThePrice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := newShop(t)
		o := k.order()
		price := money.Minor(rapid.Int64Range(100_000, 99_999_999).Draw(rt, "price"), eur)
		unbilled := money.Minor(rapid.Int64Range(0, 10_000).Draw(rt, "unbilled"), eur)
		k.must(&SetTerms{Order: o, Price: &price, Unbilled: &unbilled})
		var ids []store.ID
		for i := range rapid.IntRange(0, 3).Draw(rt, "shares") {
			ids = append(ids, k.must(&AddMilestone{
				Order: o, Milestone: fmt.Sprint("share ", i), Percent: ptr(money.NewPercent(rapid.Int64Range(1, 25_000).Draw(rt, "share"), 3)),
			}).Subject)
		}
		ids = append(ids, k.must(&AddMilestone{Order: o, Milestone: "amount", Amount: ptr(money.Minor(rapid.Int64Range(1, 5_000).Draw(rt, "sum"), eur))}).Subject)
		ids = append(ids, k.must(&AddMilestone{Order: o, Milestone: "rest", Rest: true}).Subject)
		k.refused("milestone.two-rests", as{cmd: &AddMilestone{Order: o, Milestone: "rest", Rest: true}})
		k.complete(o)
		var sum money.Amount
		for _, id := range rapid.Permutation(ids).Draw(rt, "order") {
			inv := k.must(&ProposeInvoice{Order: o, Milestones: []store.ID{id}}).Subject
			k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: inv}})
			k.must(&ReleaseInvoice{Invoice: inv})
			sum = sum.Add(get(k, Invoices, inv).Net)
		}
		if want := price.Sub(unbilled); !sum.Equal(want) {
			rt.Errorf("billed %s of %s", sum, want)
		}
	})
}

// TestTheMilestonesComeToThePrice: too little holds the last one up, too much each of them.
func TestTheMilestonesComeToThePrice(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	k.milestone(o, "half", "50", "")
	k.milestone(o, "sum", "", "400")
	k.complete(o)
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "AGREED.TOTAL: it comes to 900.00 EUR of the agreed 1000.00 EUR")
	k.milestone(o, "more", "", "100.01")
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "AGREED.TOTAL: it comes to 1000.01 EUR, and 1000.00 EUR are agreed")
	k.refused("terms.unbilled", as{cmd: &SetTerms{Order: o, Unbilled: amountp("1000.01")}})
	k.refused("change-order.deducts", as{reason: "less", cmd: &RequestChange{Order: o, Kind: ChangeSum, Title: "less", Sum: amountp("-1"), RequestedBy: "x"}})
	k.refused("change-order.nothing", as{reason: "less", cmd: &RequestChange{Order: o, Kind: ChangeSum, Title: "less", Sum: amountp("0"), RequestedBy: "x"}})
	k.refused("change-order.no-price", as{reason: "more", cmd: &RequestChange{Order: k.order(), Kind: ChangeSum, Title: "x", Sum: amountp("1"), RequestedBy: "x"}})
}

// TestWhatIsAgreedOnTopIsAMilestoneOfItsOwn, beside the price.
func TestWhatIsAgreedOnTopIsAMilestoneOfItsOwn(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	k.milestone(o, "all of it", "100", "")
	co := k.mustAs(as{reason: "found in the wall", cmd: &RequestChange{Order: o, Kind: ChangeSum, Title: "Asbestos", Sum: amountp("50"), RequestedBy: "Mrs. Ott"}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveChange{Change: co}})
	k.complete(o)
	inv := k.released(o)
	wantAmount(t, "with the change", inv.Net, "1050")
	if m := get(k, Milestones, get(k, ChangeOrders, co).Row); m.Change != co || m.Status != MilestoneReleased {
		t.Errorf("%+v", m)
	}
}
