package check_test

import (
	"slices"
	"testing"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

// faults break the plan of the town in one rule each. The costs are put right afterwards, so that nothing but the rule
// is violated.
var faults = []struct {
	name  string
	rules []check.Rule // exactly these are found
	plant func(p *solver.Problem, plan *solver.Plan)
}{
	{"a tour is missing", []check.Rule{check.Tours}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours = plan.Tours[:3]
	}},
	{"a tour is there twice", []check.Rule{check.Tours}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours = append(plan.Tours, plan.Tours[3])
	}},
	{"nobody knows the technician", []check.Rule{check.Known}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours = append(plan.Tours, solver.Tour{Technician: "di"})
	}},
	{"there is no such shift", []check.Rule{check.Known}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours = append(plan.Tours, solver.Tour{Technician: "cy", Shift: 1})
	}},
	{"there is no such visit", []check.Rule{check.Known}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours[3].Stops = []solver.Stop{{Visit: "ghost", Start: 10, End: 20}}
	}},
	{"there is no such seat", []check.Rule{check.Known}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours[3].Stops = []solver.Stop{{Visit: "next", Seat: 1, Start: 10, End: 20}}
	}},
	{"what is left out does not exist", []check.Rule{check.Known}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.LeftOut = []string{"no", "nothing"}
	}},
	{"a shift begins too late for the first stop", []check.Rule{check.Shift}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[0].Shifts[0].From = 71
	}},
	{"a shift ends before the tour does", []check.Rule{check.Shift}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[0].Shifts[0].Until = 339
	}},
	{"the way to the next stop is too long", []check.Rule{check.Travel}, func(p *solver.Problem, plan *solver.Plan) {
		visit(p, "last").Place = 26
	}},
	{"two stops overlap", []check.Rule{check.Travel}, func(p *solver.Problem, plan *solver.Plan) {
		move(&plan.Tours[1].Stops[1], -80)
		visit(p, "long").Windows, p.Links = nil, p.Links[:2]
		plan.Tours[1].End -= 80
	}},
	{"too long on the road", []check.Rule{check.Road}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[0].Shifts[0].MaxTravel = 59
	}},
	{"too short for the pace", []check.Rule{check.Duration}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours[2].Stops[0].End, plan.Tours[2].End = 1019, 1029
	}},
	{"the seat has its own duration", []check.Rule{check.Duration}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "lift").Seats[0].Duration = 25
	}},
	{"the technician has his own duration", []check.Rule{check.Duration}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "lift").DurationBy["bo"] = 31
	}},
	{"the tour ends too soon", []check.Rule{check.TourEnd}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours[1].End--
	}},
	{"the tour ends too late", []check.Rule{check.TourEnd}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours[1].End++
	}},
	{"an empty tour ends later than it begins", []check.Rule{check.TourEnd}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours[3].End = 1
	}},
	{"no room for the break", []check.Rule{check.Breaks}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[0].Shifts[0].Breaks[0].Duration = 141
	}},
	{"the break would begin too late", []check.Rule{check.Breaks}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[0].Shifts[0].Breaks[0] = solver.Break{From: 241, To: 299, Duration: 60}
	}},
	{"two breaks fit alone but not both", []check.Rule{check.Breaks}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[0].Shifts[0].Breaks = []solver.Break{{From: 160, To: 200, Duration: 60}, {From: 160, To: 250, Duration: 81}}
	}},
	{"a break is due before the way back", []check.Rule{check.Breaks}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[1].Shifts[1].Breaks = []solver.Break{{From: 250, To: 270, Duration: 30}}
	}},
	{"a visit is forgotten", []check.Rule{check.Complete}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.LeftOut = nil
	}},
	{"a seat is forgotten", []check.Rule{check.Complete}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.Tours[1].Stops = plan.Tours[1].Stops[1:]
	}},
	{"a seat is taken twice", []check.Rule{check.Complete}, func(p *solver.Problem, plan *solver.Plan) {
		plan.Tours[3] = solver.Tour{Technician: "cy", Stops: []solver.Stop{{Visit: "long", Start: 200, End: 220}}, End: 260}
	}},
	{"a visit is left out and served", []check.Rule{check.Complete}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.LeftOut = []string{"late", "no"}
	}},
	{"left out in the wrong order", []check.Rule{check.LeftOut}, func(p *solver.Problem, plan *solver.Plan) {
		p.Visits = append(p.Visits, solver.Visit{ID: "nil"})
		plan.LeftOut = []string{"no", "nil"}
	}},
	{"left out twice", []check.Rule{check.LeftOut}, func(_ *solver.Problem, plan *solver.Plan) {
		plan.LeftOut = []string{"no", "no"}
	}},
	{"the crew starts apart", []check.Rule{check.Together}, func(p *solver.Problem, plan *solver.Plan) {
		visit(p, "lift").Pin.Start = nil
		move(&plan.Tours[1].Stops[0], 1)
	}},
	{"one person has both seats", []check.Rule{check.Crew}, func(p *solver.Problem, plan *solver.Plan) {
		lift := visit(p, "lift")
		lift.Place, lift.Duration = 20, 0
		first := plan.Tours[0].Stops
		first[1].End = 100
		plan.Tours[0].Stops = slices.Insert(first, 2, solver.Stop{Visit: "lift", Seat: 1, Start: 100, End: 100})
		plan.Tours[1].Stops = plan.Tours[1].Stops[1:]
	}},
	{"lacks the skill", []check.Rule{check.Skill}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "late").Seats = []solver.Seat{{Skills: map[string]int{"roof": 1}}}
	}},
	{"lacks the level", []check.Rule{check.Skill}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "lift").Seats[1].Skills["gas"] = 2
	}},
	{"is not allowed", []check.Rule{check.Allowed}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "last").Allowed = []string{"bo", "cy"}
	}},
	{"is barred", []check.Rule{check.Barred}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "lift").Barred = []string{"cy", "bo"}
	}},
	{"between two windows", []check.Rule{check.Window}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "long").Windows = []solver.Window{{From: 50, To: 199}, {From: 201, To: 300}}
	}},
	{"not at the pinned time", []check.Rule{check.PinStart}, func(p *solver.Problem, _ *solver.Plan) {
		*visit(p, "lift").Pin.Start = 101
	}},
	{"not the pinned technician", []check.Rule{check.PinWho}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "lift").Pin.Technicians = []string{"", "ana"}
	}},
	{"not enough parts for two visits", []check.Rule{check.Stock}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[0].Stock["valve"] = 1
	}},
	{"not enough parts for two shifts", []check.Rule{check.Stock}, func(p *solver.Problem, _ *solver.Plan) {
		p.Technicians[1].Stock = map[string]int{"pump": 1}
		visit(p, "long").Parts, visit(p, "next").Parts = map[string]int{"pump": 1}, map[string]int{"pump": 1}
	}},
	{"a part that is not carried at all", []check.Rule{check.Stock}, func(p *solver.Problem, _ *solver.Plan) {
		visit(p, "lift").Parts = map[string]int{"rope": 1}
	}},
	{"planned without what comes before", []check.Rule{check.Order}, func(p *solver.Problem, _ *solver.Plan) {
		p.Links = append(p.Links, solver.Link{Before: "no", After: "next", Max: -1})
	}},
	{"too soon after the end", []check.Rule{check.LagMin}, func(p *solver.Problem, _ *solver.Plan) {
		p.Links[2].Min = 111
	}},
	{"too soon after the end of the other seat", []check.Rule{check.LagMin}, func(p *solver.Problem, plan *solver.Plan) {
		p.Links[1] = solver.Link{Before: "lift", After: "next", Min: 880, Max: -1}
		visit(p, "lift").DurationBy["bo"] = 31
		plan.Tours[1].Stops[0].End = 131
	}},
	{"too late after the start", []check.Rule{check.LagMax}, func(p *solver.Problem, _ *solver.Plan) {
		p.Links[1].Max = 909
	}},
	{"too late after the end", []check.Rule{check.LagMax}, func(p *solver.Problem, _ *solver.Plan) {
		p.Links[0].Min, p.Links[0].Max = 49, 49
	}},
	{"not the same technician", []check.Rule{check.Same}, func(p *solver.Problem, _ *solver.Plan) {
		p.Links[2].Same = solver.SameTechnician
	}},
	{"the same technician", []check.Rule{check.Other}, func(p *solver.Problem, _ *solver.Plan) {
		p.Links[0].Same = solver.OtherTechnician
	}},
}

func TestPlantedFaultsAreFound(t *testing.T) {
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			p, plan := town()
			fault.plant(p, plan)
			plan.Terms = check.Terms(p, plan)
			var found []check.Rule
			for _, f := range check.Plan(p, plan) {
				if !slices.Contains(found, f.Rule) {
					found = append(found, f.Rule)
				}
			}
			if !slices.Equal(found, fault.rules) {
				t.Errorf("found %v, want %v: %v", found, fault.rules, check.Plan(p, plan))
			}
		})
	}
}

// Each term that is one point off is found.
func TestWrongCostsAreFound(t *testing.T) {
	for name, spoil := range map[string]func(c *solver.Terms){
		"left out":   func(c *solver.Terms) { c.LeftOut-- },
		"late":       func(c *solver.Terms) { c.Late-- },
		"max late":   func(c *solver.Terms) { c.MaxLate++ },
		"travel":     func(c *solver.Terms) { c.Travel-- },
		"labour":     func(c *solver.Terms) { c.Labour++ },
		"overtime":   func(c *solver.Terms) { c.Overtime-- },
		"preference": func(c *solver.Terms) { c.Preference-- },
		"disruption": func(c *solver.Terms) { c.Disruption-- },
		"fairness":   func(c *solver.Terms) { c.Fairness-- },
	} {
		p, plan := town()
		spoil(&plan.Terms)
		found := check.Plan(p, plan)
		if len(found) != 1 || found[0].Rule != check.Costs {
			t.Errorf("%s: %v", name, found)
		}
	}
}
