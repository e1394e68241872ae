package dispatch_test

import (
	"fmt"
	"strings"
	"testing"

	"callout/dispatch"
	"callout/money"
	"callout/store"
	"callout/work"
)

func intp(n int) *int { return &n }

// TestPace has an hour's work take ana an hour and a half, and bo three quarters of one.
func TestPace(t *testing.T) {
	s := newStreet(t, 1)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.EditTechnician{Technician: ana, Pace: intp(150)})
	s.must(&dispatch.EditTechnician{Technician: bo, Pace: intp(75)})
	q := s.ask(s.job(0, 60), "2026-03-02", 1)
	var lines []string
	for _, slot := range s.suggest(q).Slots {
		lines = append(lines, fmt.Sprintf("%s %s to %s, %s", slot.Names[0], hm(slot.Start), hm(slot.End), slot.Reasons[1]))
	}
	want := "bo Mon 08:00 to Mon 08:45, takes 45m at a pace of 75 %|ana Mon 08:00 to Mon 09:30, takes 1h30m at a pace of 150 %"
	if got := strings.Join(lines, "|"); got != want {
		t.Errorf("slots\n%s\nwant\n%s", got, want)
	}
	for _, v := range s.explain(q, vienna(t, "2026-03-02 09:00")).Technicians {
		if want := map[string]int{"ana": 90, "bo": 45}[v.Name]; v.Length != want || !v.Can {
			t.Errorf("%s takes %d, can %t", v.Name, v.Length, v.Can)
		}
	}
	// What was said to last two hours does, whoever goes.
	q.Length = 2 * 60 * 60 * 1e9
	if got := s.suggest(q).Slots[0]; got.End.Sub(got.Start) != q.Length {
		t.Errorf("%s to %s", hm(got.Start), hm(got.End))
	}
	// Two who go together take what was estimated.
	two := s.job(0, 60)
	s.must(&work.AddTask{Order: two, Title: "Heavy", Minutes: 60, Persons: 2})
	if got := s.suggest(s.ask(two, "2026-03-02", 1)).Slots[0]; hm(got.End) != "Mon 10:00" {
		t.Errorf("two take until %s", hm(got.End))
	}
}

// TestPaceMovesWithTheVisit gives bo's hour to ana, whom it takes an hour and a half.
func TestPaceMovesWithTheVisit(t *testing.T) {
	s := newStreet(t, 1)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.EditTechnician{Technician: ana, Pace: intp(150)})
	id := s.visit(s.job(0, 60), vienna(t, "2026-03-02 09:00"), vienna(t, "2026-03-02 10:00"), bo)
	s.must(&dispatch.AddAbsence{Technician: bo, From: vienna(t, "2026-03-02 00:00"), To: vienna(t, "2026-03-03 00:00")})
	s.must(s.optimize("2026-03-02", 1, 100).Command())
	a := s.appointment(id)
	if a.Technicians[0] != ana || hm(a.Start) != "Mon 09:00" || hm(a.End) != "Mon 10:30" {
		t.Errorf("%v from %s to %s", a.Technicians, hm(a.Start), hm(a.End))
	}
	// Planned by hand for less, it is noted and refuses nothing.
	found := s.conflicts(dispatch.Plan{Order: a.Order, Tasks: a.Tasks, Technicians: []store.ID{ana}, Start: vienna(t, "2026-03-03 09:00"), End: vienna(t, "2026-03-03 10:00")})
	if len(found) != 1 || found[0].Code != dispatch.Pace || !found[0].Note || found[0].Minutes != 30 ||
		found[0].Detail != "ana: takes 1h30m for what is estimated at 1h (150 %), planned are 1h" {
		t.Errorf("%+v", found)
	}
	s.audit()
}

// TestMaxTravel keeps ana's road under an hour, see [street]: two tenths there and back are 70 minutes, one is 36.
func TestMaxTravel(t *testing.T) {
	s := newStreet(t, 3)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.EditTechnician{Technician: ana, MaxTravel: intp(60)})
	near, far := s.job(1, 60), s.job(2, 60)
	book := &dispatch.Schedule{Order: far, Technicians: []store.ID{ana}, Start: vienna(t, "2026-03-02 10:00"), End: vienna(t, "2026-03-02 11:00")}
	if msg := s.refused("appointment.road", book); !strings.Contains(msg, "ana: 1h10m on the road that day, at most 1h") {
		t.Error(msg)
	}
	if got := s.suggest(s.ask(far, "2026-03-02", 1)); len(got.Slots) != 0 {
		t.Errorf("slots %+v", got.Slots)
	}
	if v := s.explain(s.ask(far, "2026-03-02", 1), vienna(t, "2026-03-02 09:00")).Technicians[0]; v.Can || len(v.Against) != 1 || v.Against[0].Code != dispatch.LongRoad || v.Against[0].Minutes != 10 {
		t.Errorf("%+v", v)
	}
	if p := s.optimize("2026-03-02", 1, 100); len(p.Changes) != 1 || p.Changes[0].Order != near || len(p.LeftOut) != 1 {
		t.Errorf("%s, left out %+v", lines(p), p.LeftOut)
	}
	// One more at the same place is no more road, also on a day that somebody accepted to be too long.
	book.Accept = []dispatch.Code{dispatch.LongRoad}
	s.must(book, "the customer waits")
	s.visit(s.job(2, 60), vienna(t, "2026-03-02 11:00"), vienna(t, "2026-03-02 12:00"), ana)
	// The next day counts by itself, and at home there is no way.
	s.visit(near, vienna(t, "2026-03-03 09:00"), vienna(t, "2026-03-03 10:00"), ana)
	s.visit(s.job(0, 60), vienna(t, "2026-03-03 11:00"), vienna(t, "2026-03-03 12:00"), ana)
}

// TestMaxTravelOfNights counts a night as one day of work.
func TestMaxTravelOfNights(t *testing.T) {
	s := newStreet(t, 2)
	ana := s.fitter("ana", "", "daily 22:00-06:00", 0)
	s.must(&dispatch.EditTechnician{Technician: ana, MaxTravel: intp(36)})
	s.visit(s.job(1, 60), vienna(t, "2026-03-02 23:00"), vienna(t, "2026-03-03 00:00"), ana)
	s.visit(s.job(1, 60), vienna(t, "2026-03-03 01:00"), vienna(t, "2026-03-03 02:00"), ana)
	s.visit(s.job(1, 60), vienna(t, "2026-03-03 23:00"), vienna(t, "2026-03-04 00:00"), ana)
	s.refused("appointment.road", &dispatch.Schedule{Order: s.job(0, 15), Technicians: []store.ID{ana}, Start: vienna(t, "2026-03-03 00:20"), End: vienna(t, "2026-03-03 00:35")})
}

// TestLabour weighs what an hour costs: bo, who is as near and costs half, goes first.
func TestLabour(t *testing.T) {
	s := newStreet(t, 2)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	bo := s.fitter("bo", "", "Mon-Fri 08:00-17:00", 0)
	s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Planning: dispatch.Planning{Weights: map[dispatch.Weight]int{dispatch.WeighLabour: 2}}}})
	order := s.job(1, 60)
	q := s.ask(order, "2026-03-02", 1)
	cost := func(id store.ID, rate int64) {
		p := money.NewPrice(rate, 0)
		s.must(&dispatch.EditTechnician{Technician: id, CostRate: &p})
	}
	cost(bo, 30)
	s.read(func(r store.Reader) error {
		if _, err := dispatch.Suggest(r, q); err == nil || !strings.Contains(err.Error(), "nobody said what an hour of ana does") {
			t.Errorf("no rate: %v", err)
		}
		return nil
	})
	cost(ana, 60)
	slots := s.suggest(q).Slots
	// 36 min more road, and 96 minutes at 30 an hour are 48, twice; at 60 they are 96, twice. Eight hours of the day have
	// passed at 08:00, which is a third of the ten points of a day.
	if len(slots) != 2 || slots[0].Names[0] != "bo" || slots[0].Cost != 36+96+3 || slots[1].Cost != 36+192+3 {
		t.Errorf("slots %+v", slots)
	}
	p := s.optimize("2026-03-02", 1, 100)
	if len(p.Changes) != 1 || p.Changes[0].Names[0] != "bo" || p.After.Labour != 96 || p.After.Total != 36+96 {
		t.Errorf("%s: %+v", lines(p), p.After)
	}
	cost(bo, 90)
	if msg := s.refused("dispatch.moved", p.Command()); !strings.Contains(msg, "bo") {
		t.Error(msg)
	}
	if p := s.optimize("2026-03-02", 1, 100); p.Changes[0].Names[0] != "ana" {
		t.Errorf("now bo is dearer: %s", lines(p))
	}
}

// TestTechnicianRefuses paces and bounds that are none.
func TestTechnicianRefuses(t *testing.T) {
	s := newStreet(t, 0)
	s.refused("technician.pace", &dispatch.AddTechnician{Technician: "ana", Pace: 10})
	s.refused("technician.pace", &dispatch.AddTechnician{Technician: "ana", Pace: 401})
	s.refused("technician.max_travel", &dispatch.AddTechnician{Technician: "ana", MaxTravel: -1})
	id := s.must(&dispatch.AddTechnician{Technician: "ana", Pace: 150, MaxTravel: 60}).Subject
	s.must(&dispatch.EditTechnician{Technician: id, Pace: intp(100), MaxTravel: intp(0)})
	s.read(func(r store.Reader) error {
		if a, err := dispatch.Technicians.Get(r, id); err != nil || a.Pace != 0 || a.MaxTravel != 0 {
			t.Errorf("%+v, %v", a, err)
		}
		return nil
	})
}
