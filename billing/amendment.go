package billing

import (
	"fmt"

	"callout/store"
	"callout/work"
)

// amendBilled is the derivation by which an order that is opened again after it was billed
// becomes an amendment. Where what was worked was billed at a milestone, the amendment gets
// one of its own, which bills what is open by then: the difference, because the
// allocations know what was billed. Agreed prices stay agreed; more is a milestone that
// somebody adds.
func amendBilled(tx *store.Tx) error {
	changed, err := work.WorkOrders.Changed(tx, store.Edited)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if !work.Reopens(ch) {
			continue
		}
		released, err := lastReleased(tx, ch.ID)
		if err != nil {
			return err
		}
		if released != "" {
			if err := work.Amend(tx, ch.ID, "billed by "+released); err != nil {
				return err
			}
		}
		o, err := work.WorkOrders.Get(tx, ch.ID)
		if err != nil {
			return err
		}
		if o.Rev() > ch.Before.Rev() {
			if err := planAmendment(tx, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// lastReleased is the number of the newest invoice on an order that was released, or "".
// One that was credited since counts: it was billed.
func lastReleased(r store.Reader, order store.ID) (string, error) {
	number := ""
	for inv, err := range Invoices.By(r, "order", store.K(order)) {
		if err != nil {
			return "", err
		}
		if inv.Kind == KindInvoice && inv.Status == InvoiceReleased {
			number = inv.Number
		}
	}
	return number, nil
}

// planAmendment plans a billing point for what an amendment is worked, on orders whose
// billing points for what was worked are all used up.
func planAmendment(tx *store.Tx, o *work.WorkOrder) error {
	var last *Milestone
	for m, err := range Milestones.By(tx, "order", store.K(o.ID)) {
		if err != nil {
			return err
		}
		switch {
		case m.Basis() == ByActuals && (m.Status == MilestonePlanned || m.Status == MilestoneReady):
			return nil
		case m.Basis() == ByActuals && m.Status == MilestoneReleased, last != nil:
			last = m
		}
	}
	if last == nil {
		return nil
	}
	m := &Milestone{
		Order: o.ID, N: last.N + 1, Title: fmt.Sprintf("Amendment %d", o.Rev()), Status: MilestonePlanned,
		SetBy: tx.Env.Actor.ID, Revision: o.Amending(),
	}
	m.ID = Milestones.NewID(tx, "amendment/"+string(o.ID))
	tx.Emit("milestone.planned", m.ID, map[string]any{"order": o.ID})
	return Milestones.Put(tx, m)
}
