package dispatch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
)

// TestApplyPlanRefuses bends a plan, or the ground that it rests on, in each way that is refused.
func TestApplyPlanRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, code, words string
		bend              func(s *street, c *dispatch.ApplyPlan)
	}{
		{"nothing to do", "dispatch.empty", "", func(_ *street, c *dispatch.ApplyPlan) { c.Bookings = nil }},
		{"rests on nothing", "dispatch.read", "", func(_ *street, c *dispatch.ApplyPlan) { c.Read = nil }},
		{"no days", "interval.empty", "", func(_ *street, c *dispatch.ApplyPlan) { c.Until = c.From }},
		{"a year", "dispatch.span", "100 days", func(_ *street, c *dispatch.ApplyPlan) { c.Until = c.From.AddDate(1, 0, 0) }},
		{"nobody goes", "appointment.team", "", func(_ *street, c *dispatch.ApplyPlan) { c.Bookings[0].Technicians = nil }},
		{"too long", "appointment.long", "", func(_ *street, c *dispatch.ApplyPlan) { c.Bookings[0].End = c.Bookings[0].Start.AddDate(0, 3, 0) }},
		{"twice the same", "appointment.twice", "", func(_ *street, c *dispatch.ApplyPlan) {
			c.Bookings[0].Technicians = slices.Repeat(c.Bookings[0].Technicians, 2)
		}},
		{"outside of the shift", "appointment.shift", "shift ends 17:00", func(s *street, c *dispatch.ApplyPlan) {
			c.Bookings[0].Start, c.Bookings[0].End = vienna(s.tb, "2026-03-02 16:30"), vienna(s.tb, "2026-03-02 17:30")
		}},
		{"two at one time", "appointment.overlap", "overlaps", func(_ *street, c *dispatch.ApplyPlan) {
			c.Bookings[1].Start, c.Bookings[1].End = c.Bookings[0].Start, c.Bookings[0].End
		}},
		{"the technician changed", "dispatch.moved", "ana", func(s *street, c *dispatch.ApplyPlan) {
			s.must(&dispatch.EditTechnician{Technician: c.Bookings[0].Technicians[0], Shift: new(string)})
		}},
		{"somebody is away", "dispatch.moved", "ana", func(s *street, c *dispatch.ApplyPlan) {
			at := vienna(s.tb, "2026-03-02 15:00")
			s.must(&dispatch.AddAbsence{Technician: c.Bookings[0].Technicians[0], From: at, To: at.Add(time.Hour)})
		}},
		{"a visit came", "dispatch.moved", "APPT-1002", func(s *street, c *dispatch.ApplyPlan) {
			s.visit(s.job(0, 60), vienna(s.tb, "2026-03-02 16:00"), vienna(s.tb, "2026-03-02 17:00"), c.Bookings[0].Technicians...)
		}},
		{"the policy changed", "dispatch.moved", "the dispatch policy", func(s *street, _ *dispatch.ApplyPlan) {
			s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Road: dispatch.Road{Speed: 40}}})
		}},
		{"a visit was locked", "dispatch.moved", "APPT-1001", func(s *street, c *dispatch.ApplyPlan) {
			for _, b := range c.Bookings {
				if b.Appointment != "" {
					s.must(&dispatch.SetLock{Appointment: b.Appointment, Lock: dispatch.LockTime})
				}
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStreet(t, 3)
			s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Road: dispatch.Road{Speed: 50}}})
			ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
			s.job(0, 60)
			s.visit(s.job(1, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), ana)
			s.must(&dispatch.AddAbsence{Technician: ana, From: vienna(t, "2026-03-02 09:00"), To: vienna(t, "2026-03-02 09:30")})
			c := s.optimize("2026-03-02", 1, 100).Command()
			if len(c.Bookings) != 2 {
				t.Fatalf("the plan has %d bookings", len(c.Bookings))
			}
			tt.bend(s, c)
			if msg := s.refused(tt.code, c); !strings.Contains(msg, tt.words) {
				t.Errorf("%s", msg)
			}
		})
	}
}

// TestPlansSwap lets two visits change places, which no sequence of single moves can.
func TestPlansSwap(t *testing.T) {
	s := newStreet(t, 2)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "", "Mon-Fri 08:00-17:00", 0)
	start, end := vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00")
	one, two := s.job(0, 60), s.job(1, 60)
	a, b := s.visit(one, start, end, ana), s.visit(two, start, end, bo)
	read := s.optimize("2026-03-02", 1, 50).Read
	s.must(&dispatch.ApplyPlan{From: vienna(t, "2026-03-02 00:00"), Until: vienna(t, "2026-03-03 00:00"), Read: read, Bookings: []dispatch.Booking{
		{Order: one, Appointment: a, Technicians: []store.ID{bo}, Start: start, End: end},
		{Order: two, Appointment: b, Technicians: []store.ID{ana}, Start: start, End: end},
	}})
	if s.appointment(a).Technicians[0] != bo || s.appointment(b).Technicians[0] != ana {
		t.Error("they did not change places")
	}
	s.audit()
}

// TestApplyPlanTwice leaves one entry, which undo then takes back.
func TestApplyPlanTwice(t *testing.T) {
	s := newStreet(t, 2)
	s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	order := s.job(1, 60)
	c := s.optimize("2026-03-02", 1, 50).Command()
	first := s.must(c)
	size := func() (n uint64) {
		s.read(func(r store.Reader) (err error) {
			n, err = store.Size(r)
			return err
		})
		return n
	}
	was := size()
	again := s.must(c)
	if again.Seq != 0 || len(again.Changes)+len(again.Events) != 0 || again.Subject != first.Subject || again.Number != first.Number {
		t.Errorf("the second time: %+v", again)
	}
	if size() != was || first.Seq != was {
		t.Errorf("%d entries, were %d, the plan's %d", size(), was, first.Seq)
	}
	s.must(&store.Undo{Entry: first.Seq})
	if rows := s.visits(order); len(rows) != 0 {
		t.Errorf("after the undo: %+v", rows)
	}
	if s.must(c); size() != was+2 || len(s.visits(order)) != 1 {
		t.Errorf("not applied anew: %d entries", size())
	}
}

// TestPromisesLast keeps what a customer was told while the visit moves within it, and
// forgets it once it leaves.
func TestPromisesLast(t *testing.T) {
	s := newStreet(t, 1)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	got := s.suggest(s.ask(s.job(0, 60), "2026-03-02", 1))
	cmd, err := got.Book(1)
	if err != nil {
		t.Fatal(err)
	}
	id := s.must(cmd).Subject
	move := func(at string) { s.must(&dispatch.Move{Appointment: id, Start: vienna(t, at)}) }
	move("2026-03-02 10:00")
	if a := s.appointment(id); hm(a.Arrival.Start) != "Mon 08:00" || hm(a.Arrival.End) != "Mon 10:00" || a.Technicians[0] != ana {
		t.Errorf("moved within the window: %v", a.Arrival)
	}
	move("2026-03-02 10:01")
	if a := s.appointment(id); !a.Arrival.IsEmpty() {
		t.Errorf("moved out of the window: %v", a.Arrival)
	}
}
