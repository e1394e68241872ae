package billing_test

import (
	"slices"
	"strings"
	"testing"

	. "callout/billing"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// The cases of this file are slips of the hand in what is charged, that were planted (see internal/mutate) and that no other
// test noticed.

// plainLines are an invoice's lines in one text.
func plainLines(inv *Invoice) string { return strings.Join(linesOf(inv), "; ") }

// TestRoundingInWords: what is rounded as one is said where something is rounded.
func TestRoundingInWords(t *testing.T) {
	for _, c := range []struct {
		rule TimeRounding
		want string
	}{
		{TimeRounding{}, "to the minute"},
		{TimeRounding{Scope: RoundDay}, "to the minute"},
		{TimeRounding{Minimum: 1, Scope: RoundDay}, "to the minute, at least 1m, per day and person"},
		{TimeRounding{Increment: 15, Scope: RoundVisit, Per: PerCrew}, "in steps of 15m, up, per visit and crew"},
	} {
		if got := c.rule.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestACallOutIncludesToTheMinute: one minute as well as half an hour, and what follows when it is used up is billed.
func TestACallOutIncludesToTheMinute(t *testing.T) {
	one := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT", Included: 1}})
	job := one.jobWithTask()
	one.visited(job, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", one.ana)
	wantLines(t, one.billed(job), "call-out 1 × 75", "regular 0.98 × 90")
	k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT", Included: 60}})
	ben := k.must(&dispatch.AddTechnician{Technician: "ben"}).Subject
	o := k.jobWithTask()
	k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana, ben)
	wantLines(t, k.billed(o), "call-out 1 × 75", " 1 × 90")
}

// TestTheMinimumStandsWhereNobodyWasCalledOut: for time on no visit, and on one that has not ended.
func TestTheMinimumStandsWhereNobodyWasCalledOut(t *testing.T) {
	k := visiting(t, Rules{Labour: TimeRounding{Minimum: 60}, CallOut: &CallOut{Service: "CALLOUT", NoMinimum: true}})
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T08:20:00Z")
	wantLines(t, k.billed(o), " 1 × 90")
	o = k.jobWithTask()
	v := k.must(&dispatch.Schedule{Order: o, Technicians: []store.ID{k.ana}, Start: at("2026-03-02T10:00:00Z"), End: at("2026-03-02T11:00:00Z")}).Subject
	k.must(&dispatch.Dispatch{Appointment: v})
	k.clock.set(at("2026-03-02T10:00:00Z"))
	k.must(&dispatch.Start{Appointment: v})
	k.clock.set(at("2026-03-02T10:30:00Z"))
	k.worked(o, "2026-03-02T10:00:00Z", "2026-03-02T10:20:00Z")
	for _, c := range k.chargesOf(o) {
		if c.Qty.String() != "1" {
			t.Errorf("on a visit that goes on, 20 minutes are %s h", c.Qty)
		}
	}
}

// TestACallOutAtNightCostsTheSameWhereNothingElseIsAgreed: and one without a price is no charge at any hour.
func TestACallOutAtNightCostsTheSameWhereNothingElseIsAgreed(t *testing.T) {
	night := Surcharges{Windows: []Window{{Name: "night", When: Outside, Hours: weekly("Mon-Fri 08:00-17:00"), Factor: factor("2")}}}
	k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT"}, Surcharges: night})
	o := k.jobWithTask()
	k.visited(o, "2026-03-02T21:00:00Z", "2026-03-02T22:00:00Z", k.ana)
	wantLines(t, k.billed(o), "call-out 1 × 75", " 1 × 180")
	k = visiting(t, Rules{CallOut: &CallOut{Service: "NOWHERE", Surcharged: true}, Surcharges: night})
	o = k.jobWithTask()
	k.visited(o, "2026-03-02T21:00:00Z", "2026-03-02T22:00:00Z", k.ana)
	k.complete(o)
	q, _ := k.gate(o).Get(ReqPrice)
	contains(t, q.Reason, "service:NOWHERE")
}

// TestAWayIsBilledAsFarAsItIsKnown: by the zone once, by no zone or distance that nobody has named, and on a tour
// also for the job that added no kilometre. A way of no kilometres is known.
func TestAWayIsBilledAsFarAsItIsKnown(t *testing.T) {
	k := visiting(t, Rules{Driving: Driving{By: ByZone}})
	o := k.jobWithTask()
	v := k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana)
	k.must(&SetTrip{Visit: v, Distance: qtyp("0")})
	k.complete(o)
	q, _ := k.gate(o).Get(ReqPrice)
	contains(t, q.Reason, "in which zone")
	k.must(&SetTrip{Visit: v, Zone: ptr("ZONE-2")})
	wantLines(t, get(k, Invoices, k.proposed(o)), "travel 1 × 40", " 1 × 90")

	k = visiting(t, Rules{Driving: Driving{By: ByDistance, Service: "KM"}})
	o = k.jobWithTask()
	v = k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana)
	k.must(&SetTrip{Visit: v, Zone: ptr("ZONE-2")})
	k.complete(o)
	q, _ = k.gate(o).Get(ReqPrice)
	contains(t, q.Reason, "how far")
	k.must(&SetTrip{Visit: v, Tour: ptr("north")})
	next := k.jobWithTask()
	far := k.visited(next, "2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z", k.ana)
	k.must(&SetTrip{Visit: far, Tour: ptr("north"), Distance: qtyp("90")})
	first := k.released(o)
	wantLines(t, first, "travel 45 × 0.585", " 1 × 90")
	// The rest of the tour is what the first was not billed, and never less than nothing.
	k.must(&SetTrip{Visit: far, Distance: qtyp("10")})
	for _, c := range k.chargesOf(next) {
		if c.Part == "travel" && !c.Qty.IsZero() {
			t.Errorf("of a tour that is billed already, %s are left", c.Qty)
		}
	}
}

// TestOnlyTimeOnTheTourWeighs: that of another visit of the order, or of none, has no share in it.
func TestOnlyTimeOnTheTourWeighs(t *testing.T) {
	k := visiting(t, Rules{Driving: Driving{By: ByDistance, Service: "KM", Share: ShareTime}})
	var orders []store.ID
	for _, hour := range []string{"10", "12"} {
		o := k.jobWithTask()
		v := k.visited(o, "2026-03-02T"+hour+":00:00Z", "2026-03-02T"+hour+":30:00Z", k.ana)
		k.must(&SetTrip{Visit: v, Tour: ptr("north"), Distance: qtyp("30")})
		orders = append(orders, o)
	}
	k.worked(orders[0], "2026-02-25T08:00:00Z", "2026-02-25T12:00:00Z")
	k.visited(orders[0], "2026-03-03T10:00:00Z", "2026-03-03T13:00:00Z", k.ana)
	contains(t, plainLines(k.billed(orders[1])), "travel 30 × 0.585")
}

// TestTimeIsOnTheVisitThatItOverlapsMost: where nobody said on which, and on the first of two that it overlaps as much. Nobody
// works on the visit of somebody else, or on one that was canceled. The way is to the nearest, the later one of two.
func TestTimeIsOnTheVisitThatItOverlapsMost(t *testing.T) {
	rule := TimeRounding{Increment: 720, Scope: RoundVisit} // what is on one visit comes to half a day in all
	for _, c := range []struct {
		name, from, to string
		kind           TimeKind
		want           string // on which visit it is
	}{
		{"more of the first", "02T10:10", "02T11:40", Labour, "first"},
		{"more of the second", "02T10:29", "02T11:50", Labour, "second"},
		{"as much of both", "02T10:20", "02T11:40", Labour, "first"},
		{"on somebody else's", "02T07:00", "02T08:00", Labour, "none"},
		{"on a canceled one", "02T14:00", "02T15:00", Labour, "none"},
		{"on none", "02T21:00", "02T22:00", Labour, "none"},
		{"near the first", "02T10:35", "02T10:50", Travel, "first"},
		{"as near to both", "02T10:45", "02T11:15", Travel, "second"},
		{"near the second", "02T12:05", "02T12:15", Travel, "second"},
		{"half a day behind", "03T00:10", "03T00:20", Travel, "none"},
	} {
		k := priced(t, "90", Rules{Labour: rule, Travel: rule})
		ben := k.must(&dispatch.AddTechnician{Technician: "ben"}).Subject
		o := k.order()
		visit := func(who store.ID, from, to string) store.ID {
			return k.must(&dispatch.Schedule{Order: o, Technicians: []store.ID{who}, Start: at("2026-03-02T" + from + ":00Z"), End: at("2026-03-02T" + to + ":00Z")}).Subject
		}
		visit(k.ana, "10:00", "10:30")
		visit(k.ana, "11:30", "12:00")
		visit(ben, "06:30", "09:00")
		k.mustAs(as{cmd: &dispatch.CancelVisit{Appointment: visit(k.ana, "14:00", "15:00")}, reason: "away"})
		k.clock.set(at("2026-03-04T06:00:00Z"))
		add := func(from, to string) store.ID {
			return k.must(&AddTime{Order: o, Technician: k.ana, From: at("2026-03-" + from + ":00Z"), To: at("2026-03-" + to + ":00Z"), Kind: c.kind}).Subject
		}
		all := map[string]store.ID{"": add(c.from, c.to), "first": add("02T10:00", "02T10:05"), "second": add("02T11:55", "02T12:00")}
		k.approveAll(o)
		hours := map[store.ID]money.Quantity{}
		for _, ch := range k.chargesOf(o) {
			hours[ch.Source] = ch.Qty
		}
		got := "none"
		for _, name := range []string{"first", "second"} {
			if hours[all[""]].Add(hours[all[name]]).String() == "12" {
				got = name
			}
		}
		if got != c.want {
			t.Errorf("%s: it is on %s, want %s", c.name, got, c.want)
		}
	}
}

// TestWhatIsRoundedByVisitIsRoundedAlone: also where nothing else of the rules looks at visits.
func TestWhatIsRoundedByVisitIsRoundedAlone(t *testing.T) {
	rule := TimeRounding{Increment: 60, Scope: RoundVisit}
	for kind, rules := range storetest.InOrder(map[TimeKind]Rules{Labour: {Labour: rule}, Travel: {Travel: rule}}) {
		k := priced(t, "60", rules)
		o := k.jobWithTask()
		for _, day := range []string{"10", "14"} {
			k.visited(o, "2026-03-02T"+day+":00:00Z", "2026-03-02T"+day+":20:00Z", k.ana)
			if kind == Travel {
				k.clock.set(at("2026-03-02T" + day + ":55:00Z"))
				k.must(&AddTime{Order: o, Technician: k.ana, From: at("2026-03-02T" + day + ":30:00Z"), To: at("2026-03-02T" + day + ":50:00Z"), Kind: Travel})
			}
		}
		k.approveAll(o)
		var sum money.Quantity
		for _, c := range k.chargesOf(o) {
			if c.Text == "Labour, ana" && kind == Labour || c.Text != "Labour, ana" && kind == Travel {
				sum = sum.Add(c.Qty)
			}
		}
		if sum.String() != "2" { // by the day they would be one
			t.Errorf("two visits of 20 minutes of %s are %s h", kind, sum)
		}
	}
}

// TestWhatIsBilledOfADayCountsOnce: though it is billed in two parts.
func TestWhatIsBilledOfADayCountsOnce(t *testing.T) {
	k := priced(t, "100", Rules{
		Labour:     TimeRounding{Increment: 60, Scope: RoundDay},
		Surcharges: Surcharges{Windows: []Window{{Name: "evening", When: Within, Hours: weekly("daily 17:00-22:00"), Factor: factor("1.5")}}},
	})
	o := k.order()
	k.worked(o, local("2026-02-26 16:00"), local("2026-02-26 18:00"))
	k.complete(o)
	wantLines(t, k.released(o), "regular 1 × 100", "evening 1 × 150")
	k.worked(o, local("2026-02-26 18:00"), local("2026-02-26 19:00"))
	wantLines(t, get(k, Invoices, k.proposed(o)), " 1 × 150")
}

// TestOnlyWorkThatCountsMeetsThresholds: what was rejected does not, an entry that is looked at counts once, and what is approved is
// rounded with what may be.
func TestOnlyWorkThatCountsMeetsThresholds(t *testing.T) {
	k := priced(t, "100", Rules{Surcharges: Surcharges{Overtime: []Overtime{
		{Name: "overtime", Per: PerDay, After: 60, Factor: factor("1.5")}, {Name: "long", Per: PerDay, After: 60, Factor: factor("1.5")},
	}}})
	o := k.order()
	k.capped(o, "5000")
	no := k.entered(o, local("2026-02-26 06:00"), local("2026-02-26 09:00"))
	k.must(&SubmitTime{Entry: no})
	k.mustAs(as{name: "boss", reason: "nobody was there", cmd: &RejectTime{Entry: no}})
	k.must(&SubmitTime{Entry: k.entered(o, local("2026-02-26 10:00"), local("2026-02-26 11:00"))})
	wantAmount(t, "an hour that is not approved", k.capUse(o).Pending, "100")
	k.approveSubmitted(o)
	wantAmount(t, "an hour", k.capUse(o).Used, "100")
	k.worked(o, local("2026-02-26 12:00"), local("2026-02-26 13:00"))
	wantAmount(t, "two hours", k.capUse(o).Used, "250")
	wantLines(t, k.billed(o), " 1 × 100", " 1 × 150")

	k = priced(t, "90", Rules{Labour: TimeRounding{Increment: 60, Scope: RoundDay}})
	o = k.order()
	k.capped(o, "5000")
	k.worked(o, local("2026-02-26 10:00"), local("2026-02-26 10:30"))
	k.must(&SubmitTime{Entry: k.entered(o, local("2026-02-26 11:00"), local("2026-02-26 11:30"))})
	wantAmount(t, "the second half hour", k.capUse(o).Pending, "45")
}

// approveSubmitted approves what of an order is submitted.
func (k *shop) approveSubmitted(order store.ID) {
	k.tb.Helper()
	for _, id := range k.timeThatIs(order, TimeSubmitted) {
		k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
	}
}

// TestAWeekElsewhereCountsFromMonday: for work on a Tuesday, and on a Sunday.
func TestAWeekElsewhereCountsFromMonday(t *testing.T) {
	for day, want := range storetest.InOrder(map[string]string{"2026-02-17": " 1 × 150", "2026-02-22": " 1 × 150", "2026-02-23": " 1 × 100"}) {
		k := priced(t, "100", Rules{Surcharges: Surcharges{Overtime: []Overtime{
			{Name: "overtime", Per: PerWeek, After: 10 * 60, Factor: factor("1.5"), Across: true},
		}}})
		k.worked(k.order(), local("2026-02-16 06:00"), local("2026-02-16 16:00")) // a Monday
		o := k.order()
		k.worked(o, local(day+" 18:00"), local(day+" 19:00"))
		wantLines(t, k.billed(o), want)
	}
}

// TestTwoMultipliersAsGreatAreOne: the first of them gives its name, and twenty windows are told from the first threshold.
func TestTwoMultipliersAsGreatAreOne(t *testing.T) {
	var windows []Window
	for i := range 20 {
		windows = append(windows, Window{Name: "w" + strings.Repeat("x", i), When: Within, Hours: weekly("daily 22:00-23:00"), Factor: factor("1")})
	}
	windows[18] = Window{Name: "evening", When: Within, Hours: weekly("daily 17:00-20:00"), Factor: factor("2")}
	windows[19] = Window{Name: "late", When: Within, Hours: weekly("daily 18:00-20:00"), Factor: factor("2")}
	k := priced(t, "100", Rules{Surcharges: Surcharges{Windows: windows, Overtime: []Overtime{{Name: "long", Per: PerDay, After: 180, Factor: factor("3")}}}})
	o := k.order()
	k.worked(o, local("2026-02-26 16:00"), local("2026-02-26 20:00"))
	wantLines(t, k.billed(o), "regular 1 × 100", "evening 2 × 200", "long 1 × 300")
}

// TestTheSitesBranchGivesTheHours: where the order belongs to none.
func TestTheSitesBranchGivesTheHours(t *testing.T) {
	k := priced(t, "100", Rules{Surcharges: Surcharges{Windows: []Window{{Name: "after-hours", When: Outside, Factor: factor("1.5")}}}})
	o := k.order()
	graz := k.must(&party.AddBranch{Branch: "Graz", Hours: "Mon-Fri 09:00-17:00"}).Subject
	k.must(&work.EditSite{ID: k.site, Branch: &graz})
	k.worked(o, local("2026-02-24 16:00"), local("2026-02-24 18:00"))
	wantLines(t, k.billed(o), "regular 1 × 100", "after-hours 1 × 150")
}

// TestAmountsAndSharesStandSideBySide: a share is of the whole price, whatever amounts were agreed before it.
func TestAmountsAndSharesStandSideBySide(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	k.milestone(o, "first", "", "100")
	k.milestone(o, "half", "50", "")
	k.must(&AddMilestone{Order: o, Milestone: "rest", Rest: true})
	k.complete(o)
	var got []string
	for _, l := range k.released(o).Lines {
		got = append(got, l.Net.String())
	}
	if !slices.Equal(got, []string{"100.00", "500.00", "400.00"}) {
		t.Errorf("an amount and a share bill %q", got)
	}
}
