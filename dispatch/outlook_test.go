package dispatch_test

import (
	"fmt"
	"strings"
	"testing"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func (s *street) outlook(date string) (out []dispatch.Outlook) {
	s.tb.Helper()
	s.read(func(r store.Reader) (err error) {
		z := zone(s.tb, "Europe/Vienna")
		d := day(s.tb, date)
		out, err = dispatch.ReadOutlook(r, calendar.NewInterval(z.StartOf(d), z.StartOf(d.AddDays(1))), s.now)
		return err
	})
	return out
}

// TestOutlook lets a visit run late, and computes by hand what that does to those after it.
func TestOutlook(t *testing.T) {
	s := newStreet(t, 4)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Planning: dispatch.Planning{Arrival: 30}}})
	first := s.visit(s.job(1, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), ana)
	s.visit(s.job(2, 60), vienna(t, "2026-03-02 10:30"), vienna(t, "2026-03-02 11:30"), ana)
	s.visit(s.job(3, 60), vienna(t, "2026-03-02 14:00"), vienna(t, "2026-03-02 15:00"), ana, bo)
	s.visit(s.job(0, 60), vienna(t, "2026-03-02 08:00"), vienna(t, "2026-03-02 09:00"), bo)
	s.at(vienna(t, "2026-03-02 09:50")).must(&dispatch.Start{Appointment: first})
	s.at(vienna(t, "2026-03-02 10:00"))
	var got []string
	for _, o := range s.outlook("2026-03-02") {
		got = append(got, fmt.Sprintf("%s %s-%s late %d", o.Number, hm(o.Start), hm(o.End)[4:], o.Late))
	}
	// Bo has not begun what was to begin at 08:00: 10:00 now, promised until 08:30. Ana began at
	// 09:50, an hour makes 10:50 and 18 min of way 11:08; promised until 11:00. The afternoon has the time.
	want := "APPT-1004 Mon 10:00-11:00 late 90|APPT-1001 Mon 09:50-10:50 late 20|APPT-1002 Mon 11:08-12:08 late 8|APPT-1003 Mon 14:00-15:00 late 0"
	if strings.Join(got, "|") != want {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "|"), want)
	}
	if o := s.outlook("2026-03-02")[2]; !o.Misses() || o.Because != "APPT-1001 comes before it, until 10:50" {
		t.Errorf("because %q", o.Because)
	}
}

// TestCapacity adds up a day by hand.
func TestCapacity(t *testing.T) {
	s := newStreet(t, 2)
	ana := s.fitter("ana", "gas:2", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "gas", "Mon-Fri 08:00-12:00", 0)
	s.must(&dispatch.AddTerritory{Territory: "north", Technicians: []store.ID{bo}, Sites: []store.ID{s.sites[1]}})
	s.must(&dispatch.AddAbsence{Technician: ana, From: vienna(t, "2026-03-02 15:00"), To: vienna(t, "2026-03-02 17:00")})
	s.visit(s.job(0, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), ana)
	id := s.job(1, 45)
	s.must(&work.AddTask{Order: id, Title: "Gas", Minutes: 30, Persons: 2, Skills: []work.SkillNeed{{Skill: "gas", Level: 2}}})
	s.job(0, 0)
	var got []string
	s.read(func(r store.Reader) error {
		z := zone(t, "Europe/Vienna")
		d := day(t, "2026-03-02")
		rows, err := dispatch.ReadCapacity(r, calendar.NewInterval(z.StartOf(d), z.StartOf(d.AddDays(1))), s.now, false)
		for _, c := range rows {
			got = append(got, fmt.Sprintf("%s %s: %d people, %d of %d booked, %d demanded by %d", c.By, c.Name, c.Technicians, c.Booked, c.Available, c.Demanded, c.Orders))
		}
		return err
	})
	// Ana works 7 h, bo 4 h. The order wants 45 min of one and 30 min of two, and one more order
	// says nothing of how long it takes.
	want := "all all: 2 people, 60 of 660 booked, 105 demanded by 2|" +
		"skill gas: 2 people, 60 of 660 booked, 60 demanded by 1|skill gas:2: 1 people, 60 of 420 booked, 60 demanded by 1|" +
		"territory north: 2 people, 60 of 660 booked, 105 demanded by 1"
	if strings.Join(got, "|") != want {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "|"), want)
	}
}
