package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch/solver"
	"callout/store"
)

// placed is an errand with the team and the start that a plan gives it.
type placed struct {
	*errand
	team  []*person // by seat
	start time.Time
}

// stays reports whether the plan leaves a visit as it stands.
func (p *placed) stays() bool {
	return p.visit != nil && p.start.Equal(p.visit.Start) && len(p.team) == len(p.visit.Technicians) &&
		!slices.ContainsFunc(p.team, func(q *person) bool { return !slices.Contains(p.visit.Technicians, q.ID) })
}

// stand is the visit as the plan would have it.
func (p *placed) stand(plans Planning) *stand {
	v := &stand{job: p.job}
	if p.visit != nil {
		v.AppointmentRow = p.visit.AppointmentRow
	} else {
		v.ID, v.Number, v.Order, v.Zone = store.ID(p.key()), p.order.Number, p.order.ID, p.order.Zone
	}
	v.Status, v.Start, v.End, v.Arrival = Scheduled, p.start, p.start.Add(p.length), p.promise(plans)
	v.Technicians = nil
	for _, q := range p.team {
		v.Technicians = append(v.Technicians, q.ID)
	}
	return v
}

// promise is the arrival window after the plan: the one that was promised where it is kept.
func (p *placed) promise(plans Planning) calendar.Interval {
	if p.visit != nil {
		if was := p.visit.Promise(plans); keeps(was, p.start) {
			return was
		}
	}
	return plans.promise(p.start)
}

// settle reads a solver's plan. The solver starts everything as early as it can; a visit that
// keeps its technician keeps its old start, too, where what comes after it leaves the time.
func (w *Workload) settle(plan *solver.Plan) map[string]*placed {
	by := map[string]*errand{}
	for _, e := range w.errands {
		by[e.key()] = e
	}
	out := map[string]*placed{}
	linked := map[string]bool{}
	for _, e := range w.errands {
		for _, l := range w.bounds(e).links {
			linked[l.Before], linked[l.After] = true, true
		}
	}
	for _, t := range plan.Tours {
		for _, s := range t.Stops {
			p := out[s.Visit]
			if p == nil {
				p = &placed{errand: by[s.Visit], team: make([]*person, by[s.Visit].persons()), start: w.ro.at(s.Start)}
				out[s.Visit] = p
			}
			p.team[s.Seat] = w.ro.person(store.ID(t.Technician))
		}
	}
	for _, p := range out {
		p.errand = p.by(p.team)
	}
	carved := map[string][]piece{}
	for _, t := range plan.Tours {
		pieces, ok := carved[t.Technician]
		if !ok {
			pieces = w.pieces(w.ro.person(store.ID(t.Technician)))
			carved[t.Technician] = pieces
		}
		if t.Shift >= len(pieces) || len(pieces[t.Shift].breaks) > 0 {
			continue
		}
		c := pieces[t.Shift]
		end := c.End
		if c.shiftEnd.Before(end) {
			end = c.shiftEnd
		}
		next := c.end
		for _, s := range slices.Backward(t.Stops) {
			p := out[s.Visit]
			last := end.Add(-p.length)
			if next != nil {
				last = last.Add(-w.ro.way(p.place(), *next))
			}
			if was := p.visit; was != nil && len(p.team) == 1 && !linked[s.Visit] && was.Start.After(p.start) && !was.Start.After(last) && w.mayStart(p.errand, was.Start) {
				p.start = was.Start
			}
			here := p.place()
			end, next = p.start, &here
		}
	}
	return out
}

// mayStart reports whether an errand may begin at an instant as far as the site's hours and
// other orders go.
func (w *Workload) mayStart(e *errand, at time.Time) bool {
	tick := w.ro.tick(at)
	return slices.ContainsFunc(w.windows(e, w.bounds(e)), func(o solver.Window) bool { return o.From <= tick && tick <= o.To })
}

// then is the roster as the plan would have it.
func (w *Workload) then(plan map[string]*placed) *Roster {
	var changed []*stand
	for _, e := range w.errands {
		if p := plan[e.key()]; p != nil && !p.stays() {
			changed = append(changed, p.stand(w.ro.plans))
		}
	}
	return w.ro.with(changed)
}
