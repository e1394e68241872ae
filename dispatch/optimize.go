package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"callout/dispatch/solver"
	"callout/store"
)

// Optimize looks for the best schedule for a workload. Nothing changes until the proposal is
// applied. The solver knows the rules nearly; what it proposes is then held against the rules themselves,
// and where they refuse something it is solved again without that, so that a proposal can be booked.
func Optimize(ctx context.Context, w *Workload, o solver.Options) (*Proposal, error) {
	if err := w.ro.priced(); err != nil {
		return nil, err
	}
	first, left := w.feasible()
	plan, err := first.solve(ctx, o)
	if err != nil {
		return nil, err
	}
	if first.score(plan).Total >= first.score(nil).Total && first.sound() {
		plan = nil // what stands is as good
	}
	return w.propose(plan, left), nil
}

// sound reports whether the rules refuse nothing of what is planned.
func (w *Workload) sound() bool {
	return !slices.ContainsFunc(w.errands, func(e *errand) bool {
		return e.visit != nil && len(refusing(w.ro.conflicts(e, w.asIs(e).team, e.visit.Start))) > 0
	})
}

// rounds is how often it is solved again after the rules refused something.
const rounds = 3

// solve searches until the rules refuse nothing of the plan. What is left of that at the end is taken out of it.
func (w *Workload) solve(ctx context.Context, o solver.Options) (map[string]*placed, error) {
	bars := map[string]map[string]bool{}
	var plan map[string]*placed
	for round := range rounds {
		p := w.problem(bars)
		if len(p.Visits) == 0 {
			return map[string]*placed{}, nil
		}
		found, err := solver.Solve(ctx, p, o)
		if err != nil {
			return nil, err
		}
		plan = w.settle(found)
		hold, again := w.refused(plan, bars)
		if !again && len(hold) == 0 || stopped(ctx) || round == rounds-1 {
			break
		}
		*w = *w.without(hold)
		o.Limit, o.Iterations = o.Limit/2, (o.Iterations+1)/2
	}
	return w.prune(plan), nil
}

// stopped reports whether somebody waits no longer; what was found until then counts.
func stopped(ctx context.Context) bool { return ctx.Err() != nil }

// refused holds a plan against the rules. Planned visits that got no place, or against whose
// new place something stands, are held where they are; a technician for whom a new visit is refused is barred
// from it.
func (w *Workload) refused(plan map[string]*placed, bars map[string]map[string]bool) (hold map[store.ID]bool, again bool) {
	hold = map[store.ID]bool{}
	ro := w.then(plan)
	for _, e := range w.errands {
		p := plan[e.key()]
		switch {
		case w.isHeld(e):
		case p == nil && e.visit != nil:
			hold[e.visit.ID] = true
		case p == nil || p.stays() || len(refusing(ro.conflicts(p.errand, p.team, p.start))) == 0:
		case e.visit != nil:
			hold[e.visit.ID] = true
		default:
			if bars[e.key()] == nil {
				bars[e.key()] = map[string]bool{}
			}
			for _, id := range blamed(ro.conflicts(p.errand, p.team, p.start), p.team) {
				bars[e.key()][string(id)] = true
			}
			again = true
		}
	}
	return hold, again
}

// blamed are those of a team to whom conflicts point, or all of them.
func blamed(found []Conflict, team []*person) (out []store.ID) {
	for _, c := range refusing(found) {
		if c.Technician != "" {
			out = append(out, c.Technician)
		}
	}
	if out == nil {
		for _, p := range team {
			out = append(out, p.ID)
		}
	}
	return out
}

// prune takes out of a plan what the rules refuse, until they refuse nothing of it.
func (w *Workload) prune(plan map[string]*placed) map[string]*placed {
	for {
		ro := w.then(plan)
		dropped := false
		for _, e := range w.errands {
			if p := plan[e.key()]; p != nil && !p.stays() && len(refusing(ro.conflicts(p.errand, p.team, p.start))) > 0 {
				delete(plan, e.key())
				dropped = true
			}
		}
		if !dropped {
			return plan
		}
	}
}

// propose tells a plan as the difference to what stands.
func (w *Workload) propose(plan map[string]*placed, left []LeftOut) *Proposal {
	out := &Proposal{
		From: w.ro.span.Start, Until: w.ro.span.End, At: w.ro.now, Zone: w.ro.zone.Name(), Read: w.read,
		Changes: []PlanChange{}, LeftOut: slices.Concat(w.skipped, left), Before: w.score(nil), After: w.score(plan),
	}
	told := map[store.ID]bool{}
	for _, l := range left {
		told[l.Order] = true
	}
	ro := w.then(plan)
	for _, e := range w.errands {
		p := plan[e.key()]
		switch {
		case p != nil && p.stays():
			out.Kept++
		case p != nil:
			out.Changes = append(out.Changes, w.change(p))
		case told[e.order.ID]:
		case e.visit != nil && len(refusing(ro.conflicts(e, w.asIs(e).team, e.visit.Start))) == 0:
			out.Kept++
		case e.visit != nil:
			out.LeftOut = append(out.LeftOut, leftOut(e, "stays where it is: "+ro.standsAgainst(e, w.asIs(e))))
		default:
			out.LeftOut = append(out.LeftOut, leftOut(e, ro.whyNot(e)))
		}
	}
	slices.SortFunc(out.Changes, PlanChange.compare)
	return out
}

// standsAgainst tells what the rules say of a visit where it is.
func (ro *Roster) standsAgainst(e *errand, p *placed) string {
	var words []string
	for _, c := range refusing(ro.conflicts(e, p.team, p.start)) {
		words = append(words, c.Detail)
	}
	if words == nil {
		return "it would have to be at two places"
	}
	return strings.Join(words, "; ")
}

// whyNot tells why an order got no visit: nobody may have it, nobody has time for it, or it
// would cost more than it is worth.
func (ro *Roster) whyNot(e *errand) string {
	if ro.persons(e) < e.persons() {
		return "nobody may have it: callout dispatch explain " + e.order.Number
	}
	if len(ro.suggest(e, Ask{Most: 1}).Slots) > 0 {
		return "it would cost more than the policy says it is worth"
	}
	return "nobody has time for it beside what is planned"
}

// persons is how many may go at all.
func (ro *Roster) persons(e *errand) int { return len(ro.able(e, nil)) }

// change tells what a plan does to an errand.
func (w *Workload) change(p *placed) PlanChange {
	c := PlanChange{
		Booking: Booking{Order: p.order.ID, Appointment: p.waiting, Tasks: p.taskIDs(), Start: p.start, End: p.start.Add(p.length)},
		What:    Placed, Number: p.number(), Title: p.order.Title, Site: p.site.Name, Zone: p.order.Zone, Priority: p.order.Priority,
		Late: minutesUp(p.late(p.start)),
	}
	if span := p.promise(w.ro.plans); !span.IsEmpty() {
		c.Arrival = span
	}
	for _, q := range p.team {
		c.Technicians, c.Names = append(c.Technicians, q.ID), append(c.Names, q.Name)
	}
	if p.visit == nil {
		return c
	}
	was := w.asIs(p.errand)
	c.What, c.Appointment, c.WasStart = Moved, p.visit.ID, p.visit.Start
	for _, q := range was.team {
		c.WasNames = append(c.WasNames, q.Name)
	}
	c.Promise = PromiseKept
	if !keeps(p.visit.Promise(w.ro.plans), p.start) {
		c.Promise = PromiseBroken
	}
	return c
}

// Proposal is a plan for a range of days as the difference to the schedule on which it rests.
type Proposal struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	At    time.Time `json:"at"` // as of when it was made
	Zone  string    `json:"zone"`
	Seed  uint64    `json:"seed"`
	// Iterations are those of each worker; zero says that the clock ended the search, and that
	// another run can find another plan.
	Iterations int          `json:"iterations,omitempty"`
	Workers    int          `json:"workers"`
	Changes    []PlanChange `json:"changes"`
	LeftOut    []LeftOut    `json:"left_out,omitempty"`
	Kept       int          `json:"kept"`
	Before     Score        `json:"before"`
	After      Score        `json:"after"`
	// Read are digests of what the plan rests on, by record.
	Read map[store.ID]string `json:"read"`
}
