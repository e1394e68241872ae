package billing_test

import (
	"encoding/json"
	"slices"
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
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
	for on, want := range storetest.InOrder(map[string]string{"2026-01-31": "80", "2026-02-01": "70", "2026-03-01": "70", "2026-03-31": "70", "2026-04-01": "85"}) {
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
	for code, c := range storetest.InOrder(map[string]*RefundPayment{
		"payment.amount": {Of: paid, Amount: amountp("-1")},
		"payment.method": {Of: paid, Method: "shells"},
	}) {
		k.refused(code, as{reason: "sent too much", cmd: c})
	}
	k.refused("payment.method", as{reason: "sent too much", cmd: &DivideCredit{Of: paid, Refund: amount("100"), Method: "shells"}})
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
	for code, by := range storetest.InOrder(map[string]string{"name.missing": " ", "name.dash": "-", "name.control": "Mrs.\u202eOtt"}) {
		k.refused(code, as{reason: "more damage", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("900"), RequestedBy: by}})
	}
	k.mustAs(as{reason: "more damage", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("900"), RequestedBy: "Mrs. Ott"}})
}

// TestWhoLooksAfterSeparationSeesAll: one row for each thing that was approved, and no more than are asked for.
func TestWhoLooksAfterSeparationSeesAll(t *testing.T) {
	k := newShop(t)
	o := k.order()
	first := k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	second := k.worked(o, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z")
	k.complete(o)
	inv := k.released(o)
	for n := 1; n <= 3; n++ {
		var got []store.ID
		k.read(func(r store.Reader) error {
			for s, err := range Separations(r) {
				if err != nil {
					return err
				}
				if got = append(got, s.Subject); len(got) == n {
					break
				}
			}
			return nil
		})
		if want := []store.ID{first, second, inv.ID}[:n]; !slices.Equal(got, want) {
			t.Errorf("of %d it sees %v, want %v", n, got, want)
		}
	}
}

// TestAChangeOfTheCostAloneHasNoWeight: a cap on what the work costs the shop moves nothing that is billed.
func TestAChangeOfTheCostAloneHasNoWeight(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetCap{Order: o, Limit: amountp("500"), Cost: amountp("300")})
	for _, c := range []struct {
		cmd  RequestChange
		want *money.Amount
	}{
		{RequestChange{Cost: amountp("400")}, nil},
		{RequestChange{Limit: amountp("900")}, amountp("400")},
		{RequestChange{Limit: amountp("450")}, amountp("50")},
	} {
		c.cmd.Order, c.cmd.Kind, c.cmd.RequestedBy = o, ChangeCap, "Mrs. Ott"
		id := k.mustAs(as{reason: "more damage", cmd: &c.cmd}).Subject
		k.read(func(r store.Reader) error {
			q, err := approval.PendingOn(r, ApprovalChange, id)
			if err == nil && canonical(q.Amount) != canonical(c.want) {
				t.Errorf("it weighs %v, want %v", q.Amount, c.want)
			}
			return err
		})
	}
}

// TestTheSameClauseIsNoNewRevision: what a contract says already is not agreed once more; what differs in one
// thing is.
func TestTheSameClauseIsNoNewRevision(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]SetClause{
		"rate":    {Key: "labour", Price: pricep("80"), Valid: valid("2026-01-01", "")},
		"formula": {Key: "labour", Formula: times("0.9"), Valid: valid("2026-01-01", "")},
	}) {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			c.Contract = k.contract("Frame", valid("2026-01-01", ""))
			k.must(&c)
			rev := func() int { return get(k, Contracts, c.Contract).Rev }
			had := rev()
			again := c
			if k.must(&again); rev() != had {
				t.Errorf("the same makes revision %d of %d", rev(), had)
			}
			other := c
			if other.Formula != nil {
				other.Formula = times("0.8")
			} else {
				other.Price = pricep("80.01")
			}
			later := other
			later.Valid = valid("2026-02-01", "")
			for _, next := range []SetClause{other, later, c} {
				if k.must(&next); rev() != had+1 {
					t.Errorf("what is new leaves revision %d after %d", rev(), had)
				}
				had = rev()
			}
		})
	}
}

// TestADepositIsTakenOffUnderItsOwnTaxOnly: of 120 that were invoiced at 20 %, an invoice of 100 at 20 % and 50 at
// 7 % takes off 100 with 20 of tax, and what is left of it goes to the next at 20 %.
func TestADepositIsTakenOffUnderItsOwnTaxOnly(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "reduced", Rate: percent("7")})
	o := k.order()
	filter := k.item(o, "1", "100")
	book := k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "book", Qty: qty("1"), Price: pricep("50"), TaxClass: "reduced"}).Subject
	k.item(o, "1", "30")
	dep := k.deposited(&ProposeDeposit{Order: o, Amount: amountp("120")})
	wantAmount(t, "deposit", dep.Gross, "144")
	k.complete(o)
	id := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: filter}, {Source: book}}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	first := get(k, Invoices, id)
	if len(first.Deducted) != 1 {
		t.Fatalf("taken off is %+v", first.Deducted)
	}
	wantAmount(t, "base", first.Deducted[0].Base, "100")
	wantAmount(t, "tax", first.Deducted[0].VAT, "20")
	wantAmount(t, "due", first.Gross, "53.50")
	second := k.released(o)
	wantAmount(t, "the rest of it", second.Deducted[0].Base, "20")
	wantAmount(t, "the rest of its tax", second.Deducted[0].VAT, "4")
	wantAmount(t, "due then", second.Gross, "12")
	k.audited()
}

// TestAllocationsBillOrCredit: the ledger says so with +1 and −1, and with nothing else.
func TestAllocationsBillOrCredit(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "2", "50")
	k.complete(o)
	inv := k.released(o)
	for want, doc := range storetest.InOrder(map[int]*Invoice{1: inv, -1: k.credited(inv.ID)}) {
		k.read(func(r store.Reader) error {
			for a, err := range Allocations.By(r, "invoice", store.K(doc.ID)) {
				if err != nil {
					return err
				}
				if a.Sign != want {
					t.Errorf("an allocation of %s has the sign %d", doc.Number, a.Sign)
				}
			}
			return nil
		})
	}
}

// TestADayOfAnAccountIsInOrder: what was asked for comes before what was taken back, and that before what was paid.
func TestADayOfAnAccountIsInOrder(t *testing.T) {
	k := taxFree(t)
	o := k.order()
	k.item(o, "1", "100")
	k.must(&AddPayment{Customer: k.customer, Amount: amount("10")})
	dep := k.deposited(&ProposeDeposit{Order: o, Amount: amountp("40")})
	k.complete(o)
	first := k.released(o)
	back := k.credited(first.ID)
	second := k.invoiced("7")
	var got []string
	for _, l := range k.statement("2026-03-02", "2026-03-02").Lines {
		got = append(got, l.Name)
	}
	if len(got) != 5 || !slices.Equal(got[:4], []string{first.Number, second.Number, dep.Number, back.Number}) {
		t.Errorf("the day has %q", got)
	}
}

// TestPartsOnOpenInvoicesShareADiscount: of 10.00 off three pieces, thirds that stand on drafts beside one another take
// 3.33, 3.34 and 3.33.
func TestPartsOnOpenInvoicesShareADiscount(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item := k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("3"), Price: pricep("100"), Discount: lessAmount("10", "loyal")}).Subject
	k.complete(o)
	for _, want := range []string{"96.67", "96.66", "96.67"} {
		id := k.must(&ProposeInvoice{Order: o, Fresh: true, Only: []Selection{{Source: item, Qty: qtyp("1")}}}).Subject
		wantAmount(t, "a third", get(k, Invoices, id).Net, want)
	}
}

// TestAnAgreedPriceIsMoreThanNothing: neither nothing nor less than that is agreed for an order.
func TestAnAgreedPriceIsMoreThanNothing(t *testing.T) {
	k := newShop(t)
	o := k.order()
	for _, price := range []string{"0", "-1"} {
		k.refused("terms.price", as{cmd: &SetTerms{Order: o, Price: amountp(price)}})
	}
	k.must(&SetTerms{Order: o, Price: amountp("0.01")})
}
