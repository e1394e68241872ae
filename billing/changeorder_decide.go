package billing

import (
	"fmt"

	"callout/approval"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// ApproveChange says yes to a change order in the shop. Who wrote it may not.
type ApproveChange struct {
	Change store.ID `json:"change_order"`
}

// Name implements store.Command.
func (c *ApproveChange) Name() string { return "change_order.approve.v1" }

// Do implements store.Command.
func (c *ApproveChange) Do(tx *store.Tx) error {
	x, q, err := undecidedChange(tx, c.Change)
	if err != nil {
		return err
	}
	if err := approval.Settle(tx, q, x.Hash, true); err != nil || q.State == approval.Pending {
		return err // others have to say yes as well
	}
	return x.approve(tx)
}

// AcceptChange records the customer's yes to a change order: who in the customer's house
// said so, in which role, and the piece of evidence that shows it. It settles what the shop was asked.
type AcceptChange struct {
	Change   store.ID `json:"change_order"`
	Person   string   `json:"name"`
	Role     string   `json:"role"`
	Evidence store.ID `json:"evidence"`
}

// Name implements store.Command.
func (c *AcceptChange) Name() string { return "change_order.accept.v1" }

// Do implements store.Command.
func (c *AcceptChange) Do(tx *store.Tx) error {
	x, _, err := undecidedChange(tx, c.Change)
	if err != nil {
		return err
	}
	yes := &CustomerYes{Evidence: c.Evidence}
	if yes.Name, err = party.ParseName("name", "person who approves", c.Person); err != nil {
		return err
	}
	if yes.Role, err = party.ParseName("role", "role", c.Role); err != nil {
		return err
	}
	if c.Evidence == "" {
		return fault.Invalidf("evidence", "the customer's approval needs something that shows it: a signed page, a message").
			With("change-order.evidence").Hint("callout evidence add %s FILE --kind document", x.Order)
	}
	e, err := work.EvidenceItems.Get(tx, c.Evidence)
	if err != nil {
		return err
	}
	if e.Order != x.Order {
		return fault.Invalidf("evidence", "%s is evidence of another work order", e.ID).With("change-order.evidence").
			Hint("callout evidence list %s", x.Order)
	}
	x.Customer = yes
	why := fmt.Sprintf("approved by the customer: %s, %s", yes.Name, yes.Role)
	if err := approval.Withdraw(tx, ApprovalChange, x.ID, why); err != nil {
		return err
	}
	return x.approve(tx)
}

// RejectChange says no to a change order, with a reason.
type RejectChange struct {
	Change store.ID `json:"change_order"`
}

// Name implements store.Command.
func (c *RejectChange) Name() string { return "change_order.reject.v1" }

// Do implements store.Command.
func (c *RejectChange) Do(tx *store.Tx) error {
	x, q, err := undecidedChange(tx, c.Change)
	if err != nil {
		return err
	}
	if err := approval.Settle(tx, q, x.Hash, false); err != nil {
		return err
	}
	if err := x.move("reject"); err != nil {
		return err
	}
	x.DecidedBy, x.DecidedAt, x.Why = tx.Env.Actor.ID, tx.Env.RecordedAt, tx.Env.Reason
	tx.Emit("change-order.rejected", x.ID, map[string]any{"order": x.Order})
	return ChangeOrders.Put(tx, x)
}

// undecidedChange returns a change order and the open request for its approval.
func undecidedChange(tx *store.Tx, id store.ID) (*ChangeOrder, *approval.Request, error) {
	x, err := ChangeOrders.Get(tx, id)
	if err != nil {
		return nil, nil, err
	}
	tx.Returns(x.ID, "")
	probe := *x
	if err := probe.move("approve"); err != nil {
		return nil, nil, err
	}
	q, err := approval.PendingOn(tx, ApprovalChange, x.ID)
	if err == nil && q == nil {
		err = broken("approval.stale", "nobody is asked to approve %s", x.Title)
	}
	return x, q, err
}

// approve makes what was asked for count.
func (x *ChangeOrder) approve(tx *store.Tx) error {
	if err := x.move("approve"); err != nil {
		return err
	}
	x.DecidedBy, x.DecidedAt = tx.Env.Actor.ID, tx.Env.RecordedAt
	var err error
	if x.Kind == ChangeCap {
		err = x.moveCap(tx)
	} else {
		err = x.addRow(tx)
	}
	if err != nil {
		return err
	}
	tx.Emit("change-order.approved", x.ID, map[string]any{"order": x.Order, "kind": string(x.Kind)})
	return ChangeOrders.Put(tx, x)
}

// moveCap moves the cap to what was asked for. One that has moved since was not what
// anybody said yes to.
func (x *ChangeOrder) moveCap(tx *store.Tx) error {
	c, err := CapOf(tx, x.Order)
	if err != nil {
		return err
	}
	if c == nil || x.Before == nil || !c.Limit.Equal(*x.Before) {
		return fault.Conflictf("the cap has moved since %q was asked for", x.Title).With("change-order.stale").
			Hint(`callout change-order reject %s --reason "…"`, x.ID)
	}
	if err := c.limits(tx, x.Limit, x.Cost); err != nil {
		return err
	}
	c.Rev, c.Change, c.SetBy, c.SetAt = c.Rev+1, x.ID, x.By, x.DecidedAt
	tx.Emit("cap.set", c.Order, map[string]any{"limit": c.Limit.String(), "change_order": x.ID})
	return Caps.Put(tx, c)
}

// addRow makes a row of its own of what was agreed on top: of the schedule, or a milestone.
func (x *ChangeOrder) addRow(tx *store.Tx) error {
	how, err := wayOf(tx, x.Order)
	if err != nil {
		return err
	}
	if how == wayProgress {
		row := &ScheduleRow{Order: x.Order, Title: x.Title, Value: *x.Sum, TaxClass: x.TaxClass, Change: x.ID}
		if err := row.add(tx); err != nil {
			return err
		}
		x.Row = row.ID
		return nil
	}
	m := &Milestone{
		Order: x.Order, Title: x.Title, Amount: x.Sum, TaxClass: x.TaxClass, Status: MilestonePlanned, SetBy: x.By, Change: x.ID,
	}
	if err := m.add(tx); err != nil {
		return err
	}
	x.Row = m.ID
	return nil
}
