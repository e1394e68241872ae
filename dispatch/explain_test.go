package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

func (s *street) explain(q dispatch.Ask, at time.Time) (out *dispatch.Explanation) {
	s.tb.Helper()
	s.read(func(r store.Reader) (err error) {
		out, err = dispatch.Explain(r, q, at)
		return err
	})
	return out
}

// TestExplain names for each technician the rule and the numbers.
func TestExplain(t *testing.T) {
	s := newStreet(t, 3)
	s.fitter("ana", "gas:2", "Mon-Fri 08:00-17:00", 0)
	s.fitter("bo", "gas", "Mon-Fri 08:00-17:00", 0)
	id := s.must(&work.CreateWorkOrder{Customer: s.customer, Site: s.sites[1], Title: "Gas"}).Subject
	s.must(&work.AddTask{Order: id, Title: "Burner", Minutes: 60, Skills: []work.SkillNeed{{Skill: "gas", Level: 2}}})
	got := s.explain(s.ask(id, "2026-03-02", 1), vienna(t, "2026-03-02 16:40"))
	want := map[string]string{
		"ana": "ana: shift ends 17:00, visit would end 17:40",
		"bo":  "bo: shift ends 17:00, visit would end 17:40|task 1 (Burner) needs gas at level 2: bo has level 1",
	}
	for _, v := range got.Technicians {
		var words []string
		for _, c := range v.Against {
			words = append(words, c.Detail)
		}
		if text := strings.Join(words, "|"); v.Can || text != want[v.Name] {
			t.Errorf("%s: %s", v.Name, text)
		}
	}
	over := s.explain(s.ask(id, "2026-03-02", 1), time.Time{})
	if v := over.Technicians[0]; v.Name != "ana" || !v.Can || hm(v.Start) != "Mon 08:00" || over.Relax != nil {
		t.Errorf("over the day: %+v, relax %+v", v, over.Relax)
	}
	if v := over.Technicians[1]; v.Can || len(v.Against) != 1 || v.Against[0].Code != dispatch.SkillGap {
		t.Errorf("over the day: %+v", v)
	}
}

// TestExplainRelaxes says what the least is that would have to give, and only where nobody can go.
func TestExplainRelaxes(t *testing.T) {
	s := newStreet(t, 3)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-12:00", 0)
	s.visit(s.job(0, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), ana)
	id := s.job(0, 150)
	got := s.explain(s.ask(id, "2026-03-02", 1), time.Time{})
	// From 10:00 it lasts until 12:30, half an hour over the shift; before 09:00 it overlaps by 90 minutes.
	if len(got.Relax) != 1 {
		t.Fatalf("relaxations %+v", got.Relax)
	}
	if x := got.Relax[0]; len(x.Accept) != 1 || x.Accept[0] != dispatch.Shift || x.Minutes != 30 || hm(x.Start) != "Mon 10:00" || x.Never != nil {
		t.Errorf("relaxation %+v", x)
	}
	s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Accept: []dispatch.Acceptance{{Conflict: dispatch.Shift, Never: true}}}})
	if x := s.explain(s.ask(id, "2026-03-02", 1), time.Time{}).Relax[0]; len(x.Never) != 1 {
		t.Errorf("the policy lets nobody accept it: %+v", x)
	}
}

// TestExplainVisit asks about a planned visit; one without a time is refused.
func TestExplainVisit(t *testing.T) {
	s := newStreet(t, 3)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "", "Mon-Fri 08:00-17:00", 0)
	a := s.visit(s.job(0, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), ana)
	s.visit(s.job(2, 60), vienna(t, "2026-03-02 10:15"), vienna(t, "2026-03-02 11:00"), bo)
	s.read(func(r store.Reader) error {
		got, err := dispatch.ExplainVisit(r, a, s.now)
		if err != nil {
			return err
		}
		first, second := got.Technicians[0], got.Technicians[1]
		if first.Name != "ana" || !first.Can || !first.Assigned {
			t.Errorf("ana has it: %+v", first)
		}
		if second.Can || second.Against[0].Code != dispatch.TravelTime || second.Against[0].Minutes != 20 {
			t.Errorf("bo needs 35 min and has 15: %+v", second)
		}
		return nil
	})
	s.must(&dispatch.CancelVisit{Appointment: a}, "no")
	s.read(func(r store.Reader) error {
		if _, err := dispatch.ExplainVisit(r, a, s.now); fault.CodeOf(err) != "appointment.time" {
			t.Errorf("a canceled visit: %v", err)
		}
		return nil
	})
}
