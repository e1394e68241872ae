package work

import (
	"iter"

	"callout/internal/fault"
	"callout/store"
)

// nothingDangles is the check that nothing disappears on which something else rests.
// Records only ever disappear when the command that made them is taken back.
func nothingDangles(tx *store.Tx) error {
	for _, check := range []func(*store.Tx) error{
		gone(Customers, func(tx *store.Tx, c *Customer) error {
			return rest(c.Name,
				has(Sites.IDs(tx, "customer", store.K(c.ID)), "has sites"),
				has(WorkOrders.IDs(tx, "customer", store.K(c.ID)), "has work orders"),
				has(Agreements.IDs(tx, "customer", store.K(c.ID)), "has agreements"))
		}),
		gone(Agreements, func(tx *store.Tx, a *Agreement) error {
			return rest(a.Name, has(WorkOrders.IDs(tx, "agreement", store.K(a.ID)), "has work orders"))
		}),
		gone(Sites, func(tx *store.Tx, s *Site) error {
			return rest(s.Name,
				has(Assets.IDs(tx, "site", store.K(s.ID)), "has assets"),
				has(agreementsAt(tx, s.Customer, func(p *Place) bool { return p.Site == s.ID }), "stands in an agreement"),
				has(ordersOf(tx, s.Customer, func(w *WorkOrder) bool { return w.Site == s.ID }), "has work orders"))
		}),
		gone(Assets, func(tx *store.Tx, a *Asset) error {
			s, ok, err := Sites.Try(tx, a.Site)
			if err != nil || !ok {
				return err
			}
			return rest(a.Name,
				has(agreementsAt(tx, s.Customer, func(p *Place) bool { return p.Asset == a.ID }), "stands in an agreement"),
				has(ordersOf(tx, s.Customer, func(w *WorkOrder) bool { return w.Asset == a.ID }), "has work orders"))
		}),
		gone(WorkOrders, func(tx *store.Tx, w *WorkOrder) error {
			return rest(w.Number,
				has(Tasks.IDs(tx, "order", store.K(w.ID)), "has tasks"),
				has(Deliverables.IDs(tx, "order", store.K(w.ID)), "has deliverables"),
				has(EvidenceItems.IDs(tx, "order", store.K(w.ID)), "has evidence"),
				has(SignOffs.IDs(tx, "order", store.K(w.ID)), "has sign-offs"),
				has(Notices.IDs(tx, "order", store.K(w.ID)), "was late, which stays on record"),
				has(WorkOrders.IDs(tx, "parent", store.K(w.ID)), "has parts"),
				has(WorkOrders.IDs(tx, "callback_of", store.K(w.ID)), "has callbacks"),
				has(WorkOrders.IDs(tx, "after", store.K(w.ID)), "is waited for"))
		}),
		gone(Tasks, func(tx *store.Tx, t *Task) error {
			return rest("task "+t.Title,
				has(ChecklistRuns.IDs(tx, "task", store.K(t.ID)), "has checklists"),
				has(evidenceOf(tx, t.Order, func(e *Evidence) bool { return e.Task == t.ID }), "has evidence"))
		}),
		gone(Deliverables, func(tx *store.Tx, d *Deliverable) error {
			return rest("deliverable "+d.Title,
				has(evidenceOf(tx, d.Order, func(e *Evidence) bool { return e.Deliverable == d.ID }), "has evidence"),
				has(where(SignOffs.By(tx, "order", store.K(d.Order)),
					func(s *SignOff) bool { return s.Deliverable == d.ID },
					func(s *SignOff) store.ID { return s.ID }), "has sign-offs"))
		}),
	} {
		if err := check(tx); err != nil {
			return err
		}
	}
	return nil
}

// gone looks at the records of a collection that the command makes disappear.
func gone[T, R any](c *store.Collection[T, R], check func(*store.Tx, *T) error) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		changed, err := c.Changed(tx, store.Deleted[T])
		if err != nil {
			return err
		}
		for _, ch := range changed {
			if err := check(tx, ch.Before); err != nil {
				return err
			}
		}
		return nil
	}
}

// resting is one kind of thing that may rest on a record.
type resting struct {
	found bool
	what  string
	err   error
}

func has(ids iter.Seq2[store.ID, error], what string) resting {
	for _, err := range ids {
		return resting{found: err == nil, what: what, err: err}
	}
	return resting{}
}

func rest(name string, on ...resting) error {
	for _, r := range on {
		if r.err != nil {
			return r.err
		}
		if r.found {
			return fault.Refusedf("%s %s by now and cannot be taken back", name, r.what).With("undo.rests")
		}
	}
	return nil
}

func ordersOf(r store.Reader, customer store.ID, keep func(*WorkOrder) bool) iter.Seq2[store.ID, error] {
	return where(WorkOrders.By(r, "customer", store.K(customer)), keep, func(w *WorkOrder) store.ID { return w.ID })
}

func evidenceOf(r store.Reader, order store.ID, keep func(*Evidence) bool) iter.Seq2[store.ID, error] {
	return where(EvidenceItems.By(r, "order", store.K(order)), keep, func(e *Evidence) store.ID { return e.ID })
}

// where yields the ids of the records to keep.
func where[T any](recs iter.Seq2[*T, error], keep func(*T) bool, id func(*T) store.ID) iter.Seq2[store.ID, error] {
	return func(yield func(store.ID, error) bool) {
		for rec, err := range recs {
			if err != nil {
				yield("", err)
				return
			}
			if keep(rec) && !yield(id(rec), nil) {
				return
			}
		}
	}
}
