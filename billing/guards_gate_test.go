package billing_test

import (
	"strings"
	"testing"
	"time"

	"callout/approval"
	. "callout/billing"
	"callout/dispatch"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// More slips of the hand that were planted and not noticed: in what the gate asks, and in what explanations say.

// TestTaxIsChargedUnderTheSellersNumber: EN 16931 BR-S-02 asks for the seller's tax number where tax is charged, which
// is warned of; where none is charged nobody asks for it.
func TestTaxIsChargedUnderTheSellersNumber(t *testing.T) {
	for class, want := range storetest.InOrder(map[string]Requirement{
		"standard": {Status: Unsatisfied, Severity: Warn, Reason: "tax is charged, and the seller's tax number is not known"},
		"outside":  {Status: NotApplicable, Severity: Block},
	}) {
		k := newShop(t)
		k.must(&SetTax{Class: "outside"})
		k.must(&party.EditCompany{TaxID: ptr("")})
		o := k.order()
		k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "toll", Qty: qty("1"), Price: pricep("10"), TaxClass: class})
		k.complete(o)
		id := k.proposed(o)
		q, _ := k.gate(id).Get(ReqTaxIDs)
		if q.Status != want.Status || q.Severity != want.Severity || q.Reason != want.Reason {
			t.Errorf("%s: %+v", class, q)
		}
	}
}

// TestEqualMilestonesAreNoTwins: agreed amounts may be the same; the same work twice is pointed out.
func TestEqualMilestonesAreNoTwins(t *testing.T) {
	k := newShop(t)
	o := k.order()
	for _, name := range []string{"roof", "walls"} {
		k.must(&AddMilestone{Order: o, Milestone: name, Amount: amountp("500")})
	}
	k.complete(o)
	q, _ := k.gate(k.proposed(o)).Get(ReqTwin)
	if q.Status != NotApplicable {
		t.Errorf("of milestones it asks %+v", q)
	}
	o = k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	first := k.released(o)
	k.worked(o, "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z")
	q, _ = k.gate(k.proposed(o)).Get(ReqTwin)
	if q.Status != Unsatisfied || q.Severity != Warn || !strings.HasPrefix(q.Reason, first.Number+" is released over 108.00 EUR") {
		t.Errorf("of the same hour's pay for the same day it says %+v", q)
	}
}

// TestTheRestOfAPriceSaysWhatItIs: the trace of a milestone names how its amount is found.
func TestTheRestOfAPriceSaysWhatItIs(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	k.milestone(o, "half", "50", "")
	k.milestone(o, "sum", "", "400")
	k.must(&AddMilestone{Order: o, Milestone: "rest", Rest: true})
	k.complete(o)
	var rules []string
	for _, c := range k.charges(o) {
		rules = append(rules, c.Price.String()+": "+c.Trace[0].Rule)
	}
	want := "500: 50 % of the agreed price, cumulative; 400: agreed amount; 100: what is left of the agreed price"
	if got := strings.Join(rules, "; "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// With more promised than there is, the rest is nothing that could be billed.
	k = newShop(t)
	o = k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	k.milestone(o, "all", "", "1000")
	k.must(&AddMilestone{Order: o, Milestone: "rest", Rest: true})
	k.complete(o)
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Error(), "leave nothing of the agreed price")
}

// TestAMilestoneWaitsForADeliverableByName: the first of an order's deliverables is as good as any other.
func TestAMilestoneWaitsForADeliverableByName(t *testing.T) {
	k := newShop(t)
	o := k.order()
	first := k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff}).Subject
	m := k.must(&AddMilestone{Order: o, Milestone: "handover", Amount: amountp("500"), Needs: &MilestoneNeeds{Deliverables: []store.ID{first}}}).Subject
	if got := k.status(m); got != MilestonePlanned {
		t.Fatalf("it begins as %s", got)
	}
	signed := &work.RecordSignOff{}
	signed.Order, signed.Deliverable, signed.Person = o, first, "Frau Huber"
	k.must(signed)
	if got := k.status(m); got != MilestoneReady {
		t.Errorf("signed, it is %s", got)
	}
}

// TestAPriceInAnotherUnitIsNoPrice: a call-out is counted in pieces, and a price per hour does not fit it.
func TestAPriceInAnotherUnitIsNoPrice(t *testing.T) {
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true}, &SetPrice{Key: "labour", Price: price("90")},
		&SetPrice{Key: "service:CALLOUT", Price: price("75"), Unit: Hour}, &SetRules{Rules: Rules{CallOut: &CallOut{Service: "CALLOUT"}}})
	o := k.jobWithTask()
	k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana)
	k.complete(o)
	f := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	contains(t, f.Error(), "the price of service:CALLOUT is per h, but it is counted in")
}

// TestOnlyPartsAreMarkedUp: cost plus is the shop's rule for parts that have a cost and no price, and for nothing else.
func TestOnlyPartsAreMarkedUp(t *testing.T) {
	for _, c := range []struct {
		rules     Rules
		key, want string
		tried     bool
	}{
		{Rules{Markup: must(ParseMarkup("markup", "25"))}, "part:VALVE", "50", true},
		{Rules{Markup: must(ParseMarkup("markup", "25"))}, "labour", "", false},
		{Rules{}, "part:VALVE", "", false},
	} {
		k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true}, &SetRules{Rules: c.rules})
		k.must(&AddPart{Code: "VALVE", Cost: pricep("40")})
		x := k.quote(c.key, "2026-03-01")
		tried := false
		for _, s := range x.Trace {
			tried = tried || s.Level == "markup"
		}
		if got := canonical(x.Price); got != canonical(map[bool]any{true: c.want}[c.want != ""]) || tried != c.tried {
			t.Errorf("%s under %+v: %s, %+v", c.key, c.rules, got, x.Trace)
		}
	}
}

// TestRetainersAreKeptLikeAnAccount: an entry never changes, none goes away, and no more is drawn than was paid in.
func TestRetainersAreKeptLikeAnAccount(t *testing.T) {
	k := newShop(t)
	k.must(&OpenRetainer{Customer: k.customer, Title: "Service 2026", Amount: amount("1000"), Share: percentp("50")})
	var id store.ID
	k.read(func(r store.Reader) error {
		for e, err := range RetainerEntries.All(r) {
			id = e.ID
			return err
		}
		return nil
	})
	k.refused("retainer.fixed", as{cmd: change(RetainerEntries, id, func(_ *store.Tx, e *RetainerEntry) { e.Amount = amount("9000") })})
	k.refused("retainer.fixed", as{cmd: &forge{What: "delete", ID: id, do: func(tx *store.Tx) error { return RetainerEntries.Delete(tx, id) }}})
	again := func(sum string) as {
		return as{cmd: change(RetainerEntries, id, func(tx *store.Tx, e *RetainerEntry) {
			e.ID, e.Amount = RetainerEntries.NewID(tx, "x"), amount(sum)
		})}
	}
	k.refused("retainer.overdrawn", again("-1000.01"))
	k.mustAs(again("-1000"))
}

// TestDatesOfASeriesFollowItsNumbers: a document that is dated before the one with the number before it is found.
func TestDatesOfASeriesFollowItsNumbers(t *testing.T) {
	k := openShop(t, nil)
	k.invoiced("10")
	second := k.invoiced("20")
	k.must(change(Invoices, second.ID, func(_ *store.Tx, i *Invoice) { i.IssuedOn = i.IssuedOn.AddDays(-1) }))
	contains(t, strings.Join(k.findings(), "\n"), "INV-2026-00002 is dated 2026-03-01, before INV-2026-00001")
}

// TestOverdueCountsFromTheDayAfterItWasDue: on the day itself nothing is overdue, and what has no day never is.
func TestOverdueCountsFromTheDayAfterItWasDue(t *testing.T) {
	k := taxFree(t)
	k.must(&SetRules{Rules: Rules{PaymentDays: 10}})
	k.invoiced("100") // 2026-03-02, due 03-12
	for on, want := range storetest.InOrder(map[string]int{"2026-03-11": 0, "2026-03-12": 0, "2026-03-13": 1, "2026-04-12": 31}) {
		s := k.statement("", on)
		if got := s.Open[0].Overdue; got != want {
			t.Errorf("on %s it is overdue for %d days, want %d", on, got, want)
		}
	}
	paid := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("500")}}).Subject
	k.mustAs(as{reason: "sent too much", cmd: &RefundPayment{Of: paid, Amount: amountp("40")}})
	for _, open := range k.statement("", "2027-01-01").Open {
		if open.Due.IsZero() && open.Overdue != 0 {
			t.Errorf("%s is overdue for %d days", open.Name, open.Overdue)
		}
	}
}

// TestWhatIsReadyToRelease: what was approved and has its gate open for whoever would release it, and nothing else.
func TestWhatIsReadyToRelease(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "10")
	k.complete(o)
	id := k.proposed(o)
	ready := func(stage string, want bool) {
		t.Helper()
		k.read(func(r store.Reader) error {
			got, err := ReadyToRelease(r, id, k.clock.Now(), k.person("office"))
			if got != want {
				t.Errorf("%s, it is ready: %v", stage, got)
			}
			return err
		})
	}
	ready("proposed", false)
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	ready("approved", true)
	k.must(&ReleaseInvoice{Invoice: id})
	ready("released", false)
}

// TestHoursElsewhereCountOnEveryDayOfTheWeek: a day's overtime looks at what a person worked on other orders, on the first
// day of a week as on the last.
func TestHoursElsewhereCountOnEveryDayOfTheWeek(t *testing.T) {
	k := priced(t, "100", Rules{Surcharges: Surcharges{Overtime: []Overtime{
		{Name: "overtime", Per: PerDay, After: 8 * 60, Factor: factor("1.5"), Across: true},
	}}})
	for d := date("2026-02-16"); d.Before(date("2026-02-23")); d = d.AddDays(1) { // Monday to Sunday
		k.worked(k.order(), local(d.String()+" 06:00"), local(d.String()+" 14:00"))
		o := k.order()
		k.worked(o, local(d.String()+" 15:00"), local(d.String()+" 16:00"))
		wantLines(t, k.billed(o), " 1 × 150")
	}
}

// TestWhatHasNoPriceNamesWhereOneWasLookedFor: under the role and under labour in general, but under no group.
func TestWhatHasNoPriceNamesWhereOneWasLookedFor(t *testing.T) {
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
	k.must(&AddPart{Code: "VALVE", Group: "FITTINGS"})
	for key, want := range storetest.InOrder(map[string]string{"labour:fitter": "labour:fitter or labour", "labour": "labour", "part:VALVE": "part:VALVE"}) {
		if got := k.quote(key, "2026-03-01").Problem; got != "the price book has no price for "+want+" on 2026-03-01" {
			t.Errorf("%s: %s", key, got)
		}
	}
}

// TestTimeThatItsWorkerApprovedIsFound: where duties are separated the audit finds it, and in a shop of one person
// there is nothing to find.
func TestTimeThatItsWorkerApprovedIsFound(t *testing.T) {
	for mode, want := range storetest.InOrder(map[approval.Mode]bool{approval.FourEyes: true, approval.Single: false}) {
		for _, place := range []bool{false, true} {
			k := openShop(t, nil)
			entry := get(k, TimeEntries, k.worked(k.order(), "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z"))
			var id store.ID
			k.read(func(r store.Reader) error {
				for q, err := range approval.Of(r, ApprovalTime, entry.ID) {
					if err != nil {
						return err
					}
					id = q.ID
				}
				return nil
			})
			k.must(change(approval.Requests, id, func(_ *store.Tx, q *approval.Request) {
				d := *q.Decision
				if d.Mode = mode; place {
					d.For = entry.Person
				} else {
					d.By = entry.Person
				}
				q.Decision = &d
			}))
			if got := strings.Contains(strings.Join(k.findings(), "\n"), "approved by the person who worked it"); got != want {
				t.Errorf("under %s it is found: %v", mode, got)
			}
		}
	}
}

// TestDaysThatAreNoneAreRefused: whatever holds from one day to another says so of at least one day.
func TestDaysThatAreNoneAreRefused(t *testing.T) {
	k := newShop(t)
	frame := k.contract("Frame", valid("2026-01-01", ""))
	purchase := k.must(&AddPurchaseOrder{Customer: k.customer, Number: "4500", Valid: valid("2026-01-01", "2026-01-02")}).Subject
	for _, to := range []string{"2026-03-01", "2026-02-28"} {
		none := valid("2026-03-01", to)
		for _, cmd := range []store.Command{
			&AddContract{Contract: "Other", Customer: k.customer, Valid: none}, &EditContract{Contract: frame, Valid: &none},
			&SetClause{Contract: frame, Key: "labour", Price: pricep("80"), Valid: none}, &DropClause{Contract: frame, Key: "labour", Valid: none},
			&SetPrice{Key: "labour", Price: price("80"), Valid: none}, &SetTax{Class: "standard", Rate: percent("19"), Valid: none},
			&SetTaxStatus{Customer: k.customer, Class: "standard", Valid: none},
			&AddPurchaseOrder{Customer: k.customer, Number: "4501", Valid: none}, &EditPurchaseOrder{ID: purchase, Valid: &none},
		} {
			k.refused("validity.empty", as{cmd: cmd})
		}
	}
}

// TestTheGateSaysWhoMayNotRelease: of an invoice who let something go for it, of a credit note who approved it, and
// in a shop of one person nobody.
func TestTheGateSaysWhoMayNotRelease(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "10")
	k.complete(o)
	inv := k.released(o)
	cn := k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: inv.ID}}).Subject
	releaser := func(want ReqStatus, title string, id store.ID) {
		t.Helper()
		if q, _ := k.gate(id).Get(ReqReleaser); q.Status != want || q.Title != title {
			t.Errorf("%q is %s, want %q, %s", q.Title, q.Status, title, want)
		}
	}
	releaser(Satisfied, "whoever releases it has not approved it", cn)
	releaser(Satisfied, "whoever releases it let nothing go for it", inv.ID) // "store" named a price
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
	f := k.refused("gate.release", as{name: "boss", cmd: &ReleaseInvoice{Invoice: cn}})
	contains(t, f.Msg, "whoever approves a credit note does not release it")
	k.mustAs(as{reason: "alone now", cmd: &approval.SetPolicy{Mode: approval.Single}})
	releaser(NotApplicable, "whoever releases it has not approved it", cn)
}

// TestATourIsOneOfADay: a visit that has no date yet is on none.
func TestATourIsOneOfADay(t *testing.T) {
	k := visiting(t, Rules{})
	o := k.jobWithTask()
	start := at("2026-03-02T10:00:00Z")
	visit := k.must(&dispatch.Schedule{Order: o, Technicians: []store.ID{k.ana}, Start: start, End: start.Add(time.Hour)}).Subject
	k.must(&dispatch.Dispatch{Appointment: visit})
	k.clock.set(start)
	k.must(&dispatch.Start{Appointment: visit})
	k.mustAs(as{reason: "a part is missing", cmd: &dispatch.Finish{Appointment: visit, Outcome: dispatch.PartiallyCompleted}})
	waiting := get(k, dispatch.Appointments, visit).FollowOn
	tour, none := "north", ""
	k.refused("trip.undated", as{cmd: &SetTrip{Visit: waiting, Tour: &tour}})
	k.must(&SetTrip{Visit: waiting, Distance: qtyp("3"), Tour: &none})
	k.must(&SetTrip{Visit: visit, Tour: &tour})
}
