package dispatch_test

import (
	"testing"

	"callout/calendar"
	"callout/dispatch"
	"callout/party"
	"callout/store"
)

// TestPlansByLocalClocks plans on the night in which clocks are set forward, and for somebody in
// another zone: shifts are hours on their own clocks.
func TestPlansByLocalClocks(t *testing.T) {
	s := newStreet(t, 1)
	s.must(&dispatch.AddTechnician{Technician: "ana", Zone: "Europe/Lisbon", Shift: "Mon-Fri 08:00-17:00"})
	s.fitter("bo", "", "Sun 00:00-06:00", 0)
	z := zone(t, "Europe/Vienna")
	night := calendar.NewInterval(z.StartOf(day(t, "2026-03-29")), z.StartOf(day(t, "2026-03-30")))
	s.read(func(r store.Reader) error {
		rows, err := dispatch.ReadCapacity(r, night, s.now, false)
		if err == nil && rows[0].Available != 5*60 {
			t.Errorf("the night of the change has %d minutes", rows[0].Available)
		}
		return err
	})
	id := s.job(0, 240)
	got := s.suggest(s.ask(id, "2026-03-29", 2))
	if len(got.Slots) != 2 || hm(got.Slots[0].Start) != "Sun 00:00" || hm(got.Slots[0].End) != "Sun 05:00" || hm(got.Slots[1].Start) != "Mon 09:00" {
		t.Errorf("slots %+v", got.Slots)
	}
	p := s.optimize("2026-03-29", 1, 50)
	if lines(p) != "placed WO-1001 bo Sun 00:00" {
		t.Errorf("the plan: %s", lines(p))
	}
	s.must(p.Command())
}

// TestHolidaysAreOff plans nobody on a holiday of the company, though a booking would do.
func TestHolidaysAreOff(t *testing.T) {
	s := newStreet(t, 1)
	s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&party.AddHolidays{Days: []calendar.Holiday{{Date: day(t, "2026-03-02"), Name: "town fair"}}})
	got := s.suggest(s.ask(s.job(0, 60), "2026-03-02", 2))
	if len(got.Slots) != 1 || hm(got.Slots[0].Start) != "Tue 08:00" {
		t.Errorf("slots %+v", got.Slots)
	}
}
