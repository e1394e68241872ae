package shop

import (
	"callout/approval"
	"callout/billing"
	"callout/internal/fault"
	"callout/store"
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
	}
	return nil, fault.Internalf("nobody knows how to decide a %s", q.Kind)
}
