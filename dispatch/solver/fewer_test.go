package solver_test

import (
	"context"
	"fmt"
	"testing"

	"callout/dispatch/solver"
)

// pairs is a problem with as many vehicles as it is to be served by: each must take one large load from the west and one small load from the
// east, though it is far from one to the other. More vehicles are there.
func pairs(vehicles int, use int64) *solver.Problem {
	p := &solver.Problem{Weights: solver.Weights{Travel: 1}}
	side := []int{0, -1000, 1000}
	m := make(solver.Matrix, len(side))
	for i, a := range side {
		for _, b := range side {
			m[i] = append(m[i], max(a-b, b-a))
		}
	}
	p.Travel = m
	for i := range 2 * vehicles {
		p.Technicians = append(p.Technicians, solver.Technician{
			ID: fmt.Sprintf("t%02d", i), Stock: map[string]int{"load": 10}, Use: use, Shifts: []solver.Shift{{Until: 100_000}},
		})
		load := 7 - 4*(i%2)
		p.Visits = append(p.Visits, solver.Visit{
			ID: fmt.Sprintf("v%02d", i), Place: solver.Place(1 + i%2), Duration: 10, Prize: 1_000_000, Parts: map[string]int{"load": load},
		})
	}
	return p
}

func inUse(plan *solver.Plan) (tours int) {
	for _, t := range plan.Tours {
		if len(t.Stops) > 0 {
			tours++
		}
	}
	return tours
}

// A vehicle that costs more than all ways is saved, whatever the way; one that costs nothing is not.
func TestToursAreSavedWhereTheyAreDear(t *testing.T) {
	for _, workers := range []int{1, 3} {
		for seed := range uint64(5) {
			o := solver.Options{Seed: seed, Iterations: 3000, Workers: workers}
			dear, err := solver.Solve(context.Background(), pairs(8, 200_000), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := inUse(dear); got != 8 || len(dear.LeftOut) > 0 {
				t.Errorf("seed %d, %d worker(s): %d tours, left out %v; all fit on 8", seed, workers, got, dear.LeftOut)
			}
			free, err := solver.Solve(context.Background(), pairs(8, 0), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := inUse(free); got <= 8 || len(free.LeftOut) > 0 {
				t.Errorf("seed %d, %d worker(s): %d tours, left out %v; 11 have the least way", seed, workers, got, free.LeftOut)
			}
		}
	}
}
