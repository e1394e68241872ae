package billing

import (
	"iter"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// checkDangling holds that nothing of a lower room disappears that time, items or
// milestones rest on. Records only ever disappear when the command that made them is
// taken back.
func checkDangling(tx *store.Tx) error {
	return firstError(
		gone(tx, work.WorkOrders, func(o *work.WorkOrder) error {
			key := store.K(o.ID)
			return firstError(
				rests(o.Number, "has time", TimeEntries.IDs(tx, "order", key)),
				rests(o.Number, "has items", LineItems.IDs(tx, "order", key)),
				rests(o.Number, "has milestones", Milestones.IDs(tx, "order", key)),
				rests(o.Number, "has an agreed price", OrderTerms.IDs(tx, "order", key)),
				rests(o.Number, "has a cap", Caps.IDs(tx, "order", key)),
				rests(o.Number, "has a schedule of values", ScheduleRows.IDs(tx, "order", key)),
				rests(o.Number, "has positions", Positions.IDs(tx, "order", key)),
				rests(o.Number, "has invoices", Invoices.IDs(tx, "order", key)),
			)
		}),
		gone(tx, work.Customers, func(c *work.Customer) error {
			return firstError(
				rests(c.Name, "has a contract", Contracts.IDs(tx, "customer", store.K(c.ID))),
				rests(c.Name, "has a price book", PriceBooks.IDs(tx, "scope", store.K(c.ID))),
			)
		}),
		gone(tx, work.Sites, func(s *work.Site) error {
			return firstError(
				rests(s.Name, "has a contract", Contracts.IDs(tx, "site", store.K(s.ID))),
				rests(s.Name, "has rates in a contract", ContractClauses.IDs(tx, "site", store.K(s.ID))),
				rests(s.Name, "has a price book", PriceBooks.IDs(tx, "scope", store.K(s.ID))),
			)
		}),
		gone(tx, party.Branches, func(b *party.Branch) error {
			return rests(b.Name, "has a price book", PriceBooks.IDs(tx, "scope", store.K(b.ID)))
		}),
		gone(tx, dispatch.Technicians, func(t *dispatch.Technician) error {
			return rests(t.Name, "has time", TimeEntries.IDs(tx, "technician", store.K(t.ID)))
		}),
		gone(tx, work.Tasks, func(t *work.Task) error {
			for e, err := range TimeEntries.By(tx, "order", store.K(t.Order)) {
				if err != nil {
					return err
				}
				if e.Task == t.ID {
					return resting("task "+t.Title, "has time")
				}
			}
			for i, err := range LineItems.By(tx, "order", store.K(t.Order)) {
				if err != nil {
					return err
				}
				if i.Task == t.ID {
					return resting("task "+t.Title, "has items")
				}
			}
			return nil
		}),
	)
}

// gone looks at the records of a collection that a command makes disappear.
func gone[T, R any](tx *store.Tx, c *store.Collection[T, R], check func(*T) error) error {
	changed, err := c.Changed(tx, store.Deleted[T])
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if err := check(ch.Before); err != nil {
			return err
		}
	}
	return nil
}

func rests(name, what string, on iter.Seq2[store.ID, error]) error {
	for _, err := range on {
		if err != nil {
			return err
		}
		return resting(name, what)
	}
	return nil
}

func resting(name, what string) error {
	return fault.Refusedf("%s %s by now and cannot be taken back", name, what).With("undo.rests")
}
