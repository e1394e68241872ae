package check_test

import (
	"slices"
	"testing"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

// The places of the town lie on a line, a minute apart: place 0 is the yard. All times are minutes.
var line = func() solver.Matrix {
	m := make(solver.Matrix, 100)
	for i := range m {
		m[i] = make([]int, 100)
		for j := range m[i] {
			m[i][j] = max(i-j, j-i)
		}
	}
	return m
}()

// town is a problem in which every rule has something to hold, and a plan for it:
//
//	ana  80–90 first · 100–130 lift with bo · 140–150 last, which follows first · lunch · 300–310 late
//	bo   100–130 lift · 200–240 long, at half speed · and on his second day 1010–1020 next
//	cy   nothing
//
// The visit "no" is left out.
func town() (*solver.Problem, *solver.Plan) {
	pinned := 100
	day := func(from, until int) solver.Shift { return solver.Shift{From: from, Until: until} }
	ana := day(0, 400)
	ana.Breaks = []solver.Break{{From: 160, To: 200, Duration: 60}}
	ana.OvertimeFrom, ana.Overtime, ana.MaxTravel = 300, 7, 80
	p := &solver.Problem{
		Technicians: []solver.Technician{
			{ID: "ana", Skills: map[string]int{"gas": 2}, Shifts: []solver.Shift{ana}, Stock: map[string]int{"valve": 2}, Rate: 1, Use: 50},
			{ID: "bo", Skills: map[string]int{"gas": 1}, Shifts: []solver.Shift{day(1000, 1400), day(0, 400)}, Pace: 199, Rate: 2},
			{ID: "cy", Shifts: []solver.Shift{day(0, 400)}},
		},
		Visits: []solver.Visit{
			{ID: "first", Place: 10, Duration: 10, Parts: map[string]int{"valve": 1}, Seats: []solver.Seat{{Skills: map[string]int{"gas": 2}}}},
			{ID: "last", Place: 20, Duration: 10, Parts: map[string]int{"valve": 1}, Allowed: []string{"ana", "bo"}, Due: 130, Late: 3},
			{ID: "late", Place: 30, Duration: 10, Due: 280, Late: 5, Preferred: []string{"bo"}, Preference: 11},
			{
				ID: "lift", Place: 15, Duration: 30, DurationBy: map[string]int{"bo": 30}, Barred: []string{"cy"},
				Seats: []solver.Seat{{}, {Skills: map[string]int{"gas": 1}}},
				Pin:   &solver.Pin{Start: &pinned, Technicians: []string{"ana"}},
			},
			{
				ID: "long", Place: 40, Duration: 20, Windows: []solver.Window{{From: 50, To: 60}, {From: 190, To: 200}},
				Promise: &solver.Promise{Window: solver.Window{From: 50, To: 60}, WindowCost: 13, Technicians: []string{"ana"}, TechnicianCost: 17},
			},
			{ID: "next", Place: 10, Duration: 5, Due: 1000, Late: 1},
			{ID: "no", Place: 50, Duration: 10, Prize: 1000},
		},
		Links: []solver.Link{
			{Before: "first", After: "last", Min: 50, Max: 50, Same: solver.SameTechnician},
			{Before: "lift", After: "next", FromStart: true, Min: 900, Max: 920},
			{Before: "first", After: "long", Min: 20, Max: -1, Same: solver.OtherTechnician},
		},
		Travel:  line,
		Weights: solver.Weights{Travel: 2, MaxLate: 19, Fairness: 100, FairUnit: 10},
	}
	plan := &solver.Plan{
		Tours: []solver.Tour{
			{Technician: "ana", Shift: 0, End: 340, Stops: []solver.Stop{
				{Visit: "first", Start: 80, End: 90},
				{Visit: "lift", Start: 100, End: 130},
				{Visit: "last", Start: 140, End: 150},
				{Visit: "late", Start: 300, End: 310},
			}},
			{Technician: "bo", Shift: 0, End: 280, Stops: []solver.Stop{
				{Visit: "lift", Seat: 1, Start: 100, End: 130},
				{Visit: "long", Start: 200, End: 240},
			}},
			{Technician: "bo", Shift: 1, End: 1030, Stops: []solver.Stop{{Visit: "next", Start: 1010, End: 1020}}},
			{Technician: "cy", End: 0},
		},
		LeftOut: []string{"no"},
	}
	plan.Terms = check.Terms(p, plan)
	return p, plan
}

func TestValidPlanHasNoFinding(t *testing.T) {
	p, plan := town()
	if found := check.Plan(p, plan); len(found) != 0 {
		t.Error(found)
	}
}

// What was pinned goes before windows, skills and who may come.
func TestPinGoesFirst(t *testing.T) {
	p, plan := town()
	lift := visit(p, "lift")
	lift.Windows = []solver.Window{{From: 0, To: 10}}
	lift.Seats[0].Skills, lift.Barred = map[string]int{"roof": 1}, []string{"ana"}
	if found := check.Plan(p, plan); len(found) != 0 {
		t.Error(found)
	}
}

// The terms of the town, by hand.
func TestTerms(t *testing.T) {
	_, plan := town()
	want := solver.Terms{
		LeftOut: 1000,
		Late:    (140-130)*3 + (300-280)*5 + (1010-1000)*1,
		MaxLate: 20 * 19,
		// ana 10+5+5+10+30, bo 15+25+40 and 10+10.
		Travel:     2 * (60 + 80 + 20),
		Labour:     1*(60+60) + 50 + 2*(70+80) + 2*(10+20),
		Overtime:   7 * 40,
		Preference: 11,
		Disruption: 13 + 17,
		// ana works 60, bo 30+40+10.
		Fairness: 100*60*60/100 + 100*80*80/100,
	}
	if plan.Terms != want {
		t.Errorf("got  %+v\nwant %+v", plan.Terms, want)
	}
}

func TestTermsDivideOncePerTechnician(t *testing.T) {
	p, plan := town()
	p.Weights.Fairness, p.Weights.FairUnit = 1, 0
	// 60*60/3600² and 80*80/3600² are both nothing.
	if got := check.Terms(p, plan).Fairness; got != 0 {
		t.Errorf("with the usual unit fairness is %d", got)
	}
	p.Weights.FairUnit = 70
	// 3600/4900 and 6400/4900.
	if got := check.Terms(p, plan).Fairness; got != 0+1 {
		t.Errorf("fairness is %d, not cut once for each", got)
	}
}

// visit is one of the problem, to be changed.
func visit(p *solver.Problem, id string) *solver.Visit {
	return &p.Visits[slices.IndexFunc(p.Visits, func(v solver.Visit) bool { return v.ID == id })]
}

// move shifts a stop in time.
func move(s *solver.Stop, by int) { s.Start, s.End = s.Start+by, s.End+by }
