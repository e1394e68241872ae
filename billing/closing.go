package billing

import (
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// checkClosing keeps an order from being closed, after which nothing on it changes any more, while a
// document of it is on its way or something on it could still be billed. What is not to be billed is
// left, with a reason. Completed orders are those that billing still looks at; nobody closes them
// on the side.
func checkClosing(tx *store.Tx) error {
	changed, err := work.WorkOrders.Changed(tx, store.Edited)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.Before.Status == work.Closed || ch.After.Status != work.Closed {
			continue
		}
		s, err := Load(tx, ch.ID, tx.Env.RecordedAt)
		if err != nil {
			return err
		}
		for i := range s.Invoices {
			if inv := &s.Invoices[i]; inv.Open() {
				return fault.Refusedf("%s cannot be closed: the %s %s is %s", ch.After.Number, inv.word(), inv.Name(), inv.Status).
					With("closing.invoice").Hint("callout invoice release %s", inv.ID).Hint("callout invoice discard %s", inv.ID)
			}
		}
		p := s.rollup()
		if tx.Env.Reason == "" && (!p.Unbilled.IsZero() || p.Unpriced > 0 || p.Unapproved > 0) {
			return fault.Refusedf("%s cannot be closed: %s is not billed, %d without a price, %d entries of time are not decided upon",
				ch.After.Number, p.Unbilled.Format(s.Company.Currency), p.Unpriced, p.Unapproved).With("closing.unbilled").
				Hint("callout invoice propose %s", ch.After.Number).
				Hint(`callout wo close %s --reason "not to be billed because …"`, ch.After.Number)
		}
	}
	return nil
}
