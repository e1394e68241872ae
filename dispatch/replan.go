package dispatch

import (
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// Move gives a planned visit another time, and to others who go where they are named. A visit that was dispatched has to be
// dispatched again. Conflicts that were accepted for the old time are looked at anew.
type Move struct {
	Appointment store.ID   `json:"appointment"`
	Start       time.Time  `json:"start"`
	End         time.Time  `json:"end"`                   // zero keeps the duration
	Technicians []store.ID `json:"technicians,omitempty"` // none keeps the team
	Crew        store.ID   `json:"crew,omitempty"`        // in place of technicians
	Accept      []Code     `json:"accept,omitempty"`
}

// Name implements store.Command.
func (c *Move) Name() string { return "appointment.move.v1" }

// Undoable implements store.Undoable.
func (c *Move) Undoable() {}

// Do implements store.Command.
func (c *Move) Do(tx *store.Tx) error {
	a, err := Appointments.Get(tx, c.Appointment)
	if err != nil {
		return err
	}
	if err := a.can(tx, ActMove); err != nil {
		return err
	}
	if a.locks(LockTime) {
		return a.locked("its time", "moved")
	}
	if len(c.Technicians) > 0 || c.Crew != "" {
		if err := a.giveTo(tx, c.Crew, c.Start, c.Technicians); err != nil {
			return err
		}
	}
	end := c.End
	if end.IsZero() {
		end = c.Start.Add(a.End.Sub(a.Start))
	}
	if err := a.plan(tx, a.Number, c.Start, end, c.Accept); err != nil {
		return err
	}
	if err := a.advance(tx, ActMove); err != nil {
		return err
	}
	tx.Returns(a.ID, a.Number)
	a.emit(tx, "moved", map[string]any{"start": a.Start, "end": a.End})
	return Appointments.Put(tx, a)
}

// Assign gives a planned visit to a team, in place of the one that it had.
type Assign struct {
	Appointment store.ID   `json:"appointment"`
	Technicians []store.ID `json:"technicians"`
	Crew        store.ID   `json:"crew,omitempty"` // in place of technicians
	Accept      []Code     `json:"accept,omitempty"`
}

// Name implements store.Command.
func (c *Assign) Name() string { return "appointment.assign.v1" }

// Undoable implements store.Undoable.
func (c *Assign) Undoable() {}

// Do implements store.Command.
func (c *Assign) Do(tx *store.Tx) error {
	a, err := Appointments.Get(tx, c.Appointment)
	if err != nil {
		return err
	}
	if err := a.can(tx, ActAssign); err != nil {
		return err
	}
	if err := a.giveTo(tx, c.Crew, a.Start, c.Technicians); err != nil {
		return err
	}
	if err := a.plan(tx, a.Number, a.Start, a.End, c.Accept); err != nil {
		return err
	}
	if err := a.advance(tx, ActAssign); err != nil {
		return err
	}
	tx.Returns(a.ID, a.Number)
	a.emit(tx, "assigned", map[string]any{"technicians": a.Technicians})
	return Appointments.Put(tx, a)
}

// giveTo puts a team in the place of the one that the visit has. A crew is as it is at the start.
func (a *Appointment) giveTo(tx *store.Tx, crew store.ID, start time.Time, named []store.ID) error {
	if a.locks(LockTechnician) {
		return a.locked("its technicians", "given to others")
	}
	technicians, err := crewAt(tx, crew, start, named)
	if err != nil {
		return err
	}
	if len(technicians) == 0 {
		return fault.Invalidf("technician", "say who is to go").With("appointment.team")
	}
	if err := team(tx, technicians); err != nil {
		return err
	}
	a.Technicians, a.Crew = technicians, crew
	return nil
}

// locked refuses what a lock is there to refuse. Nobody can accept it: who may pass
// over a lock can as well take it away, and then it is seen.
func (a *Appointment) locked(what, done string) error {
	return fault.Refusedf("%s is locked (%s): with %s fixed it cannot be %s (%s)", a.Number, a.Lock, what, done, Locked).
		With("appointment.lock").Hint("callout appt lock %s none", a.Number)
}

// SetLock fixes the time or the technicians of a planned visit, or frees them.
type SetLock struct {
	Appointment store.ID `json:"appointment"`
	Lock        Lock     `json:"lock"` // "" frees both
}

// Locks lists the locks.
func Locks() []Lock { return []Lock{LockTime, LockTechnician, LockBoth, Unlocked} }

// Name implements store.Command.
func (c *SetLock) Name() string { return "appointment.lock.v1" }

// Undoable implements store.Undoable.
func (c *SetLock) Undoable() {}

// Do implements store.Command.
func (c *SetLock) Do(tx *store.Tx) error {
	a, err := Appointments.Get(tx, c.Appointment)
	if err != nil {
		return err
	}
	switch c.Lock {
	case Unlocked, LockTime, LockTechnician, LockBoth:
	default:
		return fault.Invalidf("lock", "%q is no lock; there are time, technician and both", c.Lock).With("appointment.lock")
	}
	if c.Lock != Unlocked && c.Lock != LockTime && len(a.Technicians) == 0 {
		return fault.Refusedf("%s has no technician yet to fix", a.Number).With("appointment.team").
			Hint("%s", ActAssign.verb(a.Number))
	}
	if err := a.advance(tx, ActLock); err != nil {
		return err
	}
	a.Lock = c.Lock
	tx.Returns(a.ID, a.Number)
	a.emit(tx, "locked", map[string]any{"lock": a.Lock})
	return Appointments.Put(tx, a)
}

// ready refuses to send somebody out on a visit that nobody is assigned to, or whose
// order cannot be worked on where it stands.
func (a *Appointment) ready(r store.Reader) error {
	if len(a.Technicians) == 0 {
		return fault.Refusedf("nobody is assigned to %s", a.Number).With("appointment.team").Hint("%s", ActAssign.verb(a.Number))
	}
	order, err := work.WorkOrders.Get(r, a.Order)
	if err != nil {
		return err
	}
	for _, c := range (situation{order: order}).orderConflicts() {
		return fault.Refusedf("%s: %s", a.Number, c.Detail).With("appointment.order").
			Hint("callout wo why %s", order.Number)
	}
	return nil
}
