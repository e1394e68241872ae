package dispatch

import (
	"slices"

	"callout/store"
	"callout/work"
)

// RollUp is what an order's visits say about it.
type RollUp struct {
	// Status is new, scheduled or in-progress. Visits never complete an order: somebody
	// does, once tasks, evidence and sign-off are there.
	Status work.Status
	// Unplanned says that something is to be done for which no visit is planned: nothing
	// was ever planned, all was called off, or a visit left work over that nobody took.
	Unplanned bool
}

// RollUpOf reads an order's standing off its visits. It follows the roll-up of bookings
// in Dynamics 365 Field Service (work-order-status-booking-status), with two differences.
// There, {Completed, Partially Completed} makes the order Completed, and the outstanding work
// disappears; here it stays unplanned until another visit has taken it over. And
// there, work that was begun becomes Unscheduled again; here the order stays in progress,
// and that nothing is planned is said beside it.
func RollUpOf(visits []AppointmentRow) RollUp {
	out := RollUp{Status: work.New}
	planned, began, left := false, false, len(visits) == 0
	canceled := 0
	for _, v := range visits {
		switch v.Status {
		case None:
			left = true
		case Scheduled, Dispatched, Traveling:
			planned = true
		case InProgress, OnBreak:
			planned, began = true, true
		case Completed:
			began = true
		case PartiallyCompleted:
			began = true
			left = left || !takenOver(v, visits)
		case CannotComplete:
			left = left || !takenOver(v, visits)
		case Canceled:
			canceled++
		}
	}
	switch {
	case began:
		out.Status = work.InProgress
	case planned:
		out.Status = work.Scheduled
	}
	out.Unplanned = !planned && (left || canceled == len(visits))
	return out
}

// takenOver reports whether what a visit left over is in the hands of another one.
func takenOver(v AppointmentRow, visits []AppointmentRow) bool {
	return slices.ContainsFunc(visits, func(o AppointmentRow) bool {
		return o.ID == v.FollowOn && o.Status != Canceled && o.Status != None
	})
}

// follow brings orders and visits into line with each other after a command: an order
// that is called off takes its visits along, one that is completed those that nobody
// planned yet, and a visit that is planned or called off makes its order scheduled or new.
func follow(tx *store.Tx) error {
	moved := func(before, after *work.WorkOrder) bool { return before.Status != after.Status }
	orders, err := work.WorkOrders.Changed(tx, store.Edited, moved)
	if err != nil {
		return err
	}
	var again []store.ID
	for _, ch := range orders {
		again = append(again, ch.ID)
		if err := followOrder(tx, ch.After); err != nil {
			return err
		}
	}
	visits, err := Appointments.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range visits {
		if ch.After != nil {
			again = append(again, ch.After.Order)
		}
	}
	slices.Sort(again)
	for _, id := range slices.Compact(again) {
		rows, err := OfOrder(tx, id)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			continue
		}
		if err := work.SetScheduled(tx, id, RollUpOf(rows).Status == work.Scheduled); err != nil {
			return err
		}
	}
	return nil
}

// followOrder does to the visits what has happened to their order.
func followOrder(tx *store.Tx, w *work.WorkOrder) error {
	if w.Status != work.Canceled && w.Status != work.Completed && w.Status != work.OnHold {
		return nil
	}
	for a, err := range Appointments.By(tx, "order", store.K(w.ID)) {
		if err != nil {
			return err
		}
		switch _, possible := Next(a.Status, ActCancel); {
		case w.Status == work.Canceled && possible, w.Status == work.Completed && a.Status == None:
			if err := a.cancel(tx, w.Number+" was "+string(w.Status)); err != nil {
				return err
			}
		case w.Status == work.OnHold && a.Status.Open():
			// The visit stays where it is; whoever looks at the receipt knows of it.
			a.emit(tx, "order_on_hold", map[string]any{"number": a.Number})
		}
	}
	return nil
}
