package dispatch

import (
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// Outcomes lists how a visit can end.
func Outcomes() []Status { return []Status{Completed, PartiallyCompleted, CannotComplete} }

// Finish ends a visit. It never completes the order: somebody does that, once all is there.
type Finish struct {
	Appointment store.ID `json:"appointment"`
	// Outcome is completed (which marks every task of the visit done), partially-completed
	// (which hands the open tasks to a follow-on visit) or cannot-complete.
	Outcome Status `json:"outcome"`
	// Done are the tasks of the visit that are done, for a partial completion; those that
	// were marked done before need not be named.
	Done []store.ID `json:"done,omitempty"`
}

// Name implements store.Command.
func (c *Finish) Name() string { return "appointment.finish.v1" }

// Undoable implements store.Undoable.
func (c *Finish) Undoable() {}

// Do implements store.Command.
func (c *Finish) Do(tx *store.Tx) error {
	a, err := Appointments.Get(tx, c.Appointment)
	if err != nil {
		return err
	}
	act, err := c.action()
	if err != nil {
		return err
	}
	if err := a.can(tx, act); err != nil {
		return err
	}
	tx.Returns(a.ID, a.Number)
	if act != ActComplete {
		if a.Why = strings.TrimSpace(tx.Env.Reason); a.Why == "" {
			return fault.Invalidf("reason", "say why %s is %s", a.Number, c.Outcome).With("reason.missing").
				Hint("%s", act.verb(a.Number))
		}
	}
	if err := a.advance(tx, act); err != nil {
		return err
	}
	if err := c.tasks(tx, a); err != nil {
		return err
	}
	a.emit(tx, "finished", map[string]any{"outcome": c.Outcome})
	return Appointments.Put(tx, a)
}

func (c *Finish) action() (Action, error) {
	if len(c.Done) > 0 && c.Outcome != PartiallyCompleted {
		return "", fault.Invalidf("done", "tasks are named only when a part is done").With("appointment.done").
			Hint("leave out --done, or use --outcome partially-completed")
	}
	switch c.Outcome {
	case Completed:
		return ActComplete, nil
	case PartiallyCompleted:
		return ActPart, nil
	case CannotComplete:
		return ActGiveUp, nil
	}
	return "", fault.Invalidf("outcome", "%q is no outcome; there are completed, partially-completed and cannot-complete", c.Outcome).
		With("appointment.outcome")
}

// tasks marks what was done, by the rules of room work, and hands on what was not.
func (c *Finish) tasks(tx *store.Tx, a *Appointment) error {
	open, err := stillOpen(tx, a.Tasks)
	if err != nil {
		return err
	}
	done := c.Done
	if c.Outcome == Completed {
		done = open
	}
	for _, id := range done {
		if !slices.Contains(a.Tasks, id) {
			return c.notOfVisit(tx, a, id)
		}
		if slices.Contains(open, id) {
			if err := tx.Run(tx.Env.CommandID, &work.MarkTaskDone{ID: id}); err != nil {
				return err
			}
		}
	}
	if c.Outcome != PartiallyCompleted {
		return nil
	}
	left := slices.DeleteFunc(open, func(id store.ID) bool { return slices.Contains(done, id) })
	if len(left) == 0 && len(a.Tasks) > 0 {
		return fault.Refusedf("every task of %s is done: it is not partly but wholly completed", a.Number).
			With("appointment.whole").Hint("callout appt finish %s", a.Number)
	}
	return a.handOn(tx, left)
}

func (c *Finish) notOfVisit(r store.Reader, a *Appointment, id store.ID) error {
	t, err := work.Tasks.Get(r, id)
	if err != nil {
		return err
	}
	return fault.Invalidf("done", "task %d (%s) is not on %s", t.N, t.Title, a.Number).With("appointment.task").
		Hint("callout task done %s", id)
}

// handOn puts what is left over into the hands of another visit of the order: one that
// has these tasks already, or else one that waits for a time, which is made if there is none.
func (a *Appointment) handOn(tx *store.Tx, left []store.ID) error {
	var waiting *Appointment
	for other, err := range Appointments.By(tx, "order", store.K(a.Order)) {
		if err != nil {
			return err
		}
		if other.ID == a.ID || !other.Status.Open() {
			continue
		}
		if len(left) > 0 && containsAll(other.Tasks, left) {
			a.FollowOn = other.ID
			return nil
		}
		if other.Status == None && waiting == nil {
			waiting = other
		}
	}
	if waiting == nil {
		waiting = &Appointment{Order: a.Order, Zone: a.Zone, Status: None}
		waiting.ID = Appointments.NewID(tx, "follow-on")
		var err error
		if waiting.Number, err = tx.TakeNumber(numbers, waiting.ID); err != nil {
			return err
		}
		waiting.emit(tx, "left_over", map[string]any{"of": a.ID})
	}
	for _, id := range left {
		if !slices.Contains(waiting.Tasks, id) {
			waiting.Tasks = append(waiting.Tasks, id)
		}
	}
	a.FollowOn = waiting.ID
	return Appointments.Put(tx, waiting)
}

// CancelVisit calls a visit off before work on it has begun.
type CancelVisit struct {
	Appointment store.ID `json:"appointment"`
}

// Name implements store.Command.
func (c *CancelVisit) Name() string { return "appointment.cancel.v1" }

// Undoable implements store.Undoable.
func (c *CancelVisit) Undoable() {}

// Do implements store.Command.
func (c *CancelVisit) Do(tx *store.Tx) error {
	a, err := Appointments.Get(tx, c.Appointment)
	if err != nil {
		return err
	}
	tx.Returns(a.ID, a.Number)
	return a.cancel(tx, strings.TrimSpace(tx.Env.Reason))
}

func (a *Appointment) cancel(tx *store.Tx, why string) error {
	if err := a.advance(tx, ActCancel); err != nil {
		return err
	}
	if err := a.dropAsked(tx); err != nil {
		return err
	}
	a.Why = why
	a.emit(tx, "canceled", map[string]any{"why": why})
	return Appointments.Put(tx, a)
}
