package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/store/storetest"

	"pgregory.net/rapid"
)

// The first and the last day are worked, by the clock of the technician's zone; nobody can book over the others.
func TestAVisitOutsideTheEmployment(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		first, last, start string
		hours              int
		words              string
	}{
		"on the first day":          {first: "2026-03-02", start: "2026-03-02 00:00", hours: 2},
		"a minute before it":        {first: "2026-03-02", start: "2026-03-01 23:59", hours: 2, words: "ana: works here from 2026-03-02, the visit would be from Sun 2026-03-01 23:59"},
		"to the end of the last":    {last: "2026-03-02", start: "2026-03-02 22:00", hours: 2},
		"over midnight of the last": {last: "2026-03-02", start: "2026-03-02 22:00", hours: 3, words: "ana: works here until 2026-03-02, the visit would be from"},
		"after both":                {first: "2026-01-01", last: "2026-02-28", start: "2026-03-02 08:00", hours: 1, words: "works here from 2026-01-01 until 2026-02-28"},
	}) {
		t.Run(name, func(t *testing.T) {
			d := newDepot(t)
			add := &dispatch.AddTechnician{Technician: "ana"}
			if c.first != "" {
				add.FirstDay = day(t, c.first)
			}
			if c.last != "" {
				add.LastDay = day(t, c.last)
			}
			ana := d.must(add).Subject
			order := d.place("hall", "", "", "")
			s := vienna(t, c.start)
			plan := &dispatch.Schedule{Order: order, Technicians: []store.ID{ana}, Start: s, End: s.Add(time.Duration(c.hours) * time.Hour)}
			if c.words == "" {
				d.must(plan)
				return
			}
			if why := d.refused("appointment.inactive", plan); !strings.Contains(why, c.words) {
				t.Error(why)
			}
			plan.Accept = []dispatch.Code{dispatch.Inactive}
			d.refused("appointment.accept", plan)
		})
	}
	d := newDepot(t)
	d.refused("technician.days", &dispatch.AddTechnician{Technician: "bo", FirstDay: day(t, "2026-03-02"), LastDay: day(t, "2026-03-01")})
}

// Hours are available on a day exactly when it lies in the employment, and a plan is refused exactly when it does not.
func TestNobodyIsAvailableOutsideTheEmployment(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDepot(t)
		z := zone(t, "Europe/Vienna")
		monday := day(t, "2026-03-23") // the week in which the clocks change
		first, last := monday.AddDays(rapid.IntRange(-2, 9).Draw(rt, "first")), calendar.Date{}
		add := &dispatch.AddTechnician{Technician: "ana", Shift: "Mon-Sun 08:00-16:00", FirstDay: first}
		if rapid.Bool().Draw(rt, "ends") {
			last = first.AddDays(rapid.IntRange(0, 6).Draw(rt, "days"))
			add.LastDay = last
		}
		ana := d.must(add).Subject
		order := d.place("hall", "", "", "")
		for i := range 9 {
			on := monday.AddDays(i)
			in := !on.Before(first) && (last.IsZero() || !on.After(last))
			at := vienna(t, on.String()+" 09:00")
			found := d.conflicts(dispatch.Plan{Order: order, Technicians: []store.ID{ana}, Start: at, End: at.Add(time.Hour)})
			if in != (len(found) == 0) {
				rt.Fatalf("%s, employed %v: %v", on, in, found)
			}
			d.read(func(r store.Reader) error {
				who, err := dispatch.Technicians.Get(r, ana)
				if err != nil {
					return err
				}
				there, known, err := dispatch.Available(r, who, z.Day(on))
				if want := map[bool]time.Duration{true: 8 * time.Hour}[in]; calendar.Total(there) != want || !known {
					rt.Fatalf("%s, employed %v: %v", on, in, there)
				}
				return err
			})
		}
	})
}
