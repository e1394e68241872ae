package dispatch_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// TestPlansCanBeBooked draws whole shops and plans their days: every plan is accepted, breaks no
// audit, moves no lock, and costs no more than what was there.
func TestPlansCanBeBooked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawShop(t, rt)
		p := s.optimize("2026-03-02", rapid.IntRange(1, 2).Draw(rt, "days"), 150)
		if p.After.Total > p.Before.Total && s.sound() {
			rt.Errorf("the plan costs %d, what was there %d: %s", p.After.Total, p.Before.Total, lines(p))
		}
		for _, c := range p.Changes {
			if c.Appointment == "" || c.WasStart.IsZero() {
				continue
			}
			a := s.appointment(c.Appointment)
			if a.Lock == dispatch.LockBoth || a.Lock == dispatch.LockTime && !c.Start.Equal(a.Start) {
				rt.Errorf("%s is locked (%s) and was moved", a.Number, a.Lock)
			}
		}
		if len(p.Changes) > 0 {
			if _, err := s.do(p.Command()); err != nil {
				rt.Errorf("the plan is refused: %v\n%s", err, lines(p))
			}
		}
		s.audit()
	})
}

// sound reports whether nothing stands against any visit.
func (s *street) sound() (sound bool) {
	s.tb.Helper()
	sound = true
	s.read(func(r store.Reader) error {
		for a, err := range dispatch.Appointments.All(r) {
			if err != nil {
				return err
			}
			found, err := dispatch.Unaccepted(r, a)
			if err != nil {
				return err
			}
			sound = sound && len(found) == 0
		}
		return nil
	})
	return sound
}

func drawShop(t *testing.T, rt *rapid.T) *street {
	s := newStreet(t, 4)
	s.sites = append(s.sites, s.must(&work.AddSite{Customer: s.customer, Site: "nowhere", Hours: "daily 07:00-15:00"}).Subject)
	draw := func(n int, what string) int { return rapid.IntRange(0, n-1).Draw(rt, what) }
	s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Home: dispatch.HomeTravels()[draw(3, "ways from home")]}})
	var team []store.ID
	for i := range 1 + draw(3, "technicians") {
		shift := []string{"Mon-Fri 08:00-17:00", "Mon-Fri 08:00-12:00 12:30-16:00", "daily 22:00-06:00", ""}[draw(4, "shift")]
		c := &dispatch.AddTechnician{Technician: fmt.Sprintf("t%d", i), Skills: []string{"", "gas", "gas:2"}[draw(3, "skills")], Shift: shift}
		c.Pace, c.MaxTravel = []int{0, 100, 60, 175}[draw(4, "pace")], []int{0, 0, 0, 45, 120}[draw(5, "most travel")]
		if draw(3, "home") > 0 {
			c.HomeLat, c.HomeLon = fmt.Sprintf("48.%d", draw(4, "lat")), "16"
		}
		team = append(team, s.must(c).Subject)
	}
	var orders []store.ID
	for range 1 + draw(6, "orders") {
		c := &work.CreateWorkOrder{
			Customer: s.customer, Site: s.sites[draw(5, "site")], Title: "Job", Priority: work.Priorities()[draw(4, "priority")],
		}
		if len(orders) > 0 && draw(3, "after") == 0 {
			c.After = []work.Prerequisite{{
				Order: orders[draw(len(orders), "which")], Lag: draw(90, "lag"),
				Kind: []work.Link{work.FinishToStart, work.StartToStart}[draw(2, "kind")],
			}}
		}
		id := s.must(c).Subject
		task := &work.AddTask{Order: id, Title: "Do", Minutes: 15 + draw(200, "minutes"), Persons: draw(3, "persons")}
		if draw(3, "skilled") == 0 {
			task.Skills = []work.SkillNeed{{Skill: "gas", Level: 1 + draw(2, "level")}}
		}
		s.must(task)
		orders = append(orders, id)
		if draw(2, "planned") == 0 {
			continue
		}
		got := s.suggest(s.ask(id, "2026-03-02", 2))
		if len(got.Slots) == 0 {
			continue
		}
		cmd, err := got.Book(1 + draw(len(got.Slots), "slot"))
		if err != nil {
			rt.Fatal(err)
		}
		visit := s.must(cmd).Subject
		if lock := dispatch.Locks()[draw(4, "lock")]; lock != dispatch.Unlocked {
			s.must(&dispatch.SetLock{Appointment: visit, Lock: lock})
		}
	}
	if draw(3, "away") == 0 {
		from := vienna(t, "2026-03-02 00:00").Add(time.Duration(draw(48, "from")) * time.Hour)
		s.must(&dispatch.AddAbsence{Technician: team[0], From: from, To: from.Add(time.Duration(1+draw(10, "hours")) * time.Hour)})
	}
	return s
}

// TestEmergenciesCanBeBooked takes a slot that others give way to in drawn shops: it is
// accepted, and what was promised is broken only where the slot said so.
func TestEmergenciesCanBeBooked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawShop(t, rt)
		id := s.job(rapid.IntRange(0, 4).Draw(rt, "at"), rapid.IntRange(10, 180).Draw(rt, "minutes"))
		if rapid.Bool().Draw(rt, "for two") {
			s.must(&work.AddTask{Order: id, Title: "Heavy", Minutes: 15, Persons: 2})
		}
		s.at(vienna(t, "2026-03-02 06:00").Add(time.Duration(rapid.IntRange(0, 600).Draw(rt, "now")) * time.Minute))
		got := s.emergency(s.ask(id, "2026-03-02", 1))
		if len(got.Slots) == 0 {
			return
		}
		n := rapid.IntRange(1, len(got.Slots)).Draw(rt, "slot")
		cmd, err := got.Book(n)
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := s.do(cmd); err != nil {
			rt.Fatalf("slot %d is refused: %v", n, err)
		}
		for _, m := range got.Slots[n-1].Moves {
			a := s.appointment(m.Appointment)
			if kept := !a.Arrival.IsEmpty(); kept == m.Broken || !a.Start.Equal(m.To) {
				rt.Errorf("%s: promise kept %t, said to be broken %t", m.Number, kept, m.Broken)
			}
		}
		s.audit()
	})
}
