package dispatch_test

import (
	"strings"
	"testing"

	"callout/dispatch"
)

// TestPlanningSays plans one job of an hour, 18 min from home, in a shift of an hour and a half, as the policy has it.
func TestPlanningSays(t *testing.T) {
	for _, tt := range []struct {
		name     string
		planning dispatch.Planning
		want     string
		overtime int64
		home     dispatch.HomeTravel
	}{
		// Out at 08:18, done at 09:18, home at 09:36: six minutes after the shift.
		{"the ways lie in the shift", dispatch.Planning{}, "left out WO-1001", 0, ""},
		{"the way home may be later", dispatch.Planning{Overtime: 10}, "placed WO-1001 ana Mon 08:18", 12, ""},
		{"overtime costs what it is said to", dispatch.Planning{Overtime: 10, Weights: map[dispatch.Weight]int{dispatch.WeighOvertime: 7}}, "placed WO-1001 ana Mon 08:18", 42, ""},
		{"overtime too dear", dispatch.Planning{Overtime: 10, Weights: map[dispatch.Weight]int{dispatch.WeighOvertime: 100}}, "left out WO-1001", 0, ""},
		{"the ways are her own", dispatch.Planning{}, "placed WO-1001 ana Mon 08:00", 0, dispatch.HomeOwnTime},
		{"36 minutes are too much road", dispatch.Planning{Overtime: 10, MaxTravel: 35}, "left out WO-1001", 0, ""},
		{"36 minutes are not", dispatch.Planning{Overtime: 10, MaxTravel: 36}, "placed WO-1001 ana Mon 08:18", 12, ""},
		{"not worth 36 minutes", dispatch.Planning{Overtime: 10, Weights: map[dispatch.Weight]int{"unassigned-normal": 40}}, "left out WO-1001", 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStreet(t, 2)
			s.fitter("ana", "", "Mon-Fri 08:00-09:30", 0)
			s.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Planning: tt.planning, Home: tt.home}})
			s.job(1, 60)
			p := s.optimize("2026-03-02", 1, 50)
			if lines(p) != tt.want || p.After.Overtime != tt.overtime {
				t.Errorf("%s, overtime %d; want %s, %d", lines(p), p.After.Overtime, tt.want, tt.overtime)
			}
		})
	}
}

// TestPlanningRefuses what cannot be planned with.
func TestPlanningRefuses(t *testing.T) {
	s := newStreet(t, 0)
	for _, tt := range []struct {
		planning    dispatch.Planning
		code, words string
	}{
		{dispatch.Planning{Weights: map[dispatch.Weight]int{"speed": 1}}, "dispatch_policy.weight", "only fairness, labour, late-emergency"},
		{dispatch.Planning{Weights: map[dispatch.Weight]int{"travel": -1}}, "dispatch_policy.weight", "not -1"},
		{dispatch.Planning{Arrival: -1}, "dispatch_policy.minutes", "arrival-window"},
		{dispatch.Planning{MaxTravel: 1441}, "dispatch_policy.minutes", "max-travel"},
	} {
		if msg := s.refused(tt.code, &dispatch.SetPolicy{Policy: dispatch.Policy{Planning: tt.planning}}); !strings.Contains(msg, tt.words) {
			t.Errorf("%s", msg)
		}
	}
}
