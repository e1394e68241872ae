package check

import (
	"slices"

	"callout/dispatch/solver"
)

// Plan lists everything in which a plan violates its problem; nothing if the plan is valid.
// Findings come in the order tours, visits, links, stock, costs.
func Plan(p *solver.Problem, plan *solver.Plan) []Finding {
	var found findings
	b := read(p)
	served := checkTours(b, plan, &found)
	checkVisits(b, plan, served, &found)
	checkLinks(b, served, &found)
	checkStock(b, served, &found)
	if got, want := plan.Terms, Terms(p, plan); got != want {
		found.add(Costs, "", "", "the plan says %+v, its stops cost %+v", got, want)
	}
	return found
}

// book is the problem by identifiers.
type book struct {
	problem     *solver.Problem
	technicians map[string]solver.Technician // shifts in the order of time
	visits      map[string]solver.Visit      // with a seat each
}

func read(p *solver.Problem) book {
	b := book{problem: p, technicians: map[string]solver.Technician{}, visits: map[string]solver.Visit{}}
	for _, t := range p.Technicians {
		t.Shifts = slices.Clone(t.Shifts)
		slices.SortFunc(t.Shifts, func(x, y solver.Shift) int { return x.From - y.From })
		b.technicians[t.ID] = t
	}
	for _, v := range p.Visits {
		if len(v.Seats) == 0 {
			v.Seats = []solver.Seat{{}}
		}
		b.visits[v.ID] = v
	}
	return b
}

// way is how long it takes from one place to another; no time where one of them is nowhere.
func (b book) way(from, to solver.Place) int {
	if from == solver.Nowhere || to == solver.Nowhere {
		return 0
	}
	return b.problem.Travel.Ticks(from, to)
}

// duration is how long a technician needs for a seat of a visit.
func duration(t solver.Technician, v solver.Visit, seat int) int {
	if own, ok := v.DurationBy[t.ID]; ok {
		return own
	}
	ticks := v.Seats[seat].Duration
	if ticks == 0 {
		ticks = v.Duration
	}
	pace := t.Pace
	if pace == 0 {
		pace = 100
	}
	whole, rest := ticks*pace/100, ticks*pace%100
	if rest > 0 {
		whole++
	}
	return whole
}

// work is a stop as the plan has it, with who makes it.
type work struct {
	technician string
	seat       int
	start, end int
}
