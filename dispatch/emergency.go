package dispatch

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/store"
)

// Emergency ranks the places for an order that cannot wait: others may have to begin later for
// it. First come places in time for the order's SLA, then those that break the fewest promises, then
// those that make others the least late, then the soonest. What is locked, under way, or booked
// over a rule is never pushed, nor is a visit of several technicians. An order for several technicians gets a team.
func Emergency(r store.Reader, q Ask) (*Suggestion, error) {
	w, err := ReadWorkload(r, q.Span, q.Now)
	if err != nil {
		return nil, err
	}
	e, err := w.ro.open(r, q.Order, q.Appointment, q.Tasks, q.Length)
	if err != nil {
		return nil, err
	}
	if err := e.needsLength(); err != nil {
		return nil, err
	}
	if err := w.ro.priced(); err != nil {
		return nil, err
	}
	out := &Suggestion{
		Order: e.order.ID, Number: e.order.Number, Title: e.order.Title, Length: minutesUp(e.length), Persons: e.persons(), Slots: []Slot{},
		pushes: w, span: q.Span,
	}
	if out.Why = w.ro.hopeless(e); len(out.Why) > 0 {
		return out, nil
	}
	var found []Slot
	people := w.ro.able(e, q.Only)
	if out.Persons > 1 {
		found = w.rally(e, people, out.Persons)
	} else {
		for _, p := range people {
			found = append(found, w.squeeze(e.by([]*person{p}), p)...)
		}
	}
	found = q.begin(found)
	slices.SortFunc(found, sooner)
	for _, s := range found[:min(len(found), q.Most)] {
		w.ro.tell(&s)
		out.Slots = append(out.Slots, s)
	}
	return out, nil
}

// sooner orders places for an emergency.
func sooner(a, b Slot) int {
	weigh := func(s Slot) (late, broken, worse int) {
		for _, m := range s.Moves {
			if m.Broken {
				broken++
			}
			worse += max(0, m.Late-m.LateAlready)
		}
		return s.Late, broken, worse
	}
	lateA, brokenA, worseA := weigh(a)
	lateB, brokenB, worseB := weigh(b)
	return cmp.Or(cmp.Compare(lateA, lateB), cmp.Compare(brokenA, brokenB), cmp.Compare(worseA, worseB), a.Start.Compare(b.Start), better(a, b))
}

// squeeze tries an errand before each visit of somebody's tours, and after the last one.
func (w *Workload) squeeze(e *errand, p *person) []Slot {
	var out []Slot
	for _, o := range w.openings(e, p) {
		if moves, ok := w.push(e, p, o.start, o.next); ok {
			if s, ok := w.makeWay(e, []*person{p}, o.start, moves); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// opening is a place on somebody's tour where an errand could begin if what comes after it gave way.
type opening struct {
	tour
	start time.Time
	next  []*stand
}

// openings are the places before each visit of somebody's tours, and after the last one.
func (w *Workload) openings(e *errand, p *person) []opening {
	var out []opening
	from := w.ro.notBefore(e)
	for _, t := range p.tours(w.ro.span) {
		if !t.End.After(from) {
			continue
		}
		var on []*stand
		for _, v := range p.agenda {
			if t.Overlaps(calendar.NewInterval(v.Start, v.End)) {
				on = append(on, v)
			}
		}
		for i := range len(on) + 1 {
			at := later(later(from, t.Start), w.ro.arrives(e, p, t, on[:i]))
			if at, ok := w.ro.firstStart(e, p, w.ro.fromHome(e, p, at), t.End); ok && (i < len(on) || !w.ro.wayHome(e, p, at).Before(at)) {
				out = append(out, opening{t, at, on[i:]})
			}
		}
	}
	return out
}

// arrives is when somebody can be there after the visits that come first, or, on a day that
// has begun, from where they are.
func (ro *Roster) arrives(e *errand, p *person, t tour, first []*stand) time.Time {
	if n := len(first); n > 0 {
		return later(ro.expected(first[n-1]).End, ro.now).Add(ro.way(first[n-1].job.place(), e.place()))
	}
	if !ro.now.After(t.Start) {
		return t.Start
	}
	here := p.base()
	for _, v := range p.past {
		if t.Contains(v.Start) {
			here = v.job.place()
		}
	}
	return ro.now.Add(ro.way(here, e.place()))
}

// firstStart is the first start from an instant on that lies within the shift and the hours of the site.
func (ro *Roster) firstStart(e *errand, p *person, from, until time.Time) (time.Time, bool) {
	in := calendar.NewInterval(from, until)
	open := p.shifts(in)
	if !e.site.Hours.IsZero() {
		open = calendar.Intersect(open, e.site.Hours.Intervals(zoneOf(e.site.Zone), nil, in.Start, in.End))
	}
	for _, s := range open {
		s.End = s.End.Add(-e.length)
		if !s.End.Before(s.Start) {
			return roundUp(s), true
		}
	}
	return time.Time{}, false
}

// push says what comes of a tour after an errand at a start: each visit as much later as it must be. It is false where
// something cannot give way.
func (w *Workload) push(e *errand, p *person, start time.Time, next []*stand) (moves []*placed, ok bool) {
	at, here := start.Add(e.length), e.place()
	for _, v := range next {
		first := at.Add(w.ro.way(here, v.job.place()))
		if !first.After(v.Start) {
			break
		}
		o := w.pushable(v)
		if o == nil {
			return nil, false
		}
		moves = append(moves, &placed{errand: o, team: []*person{p}, start: first})
		at, here = first.Add(o.length), o.place()
	}
	return moves, true
}

// makeWay is the slot of a team for which others give way. It is false where the rules refuse what comes of it.
func (w *Workload) makeWay(e *errand, team []*person, start time.Time, moves []*placed) (Slot, bool) {
	plan := append([]*placed{{errand: e, team: team, start: start}}, moves...)
	var changed []*stand
	for _, m := range plan {
		changed = append(changed, m.stand(w.ro.plans))
	}
	ro := w.ro.with(changed)
	for _, m := range plan {
		if len(refusing(ro.conflicts(m.errand, m.team, m.start))) > 0 {
			return Slot{}, false
		}
	}
	then := make([]*person, len(team))
	for i, p := range team {
		then[i] = ro.person(p.ID)
	}
	s := ro.slot(e, then, start)
	for _, m := range moves {
		s.Moves = append(s.Moves, w.shifted(m))
	}
	return s, true
}

// pushable is the errand of a visit that may be made to wait; nil where it may not.
func (w *Workload) pushable(v *stand) *errand {
	for _, o := range w.errands {
		if o.visit != nil && o.visit.ID == v.ID && !w.isHeld(o) && v.Lock != LockTime && len(v.Technicians) == 1 {
			return o
		}
	}
	return nil
}

// shifted says what becomes of a visit that is pushed.
func (w *Workload) shifted(m *placed) Shifted {
	promise := m.visit.Promise(w.ro.plans)
	return Shifted{
		Appointment: m.visit.ID, Number: m.visit.Number, From: m.visit.Start, To: m.start, Promise: promise.End,
		Broken: !keeps(promise, m.start), Late: minutesUp(m.late(m.start)), LateAlready: minutesUp(m.late(m.visit.Start)),
		length: m.length, team: m.visit.Technicians, order: m.order.ID,
	}
}

// bookAll is the plan that takes a slot for which others give way.
func (s *Suggestion) bookAll(slot Slot) *ApplyPlan {
	c := &ApplyPlan{From: s.span.Start, Until: s.span.End, Read: s.pushes.read}
	c.Bookings = append(c.Bookings, Booking{
		Order: s.Order, Appointment: slot.errand.waiting, Tasks: slot.errand.taskIDs(), Technicians: slot.Technicians,
		Start: slot.Start, End: slot.End, Arrival: slot.Arrival,
	})
	for _, m := range slot.Moves {
		c.Bookings = append(c.Bookings, Booking{
			Order: m.order, Appointment: m.Appointment, Technicians: m.team, Start: m.To, End: m.To.Add(m.length),
		})
	}
	return c
}
