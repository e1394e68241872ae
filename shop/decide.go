package shop

import (
	"callout/approval"
	"callout/billing"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// Decision returns the command by which the room that owns a request's subject
// approves or rejects it. The rule is the room's; this is only the way to its door.
func Decision(q *approval.Request, yes bool) (store.Command, error) {
	switch q.Kind {
	case billing.ApprovalTime:
		if yes {
			return &billing.ApproveTime{Entry: q.Subject}, nil
		}
		return &billing.RejectTime{Entry: q.Subject}, nil
	case billing.ApprovalInvoice:
		if yes {
			return &billing.ApproveInvoice{Invoice: q.Subject}, nil
		}
		return &billing.RejectInvoice{Invoice: q.Subject}, nil
	case billing.ApprovalChange:
		if yes {
			return &billing.ApproveChange{Change: q.Subject}, nil
		}
		return &billing.RejectChange{Change: q.Subject}, nil
	case approval.ForException:
		if yes {
			return &approval.GrantException{Exception: q.Subject}, nil
		}
		return &approval.RefuseException{Exception: q.Subject}, nil
	case approval.ForWaiver:
		return waiver(q.Subject, yes), nil
	}
	return nil, fault.Internalf("nobody knows how to decide a %s", q.Kind)
}

// waiver is the decision on letting something go: a deliverable, or a requirement of the gate.
func waiver(subject store.ID, yes bool) store.Command {
	switch {
	case subject.Prefix() == work.Deliverables.Prefix() && yes:
		return &work.GrantDeliverableWaiver{ID: subject}
	case subject.Prefix() == work.Deliverables.Prefix():
		return &work.RefuseDeliverableWaiver{ID: subject}
	case yes:
		return &billing.GrantWaiver{Waiver: subject}
	}
	return &billing.RefuseWaiver{Waiver: subject}
}
