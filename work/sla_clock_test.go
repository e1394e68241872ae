package work_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// at reads an instant on the clock in Vienna.
func at(t tester, s string) time.Time {
	t.Helper()
	zone, err := calendar.LoadZone("zone", "Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	out, err := calendar.ParseWhen("at", s, morning, zone)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// hours reads weekly hours.
func hours(t tester, s string) calendar.Hours {
	t.Helper()
	h, err := calendar.ParseHours("hours", s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// promise publishes a policy for normal orders and makes an order under it at an instant.
func (b *bench) promise(body work.SLA, respond, resolve time.Duration, opened time.Time) store.ID {
	b.t.Helper()
	body.Targets = []work.SLATarget{{Priority: work.Normal, Respond: int(respond / time.Minute), Resolve: int(resolve / time.Minute)}}
	b.do(&work.AddSLA{SLA: "gold", Body: body})
	b.now = opened
	return b.order("Fix", func(c *work.CreateWorkOrder) { c.SLA = "gold" })
}

// hold puts an order on hold for a while.
func (b *bench) hold(id store.ID, from, to time.Time) {
	b.t.Helper()
	b.now = from
	b.do(&work.HoldWorkOrder{ID: id}, "waits")
	b.now = to
	b.do(&work.ResumeWorkOrder{ID: id})
}

// TestHoldsMoveDueTimes has the cases that six pull requests to ERPNext tried to get right and
// none did: frappe/erpnext#47029, #47172 and #47884 (the end plus the time on hold lands outside
// the hours, so that the promise takes longer than its hours), the review of #49414 (a hold
// over night, which overlaps no working time, moved the end by a day), the review of
// #52489 (the time on hold counted twice), and #51111, which repeats the first.
func TestHoldsMoveDueTimes(t *testing.T) {
	type span struct{ from, to string }
	const office = "Mon-Fri 09:00-17:00"
	for _, c := range []struct {
		name, hours, opened string
		target              time.Duration
		holds               []span
		due                 string
	}{
		{"no hold", office, "2026-03-02 09:00", 8 * time.Hour, nil, "2026-03-02 17:00"},
		{"#49414: a hold over night pauses nothing", office, "2026-03-02 09:00", 8 * time.Hour,
			[]span{{"2026-03-02 17:00", "2026-03-03 09:00"}}, "2026-03-02 17:00"},
		{"#49414: only its last hour is working time", office, "2026-03-02 09:00", 16 * time.Hour,
			[]span{{"2026-03-02 17:00", "2026-03-03 10:00"}}, "2026-03-04 10:00"},
		{"#47029: what was paused goes on in the hours, not after them", office, "2026-03-02 09:00", 8 * time.Hour,
			[]span{{"2026-03-02 15:00", "2026-03-02 17:00"}}, "2026-03-03 11:00"},
		{"#47884: over the weekend", office, "2026-03-06 15:00", 4 * time.Hour,
			[]span{{"2026-03-06 16:00", "2026-03-09 10:00"}}, "2026-03-09 13:00"},
		{"#52489: two holds count once each", office, "2026-03-02 09:00", 8 * time.Hour,
			[]span{{"2026-03-02 10:00", "2026-03-02 11:00"}, {"2026-03-02 12:00", "2026-03-02 12:30"}}, "2026-03-03 10:30"},
		{"a hold after the due time moves nothing", office, "2026-03-02 09:00", 2 * time.Hour,
			[]span{{"2026-03-02 12:00", "2026-03-04 12:00"}}, "2026-03-02 11:00"},
		{"a clock that never stops", "always", "2026-03-06 15:00", 4 * time.Hour,
			[]span{{"2026-03-06 16:00", "2026-03-09 10:00"}}, "2026-03-09 13:00"},
		// 29 March 2026 has 23 hours in Vienna, 25 October has 25.
		{"the night in which clocks are set forward", "Mon-Sun 00:00-24:00", "2026-03-28 12:00", 24 * time.Hour, nil, "2026-03-29 13:00"},
		{"a hold over that night is an hour shorter", "Mon-Sun 00:00-06:00", "2026-03-29 00:00", 3 * time.Hour,
			[]span{{"2026-03-29 01:30", "2026-03-29 03:30"}}, "2026-03-29 05:00"},
		{"the night in which clocks are set back", "Mon-Sun 00:00-06:00", "2026-10-25 00:00", 4 * time.Hour, nil, "2026-10-25 03:00"},
		{"a hold over that night is an hour longer", "Mon-Sun 00:00-06:00", "2026-10-25 00:00", 4 * time.Hour,
			[]span{{"2026-10-25 01:30", "2026-10-25 03:30"}}, "2026-10-25 06:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			id := b.promise(work.SLA{Hours: hours(t, c.hours)}, 0, c.target, at(t, c.opened))
			for _, h := range c.holds {
				b.hold(id, at(t, h.from), at(t, h.to))
			}
			if got := b.get(id).ResolveBy; !got.Equal(at(t, c.due)) {
				t.Errorf("due %s, want %s", got, at(t, c.due))
			}
			b.sound()
		})
	}
}

func TestClocksKeepTheHoursAndHolidaysOfTheBranch(t *testing.T) {
	b := newBench(t)
	branch := b.do(&party.AddBranch{Branch: "Lisboa", Zone: "Europe/Lisbon", Hours: "Mon-Fri 09:00-13:00"})
	day := func(s string) []calendar.Holiday {
		d, err := calendar.ParseDate("date", s)
		if err != nil {
			t.Fatal(err)
		}
		return []calendar.Holiday{{Date: d, Name: "closed"}}
	}
	b.do(&party.AddHolidays{Days: day("2026-03-03")})
	b.do(&party.AddHolidays{Branch: branch, Days: day("2026-03-04")})
	body := work.SLA{BranchHours: true, Targets: []work.SLATarget{{Priority: work.Normal, Resolve: 8 * 60}}}
	b.do(&work.AddSLA{SLA: "local", Body: body})
	of := func(c *work.CreateWorkOrder) { c.SLA = "local" }
	b.refused("sla.hours", &work.CreateWorkOrder{Customer: b.customer, Site: b.site, Title: "Fix", SLA: "local"})
	id := b.order("Fix", of, func(c *work.CreateWorkOrder) { c.Branch = branch })
	// Opened at 09:00 in Vienna, 08:00 in Lisbon: four hours on Monday, none on Tuesday and
	// Wednesday, four on Thursday.
	want := time.Date(2026, 3, 5, 13, 0, 0, 0, time.UTC)
	if got := b.get(id).ResolveBy; !got.Equal(want) {
		t.Fatalf("due %s, want %s", got, want)
	}
	// A new holiday moves nothing by itself, not even when the clock is computed anew.
	b.do(&party.AddHolidays{Branch: branch, Days: day("2026-03-05")})
	b.hold(id, b.now.Add(time.Minute), b.now.Add(2*time.Minute))
	if got := b.get(id).ResolveBy; !got.Equal(want) {
		t.Errorf("a holiday that was added later moved the order to %s", got)
	}
	b.do(&work.RepinWorkOrder{ID: id})
	if got := b.get(id).ResolveBy; !got.Equal(want.AddDate(0, 0, 1)) {
		t.Errorf("after repinning it is due %s", got)
	}
	// A policy may count holidays, and one without hours never stops.
	for _, body := range []work.SLA{
		{Hours: hours(t, "daily 00:00-24:00"), IgnoreHolidays: true}, {},
	} {
		body.Targets = []work.SLATarget{{Priority: work.Normal, Resolve: 48 * 60}}
		b.do(&work.AddSLA{SLA: "round", Body: body})
		id := b.order("Fix", func(c *work.CreateWorkOrder) { c.SLA, c.Branch = "round", branch })
		if got := b.get(id).ResolveBy.Sub(b.now); got != 48*time.Hour {
			t.Errorf("48 hours take %s", got)
		}
	}
}

func TestDueTimesMoveByCommandOnly(t *testing.T) {
	b := newBench(t)
	id := b.promise(work.SLA{}, time.Hour, 8*time.Hour, morning)
	before := b.get(id)
	b.do(&work.AddSLA{SLA: "gold", Body: work.SLA{Targets: []work.SLATarget{{Priority: work.Normal, Resolve: 60}}}})
	b.hold(id, morning.Add(30*time.Minute), morning.Add(90*time.Minute))
	w := b.get(id)
	if w.Pins[work.PinSLA] != before.Pins[work.PinSLA] || !w.ResolveBy.Equal(before.ResolveBy.Add(time.Hour)) {
		t.Fatalf("a new revision moved the order: %s, pinned %+v", w.ResolveBy, w.Pins)
	}
	b.do(&work.RepinWorkOrder{ID: id})
	if w := b.get(id); !w.ResolveBy.Equal(morning.Add(2*time.Hour)) || !w.RespondBy.IsZero() {
		t.Errorf("repinned it is due %s", w.ResolveBy)
	}
	if err := b.undo("work_order.repin.v1"); err != nil {
		t.Fatal(err)
	}
	if w := b.get(id); !w.ResolveBy.Equal(before.ResolveBy.Add(time.Hour)) {
		t.Errorf("taken back it is due %s", w.ResolveBy)
	}
	b.sound()
}

func TestThePolicyOfACustomer(t *testing.T) {
	b := newBench(t)
	for _, name := range []string{"gold", "bronze", "iron"} {
		b.do(&work.AddSLA{SLA: name, Body: work.SLA{Targets: []work.SLATarget{{Priority: work.Normal, Resolve: 60}}}})
	}
	b.do(&work.AddWorkType{WorkType: "Service", Body: work.WorkType{SLA: "bronze"}})
	pinned := func(change ...func(*work.CreateWorkOrder)) string {
		id := b.order("Fix", append(change, func(c *work.CreateWorkOrder) { c.WorkType = "Service" })...)
		return b.get(id).Pins[work.PinSLA].Name
	}
	if got := pinned(); got != "bronze" {
		t.Errorf("without one of the customer's, the work type's: %s", got)
	}
	gold, none, wrong := "gold", "", "platinum"
	b.refused("sla.unknown", &work.EditCustomer{ID: b.customer, SLA: &wrong})
	b.do(&work.EditCustomer{ID: b.customer, SLA: &gold})
	if got := pinned(); got != "gold" {
		t.Errorf("the customer's goes before the work type's: %s", got)
	}
	if got := pinned(func(c *work.CreateWorkOrder) { c.SLA = "iron" }); got != "iron" {
		t.Errorf("the order's own goes before all: %s", got)
	}
	b.do(&work.EditCustomer{ID: b.customer, SLA: &none})
	if got := pinned(); got != "bronze" {
		t.Errorf("the customer's was taken away: %s", got)
	}
	for code, body := range storetest.InOrder(map[string]work.SLA{
		"sla.hours": {BranchHours: true, Hours: calendar.Always()},
		"sla.range": {Warn: 100},
	}) {
		body.Targets = []work.SLATarget{{Priority: work.Normal, Resolve: 60}}
		b.refused(code, &work.AddSLA{SLA: "odd", Body: body})
	}
}

// states reads how an order's targets stand now.
func (b *bench) states(id store.ID) (respond, resolve work.SLAState) {
	b.t.Helper()
	for _, s := range b.get(id).Row().Clock.Targets(b.now) {
		if s.Target == work.ToRespond {
			respond = s.State
		} else {
			resolve = s.State
		}
	}
	return respond, resolve
}

func TestStatesOfTargets(t *testing.T) {
	b := newBench(t)
	id := b.promise(work.SLA{Warn: 75}, time.Hour, 4*time.Hour, morning)
	want := func(when time.Duration, respond, resolve work.SLAState) {
		t.Helper()
		b.now = morning.Add(when)
		if a, z := b.states(id); a != respond || z != resolve {
			t.Errorf("after %s: %s and %s, want %s and %s", when, a, z, respond, resolve)
		}
	}
	want(0, work.SLARunning, work.SLARunning)
	want(45*time.Minute, work.SLAAtRisk, work.SLARunning)
	want(time.Hour, work.SLAAtRisk, work.SLARunning) // on the minute is in time
	want(61*time.Minute, work.SLABreached, work.SLARunning)
	b.do(&work.StartWorkOrder{ID: id})
	want(3*time.Hour, work.SLAMissed, work.SLAAtRisk)
	b.do(&work.HoldWorkOrder{ID: id}, "parts")
	want(30*time.Hour, work.SLAMissed, work.SLAPaused)
	b.do(&work.ResumeWorkOrder{ID: id})
	want(30*time.Hour+30*time.Minute, work.SLAMissed, work.SLAAtRisk)
	b.do(&work.CompleteWorkOrder{ID: id, Outcome: work.Done})
	want(99*time.Hour, work.SLAMissed, work.SLAMet)
	// What was completed stands still until it is opened again.
	b.do(&work.ReopenWorkOrder{ID: id}, "leaks again")
	want(99*time.Hour, work.SLAMissed, work.SLAAtRisk)
	want(100*time.Hour+time.Minute, work.SLAMissed, work.SLABreached)
	b.sound()

	off := b.order("Other", func(c *work.CreateWorkOrder) { c.SLA = "gold" })
	b.do(&work.CancelWorkOrder{ID: off}, "not needed")
	if respond, resolve := b.states(off); respond != "" || resolve != "" {
		t.Errorf("an order that was called off is %s and %s", respond, resolve)
	}
	b.later(50 * time.Hour)
	b.do(&work.ReopenWorkOrder{ID: off}, "needed after all")
	if respond, resolve := b.states(off); respond != work.SLARunning || resolve != work.SLARunning {
		t.Errorf("opened again it is %s and %s", respond, resolve)
	}
}

// ticks journals what is due, twice, and says what was journaled.
func (b *bench) ticks() []string {
	b.t.Helper()
	var due []*work.ClockTick
	b.view(func(r store.Reader) (err error) {
		due, err = work.DueTicks(r, b.now)
		return err
	})
	var out []string
	for _, c := range due {
		for again := range 2 {
			rec, err := b.store.One(context.Background(), store.Intent{
				ID: store.TickID(c.Subject, c.Target, c.Due), Cmd: c, Actor: store.Actor{Name: "callout", How: store.Process},
			})
			if err != nil || rec.Again != (again == 1) {
				b.t.Fatalf("%s: again %v, %v", c.Target, rec.Again, err)
			}
		}
		out = append(out, c.Target)
	}
	return out
}

func TestABreachIsJournaledOnce(t *testing.T) {
	b := newBench(t)
	id := b.promise(work.SLA{Warn: 50}, time.Hour, 4*time.Hour, morning)
	step := func(when time.Duration, want ...string) {
		t.Helper()
		b.now = morning.Add(when)
		if got := b.ticks(); !slices.Equal(got, want) {
			t.Errorf("after %s: %v, want %v", when, got, want)
		}
	}
	early := &work.ClockTick{Subject: id, Target: "respond", Due: morning.Add(time.Hour)}
	b.refused("clock.moved", early)
	step(0)
	step(30*time.Minute, "respond-warning")
	step(31 * time.Minute)
	b.do(&work.StartWorkOrder{ID: id})
	b.refused("clock.moved", early)
	step(119 * time.Minute) // responded in time
	b.do(&work.HoldWorkOrder{ID: id}, "parts")
	step(40 * time.Hour)
	b.do(&work.ResumeWorkOrder{ID: id})
	step(41*time.Hour, "resolve-warning")
	step(42*time.Hour+2*time.Minute, "resolve")
	step(50 * time.Hour)
	// The same target falls due again where the due time has moved.
	b.do(&work.HoldWorkOrder{ID: id}, "parts")
	b.do(&work.CompleteWorkOrder{ID: b.order("x"), Outcome: work.Done})
	b.later(time.Hour)
	b.do(&work.ResumeWorkOrder{ID: id})
	step(51 * time.Hour)
	w := b.get(id)
	b.view(func(r store.Reader) error {
		e, err := work.ExplainClock(r, w, b.now)
		if err != nil {
			return err
		}
		if len(e.Notices) != 3 || len(e.Pauses) != 2 || len(e.Targets) != 2 {
			t.Errorf("explained as %+v", e)
		}
		if got := e.Targets[1]; got.Elapsed-got.Length != -got.Left || got.State != work.SLABreached {
			t.Errorf("%+v", got)
		}
		return nil
	})
	if err := b.undo("work_order.create.v1"); fault.CodeOf(err) == "" {
		t.Error("an order of which a breach is on record was taken back")
	}
	b.sound()
}

func TestSLAReport(t *testing.T) {
	b := newBench(t)
	late := b.promise(work.SLA{}, 0, time.Hour, morning)
	inTime := b.order("In time", func(c *work.CreateWorkOrder) { c.SLA = "gold" })
	b.order("Open", func(c *work.CreateWorkOrder) { c.SLA = "gold" })
	b.order("Without targets")
	b.do(&work.CompleteWorkOrder{ID: inTime, Outcome: work.Done})
	b.later(2 * time.Hour)
	b.do(&work.CompleteWorkOrder{ID: late, Outcome: work.Done})
	report := func(by work.GroupOrders, from, to time.Time) (out []work.Attainment) {
		b.view(func(r store.Reader) (err error) {
			out, err = work.SLAReport(r, by, from, to, b.now)
			return err
		})
		return out
	}
	for _, by := range work.OrderGroups() {
		got := report(by, time.Time{}, time.Time{})
		if len(got) != 1 || got[0].Orders != 3 {
			t.Fatalf("by %s: %+v", by, got)
		}
		c := got[0].Resolve
		if c.Met != 1 || c.Missed != 1 || c.Breached != 1 || c.Attained == nil || c.Attained.String() != "33.3" {
			t.Errorf("by %s: %+v", by, c)
		}
		if got[0].Respond.Attained != nil {
			t.Error("a share was made up of nothing")
		}
	}
	if got := report(work.ByPriority, morning.Add(time.Minute), time.Time{}); len(got) != 0 {
		t.Errorf("opened later: %+v", got)
	}
	if got := report(work.ByPriority, time.Time{}, morning); len(got) != 0 {
		t.Errorf("opened before: %+v", got)
	}
	b.view(func(r store.Reader) error {
		if _, err := work.SLAReport(r, "moon", time.Time{}, time.Time{}, b.now); fault.CodeOf(err) != "report.group" {
			t.Errorf("by the moon: %v", err)
		}
		return nil
	})
}

// TestElapsedIsWorkingTimeLessPauses is what an SLA clock promises: it counts the working
// time since the opening less what holds have in common with it, in whichever order they
// were; it never runs backwards; and a target is due when its length has elapsed.
func TestElapsedIsWorkingTimeLessPauses(t *testing.T) {
	zone, err := calendar.LoadZone("zone", "Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		clock := calendar.WorkingTime{
			Hours: hours(t, rapid.SampledFrom([]string{"always", "Mon-Fri 08:00-17:00", "Mon-Sun 22:00-06:00", "Sat 01:00-04:00, Sun 01:00-04:00"}).Draw(t, "hours")),
			Zone:  zone,
		}
		// Around a change of clocks, in quarters of an hour.
		start := time.Date(2026, time.Month(rapid.SampledFrom([]int{3, 10}).Draw(t, "month")), 24, 0, 0, 0, 0, time.UTC)
		quarter := func(name string, most int) time.Time {
			return start.Add(time.Duration(rapid.IntRange(0, most).Draw(t, name)) * 15 * time.Minute)
		}
		opened := quarter("opened", 200)
		var pauses []calendar.Interval
		for range rapid.IntRange(0, 5).Draw(t, "holds") {
			from := quarter("from", 800)
			pauses = append(pauses, calendar.NewInterval(from, from.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "length"))*15*time.Minute)))
		}
		shuffled := rapid.Permutation(pauses).Draw(t, "shuffled")
		var want, last time.Duration // quarter by quarter
		for n := range 800 {
			at := opened.Add(time.Duration(n) * 15 * time.Minute)
			if n%17 == 0 {
				got := clock.BetweenExcept(opened, at, pauses)
				if got != want || got != clock.BetweenExcept(opened, at, shuffled) {
					t.Fatalf("until %s %s have elapsed, want %s", at, got, want)
				}
				if got < last {
					t.Fatalf("the clock ran backwards at %s", at)
				}
				last = got
			}
			held := slices.ContainsFunc(pauses, func(p calendar.Interval) bool { return p.Contains(at) })
			if clock.Contains(at) && !held {
				want += 15 * time.Minute
			}
		}
		d := time.Duration(rapid.IntRange(1, 100).Draw(t, "target")) * 15 * time.Minute
		due, err := clock.AddExcept(opened, d, pauses)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := clock.AddExcept(opened, d, shuffled); !again.Equal(due) {
			t.Fatalf("the order of the holds counts: %s and %s", due, again)
		}
		if got := clock.BetweenExcept(opened, due, pauses); got != d {
			t.Fatalf("%s are due at %s, when %s have elapsed", d, due, got)
		}
		if before := clock.BetweenExcept(opened, due.Add(-time.Minute), pauses); before >= d {
			t.Fatalf("%s had elapsed before %s already", d, due)
		}
	})
}
