package billing_test

import (
	"strings"
	"testing"

	. "callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"
)

// row changed on top, or taken away, by a change order that the boss approves.
func (k *shop) rowByChange(o store.ID, title, sum string) {
	k.tb.Helper()
	co := k.mustAs(as{reason: "agreed on site", cmd: &RequestChange{Order: o, Kind: ChangeSum, Title: title, Sum: amountp(sum), RequestedBy: "Mrs. Ott"}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveChange{Change: co}})
}

// TestWhatARowHasComeToLiesWithinIt: neither work nor stored material is less than nothing or more than was scheduled, nor
// are both together; of a row that takes away, all of it is the other way round.
func TestWhatARowHasComeToLiesWithinIt(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.row(o, "Boiler", "1000")
	k.rowByChange(o, "no chimney", "-100")
	for _, c := range []struct {
		row            int
		earned, stored string
		ok             bool
	}{
		{1, "-100", "200", false},
		{1, "500", "-100", false},
		{1, "1000.01", "0", false},
		{1, "0", "1000.01", false},
		{1, "600", "400.01", false},
		{1, "600", "400", true},
		{2, "0.01", "0", false},
		{2, "-100.01", "0", false},
		{2, "-50", "0.01", false},
		{2, "0", "0", true},
		{2, "-100", "0", true},
	} {
		cmd := &ApplyProgress{Order: o, Rows: []RowProgress{{Row: c.row, Earned: amountp(c.earned), Stored: amountp(c.stored)}}}
		if c.ok {
			k.must(cmd)
		} else {
			k.refused("progress.over", as{cmd: cmd})
		}
	}
	wantAmount(t, "both together", k.sheet(o, 0).Sum.Total, "900")
}

// TestApplicationsFollowEachOther: none counts up to a day before that of the last, and there is no sheet of one that nobody
// made. A sheet has the rows that were there when it was made.
func TestApplicationsFollowEachOther(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.row(o, "Boiler", "1000")
	apply := func(through, earned string) *ApplyProgress {
		return &ApplyProgress{Order: o, Through: date(through), Rows: []RowProgress{{Row: 1, Earned: amountp(earned)}}}
	}
	k.must(apply("2026-03-02", "100"))
	k.refused("progress.through", as{cmd: apply("2026-03-01", "200")})
	k.rowByChange(o, "Chimney", "500")
	k.must(apply("2026-03-02", "200"))
	k.must(apply("2026-03-03", "300"))
	for n, rows := range []int{2, 1, 2, 2} { // 0 is the newest
		if got := k.sheet(o, n); len(got.Rows) != rows {
			t.Errorf("sheet %d has %d rows, want %d", n, len(got.Rows), rows)
		}
	}
	err := k.View(t.Context(), func(r store.Reader) error {
		_, err := SheetOf(r, o, 4)
		return err
	})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("there is a sheet of an application that nobody made: %v", err)
	}
}

// TestASheetRoundsByTheRulesOfItsOrder: ten per cent of 0.25 are 0.02 to the even cent, and 0.03 away from nothing.
func TestASheetRoundsByTheRulesOfItsOrder(t *testing.T) {
	for _, c := range []struct {
		mode money.Rounding
		want string
	}{{money.HalfEven, "0.02"}, {money.HalfAway, "0.03"}} {
		k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true}, &SetRules{Rules: Rules{Rounding: c.mode}})
		o := k.order()
		k.row(o, "Boiler", "1000")
		k.must(&SetTerms{Order: o, Retainage: &Retainage{Percent: percent("10")}})
		k.applied(o, "0.25")
		wantAmount(t, "held back", k.sheet(o, 0).Sum.Retained, c.want)
	}
}

// TestTheMostThatIsHeldBackIsOfAllRows: what lies on the site is held back of by its own rate, and all rows together not
// above the most.
func TestTheMostThatIsHeldBackIsOfAllRows(t *testing.T) {
	for _, c := range []struct {
		ret  Retainage
		want []string
	}{
		{Retainage{Percent: percent("10")}, []string{"100.00", "60.00", "10.00"}},
		{Retainage{Percent: percent("10"), Stored: percentp("20")}, []string{"100.00", "110.00", "10.00"}},
		{Retainage{Percent: percent("10"), Max: amountp("170")}, []string{"100.00", "60.00", "10.00"}},
		{Retainage{Percent: percent("10"), Max: amountp("160")}, []string{"100.00", "60.00", "0.00"}},
		{Retainage{Percent: percent("10"), Max: amountp("130")}, []string{"100.00", "30.00", "0.00"}},
		{Retainage{Percent: percent("10"), Max: amountp("100")}, []string{"100.00", "0.00", "0.00"}},
		{Retainage{Percent: percent("10"), Max: amountp("30")}, []string{"30.00", "0.00", "0.00"}},
	} {
		k := newShop(t)
		o := k.order()
		for _, title := range []string{"Boiler", "Pipes", "Chimney"} {
			k.row(o, title, "1000")
		}
		k.must(&SetTerms{Order: o, Retainage: &c.ret})
		k.must(&ApplyProgress{Order: o, Rows: []RowProgress{
			{Row: 1, Earned: amountp("1000")}, {Row: 2, Earned: amountp("100"), Stored: amountp("500")}, {Row: 3, Earned: amountp("100")},
		}})
		var got []string
		for _, row := range k.sheet(o, 0).Rows {
			got = append(got, row.Retained.Fixed(eur))
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("of %+v are held back %v, want %v", c.ret, got, c.want)
		}
	}
}

// heldBack is an order of 2000.00 of which 100.00 and 50.00 are held back by two invoices.
func (k *shop) heldBack() (o store.ID, first, second *Invoice) {
	k.tb.Helper()
	o = k.order()
	k.row(o, "Boiler", "2000")
	k.must(&SetTerms{Order: o, Retainage: &Retainage{Percent: percent("10")}})
	k.applied(o, "1000")
	first = k.released(o)
	k.applied(o, "1500")
	return o, first, k.released(o)
}

// TestABillOfRetainageAsksForTheOldestFirst: for as much as was said, once, and when all is earned of an order that is complete.
func TestABillOfRetainageAsksForTheOldestFirst(t *testing.T) {
	k := newShop(t)
	o, first, second := k.heldBack()
	ask := &ProposeRetainage{Order: o, Amount: amountp("120")}
	k.applied(o, "2000")
	contains(t, k.refused("gate.propose", as{cmd: ask}).Msg, "WO.COMPLETE")
	k.complete(o)
	for _, a := range []string{"150.01", "0", "-1"} {
		k.refused("retainage.held", as{cmd: &ProposeRetainage{Order: o, Amount: amountp(a)}})
	}
	id := k.must(ask).Subject
	got := get(k, Invoices, id).Releases
	if len(got) != 2 || got[0].Invoice != first.ID || got[1].Invoice != second.ID {
		t.Fatalf("it asks for %+v", got)
	}
	wantAmount(t, "all of the first", got[0].Amount, "100")
	wantAmount(t, "the rest of the second", got[1].Amount, "20")
	k.refused("invoice.status", as{cmd: &ProposeInvoice{Invoice: id}})
	if q, _ := k.gate(id).Get(ReqHeldBack); q.Status != Satisfied {
		t.Errorf("%s: %s", q.Code, q.Reason)
	}
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	k.refused("retainage.held", as{cmd: &ProposeRetainage{Order: o, Amount: amountp("30.01")}})
	last := get(k, Invoices, k.must(&ProposeRetainage{Order: o}).Subject).Releases
	if len(last) != 1 || last[0].Invoice != second.ID || !last[0].Amount.Equal(amount("30")) {
		t.Errorf("then it asks for %+v", last)
	}
	k.audited()
}

// TestWhatIsTakenBackIsNotAskedFor: a bill of retainage that waits for its approval does not get it once an invoice that it
// asks for was credited.
func TestWhatIsTakenBackIsNotAskedFor(t *testing.T) {
	k := newShop(t)
	o, _, second := k.heldBack()
	k.complete(o)
	id := k.must(&ProposeRetainage{Order: o}).Subject
	k.credited(second.ID)
	q, _ := k.gate(id).Get(ReqHeldBack)
	if q.Status != Unsatisfied {
		t.Errorf("%s is %s", q.Code, q.Status)
	}
	contains(t, q.Reason, "asks for 50")
	k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&DiscardInvoice{Invoice: id})
	k.audited()
}

// TestACreditHoldsNothingBackBeforeItIsReleased: while a credit note waits, the next invoice holds back as if there were none.
func TestACreditHoldsNothingBackBeforeItIsReleased(t *testing.T) {
	k := newShop(t)
	o, first, _ := k.heldBack()
	cn := k.mustAs(as{reason: "wrong customer", cmd: &CreditInvoice{Invoice: first.ID}}).Subject
	k.applied(o, "1700")
	next := k.must(&ProposeInvoice{Order: o}).Subject
	wantAmount(t, "held back of the next 200.00", get(k, Invoices, next).Retained.Amount, "20")
	k.must(&DiscardInvoice{Invoice: next})
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
	k.must(&ReleaseInvoice{Invoice: cn})
	wantAmount(t, "and of all that is open again", get(k, Invoices, k.proposed(o)).Retained.Amount, "120")
}

// TestMeasuresAreTakenBackToNothing, and not below it; and a note is a line of text.
func TestMeasuresAreTakenBackToNothing(t *testing.T) {
	k := newShop(t)
	o := k.order()
	pipe := k.must(&AddPosition{Order: o, Title: "Pipe", Unit: Metre, Ordered: qty("10"), Price: price("5")}).Subject
	bend := k.must(&AddPosition{Order: o, Title: "Bend", Ordered: qty("4"), Price: price("7")}).Subject
	k.refused("text.syntax", as{cmd: &MeasureWork{Position: pipe, Qty: qty("1"), Note: "by\u0007the wall"}})
	k.must(&MeasureWork{Position: pipe, Qty: qty("5"), Note: "by the wall"})
	k.must(&MeasureWork{Position: bend, Qty: qty("3")})
	k.refused("measure.below-zero", as{reason: "read wrongly", cmd: &MeasureWork{Position: pipe, Qty: qty("-5.001")}})
	k.mustAs(as{reason: "read wrongly", cmd: &MeasureWork{Position: pipe, Qty: qty("-5")}})
	k.read(func(r store.Reader) error {
		list, err := PositionsOf(r, o)
		if len(list) != 2 || !list[0].Done.IsZero() || list[1].Done.String() != "3" {
			t.Errorf("done is %+v", list)
		}
		return err
	})
}

// TestMoreThanOrderedIsNamedByPosition: as much as was ordered is not more than that, and all positions are named.
func TestMoreThanOrderedIsNamedByPosition(t *testing.T) {
	k := newShop(t)
	o := k.order()
	var ids []store.ID
	for _, title := range []string{"Pipe", "Bend"} {
		id := k.must(&AddPosition{Order: o, Title: title, Ordered: qty("4"), Price: price("7")}).Subject
		k.must(&MeasureWork{Position: id, Qty: qty("4")})
		ids = append(ids, id)
	}
	said := func(want string) {
		t.Helper()
		if q, _ := k.gate(o).Get(ReqOrdered); q.Reason != want {
			t.Errorf("%q, want %q", q.Reason, want)
		}
	}
	said("")
	for _, id := range ids {
		k.must(&MeasureWork{Position: id, Qty: qty("0.5")})
	}
	said("Pipe: 4.5 pcs done, 4 ordered; Bend: 4.5 pcs done, 4 ordered")
}

// TestTheRestIsWhatOtherMilestonesLeave: of the price but for what is not billed, less amounts and shares, whether they are
// billed, credited or neither. What a change order brought and what bills the work leave it as it is.
func TestTheRestIsWhatOtherMilestonesLeave(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000"), Unbilled: amountp("100")})
	first := k.milestone(o, "sum", "", "200")
	k.milestone(o, "share", "10", "")
	rest := k.must(&AddMilestone{Order: o, Milestone: "rest", Rest: true}).Subject
	k.refused("milestone.two-rests", as{cmd: &AddMilestone{Order: o, Milestone: "more", Rest: true}})
	k.mustAs(as{reason: "counted anew", cmd: &CancelMilestone{Milestone: rest}})
	rest = k.must(&AddMilestone{Order: o, Milestone: "rest, again", Rest: true}).Subject
	k.rowByChange(o, "Asbestos", "50")
	k.complete(o)
	leaves := func(when string) {
		t.Helper()
		id := k.must(&ProposeInvoice{Order: o, Milestones: []store.ID{rest}}).Subject
		wantAmount(t, when, get(k, Invoices, id).Net, "600")
		k.must(&DiscardInvoice{Invoice: id})
	}
	leaves("before anything is billed")
	id := k.must(&ProposeInvoice{Order: o, Milestones: []store.ID{first}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	leaves("when the sum is billed")
	k.credited(id)
	leaves("when it is credited")
}

// TestSharesOfStruckMilestonesAreFree: what was struck counts for nothing.
func TestSharesOfStruckMilestonesAreFree(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	k.milestone(o, "first", "40", "")
	second := k.milestone(o, "second", "60", "")
	k.refused("milestone.over-100", as{cmd: &AddMilestone{Order: o, Milestone: "third", Percent: percentp("0.01")}})
	k.mustAs(as{reason: "counted anew", cmd: &CancelMilestone{Milestone: second}})
	k.milestone(o, "third", "60", "")
}

// TestAPriceMovesUnderWhatIsNoShareOfIt: a billed amount leaves it open, and so does a share that nobody has billed.
func TestAPriceMovesUnderWhatIsNoShareOfIt(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	sum := k.milestone(o, "sum", "", "200")
	share := k.milestone(o, "share", "80", "")
	k.complete(o)
	bill := func(m store.ID) {
		t.Helper()
		id := k.must(&ProposeInvoice{Order: o, Milestones: []store.ID{m}}).Subject
		k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
		k.must(&ReleaseInvoice{Invoice: id})
	}
	bill(sum)
	k.must(&SetTerms{Order: o, Price: amountp("1100")})
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	bill(share)
	k.refused("terms.billed", as{cmd: &SetTerms{Order: o, Price: amountp("1100")}})
	k.must(&SetTerms{Order: o, Price: amountp("1000")}) // the same is no change
}

// TestAMilestoneWaitsForTheSecondOfTheOrder: tasks and deliverables are found wherever they stand, and it waits for what a
// task that was done lacks all the same. What is gone is said, and nothing becomes ready by it.
func TestAMilestoneWaitsForTheSecondOfTheOrder(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&work.AddTask{Order: o, Title: "Walls"})
	roof := k.must(&work.AddTask{Order: o, Title: "Roof"}).Subject
	k.must(&work.AddDeliverable{Order: o, Title: "plan", Needs: work.NeedsSignOff})
	paper := k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff}).Subject
	add := func(name string, n MilestoneNeeds) store.ID {
		return k.must(&AddMilestone{Order: o, Milestone: name, Amount: amountp("500"), Needs: &n}).Subject
	}
	task, deliverable := add("roof", MilestoneNeeds{Tasks: []store.ID{roof}}), add("handed over", MilestoneNeeds{Deliverables: []store.ID{paper}})
	stand := func(want MilestoneStatus) {
		t.Helper()
		for _, id := range []store.ID{task, deliverable} {
			if m := get(k, Milestones, id); m.Status != want {
				t.Errorf("%s is %s (%s), want %s", m.Title, m.Status, m.Why, want)
			}
		}
	}
	stand(MilestonePlanned)
	k.must(&work.MarkTaskDone{ID: roof})
	signed := &work.RecordSignOff{}
	signed.Order, signed.Deliverable, signed.Person = o, paper, "Frau Huber"
	k.must(signed)
	stand(MilestoneReady)
	k.must(change(work.Tasks, roof, func(_ *store.Tx, x *work.Task) { x.Evidence = []work.EvidenceNeed{{Kind: work.Photo}} }))
	if m := get(k, Milestones, task); m.Status != MilestonePlanned {
		t.Errorf("without the photo it is %s", m.Status)
	}
	cellar := k.must(&work.AddTask{Order: o, Title: "Cellar"}).Subject
	photo := k.must(&work.AddDeliverable{Order: o, Title: "photo", Needs: work.NeedsPhoto}).Subject
	task, deliverable = add("cellar", MilestoneNeeds{Tasks: []store.ID{cellar}}), add("photo", MilestoneNeeds{Deliverables: []store.ID{photo}})
	k.must(&forge{What: "delete", ID: cellar, do: func(tx *store.Tx) error { return work.Tasks.Delete(tx, cellar) }})
	k.must(&forge{What: "delete", ID: photo, do: func(tx *store.Tx) error { return work.Deliverables.Delete(tx, photo) }})
	title := "House"
	k.must(&work.EditWorkOrder{ID: o, Title: &title})
	stand(MilestonePlanned)
}
