package dispatch

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// errand is work that one visit is to do: a planned visit, or one that is looked for.
type errand struct {
	*job
	visit    *stand // as it is planned; nil for work without a time
	waiting  store.ID
	tasks    []*work.Task
	length   time.Duration
	pace     int // at which it takes so long; 0 is at any
	asked    terms
	waits    []pending
	followed []follower
}

// pending is an order that the errand's waits for, with its visits by start.
type pending struct {
	order  *work.WorkOrder
	link   work.Prerequisite
	visits []AppointmentRow
}

// follower is a planned visit of an order that waits for the errand's.
type follower struct {
	AppointmentRow
	link work.Prerequisite
}

// key names the errand in a problem: the visit that is planned or waits for a time, or else the order.
func (e *errand) key() string {
	switch {
	case e.visit != nil:
		return string(e.visit.ID)
	case e.waiting != "":
		return string(e.waiting)
	}
	return string(e.order.ID)
}

// persons is how many it takes at least; a planned visit keeps the size of its team.
func (e *errand) persons() int {
	n := 1
	for _, t := range e.tasks {
		n = max(n, t.Persons)
	}
	if e.visit != nil {
		n = max(n, len(e.visit.Technicians))
	}
	return n
}

func (e *errand) taskIDs() []store.ID {
	out := make([]store.ID, len(e.tasks))
	for i, t := range e.tasks {
		out[i] = t.ID
	}
	return out
}

// number is what people call it.
func (e *errand) number() string {
	if e.visit != nil {
		return e.visit.Number
	}
	return e.order.Number
}

// open makes the errand of an order that has no time yet, or of the part of it that is named.
// A length of zero is what the estimates add up to.
func (ro *Roster) open(r store.Reader, order, waiting store.ID, tasks []store.ID, length time.Duration) (*errand, error) {
	j, err := ro.jobs.of(order)
	if err != nil {
		return nil, err
	}
	c := Schedule{Order: order, Appointment: waiting, Tasks: tasks}
	a, err := c.waiting(r, j.order)
	if err != nil {
		return nil, err
	}
	e := &errand{job: j, length: length}
	if a != nil {
		if a.Status != None {
			return nil, a.refuse(r, ActSchedule)
		}
		e.waiting = a.ID
		if len(tasks) == 0 && len(a.Tasks) > 0 {
			if tasks, err = stillOpen(r, a.Tasks); err != nil {
				return nil, err
			}
		}
	}
	if tasks, err = tasksOf(r, j.order, tasks, e.waiting); err != nil {
		return nil, err
	}
	if err := e.read(r, ro, tasks); err != nil {
		return nil, err
	}
	if length != 0 {
		return e, nil
	}
	e.pace = usualPace
	for _, t := range e.tasks {
		if t.Minutes == 0 {
			e.length = 0
			break
		}
		e.length += time.Duration(t.Minutes) * time.Minute
	}
	return e, nil
}

// planned makes the errand of a visit that has a time.
func (ro *Roster) planned(r store.Reader, v *stand) (*errand, error) {
	a, err := Appointments.Get(r, v.ID)
	if err != nil {
		return nil, err
	}
	e := &errand{job: v.job, visit: v, length: v.End.Sub(v.Start), pace: ro.paceOf(v)}
	return e, e.read(r, ro, a.Tasks)
}

// read reads what the rules ask about.
func (e *errand) read(r store.Reader, ro *Roster, tasks []store.ID) (err error) {
	for _, id := range tasks {
		t, err := work.Tasks.Get(r, id)
		if err != nil {
			return err
		}
		e.tasks = append(e.tasks, t)
	}
	if e.asked, err = ro.jobs.asks(e.job); err != nil {
		return err
	}
	for _, link := range e.order.After {
		other, err := ro.jobs.of(link.Order)
		if err != nil {
			return err
		}
		p := pending{order: other.order, link: link}
		if p.visits, err = OfOrder(r, link.Order); err != nil {
			return err
		}
		e.waits = append(e.waits, p)
	}
	return e.readFollowers(r)
}

// readFollowers reads the planned visits of the orders that wait for this one.
func (e *errand) readFollowers(r store.Reader) error {
	for w, err := range work.WorkOrders.By(r, "after", store.K(e.order.ID)) {
		if err != nil {
			return err
		}
		rows, err := OpenVisits(r, w.ID)
		if err != nil {
			return err
		}
		for _, link := range w.After {
			for _, row := range rows {
				if link.Order == e.order.ID && row.Status != None {
					e.followed = append(e.followed, follower{row, link})
				}
			}
		}
	}
	return nil
}

// needsLength refuses an errand of which nobody knows how long it takes.
func (e *errand) needsLength() error {
	if e.length > 0 {
		return nil
	}
	return fault.Invalidf("duration", "say how long the visit is to last: not every task of %s has an estimate", e.order.Number).
		With("appointment.time").Hint("add --duration 2h")
}

// conflicts puts the rules' questions about an errand, with a team, at a time.
func (ro *Roster) conflicts(e *errand, team []*person, start time.Time) []Conflict {
	return ro.situation(e, team, start).conflicts()
}

func (ro *Roster) situation(e *errand, team []*person, start time.Time) situation {
	plan := calendar.NewInterval(start, start.Add(e.length))
	s := situation{plan: plan, order: e.order, site: e.site, tasks: e.tasks, terms: e.asked, road: ro.road, home: ro.policy.FromHome(),
		unknown: ro.plans.unknownWay(), overtime: ro.plans.lateHome()}
	around := calendar.NewInterval(plan.Start.Add(-within), plan.End.Add(within))
	for _, p := range team {
		p = ro.person(p.ID) // with what is planned in this roster
		m := member{Technician: p.Technician, zone: p.zone, away: p.away, serves: p.serves}
		for _, v := range p.agenda {
			iv := calendar.NewInterval(v.Start, v.End)
			switch {
			case string(v.ID) == e.key():
			case iv.Overlaps(plan):
				m.busy = append(m.busy, v.AppointmentRow)
			case iv.Overlaps(around):
				m.near = append(m.near, neighbour{v.AppointmentRow, v.job.site})
			}
		}
		s.team = append(s.team, m)
	}
	for _, p := range e.waits {
		s.waits = append(s.waits, wait{order: p.order, link: p.link, likely: likelyOf(p.link, ro.current(p))})
	}
	return s
}

// current are the visits of an order that is waited for, as this roster has them.
func (ro *Roster) current(p pending) []AppointmentRow {
	out := slices.Clone(p.visits)
	for _, v := range ro.visits {
		if v.Order != p.order.ID {
			continue
		}
		if i := slices.IndexFunc(out, func(o AppointmentRow) bool { return o.ID == v.ID }); i >= 0 {
			out[i] = v.AppointmentRow
		} else {
			out = append(out, v.AppointmentRow)
		}
	}
	slices.SortFunc(out, func(a, b AppointmentRow) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	return out
}

// refusing are the conflicts that refuse a booking: all but notes.
func refusing(found []Conflict) []Conflict {
	return slices.DeleteFunc(found, func(c Conflict) bool { return c.Note })
}

// startBy is by when the errand should start for the SLA to be kept: its response, where
// nobody was there yet, and its end. It is zero where nothing is due.
func (e *errand) startBy() time.Time {
	var due time.Time
	if w := e.order; w.Responded().IsZero() && !w.RespondBy.IsZero() {
		due = w.RespondBy
	}
	if by := e.order.ResolveBy; !by.IsZero() {
		if by = by.Add(-e.length); due.IsZero() || by.Before(due) {
			due = by
		}
	}
	return due
}

// late is by how much a start misses the SLA.
func (e *errand) late(start time.Time) time.Duration {
	due := e.startBy()
	if due.IsZero() || !start.After(due) {
		return 0
	}
	return start.Sub(due)
}
