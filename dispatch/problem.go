package dispatch

import (
	"maps"
	"slices"
	"time"

	"callout/dispatch/solver"
	"callout/party"
)

// What one point of the policy is in the solver's points: its ticks are seconds, where the
// policy's weights are for minutes. A tenth of a point a minute, the least that can be
// stated, keeps planned visits from being put off for nothing.
const perTick = 10

// unplanned is by how much more leaving out a visit that is planned costs than an order that has none.
const unplanned = 10

// roads are the ways between numbered places by the policy's assumptions, as the rule about
// ways has them: in whole minutes.
type roads struct {
	ro     *Roster
	places []place
	number map[string]solver.Place
	known  []int32 // by pair, one more than the seconds; 0 is not asked yet
}

func (rs *roads) add(p place) solver.Place {
	n, ok := rs.number[p.id]
	if !ok {
		n = solver.Place(len(rs.places))
		rs.number[p.id] = n
		rs.places = append(rs.places, p)
	}
	return n
}

// Ticks implements solver.Travel. Many visits are at one site, so a pair is asked for often.
func (rs *roads) Ticks(from, to solver.Place) int {
	n := len(rs.places)
	if len(rs.known) != n*n {
		rs.known = make([]int32, n*n)
	}
	at := &rs.known[int(from)*n+int(to)]
	if *at == 0 {
		*at = int32(rs.ro.way(rs.places[from], rs.places[to])/time.Second) + 1
	}
	return int(*at) - 1
}

// problem states the workload, which must be feasible, for the solver. bars are technicians who
// may not have an errand, besides those whom the rules exclude.
func (w *Workload) problem(bars map[string]map[string]bool) *solver.Problem {
	rs := &roads{ro: w.ro, number: map[string]solver.Place{}}
	weight := w.ro.plans.Weights
	p := &solver.Problem{Travel: rs, Weights: solver.Weights{
		Travel: int64(weight[WeighTravel]) * w.perTick(), Fairness: int64(weight[WeighFairness]) * w.perPoint(),
	}}
	for _, person := range w.ro.people {
		p.Technicians = append(p.Technicians, w.technician(person, rs))
	}
	for _, e := range w.errands {
		if w.isHeld(e) {
			continue
		}
		b := w.bounds(e)
		p.Visits = append(p.Visits, w.visit(e, b, rs, bars[e.key()]))
		p.Links = append(p.Links, b.links...)
		if e.visit != nil {
			for seat, id := range e.visit.Technicians {
				p.Current = append(p.Current, solver.Assignment{Visit: e.key(), Seat: seat, Technician: string(id), Start: w.ro.tick(e.visit.Start)})
			}
		}
	}
	return p
}

// feasible leaves out what no plan can place, and then what waits for that. A planned visit
// stays where it is.
func (w *Workload) feasible() (*Workload, []LeftOut) {
	var left []LeftOut
	for {
		out := w.without(nil)
		out.errands = nil
		dropped := false
		for _, e := range w.errands {
			why := ""
			if !w.isHeld(e) && (e.visit == nil || e.visit.Lock != LockTime) {
				b := w.bounds(e)
				if why = b.why; why == "" && len(w.windows(e, b)) == 0 {
					why = "the site is not open for so long on these days, or not after what it waits for"
				}
			}
			switch {
			case why == "":
				out.errands = append(out.errands, e)
			case e.visit != nil:
				dropped, out.held[e.visit.ID] = true, true
				out.errands = append(out.errands, e)
				left = append(left, leftOut(e, "stays where it is: "+why))
			default:
				dropped = true
				left = append(left, leftOut(e, why))
			}
		}
		if !dropped {
			return out, left
		}
		w = out
	}
}

// technician states who can be sent, and when.
func (w *Workload) technician(p *person, rs *roads) solver.Technician {
	t := solver.Technician{ID: string(p.ID), Skills: map[string]int{}, Rate: w.rate(p)}
	for _, s := range p.Skills {
		t.Skills[party.Fold(s.Name)] = max(s.Level, 1)
	}
	edge := func(at *place) solver.Place {
		if at == nil {
			return solver.Nowhere
		}
		return rs.add(*at)
	}
	for _, c := range w.pieces(p) {
		s := solver.Shift{
			From: w.ro.tick(c.Start), Until: w.ro.tick(c.End), Start: edge(c.start), End: edge(c.end),
			OvertimeFrom: w.ro.tick(c.shiftEnd), Overtime: int64(w.ro.plans.Weights[WeighOvertime]) * w.perTick(), MaxTravel: leastBound(w.ro.plans.MaxTravel, p.MaxTravel) * 60,
		}
		for _, b := range c.breaks {
			at := w.ro.tick(b.Start)
			s.Breaks = append(s.Breaks, solver.Break{From: at, To: at, Duration: int(b.Duration().Seconds())})
		}
		t.Shifts = append(t.Shifts, s)
	}
	return t
}

// visit states an errand.
func (w *Workload) visit(e *errand, b bounds, rs *roads, bars map[string]bool) solver.Visit {
	weight := w.ro.plans.Weights
	v := solver.Visit{
		ID: e.key(), Place: rs.add(e.place()), Duration: int(e.length.Seconds()), Windows: w.windows(e, b), Seats: w.seats(e),
		Prize: int64(weight[Unassigned(e.order.Priority)]) * w.perPoint(), Preference: int64(weight[WeighPreference]) * w.perPoint(),
	}
	if due := e.startBy(); !due.IsZero() {
		v.Due, v.Late = w.ro.tick(due), int64(weight[Late(e.order.Priority)])*perTick
	}
	for _, p := range w.ro.people {
		if own := e.by([]*person{p}); own != e {
			if v.DurationBy == nil {
				v.DurationBy = map[string]int{}
			}
			v.DurationBy[string(p.ID)] = int(own.length.Seconds())
		}
	}
	w.wishes(e, &v, bars)
	if e.visit == nil {
		return v
	}
	v.Prize *= unplanned
	if v.Late == 0 {
		v.Due, v.Late = w.ro.tick(e.visit.Start), w.perTick()/perTick
	}
	promise := e.visit.Promise(w.ro.plans)
	v.Promise = &solver.Promise{
		Window:     solver.Window{From: w.ro.tick(promise.Start), To: w.ro.tick(promise.End)},
		WindowCost: int64(weight[WeighTime]) * w.perPoint(), TechnicianCost: int64(weight[WeighTechnician]) * w.perPoint(),
	}
	var team []string
	for _, id := range e.visit.Technicians {
		team = append(team, string(id))
	}
	v.Promise.Technicians = team
	switch e.visit.Lock {
	case LockTime:
		start := w.ro.tick(e.visit.Start)
		v.Pin = &solver.Pin{Start: &start}
	case LockTechnician:
		v.Pin = &solver.Pin{Technicians: team}
	}
	return v
}

// wishes says who may come and who should.
func (w *Workload) wishes(e *errand, v *solver.Visit, bars map[string]bool) {
	v.Barred = slices.Sorted(maps.Keys(bars))
	for _, p := range w.ro.people {
		m := member{Technician: p.Technician, serves: p.serves}
		if len(m.outOfTerritory(e.asked.territory)) > 0 {
			v.Barred = append(v.Barred, string(p.ID))
		}
	}
	for _, a := range e.asked.asked {
		var ids []string
		for _, id := range a.who {
			ids = append(ids, string(id))
		}
		switch {
		case a.code == Barred:
			v.Barred = append(v.Barred, ids...)
		case a.code == NotPreferred:
			v.Preferred = append(v.Preferred, ids...)
		case len(v.Seats) > 1: // one of them leads; the others of the team are free
			v.Pin = &solver.Pin{Technicians: ids[:1]}
		case v.Allowed == nil:
			v.Allowed = ids
		default:
			v.Allowed = slices.DeleteFunc(v.Allowed, func(id string) bool { return !slices.Contains(ids, id) })
			if len(v.Allowed) == 0 {
				v.Barred = append(v.Barred, w.everybody()...)
			}
		}
	}
}

func (w *Workload) everybody() (ids []string) {
	for _, p := range w.ro.people {
		ids = append(ids, string(p.ID))
	}
	return ids
}

// seats divides what the tasks need among a team. A planned team keeps what each of it brings;
// otherwise the first seat has all of it if somebody can do it all, and else each need goes to the next seat.
func (w *Workload) seats(e *errand) []solver.Seat {
	needs := map[string]int{}
	for _, t := range e.tasks {
		for _, n := range t.Skills {
			name := party.Fold(n.Skill)
			needs[name] = max(needs[name], needed(n))
		}
	}
	out := make([]solver.Seat, e.persons())
	for i := range out {
		out[i].Skills = map[string]int{}
	}
	names := slices.Sorted(maps.Keys(needs))
	allround := slices.ContainsFunc(w.ro.people, func(p *person) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return levelOf(p.Skills, n) < needs[n] })
	})
	for i, name := range names {
		seat := 0
		if !allround {
			seat = i % len(out)
		}
		if e.visit != nil {
			for s, id := range e.visit.Technicians {
				if p := w.ro.person(id); p != nil && levelOf(p.Skills, name) >= needs[name] {
					seat = s
					break
				}
			}
		}
		out[seat].Skills[name] = needs[name]
	}
	return out
}
