package work

import (
	"slices"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// CompleteWorkOrder ends the work on an order. As done it is refused while anything
// that belongs to it is missing, with every blocker; as cannot-complete it needs a
// reason, and what is open stays open for whoever takes the work up again.
type CompleteWorkOrder struct {
	ID      store.ID `json:"id"`
	Outcome Outcome  `json:"outcome"`
}

// Name implements store.Command.
func (c *CompleteWorkOrder) Name() string { return "work_order.complete.v1" }

// Undoable implements store.Undoable.
func (c *CompleteWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *CompleteWorkOrder) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.ID)
	if err != nil {
		return err
	}
	if c.Outcome != Done && c.Outcome != CannotComplete {
		return fault.Invalidf("outcome", "%q is no outcome; there are done and cannot-complete", c.Outcome).
			With("work_order.outcome")
	}
	was := *w
	if err := w.move(Complete); err != nil {
		return err
	}
	if c.Outcome == CannotComplete {
		if w.Why, err = reasonFor(tx.Env.Reason, "say why the work cannot be completed"); err != nil {
			return err
		}
	} else if err := mayBeDone(tx, &was); err != nil {
		return err
	}
	if err := noWaiverOf(tx, w.ID); err != nil {
		return err
	}
	at := tx.Env.OccurredAt
	if at.Before(w.OpenedAt) || at.Before(w.StartedAt) {
		return fault.Invalidf("at", "%s was opened or started only later", w.Number).With("work_order.order")
	}
	w.Outcome, w.CompletedAt, w.CompletedBy = c.Outcome, at, tx.Env.Actor.ID
	if err := w.reckon(); err != nil {
		return err
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.completed", w.ID, map[string]any{"outcome": w.Outcome})
	return WorkOrders.Put(tx, w)
}

// mayBeDone refuses an order that something still keeps from being finished, or, where
// work was never recorded as begun, from having been started.
func mayBeDone(tx *store.Tx, w *WorkOrder) error {
	var blockers []Blocker
	if !w.Begun() {
		start, err := StartBlockers(tx, w, tx.Env.OccurredAt)
		if err != nil {
			return err
		}
		blockers = start
	}
	finish, err := FinishBlockers(tx, w)
	if err != nil {
		return err
	}
	return refusal(w.Number+" cannot be completed", "work_order.blocked", merge(blockers, finish))
}

// ReopenWorkOrder takes up a completed or canceled order again. The reason is required. Where
// what was finished has been signed or billed, an amendment begins.
type ReopenWorkOrder struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *ReopenWorkOrder) Name() string { return "work_order.reopen.v1" }

// Undoable implements store.Undoable.
func (c *ReopenWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *ReopenWorkOrder) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.ID)
	if err != nil {
		return err
	}
	from := w.Status
	if err := w.move(Reopen); err != nil {
		return err
	}
	reason, err := reasonFor(tx.Env.Reason, "say why the order is opened again")
	if err != nil {
		return err
	}
	w.Reopened = append(w.Reopened, Reopening{
		At: tx.Env.OccurredAt, Reason: reason, By: tx.Env.Actor.ID, From: from, CompletedAt: w.CompletedAt, CanceledAt: w.CanceledAt,
		CompletedBy: w.CompletedBy, Outcome: w.Outcome, Why: w.Why,
	})
	if err := w.amendSigned(tx); err != nil {
		return err
	}
	if err := answerRequests(tx, w); err != nil {
		return err
	}
	w.Outcome, w.Why, w.CompletedAt, w.CompletedBy, w.CanceledAt = "", "", time.Time{}, "", time.Time{}
	if err := w.reckon(); err != nil {
		return err
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.reopened", w.ID, map[string]any{"reason": reason})
	return WorkOrders.Put(tx, w)
}

// CloseWorkOrder ends an order for good: nothing on it changes any more.
type CloseWorkOrder struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *CloseWorkOrder) Name() string { return "work_order.close.v1" }

// Undoable implements store.Undoable.
func (c *CloseWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *CloseWorkOrder) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.ID)
	if err != nil {
		return err
	}
	if err := w.move(Close); err != nil {
		return err
	}
	w.ClosedAt = tx.Env.RecordedAt
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.closed", w.ID, nil)
	return WorkOrders.Put(tx, w)
}

// CancelWorkOrder calls an order off before work on it has begun. The reason is required.
type CancelWorkOrder struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *CancelWorkOrder) Name() string { return "work_order.cancel.v1" }

// Undoable implements store.Undoable.
func (c *CancelWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *CancelWorkOrder) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.ID)
	if err != nil {
		return err
	}
	if err := w.move(Cancel); err != nil {
		return err
	}
	if w.Why, err = reasonFor(tx.Env.Reason, "say why the order is called off"); err != nil {
		return err
	}
	if err := w.endHold(tx); err != nil {
		return err
	}
	w.CanceledAt = tx.Env.OccurredAt
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.canceled", w.ID, map[string]any{"reason": w.Why})
	return WorkOrders.Put(tx, w)
}

// settledStays is the check that what is settled stays true, whichever command touches
// an order and what belongs to it, taking back included.
func settledStays(tx *store.Tx) error {
	touched := touchedOrders(tx)
	if err := signedStands(tx, touched); err != nil {
		return err
	}
	if err := unalteredSigned(tx); err != nil {
		return err
	}
	return doneStaysDone(tx, touched)
}

// doneStaysDone refuses what would leave an order that counts as done without something
// that belongs to it: the order is reopened first.
func doneStaysDone(tx *store.Tx, touched []store.ID) error {
	for i := 0; i < len(touched); i++ { // parents are added on the way
		var parent store.ID
		var done bool
		err := WorkOrders.Peek(tx, touched[i], func(w *WorkOrder) { parent, done = w.Parent, w.Outcome == Done })
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if parent != "" && !slices.Contains(touched, parent) {
			touched = append(touched, parent)
		}
		if !done {
			continue
		}
		w, err := WorkOrders.Get(tx, touched[i])
		if err != nil {
			return err
		}
		lacking, err := w.lacks(tx)
		if err != nil {
			return err
		}
		if len(lacking) > 0 {
			return fault.Refusedf("%s is completed as done, which then would not be so: %s", w.Number, lacking[0].Text).
				With("work_order.done").Hint(`callout wo reopen %s --reason "…"`, w.Number)
		}
	}
	return nil
}
