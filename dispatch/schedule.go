package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// Schedule plans a visit. What an earlier visit left undone waits in a visit without a
// time; scheduling takes the oldest of these unless other tasks are named.
type Schedule struct {
	Order store.ID `json:"order"`
	// Appointment names the unscheduled visit that gets a time.
	Appointment store.ID   `json:"appointment,omitempty"`
	Tasks       []store.ID `json:"tasks,omitempty"` // see tasksOf for the default
	Technicians []store.ID `json:"technicians,omitempty"`
	Crew        store.ID   `json:"crew,omitempty"` // in place of technicians
	Start       time.Time  `json:"start"`
	End         time.Time  `json:"end"`
	Accept      []Code     `json:"accept,omitempty"` // conflicts that are booked over, with a reason
	// Arrival is the window that the customer is told; none is the policy's, from the start on.
	Arrival calendar.Interval `json:"arrival,omitzero"`
}

// Name implements store.Command.
func (c *Schedule) Name() string { return "appointment.schedule.v1" }

// Undoable implements store.Undoable.
func (c *Schedule) Undoable() {}

// Do implements store.Command.
func (c *Schedule) Do(tx *store.Tx) error {
	order, err := work.WorkOrders.Get(tx, c.Order)
	if err != nil {
		return err
	}
	a, err := c.visit(tx, order)
	if err != nil {
		return err
	}
	if err := a.can(tx, ActSchedule); err != nil {
		return err
	}
	named := c.Tasks
	if len(named) == 0 && len(a.Tasks) > 0 {
		if named, err = stillOpen(tx, a.Tasks); err != nil {
			return err
		}
	}
	if a.Tasks, err = tasksOf(tx, order, named, a.ID); err != nil {
		return err
	}
	if a.Technicians, err = crewAt(tx, c.Crew, c.Start, c.Technicians); err != nil {
		return err
	}
	a.Crew = c.Crew
	if err := team(tx, a.Technicians); err != nil {
		return err
	}
	a.Arrival = c.Arrival
	if err := a.plan(tx, order.Number, c.Start, c.End, c.Accept); err != nil {
		return err
	}
	if a.Number == "" {
		if a.Number, err = tx.TakeNumber(numbers, a.ID); err != nil {
			return err
		}
	}
	if err := a.advance(tx, ActSchedule); err != nil {
		return err
	}
	tx.Returns(a.ID, a.Number)
	a.emit(tx, "scheduled", map[string]any{"start": a.Start, "end": a.End})
	if err := Appointments.Put(tx, a); err != nil {
		return err
	}
	if err := takeTasks(tx, a); err != nil {
		return err
	}
	return takeOver(tx, a)
}

// visit is the record that gets the time: one that waits for it, or a new one.
func (c *Schedule) visit(tx *store.Tx, order *work.WorkOrder) (*Appointment, error) {
	a, err := c.waiting(tx, order)
	if err != nil || a != nil {
		return a, err
	}
	a = &Appointment{Order: order.ID, Zone: order.Zone, Status: None}
	a.ID = Appointments.NewID(tx, "")
	return a, nil
}

// waiting is the visit that is named, or else the oldest that waits for a time and has
// no other tasks than those named; nil where there is none.
func (c *Schedule) waiting(r store.Reader, order *work.WorkOrder) (*Appointment, error) {
	if c.Appointment != "" {
		a, err := Appointments.Get(r, c.Appointment)
		switch {
		case err != nil:
			return nil, err
		case a.Order != order.ID:
			return nil, fault.Invalidf("appointment", "%s is not a visit of %s", a.Number, order.Number).With("appointment.task")
		case len(c.Tasks) > 0 && !containsAll(c.Tasks, a.Tasks):
			return nil, fault.Refusedf("%s waits with more tasks than these: nothing would be planned for the others", a.Number).
				With("appointment.task").Hint("callout appt schedule %s   (a new visit for some of the tasks)", order.Number)
		}
		return a, nil
	}
	for a, err := range Appointments.By(r, "order", store.K(order.ID)) {
		if err != nil {
			return nil, err
		}
		if a.Status == None && (len(c.Tasks) == 0 || len(a.Tasks) > 0 && containsAll(c.Tasks, a.Tasks)) {
			return a, nil
		}
	}
	return nil, nil
}

// plan gives a visit a time and checks it against everything that may stand in its way.
func (a *Appointment) plan(tx *store.Tx, title string, start, end time.Time, accept []Code) error {
	iv := calendar.NewInterval(start.Truncate(time.Second), end.Truncate(time.Second))
	a.Start, a.End = iv.Start, iv.End
	a.keepArrival()
	found, err := Conflicts(tx, Plan{
		Appointment: a.ID, Order: a.Order, Tasks: a.Tasks, Technicians: a.Technicians, Start: a.Start, End: a.End,
	})
	if err != nil {
		return err
	}
	taken, err := refuseConflicts(tx, title, found, accept)
	if err != nil {
		return err
	}
	if err := a.dropAsked(tx); err != nil {
		return err
	}
	a.Accepted = taken
	return a.letGo(tx, title)
}

// takeTasks takes the tasks of a planned visit off the ones that wait for a time; one
// that has nothing left to wait for is called off.
func takeTasks(tx *store.Tx, planned *Appointment) error {
	for a, err := range Appointments.By(tx, "order", store.K(planned.Order)) {
		if err != nil {
			return err
		}
		if a.ID == planned.ID || a.Status != None || len(a.Tasks) == 0 {
			continue
		}
		n := len(a.Tasks)
		a.Tasks = slices.DeleteFunc(a.Tasks, func(id store.ID) bool { return slices.Contains(planned.Tasks, id) })
		switch {
		case len(a.Tasks) == n:
			continue
		case len(a.Tasks) == 0:
			err = a.cancel(tx, "its tasks went to "+planned.Number)
		default:
			err = Appointments.Put(tx, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeOver links the visits of the same order whose left-over work nobody has taken over yet.
func takeOver(tx *store.Tx, next *Appointment) error {
	for a, err := range Appointments.By(tx, "order", store.K(next.Order)) {
		if err != nil {
			return err
		}
		if a.ID == next.ID || a.Status != PartiallyCompleted && a.Status != CannotComplete {
			continue
		}
		taken, err := isOpenOrDone(tx, a.FollowOn)
		if err != nil {
			return err
		}
		if taken {
			continue
		}
		a.FollowOn = next.ID
		if err := Appointments.Put(tx, a); err != nil {
			return err
		}
	}
	return nil
}

// isOpenOrDone reports whether a visit exists and was not canceled.
func isOpenOrDone(r store.Reader, id store.ID) (bool, error) {
	if id == "" {
		return false, nil
	}
	a, ok, err := Appointments.Try(r, id)
	return ok && a.Status != Canceled, err
}

// stillOpen leaves out the tasks that are done by now.
func stillOpen(r store.Reader, tasks []store.ID) ([]store.ID, error) {
	var out []store.ID
	for _, id := range tasks {
		t, err := work.Tasks.Get(r, id)
		if err != nil {
			return nil, err
		}
		if t.Status == work.TaskOpen {
			out = append(out, id)
		}
	}
	return out, nil
}

func containsAll(all, some []store.ID) bool {
	return !slices.ContainsFunc(some, func(id store.ID) bool { return !slices.Contains(all, id) })
}

// emit names an event of a visit, always with its order.
func (a *Appointment) emit(tx *store.Tx, what string, data map[string]any) {
	if data == nil {
		data = map[string]any{}
	}
	data["order"] = a.Order
	tx.Emit("appointment."+what, a.ID, data)
}
