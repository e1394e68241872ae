package work

import (
	"callout/approval"
	"callout/internal/fault"
	"callout/store"
)

// ApprovalWaiver is the kind of a request to waive a deliverable that takes several people.
const ApprovalWaiver = approval.ForWaiver

// asks is what people grant: which deliverable may be missing, and why.
func (d *Deliverable) asks() map[string]any {
	return map[string]any{"order": d.Order, "n": d.N, "title": d.Title, "needs": d.Needs, "reason": d.Asked.Reason}
}

// wish is the waiver as something that several people let go together.
func (d *Deliverable) wish(w *WorkOrder) *approval.Wish {
	return &approval.Wish{Kind: ApprovalWaiver, Subject: d.ID, Title: "waiving " + d.Title + " of " + w.Number, By: d.Asked.By, Content: d.asks()}
}

// ask puts a waiver up for those whom the policy asks for. Who asks has no say of their own: they want it.
func (d *Deliverable) ask(tx *store.Tx, w *WorkOrder, given *Waiver) error {
	if d.Asked != nil {
		return fault.Conflictf("waiving %s of %s is asked for already", d.Title, w.Number).With("deliverable.asked").
			Hint("callout approval explain %s", d.ID)
	}
	d.Asked = given
	if err := d.wish(w).PutUp(tx); err != nil {
		return err
	}
	tx.Emit("deliverable.waiver_asked", d.ID, map[string]any{"order": w.ID, "reason": given.Reason})
	return Deliverables.Put(tx, d)
}

// GrantDeliverableWaiver says yes to waiving a deliverable, as somebody has asked. The last yes that the policy asks for
// waives it.
type GrantDeliverableWaiver struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *GrantDeliverableWaiver) Name() string { return "deliverable.grant_waiver.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *GrantDeliverableWaiver) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *GrantDeliverableWaiver) Do(tx *store.Tx) error {
	d, q, err := decideWaiver(tx, c.ID, true)
	if err != nil || q.State == approval.Pending {
		return err
	}
	d.Waived, d.Asked = d.Asked, nil
	d.Waived.With = q.Deciders()
	tx.Emit("deliverable.waived", d.ID, map[string]any{"order": d.Order, "reason": d.Waived.Reason})
	return Deliverables.Put(tx, d)
}

// RefuseDeliverableWaiver says no to waiving a deliverable, with the reason.
type RefuseDeliverableWaiver struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *RefuseDeliverableWaiver) Name() string { return "deliverable.refuse_waiver.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RefuseDeliverableWaiver) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *RefuseDeliverableWaiver) Do(tx *store.Tx) error {
	d, _, err := decideWaiver(tx, c.ID, false)
	if err != nil {
		return err
	}
	d.Asked = nil
	return Deliverables.Put(tx, d)
}

// decideWaiver records the actor's decision on waiving a deliverable. Who did the work has no say in it.
func decideWaiver(tx *store.Tx, id store.ID, yes bool) (*Deliverable, *approval.Request, error) {
	d, err := Deliverables.Get(tx, id)
	if err != nil {
		return nil, nil, err
	}
	w, err := unfinishedOrder(tx, d.Order, "its deliverables cannot be waived")
	if err != nil {
		return nil, nil, err
	}
	tx.Returns(d.ID, d.Ref(w))
	if d.Asked == nil {
		return nil, nil, fault.Refusedf("nobody asks to waive %s of %s", d.Title, w.Number).With("approval.settled").
			Hint("callout deliverable list %s", w.Number)
	}
	if yes {
		if err := mayWaive(tx, w); err != nil {
			return nil, nil, err
		}
	}
	q, err := d.wish(w).Decide(tx, yes, "callout deliverable list "+w.Number)
	return d, q, err
}
