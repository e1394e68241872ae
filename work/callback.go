package work

import (
	"slices"

	"callout/internal/fault"
	"callout/store"
)

// Cause says why an order goes back to another one's work. What it costs is charged to the
// original job, whoever pays for it; room billing does so.
type Cause string

// The causes.
const (
	CauseReturn   Cause = "return-visit" // the work took another visit than planned
	CauseCallback Cause = "callback"     // the customer called back: it does not work as promised
	CauseWarranty Cause = "warranty"     // it failed within its warranty
	CauseRework   Cause = "rework"       // it was not done as it should have been
)

// Causes lists the causes.
func Causes() []Cause { return []Cause{CauseReturn, CauseCallback, CauseWarranty, CauseRework} }

// goBackTo makes the order one that goes back to another one's work.
func (w *WorkOrder) goBackTo(r store.Reader, original store.ID, cause Cause) error {
	if original == "" {
		if cause != "" {
			return fault.Invalidf("cause", "a cause needs the order whose work it goes back to").With("callback.original").
				Hint("--callback-of WO")
		}
		w.CallbackOf, w.Cause = "", ""
		return nil
	}
	if !slices.Contains(Causes(), cause) {
		return fault.Invalidf("cause", "%q is no cause; there are return-visit, callback, warranty and rework", cause).
			With("callback.cause")
	}
	o, err := WorkOrders.Get(r, original)
	if err != nil {
		return err
	}
	switch {
	case o.Customer != w.Customer:
		return fault.Invalidf("callback_of", "%s is for another customer", o.Number).With("callback.customer")
	case o.Status == Canceled || !o.Begun() && o.Outcome != Done:
		return fault.Refusedf("work on %s has never begun: there is nothing to go back to", o.Number).With("callback.early").
			Hint("callout wo show %s", o.Number)
	}
	w.CallbackOf, w.Cause = original, cause
	return nil
}

// noLoop is the check that no order comes to stand below itself, as a part of or as a callback of
// what is a part or callback of it.
func noLoop(tx *store.Tx) error {
	changed, err := WorkOrders.Changed(tx, func(was, w *WorkOrder) bool {
		return w != nil && w.under() != "" && (was == nil || was.under() != w.under())
	})
	if err != nil {
		return err
	}
	for _, ch := range changed {
		w := ch.After
		for at, seen := w, 0; at.under() != ""; seen++ {
			var ok bool
			if at, ok, err = WorkOrders.Try(tx, at.under()); err != nil {
				return err
			}
			if !ok {
				break // what hangs in the air is the concern of another check
			}
			if at.ID == w.ID {
				return fault.Refusedf("%s would come to stand below itself", w.Number).With("chain.loop").
					Hint("callout wo chain %s", w.Number)
			}
			if at.under() == at.ID || seen > maxChain {
				break
			}
		}
	}
	return nil
}

// maxChain is more steps than any chain of orders has.
const maxChain = 100_000

// CallbacksOf lists the orders that go back to an order's work, the oldest first.
func CallbacksOf(r store.Reader, order store.ID) ([]WorkOrderRow, error) {
	var out []WorkOrderRow
	for row, err := range WorkOrders.Rows(r, "callback_of", store.Prefix(store.K(order))) {
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}
