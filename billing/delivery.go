package billing

import (
	"fmt"
	"slices"
	"strings"

	"callout/store"
	"callout/work"
)

// Delivery is what of an order was done and handed over, as billing needs to know it.
type Delivery struct {
	Order        work.WorkOrder
	Tasks        []work.Task
	Deliverables []Deliverable
	Evidence     []work.Evidence
	SignOffs     []work.SignOff // by time
	// Missing is what done tasks still lack: answers, acknowledgements, evidence.
	Missing []work.Blocker
}

// Deliverable is one deliverable and how it stands.
type Deliverable struct {
	work.Deliverable
	work.Satisfaction
}

// loadDelivery reads what of an order was done.
func loadDelivery(r store.Reader, order store.ID) (*Delivery, error) {
	o, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return nil, err
	}
	d := &Delivery{Order: *o}
	key := store.K(order)
	for t, err := range work.Tasks.By(r, "order", key) {
		if err != nil {
			return nil, err
		}
		d.Tasks = append(d.Tasks, *t)
		if t.Status != work.TaskDone {
			continue
		}
		missing, err := work.TaskBlockers(r, o, t)
		if err != nil {
			return nil, err
		}
		d.Missing = append(d.Missing, missing...)
	}
	for x, err := range work.Deliverables.By(r, "order", key) {
		if err != nil {
			return nil, err
		}
		how, err := work.Satisfied(r, o, x)
		if err != nil {
			return nil, err
		}
		d.Deliverables = append(d.Deliverables, Deliverable{*x, how})
	}
	for x, err := range work.EvidenceItems.By(r, "order", key) {
		if err != nil {
			return nil, err
		}
		d.Evidence = append(d.Evidence, *x)
	}
	for x, err := range work.SignOffs.By(r, "order", key) {
		if err != nil {
			return nil, err
		}
		d.SignOffs = append(d.SignOffs, *x)
	}
	return d, nil
}

// complete reports whether the work on the order has ended, however it ended.
func (d *Delivery) complete() bool {
	return d.Order.Status == work.Completed || d.Order.Status == work.Closed
}

// openTasks lists the required tasks that are not done.
func (d *Delivery) openTasks() []work.Task {
	var out []work.Task
	for _, t := range d.Tasks {
		if t.Status == work.TaskOpen && !t.Optional {
			out = append(out, t)
		}
	}
	return out
}

// reached reports whether the work that a milestone stands for is complete and handed over.
func (d *Delivery) reached(m *Milestone) bool {
	why, _ := d.whyNot(m)
	return why == ""
}

// whyNot says what a milestone still waits for, or "", and what to type about it. What
// could not be completed reaches no agreed price, but what was worked is billed.
func (d *Delivery) whyNot(m *Milestone) (why, fix string) {
	if m.Needs != nil {
		return d.wants(m.Needs)
	}
	gaveUp := d.Order.Outcome == work.CannotComplete
	switch open := d.openTasks(); {
	case !d.complete():
		return fmt.Sprintf("%s is %s", d.Order.Number, d.Order.Status), "callout wo complete " + d.Order.Number
	case gaveUp && m.Basis() != ByActuals:
		return "the work could not be completed: " + d.Order.Why, fmt.Sprintf(`callout milestone cancel %s --reason "…"`, m.ID)
	case !gaveUp && len(open) > 0:
		return fmt.Sprintf("task %d (%s) is open", open[0].N, open[0].Title), "callout task done " + open[0].Ref(&d.Order)
	}
	for _, x := range d.Deliverables {
		if !x.OK {
			return x.Title + ": " + x.Why, x.Fix
		}
	}
	return "", ""
}

// reachMilestones is the derivation by which milestones become ready with the work, and
// planned again when it is reopened or its sign-off no longer counts.
func reachMilestones(tx *store.Tx) error {
	orders := touchedOrders(tx)
	for _, id := range orders {
		var d *Delivery
		for m, err := range Milestones.By(tx, "order", store.K(id)) {
			if err != nil {
				return err
			}
			if m.Status != MilestonePlanned && m.Status != MilestoneReady {
				continue
			}
			if d == nil {
				if d, err = loadDelivery(tx, id); err != nil {
					return err
				}
			}
			if err := m.follow(tx, d.reached(m)); err != nil {
				return err
			}
		}
	}
	return nil
}

// follow moves a milestone to where the work is.
func (m *Milestone) follow(tx *store.Tx, reached bool) error {
	switch {
	case reached && m.Status == MilestonePlanned:
		if err := m.move("reach"); err != nil {
			return err
		}
		m.ReadyAt, m.Why = tx.Env.OccurredAt, ""
		tx.Emit("milestone.ready", m.ID, map[string]any{"order": m.Order})
	case !reached && m.Status == MilestoneReady:
		if err := m.move("fall-back"); err != nil {
			return err
		}
		m.Why = "the work that it stands for is open again, or its sign-off no longer counts"
		tx.Emit("milestone.planned", m.ID, map[string]any{"order": m.Order})
	default:
		return nil
	}
	return Milestones.Put(tx, m)
}

// touchedOrders lists the orders whose delivery, terms or milestones a command touched.
func touchedOrders(tx *store.Tx) []store.ID {
	var ids []store.ID
	touched(tx, work.WorkOrders, &ids, func(x *work.WorkOrder) store.ID { return x.ID })
	touched(tx, work.Tasks, &ids, func(x *work.Task) store.ID { return x.Order })
	touched(tx, work.Deliverables, &ids, func(x *work.Deliverable) store.ID { return x.Order })
	touched(tx, work.EvidenceItems, &ids, func(x *work.Evidence) store.ID { return x.Order })
	touched(tx, work.SignOffs, &ids, func(x *work.SignOff) store.ID { return x.Order })
	touched(tx, Milestones, &ids, func(x *Milestone) store.ID { return x.Order })
	touched(tx, OrderTerms, &ids, func(x *Terms) store.ID { return x.Order })
	touched(tx, ProgressRecords, &ids, func(x *Progress) store.ID { return x.Order })
	touched(tx, Measures, &ids, func(x *Measure) store.ID { return x.Order })
	return unique(ids)
}

// touched adds the orders of a collection's touched records to ids.
func touched[T, R any](tx *store.Tx, c *store.Collection[T, R], ids *[]store.ID, order func(*T) store.ID) {
	c.Look(tx, func(_ store.ID, before, after *T) {
		if before != nil {
			*ids = append(*ids, order(before))
		}
		if after != nil {
			*ids = append(*ids, order(after))
		}
	})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// unique sorts ids and drops repetitions.
func unique(ids []store.ID) []store.ID {
	slices.SortFunc(ids, func(a, b store.ID) int { return strings.Compare(string(a), string(b)) })
	return slices.Compact(ids)
}
