package dispatch_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// TestSuggest computes the best slots of a small day by hand, see [street].
func TestSuggest(t *testing.T) {
	s := newStreet(t, 5)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.fitter("bo", "", "Mon-Fri 08:00-17:00", 4)
	s.visit(s.job(1, 60), vienna(t, "2026-03-02 10:00"), vienna(t, "2026-03-02 11:00"), ana)
	s.visit(s.job(3, 60), vienna(t, "2026-03-02 13:00"), vienna(t, "2026-03-02 14:00"), ana)
	got := s.suggest(s.ask(s.job(2, 60), "2026-03-02", 1))
	var lines []string
	for _, slot := range got.Slots {
		lines = append(lines, fmt.Sprintf("%s %s +%d %s<%s spare %d", slot.Names[0], hm(slot.Start), slot.Extra, slot.After, slot.Before, slot.Spare))
	}
	// Between 1 and 3 it lies on ana's way: 18 there and 18 on, in place of 35. She can be there at 11:18, so
	// 11:20, and is done at 12:20; 18 min before 13:00 is 12:42. Bo, alone on the road, drives 35 min there and
	// back. Nothing refuses him to begin at 08:00.
	want := "ana Mon 11:20 +1 APPT-1001<APPT-1002 spare 22|bo Mon 08:00 +70 < spare 0"
	if strings.Join(lines, "|") != want {
		t.Errorf("slots\n%s\nwant\n%s", strings.Join(lines, "|"), want)
	}
	if w := got.Slots[0].Arrival; hm(w.Start) != "Mon 11:20" || hm(w.End) != "Mon 13:20" {
		t.Errorf("arrival %v", w)
	}
}

// TestSuggestBooks books every slot of many situations: none is refused.
func TestSuggestBooks(t *testing.T) {
	s := newStreet(t, 6)
	ana := s.fitter("ana", "gas:2", "Mon-Fri 08:00-12:00 13:00-17:00", 0)
	bo := s.fitter("bo", "gas", "Mon-Fri 07:00-15:00", 4)
	cy := s.fitter("cy", "", "daily 22:00-06:00", 2)
	s.must(&dispatch.AddAbsence{Technician: bo, From: vienna(t, "2026-03-03 10:00"), To: vienna(t, "2026-03-03 12:00")})
	hours := "Mon-Fri 09:00-16:00"
	s.must(&work.EditSite{ID: s.sites[5], Hours: &hours})
	s.must(&dispatch.AddTerritory{Territory: "north", Technicians: []store.ID{bo}, Sites: []store.ID{s.sites[4]}})
	s.must(&dispatch.SetTerms{Subject: s.sites[3], Barred: &[]store.ID{cy}})
	first := s.job(1, 120)
	s.visit(first, vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 11:00"), ana)
	for i, minutes := range []int{30, 45, 90, 200, 61} {
		two := func(c *work.CreateWorkOrder) {
			if i == 3 {
				c.After = []work.Prerequisite{{Order: first, Lag: 60}}
			}
		}
		id := s.job(i+1, minutes, two)
		if i%2 == 0 {
			s.must(&work.AddTask{Order: id, Title: "Heavy", Minutes: 15, Persons: 2})
		}
		got := s.suggest(s.ask(id, "2026-03-02", 4))
		if len(got.Slots) == 0 {
			t.Errorf("job %d has no slot: %v", i, got.Why)
		}
		for n := range got.Slots {
			cmd, err := got.Book(n + 1)
			if err != nil {
				t.Fatal(err)
			}
			rec, err := s.do(cmd)
			if err != nil {
				t.Errorf("job %d, slot %d: %v", i, n+1, err)
				continue
			}
			if n+1 < len(got.Slots) {
				s.must(&dispatch.CancelVisit{Appointment: rec.Subject}, "another try")
			}
		}
	}
	s.audit()
}

// TestSuggestFromHome lets the first visit begin when it can be reached, where the policy has
// the shift begin at home.
func TestSuggestFromHome(t *testing.T) {
	s := newStreet(t, 2)
	s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Home: dispatch.HomeInShift}})
	got := s.suggest(s.ask(s.job(1, 60), "2026-03-02", 1))
	if len(got.Slots) != 1 || hm(got.Slots[0].Start) != "Mon 08:20" { // 18 min, on the grid
		t.Fatalf("slots %+v", got.Slots)
	}
	cmd, err := got.Book(1)
	if err != nil {
		t.Fatal(err)
	}
	s.must(cmd)
}

// TestSuggestRefuses names what stands against an order itself, and a number that is not there.
func TestSuggestRefuses(t *testing.T) {
	s := newStreet(t, 2)
	s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	waited := s.job(0, 60)
	id := s.job(1, 60, func(c *work.CreateWorkOrder) { c.After = []work.Prerequisite{{Order: waited}} })
	got := s.suggest(s.ask(id, "2026-03-02", 1))
	if len(got.Slots) != 0 || len(got.Why) != 1 || !strings.Contains(got.Why[0].Detail, "no visit for it is planned") {
		t.Errorf("an order that waits for something unplanned: %+v", got)
	}
	if _, err := got.Book(1); fault.CodeOf(err) != "dispatch.no_slot" {
		t.Errorf("booking nothing: %v", err)
	}
	got = s.suggest(s.ask(waited, "2026-03-02", 1))
	if _, err := got.Book(len(got.Slots) + 1); fault.CodeOf(err) != "dispatch.slot" {
		t.Errorf("booking one too many: %v", err)
	}
	unknown := s.job(0, 0)
	s.read(func(r store.Reader) error {
		if _, err := dispatch.Suggest(r, s.ask(unknown, "2026-03-02", 1)); fault.CodeOf(err) != "appointment.time" {
			t.Errorf("no estimate: %v", err)
		}
		return nil
	})
}

// BenchmarkSuggest looks for the best slots over five days in a shop of 60 technicians with 600 visits,
// reading included.
func BenchmarkSuggest(b *testing.B) {
	s, order := crowd(b, 60, 10, 1)
	q := s.ask(order, "2026-03-02", 5)
	err := s.View(b.Context(), func(r store.Reader) error {
		for b.Loop() {
			got, err := dispatch.Suggest(r, q)
			if err != nil {
				return err
			}
			if len(got.Slots) != q.Most {
				b.Fatalf("%d slots", len(got.Slots))
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// crowd is a shop with technicians who have some visits on each of some days, and an order without one.
func crowd(tb testing.TB, technicians, visits, days int) (*street, store.ID) {
	tb.Helper()
	const sites = 50
	s := newStreet(tb, 0)
	for i := range sites {
		s.sites = append(s.sites, s.must(&work.AddSite{
			Customer: s.customer, Site: fmt.Sprintf("site %d", i), Lat: fmt.Sprintf("48.%03d", 100+i*7%sites), Lon: fmt.Sprintf("16.%03d", 100+i*11%sites),
		}).Subject)
	}
	for k := range technicians {
		id := s.must(&dispatch.AddTechnician{
			Technician: fmt.Sprintf("t%03d", k), Shift: "Mon-Fri 07:00-17:00", HomeLat: fmt.Sprintf("48.%03d", 100+k), HomeLon: "16.12",
		}).Subject
		for d := range days {
			for v := range visits {
				start := vienna(tb, "2026-03-02 07:00").AddDate(0, 0, d).Add(time.Duration(v) * time.Hour)
				s.visit(s.job((k*7+v)%sites, 30), start, start.Add(30*time.Minute), id)
			}
		}
	}
	return s, s.job(3, 15)
}

// TestSuggestMove looks for another place for a visit as if it stood nowhere: on the street of [TestSuggest] the gap that
// ana's first visit leaves is one of them.
func TestSuggestMove(t *testing.T) {
	s := newStreet(t, 5)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.fitter("bo", "", "Mon-Fri 08:00-17:00", 4)
	visit := s.visit(s.job(1, 60), vienna(t, "2026-03-02 10:00"), vienna(t, "2026-03-02 11:00"), ana)
	q := s.ask("", "2026-03-02", 1)
	ask := func(q dispatch.Ask) (out *dispatch.Suggestion, err error) {
		s.read(func(r store.Reader) error { out, err = dispatch.SuggestMove(r, visit, q); return nil })
		return out, err
	}
	got, err := ask(q)
	if err != nil || len(got.Slots) != 2 || got.Slots[0].Names[0] != "ana" || hm(got.Slots[0].Start) != "Mon 08:00" || got.Length != 60 {
		t.Fatalf("%+v, %v", got, err)
	}
	q.At = got.Slots[1].Start
	q.Only = got.Slots[1].Technicians
	one, err := ask(q)
	if err != nil || len(one.Slots) != 1 || one.Slots[0].Names[0] != "bo" {
		t.Fatalf("asked for one start: %+v, %v", one, err)
	}
	book, err := one.Book(1)
	if err != nil {
		t.Fatal(err)
	}
	s.must(book)
	if _, ok := book.(*dispatch.Move); !ok {
		t.Fatalf("%T books it", book)
	}
	q.At = q.At.Add(time.Minute)
	if none, err := ask(q); err != nil || len(none.Slots) != 0 {
		t.Fatalf("asked for a start that is none: %+v, %v", none, err)
	}
	s.must(&dispatch.SetLock{Appointment: visit, Lock: dispatch.LockTime})
	if _, err := ask(q); fault.CodeOf(err) != "appointment.lock" {
		t.Fatalf("a locked visit: %v", err)
	}
	s.must(&dispatch.SetLock{Appointment: visit, Lock: dispatch.Unlocked})
	s.must(&dispatch.Start{Appointment: visit})
	if _, err := ask(q); fault.CodeOf(err) != "appointment.status" {
		t.Fatalf("a visit under way: %v", err)
	}
}
