package instance

import (
	"slices"

	"callout/dispatch/solver"
)

// Branch is the town of the re-planning benchmark, for each of its seeds: a day of a branch.
func Branch(seed uint64) Town { return Town{Seed: seed, Technicians: 25, Visits: 200, Days: 1} }

// Event is what comes between a plan and its day.
type Event string

// The events of the benchmark.
const (
	Sick      Event = "sick"      // a technician does not come
	Emergency Event = "emergency" // there is another visit, as urgent as any
	Cancelled Event = "cancelled" // a customer wants no visit any more
)

// Events lists them.
func Events() []Event { return []Event{Sick, Emergency, Cancelled} }

// Disturb is a planned day on which something happens: the plan becomes the one in force, every customer in it has been told an
// arrival window of two hours and who comes, and then the event strikes. Hit are the visits that it concerns itself; a plan for
// the rest could stay as it is.
func Disturb(sites []solver.LatLon, town Town, plan *solver.Plan, event Event) (p *solver.Problem, hit map[string]bool) {
	m := &maker{state: town.Seed ^ 0xD157, sites: sites, town: town}
	p = City(sites, town)
	hit = map[string]bool{}
	at := map[string]int{}
	for i := range p.Visits {
		at[p.Visits[i].ID] = i
	}
	for _, tour := range plan.Tours {
		for _, s := range tour.Stops {
			p.Current = append(p.Current, solver.Assignment{Visit: s.Visit, Seat: s.Seat, Technician: tour.Technician, Start: s.Start})
			promise(&p.Visits[at[s.Visit]], s, tour.Technician)
		}
	}
	switch event {
	case Sick:
		tour := plan.Tours[m.below(len(plan.Tours))]
		for len(tour.Stops) == 0 {
			tour = plan.Tours[m.below(len(plan.Tours))]
		}
		for _, s := range tour.Stops {
			hit[s.Visit] = true
		}
		for i := range p.Technicians {
			if p.Technicians[i].ID == tour.Technician {
				p.Technicians[i].Shifts = nil
			}
		}
	case Emergency:
		v := p.Visits[m.below(len(p.Visits))] // one like that, without what was agreed about it
		urgent := priorities[len(priorities)-1]
		p.Visits = append(p.Visits, solver.Visit{
			ID: "w9999", Place: v.Place, Duration: v.Duration, Seats: v.Seats[:1], Due: 11 * hour, Late: urgent.late, Prize: urgent.prize,
		})
		hit["w9999"] = true
	case Cancelled:
		id := p.Current[m.below(len(p.Current))].Visit
		hit[id] = true
		p.Visits = slices.DeleteFunc(p.Visits, func(v solver.Visit) bool { return v.ID == id })
		p.Links = slices.DeleteFunc(p.Links, func(l solver.Link) bool { return l.Before == id || l.After == id })
		p.Current = slices.DeleteFunc(p.Current, func(a solver.Assignment) bool { return a.Visit == id })
	}
	return p, hit
}

// promise tells a customer when a stop will be and who comes: the hours in which it starts, from the full half hour before.
func promise(v *solver.Visit, s solver.Stop, technician string) {
	if v.Promise == nil {
		from := s.Start / (hour / 2) * (hour / 2)
		v.Promise = &solver.Promise{Window: solver.Window{From: from, To: from + 2*hour}, WindowCost: hour, TechnicianCost: hour / 4}
	}
	for len(v.Promise.Technicians) <= s.Seat {
		v.Promise.Technicians = append(v.Promise.Technicians, "")
	}
	v.Promise.Technicians[s.Seat] = technician
}

// Unmoved counts, of the visits in the plan in force which an event did not concern, those that a new plan leaves with their
// technicians and within their promised windows.
func Unmoved(p *solver.Problem, plan *solver.Plan, hit map[string]bool) (unmoved, of int) {
	window := map[string]solver.Window{}
	for i := range p.Visits {
		if pr := p.Visits[i].Promise; pr != nil {
			window[p.Visits[i].ID] = pr.Window
		}
	}
	moved := map[string]bool{}
	was := map[solver.Assignment]bool{}
	for _, a := range p.Current {
		a.Start = 0
		was[a] = true
		if !hit[a.Visit] {
			moved[a.Visit] = true // until it is found
		}
	}
	of = len(moved)
	stays := map[string]bool{}
	for _, tour := range plan.Tours {
		for _, s := range tour.Stops {
			w := window[s.Visit]
			ok := was[solver.Assignment{Visit: s.Visit, Seat: s.Seat, Technician: tour.Technician}] && w.From <= s.Start && s.Start <= w.To
			if before, seen := stays[s.Visit]; seen {
				ok = ok && before
			}
			stays[s.Visit] = ok
		}
	}
	for id := range moved {
		if stays[id] {
			unmoved++
		}
	}
	return unmoved, of
}
