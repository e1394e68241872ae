package dispatch_test

import (
	"fmt"
	"strings"
	"testing"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func (s *street) emergency(q dispatch.Ask) (out *dispatch.Suggestion) {
	s.tb.Helper()
	s.read(func(r store.Reader) (err error) {
		out, err = dispatch.Emergency(r, q)
		return err
	})
	return out
}

// TestEmergency squeezes an urgent order in, by hand: ana has the time only if others wait.
func TestEmergency(t *testing.T) {
	s := newStreet(t, 5)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Planning: dispatch.Planning{Arrival: 60}}})
	s.visit(s.job(1, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), ana)
	pushed := s.visit(s.job(0, 60), vienna(t, "2026-03-02 10:20"), vienna(t, "2026-03-02 11:20"), ana)
	locked := s.visit(s.job(0, 480), vienna(t, "2026-03-02 08:00"), vienna(t, "2026-03-02 16:00"), bo)
	s.must(&dispatch.SetLock{Appointment: locked, Lock: dispatch.LockTime})
	s.at(vienna(t, "2026-03-02 08:00"))
	id := s.job(0, 60)
	got := s.emergency(s.ask(id, "2026-03-02", 1))
	var words []string
	for _, slot := range got.Slots {
		var moves []string
		for _, m := range slot.Moves {
			moves = append(moves, fmt.Sprintf("%s to %s %t", m.Number, hm(m.To), m.Broken))
		}
		words = append(words, fmt.Sprintf("%s %s [%s]", slot.Names[0], hm(slot.Start), strings.Join(moves, ", ")))
	}
	// At once: done at 09:00, 18 min to APPT-1001, which begins at 09:18 and ends at 10:18; back at 10:36, kept
	// until 11:20. After APPT-1001: 10:20 to 11:20, and the other one begins at 11:20, in its window to the minute.
	// After that nobody is pushed; bo is free at 16:00, and what he has is locked.
	want := "ana Mon 08:00 [APPT-1001 to Mon 09:18 false, APPT-1002 to Mon 10:36 false]|ana Mon 10:20 [APPT-1002 to Mon 11:20 false]|" +
		"ana Mon 11:20 []|bo Mon 16:00 []"
	if strings.Join(words, "|") != want {
		t.Errorf("\n%s\nwant\n%s", strings.Join(words, "|"), want)
	}
	cmd, err := got.Book(2)
	if err != nil {
		t.Fatal(err)
	}
	s.must(cmd)
	a := s.appointment(pushed)
	if hm(a.Start) != "Mon 11:20" || hm(a.Arrival.Start) != "Mon 10:20" || hm(a.Arrival.End) != "Mon 11:20" {
		t.Errorf("pushed to %s, promised %v", hm(a.Start), a.Arrival)
	}
	s.audit()
}

// TestEmergencyForTwo has ana and bo go together, by hand: cy lacks the skill for either, and di's promise is not to be broken.
func TestEmergencyForTwo(t *testing.T) {
	s := newStreet(t, 5)
	ana := s.fitter("ana", "gas", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "", "Mon-Fri 08:00-17:00", 0)
	s.fitter("cy", "", "Mon-Fri 12:00-17:00", 0)
	di := s.fitter("di", "gas", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Planning: dispatch.Planning{Arrival: 60}}})
	s.visit(s.job(0, 60), vienna(t, "2026-03-02 08:30"), vienna(t, "2026-03-02 09:30"), ana)
	locked := s.visit(s.job(0, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), bo)
	s.visit(s.job(0, 240), vienna(t, "2026-03-02 08:00"), vienna(t, "2026-03-02 12:00"), di)
	s.must(&dispatch.SetLock{Appointment: locked, Lock: dispatch.LockTime})
	id := s.must(&work.CreateWorkOrder{Customer: s.customer, Site: s.sites[0], Title: "Leak", Priority: work.Emergency}).Subject
	s.must(&work.AddTask{Order: id, Title: "Heavy", Minutes: 60, Persons: 2, Skills: []work.SkillNeed{{Skill: "gas", Level: 1}}})
	s.at(vienna(t, "2026-03-02 08:00"))
	got := s.emergency(s.ask(id, "2026-03-02", 1))
	var words []string
	for _, slot := range got.Slots {
		var moves []string
		for _, m := range slot.Moves {
			moves = append(moves, fmt.Sprintf("%s to %s %t", m.Number, hm(m.To), m.Broken))
		}
		words = append(words, fmt.Sprintf("%s %s [%s]", strings.Join(slot.Names, "+"), hm(slot.Start), strings.Join(moves, ", ")))
	}
	// At 08:00 bo is free until 09:00 to the minute, and ana's visit waits from 08:30 to 09:00, within its hour. At 10:00 both are
	// free; at 12:00 cy and di come in as well, where ana, who is free with bo, is named first.
	want := "ana+bo Mon 08:00 [APPT-1001 to Mon 09:00 false]|ana+bo Mon 10:00 []|"
	if text := strings.Join(words, "|") + "|"; !strings.HasPrefix(text, want) {
		t.Errorf("\n%s\nwant\n%s", text, want)
	}
	cmd, err := got.Book(1)
	if err != nil {
		t.Fatal(err)
	}
	s.must(cmd)
	if rows := s.visits(id); len(rows) != 1 || len(rows[0].Technicians) != 2 || hm(rows[0].Start) != "Mon 08:00" {
		t.Errorf("booked %+v", rows)
	}
	s.audit()
}

// TestEmergencyPrefersPromises would rather be later than break a promise, but not too late for the SLA.
func TestEmergencyPrefersPromises(t *testing.T) {
	s := newStreet(t, 5)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Planning: dispatch.Planning{Arrival: 30}}})
	s.visit(s.job(0, 120), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 11:00"), ana)
	s.at(vienna(t, "2026-03-02 08:30"))
	id := s.job(0, 120)
	got := s.emergency(s.ask(id, "2026-03-02", 1))
	if len(got.Slots) != 2 || hm(got.Slots[0].Start) != "Mon 11:00" || !got.Slots[1].Moves[0].Broken {
		t.Errorf("slots %+v", got.Slots)
	}
}

// TestEmergencyFromWhereTheyAre counts the way on a day that has begun: from home, or from the last visit.
func TestEmergencyFromWhereTheyAre(t *testing.T) {
	s := newStreet(t, 3)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	done := s.visit(s.job(1, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), ana)
	id := s.job(2, 30)
	s.at(vienna(t, "2026-03-02 08:10"))
	// Two tenths from home are 35 min: 08:45. The visit at 1 would have to wait until 09:33.
	if got := s.emergency(s.ask(id, "2026-03-02", 1)); hm(got.Slots[0].Start) != "Mon 08:45" {
		t.Errorf("from home: %s", hm(got.Slots[0].Start))
	}
	s.at(vienna(t, "2026-03-02 09:00")).must(&dispatch.Start{Appointment: done})
	s.at(vienna(t, "2026-03-02 09:30")).must(&dispatch.Finish{Appointment: done, Outcome: dispatch.Completed})
	// 18 min from 1: 09:48, on the grid 09:50.
	if got := s.emergency(s.ask(id, "2026-03-02", 1)); hm(got.Slots[0].Start) != "Mon 09:50" {
		t.Errorf("from the last visit: %s", hm(got.Slots[0].Start))
	}
}
