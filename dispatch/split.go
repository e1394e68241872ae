package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// Split makes two visits of a planned one. With First the first one ends after so long
// and the second one, of the same team, follows it at once; it can be moved from there. With Tasks
// these go to the second one; without First that one waits for a time.
type Split struct {
	Appointment store.ID      `json:"appointment"`
	Tasks       []store.ID    `json:"tasks,omitempty"`
	First       time.Duration `json:"first,omitempty"`
}

// Name implements store.Command.
func (c *Split) Name() string { return "appointment.split.v1" }

// Undoable implements store.Undoable.
func (c *Split) Undoable() {}

// Do implements store.Command.
func (c *Split) Do(tx *store.Tx) error {
	a, err := Appointments.Get(tx, c.Appointment)
	if err != nil {
		return err
	}
	if err := a.can(tx, ActSplit); err != nil {
		return err
	}
	if a.locks(LockTime) && c.First != 0 {
		return a.locked("its time", "cut short")
	}
	next, err := c.second(tx, a)
	if err != nil {
		return err
	}
	if next.Number, err = tx.TakeNumber(numbers, next.ID); err != nil {
		return err
	}
	if err := a.advance(tx, ActSplit); err != nil {
		return err
	}
	if next.Status == None && !next.Start.IsZero() {
		if err := next.advance(tx, ActSchedule); err != nil {
			return err
		}
	}
	tx.Returns(next.ID, next.Number)
	a.emit(tx, "split", map[string]any{"into": next.ID})
	if err := Appointments.Put(tx, a); err != nil {
		return err
	}
	return Appointments.Put(tx, next)
}

// second takes the second visit out of the first. It lies in the time of the first, so
// nothing stands against it that did not stand against that one, and was accepted or not.
func (c *Split) second(tx *store.Tx, a *Appointment) (*Appointment, error) {
	next := &Appointment{Order: a.Order, Zone: a.Zone, Status: None, Tasks: slices.Clone(a.Tasks)}
	next.ID = Appointments.NewID(tx, "second")
	if len(c.Tasks) == 0 && c.First == 0 {
		return nil, fault.Invalidf("task", "say which tasks the second visit is for, or when the first one ends").With("appointment.split").
			Hint("callout appt split %s --task 2", a.Number).Hint("callout appt split %s --first 2h", a.Number)
	}
	if len(c.Tasks) > 0 {
		for _, id := range c.Tasks {
			if !slices.Contains(a.Tasks, id) {
				return nil, (&Finish{}).notOfVisit(tx, a, id)
			}
		}
		a.Tasks = slices.DeleteFunc(a.Tasks, func(id store.ID) bool { return slices.Contains(c.Tasks, id) })
		if len(a.Tasks) == 0 {
			return nil, fault.Refusedf("with all of its tasks gone there would be nothing left to do on %s", a.Number).
				With("appointment.split").Hint(`callout appt move %s --start "tomorrow 09:00"`, a.Number)
		}
		next.Tasks = slices.Clone(c.Tasks)
	}
	if c.First == 0 {
		return next, nil
	}
	whole := calendar.NewInterval(a.Start, a.End)
	if c.First < time.Minute || c.First >= whole.Duration() {
		return nil, fault.Invalidf("first", "the first part cannot last %s: %s lasts %s", calendar.FormatDuration(c.First), a.Number,
			calendar.FormatDuration(whole.Duration())).With("appointment.split")
	}
	a.End = a.Start.Add(c.First)
	next.Start, next.End = a.End, whole.End
	next.Technicians, next.Crew = slices.Clone(a.Technicians), a.Crew
	next.Accepted = slices.Clone(a.Accepted)
	return next, next.inherit(tx, a)
}

// inherit takes over the overlaps that were accepted from the other side: by visits that
// were knowingly booked over the one that this one is split off.
func (a *Appointment) inherit(r store.Reader, from *Appointment) error {
	p := Plan{Appointment: a.ID, Start: a.Start, End: a.End}
	for _, id := range a.Technicians {
		t, err := Technicians.Get(r, id)
		if err != nil {
			return err
		}
		rows, err := p.otherVisits(r, id)
		if err != nil {
			return err
		}
		for _, row := range rows {
			other, err := Appointments.Get(r, row.ID)
			if err != nil {
				return err
			}
			for _, e := range other.Accepted {
				if e.Conflict == Overlap && e.Technician == id && e.With == from.ID {
					e.With, e.Detail = other.ID, t.Name+": "+other.Number+" was booked over it"
					a.Accepted = append(a.Accepted, e)
				}
			}
		}
	}
	return nil
}
