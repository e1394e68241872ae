package dispatch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
	"callout/work"

	"pgregory.net/rapid"
)

// place makes an order at a site of its own.
func (d *depot) place(name, lat, lon, hours string) store.ID {
	d.tb.Helper()
	site := d.must(&work.AddSite{Customer: d.customer, Site: name, Lat: lat, Lon: lon, Hours: hours}).Subject
	return d.must(&work.CreateWorkOrder{Customer: d.customer, Site: site, Title: name}).Subject
}

func codes(found []dispatch.Conflict) (out []dispatch.Code) {
	for _, c := range found {
		if !c.Note {
			out = append(out, c.Code)
		}
	}
	slices.Sort(out)
	return out
}

// The start alone would do, the end does not: the published defect that only the start
// was looked at (OCA/field-service PR#1382) is not repeated by the conflicts that came later.
func TestTheWholeVisitIsLookedAt(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.place("hall", "", "", "Mon-Fri 07:00-16:00, Sat 22:00-06:00")
	d.must(&dispatch.AddAbsence{Technician: ana, From: vienna(t, "2026-03-03 11:00"), To: vienna(t, "2026-03-03 12:00")})
	for _, tc := range []struct {
		start, end string
		want       []dispatch.Code
		minutes    int
	}{
		{"2026-03-02 15:00", "2026-03-02 16:00", nil, 0},
		{"2026-03-02 15:00", "2026-03-02 16:01", []dispatch.Code{dispatch.SiteHours}, 1},
		{"2026-03-03 10:00", "2026-03-03 11:00", nil, 0},
		{"2026-03-03 10:00", "2026-03-03 11:30", []dispatch.Code{dispatch.Absent}, 30},
		{"2026-03-03 12:00", "2026-03-03 13:00", nil, 0},
		// Over midnight, in the night in which clocks go from 02:00 to 03:00: seven hours, not eight.
		{"2026-03-28 22:00", "2026-03-29 06:00", nil, 0},
		{"2026-03-28 22:00", "2026-03-29 06:30", []dispatch.Code{dispatch.SiteHours}, 30},
		{"2026-03-28 21:45", "2026-03-29 06:00", []dispatch.Code{dispatch.SiteHours}, 15},
	} {
		found := d.conflicts(dispatch.Plan{Order: order, Technicians: []store.ID{ana}, Start: vienna(t, tc.start), End: vienna(t, tc.end)})
		if got := codes(found); !slices.Equal(got, tc.want) || len(got) == 1 && found[0].Minutes != tc.minutes {
			t.Errorf("%s to %s: %v, want %v of %d minutes", tc.start, tc.end, found, tc.want, tc.minutes)
		}
	}
}

// Vienna to Graz is 144.6 km in a straight line; times 1.3 at 50 km/h that is 3 h 46 min.
func TestWays(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	wien, graz, shed := d.place("wien", "48.2082", "16.3738", ""), d.place("graz", "47.0707", "15.4395", ""), d.place("shed", "", "", "")
	d.visit(wien, vienna(t, "2026-03-02 08:00"), vienna(t, "2026-03-02 09:00"), ana)
	at := func(order store.ID, start string) []dispatch.Conflict {
		s := vienna(t, start)
		return d.conflicts(dispatch.Plan{Order: order, Technicians: []store.ID{ana}, Start: s, End: s.Add(time.Hour)})
	}
	if got := at(graz, "2026-03-02 12:45"); len(got) != 1 || got[0].Code != dispatch.TravelTime || got[0].Minutes != 1 {
		t.Errorf("a minute short: %v", got)
	}
	if got := at(graz, "2026-03-02 12:46"); len(got) != 0 {
		t.Errorf("just in time: %v", got)
	}
	if got := at(wien, "2026-03-02 09:00"); len(got) != 0 {
		t.Errorf("the same place: %v", got)
	}
	if got := at(shed, "2026-03-02 09:00"); len(got) != 1 || !got[0].Note || !strings.Contains(got[0].Detail, "not known") {
		t.Errorf("an unknown place: %v", got)
	}
	d.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Road: dispatch.Road{Factor: 100, Speed: 100}}})
	if got := at(graz, "2026-03-02 10:27"); len(got) != 0 {
		t.Errorf("another assumption: %v", got)
	}
}

// A way that does not fit does not fit from either side, and taking an unrelated visit
// away never makes a conflict of what was none.
func TestWaysAreSymmetricAndMonotone(t *testing.T) {
	d := newDepot(t)
	places := []store.ID{
		d.place("wien", "48.2082", "16.3738", ""), d.place("graz", "47.0707", "15.4395", ""),
		d.place("linz", "48.3064", "14.2858", ""), d.place("shed", "", "", ""),
	}
	base := vienna(t, "2026-03-28 12:00")
	rapid.Check(t, func(rt *rapid.T) {
		one, two := d.technician(rapid.StringMatching(`a[a-z0-9]{16}`).Draw(rt, "one"), "", ""), d.technician(rapid.StringMatching(`b[a-z0-9]{16}`).Draw(rt, "two"), "", "")
		draw := func(name string) dispatch.Plan {
			start := base.Add(time.Duration(rapid.IntRange(0, 60).Draw(rt, name)) * 15 * time.Minute)
			return dispatch.Plan{Order: rapid.SampledFrom(places).Draw(rt, name+" place"), Start: start, End: start.Add(time.Hour)}
		}
		a, b := draw("first"), draw("second")
		v := d.visit(a.Order, a.Start, a.End, one)
		w := d.visit(b.Order, b.Start, b.End, two)
		b.Technicians, a.Technicians = []store.ID{one}, []store.ID{two}
		ab, ba := codes(d.conflicts(b)), codes(d.conflicts(a))
		if !slices.Equal(ab, ba) {
			rt.Errorf("%v from one side, %v from the other", ab, ba)
		}
		c := draw("third")
		c.Technicians = []store.ID{one, two}
		with := codes(d.conflicts(c))
		c.Technicians = []store.ID{two, one}
		if got := codes(d.conflicts(c)); !slices.Equal(got, with) {
			rt.Errorf("the order of the team counts: %v and %v", with, got)
		}
		d.must(&dispatch.CancelVisit{Appointment: v})
		if without := codes(d.conflicts(c)); len(without) > len(with) {
			rt.Errorf("%v with a visit, %v without it", with, without)
		}
		d.must(&dispatch.CancelVisit{Appointment: w})
	})
}

// Person-hours are never less than what the clock shows, and the same for one person.
func TestEffort(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := &dispatch.Appointment{Technicians: make([]store.ID, rapid.IntRange(1, 5).Draw(rt, "team"))}
		at := vienna(t, "2026-03-28 23:00")
		var worked time.Duration
		steps := rapid.IntRange(1, 6).Draw(rt, "breaks")
		for range steps {
			length := time.Duration(rapid.IntRange(1, 300).Draw(rt, "minutes")) * time.Minute
			worked += length
			a.Stamps = append(a.Stamps, dispatch.Stamp{Status: dispatch.InProgress, At: at}, dispatch.Stamp{Status: dispatch.OnBreak, At: at.Add(length)})
			at = at.Add(length + 10*time.Minute)
		}
		a.Stamps = append(a.Stamps, dispatch.Stamp{Status: dispatch.Completed, At: at})
		e := dispatch.EffortOf(a)
		if e.Elapsed != int(worked/time.Minute) || e.Person != e.Elapsed*len(a.Technicians) || e.Break != 10*steps {
			rt.Errorf("%+v for %s of %d", e, worked, len(a.Technicians))
		}
	})
}

// A rate holds from its date on in the technician's zone, half-open, whatever the clock
// says in UTC.
func TestRateAt(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	price := func(s string) *money.Price {
		p, err := money.ParsePrice("rate", s)
		if err != nil {
			t.Fatal(err)
		}
		return &p
	}
	read := func() (tech *dispatch.Technician) {
		d.read(func(r store.Reader) (err error) {
			tech, err = dispatch.Technicians.Get(r, ana)
			return err
		})
		return tech
	}
	if got := read().RateAt(vienna(t, "2026-01-01 00:00")); got != nil {
		t.Errorf("an unknown rate is %s", got)
	}
	d.must(&dispatch.EditTechnician{Technician: ana, CostRate: price("38")})
	d.must(&dispatch.EditTechnician{Technician: ana, CostRate: price("45"), CostFrom: day(t, "2026-09-01")})
	d.must(&dispatch.EditTechnician{Technician: ana, CostRate: price("42"), CostFrom: day(t, "2026-07-01")})
	d.refused("technician.rate", &dispatch.EditTechnician{Technician: ana, CostRate: price("50")})
	d.refused("technician.rate", &dispatch.EditTechnician{Technician: ana, CostFrom: day(t, "2026-10-01")})
	for at, want := range storetest.InOrder(map[string]string{
		"2026-06-30 23:59": "38", "2026-07-01 00:00": "42", "2026-08-31 23:59": "42", "2026-09-01 00:00": "45",
	}) {
		if got := read().RateAt(vienna(t, at)); got == nil || got.String() != want {
			t.Errorf("%s: %v, want %s", at, got, want)
		}
	}
}

// Lines are folded at 75 octets and never within a character; texts come back as they were.
func TestICalendar(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`[a-zäöü€😀,;\\ \n]{0,200}`).Draw(rt, "text")
		out := dispatch.ICalendar("ana", []dispatch.CalendarEvent{{
			UID: "x", Stamp: vienna(t, "2026-03-02 08:00"), Start: vienna(t, "2026-03-28 23:00"), End: vienna(t, "2026-03-29 04:00"), Summary: text,
		}})
		if !strings.HasSuffix(out, "END:VCALENDAR\r\n") {
			rt.Fatalf("it ends with %q", out[max(0, len(out)-20):])
		}
		for _, line := range strings.Split(strings.TrimSuffix(out, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") || strings.ToValidUTF8(line, "?") != line {
				rt.Errorf("%d octets in %q", len(line), line)
			}
		}
		whole := strings.ReplaceAll(out, "\r\n ", "")
		_, after, _ := strings.Cut(whole, "SUMMARY:")
		got, _, _ := strings.Cut(after, "\r\n")
		got = strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(got)
		if got != text {
			rt.Errorf("%q came back as %q", text, got)
		}
		if !strings.Contains(whole, "DTSTART:20260328T220000Z\r\nDTEND:20260329T020000Z\r\n") {
			rt.Errorf("times: %s", whole)
		}
	})
}

// What cannot be is refused, each guard in its own words.
func TestDepthGuards(t *testing.T) {
	d := newDepot(t)
	ana, bert := d.technician("ana", "", ""), d.technician("bert", "", "")
	order := d.order("one", "two")
	tasks := d.tasks(order)
	v := d.visit(order, vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 11:00"), ana)
	d.refused("absence.kind", &dispatch.AddAbsence{Technician: ana, Kind: "gone", From: d.now, To: d.now.Add(time.Hour)})
	d.refused("crew.one", &dispatch.AddCrew{Crew: "c", Lead: ana})
	crew := d.must(&dispatch.AddCrew{Crew: "c", Lead: ana, Technicians: []store.ID{bert}, Valid: calendar.Validity{To: day(t, "2026-03-02")}}).Subject
	d.refused("crew.validity", &dispatch.Assign{Appointment: v, Crew: crew})
	d.refused("appointment.split", &dispatch.Split{Appointment: v})
	d.refused("appointment.split", &dispatch.Split{Appointment: v, First: 2 * time.Hour})
	d.refused("appointment.split", &dispatch.Split{Appointment: v, Tasks: tasks})
	d.refused("appointment.rebook", &dispatch.Rebook{Appointment: v, Start: d.now})
	d.refused("appointment.team", &dispatch.Swap{Appointment: v, Out: bert, In: ana})
	d.refused("appointment.accept", &dispatch.SetPolicy{Policy: dispatch.Policy{Accept: []dispatch.Acceptance{{Conflict: dispatch.Locked}}}})
	d.refused("dispatch_policy.road", &dispatch.SetPolicy{Policy: dispatch.Policy{Road: dispatch.Road{Factor: 90}}})
	d.must(&dispatch.SetTerms{Subject: d.site, Barred: &[]store.ID{bert}})
	d.refused("visit_terms.both", &dispatch.SetTerms{Subject: d.site, Required: &[]store.ID{bert}})
	d.refused("appointment.barred", &dispatch.Assign{Appointment: v, Technicians: []store.ID{bert}})
	d.must(&dispatch.SetTerms{Subject: d.customer, Required: &[]store.ID{bert}})
	d.refused("appointment.required", &dispatch.Move{Appointment: v, Start: vienna(t, "2026-03-03 09:00")})
	d.must(&dispatch.SetTerms{Subject: d.customer, Required: &[]store.ID{}})
	d.must(&dispatch.Split{Appointment: v, Tasks: tasks[1:]})
	rows := d.visits(order)
	if len(rows) != 2 || rows[0].Status != dispatch.None {
		t.Errorf("the second visit: %+v", rows)
	}
	d.must(&dispatch.Move{Appointment: v, Start: vienna(t, "2026-03-03 09:00"), Accept: []dispatch.Code{dispatch.Margin}}, "a good customer")
	if got := d.appointment(v).Accepted; len(got) != 1 || got[0].Conflict != dispatch.Margin || got[0].Reason != "a good customer" {
		t.Errorf("accepted: %+v", got)
	}
	d.audit()
}

// An overlap that somebody accepted stands, and no other one does.
func TestAcceptedOverlap(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order()
	d.visit(order, vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 11:00"), ana)
	second := &dispatch.Schedule{
		Order: order, Technicians: []store.ID{ana}, Accept: []dispatch.Code{dispatch.Overlap},
		Start: vienna(t, "2026-03-02 10:00"), End: vienna(t, "2026-03-02 12:00"),
	}
	d.refused("appointment.accept", second, "next door")
	d.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Accept: []dispatch.Acceptance{{Conflict: dispatch.Overlap}}}})
	d.refused("reason.missing", second)
	d.must(second, "next door")
	d.refused("appointment.overlap", &dispatch.Schedule{
		Order: order, Technicians: []store.ID{ana}, Start: vienna(t, "2026-03-02 10:30"), End: vienna(t, "2026-03-02 12:00"),
	})
	d.audit()
}
