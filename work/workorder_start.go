package work

import (
	"callout/internal/fault"
	"callout/store"
)

// StartWorkOrder says that work on an order begins, for shops that plan no visits. Where
// there are visits, the first one's start does the same.
type StartWorkOrder struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *StartWorkOrder) Name() string { return "work_order.start.v1" }

// Undoable implements store.Undoable.
func (c *StartWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *StartWorkOrder) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.ID)
	if err != nil {
		return err
	}
	if w.Status == InProgress {
		return w.refuse(Start)
	}
	tx.Returns(w.ID, w.Number)
	return begin(tx, w)
}

// Begin says that work on an order began when the command occurred. An order in progress
// stays as it is; one that is blocked is refused with every blocker. With tasks, only
// their safety checklists count. Room dispatch calls it when a visit starts.
func Begin(tx *store.Tx, order store.ID, tasks ...store.ID) error {
	w, err := WorkOrders.Get(tx, order)
	if err != nil {
		return err
	}
	return begin(tx, w, tasks...)
}

func begin(tx *store.Tx, w *WorkOrder, tasks ...store.ID) error {
	began := w.Status != InProgress
	if began {
		if err := w.move(Start); err != nil {
			return err
		}
	}
	blockers, err := StartBlockers(tx, w, tx.Env.OccurredAt, tasks...)
	if err != nil {
		return err
	}
	if err := refusal(w.Number+" cannot be started", "work_order.blocked", blockers); err != nil {
		return err
	}
	if !began {
		return nil
	}
	if tx.Env.OccurredAt.Before(w.OpenedAt) {
		return fault.Invalidf("at", "%s was opened only at %s", w.Number, w.OpenedAt.Format(timeLayout)).With("work_order.order")
	}
	if !w.Begun() {
		w.StartedAt = tx.Env.OccurredAt
		if err := w.reckon(); err != nil {
			return err
		}
	}
	tx.Emit("work_order.started", w.ID, nil)
	return WorkOrders.Put(tx, w)
}

// SetScheduled says whether a visit to an order is planned. Orders that are beyond
// being scheduled, and those on hold, stay as they are. Room dispatch calls it.
func SetScheduled(tx *store.Tx, order store.ID, planned bool) error {
	w, err := WorkOrders.Get(tx, order)
	if err != nil {
		return err
	}
	switch {
	case planned && w.Status == New:
		err = w.move(Schedule)
	case !planned && w.Status == Scheduled:
		err = w.move(Unschedule)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return WorkOrders.Put(tx, w)
}
