package work

import (
	"callout/internal/fault"
	"callout/store"
)

// HoldWorkOrder puts an order on hold: it waits for something outside our hands. The
// reason is required.
type HoldWorkOrder struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *HoldWorkOrder) Name() string { return "work_order.hold.v1" }

// Undoable implements store.Undoable.
func (c *HoldWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *HoldWorkOrder) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.ID)
	if err != nil {
		return err
	}
	if err := w.move(PutOnHold); err != nil {
		return err
	}
	reason, err := reasonFor(tx.Env.Reason, "say what the order waits for")
	if err != nil {
		return err
	}
	at := tx.Env.OccurredAt
	if n := len(w.Holds); n > 0 && at.Before(w.Holds[n-1].To) {
		return fault.Invalidf("at", "%s was on hold until %s; the next hold cannot begin before",
			w.Number, w.Holds[n-1].To.Format(timeLayout)).With("hold.overlap")
	}
	w.Holds = append(w.Holds, Hold{From: at, Reason: reason, By: tx.Env.Actor.ID})
	if err := w.reckon(); err != nil {
		return err
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.held", w.ID, map[string]any{"reason": reason})
	return WorkOrders.Put(tx, w)
}

// timeLayout is how refusals print instants: UTC, to the minute.
const timeLayout = "2006-01-02 15:04Z"

// ResumeWorkOrder ends a hold.
type ResumeWorkOrder struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *ResumeWorkOrder) Name() string { return "work_order.resume.v1" }

// Undoable implements store.Undoable.
func (c *ResumeWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *ResumeWorkOrder) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.ID)
	if err != nil {
		return err
	}
	if err := w.move(Resume); err != nil {
		return err
	}
	if err := w.endHold(tx); err != nil {
		return err
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.resumed", w.ID, nil)
	return WorkOrders.Put(tx, w)
}

// endHold ends the hold that lasts, if one does.
func (w *WorkOrder) endHold(tx *store.Tx) error {
	n := len(w.Holds)
	if n == 0 || !w.Holds[n-1].To.IsZero() {
		return nil
	}
	at := tx.Env.OccurredAt
	if at.Before(w.Holds[n-1].From) {
		return fault.Invalidf("at", "%s has been on hold since %s; the hold cannot end before",
			w.Number, w.Holds[n-1].From.Format(timeLayout)).With("hold.order")
	}
	w.Holds[n-1].To = at
	return w.reckon()
}
