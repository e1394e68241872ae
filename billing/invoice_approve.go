package billing

import (
	"callout/approval"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// ApproveInvoice says yes to a proposed invoice or credit note, as it is. The last yes that the policy
// asks for fixes the charges behind it.
type ApproveInvoice struct {
	Invoice store.ID `json:"invoice"`
}

// Name implements store.Command.
func (c *ApproveInvoice) Name() string { return "invoice.approve.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *ApproveInvoice) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *ApproveInvoice) Do(tx *store.Tx) error {
	inv, q, next, err := undecided(tx, c.Invoice, "approve")
	if err != nil {
		return err
	}
	_, g, err := gateOf(tx, inv, tx.Env.RecordedAt, "")
	if err != nil {
		return err
	}
	if err := g.refuse(ToApprove); err != nil {
		return err
	}
	if err := refuseGranter(tx, g); err != nil {
		return err
	}
	// The gate has just composed the document afresh and found this hash again.
	if err := approval.Settle(tx, q, inv.Hash, true); err != nil || q.State == approval.Pending {
		return err
	}
	inv.Status, inv.ApprovedBy, inv.ApprovedAt, inv.Mode = next, tx.Env.Actor.ID, tx.Env.RecordedAt, q.Decision.Mode
	if inv.bills() {
		if err := inv.fix(tx); err != nil {
			return err
		}
	}
	return Invoices.Put(tx, inv)
}

// fix approves the charges behind an invoice.
func (inv *Invoice) fix(tx *store.Tx) error {
	for _, l := range inv.Lines {
		ch, err := Charges.Get(tx, l.Charge)
		if err != nil {
			return err
		}
		if ch.State == ChargeApproved {
			continue
		}
		if err := ch.move("approve"); err != nil {
			return err
		}
		if err := Charges.Put(tx, ch); err != nil {
			return err
		}
	}
	return nil
}

// RejectInvoice says no to a proposed document, with a reason. It becomes a draft again.
type RejectInvoice struct {
	Invoice store.ID `json:"invoice"`
}

// Name implements store.Command.
func (c *RejectInvoice) Name() string { return "invoice.reject.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RejectInvoice) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *RejectInvoice) Do(tx *store.Tx) error {
	inv, q, _, err := undecided(tx, c.Invoice, "reject")
	if err != nil {
		return err
	}
	if err := approval.Settle(tx, q, inv.Hash, false); err != nil {
		return err
	}
	who, err := party.NameOf(tx, tx.Env.Actor.ID)
	if err != nil {
		return err
	}
	return inv.fallBack(tx, "reject", "rejected by "+who+": "+tx.Env.Reason)
}

// undecided returns a document, the open request for its approval, and where an action takes the document.
func undecided(tx *store.Tx, id store.ID, action string) (inv *Invoice, q *approval.Request, next InvoiceStatus, err error) {
	if inv, err = Invoices.Get(tx, id); err != nil {
		return nil, nil, "", err
	}
	tx.Returns(inv.ID, "")
	probe := *inv
	if err := probe.move(action); err != nil {
		return nil, nil, "", err
	}
	if q, err = approval.PendingOn(tx, ApprovalInvoice, inv.ID); err == nil && q == nil {
		err = fault.Conflictf("nobody is asked to approve %s any more", inv.Name()).With("approval.stale").
			Hint("callout invoice propose %s", inv.ID)
	}
	return inv, q, probe.Status, err
}
