package billing_test

import (
	"slices"
	"strings"
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// More slips of the hand that were planted and not noticed: in what audits look for, and in what the gate says to type next.

// TestWhatADocumentIsMustFitWhatItCarries: an audit tells of a status that there is not, of a number on what was not
// released, and of what was released without one.
func TestWhatADocumentIsMustFitWhatItCarries(t *testing.T) {
	for want, forge := range storetest.InOrder(map[string]func(i *Invoice){
		"has the unknown status odd": func(i *Invoice) { i.Status = "odd" },
		"INV-2026-00077 is proposed": func(i *Invoice) { i.Number = "INV-2026-00077" },
		" is released":               func(i *Invoice) { i.Status = InvoiceReleased },
	}) {
		k := openShop(t, nil)
		o := k.order()
		k.item(o, "1", "10")
		k.complete(o)
		id := k.proposed(o)
		k.audited()
		k.must(change(Invoices, id, func(_ *store.Tx, i *Invoice) { forge(i) }))
		contains(t, strings.Join(k.findings(), "\n"), want)
	}
}

// TestAnInvoiceThatItsMakerApprovedIsFound: where duties are separated. In a shop of one person there is nothing to find.
func TestAnInvoiceThatItsMakerApprovedIsFound(t *testing.T) {
	for _, mode := range []approval.Mode{approval.FourEyes, approval.Single} {
		k := openShop(t, nil)
		inv := k.invoiced("10")
		k.read(func(r store.Reader) error {
			q, err := approval.Granted(r, ApprovalInvoice, inv.ID, inv.Hash)
			if err != nil {
				return err
			}
			k.must(change(approval.Requests, q.ID, func(_ *store.Tx, q *approval.Request) {
				d := *q.Decision
				d.Mode, d.By = mode, q.Makers[0]
				q.Decision = &d
			}))
			return nil
		})
		found := strings.Contains(strings.Join(k.findings(), "\n"), "was approved by somebody who made it")
		if found != (mode == approval.FourEyes) {
			t.Errorf("under %s it is found: %v", mode, found)
		}
	}
}

// TestNothingUnbilledIsNoAgreement: a rest of nothing is not kept as one.
func TestNothingUnbilledIsNoAgreement(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	for sum, want := range storetest.InOrder(map[string]string{"0": "null", "400": `"400.00"`}) {
		k.must(&SetTerms{Order: o, Unbilled: amountp(sum)})
		k.read(func(r store.Reader) error {
			for terms, err := range OrderTerms.All(r) {
				if err != nil {
					return err
				}
				if got := canonical(terms.Unbilled); got != want {
					t.Errorf("of %s there is kept %s", sum, got)
				}
			}
			return nil
		})
	}
	k.refused("terms.unbilled", as{cmd: &SetTerms{Order: o, Unbilled: amountp("-0.01")}})
	k.must(&SetTerms{Order: o, Unbilled: amountp("1000")})
}

// TestTheGateNamesWhatToDoAboutTime: what runs is stopped, what is stopped is submitted, what is submitted is approved; and
// what is not even submitted comes before what waits for somebody else.
func TestTheGateNamesWhatToDoAboutTime(t *testing.T) {
	k := newShop(t)
	o := k.order()
	wantFix := func(want string) {
		t.Helper()
		if q, _ := k.gate(o).Get(ReqTime); q.Fix != want {
			t.Errorf("it says %q, want %q", q.Fix, want)
		}
	}
	first := k.entered(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	wantFix("callout time submit " + string(first))
	k.must(&SubmitTime{Entry: first})
	wantFix("callout time approve " + string(first))
	second := k.entered(o, "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z")
	k.must(&SubmitTime{Entry: second})
	wantFix("callout time approve " + string(first))
	third := k.entered(o, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z")
	wantFix("callout time submit " + string(third))
	k.must(&SubmitTime{Entry: third})
	k.must(&StartTime{Order: o, Technician: k.ana})
	if q, _ := k.gate(o).Get(ReqTime); !strings.HasPrefix(q.Fix, "callout time stop ") || !strings.HasSuffix(q.Reason, "running of ana (new)") {
		t.Errorf("of what runs it says %q, %q", q.Reason, q.Fix)
	}
}

// TestTheGateNamesWhatTheFirstMilestoneWaitsFor and no later one.
func TestTheGateNamesWhatTheFirstMilestoneWaitsFor(t *testing.T) {
	k := newShop(t)
	o := k.order()
	number := get(k, work.WorkOrders, o).Number
	k.must(&AddMilestone{Order: o, Milestone: "roof", Amount: amountp("500"), Needs: &MilestoneNeeds{SignOff: true}})
	k.must(&AddMilestone{Order: o, Milestone: "walls", Amount: amountp("500"), Needs: &MilestoneNeeds{Stage: StageCompleted}})
	q, _ := k.gate(o).Get(ReqMilestone)
	reason := "roof is planned: the customer has not signed the work as it is; walls is planned: " + number + " is in-progress"
	if q.Reason != reason || q.Fix != "callout signoff record "+number+` --name "…"` {
		t.Errorf("it says %q, %q", q.Reason, q.Fix)
	}
}

// TestNoMoreTaxIsDeductedThanWasInvoiced: the base of a deposit and its tax each have an end.
func TestNoMoreTaxIsDeductedThanWasInvoiced(t *testing.T) {
	for _, more := range []func(d *Deduction){
		func(d *Deduction) { d.Base = d.Base.Add(amount("0.01")) },
		func(d *Deduction) { d.VAT = d.VAT.Add(amount("0.01")) },
	} {
		k := newShop(t)
		o := k.order()
		k.item(o, "1", "100")
		k.deposited(&ProposeDeposit{Order: o, Amount: amountp("40")})
		k.complete(o)
		id := k.proposed(o)
		k.must(change(Invoices, id, func(_ *store.Tx, i *Invoice) { i.Buyer.Name += " & Co" }))
		k.refused("deposit.twice", as{cmd: change(Invoices, id, func(_ *store.Tx, i *Invoice) {
			i.Deducted = slices.Clone(i.Deducted)
			more(&i.Deducted[0])
		})})
	}
}

// TestOnlyAChargeThatIsOpenIsApproved: a charge that something else took the place of, or that is nobody knows what, is not fixed
// behind an invoice.
func TestOnlyAChargeThatIsOpenIsApproved(t *testing.T) {
	for state, code := range storetest.InOrder(map[ChargeState]string{ChargeSuperseded: "gate.approve", "odd": "charge.state"}) {
		k := openShop(t, nil)
		o := k.order()
		k.item(o, "1", "10")
		k.complete(o)
		id := k.proposed(o)
		k.must(change(Charges, get(k, Invoices, id).Lines[0].Charge, func(_ *store.Tx, c *Charge) { c.State = state }))
		k.refused(code, as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	}
}

// TestWhatNobodyNamedAPriceForSaysSo: it has no key that a book could hold a price under.
func TestWhatNobodyNamedAPriceForSaysSo(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "toll", Qty: qty("1")})
	k.complete(o)
	q, _ := k.gate(o).Get(ReqPrice)
	contains(t, q.Reason, "nobody has named a price for it")
}

// TestTheMarginOfWhatIsReleasedIsFrozen: whatever becomes known of its costs later.
func TestTheMarginOfWhatIsReleasedIsFrozen(t *testing.T) {
	k := openShop(t, nil)
	o := k.order()
	item := k.item(o, "1", "100") // which costs 10
	k.complete(o)
	id := k.approved(o)
	margin := func() (m money.Margin) {
		k.read(func(r store.Reader) (err error) {
			m, err = MarginOf(r, id, k.clock.now)
			return err
		})
		return m
	}
	open := canonical(margin())
	k.must(&ReleaseInvoice{Invoice: id})
	if got := canonical(margin()); got != open {
		t.Errorf("released it is %s, and was %s", got, open)
	}
	k.must(change(LineItems, item, func(_ *store.Tx, i *LineItem) { i.Cost.Unit = pricep("99") }))
	if got := canonical(margin()); got != open {
		t.Errorf("with another cost it is %s, and was %s", got, open)
	}
}

// TestWhyThereIsNothingToBill: the gate says where all that was recorded went.
func TestWhyThereIsNothingToBill(t *testing.T) {
	wantLines := func(k *shop, o store.ID, reason, fix string) {
		t.Helper()
		if q, _ := k.gate(o).Get(ReqLines); !strings.HasPrefix(q.Reason, reason) || !strings.HasPrefix(q.Fix, fix) {
			t.Errorf("it says %q, %q; want %q, %q", q.Reason, q.Fix, reason, fix)
		}
	}
	k := newShop(t)
	o := k.order()
	wantLines(k, o, "nothing was recorded on WO-", "callout item add WO-")
	k.item(o, "1", "10")
	k.complete(o)
	id := k.proposed(o)
	wantLines(k, o, "what is open stands on inv_", "callout invoice gate ")
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	wantLines(k, o, "everything on WO-", "callout invoice list --order WO-")
	o = k.order()
	k.must(&AddPosition{Order: o, Title: "Pipe", Unit: Metre, Ordered: qty("100"), Price: price("3")})
	k.item(o, "1", "10")
	k.complete(o)
	wantLines(k, o, "time and items are covered by the agreed price, and no milestone is open", "callout milestone list WO-")
}

// TestAMinimumOfOneMinuteIsStoodInForToo: the trace says that the call-out charge takes its place, and says nothing of it
// where there is no minimum.
func TestAMinimumOfOneMinuteIsStoodInForToo(t *testing.T) {
	for minimum, want := range storetest.InOrder(map[int]bool{0: false, 1: true, 60: true}) {
		k := visiting(t, Rules{Labour: TimeRounding{Minimum: minimum}, CallOut: &CallOut{Service: "CALLOUT", NoMinimum: true}})
		o := k.jobWithTask()
		k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T10:20:00Z", k.ana)
		if got := strings.Contains(canonical(k.charges(o)), "the call-out charge stands in for the minimum"); got != want {
			t.Errorf("with a minimum of %d it says so: %v", minimum, got)
		}
	}
}

// TestADepositWithoutTaxIsTakenOffInParts: that there is no tax of it left says nothing of what is.
func TestADepositWithoutTaxIsTakenOffInParts(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "zero"})
	o := k.order()
	add := func(sum string) store.ID {
		return k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "book", Qty: qty("1"), Price: pricep(sum), TaxClass: "zero"}).Subject
	}
	first := add("30")
	add("50")
	k.deposited(&ProposeDeposit{Order: o, Amount: amountp("40"), TaxClass: "zero"})
	k.complete(o)
	id := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: first}}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	wantAmount(t, "taken off", get(k, Invoices, id).Deducted[0].Base, "30")
	wantAmount(t, "the rest of it", k.released(o).Deducted[0].Base, "10")
	k.audited()
}
