package billing_test

import (
	"testing"
	"time"

	. "callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"

	"pgregory.net/rapid"
)

// linesOf are an invoice's lines as "part qty × price".
func linesOf(inv *Invoice) (out []string) {
	for _, l := range inv.Lines {
		out = append(out, l.Part+" "+l.Qty.String()+" × "+l.Price.String())
	}
	return out
}

func wantLines(t *testing.T, inv *Invoice, want ...string) {
	t.Helper()
	got := linesOf(inv)
	if len(got) != len(want) {
		t.Fatalf("lines %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d is %q, want %q", i+1, got[i], want[i])
		}
	}
}

// visited lets people work on a visit of an order, and approves the time that it drafts.
func (k *shop) visited(order store.ID, from, to string, people ...store.ID) store.ID {
	k.tb.Helper()
	start, end := at(from), at(to)
	k.clock.set(end.Add(time.Minute))
	step := func(when time.Time, cmd store.Command) store.ID {
		k.tb.Helper()
		return k.mustAs(as{at: when, reason: "so it was", cmd: cmd}).Subject
	}
	visit := step(start.Add(-3*time.Hour), &dispatch.Schedule{Order: order, Technicians: people, Start: start, End: end})
	step(start.Add(-2*time.Hour), &dispatch.Dispatch{Appointment: visit})
	step(start, &dispatch.Start{Appointment: visit})
	step(end, &dispatch.Finish{Appointment: visit, Outcome: dispatch.Completed})
	var drafts []store.ID
	k.read(func(r store.Reader) error {
		for e, err := range TimeEntries.By(r, "draft", store.K(visit)) {
			if err != nil {
				return err
			}
			drafts = append(drafts, e.ID)
		}
		return nil
	})
	for _, id := range drafts {
		k.must(&SubmitTime{Entry: id})
		k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
	}
	return visit
}

func (k *shop) jobWithTask() store.ID {
	k.tb.Helper()
	o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Boiler"}).Subject
	k.must(&work.AddTask{Order: o, Title: "Check"})
	return o
}

func TestAnEntryAcrossThreeWindowsAndMidnight(t *testing.T) {
	k := priced(t, "100", Rules{Surcharges: Surcharges{Windows: []Window{
		{Name: "after-hours", When: Outside, Hours: weekly("Mon-Fri 08:00-17:00"), Factor: factor("1.25")},
		{Name: "night", When: Within, Hours: weekly("daily 22:00-06:00"), Factor: factor("1.5")},
		{Name: "weekend", When: Weekend, Factor: factor("2")},
	}}})
	o := k.order()
	k.worked(o, local("2026-02-27 16:00"), local("2026-02-28 01:30")) // Friday to Saturday
	inv := k.billed(o)
	wantLines(t, inv, "regular 1 × 100", "after-hours 5 × 125", "night 2 × 150", "weekend 1.5 × 200")
	wantAmount(t, "night's work", inv.Net, "1325")
	contains(t, inv.Lines[1].Text, "Labour, ana (after hours)")
	k.audited()
}

func TestHolidaysAreThoseOfTheBranch(t *testing.T) {
	k := priced(t, "100", Rules{Surcharges: Surcharges{Windows: []Window{
		{Name: "after-hours", When: Outside, Factor: factor("1.5")},
		{Name: "holiday", When: Holiday, Factor: factor("2")},
	}}})
	k.must(&party.AddHolidays{Days: []calendar.Holiday{{Date: date("2026-02-25"), Name: "Founder's day"}}})
	branch := k.must(&party.AddBranch{Branch: "Graz", Hours: "Mon-Fri 09:00-17:00"}).Subject
	o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Boiler", Branch: branch}).Subject
	k.must(&work.StartWorkOrder{ID: o})
	k.worked(o, local("2026-02-24 16:00"), local("2026-02-24 18:00"))
	k.worked(o, local("2026-02-25 10:00"), local("2026-02-25 11:00"))
	wantLines(t, k.billed(o), "regular 1 × 100", "after-hours 1 × 150", " 1 × 200")

	// Where the branch has no hours, nobody knows what is outside them.
	o = k.order()
	k.worked(o, local("2026-02-26 10:00"), local("2026-02-26 11:00"))
	k.complete(o)
	if q, _ := k.gate(o).Get(ReqPrice); q.Status != Unsatisfied {
		t.Errorf("%s is %s", q.Code, q.Status)
	} else {
		contains(t, q.Reason, "opening hours")
	}
}

func TestACrewOnOneVisit(t *testing.T) {
	rule := TimeRounding{Increment: 30, Minimum: 60, Scope: RoundVisit}
	for _, c := range []struct {
		per  RoundPer
		want []string
	}{
		{PerPerson, []string{" 1 × 90", " 1 × 90"}},
		{PerCrew, []string{" 0.75 × 90", " 0.75 × 90"}}, // 80 minutes are 90
	} {
		rule.Per = c.per
		k := priced(t, "90", Rules{Labour: rule})
		ben := k.must(&dispatch.AddTechnician{Technician: "ben"}).Subject
		o := k.jobWithTask()
		k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T10:40:00Z", k.ana, ben)
		wantLines(t, k.billed(o), c.want...)
		k.audited()
	}
}

// A minimum for each technician and day, and steps after it, as Tinnacity asks for: two
// short visits on one day are one minimum, not two.
func TestAMinimumByTechnicianAndDayThenSteps(t *testing.T) {
	k := priced(t, "100", Rules{Labour: TimeRounding{Increment: 15, Minimum: 60, Scope: RoundDay}})
	o := k.order()
	k.worked(o, "2026-02-25T08:00:00Z", "2026-02-25T08:20:00Z")
	k.worked(o, "2026-02-25T12:00:00Z", "2026-02-25T12:10:00Z")
	k.worked(o, "2026-02-26T08:00:00Z", "2026-02-26T09:05:00Z")
	inv := k.billed(o)
	wantLines(t, inv, " 0.67 × 100", " 0.33 × 100", " 1.25 × 100")
	k.audited()
}

// Where a part of what is rounded together is billed, only the difference goes to the rest.
func TestOnlyTheDifferenceIsBilledOfWhatIsRoundedTogether(t *testing.T) {
	k := priced(t, "100", Rules{Labour: TimeRounding{Minimum: 60, Scope: RoundDay}})
	o := k.order()
	k.worked(o, "2026-02-25T08:00:00Z", "2026-02-25T08:20:00Z")
	k.complete(o)
	first := k.released(o)
	wantLines(t, first, " 1 × 100") // the whole minimum

	k.mustAs(as{reason: "more to do", cmd: &work.ReopenWorkOrder{ID: o}})
	short := k.worked(o, "2026-02-25T10:00:00Z", "2026-02-25T10:25:00Z") // still within the hour that is billed
	k.complete(o)
	for _, c := range k.charges(o) {
		if c.Source == short && !c.Qty.IsZero() {
			t.Errorf("%s h are billed again", c.Qty)
		}
	}
	k.mustAs(as{reason: "more to do", cmd: &work.ReopenWorkOrder{ID: o}})
	k.worked(o, "2026-02-25T11:00:00Z", "2026-02-25T11:45:00Z")
	inv := k.billed(o)
	var rest money.Quantity
	for _, l := range inv.Lines {
		rest = rest.Add(l.Qty)
	}
	if !rest.Equal(qty("0.5")) { // 90 minutes in all, 60 of them billed
		t.Errorf("%q, want half an hour in all", linesOf(inv))
	}
	k.audited()
}

func TestAPartOfAnEntryIsBilledByItself(t *testing.T) {
	k := priced(t, "100", Rules{Surcharges: Surcharges{Windows: []Window{
		{Name: "after-hours", When: Outside, Hours: weekly("Mon-Fri 08:00-17:00"), Factor: factor("1.5")},
	}}})
	o := k.order()
	e := k.worked(o, local("2026-02-26 16:00"), local("2026-02-26 18:00"))
	k.complete(o)
	k.refused("selection.part", as{cmd: &ProposeInvoice{Order: o, Only: []Selection{{Source: e, Part: "night"}}}})
	k.refused("selection.part", as{cmd: &ProposeInvoice{Order: o, Only: []Selection{{Source: e, Qty: qtyp("1")}}}})
	id := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: e, Part: "after-hours"}}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	first := get(k, Invoices, id)
	wantLines(t, first, "after-hours 1 × 150")

	// What is left stays divided as it was, whatever the rules say now.
	k.must(&SetRules{Rules: Rules{Labour: TimeRounding{Minimum: 600}}})
	k.must(&RepinPrices{Order: o})
	rest := k.proposed(o)
	wantLines(t, get(k, Invoices, rest), "regular 1 × 100")
	k.audited()

	// Once that is given up and the rest credited, the entry is divided by the new rules.
	k.must(&DiscardInvoice{Invoice: rest})
	k.credited(first.ID)
	wantLines(t, get(k, Invoices, k.proposed(o)), " 10 × 100")
	k.audited()
}

func TestOvertimeCountsOtherOrdersWhereThatIsAgreed(t *testing.T) {
	for _, c := range []struct {
		across bool
		want   []string
	}{{false, []string{" 3 × 80"}}, {true, []string{"regular 2 × 80", "overtime 1 × 120"}}} {
		k := priced(t, "80", Rules{Surcharges: Surcharges{Overtime: []Overtime{
			{Name: "overtime", Per: PerDay, After: 8 * 60, Factor: factor("1.5"), Across: c.across},
		}}})
		other, o := k.order(), k.order()
		k.worked(other, local("2026-02-26 07:00"), local("2026-02-26 13:00"))
		k.worked(o, local("2026-02-26 14:00"), local("2026-02-26 17:00"))
		wantLines(t, k.billed(o), c.want...)
		k.audited()
	}
}

func TestTheGreatestThresholdCounts(t *testing.T) {
	k := priced(t, "100", Rules{Surcharges: Surcharges{Stacking: money.StackProduct, Overtime: []Overtime{
		{Name: "overtime", Per: PerDay, After: 8 * 60, Factor: factor("1.5")},
		{Name: "double-time", Per: PerDay, After: 12 * 60, Factor: factor("2")},
		{Name: "long-week", Per: PerWeek, After: 13 * 60, Factor: factor("1.25")},
	}}})
	o := k.order()
	k.worked(o, local("2026-02-26 06:00"), local("2026-02-26 20:00"))
	wantLines(t, k.billed(o), "regular 8 × 100", "double-time 2 × 200", "overtime 4 × 150")
}

func TestTermsThatCannotBe(t *testing.T) {
	k := newShop(t)
	always := calendar.Always()
	window := func(w Window) Rules { return Rules{Surcharges: Surcharges{Windows: []Window{w}}} }
	over := func(o Overtime) Rules { return Rules{Surcharges: Surcharges{Overtime: []Overtime{o}}} }
	for _, c := range []struct {
		code  string
		rules Rules
	}{
		{"rules.scope", Rules{Labour: TimeRounding{Scope: "month"}}},
		{"rules.per", Rules{Labour: TimeRounding{Per: PerCrew}}},
		{"rules.per", Rules{Labour: TimeRounding{Scope: RoundDay, Per: "dog"}}},
		{"surcharge.name", window(Window{Name: "After Hours", When: Weekend, Factor: factor("2")})},
		{"surcharge.twice", window(Window{Name: PartRegular, When: Weekend, Factor: factor("2")})},
		{"surcharge.factor", window(Window{Name: "w", When: Weekend})},
		{"surcharge.factor", over(Overtime{Name: "o", Per: PerDay, Factor: factor("-1")})},
		{"window.hours", window(Window{Name: "w", When: Within, Factor: factor("2")})},
		{"window.hours", window(Window{Name: "w", When: Weekend, Hours: always, Factor: factor("2")})},
		{"window.when", window(Window{Name: "w", When: "sometimes", Factor: factor("2")})},
		{"overtime.per", over(Overtime{Name: "o", Per: "month", Factor: factor("2")})},
		{"overtime.after", over(Overtime{Name: "o", Per: PerDay, After: 25 * 60, Factor: factor("2")})},
		{"stacking.unknown", Rules{Surcharges: Surcharges{Stacking: "pile"}}},
		{"callout.included", Rules{CallOut: &CallOut{Service: "CALLOUT", Included: -1}}},
		{"code.missing", Rules{CallOut: &CallOut{}}},
		{"driving.by", Rules{Driving: Driving{By: "mile"}}},
		{"code.missing", Rules{Driving: Driving{By: ByDistance}}},
		{"driving.service", Rules{Driving: Driving{By: ByZone, Service: "KM"}}},
		{"driving.share", Rules{Driving: Driving{Share: "luck"}}},
	} {
		k.refused(c.code, as{cmd: &SetRules{Rules: c.rules}})
	}
}

// drawRules makes terms of any kind.
func drawRules(t *rapid.T) Rules {
	rounding := func(label string) TimeRounding {
		r := TimeRounding{
			Increment: rapid.SampledFrom([]int{0, 1, 6, 15, 30}).Draw(t, label+" step"),
			Minimum:   rapid.SampledFrom([]int{0, 20, 60}).Draw(t, label+" minimum"),
			Mode:      rapid.SampledFrom([]StepMode{StepUp, StepNearest, StepDown}).Draw(t, label+" mode"),
			Scope:     rapid.SampledFrom([]RoundScope{RoundEntry, RoundVisit, RoundDay}).Draw(t, label+" scope"),
		}
		if r.Scope != RoundEntry {
			r.Per = rapid.SampledFrom([]RoundPer{PerPerson, PerCrew}).Draw(t, label+" per")
		}
		return r
	}
	s := Surcharges{Stacking: rapid.SampledFrom([]money.Stacking{money.StackMax, money.StackProduct, money.StackAdditive}).Draw(t, "stacking")}
	if rapid.Bool().Draw(t, "windows") {
		s.Windows = []Window{
			{Name: "after-hours", When: Outside, Hours: weekly("Mon-Fri 08:00-17:00"), Factor: factor("1.5"), Travel: rapid.Bool().Draw(t, "travel")},
			{Name: "night", When: Within, Hours: weekly("daily 22:00-06:00"), Factor: factor("1.75")},
			{Name: "weekend", When: Weekend, Factor: factor("1.333333")},
		}
	}
	if rapid.Bool().Draw(t, "overtime") {
		s.Overtime = []Overtime{
			{Name: "overtime", Per: PerDay, After: rapid.IntRange(0, 600).Draw(t, "after"), Factor: factor("1.25"), Across: rapid.Bool().Draw(t, "across")},
			{Name: "long-week", Per: PerWeek, After: rapid.IntRange(0, 2000).Draw(t, "week"), Factor: factor("1.6")},
		}
	}
	return Rules{Labour: rounding("labour"), Travel: rounding("travel"), Surcharges: s}
}

// TestPartsAddUp: whatever the terms, the parts of an entry come to its raw seconds exactly, what
// is printed multiplies to what is asked, and what is rounded together adds up to what it
// comes to as a whole.
func TestPartsAddUp(t *testing.T) {
	divided := 0
	rapid.Check(t, func(rt *rapid.T) {
		rules := drawRules(rt)
		k := priced(t, "41.47", rules)
		k.clock.set(at("2026-12-01T08:00:00Z"))
		orders := []store.ID{k.order(), k.order()}
		raw := map[store.ID]int64{}
		// The week in which clocks are set back, so that a night is an hour longer.
		from := at("2026-10-22T04:00:00Z").Add(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "start")) * time.Minute)
		for range rapid.IntRange(1, 6).Draw(rt, "entries") {
			from = from.Add(time.Duration(rapid.IntRange(0, 600_000).Draw(rt, "gap")) * 100 * time.Millisecond)
			to := from.Add(time.Duration(rapid.IntRange(600, 800_000).Draw(rt, "length")) * 100 * time.Millisecond)
			kind := rapid.SampledFrom([]TimeKind{Labour, Labour, Travel}).Draw(rt, "kind")
			o := orders[min(rapid.IntRange(0, 3).Draw(rt, "order"), 1)]
			id := k.must(&AddTime{Order: o, Technician: k.ana, From: from, To: to, Kind: kind}).Subject
			k.must(&SubmitTime{Entry: id})
			k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
			raw[id] = int64(get(k, TimeEntries, id).Worked() / time.Second)
			from = to
		}
		for _, o := range orders {
			some, got := false, map[store.ID]int64{}
			cost := map[store.ID]money.Cost{}
			parts := map[store.ID]map[string]bool{}
			for _, c := range k.charges(o) {
				got[c.Source] += c.Worked
				some = some || !c.Qty.IsZero()
				cost[c.Source] = cost[c.Source].Add(c.Cost.Amount)
				if parts[c.Source] == nil {
					parts[c.Source] = map[string]bool{}
				}
				if parts[c.Source][c.Part] {
					rt.Fatalf("%s has two parts %q", c.Source, c.Part)
				}
				if parts[c.Source][c.Part] = true; c.Part != "" {
					divided++
				}
				if want := money.LineAmount(c.Qty, *c.Price, eur, money.HalfAway); !c.Amount.Equal(want) {
					rt.Fatalf("%s × %s is %s, not %s", c.Qty, c.Price, want, c.Amount)
				}
			}
			for id, seconds := range got {
				if raw[id] != seconds {
					rt.Fatalf("the parts of %s come to %d s, not %d", id, seconds, raw[id])
				}
				if parts[id][""] && len(parts[id]) > 1 {
					rt.Fatalf("%s is charged as a whole and in parts", id)
				}
			}
			if !some {
				continue // rounded down, it comes to nothing at all
			}
			inv := k.billed(o)
			wantRounded(rt, rules, k, o, inv)
			again := k.charges(o)
			for i, c := range again {
				if c.ID == "" && !c.Qty.IsZero() {
					rt.Fatalf("charge %d was not kept: %+v", i, c)
				}
			}
		}
		k.audited()
	})
	if divided == 0 {
		t.Error("nothing was ever divided")
	}
}

// wantRounded holds that the hours of a day or entry are what they come to as a whole.
func wantRounded(rt *rapid.T, rules Rules, k *shop, o store.ID, inv *Invoice) {
	type group struct {
		kind TimeKind
		what string
	}
	worked, billed := map[group]time.Duration{}, map[group]money.Quantity{}
	groupOf := func(e *TimeEntry) (group, TimeRounding) {
		rule := rules.Labour
		if e.Kind == Travel {
			rule = rules.Travel
		}
		if rule.Scope == RoundEntry {
			return group{e.Kind, string(e.ID)}, rule
		}
		return group{e.Kind, calendar.DateOf(e.From, berlin).String()}, rule
	}
	rule := map[group]TimeRounding{}
	k.read(func(r store.Reader) error {
		for e, err := range TimeEntries.By(r, "order", store.K(o)) {
			if err != nil {
				return err
			}
			g, how := groupOf(e)
			worked[g], rule[g] = worked[g]+e.Worked(), how
		}
		for _, l := range inv.Lines {
			e, err := TimeEntries.Get(r, l.Source)
			if err != nil {
				return err
			}
			g, _ := groupOf(e)
			billed[g] = billed[g].Add(l.Qty)
		}
		return nil
	})
	for g, d := range worked {
		if want := rule[g].Hours(d, money.HalfAway); !billed[g].Equal(want) {
			rt.Fatalf("%v of %s: %s h are billed, not %s (%s)", g, d, billed[g], want, rule[g])
		}
	}
}

// approveAll submits and approves what of an order nobody has decided upon.
func (k *shop) approveAll(order store.ID) {
	k.tb.Helper()
	for _, id := range k.timeThatIs(order, TimeNew) {
		k.must(&SubmitTime{Entry: id})
		k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
	}
}

// timeThatIs lists an order's time of a status.
func (k *shop) timeThatIs(order store.ID, status TimeStatus) (ids []store.ID) {
	k.tb.Helper()
	k.read(func(r store.Reader) error {
		for e, err := range TimeEntries.By(r, "order", store.K(order)) {
			if err != nil {
				return err
			}
			if e.Status == status {
				ids = append(ids, e.ID)
			}
		}
		return nil
	})
	return ids
}

// An invoice on its way holds all of an entry, also where the entry would be divided otherwise now.
func TestADraftHoldsWhatItBillsHoweverItIsDivided(t *testing.T) {
	k := priced(t, "100", Rules{})
	o := k.order()
	k.worked(o, local("2026-02-26 16:00"), local("2026-02-26 18:00"))
	k.complete(o)
	draft := k.proposed(o)
	asWorked := k.must(&AddMilestone{Order: o, Milestone: "as worked"}).Subject
	k.must(&SetRules{Rules: Rules{Surcharges: Surcharges{Windows: []Window{
		{Name: "after-hours", When: Outside, Hours: weekly("Mon-Fri 08:00-17:00"), Factor: factor("1.5")},
	}}}})
	k.must(&RepinPrices{Order: o})
	if inv := get(k, Invoices, draft); inv.Status != InvoiceDraft {
		t.Fatalf("the proposal is %s", inv.Status)
	} else {
		contains(t, inv.Stale, "divided otherwise")
	}
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o, Milestones: []store.ID{asWorked}}}).Error(), "stands on "+string(draft))
	k.must(&ProposeInvoice{Order: o})
	wantLines(t, get(k, Invoices, draft), "regular 1 × 100", "after-hours 1 × 150")
	k.audited()
}

func TestTermsAreReadAsTheyAreWritten(t *testing.T) {
	for _, s := range []string{
		"after-hours 1.5 outside Mon-Fri 08:00-17:00", "after-hours 1.5 outside", "sunday 2 within Sun 00:00-24:00 travel",
		"weekend 1.25 weekend", "holiday 2 holiday travel",
	} {
		if w, err := ParseWindow("window", s); err != nil || w.String() != s {
			t.Errorf("%q is read as %q (%v)", s, w.String(), err)
		}
	}
	for _, s := range []string{"overtime 1.5 after 8h/day", "long-week 1.25 after 40h/week across-orders travel"} {
		if o, err := ParseOvertime("overtime", s); err != nil || o.String() != s {
			t.Errorf("%q is read as %q (%v)", s, o.String(), err)
		}
	}
	for _, s := range []string{"CALLOUT", "CALLOUT includes 30m no-minimum surcharged"} {
		if c, err := ParseCallOut("call-out", s); err != nil || c.String() != s {
			t.Errorf("%q is read as %q (%v)", s, c, err)
		}
	}
	for _, s := range []string{"", "w", "w 2", "w x weekend", "w 2 within", "w 2 within 25:00-26:00", "W 2 weekend", "w 2 weekend Sat 00:00-24:00"} {
		if w, err := ParseWindow("window", s); err == nil {
			t.Errorf("%q is read as %q", s, w.String())
		}
	}
	for _, s := range []string{"", "o 1.5", "o 1.5 after 8h", "o 1.5 after 8h/day perhaps", "o 1.5 over 8h/day", "o 1.5 after 30s/day"} {
		if o, err := ParseOvertime("overtime", s); err == nil {
			t.Errorf("%q is read as %q", s, o.String())
		}
	}
}
