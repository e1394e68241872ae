package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// ApplyPlan books what a plan proposes, all of it or nothing. It is refused as a conflict when
// anything has changed that the plan rests on; bookings pass the checks of single ones, put as
// if all of them stood already, so that two visits can change places. A plan that stands already changes nothing.
type ApplyPlan struct {
	From     time.Time           `json:"from"`
	Until    time.Time           `json:"until"`
	Bookings []Booking           `json:"bookings"`
	Read     map[store.ID]string `json:"read,omitempty"`
}

// Command books what the proposal says.
func (p *Proposal) Command() *ApplyPlan {
	c := &ApplyPlan{From: p.From, Until: p.Until, Read: p.Read}
	for _, ch := range p.Changes {
		c.Bookings = append(c.Bookings, ch.Booking)
	}
	return c
}

// Name implements store.Command.
func (c *ApplyPlan) Name() string { return "dispatch.apply_plan.v1" }

// Undoable implements store.Undoable.
func (c *ApplyPlan) Undoable() {}

// QuietWhenDone implements store.Repeatable: a plan that stands leaves no second entry.
func (c *ApplyPlan) QuietWhenDone() {}

// maxPlan bounds the days of a plan, as what it rests on is read anew.
const maxPlan = 100 * 24 * time.Hour

// Do implements store.Command.
func (c *ApplyPlan) Do(tx *store.Tx) error {
	span := calendar.NewInterval(c.From, c.Until)
	if err := span.Check("until"); err != nil {
		return err
	}
	if span.Duration() > maxPlan {
		return fault.Invalidf("until", "a plan is for %d days at most", int(maxPlan/(24*time.Hour))).With("dispatch.span").
			Hint("callout dispatch optimize --days 14")
	}
	if len(c.Bookings) == 0 {
		return fault.Invalidf("changes", "the plan changes nothing").With("dispatch.empty").
			Hint("callout dispatch optimize -o json > plan.json")
	}
	if len(c.Read) == 0 {
		return fault.Invalidf("read", "the plan does not say what it rests on").With("dispatch.read").
			Hint("make the plan again: callout dispatch optimize -o json > plan.json")
	}
	if stands, err := c.stands(tx); err != nil || stands {
		return err
	}
	changed, err := changedSince(tx, span, tx.Env.OccurredAt, c.Read)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		return moved(changed)
	}
	policy, _, err := CurrentPolicy(tx)
	if err != nil {
		return err
	}
	var all []*booked
	for _, b := range c.Bookings {
		next, err := b.put(tx, policy.Plans())
		if err != nil {
			return err
		}
		all = append(all, next)
	}
	for _, b := range all {
		if err := b.check(tx); err != nil {
			return err
		}
	}
	tx.Returns(all[0].ID, all[0].Number)
	tx.Emit("dispatch.plan_applied", all[0].ID, map[string]any{"visits": len(all), "from": span.Start, "until": span.End})
	return nil
}

// stands reports whether every booking is there already, as after the same plan was applied.
func (c *ApplyPlan) stands(tx *store.Tx) (bool, error) {
	for _, b := range c.Bookings {
		there := false
		for a, err := range Appointments.By(tx, "order", store.K(b.Order)) {
			if err != nil {
				return false, err
			}
			if a.Status.Open() && a.Start.Equal(b.Start) && a.End.Equal(b.End) && slices.Equal(a.Technicians, b.Technicians) {
				there = true
				tx.Returns(a.ID, a.Number)
			}
		}
		if !there {
			return false, nil
		}
	}
	return true, nil
}

// booked is a visit that a plan has put in its place.
type booked struct {
	*Appointment
	order *work.WorkOrder
	event string
}

// put gives a booking its place without looking at what else stands there.
func (b Booking) put(tx *store.Tx, plans Planning) (*booked, error) {
	p := Plan{Start: b.Start, End: b.End}
	if err := p.check(); err != nil {
		return nil, err
	}
	if len(b.Technicians) == 0 {
		return nil, fault.Invalidf("technicians", "a plan says who is to go").With("appointment.team").
			Hint("callout dispatch optimize -o json > plan.json")
	}
	if err := team(tx, b.Technicians); err != nil {
		return nil, err
	}
	order, err := work.WorkOrders.Get(tx, b.Order)
	if err != nil {
		return nil, err
	}
	out := &booked{order: order}
	if b.Appointment != "" {
		a, err := Appointments.Get(tx, b.Appointment)
		if err != nil {
			return nil, err
		}
		if a.Order != b.Order {
			return nil, fault.Invalidf("appointment", "%s is not a visit of %s", a.Number, order.Number).With("appointment.task").
				Hint("callout appt list --order %s", order.Number)
		}
		if a.Status != None {
			out.Appointment, out.event = a, "moved"
			return out, b.move(tx, a, plans)
		}
	}
	out.event = "scheduled"
	out.Appointment, err = b.schedule(tx, order)
	return out, err
}

// move gives a planned visit another time or team, as far as it is not locked.
func (b Booking) move(tx *store.Tx, a *Appointment, plans Planning) error {
	elsewhen, others := !a.Start.Equal(b.Start) || !a.End.Equal(b.End), !slices.Equal(a.Technicians, b.Technicians)
	act := ActMove
	if !elsewhen {
		act = ActAssign
	}
	if err := a.can(tx, act); err != nil {
		return err
	}
	if elsewhen && a.locks(LockTime) {
		return a.locked("its time", "moved")
	}
	if others && a.locks(LockTechnician) {
		return a.locked("its technicians", "given to others")
	}
	if elsewhen && a.Arrival.IsEmpty() {
		a.Arrival = plans.promise(a.Start) // what the customer was told goes on to count
	}
	if others {
		a.Crew = ""
	}
	a.Start, a.End, a.Technicians = b.Start.UTC().Truncate(time.Second), b.End.UTC().Truncate(time.Second), slices.Clone(b.Technicians)
	a.keepArrival()
	if err := a.advance(tx, act); err != nil {
		return err
	}
	return Appointments.Put(tx, a)
}

// schedule makes a visit, or gives the one that waits a time.
func (b Booking) schedule(tx *store.Tx, order *work.WorkOrder) (*Appointment, error) {
	c := Schedule{Order: b.Order, Appointment: b.Appointment, Tasks: b.Tasks}
	a, err := c.waiting(tx, order)
	if err != nil {
		return nil, err
	}
	if a == nil {
		a = &Appointment{Order: order.ID, Zone: order.Zone, Status: None}
		a.ID = Appointments.NewID(tx, string(order.ID))
	}
	if err := a.can(tx, ActSchedule); err != nil {
		return nil, err
	}
	if a.Tasks, err = tasksOf(tx, order, b.Tasks, a.ID); err != nil {
		return nil, err
	}
	if a.Number == "" {
		if a.Number, err = tx.TakeNumber(numbers, a.ID); err != nil {
			return nil, err
		}
	}
	a.Technicians, a.Arrival = slices.Clone(b.Technicians), b.Arrival
	a.Start, a.End = b.Start.UTC().Truncate(time.Second), b.End.UTC().Truncate(time.Second)
	a.keepArrival()
	if err := a.advance(tx, ActSchedule); err != nil {
		return nil, err
	}
	if err := Appointments.Put(tx, a); err != nil {
		return nil, err
	}
	if err := takeTasks(tx, a); err != nil {
		return nil, err
	}
	return a, takeOver(tx, a)
}

// check holds a visit against the rules once all of the plan stands. Nothing is accepted with a
// plan: who books over a rule does so for a single visit, with a reason.
func (b *booked) check(tx *store.Tx) error {
	found, err := Conflicts(tx, Plan{
		Appointment: b.ID, Order: b.Order, Tasks: b.Tasks, Technicians: b.Technicians, Start: b.Start, End: b.End,
	})
	if err != nil {
		return err
	}
	a, err := Appointments.Get(tx, b.ID)
	if err != nil {
		return err
	}
	taken, err := refuseConflicts(tx, b.Number, found, nil)
	if err != nil {
		return err
	}
	if err := a.dropAsked(tx); err != nil {
		return err
	}
	a.Accepted = taken
	a.emit(tx, b.event, map[string]any{"start": a.Start, "end": a.End, "technicians": a.Technicians})
	return Appointments.Put(tx, a)
}
