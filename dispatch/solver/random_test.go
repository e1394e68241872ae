package solver_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

// randomProblem draws a day with everything that a shop can ask for.
func randomProblem(seed uint64, visits, techs int) *solver.Problem {
	r := rand.New(rand.NewPCG(seed, 7))
	p := &solver.Problem{Weights: solver.Weights{Travel: int64(1 + r.IntN(3)), Fairness: int64(r.IntN(2) * 50), FairUnit: 600, MaxLate: int64(r.IntN(2))}}
	places := visits + techs
	at := make([][2]int, places)
	for i := range at {
		at[i] = [2]int{r.IntN(1000), r.IntN(1000)}
	}
	m := make(solver.Matrix, places)
	for i := range m {
		m[i] = make([]int, places)
		for j := range m[i] {
			dx, dy := at[i][0]-at[j][0], at[i][1]-at[j][1]
			m[i][j] = (max(dx, -dx) + max(dy, -dy) + r.IntN(20)*min(1, max(dx, -dx))) / 4
		}
	}
	p.Travel = m
	skills := []string{"gas", "lift", "power"}
	ids := func() (out []string) {
		for range 1 + r.IntN(2) {
			out = append(out, fmt.Sprintf("t%02d", r.IntN(techs)))
		}
		return out
	}
	for t := range techs {
		tech := solver.Technician{ID: fmt.Sprintf("t%02d", t), Skills: map[string]int{}, Rate: int64(r.IntN(2)), Use: int64(r.IntN(300)), Stock: map[string]int{"pump": r.IntN(4)}}
		for _, s := range skills {
			if r.IntN(3) > 0 {
				tech.Skills[s] = 1 + r.IntN(2)
			}
		}
		if r.IntN(3) == 0 {
			tech.Pace = 80 + r.IntN(60)
		}
		for d := range 1 + r.IntN(2) {
			home := solver.Place(visits + t)
			s := solver.Shift{From: d*3000 + r.IntN(200), Start: home, End: home}
			s.Until = s.From + 1000 + r.IntN(1000)
			if r.IntN(4) == 0 {
				s.End = solver.Nowhere
			}
			if r.IntN(2) == 0 {
				s.Overtime, s.OvertimeFrom = int64(1+r.IntN(3)), s.Until-r.IntN(600)
			}
			if r.IntN(3) == 0 {
				s.MaxTravel = 300 + r.IntN(600)
			}
			if r.IntN(2) == 0 {
				b := s.From + 200 + r.IntN(300)
				s.Breaks = []solver.Break{{From: b, To: b + r.IntN(300), Duration: 30 + r.IntN(60)}}
				if r.IntN(3) == 0 {
					s.Breaks = append(s.Breaks, solver.Break{From: b + 400, To: b + 500 + r.IntN(300), Duration: 20})
				}
			}
			tech.Shifts = append(tech.Shifts, s)
		}
		p.Technicians = append(p.Technicians, tech)
	}
	for v := range visits {
		vis := solver.Visit{ID: fmt.Sprintf("v%03d", v), Place: solver.Place(v), Duration: 20 + r.IntN(150), Prize: int64(500 + r.IntN(5000))}
		for range r.IntN(3) {
			from := len(vis.Windows)*2000 + r.IntN(1500)
			vis.Windows = append(vis.Windows, solver.Window{From: from, To: from + 50 + r.IntN(400)})
		}
		if r.IntN(2) == 0 {
			vis.Due, vis.Late = r.IntN(3000), int64(1+r.IntN(4))
		}
		for range r.IntN(5) / 3 * 2 {
			vis.Seats = append(vis.Seats, solver.Seat{Skills: map[string]int{skills[r.IntN(3)]: 1}})
		}
		if r.IntN(3) == 0 && len(vis.Seats) == 0 {
			vis.Seats = []solver.Seat{{Skills: map[string]int{skills[r.IntN(3)]: 1 + r.IntN(2)}}}
		}
		if r.IntN(5) == 0 {
			vis.Parts = map[string]int{"pump": 1}
		}
		if r.IntN(8) == 0 {
			vis.Barred = ids()
		}
		if r.IntN(8) == 0 {
			vis.Allowed = ids()
		}
		if r.IntN(4) == 0 {
			vis.Preferred, vis.Preference = ids(), int64(r.IntN(200))
		}
		if r.IntN(4) == 0 {
			from := r.IntN(1500)
			vis.Promise = &solver.Promise{Window: solver.Window{From: from, To: from + 200}, WindowCost: int64(r.IntN(400)), Technicians: ids()[:1], TechnicianCost: int64(r.IntN(200))}
		}
		if r.IntN(12) == 0 {
			at := 200 + r.IntN(900)
			vis.Pin = &solver.Pin{Start: &at}
		}
		if r.IntN(12) == 0 {
			vis.Pin = &solver.Pin{Technicians: ids()[:1]}
		}
		if r.IntN(10) == 0 {
			vis.DurationBy = map[string]int{ids()[0]: 10 + r.IntN(50)}
		}
		p.Visits = append(p.Visits, vis)
	}
	for range visits / 4 {
		a, b := r.IntN(visits), r.IntN(visits)
		if a == b {
			continue
		}
		l := solver.Link{Before: p.Visits[min(a, b)].ID, After: p.Visits[max(a, b)].ID, FromStart: r.IntN(2) == 0, Min: r.IntN(100), Max: -1, Same: solver.Sameness(r.IntN(3))}
		if r.IntN(2) == 0 {
			l.Max = l.Min + r.IntN(300)
		}
		p.Links = append(p.Links, l)
	}
	return p
}

// Every plan keeps every rule, and its terms are those that the checker adds up.
func TestPlansAreSound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := randomProblem(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(1, 40).Draw(rt, "visits"), rapid.IntRange(1, 8).Draw(rt, "technicians"))
		plan, err := solver.Solve(context.Background(), p, solver.Options{Seed: 1, Iterations: 300, Workers: rapid.IntRange(1, 2).Draw(rt, "workers")})
		if err != nil {
			rt.Fatal(err)
		}
		for _, f := range check.Plan(p, plan) {
			rt.Errorf("%v", f)
		}
		if want := check.Terms(p, plan); want != plan.Terms {
			rt.Errorf("terms\n got %+v\nwant %+v", plan.Terms, want)
		}
	})
}
