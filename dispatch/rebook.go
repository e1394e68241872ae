package dispatch

import (
	"slices"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// Rebook plans a new visit in place of one that was called off: for those of its tasks
// that are still open, and with the same team unless another is named.
type Rebook struct {
	Appointment store.ID   `json:"appointment"`
	Technicians []store.ID `json:"technicians,omitempty"`
	Start       time.Time  `json:"start"`
	End         time.Time  `json:"end"` // zero keeps the duration
	Accept      []Code     `json:"accept,omitempty"`
}

// Name implements store.Command.
func (c *Rebook) Name() string { return "appointment.rebook.v1" }

// Undoable implements store.Undoable.
func (c *Rebook) Undoable() {}

// Rebookable reports whether a visit can be planned anew: one that was called off.
func (s Status) Rebookable() bool { return s == Canceled }

// Do implements store.Command.
func (c *Rebook) Do(tx *store.Tx) error {
	old, err := Appointments.Get(tx, c.Appointment)
	if err != nil {
		return err
	}
	if !old.Status.Rebookable() {
		return fault.Refusedf("%s is %s: only a visit that was called off is booked again", old.Number, old.Status).
			With("appointment.rebook").Hint(`callout appt move %s --start "tomorrow 09:00"`, old.Number)
	}
	taken, err := isOpenOrDone(tx, old.FollowOn)
	if err != nil {
		return err
	}
	if taken {
		next, err := Appointments.Get(tx, old.FollowOn)
		if err != nil {
			return err
		}
		return fault.Refusedf("%s was booked again as %s", old.Number, next.Number).With("appointment.rebook").
			Hint("callout appt show %s", next.Number)
	}
	order, err := work.WorkOrders.Get(tx, old.Order)
	if err != nil {
		return err
	}
	a := &Appointment{Order: order.ID, Zone: order.Zone, Status: None, Technicians: c.Technicians}
	a.ID = Appointments.NewID(tx, "")
	if a.Tasks, err = stillOpen(tx, old.Tasks); err != nil {
		return err
	}
	if len(a.Tasks) == 0 && len(old.Tasks) > 0 {
		return fault.Refusedf("every task of %s is done or on another visit by now", old.Number).With("appointment.rebook").
			Hint("callout appt list --order %s", order.Number)
	}
	if len(a.Technicians) == 0 {
		a.Technicians, a.Crew = slices.Clone(old.Technicians), old.Crew
	}
	if err := team(tx, a.Technicians); err != nil {
		return err
	}
	end := c.End
	if end.IsZero() && !old.Start.IsZero() {
		end = c.Start.Add(old.End.Sub(old.Start))
	}
	if err := a.plan(tx, order.Number, c.Start, end, c.Accept); err != nil {
		return err
	}
	if a.Number, err = tx.TakeNumber(numbers, a.ID); err != nil {
		return err
	}
	if err := a.advance(tx, ActSchedule); err != nil {
		return err
	}
	old.FollowOn = a.ID
	tx.Returns(a.ID, a.Number)
	a.emit(tx, "rebooked", map[string]any{"of": old.ID, "start": a.Start, "end": a.End})
	if err := Appointments.Put(tx, old); err != nil {
		return err
	}
	if err := Appointments.Put(tx, a); err != nil {
		return err
	}
	return takeTasks(tx, a)
}

// Swap sends one technician in place of another; the rest of the team stays.
type Swap struct {
	Appointment store.ID `json:"appointment"`
	Out         store.ID `json:"out"`
	In          store.ID `json:"in"`
	Accept      []Code   `json:"accept,omitempty"`
}

// Name implements store.Command.
func (c *Swap) Name() string { return "appointment.swap.v1" }

// Undoable implements store.Undoable.
func (c *Swap) Undoable() {}

// Do implements store.Command.
func (c *Swap) Do(tx *store.Tx) error {
	a, err := Appointments.Get(tx, c.Appointment)
	if err != nil {
		return err
	}
	i := slices.Index(a.Technicians, c.Out)
	if i < 0 {
		t, err := Technicians.Get(tx, c.Out)
		if err != nil {
			return err
		}
		return fault.Refusedf("%s is not on %s", t.Name, a.Number).With("appointment.team").Hint("callout appt show %s", a.Number)
	}
	next := slices.Clone(a.Technicians)
	next[i] = c.In
	return (&Assign{Appointment: a.ID, Technicians: next, Accept: c.Accept}).Do(tx)
}
