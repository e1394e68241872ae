package solver_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

// plainDay is a problem of identical vehicles and hard windows.
func plainDay(seed uint64, visits int) *solver.Problem {
	chance := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a problem, no secret
	p := &solver.Problem{Weights: solver.Weights{Travel: 1}}
	points := make([]solver.LatLon, visits+1)
	for i := range points {
		points[i] = solver.LatLon{Lat: 48 + chance.Float64()/10, Lon: 16 + chance.Float64()/10}
	}
	for k := range visits / 3 {
		p.Technicians = append(p.Technicians, solver.Technician{
			ID: fmt.Sprintf("t%02d", k), Stock: map[string]int{"room": 20}, Shifts: []solver.Shift{{From: 1000, Until: 30_000}},
		})
	}
	for i := range visits {
		from := 1000 + chance.IntN(20_000)
		p.Visits = append(p.Visits, solver.Visit{
			ID: fmt.Sprintf("v%02d", i), Place: solver.Place(i + 1), Duration: 600, Prize: 100_000, Parts: map[string]int{"room": 1 + chance.IntN(6)},
			Windows: []solver.Window{{From: from, To: from + 3000}},
		})
	}
	p.Travel = solver.GreatCircle{Points: points, Factor: 1.3, Speed: 30}
	return p
}

// A long search for a plain day ends with a sound plan, the same each time, also where several search side by side.
func TestPlainDayIsBred(t *testing.T) {
	const visits = 12
	for _, workers := range []int{1, 2} {
		p := plainDay(3, visits)
		if !solver.IsHandedOver(p) {
			t.Fatal("the day is not handed over")
		}
		o := solver.Options{Seed: 5, Iterations: 1100 * visits, Workers: workers}
		plan, err := solver.Solve(context.Background(), p, o)
		if err != nil {
			t.Fatal(err)
		}
		if found := check.Plan(p, plan); len(found) > 0 {
			t.Error(found)
		}
		if len(plan.LeftOut) > 0 {
			t.Errorf("left out: %v", plan.LeftOut)
		}
		short, err := solver.Solve(context.Background(), p, solver.Options{Seed: 5, Iterations: 500 * visits})
		if err != nil {
			t.Fatal(err)
		}
		if plan.Terms.Total() > short.Terms.Total() {
			t.Errorf("%d in a long search, %d in a short one", plan.Terms.Total(), short.Terms.Total())
		}
		again, err := solver.Solve(context.Background(), p, o)
		if err != nil || !reflect.DeepEqual(plan, again) {
			t.Errorf("%d workers find %+v, then %+v, %v", workers, plan, again, err)
		}
	}
}

// What has rules beyond those of plain vehicle routing is not handed over.
func TestHandedOver(t *testing.T) {
	for name, change := range map[string]func(p *solver.Problem){
		"a vehicle that costs":      func(p *solver.Problem) { p.Technicians[0].Use = 1 },
		"vehicles that cost":        func(p *solver.Problem) { eachTechnician(p, func(x *solver.Technician) { x.Use = 1 }) },
		"an end elsewhere":          func(p *solver.Problem) { eachTechnician(p, func(x *solver.Technician) { x.Shifts[0].End = 1 }) },
		"a visit not worth its way": func(p *solver.Problem) { p.Visits[4].Prize = 2 },
		"a due time":                func(p *solver.Problem) { p.Visits[4].Due, p.Visits[4].Late = 9000, 1 },
		"a shift that never ends": func(p *solver.Problem) {
			eachTechnician(p, func(x *solver.Technician) { x.Shifts[0].Until = solver.MaxTime })
		},
		"a window after the last hour": func(p *solver.Problem) { p.Visits[4].Windows = []solver.Window{{From: 40_000, To: 50_000}} },
	} {
		p := plainDay(3, 24)
		change(p)
		if solver.IsHandedOver(p) {
			t.Errorf("%s: handed over", name)
		}
	}
}

func eachTechnician(p *solver.Problem, change func(x *solver.Technician)) {
	for i := range p.Technicians {
		change(&p.Technicians[i])
	}
}

// What is bred of a part comes back into the plan, which loses nobody, keeps all bounds, costs what it is held to cost, and never more than before.
func TestPartsComeBack(t *testing.T) {
	shorter := 0
	for seed := range uint64(8) {
		last := int64(math.MaxInt64)
		whole, err := solver.Parts(plainDay(seed, 40), seed, 8+int(seed), 100, func(held, counted int64) {
			if held != counted {
				t.Errorf("day %d: held to cost %d, costs %d", seed, held, counted)
			}
			if held > last {
				t.Errorf("day %d: %d after %d", seed, held, last)
			}
			if held < last && last < math.MaxInt64 {
				shorter++
			}
			last = held
		})
		if err != nil || !whole {
			t.Errorf("day %d: whole is %t, %v", seed, whole, err)
		}
	}
	if shorter == 0 {
		t.Error("no part was bred to be shorter")
	}
}
