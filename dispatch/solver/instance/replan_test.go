package instance_test

import (
	"context"
	"slices"
	"testing"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
	"callout/dispatch/solver/instance"
)

// grid are sites some six hundred metres apart.
func grid() (sites []solver.LatLon) {
	for i := range 100 {
		sites = append(sites, solver.LatLon{Lat: 40.7 + float64(i/10)*0.006, Lon: -73.9 + float64(i%10)*0.008})
	}
	return sites
}

func searched(t *testing.T, p *solver.Problem, seed uint64, iterations int) *solver.Plan {
	t.Helper()
	plan, err := solver.Solve(context.Background(), p, solver.Options{Seed: seed, Iterations: iterations})
	if err != nil {
		t.Fatal(err)
	}
	if found := check.Plan(p, plan); len(found) > 0 {
		t.Fatal(found)
	}
	return plan
}

// TestDisturb has something happen on a planned day, and looks at what the new plan makes of it.
func TestDisturb(t *testing.T) {
	town := instance.Town{Seed: 3, Technicians: 8, Visits: 50, Days: 1}
	plan := searched(t, instance.City(grid(), town), 1, 3000)
	whole := instance.City(grid(), town)
	for _, event := range instance.Events() {
		p, hit := instance.Disturb(grid(), town, plan, event)
		switch event {
		case instance.Sick:
			if i := slices.IndexFunc(p.Technicians, func(x solver.Technician) bool { return x.Shifts == nil }); i < 0 || len(hit) == 0 {
				t.Errorf("nobody is sick, %v are hit", hit)
			}
		case instance.Emergency:
			if len(p.Visits) != len(whole.Visits)+1 || !hit["w9999"] {
				t.Errorf("%d visits, %v are hit", len(p.Visits), hit)
			}
		case instance.Cancelled:
			if len(p.Visits) != len(whole.Visits)-1 || len(hit) != 1 {
				t.Errorf("%d visits, %v are hit", len(p.Visits), hit)
			}
		}
		anew := searched(t, p, 1, 500)
		same, of := instance.Unmoved(p, anew, hit)
		if 10*same < 9*of || same > of {
			t.Errorf("%s: %d of %d others are where they were", event, same, of)
		}
	}
}

// TestUnmovedCounts moves two visits of a plan: one to another technician, one out of its promised window.
func TestUnmovedCounts(t *testing.T) {
	promise := &solver.Promise{Window: solver.Window{From: 0, To: 100}}
	p := &solver.Problem{
		Visits: []solver.Visit{{ID: "a", Promise: promise}, {ID: "b", Promise: promise}, {ID: "c", Promise: promise}, {ID: "d", Promise: promise}},
		Current: []solver.Assignment{
			{Visit: "a", Technician: "x"}, {Visit: "b", Technician: "x"}, {Visit: "c", Technician: "x"}, {Visit: "d", Technician: "x"},
		},
	}
	plan := &solver.Plan{Tours: []solver.Tour{
		{Technician: "x", Stops: []solver.Stop{{Visit: "a", Start: 100}, {Visit: "b", Start: 101}, {Visit: "d"}}},
		{Technician: "y", Stops: []solver.Stop{{Visit: "c", Start: 50}}},
	}}
	if same, of := instance.Unmoved(p, plan, map[string]bool{"d": true}); same != 1 || of != 3 {
		t.Errorf("%d of %d are where they were, not 1 of 3", same, of)
	}
}
