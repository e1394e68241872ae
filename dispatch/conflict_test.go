package dispatch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

func details(found []dispatch.Conflict) []string {
	var out []string
	for _, c := range found {
		out = append(out, string(c.Code)+": "+c.Detail)
	}
	return out
}

// A reviewer of OCA/field-service#1382 showed that an availability check that looks at
// the start of a visit only lets its end run out of the shift and into the next visit.
func TestTheWholeIntervalCounts(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "Mon-Fri 08:00-12:00 13:00-17:00")
	day := func(clock string) time.Time { return vienna(t, "2026-03-02 "+clock) } // a Monday
	d.visit(d.order(), day("10:00"), day("11:00"), ana)                           // APPT-1001
	order := d.order()
	outside := func(when string) []string {
		return []string{"shift: ana: wholly outside the shift Mon-Fri 08:00-12:00 13:00-17:00: the visit would be from Mon 2026-03-02 " + when}
	}
	tests := []struct {
		start, end string
		want       []string
	}{
		{"08:00", "10:00", nil}, // touching is not overlapping
		{"11:00", "12:00", nil},
		{"09:00", "10:30", []string{"overlap: ana: APPT-1001 from Mon 2026-03-02 10:00 CET to 11:00 overlaps by 30m"}},
		{"10:15", "10:30", []string{"overlap: ana: APPT-1001 from Mon 2026-03-02 10:00 CET to 11:00 overlaps by 15m"}},
		{"09:00", "12:00", []string{"overlap: ana: APPT-1001 from Mon 2026-03-02 10:00 CET to 11:00 overlaps by 1h"}},
		{"16:30", "17:40", []string{"shift: ana: shift ends 17:00, visit would end 17:40"}},
		{"07:30", "09:00", []string{"shift: ana: shift begins 08:00, visit would start Mon 2026-03-02 07:30 CET"}},
		{"11:30", "13:30", []string{"shift: ana: off from 12:00 to 13:00, in the middle of the visit"}},
		{"18:00", "19:00", outside("18:00 CET to 19:00")},
		{"17:00", "18:00", outside("17:00 CET to 18:00")}, // from its end on
		{"07:00", "08:00", outside("07:00 CET to 08:00")}, // up to its begin
		{"05:00", "06:00", outside("05:00 CET to 06:00")},
		{"12:00", "13:00", outside("12:00 CET to 13:00")}, // exactly in the break
		{"12:15", "12:45", outside("12:15 CET to 12:45")},
		{"12:15", "13:15", []string{"shift: ana: shift begins 13:00, visit would start Mon 2026-03-02 12:15 CET"}},
		{"11:45", "12:15", []string{"shift: ana: shift ends 12:00, visit would end 12:15"}},
		{"10:59", "17:01", []string{
			"overlap: ana: APPT-1001 from Mon 2026-03-02 10:00 CET to 11:00 overlaps by 1m",
			"shift: ana: off from 12:00 to 13:00, in the middle of the visit",
			"shift: ana: shift ends 17:00, visit would end 17:01",
		}},
	}
	for _, tc := range tests {
		got := details(d.conflicts(dispatch.Plan{
			Order: order, Technicians: []store.ID{ana}, Start: day(tc.start), End: day(tc.end),
		}))
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s-%s:\n got %q\nwant %q", tc.start, tc.end, got, tc.want)
		}
	}
}

// Shifts are read off the clock where the technician works, and a night in which clocks
// change is an hour shorter or longer.
func TestShiftsOverAChangeOfClocks(t *testing.T) {
	d := newDepot(t)
	night := d.technician("nora", "", "Mon-Sun 22:00-06:00")
	lisbon := d.must(&dispatch.AddTechnician{Technician: "luis", Zone: "Europe/Lisbon", Shift: "Mon-Fri 09:00-17:00"}).Subject
	at := func(rfc string) time.Time {
		u, err := time.Parse(time.RFC3339, rfc)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	tests := []struct {
		name, start, end string
		who              store.ID
		want             string // part of the conflict; "" for none
	}{
		{"the spring night ends an hour sooner", "2026-03-28T22:00:00+01:00", "2026-03-29T06:00:00+02:00", night, ""},
		{"eight hours do not fit into it", "2026-03-28T22:00:00+01:00", "2026-03-29T06:00:00+01:00", night,
			"shift ends Sun 2026-03-29 06:00 CEST, visit would end Sun 2026-03-29 07:00 CEST"},
		{"the autumn night ends an hour later", "2026-10-24T22:00:00+02:00", "2026-10-25T06:00:00+01:00", night, ""},
		{"nine hours fit into it", "2026-10-24T22:00:00+02:00", "2026-10-25T07:00:00+02:00", night, ""},
		{"ten do not", "2026-10-24T22:00:00+02:00", "2026-10-25T08:00:00+02:00", night, "shift ends Sun 2026-10-25 06:00 CET, visit would end Sun 2026-10-25 07:00 CET"},
		{"nine in Vienna is eight in Lisbon", "2026-03-02T09:00:00+01:00", "2026-03-02T11:00:00+01:00", lisbon,
			"shift begins 09:00, visit would start Mon 2026-03-02 08:00 WET"},
		{"ten in Vienna is nine in Lisbon", "2026-03-02T10:00:00+01:00", "2026-03-02T18:00:00+01:00", lisbon, ""},
	}
	order := d.order()
	for _, tc := range tests {
		got := strings.Join(details(d.conflicts(dispatch.Plan{
			Order: order, Technicians: []store.ID{tc.who}, Start: at(tc.start), End: at(tc.end),
		})), "; ")
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestSkillsAreMetByTheTeamTogether(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "gas:2, hvac", "")
	bert := d.technician("bert", "Electrics:3", "")
	order := d.order("burner: gas:3", "wiring: electrics:2", "cleaning")
	start := vienna(t, "2026-03-02 09:00")
	plan := func(who ...store.ID) dispatch.Plan {
		return dispatch.Plan{Order: order, Tasks: d.tasks(order), Technicians: who, Start: start, End: start.Add(time.Hour)}
	}
	if got, want := details(d.conflicts(plan(ana, bert))), []string{
		"skill: task 1 (burner) needs gas at level 3: ana has level 2, bert does not have it",
	}; !slices.Equal(got, want) {
		t.Errorf("together: %q", got)
	}
	if got := details(d.conflicts(plan(bert))); len(got) != 1 || !strings.Contains(got[0], "bert does not have it") {
		t.Errorf("bert alone: %q", got)
	}
	if got := d.conflicts(plan()); got != nil {
		t.Errorf("with nobody assigned yet: %q", details(got))
	}
}

func TestPrerequisitesWithLag(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	first, second := d.order("dig"), d.order("pour")
	d.must(&work.LinkWorkOrder{ID: second, After: work.Prerequisite{Order: first, Lag: 120}})
	monday := func(clock string) time.Time { return vienna(t, "2026-03-02 "+clock) }
	ask := func(clock string) string {
		return strings.Join(details(d.conflicts(dispatch.Plan{Order: second, Start: monday(clock), End: monday(clock).Add(time.Hour)})), "; ")
	}
	if got := ask("14:00"); got != "prerequisite: WO-1001 must be completed and 2h have passed before, and no visit for it is planned" {
		t.Errorf("with nothing planned: %q", got)
	}
	id := d.visit(first, monday("09:00"), monday("12:00"), ana)
	if got := ask("13:59"); got != "prerequisite: WO-1001 must be completed and 2h have passed before, by plan Mon 2026-03-02 14:00 CET, visit would start Mon 2026-03-02 13:59 CET" {
		t.Errorf("a minute too early by plan: %q", got)
	}
	if got := ask("14:00"); got != "" {
		t.Errorf("on time by plan: %q", got)
	}
	d.at(monday("09:00")).must(&dispatch.Start{Appointment: id})
	d.at(monday("13:00")).must(&dispatch.Finish{Appointment: id, Outcome: dispatch.Completed})
	d.must(&work.CompleteWorkOrder{ID: first, Outcome: work.Done})
	if got := ask("14:30"); got != "prerequisite: WO-1001 was completed Mon 2026-03-02 13:00 CET: not before Mon 2026-03-02 15:00 CET, visit would start Mon 2026-03-02 14:30 CET" {
		t.Errorf("too early in fact: %q", got)
	}
	if got := ask("15:00"); got != "" {
		t.Errorf("on time in fact: %q", got)
	}
}

func TestStartToStartWaitsForTheStart(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	first, second := d.order(), d.order()
	d.must(&work.LinkWorkOrder{ID: second, After: work.Prerequisite{Order: first, Kind: work.StartToStart}})
	nine := vienna(t, "2026-03-02 09:00")
	d.visit(first, nine, nine.Add(8*time.Hour), ana)
	plan := dispatch.Plan{Order: second, Start: nine, End: nine.Add(time.Hour)}
	if got := d.conflicts(plan); got != nil {
		t.Errorf("starting together: %q", details(got))
	}
	plan.Start = nine.Add(-time.Minute)
	if got := d.conflicts(plan); len(got) != 1 || got[0].Code != dispatch.Prerequisite {
		t.Errorf("starting before it: %q", details(got))
	}
}

func TestOrdersThatCannotBeWorkedOn(t *testing.T) {
	d := newDepot(t)
	order := d.order()
	nine := vienna(t, "2026-03-02 09:00")
	schedule := &dispatch.Schedule{Order: order, Start: nine, End: nine.Add(time.Hour)}
	d.must(&work.HoldWorkOrder{ID: order}, "waiting for a part")
	if msg := d.refused("appointment.order", schedule); !strings.Contains(msg, "WO-1001 is on hold since Mon 2026-01-05 08:00 CET: waiting for a part") {
		t.Errorf("on hold: %q", msg)
	}
	d.must(&work.CancelWorkOrder{ID: order}, "not wanted")
	d.refused("appointment.order", schedule)
}

func TestAllConflictsAreNamedAtOnce(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "Mon-Fri 08:00-17:00")
	eight := vienna(t, "2026-03-02 16:00")
	d.visit(d.order(), eight, eight.Add(time.Hour), ana)
	order := d.order("burner: gas")
	c := &dispatch.Schedule{Order: order, Technicians: []store.ID{ana}, Start: eight.Add(30 * time.Minute), End: eight.Add(100 * time.Minute)}
	msg := d.refused("appointment.conflict", c)
	for _, part := range []string{"(overlap)", "shift ends 17:00, visit would end 17:40 (shift)", "(skill)"} {
		if !strings.Contains(msg, part) {
			t.Errorf("%q does not name %s", msg, part)
		}
	}
	c.Accept = []dispatch.Code{dispatch.Overlap}
	d.refused("appointment.accept", c, "because")
	c.Accept = []dispatch.Code{"weather"}
	d.refused("appointment.accept", c, "because")
}

func TestAcceptedConflictsAreRecorded(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "Mon-Fri 08:00-17:00")
	order := d.order("burner: gas")
	four := vienna(t, "2026-03-02 16:00")
	c := &dispatch.Schedule{
		Order: order, Technicians: []store.ID{ana}, Start: four, End: four.Add(2 * time.Hour),
		Accept: []dispatch.Code{dispatch.Shift},
	}
	d.refused("appointment.skill", c, "the customer insists")
	c.Accept = append(c.Accept, dispatch.SkillGap)
	d.refused("reason.missing", c)
	id := d.must(c, "the customer insists").Subject
	a := d.appointment(id)
	if len(a.Accepted) != 2 || a.Accepted[0].Conflict != dispatch.Shift || a.Accepted[0].Reason != "the customer insists" ||
		a.Accepted[0].By == "" || !strings.Contains(a.Accepted[0].Detail, "shift ends 17:00") {
		t.Errorf("recorded: %+v", a.Accepted)
	}
	// Another time is another plan: what it books over is accepted anew, or not at all.
	d.refused("appointment.skill", &dispatch.Move{Appointment: id, Start: four.Add(-4 * time.Hour)})
	d.must(&dispatch.Move{Appointment: id, Start: four.Add(-4 * time.Hour), Accept: []dispatch.Code{dispatch.SkillGap}}, "still")
	if a := d.appointment(id); len(a.Accepted) != 1 || a.Accepted[0].Reason != "still" {
		t.Errorf("after the move: %+v", a.Accepted)
	}
	// Accepting what does not occur records nothing and needs no reason.
	d.must(&dispatch.Schedule{Order: d.order(), Start: four, End: four.Add(time.Hour), Accept: []dispatch.Code{dispatch.Shift}})
}

func TestBadPlans(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order, other := d.order("one"), d.order("two")
	nine := vienna(t, "2026-03-02 09:00")
	base := dispatch.Schedule{Order: order, Technicians: []store.ID{ana}, Start: nine, End: nine.Add(time.Hour)}
	change := func(f func(*dispatch.Schedule)) *dispatch.Schedule {
		c := base
		f(&c)
		return &c
	}
	for code, cmd := range storetest.InOrder(map[string]store.Command{
		"appointment.time":  change(func(c *dispatch.Schedule) { c.Start = time.Time{} }),
		"interval.empty":    change(func(c *dispatch.Schedule) { c.End = c.Start }),
		"appointment.long":  change(func(c *dispatch.Schedule) { c.End = c.Start.Add(dispatch.MaxVisit + time.Second) }),
		"appointment.twice": change(func(c *dispatch.Schedule) { c.Technicians = []store.ID{ana, ana} }),
		"appointment.task":  change(func(c *dispatch.Schedule) { c.Tasks = d.tasks(other) }),
		"appointment.team":  &dispatch.Assign{Appointment: d.visit(other, nine.Add(time.Hour), nine.Add(2*time.Hour), ana)},
	}) {
		d.refused(code, cmd)
	}
	d.refused("appointment.time", change(func(c *dispatch.Schedule) { c.End = time.Time{} }))
}
