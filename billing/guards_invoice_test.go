package billing_test

import (
	"strings"
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// Slips of the hand that were planted and not noticed: in what documents take up, take back and bill again.

// final approves and releases a document that was proposed.
func (k *shop) final(id store.ID) *Invoice {
	k.tb.Helper()
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	return get(k, Invoices, id)
}

// picked releases an invoice over what is selected.
func (k *shop) picked(o store.ID, only ...Selection) *Invoice {
	k.tb.Helper()
	return k.final(k.must(&ProposeInvoice{Order: o, Only: only}).Subject)
}

// outside is a rule by which time after five in the afternoon is a part of its own.
func outside(name string) Rules {
	return Rules{Surcharges: Surcharges{Windows: []Window{
		{Name: name, When: Outside, Hours: weekly("Mon-Fri 08:00-17:00"), Factor: factor("1.5")},
	}}}
}

// TestAnEntryThatIsSelectedIsAllThatIsOpenOfIt: all of its parts, or those that are left.
func TestAnEntryThatIsSelectedIsAllThatIsOpenOfIt(t *testing.T) {
	k := priced(t, "100", outside("after-hours"))
	o := k.order()
	e := k.worked(o, local("2026-02-26 16:00"), local("2026-02-26 18:00"))
	whole := k.worked(o, local("2026-02-25 16:00"), local("2026-02-25 18:00"))
	k.complete(o)
	wantLines(t, k.picked(o, Selection{Source: whole}), "regular 1 × 100", "after-hours 1 × 150")
	wantLines(t, k.picked(o, Selection{Source: e, Part: "regular"}), "regular 1 × 100")
	wantLines(t, k.picked(o, Selection{Source: e}), "after-hours 1 × 150")
	k.refused("selection.qty", as{cmd: &ProposeInvoice{Order: o, Only: []Selection{{Source: e}}}})
	theirs := k.item(k.order(), "1", "10")
	k.refused("selection.source", as{cmd: &ProposeInvoice{Order: o, Only: []Selection{{Source: theirs}}}})
}

// TestWhatIsBilledNamesTheInvoiceThatStands: and no credit note that took a part of it back.
func TestWhatIsBilledNamesTheInvoiceThatStands(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item := k.item(o, "2", "50")
	k.complete(o)
	inv := k.released(o)
	state := func() string {
		var b Billing
		k.read(func(r store.Reader) (err error) {
			b, err = Billed(r, item)
			return err
		})
		return b.State()
	}
	if got := state(); got != "billed" {
		t.Errorf("released, the item is %q", got)
	}
	k.creditedPart(inv.ID, CreditPart{Line: 1, Qty: qtyp("1")})
	f := k.refused("source.billed", as{cmd: &EditItem{Item: item, Qty: qtyp("3")}})
	contains(t, f.Msg, "is billed on "+inv.Number)
	if got := state(); got != "billed" {
		t.Errorf("with a half taken back, the item is %q", got)
	}
	k.credited(inv.ID)
	if got := state(); got != "credited" {
		t.Errorf("taken back, the item is %q", got)
	}
	k.must(&EditItem{Item: item, Qty: qtyp("3")})
}

// TestOnlyWhatIsOwedIsCredited: neither what is on its way nor what takes back itself.
func TestOnlyWhatIsOwedIsCredited(t *testing.T) {
	k := newShop(t)
	id := k.proposed(k.billable())
	credit := func(of store.ID) as { return as{reason: "wrong", cmd: &CreditInvoice{Invoice: of}} }
	k.refused("credit.unreleased", credit(id))
	k.final(id)
	cn := k.mustAs(credit(id)).Subject
	k.refused("invoice.kind", credit(cn))
	k.refused("invoice.status", as{cmd: &ProposeInvoice{Invoice: cn}}) // it is on its way
	k.mustAs(as{name: "boss", reason: "not yet", cmd: &RejectInvoice{Invoice: cn}})
	k.must(&ProposeInvoice{Invoice: cn})
	k.final(cn)
	k.refused("invoice.kind", credit(cn))
	for kind, want := range storetest.InOrder(map[InvoiceKind]bool{KindInvoice: true, KindDeposit: true, KindRetainage: true, KindCreditNote: false}) {
		for _, status := range []InvoiceStatus{InvoiceDraft, InvoiceProposed, InvoiceApproved, InvoiceReleased, InvoiceDiscarded} {
			if got := Owable(kind, status); got != (want && status == InvoiceReleased) {
				t.Errorf("a %s %s is owed: %v", status, kind, got)
			}
		}
	}
}

// TestBillingAgainTakesNoMoreThanWasGivenBack: of what was never billed it leaves its hands, and what is on the order no longer is
// left out.
func TestBillingAgainTakesNoMoreThanWasGivenBack(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item, gone := k.item(o, "5", "10"), k.item(o, "1", "7")
	k.complete(o)
	inv := k.picked(o, Selection{Source: item, Qty: qtyp("3")}, Selection{Source: gone})
	k.creditedPart(inv.ID, CreditPart{Line: 2, Qty: qtyp("1")})
	k.must(&RemoveItem{Item: gone})
	k.refused("rebill.nothing", as{cmd: &RebillInvoice{Of: inv.ID}})
	for range 2 {
		k.creditedPart(inv.ID, CreditPart{Line: 1, Qty: qtyp("1")})
	}
	wantLines(t, get(k, Invoices, k.must(&RebillInvoice{Of: inv.ID}).Subject), " 2 × 10") // 4 are open
}

// TestBillingAgainWhatIsDividedOtherwiseNow takes it up once, whatever parts it came to before.
func TestBillingAgainWhatIsDividedOtherwiseNow(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		rules Rules
		want  []string
	}{
		"it has no parts any more":      {Rules{}, []string{" 2 × 100"}},
		"one part has another name":     {outside("evening"), []string{"regular 1 × 100", "evening 1 × 150"}},
		"one rule is for all of it now": {Rules{Surcharges: Surcharges{Windows: []Window{{Name: "far", When: Within, Hours: weekly("daily 00:00-24:00"), Factor: factor("2")}}}}, []string{" 2 × 200"}},
	}) {
		k := priced(t, "100", outside("after-hours"))
		o := k.order()
		k.worked(o, local("2026-02-26 16:00"), local("2026-02-26 18:00"))
		k.complete(o)
		inv := k.released(o)
		k.credited(inv.ID)
		k.must(&SetRules{Rules: c.rules})
		k.must(&RepinPrices{Order: o})
		t.Log(name)
		wantLines(t, get(k, Invoices, k.must(&RebillInvoice{Of: inv.ID}).Subject), c.want...)
	}
}

// TestAMilestoneIsBilledAndTakenBackInHalves: the first half releases it, the second finds it so; the first that is taken back makes
// it ready again, and the second finds it so.
func TestAMilestoneIsBilledAndTakenBackInHalves(t *testing.T) {
	k := newShop(t)
	o := k.order()
	m := k.must(&AddMilestone{Order: o, Milestone: "Roof", Amount: amountp("1000")}).Subject
	k.complete(o)
	var halves []*Invoice
	for range 2 {
		halves = append(halves, k.picked(o, Selection{Source: m, Qty: qtyp("0.5")}))
		if got := k.status(m); got != MilestoneReleased {
			t.Errorf("billed, it is %s", got)
		}
	}
	for _, half := range halves {
		wantAmount(t, "a half", half.Net, "500")
		k.credited(half.ID)
		if got := k.status(m); got != MilestoneReady {
			t.Errorf("taken back, it is %s", got)
		}
	}
	k.audited()
}

// TestTheOtherHalfIsTakenBackWhateverBecameOfTheMilestone: where it was struck, or its work is open again, since the first half was
// taken back, it stays so.
func TestTheOtherHalfIsTakenBackWhateverBecameOfTheMilestone(t *testing.T) {
	for status, since := range storetest.InOrder(map[MilestoneStatus]func(o, m store.ID) store.Command{
		MilestoneCanceled: func(_, m store.ID) store.Command { return &CancelMilestone{Milestone: m} },
		MilestonePlanned:  func(o, _ store.ID) store.Command { return &work.ReopenWorkOrder{ID: o} },
	}) {
		k := newShop(t)
		o := k.order()
		m := k.must(&AddMilestone{Order: o, Milestone: "Roof", Amount: amountp("1000")}).Subject
		k.complete(o)
		first, second := k.picked(o, Selection{Source: m, Qty: qtyp("0.5")}), k.picked(o, Selection{Source: m, Qty: qtyp("0.5")})
		k.credited(first.ID)
		k.mustAs(as{reason: "not what was wanted", cmd: since(o, m)})
		wantAmount(t, "what is taken back", k.credited(second.ID).Net, "500")
		if got := k.status(m); got != status {
			t.Errorf("it is %s, want %s", got, status)
		}
		k.audited()
	}
}

// TestWhatComesAfterAnAgreedAmountIsNotBilled: only a milestone over what was worked leaves what came in later to the next invoice.
func TestWhatComesAfterAnAgreedAmountIsNotBilled(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		m    AddMilestone
		code string
	}{
		"an agreed amount": {AddMilestone{Amount: amountp("1000")}, "gate.propose"},
		"what was worked":  {AddMilestone{}, ""},
	}) {
		k := newShop(t)
		o := k.order()
		c.m.Order, c.m.Milestone = o, "Roof"
		k.must(&c.m)
		k.item(o, "1", "10")
		k.complete(o)
		k.released(o)
		k.item(o, "1", "20")
		_, err := k.do(&ProposeInvoice{Order: o})
		wantCode(t, name, err, c.code)
	}
}

// TestForgedFiguresAreFound: each figure of a document by itself, and each of what is taken off it.
func TestForgedFiguresAreFound(t *testing.T) {
	part := func(edit func(p *AllowancePart)) func(*Invoice) {
		return func(i *Invoice) {
			i.Allowances[0].Parts = append([]AllowancePart(nil), i.Allowances[0].Parts...)
			edit(&i.Allowances[0].Parts[0])
		}
	}
	for name, c := range storetest.InOrder(map[string]struct {
		forge func(i *Invoice)
		want  string
	}{
		"net":               {func(i *Invoice) { i.Net = amount("1") }, "does not add up: net 90.00, tax 18.00, total 108.00; not 1.00,"},
		"tax":               {func(i *Invoice) { i.VAT = amount("1") }, "does not add up: net 90.00, tax 18.00, total 108.00; not 90.00, 1.00,"},
		"total":             {func(i *Invoice) { i.Gross = amount("1") }, "does not add up: net 90.00, tax 18.00, total 108.00; not 90.00, 18.00, 1.00"},
		"no tax":            {func(i *Invoice) { i.Taxes = nil }, "does not add up: net 90.00,"},
		"allowance":         {func(i *Invoice) { i.Allowances[0].Amount = amount("1") }, `does not add up: "loyal" is 10.00 of 100.00, not 1.00 of`},
		"base of it":        {func(i *Invoice) { i.Allowances[0].Base = amount("1") }, `does not add up: "loyal" is 10.00 of 100.00, not 10.00 of 1.00`},
		"no parts of it":    {func(i *Invoice) { i.Allowances[0].Parts = nil }, `does not add up: "loyal" is 10.00`},
		"net of a part":     {part(func(p *AllowancePart) { p.Net = amount("1") }), `does not add up: of "loyal", 10.00 falls on S 20 %, not 1.00`},
		"category of it":    {part(func(p *AllowancePart) { p.Category = "Z" }), `does not add up: of "loyal", 10.00 falls on S 20 %, not 10.00`},
		"rate of it":        {part(func(p *AllowancePart) { p.Rate = percent("19") }), `does not add up: of "loyal", 10.00 falls on S 20 %, not 10.00`},
		"a total of a part": {part(func(p *AllowancePart) { p.Gross = amountp("12") }), `does not add up: of "loyal", 10.00 falls on S 20 %, not 10.00`},
	}) {
		k := openShop(t, nil)
		o := k.order()
		k.item(o, "1", "100")
		k.complete(o)
		id := k.must(&ProposeInvoice{Order: o, Adjustments: []Adjustment{{Discount: Discount{Percent: percentp("10"), Reason: "loyal"}}}}).Subject
		k.final(id)
		k.audited()
		k.must(change(Invoices, id, func(_ *store.Tx, i *Invoice) {
			i.Allowances = append([]Allowance(nil), i.Allowances...)
			c.forge(i)
		}))
		t.Log(name)
		contains(t, strings.Join(k.findings(), "\n"), c.want)
	}
}

// TestAllocationsOfWhatNobodyApprovedAreRefused: nothing is billed before its charge is approved, and what takes back takes back what
// bills.
func TestAllocationsOfWhatNobodyApprovedAreRefused(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "2", "50")
	k.complete(o)
	id := k.proposed(o)
	k.refused("allocation.unapproved", as{cmd: &forge{What: "bill", ID: id, do: func(tx *store.Tx) error {
		inv, err := Invoices.Get(tx, id)
		if err != nil {
			return err
		}
		l := inv.Lines[0]
		a := &Allocation{Charge: l.Charge, Source: l.Source, Kind: l.Kind, Order: o, Invoice: id, Line: 1, Qty: l.Qty, Amount: l.Net, Sign: 1}
		a.ID = Allocations.NewID(tx, "x")
		return Allocations.Put(tx, a)
	}}})
	k.final(id)
	cn := k.creditedPart(id, CreditPart{Line: 1, Qty: qtyp("1")})
	var taken store.ID
	k.read(func(r store.Reader) error {
		for a, err := range Allocations.By(r, "invoice", store.K(cn.ID)) {
			taken = a.ID
			return err
		}
		return nil
	})
	k.refused("allocation.reversal", as{cmd: change(Allocations, taken, func(tx *store.Tx, a *Allocation) {
		a.ID, a.Reverses, a.Qty, a.Amount = Allocations.NewID(tx, "x"), taken, qty("0.5"), amount("25")
	})})
	k.refused("allocation.reversal", as{cmd: change(Allocations, taken, func(tx *store.Tx, a *Allocation) {
		a.ID, a.Sign, a.Qty, a.Amount = Allocations.NewID(tx, "x"), 1, qty("0.5"), amount("25")
	})})
	k.audited()
}

// TestWhatTurnsOutToBeBilledIsNotWhatWasProposed: an invoice says of which line too little is open, however that came about.
func TestWhatTurnsOutToBeBilledIsNotWhatWasProposed(t *testing.T) {
	k := openShop(t, nil)
	o := k.order()
	k.item(o, "2", "50")
	k.complete(o)
	other, id := k.invoiced("7"), k.proposed(o)
	l := get(k, Invoices, id).Lines[0]
	k.must(&forge{What: "bill", ID: id, do: func(tx *store.Tx) error {
		a := &Allocation{Charge: l.Charge, Source: l.Source, Kind: l.Kind, Order: o, Invoice: other.ID, Line: 2, Qty: qty("0.5"), Amount: amount("25"), Sign: 1}
		a.ID = Allocations.NewID(tx, "x")
		return Allocations.Put(tx, a)
	}})
	g := k.gate(id)
	for code, want := range storetest.InOrder(map[string]string{ReqCurrent: "of line 1 (FILTER) only 1.5", ReqDup: "of 2 pcs only 1.5 is open"}) {
		q, _ := g.Get(code)
		contains(t, q.Reason, want)
	}
}

// TestWhoWasNeverAskedApprovesNothing: a document that nobody is asked about, or not any more, waits for somebody to be asked.
func TestWhoWasNeverAskedApprovesNothing(t *testing.T) {
	k := openShop(t, nil)
	id := k.proposed(k.billable())
	var asked store.ID
	k.read(func(r store.Reader) error {
		q, err := approval.PendingOn(r, ApprovalInvoice, id)
		asked = q.ID
		return err
	})
	k.must(change(approval.Requests, asked, func(_ *store.Tx, q *approval.Request) { q.State = approval.Void }))
	k.refused("approval.stale", as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.refused("approval.stale", as{name: "boss", reason: "no", cmd: &RejectInvoice{Invoice: id}})
	var unasked store.ID
	k.must(change(Invoices, id, func(tx *store.Tx, i *Invoice) {
		i.ID = Invoices.NewID(tx, "x")
		unasked = i.ID
	}))
	k.refused("approval.stale", as{name: "boss", cmd: &ApproveInvoice{Invoice: unasked}})
	if q, _ := k.gate(unasked).Get(ReqApproved); q.Reason != "nobody has approved it as it is" {
		t.Errorf("the gate says %+v", q)
	}
}

// TestACreditNoteTakesBackWhatWasReleased: the gate tells of one whose invoice turns out not to be.
func TestACreditNoteTakesBackWhatWasReleased(t *testing.T) {
	k := openShop(t, nil)
	inv := k.invoiced("10")
	cn := k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: inv.ID}}).Subject
	k.must(change(Invoices, inv.ID, func(_ *store.Tx, i *Invoice) { i.Status = InvoiceApproved }))
	if q, _ := k.gate(cn).Get(ReqOriginal); q.Reason != inv.Number+" is approved" {
		t.Errorf("it says %+v", q)
	}
	k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
}

// TestWhatIsAddedToNothingHasNoTax: where the lines come to nothing there is no tax that an agreed sum could fall on, neither in a
// proposal nor in what is proposed already.
func TestWhatIsAddedToNothingHasNoTax(t *testing.T) {
	k := newShop(t)
	surcharge := []Adjustment{{Surcharge: true, Discount: Discount{Amount: amountp("10"), Reason: "far"}}}
	o := k.order()
	k.item(o, "1", "0")
	k.complete(o)
	k.refused("allowance.split", as{cmd: &ProposeInvoice{Order: o, Adjustments: surcharge}})
	id := k.proposed(o)
	k.refused("allowance.split", as{cmd: &SetTerms{Order: o, Adjustments: surcharge}})
	k.final(id)

	k = openShop(t, nil)
	o = k.order()
	k.item(o, "1", "0")
	k.complete(o)
	k.must(change(Invoices, k.released(o).ID, func(_ *store.Tx, i *Invoice) {
		i.Allowances = []Allowance{{Surcharge: true, Amount: amount("10"), Reason: "far"}}
	}))
	contains(t, strings.Join(k.findings(), "\n"), "does not add up: allowance: 10.00 EUR cannot be spread over the document's tax categories")
}

// TestWhatIsGoneShowsNoDifference: where what was selected by hand is on the order no longer, there is nothing to compare a proposal with.
func TestWhatIsGoneShowsNoDifference(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item := k.item(o, "1", "10")
	k.item(o, "1", "20")
	k.complete(o)
	id := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: item}}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&RemoveItem{Item: item})
	q, _ := k.gate(id).Get(ReqApproved)
	if inv := get(k, Invoices, id); inv.Status != InvoiceDraft || len(q.Changes) > 0 {
		t.Errorf("it is %s, and differs by %v", inv.Status, q.Changes)
	}
}
