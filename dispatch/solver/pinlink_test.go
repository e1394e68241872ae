package solver_test

import (
	"context"
	"testing"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

// TestWhatIsPinnedWaitsAllTheSame: a visit that is pinned in every way goes when the one that it waits for is taken out.
func TestWhatIsPinnedWaitsAllTheSame(t *testing.T) {
	start := 320
	shift := []solver.Shift{{Until: 500}}
	p := &solver.Problem{
		Travel: solver.Matrix{{0, 20}, {20, 0}}, Weights: solver.Weights{Travel: 1},
		Technicians: []solver.Technician{{ID: "ana", Shifts: shift}, {ID: "bo", Shifts: shift}},
		Visits: []solver.Visit{
			{ID: "lift", Duration: 60, Prize: 5000, Barred: []string{"ana"}},
			{ID: "pipe", Place: 1, Duration: 30, Barred: []string{"ana"}, Preferred: []string{"ana"}, Preference: 5},
			{ID: "roof", Place: 1, Duration: 30, Prize: 900, Pin: &solver.Pin{Start: &start, Technicians: []string{"ana"}}},
		},
		Links: []solver.Link{{Before: "pipe", After: "roof", Max: -1}},
	}
	for seed := range uint64(20) {
		plan, err := solver.Solve(context.Background(), p, solver.Options{Seed: seed, Iterations: 50})
		if err != nil {
			t.Fatal(err)
		}
		if found := check.Plan(p, plan); len(found) > 0 || len(plan.LeftOut) > 0 {
			t.Errorf("seed %d: %v, left out %v", seed, found, plan.LeftOut)
		}
	}
}
