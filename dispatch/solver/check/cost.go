package check

import (
	"slices"

	"callout/dispatch/solver"
)

// Terms are the costs of a plan, worked out from its stops alone. Stops that the problem does not know cost nothing.
func Terms(p *solver.Problem, plan *solver.Plan) solver.Terms {
	b := read(p)
	var c solver.Terms
	for _, id := range plan.LeftOut {
		c.LeftOut += b.visits[id].Prize
	}
	hours := map[string]int64{}
	promised := map[string]bool{}
	latest := 0
	for _, tour := range plan.Tours {
		t, ok := b.technicians[tour.Technician]
		if !ok || tour.Shift < 0 || tour.Shift >= len(t.Shifts) {
			continue
		}
		shift := t.Shifts[tour.Shift]
		stops, _ := knownStops(b, tour, new(findings))
		if len(stops) == 0 {
			continue
		}
		var worked, road int64
		place := shift.Start
		for _, s := range stops {
			v := b.visits[s.Visit]
			worked += int64(duration(t, v, s.Seat))
			road += int64(b.way(place, v.Place))
			place = v.Place
			if v.Late > 0 {
				late := max(0, s.Start-v.Due)
				c.Late += v.Late * int64(late)
				latest = max(latest, late)
			}
			if len(v.Preferred) > 0 && !slices.Contains(v.Preferred, t.ID) {
				c.Preference += v.Preference
			}
			c.Disruption += disruption(v, t.ID, s, promised)
		}
		road += int64(b.way(place, shift.End))
		hours[t.ID] += worked
		c.Travel += p.Weights.Travel * road
		c.Labour += t.Rate*(worked+road) + t.Use
		if shift.Overtime > 0 {
			c.Overtime += shift.Overtime * int64(max(0, tour.End-shift.OvertimeFrom))
		}
	}
	c.MaxLate = p.Weights.MaxLate * int64(latest)
	unit := int64(p.Weights.FairUnit)
	if unit == 0 {
		unit = 3600
	}
	for _, worked := range hours {
		c.Fairness += p.Weights.Fairness * worked * worked / (unit * unit)
	}
	return c
}

// disruption is what a stop costs by what was promised. The window of a visit is paid for once,
// whoever of its crew is looked at first.
func disruption(v solver.Visit, technician string, s solver.Stop, promised map[string]bool) int64 {
	if v.Promise == nil {
		return 0
	}
	var cost int64
	if !promised[v.ID] {
		promised[v.ID] = true
		if s.Start < v.Promise.Window.From || s.Start > v.Promise.Window.To {
			cost += v.Promise.WindowCost
		}
	}
	if s.Seat < len(v.Promise.Technicians) {
		if who := v.Promise.Technicians[s.Seat]; who != "" && who != technician {
			cost += v.Promise.TechnicianCost
		}
	}
	return cost
}
