package solver_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

func drawRandom(rt *rapid.T) *solver.Problem {
	return randomProblem(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(1, 25).Draw(rt, "visits"), rapid.IntRange(1, 6).Draw(rt, "technicians"))
}

func solve(rt *rapid.T, p *solver.Problem, o solver.Options) *solver.Plan {
	plan, err := solver.Solve(context.Background(), p, o)
	if err != nil {
		rt.Fatal(err)
	}
	return plan
}

// The order in which a problem lists its parts changes nothing at all.
func TestOrderOfInputChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawRandom(rt)
		o := solver.Options{Seed: rapid.Uint64().Draw(rt, "search"), Iterations: 200}
		want := solve(rt, p, o)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 1)) //nolint:gosec // an order, no secret
		mixed := *p
		mixed.Technicians, mixed.Visits, mixed.Links = slices.Clone(p.Technicians), slices.Clone(p.Visits), slices.Clone(p.Links)
		r.Shuffle(len(mixed.Technicians), reflect.Swapper(mixed.Technicians))
		r.Shuffle(len(mixed.Visits), reflect.Swapper(mixed.Visits))
		r.Shuffle(len(mixed.Links), reflect.Swapper(mixed.Links))
		for i := range mixed.Technicians {
			shifts := slices.Clone(mixed.Technicians[i].Shifts)
			r.Shuffle(len(shifts), reflect.Swapper(shifts))
			mixed.Technicians[i].Shifts = shifts
		}
		if got := solve(rt, &mixed, o); !reflect.DeepEqual(got, want) {
			rt.Fatalf("\n got %+v\nwant %+v", got, want)
		}
	})
}

// The same problem, seed, iterations and workers give the same plan, however the workers are scheduled.
func TestSameSearchSamePlan(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawRandom(rt)
		o := solver.Options{Seed: rapid.Uint64().Draw(rt, "search"), Iterations: 150, Workers: rapid.IntRange(1, 4).Draw(rt, "workers")}
		want := solve(rt, p, o)
		for range 3 {
			if got := solve(rt, p, o); !reflect.DeepEqual(got, want) {
				rt.Fatalf("%+v\n got %+v\nwant %+v", o, got, want)
			}
		}
	})
}

// A search that begins at a plan does not end at a worse one. A plan does not say before which stops a break was
// put off; where that leaves a choice, what it cost may come out a little different.
func TestPlanInForceIsTheStart(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawRandom(rt)
		was := solve(rt, p, solver.Options{Seed: 1, Iterations: 300})
		for _, tour := range was.Tours {
			for _, s := range tour.Stops {
				p.Current = append(p.Current, solver.Assignment{Visit: s.Visit, Seat: s.Seat, Technician: tour.Technician, Start: s.Start})
			}
		}
		now := solve(rt, p, solver.Options{Seed: 2, Iterations: rapid.IntRange(1, 100).Draw(rt, "iterations")})
		if found := check.Plan(p, now); len(found) > 0 {
			rt.Errorf("not valid: %v", found)
		}
		if now.Terms.Total() > was.Terms.Total()*101/100 {
			rt.Errorf("began at %+v, ended at %+v", was.Terms, now.Terms)
		}
	})
}
