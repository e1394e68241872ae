package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// Plan is who would do what, and when: what is asked before a visit is scheduled, moved
// or given to others.
type Plan struct {
	Appointment store.ID // the visit itself, which is not in its own way; empty for a new one
	Order       store.ID
	Tasks       []store.ID
	Technicians []store.ID
	Start, End  time.Time
}

// Conflicts names everything that stands against a plan, over its whole interval. It
// changes nothing and knows no clock: equal stores give equal answers.
func Conflicts(r store.Reader, p Plan) ([]Conflict, error) {
	s, err := p.situation(r)
	if err != nil {
		return nil, err
	}
	return s.conflicts(), nil
}

// Standing names what stands against a planned visit now, accepted or not. Nothing stands
// against one that has begun, is over or has no time.
func Standing(r store.Reader, a *Appointment) ([]Conflict, error) {
	if a.Status != Scheduled && a.Status != Dispatched {
		return nil, nil
	}
	return Conflicts(r, Plan{
		Appointment: a.ID, Order: a.Order, Tasks: a.Tasks, Technicians: a.Technicians, Start: a.Start, End: a.End,
	})
}

// Unaccepted is what of that nobody accepted, notes left out. What lies between two
// visits is accepted when it was for either of them.
func Unaccepted(r store.Reader, a *Appointment) ([]Conflict, error) {
	found, err := Standing(r, a)
	if err != nil {
		return nil, err
	}
	var out []Conflict
	for _, c := range found {
		if c.Note || a.accepts(c) {
			continue
		}
		if c.With.Prefix() == Appointments.Prefix() {
			other, err := Appointments.Get(r, c.With)
			if err != nil {
				return nil, err
			}
			seen := c
			seen.With = a.ID
			if other.accepts(seen) {
				continue
			}
		}
		out = append(out, c)
	}
	return out, nil
}

func (a *Appointment) accepts(c Conflict) bool {
	return slices.ContainsFunc(a.Accepted, func(e Exception) bool { return e.Covers(c) })
}

// Tasked is the plan with the tasks that it would be for if it were booked now, where it names none: those of the
// visit, or else those that scheduling the order would take.
func (p Plan) Tasked(r store.Reader) (Plan, error) {
	if len(p.Tasks) > 0 {
		return p, nil
	}
	order, err := work.WorkOrders.Get(r, p.Order)
	if err != nil {
		return p, err
	}
	c := Schedule{Order: p.Order, Appointment: p.Appointment}
	a, err := c.waiting(r, order)
	if err != nil {
		return p, err
	}
	var named []store.ID
	if a != nil {
		if p.Appointment != "" && a.Status != None {
			p.Tasks = a.Tasks
			return p, nil
		}
		if named, err = stillOpen(r, a.Tasks); err != nil {
			return p, err
		}
		p.Appointment = a.ID
	}
	p.Tasks, err = tasksOf(r, order, named, p.Appointment)
	return p, err
}

// check refuses a plan that is none.
func (p Plan) check() error {
	switch {
	case p.Start.IsZero():
		return fault.Invalidf("start", "say when the visit is to begin").With("appointment.time")
	case p.End.IsZero():
		return fault.Invalidf("duration", "say how long the visit is to last").With("appointment.time")
	}
	iv := calendar.NewInterval(p.Start, p.End)
	if err := iv.Check("end"); err != nil {
		return err
	}
	if iv.Duration() > MaxVisit {
		return fault.Invalidf("duration", "a visit of %s is longer than %d days", calendar.FormatDuration(iv.Duration()), int(MaxVisit/(24*time.Hour))).
			With("appointment.long").Hint("plan several visits")
	}
	return nil
}

// situation reads what the conflicts of a plan depend on.
func (p Plan) situation(r store.Reader) (situation, error) {
	s := situation{plan: calendar.NewInterval(p.Start, p.End)}
	if err := p.check(); err != nil {
		return s, err
	}
	var err error
	if s.order, err = work.WorkOrders.Get(r, p.Order); err != nil {
		return s, err
	}
	if s.site, err = work.Sites.Get(r, s.order.Site); err != nil {
		return s, err
	}
	if s.terms, err = termsAt(r, s.site); err != nil {
		return s, err
	}
	policy, _, err := CurrentPolicy(r)
	if err != nil {
		return s, err
	}
	s.road, s.home, s.unknown = policy.Roads(), policy.FromHome(), policy.Plans().unknownWay()
	s.overtime = policy.Plans().lateHome()
	for _, id := range p.Tasks {
		t, err := work.Tasks.Get(r, id)
		if err != nil {
			return s, err
		}
		s.tasks = append(s.tasks, t)
	}
	for _, id := range p.Technicians {
		m := member{}
		if m.Technician, err = Technicians.Get(r, id); err != nil {
			return s, err
		}
		m.zone = zoneOf(m.Zone)
		if m.busy, err = p.otherVisits(r, id); err != nil {
			return s, err
		}
		if m.away, err = absencesIn(r, id, s.plan); err != nil {
			return s, err
		}
		if m.serves, err = served(r, id); err != nil {
			return s, err
		}
		if m.near, err = p.neighbours(r, id); err != nil {
			return s, err
		}
		s.team = append(s.team, m)
	}
	for _, link := range s.order.After {
		w := wait{link: link}
		if w.order, err = work.WorkOrders.Get(r, link.Order); err != nil {
			return s, err
		}
		if w.likely, err = likely(r, link); err != nil {
			return s, err
		}
		s.waits = append(s.waits, w)
	}
	return s, nil
}

// otherVisits returns the open visits of a technician that have time in common with the
// plan, by start.
func (p Plan) otherVisits(r store.Reader, technician store.ID) ([]AppointmentRow, error) {
	found, err := onDays(r, "busy", store.K(technician), calendar.NewInterval(p.Start, p.End))
	return slices.DeleteFunc(found, func(row AppointmentRow) bool { return row.ID == p.Appointment }), err
}

// likely is when what a link waits for is planned to have happened, see [likelyOf].
func likely(r store.Reader, link work.Prerequisite) (time.Time, error) {
	rows, err := OfOrder(r, link.Order)
	return likelyOf(link, rows), err
}

// likelyOf reads off the visits of an order, by start, when what a link waits for is planned
// to have happened: the end of the last open visit, or the start of the first one. It is zero when a part
// of the order has no visit planned.
func likelyOf(link work.Prerequisite, visits []AppointmentRow) (at time.Time) {
	for _, row := range visits {
		switch {
		case !row.Status.Open():
			continue
		case row.Status == None:
			if link.Kind != work.StartToStart {
				return time.Time{}
			}
		case link.Kind == work.StartToStart:
			return row.Start
		case row.End.After(at):
			at = row.End
		}
	}
	return at
}

// team refuses a team that names somebody twice or nobody known.
func team(r store.Reader, ids []store.ID) error {
	for i, id := range ids {
		t, err := Technicians.Get(r, id)
		if err != nil {
			return err
		}
		if slices.Contains(ids[:i], id) {
			return fault.Invalidf("technician", "%s is named twice", t.Name).With("appointment.twice")
		}
	}
	return nil
}

// tasksOf checks the tasks that are named for a visit: they are of the order and still
// open. With none named, they are the open tasks that no other open visit has, or all
// open ones where every task is on a visit already.
func tasksOf(r store.Reader, order *work.WorkOrder, named []store.ID, visit store.ID) ([]store.ID, error) {
	if len(named) > 0 {
		for i, id := range named {
			t, err := work.Tasks.Get(r, id)
			if err != nil {
				return nil, err
			}
			switch {
			case t.Order != order.ID:
				return nil, fault.Invalidf("task", "task %d (%s) is not of %s", t.N, t.Title, order.Number).With("appointment.task")
			case t.Status != work.TaskOpen:
				return nil, fault.Refusedf("task %d (%s) of %s is %s already", t.N, t.Title, order.Number, t.Status).With("appointment.task")
			case slices.Contains(named[:i], id):
				return nil, fault.Invalidf("task", "task %d is named twice", t.N).With("appointment.task")
			}
		}
		return named, nil
	}
	taken := map[store.ID]bool{}
	for a, err := range Appointments.By(r, "order", store.K(order.ID)) {
		if err != nil {
			return nil, err
		}
		if a.Status.Open() && a.ID != visit {
			for _, id := range a.Tasks {
				taken[id] = true
			}
		}
	}
	var open, free []store.ID
	for row, err := range work.Tasks.Rows(r, "order", store.Prefix(store.K(order.ID))) {
		if err != nil {
			return nil, err
		}
		if row.Status != work.TaskOpen {
			continue
		}
		open = append(open, row.ID)
		if !taken[row.ID] {
			free = append(free, row.ID)
		}
	}
	if len(free) == 0 {
		return open, nil
	}
	return free, nil
}

// Estimate is how long a visit to an order is likely to take: the estimates of its tasks
// added up, at the pace of a technician who goes alone. It is false when one of them is not known, or there is none: nothing is
// made up. Visit is the unscheduled visit that would get the time, or "".
func Estimate(r store.Reader, order, visit store.ID, named, technicians []store.ID) (time.Duration, bool, error) {
	w, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return 0, false, err
	}
	c := Schedule{Order: order, Appointment: visit, Tasks: named}
	if a, err := c.waiting(r, w); err != nil {
		return 0, false, err
	} else if a != nil && len(named) == 0 {
		visit = a.ID
		if named, err = stillOpen(r, a.Tasks); err != nil {
			return 0, false, err
		}
	}
	tasks, err := tasksOf(r, w, named, visit)
	if err != nil {
		return 0, false, err
	}
	var total time.Duration
	alone := len(technicians) == 1
	for _, id := range tasks {
		t, err := work.Tasks.Get(r, id)
		if err != nil || t.Minutes == 0 {
			return 0, false, err
		}
		total += time.Duration(t.Minutes) * time.Minute
		alone = alone && t.Persons <= 1
	}
	if alone {
		t, err := Technicians.Get(r, technicians[0])
		if err != nil {
			return 0, false, err
		}
		total = t.atPace(total, usualPace)
	}
	return total, total > 0, nil
}
