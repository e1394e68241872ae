package check_test

import (
	"testing"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

// A tour of two stops, 10 and 20 away from the yard, each 10 long: what must its end be, by its breaks?
// No end means that the breaks do not fit.
func TestBreaks(t *testing.T) {
	const none = -1
	tests := []struct {
		name          string
		first, second int // starts
		breaks        []solver.Break
		end           int
	}{
		{"no breaks", 20, 60, nil, 90},
		{"between, before the way", 20, 60, []solver.Break{{From: 30, To: 30, Duration: 20}}, 90},
		{"between, after the way", 20, 60, []solver.Break{{From: 40, To: 40, Duration: 20}}, 90},
		{"between, a tick too long", 20, 60, []solver.Break{{From: 30, To: 40, Duration: 21}}, none},
		{"cannot be taken on the way", 20, 60, []solver.Break{{From: 31, To: 39, Duration: 20}}, none},
		{"one before the way and one after", 20, 60, []solver.Break{{From: 30, To: 30, Duration: 10}, {From: 50, To: 50, Duration: 10}}, 90},
		{"both before the way", 20, 60, []solver.Break{{From: 30, To: 40, Duration: 10}, {From: 30, To: 40, Duration: 10}}, 90},
		{"before setting off", 30, 60, []solver.Break{{From: 5, To: 10, Duration: 15}}, 90},
		{"before the first stop, a tick too late", 30, 60, []solver.Break{{From: 16, To: 16, Duration: 15}}, none},
		{"between arriving and the first stop", 40, 70, []solver.Break{{From: 15, To: 15, Duration: 20}}, 100},
		{"over by the latest beginning", 20, 60, []solver.Break{{From: 80, To: 90, Duration: 30}}, 90},
		{"over a tick after it", 20, 60, []solver.Break{{From: 70, To: 89, Duration: 30}}, 120},
		{"waits for its earliest beginning", 20, 60, []solver.Break{{From: 75, To: 89, Duration: 30}}, 125},
		{"the first makes the second due", 20, 60, []solver.Break{{From: 70, To: 80, Duration: 30}, {From: 100, To: 110, Duration: 5}}, 125},
		{"the second is not due after a short first", 20, 60, []solver.Break{{From: 70, To: 80, Duration: 20}, {From: 100, To: 110, Duration: 5}}, 110},
	}
	for _, test := range tests {
		stops := []solver.Stop{{Visit: "a", Start: test.first, End: test.first + 10}, {Visit: "b", Start: test.second, End: test.second + 10}}
		p := &solver.Problem{
			Technicians: []solver.Technician{{ID: "ana", Shifts: []solver.Shift{{Until: 1000, Breaks: test.breaks}}}},
			Visits:      []solver.Visit{{ID: "a", Place: 10, Duration: 10}, {ID: "b", Place: 20, Duration: 10}},
			Travel:      line,
		}
		for end := 80; end < 140; end++ {
			plan := &solver.Plan{Tours: []solver.Tour{{Technician: "ana", Stops: stops, End: end}}}
			plan.Terms = check.Terms(p, plan)
			if found := check.Plan(p, plan); (len(found) == 0) != (end == test.end) {
				t.Errorf("%s: end %d: %v", test.name, end, found)
			}
		}
	}
}
