package dispatch_test

import (
	"fmt"
	"strings"
	"testing"

	"callout/calendar"
	"callout/dispatch"
	"callout/dispatch/solver"
	"callout/store"
	"callout/work"
)

// optimize makes a plan for some days from a date on.
func (s *street) optimize(from string, days, iterations int) *dispatch.Proposal {
	s.tb.Helper()
	z := zone(s.tb, "Europe/Vienna")
	first := day(s.tb, from)
	span := calendar.NewInterval(z.StartOf(first), z.StartOf(first.AddDays(days)))
	var w *dispatch.Workload
	s.read(func(r store.Reader) (err error) {
		w, err = dispatch.ReadWorkload(r, span, s.now)
		return err
	})
	p, err := dispatch.Optimize(s.tb.Context(), w, solver.Options{Seed: 1, Iterations: iterations})
	if err != nil {
		s.tb.Fatal(err)
	}
	return p
}

// lines writes a proposal in short.
func lines(p *dispatch.Proposal) string {
	var out []string
	for _, c := range p.Changes {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", c.What, c.Number, strings.Join(c.Names, "+"), hm(c.Start), c.Promise)))
	}
	for _, l := range p.LeftOut {
		out = append(out, "left out "+l.Number)
	}
	return strings.Join(out, "; ")
}

// TestOptimize plans two days' orders of two people, by hand: ana lives at 0, bo at 4. Each
// takes what is on the way, and whoever is nearest begins at the end of the drive from home.
func TestOptimize(t *testing.T) {
	s := newStreet(t, 5)
	s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.fitter("bo", "", "Mon-Fri 08:00-17:00", 4)
	s.job(1, 60)
	s.job(3, 60)
	p := s.optimize("2026-03-02", 1, 200)
	if got, want := lines(p), "placed WO-1001 ana Mon 08:18; placed WO-1002 bo Mon 08:18"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	// Before: two orders of priority normal without a visit. After: 18 min there and back, twice.
	if p.Before.Total != 1200 || p.After.Total != 72 || p.After.TravelMinutes != 72 || p.After.WithoutVisit != 0 {
		t.Errorf("before %+v, after %+v", p.Before, p.After)
	}
	s.must(p.Command())
	s.audit()
	if again := s.optimize("2026-03-02", 1, 200); lines(again) != "" || again.Kept != 2 {
		t.Errorf("planned again: %s, kept %d", lines(again), again.Kept)
	}
}

// TestOptimizeKeepsPromises leaves what was promised alone where it can: a third job goes
// around two that are planned, though their order could be better.
func TestOptimizeKeepsPromises(t *testing.T) {
	s := newStreet(t, 5)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.visit(s.job(4, 60), vienna(t, "2026-03-02 10:00"), vienna(t, "2026-03-02 11:00"), ana)
	s.visit(s.job(1, 60), vienna(t, "2026-03-02 14:00"), vienna(t, "2026-03-02 15:00"), ana)
	s.job(2, 120)
	p := s.optimize("2026-03-02", 1, 400)
	// From 4 to 2 it is 35 min: 11:35. Done at 13:35, 18 min to 1 at 13:53, before 14:00.
	if got, want := lines(p), "placed WO-1003 ana Mon 11:35"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestOptimizeMovesWhenAway gives the visits of somebody who is away to others, and keeps
// the promised windows.
func TestOptimizeMovesWhenAway(t *testing.T) {
	s := newStreet(t, 5)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.fitter("bo", "", "Mon-Fri 08:00-17:00", 4)
	s.visit(s.job(1, 60), vienna(t, "2026-03-02 10:00"), vienna(t, "2026-03-02 11:00"), ana)
	s.must(&dispatch.AddAbsence{Technician: ana, From: vienna(t, "2026-03-02 00:00"), To: vienna(t, "2026-03-03 00:00"), Kind: dispatch.Sick})
	p := s.optimize("2026-03-02", 1, 200)
	if got, want := lines(p), "moved APPT-1001 bo Mon 10:00 kept"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if p.After.Reassigned != 1 || p.After.MoveTechnician != 30 || p.After.Broken != 0 {
		t.Errorf("terms %+v", p.After)
	}
	s.must(p.Command())
	a := s.appointment(s.visits(p.Changes[0].Order)[0].ID)
	if a.Status != dispatch.Scheduled || hm(a.Start) != "Mon 10:00" {
		t.Errorf("the visit is %s at %s", a.Status, hm(a.Start))
	}
	s.must(&store.Undo{Entry: lastEntry(s.depot)})
	if a := s.appointment(a.ID); a.Technicians[0] != ana {
		t.Error("undo did not give the visit back")
	}
}

// TestOptimizeHonours what people decided: locks, exceptions, holds, the rules about skills,
// crews, order between orders, and hours of sites.
func TestOptimizeHonours(t *testing.T) {
	s := newStreet(t, 5)
	ana := s.fitter("ana", "gas:2", "Mon-Fri 08:00-12:00 13:00-17:00", 0)
	s.fitter("bo", "gas", "Mon-Fri 08:00-17:00", 4)
	both := s.visit(s.job(2, 60), vienna(t, "2026-03-02 08:35"), vienna(t, "2026-03-02 09:35"), ana)
	s.must(&dispatch.SetLock{Appointment: both, Lock: dispatch.LockBoth})
	over := s.must(&dispatch.Schedule{
		Order: s.job(0, 60), Technicians: []store.ID{ana}, Start: vienna(t, "2026-03-02 16:30"), End: vienna(t, "2026-03-02 17:30"),
		Accept: []dispatch.Code{dispatch.Shift},
	}, "she stays").Subject
	hours := "Mon 13:00-16:00"
	s.must(&work.EditSite{ID: s.sites[3], Hours: &hours})
	first := s.job(3, 60)
	skilled := s.must(&work.CreateWorkOrder{Customer: s.customer, Site: s.sites[1], Title: "Gas", After: []work.Prerequisite{{Order: first, Lag: 30}}}).Subject
	s.must(&work.AddTask{Order: skilled, Title: "Burner", Minutes: 30, Skills: []work.SkillNeed{{Skill: "gas", Level: 2}}})
	two := s.job(2, 60)
	s.must(&work.AddTask{Order: two, Title: "Lift it", Minutes: 30, Persons: 2})
	unknown := s.job(1, 0)
	p := s.optimize("2026-03-02", 1, 3000)
	got := lines(p)
	for _, c := range p.Changes {
		switch {
		case c.Appointment == both || c.Appointment == over:
			t.Errorf("%s was moved", c.Number)
		case c.Order == first && c.Start.Before(vienna(t, "2026-03-02 13:00")):
			t.Error("the site is not open yet")
		case c.Order == skilled && c.Names[0] != "ana":
			t.Error("only ana can do it")
		case c.Order == two && len(c.Names) != 2:
			t.Error("it takes two")
		}
	}
	if len(p.LeftOut) != 1 || p.LeftOut[0].Order != unknown || !strings.Contains(p.LeftOut[0].Why, "estimate") {
		t.Errorf("left out: %+v in %s", p.LeftOut, got)
	}
	if len(p.Changes) != 3 {
		t.Errorf("changes: %s", got)
	}
	s.must(p.Command())
	s.audit()
}
