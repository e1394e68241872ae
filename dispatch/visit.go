package dispatch

import (
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// Dispatch tells the team that they are to go.
type Dispatch struct {
	Appointment store.ID `json:"appointment"`
}

// Name implements store.Command.
func (c *Dispatch) Name() string { return "appointment.dispatch.v1" }

// Undoable implements store.Undoable.
func (c *Dispatch) Undoable() {}

// Do implements store.Command.
func (c *Dispatch) Do(tx *store.Tx) error {
	return step(tx, c.Appointment, ActDispatch, "dispatched", (*Appointment).ready)
}

// Travel says that the team is on the way.
type Travel struct {
	Appointment store.ID `json:"appointment"`
}

// Name implements store.Command.
func (c *Travel) Name() string { return "appointment.travel.v1" }

// Undoable implements store.Undoable.
func (c *Travel) Undoable() {}

// Do implements store.Command.
func (c *Travel) Do(tx *store.Tx) error {
	return step(tx, c.Appointment, ActTravel, "traveling", func(a *Appointment, r store.Reader) error {
		if err := a.ready(r); err != nil {
			return err
		}
		return a.nobodyElsewhere(tx)
	})
}

// Start says that the team is at work. It is refused while a safety checklist of the
// visit's tasks is not acknowledged, while the order waits for another one, and while
// somebody of the team is at work elsewhere. With it, work on the order has begun.
type Start struct {
	Appointment store.ID `json:"appointment"`
}

// Name implements store.Command.
func (c *Start) Name() string { return "appointment.start.v1" }

// Undoable implements store.Undoable.
func (c *Start) Undoable() {}

// Do implements store.Command.
func (c *Start) Do(tx *store.Tx) error {
	return step(tx, c.Appointment, ActStart, "started", func(a *Appointment, r store.Reader) error {
		if err := a.ready(r); err != nil {
			return err
		}
		if err := a.nobodyElsewhere(tx); err != nil {
			return err
		}
		return work.Begin(tx, a.Order, a.Tasks...)
	})
}

// Pause says that the team stopped work for a while: for the night, for lunch.
type Pause struct {
	Appointment store.ID `json:"appointment"`
}

// Name implements store.Command.
func (c *Pause) Name() string { return "appointment.pause.v1" }

// Undoable implements store.Undoable.
func (c *Pause) Undoable() {}

// Do implements store.Command.
func (c *Pause) Do(tx *store.Tx) error { return step(tx, c.Appointment, ActPause, "paused", nil) }

// Resume says that the team is at work again.
type Resume struct {
	Appointment store.ID `json:"appointment"`
}

// Name implements store.Command.
func (c *Resume) Name() string { return "appointment.resume.v1" }

// Undoable implements store.Undoable.
func (c *Resume) Undoable() {}

// Do implements store.Command.
func (c *Resume) Do(tx *store.Tx) error {
	return step(tx, c.Appointment, ActResume, "resumed", func(a *Appointment, r store.Reader) error {
		if err := a.ready(r); err != nil {
			return err
		}
		return a.nobodyElsewhere(tx)
	})
}

// step takes a visit one step on, if the table allows it and then nothing else stands against it.
func step(tx *store.Tx, id store.ID, act Action, event string, may func(*Appointment, store.Reader) error) error {
	a, err := Appointments.Get(tx, id)
	if err != nil {
		return err
	}
	if err := a.can(tx, act); err != nil {
		return err
	}
	tx.Returns(a.ID, a.Number)
	if may != nil {
		if err := may(a, tx); err != nil {
			return err
		}
	}
	if err := a.advance(tx, act); err != nil {
		return err
	}
	a.emit(tx, event, nil)
	return Appointments.Put(tx, a)
}

// nobodyElsewhere refuses to have somebody in two places at once. A break does not
// count: a job that rests over night does not keep its technician from another one.
func (a *Appointment) nobodyElsewhere(tx *store.Tx) error {
	for _, id := range a.Technicians {
		for row, err := range Appointments.Rows(tx, "under_way", store.Prefix(store.K(id))) {
			if err != nil {
				return err
			}
			if row.ID == a.ID || row.Since.After(tx.Env.OccurredAt) {
				continue
			}
			t, err := Technicians.Get(tx, id)
			if err != nil {
				return err
			}
			doing, next := "at work on ", "callout appt pause "
			if row.Status == Traveling {
				doing, next = "on the way to ", "callout appt start "
			}
			return fault.Refusedf("%s has been %s%s since %s", t.Name, doing, row.Number, show(row.Since, zoneOf(t.Zone))).
				With("technician.busy").Hint("%s%s", next, row.Number).Hint("callout appt finish %s", row.Number)
		}
	}
	return nil
}
