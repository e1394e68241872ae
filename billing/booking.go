package billing

import (
	"slices"
	"strings"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/store"
	"callout/work"
)

// longestStretch is up to where a planned visit is taken to be worked through. Of a longer one, what lies in
// the shifts of those who come is.
const longestStretch = MaxTime

// foresee is the time that a planned visit would come to, as if it had been worked as planned and approved.
// Nothing is made up: of a visit over days, of somebody who has no shift, nothing is known. The way there is foreseen where
// somebody has said how far it is, at the speed that the dispatch policy assumes.
func foresee(r store.Reader, v *dispatch.Appointment) ([]TimeEntry, error) {
	var out []TimeEntry
	plan := calendar.NewInterval(v.Start, v.End)
	way, err := wayTo(r, v)
	if err != nil {
		return nil, err
	}
	for _, id := range v.Technicians {
		t, err := dispatch.Technicians.Get(r, id)
		if err != nil {
			return nil, err
		}
		pieces := []calendar.Interval{plan}
		if plan.Duration() > longestStretch {
			zone, err := calendar.LoadZone("zone", t.Zone)
			if err != nil {
				return nil, err
			}
			pieces = t.Shift.Intervals(zone, nil, plan.Start, plan.End)
		}
		add := func(kind TimeKind, iv calendar.Interval) {
			e := TimeEntry{
				Order: v.Order, Technician: id, Person: t.Person, Kind: kind, From: iv.Start, To: iv.End, Zone: v.Zone,
				Status: TimeApproved, Visit: v.ID, Cost: TimeCost{Rate: t.RateAt(iv.Start)},
			}
			e.ID = store.ID(string(v.ID) + "/" + string(id) + "/" + string(kind) + "/" + iv.Start.Format(time.RFC3339))
			if e.Person == "" {
				e.Person = t.ID
			}
			out = append(out, e)
		}
		for _, p := range pieces {
			add(Labour, p)
		}
		if way > 0 {
			add(Travel, calendar.NewInterval(v.Start.Add(-way), v.Start))
		}
	}
	return out, nil
}

// wayTo is how long the way of a planned visit is taken to be, there and back as it was said; 0 where nobody has said how far it is.
func wayTo(r store.Reader, v *dispatch.Appointment) (time.Duration, error) {
	policy, _, err := dispatch.CurrentPolicy(r)
	if err != nil {
		return 0, err
	}
	for t, err := range Trips.By(r, "visit", store.K(v.ID)) {
		if err != nil {
			return 0, err
		}
		if t.Distance == nil || t.Tour != "" {
			return 0, nil
		}
		const metres = 3
		return time.Duration(t.Distance.Decimal().Shift(metres).IntPart()) * time.Hour / time.Duration(policy.Roads().Speed*1000), nil
	}
	return 0, nil
}

// wayKnown reports whether anybody can tell what the way to a visit comes to: once it has taken place the gate asks; before,
// it has to be said how far it is, and into which zone where zones are charged. What of a tour it will bear nobody knows before.
func (s *Snapshot) wayKnown(v *dispatch.Appointment) bool {
	t, said := s.Trips[v.ID]
	return took(v) || said && t.Tour == "" && t.Distance != nil && (s.Rules.Driving.By != ByZone || t.Zone != "")
}

// unknownWays names the planned visits whose way is in no sum, though it will cost something.
func (s *Snapshot) unknownWays() string {
	var numbers []string
	for i := range s.Visits {
		if v := &s.Visits[i]; s.takes(v) && s.drives(v) && !s.wayKnown(v) {
			numbers = append(numbers, v.Number)
		}
	}
	if len(numbers) == 0 {
		return ""
	}
	return " (without the way to " + strings.Join(numbers, ", ") + ", which nobody knows yet)"
}

// weighed is a booking that was held against the floors.
type weighed struct {
	dispatch.Conflict
	blocks bool
	floor  Floor
	worth  money.Amount // what the work would bring in
}

// weigh holds a planned visit against the floors of margins: the labour of each who comes against that
// of labour, and the order against its own, with all its visits that are planned and not worked yet: their labour, what the
// contract charges for coming and includes with it, and the ways as far as somebody knows them. Work
// that something covers, or that has no price, is held against none: the gate asks for the price. Of an order
// under an agreement nothing is foreseen, because nobody knows what of it will be left.
func weigh(r store.Reader, v *dispatch.Appointment, now time.Time) ([]weighed, error) {
	floors, _, err := CurrentFloors(r)
	if err != nil || len(floors.List) == 0 || !toCome(v) || len(v.Technicians) == 0 {
		return nil, err
	}
	o, err := work.WorkOrders.Get(r, v.Order)
	if err != nil || o.Agreement != "" {
		return nil, err
	}
	_, labour := floors.find(FloorLabour, o.Customer)
	_, whole := floors.find(FloorOrder, o.Customer)
	if !labour && !whole {
		return nil, nil
	}
	var ahead []TimeEntry
	for o, err := range dispatch.Appointments.By(r, "order", store.K(v.Order)) {
		if err != nil {
			return nil, err
		}
		if o.ID == v.ID || !o.Status.Open() || o.Status == dispatch.None {
			continue
		}
		others, err := foresee(r, o)
		if err != nil {
			return nil, err
		}
		ahead = append(ahead, others...)
	}
	mine, err := foresee(r, v)
	if err != nil {
		return nil, err
	}
	s, err := loadAs(r, v.Order, now, asIf{worked: append(ahead, mine...)})
	if err != nil {
		return nil, err
	}
	var out []weighed
	for _, id := range v.Technicians {
		out = append(out, s.weighLabour(id, mine)...)
	}
	if p := s.rollup(); p.Unpriced == 0 {
		if fall, short := s.below(FloorOrder, s.Order.Number+" as a whole, with what is planned,", s.Order.ID, money.Margin{Revenue: p.Revenue(), Cost: p.Cost}); short {
			fall.text += s.unknownWays()
			out = append(out, fall.weighed("", p.Revenue()))
		}
	}
	return out, nil
}

// toCome reports whether a visit has a time and has not begun.
func toCome(v *dispatch.Appointment) bool {
	return v.Status == dispatch.Scheduled || v.Status == dispatch.Dispatched
}

// weighLabour holds what one person would work on a visit against the floor of labour.
func (s *Snapshot) weighLabour(technician store.ID, mine []TimeEntry) []weighed {
	m := money.Margin{Cost: money.SumCosts()}
	some := false
	for i := range mine {
		if mine[i].Technician != technician || mine[i].Kind != Labour {
			continue
		}
		for _, c := range s.worth[mine[i].ID] {
			if c.Covered != "" || c.Price == nil {
				return nil
			}
			m.Revenue, m.Cost, some = m.Revenue.Add(c.Amount), m.Cost.Add(c.Cost.Amount), true
		}
	}
	if !some {
		return nil
	}
	fall, short := s.below(FloorLabour, "the planned labour of "+s.Technicians[technician].Name, technician, m)
	if !short {
		return nil
	}
	return []weighed{fall.weighed(technician, m.Revenue)}
}

func (fall shortfall) weighed(technician store.ID, worth money.Amount) weighed {
	return weighed{
		Conflict: dispatch.Conflict{Code: dispatch.Margin, Technician: technician, Detail: fall.text, Note: fall.floor.Action != FloorBlock},
		blocks:   fall.floor.Action == FloorBlock, floor: fall.floor, worth: worth,
	}
}

// BookingConflicts names the margins that a planned visit would fall short of; those that only warn are notes.
func BookingConflicts(r store.Reader, v *dispatch.Appointment, now time.Time) ([]dispatch.Conflict, error) {
	found, err := weigh(r, v, now)
	var out []dispatch.Conflict
	for _, w := range found {
		out = append(out, w.Conflict)
	}
	return out, err
}

// AcceptedMargin reports whether somebody accepted that a visit falls short so.
func AcceptedMargin(v *dispatch.Appointment, c dispatch.Conflict) bool {
	return slices.ContainsFunc(v.Accepted, func(e dispatch.Exception) bool { return e.Conflict == dispatch.Margin && e.Detail == c.Detail })
}

// booked yields the visits that a command has planned anew.
func booked(tx *store.Tx, each func(v *dispatch.Appointment) error) error {
	changed, err := dispatch.Appointments.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		v, was := ch.After, ch.Before
		if v == nil || !toCome(v) {
			continue
		}
		if was != nil && toCome(was) && was.Start.Equal(v.Start) && was.End.Equal(v.End) && slices.Equal(was.Technicians, v.Technicians) {
			continue
		}
		if err := each(v); err != nil {
			return err
		}
	}
	return nil
}

// weighBookings is the derivation that says of a margin which somebody accepted with a booking what it is, and asks
// the approval rules for exceptions whether they may. Where no floor was missed nothing was accepted. What only warns is an event.
func weighBookings(tx *store.Tx) error {
	return booked(tx, func(v *dispatch.Appointment) error {
		found, err := weigh(tx, v, tx.Env.RecordedAt)
		if err != nil {
			return err
		}
		for _, w := range found {
			tx.Emit("margin.below_floor", v.ID, map[string]any{
				"order": v.Order, "what": w.Detail, "floor": w.floor.Percent.String(), "action": string(w.floor.Action),
			})
		}
		at := slices.IndexFunc(v.Accepted, func(e dispatch.Exception) bool {
			return e.Conflict == dispatch.Margin && e.Detail == dispatch.AnyMargin
		})
		if at < 0 {
			return nil
		}
		given := v.Accepted[at]
		v.Accepted = slices.Delete(slices.Clone(v.Accepted), at, at+1)
		for _, w := range found {
			if !w.blocks {
				continue
			}
			given.Detail, given.Technician = w.Detail, w.Technician
			given.Grant, err = approval.LetGo(tx, approval.Letting{
				Subject: v.ID, Order: v.Order, Title: "the margin of " + v.Number + " below its floor", Amount: &w.worth, What: w.Detail,
			})
			if err != nil {
				return err
			}
			v.Accepted = append(v.Accepted, given)
		}
		return dispatch.Appointments.Put(tx, v)
	})
}

// checkBookings refuses a visit that would bring in less than a floor asks for, before anybody is sent out. Who
// knows why it is worth it accepts it with a reason.
func checkBookings(tx *store.Tx) error {
	return booked(tx, func(v *dispatch.Appointment) error {
		found, err := weigh(tx, v, tx.Env.RecordedAt)
		if err != nil {
			return err
		}
		var open []dispatch.Conflict
		for _, w := range found {
			if w.blocks && !AcceptedMargin(v, w.Conflict) {
				open = append(open, w.Conflict)
			}
		}
		if len(open) == 0 {
			return nil
		}
		policy, _, err := dispatch.CurrentPolicy(tx)
		if err != nil {
			return err
		}
		return policy.RefuseMargin(v.Number, open)
	})
}
