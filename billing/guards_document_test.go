package billing_test

import (
	"slices"
	"strings"
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// Slips of the hand that were planted and not noticed: in what stands beside a document and counts for it, or does not.

// TestWhatWasGivenUpCountsForNothing: neither an invoice that was discarded, nor a credit note that is not released, is counted against
// what the customer has ordered; nor is a credit note that was discarded compared with anything.
func TestWhatWasGivenUpCountsForNothing(t *testing.T) {
	k := newShop(t)
	k.must(&AddPurchaseOrder{Customer: k.customer, Number: "PO-77", Amount: amountp("100"), Valid: from("2026-01-01")})
	job := func(sum string) store.ID {
		o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Boiler", Reference: "PO-77"}).Subject
		k.must(&work.StartWorkOrder{ID: o})
		k.item(o, "1", sum)
		k.complete(o)
		return o
	}
	next := job("60")
	wantLeft := func(when, want string) {
		t.Helper()
		q, _ := k.gate(next).Get(ReqPOLeft)
		if left := strings.Contains(q.Reason, "of which "+want+" EUR is left"); left != (want != "") || (q.Reason == "") != (want == "") {
			t.Errorf("%s it says %q", when, q.Reason)
		}
	}
	first := job("50")
	id := k.proposed(first)
	wantLeft("with another on its way", "50.00")
	k.must(&DiscardInvoice{Invoice: id})
	wantLeft("with another given up", "")
	inv := k.released(first)
	cn := k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: inv.ID}}).Subject
	wantLeft("with a credit note on its way", "50.00")
	k.must(&DiscardInvoice{Invoice: cn})
	k.credited(inv.ID)
	wantLeft("with the other taken back", "")
	k.audited()
}

// TestTwinsAreOfTheSameDays: of the first as of the last.
func TestTwinsAreOfTheSameDays(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		days []string
		want ReqStatus
	}{
		"the same two days":      {[]string{"2026-03-01", "2026-03-02"}, Unsatisfied},
		"from the first day on":  {[]string{"2026-03-01", "2026-03-01"}, Satisfied},
		"up to the last day":     {[]string{"2026-03-02", "2026-03-02"}, Satisfied},
		"from the day before on": {[]string{"2026-02-28", "2026-03-02"}, Satisfied},
	}) {
		k := newShop(t)
		k.clock.set(at("2026-03-04T06:00:00Z"))
		o := k.order()
		for _, day := range []string{"2026-03-01", "2026-03-02"} {
			k.worked(o, day+"T06:00:00Z", day+"T07:00:00Z")
		}
		k.complete(o)
		k.released(o)
		for i, day := range c.days {
			hour := []string{"08", "09", "10"}[i : i+2]
			k.worked(o, day+"T"+hour[0]+":00:00Z", day+"T"+hour[1]+":00:00Z")
		}
		if q, _ := k.gate(k.proposed(o)).Get(ReqTwin); q.Status != c.want {
			t.Errorf("%s: %s", name, q.Status)
		}
	}
}

// TestWhatIsLateWaitsForTheMilestoneThatIsPlanned: what came in after what was worked was billed is billed by itself, unless another
// milestone over what is worked is to come, such as that of an amendment; one over an agreed amount keeps nothing back.
func TestWhatIsLateWaitsForTheMilestoneThatIsPlanned(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		since func(o store.ID) store.Command
		want  ReqStatus
	}{
		"no other milestone": {nil, Satisfied},
		"an agreed amount": {func(o store.ID) store.Command {
			return &AddMilestone{Order: o, Milestone: "Roof", Amount: amountp("500"), Needs: &MilestoneNeeds{SignOff: true}}
		}, Satisfied},
		"an amendment": {func(o store.ID) store.Command { return &work.ReopenWorkOrder{ID: o} }, NotApplicable},
	}) {
		k := newShop(t)
		o := k.order()
		k.must(&AddMilestone{Order: o, Milestone: "as worked"})
		k.item(o, "1", "10")
		k.complete(o)
		k.released(o)
		if c.since != nil {
			k.mustAs(as{reason: "there is more to do", cmd: c.since(o)})
		}
		k.item(o, "1", "20")
		if q, _ := k.gate(o).Get(ReqLines); q.Status != c.want {
			t.Errorf("beside %s, that there is something to bill is %s: %s", name, q.Status, q.Reason)
		}
	}
}

// TestADiscountIsSharedOutByAge: a part that is proposed again counts what stands on older documents, and nothing of younger ones.
func TestADiscountIsSharedOutByAge(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item := k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("3"), Price: pricep("100"), Discount: lessAmount("10", "loyal")}).Subject
	k.complete(o)
	var list []store.ID
	for range 2 {
		list = append(list, k.must(&ProposeInvoice{Order: o, Fresh: true, Only: []Selection{{Source: item, Qty: qtyp("1")}}}).Subject)
	}
	for i, want := range []string{"96.67", "96.66"} {
		k.mustAs(as{name: "boss", reason: "not yet", cmd: &RejectInvoice{Invoice: list[i]}})
		k.must(&ProposeInvoice{Invoice: list[i]})
		wantAmount(t, "proposed again", get(k, Invoices, list[i]).Net, want)
	}
}

// TestNoMoreIsTakenOffALineThanIsNamed: a sum off a line has its end, to the cent.
func TestNoMoreIsTakenOffALineThanIsNamed(t *testing.T) {
	k := openShop(t, nil)
	o := k.order()
	k.mustAs(as{name: "store", reason: "loyal", cmd: &AddItem{
		Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Price: pricep("100"), Discount: lessAmount("10", "loyal"),
	}})
	k.complete(o)
	id := k.released(o).ID
	k.audited()
	k.must(change(Invoices, id, func(_ *store.Tx, i *Invoice) {
		i.Lines = slices.Clone(i.Lines)
		i.Lines[0].Off, i.Lines[0].Net = amount("10.01"), amount("89.99")
	}))
	contains(t, strings.Join(k.findings(), "\n"), "the discount on line 1 is more than 10")
}

// TestWhatIsPaidAheadIsNoWorkInHand: a deposit that is still to be billed is nothing that was done.
func TestWhatIsPaidAheadIsNoWorkInHand(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "100")
	had := canonical(k.rollup(o))
	id := k.must(&ProposeDeposit{Order: o, Amount: amountp("40")}).Subject
	if got := canonical(k.rollup(o)); got != had {
		t.Errorf("with a deposit proposed it is %s, and was %s", got, had)
	}
	k.must(&DiscardInvoice{Invoice: id})
	if got := canonical(k.rollup(o)); got != had {
		t.Errorf("with a deposit given up it is %s, and was %s", got, had)
	}
}

// TestMonthsBeginWithTheFirstYear: there is no year before it.
func TestMonthsBeginWithTheFirstYear(t *testing.T) {
	for text, code := range storetest.InOrder(map[string]string{"0001-01": "", "0000-12": "period.syntax", "2026-12": "", "2026-13": "period.syntax"}) {
		_, err := ParseMonth("month", text)
		wantCode(t, text, err, code)
	}
}

// TestWhatWasTakenBackIsNotTakenBackAgain: a settlement is taken back by another, and that one by none.
func TestWhatWasTakenBackIsNotTakenBackAgain(t *testing.T) {
	k := taxFree(t)
	inv := k.invoiced("100")
	p := k.paid("100", inv.ID)
	k.mustAs(as{name: "boss", reason: "agreed", cmd: &RefundPayment{Of: p.ID, Amount: amountp("20")}})
	var back store.ID
	k.read(func(r store.Reader) error {
		for s, err := range Settlements.By(r, "from", store.K(p.ID)) {
			if err != nil {
				return err
			}
			if s.Sign == -1 {
				back = s.ID
			}
		}
		return nil
	})
	k.refused("settlement.reversal", as{cmd: change(Settlements, back, func(tx *store.Tx, s *Settlement) {
		s.ID, s.Reverses, s.Amount = Settlements.NewID(tx, "x"), back, amount("1")
	})})
	k.audited()
}
