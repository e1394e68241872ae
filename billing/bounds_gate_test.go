package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/work"
)

// TestWhoHasApprovedWaivesNothing: as long as what they approved is still to be released. What was discarded, or approved
// by others, stands in nobody's way.
func TestWhoHasApprovedWaivesNothing(t *testing.T) {
	waive := func(k *shop, o store.ID) as {
		k.must(&work.AddEvidence{Order: o, Kind: work.Photo, File: "a.jpg", SHA256: fakeDigest, Bytes: 10})
		return as{name: "mia", reason: "seen", cmd: &WaiveRequirement{Order: o, Code: ReqReceived}}
	}
	for _, c := range []struct {
		name, code string
		before     func(k *shop, o, inv store.ID)
	}{
		{"nobody has", "", func(*shop, store.ID, store.ID) {}},
		{"they have, in part", "approval.granter", func(k *shop, _, inv store.ID) {
			k.mustAs(as{name: "mia", cmd: &ApproveInvoice{Invoice: inv}})
		}},
		{"they have", "approval.granter", func(k *shop, _, inv store.ID) {
			k.mustAs(as{name: "mia", cmd: &ApproveInvoice{Invoice: inv}})
			k.mustAs(as{name: "bert", cmd: &ApproveInvoice{Invoice: inv}})
		}},
		{"others have", "", func(k *shop, _, inv store.ID) {
			k.mustAs(as{name: "carl", cmd: &ApproveInvoice{Invoice: inv}})
			k.mustAs(as{name: "bert", cmd: &ApproveInvoice{Invoice: inv}})
		}},
		{"they have, and it was released", "", func(k *shop, o, inv store.ID) {
			k.mustAs(as{name: "mia", cmd: &ApproveInvoice{Invoice: inv}})
			k.mustAs(as{name: "bert", cmd: &ApproveInvoice{Invoice: inv}})
			k.must(&ReleaseInvoice{Invoice: inv})
		}},
		{"they have, and it was discarded", "", func(k *shop, _, inv store.ID) {
			k.mustAs(as{name: "mia", cmd: &ApproveInvoice{Invoice: inv}})
			k.mustAs(as{reason: "another customer", cmd: &DiscardInvoice{Invoice: inv}})
		}},
		{"they have, and it was rejected and proposed again", "", func(k *shop, o, inv store.ID) {
			k.mustAs(as{name: "mia", cmd: &ApproveInvoice{Invoice: inv}})
			k.mustAs(as{name: "bert", reason: "wrong day", cmd: &RejectInvoice{Invoice: inv}})
			k.must(&ProposeInvoice{Order: o})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := ruled(t)
			o := k.order()
			k.item(o, "1", "1000")
			k.complete(o)
			inv := k.proposed(o)
			c.before(k, o, inv)
			if a := waive(k, o); c.code == "" {
				k.mustAs(a)
			} else {
				k.refused(c.code, a)
			}
		})
	}
}

// TestARefundThatCameBack: money that was sent back and did not arrive stands to the customer's credit again.
func TestARefundThatCameBack(t *testing.T) {
	k := taxFree(t)
	inv := k.invoiced("100")
	p := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("30")}}).Subject
	refund := k.mustAs(as{reason: "too much", cmd: &RefundPayment{Of: p, Amount: amountp("20")}}).Subject
	k.refused("payment.given-back", as{reason: "bounced", cmd: &ReversePayment{Payment: p}})
	k.refused("payment.no-credit", as{cmd: &ApplyCredit{From: p, Invoice: inv.ID, Amount: amountp("10.01")}})
	k.mustAs(as{reason: "no such account", cmd: &ReversePayment{Payment: refund}})
	k.refused("payment.reversed", as{reason: "again", cmd: &ReversePayment{Payment: refund}})
	k.must(&ApplyCredit{From: k.customer, Invoice: inv.ID, Amount: amountp("30")})
	k.refused("payment.no-credit", as{reason: "too much", cmd: &RefundPayment{Of: p}})
	k.audited()
}

// TestTheAddressOfTheSiteStandsIn: where nobody has given one for invoices.
func TestTheAddressOfTheSiteStandsIn(t *testing.T) {
	for has, want := range map[string]string{"": "Lane 1", "Square 2": "Square 2"} {
		k := newShop(t)
		k.customer = k.must(&work.AddCustomer{Customer: "Guest", Address: has, Country: "AT"}).Subject
		k.site = k.must(&work.AddSite{Customer: k.customer, Site: "hut", Address: "Lane 1"}).Subject
		if got := k.invoiced("10").Buyer.Address; got != want {
			t.Errorf("with %q the invoice goes to %q, want %q", has, got, want)
		}
	}
}

// TestTheRestOfThePriceTakesOffWhatWasBilled: by the other milestones, and what they are to bill where nothing of them is.
func TestTheRestOfThePriceTakesOffWhatWasBilled(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	first := k.must(&AddMilestone{Order: o, Milestone: "Start", Percent: percentp("30"), Needs: &MilestoneNeeds{Stage: StageStarted}}).Subject
	k.must(&AddMilestone{Order: o, Milestone: "Middle", Amount: amountp("200"), Needs: &MilestoneNeeds{Stage: StageStarted}})
	k.must(&AddMilestone{Order: o, Milestone: "End", Rest: true})
	inv := k.must(&ProposeInvoice{Order: o, Milestones: []store.ID{first}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: inv}})
	k.must(&ReleaseInvoice{Invoice: inv})
	k.complete(o)
	got := get(k, Invoices, k.proposed(o))
	wantAmount(t, "the second and the rest", got.Net, "700")
	if n := len(got.Lines); n != 2 {
		t.Errorf("%d lines", n)
	}
}
