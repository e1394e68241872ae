package billing

import (
	"fmt"

	"callout/approval"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// ApprovalTime is the kind of an approval request for a time entry.
const ApprovalTime = approval.ForTime

// SubmitTime asks for somebody's approval of an entry. The technician, who entered it
// and who edited it last may not give it.
type SubmitTime struct {
	Entry store.ID `json:"entry"`
}

// Name implements store.Command.
func (c *SubmitTime) Name() string { return "time.submit.v1" }

// Undoable implements store.Undoable.
func (c *SubmitTime) Undoable() {}

// Do implements store.Command.
func (c *SubmitTime) Do(tx *store.Tx) error {
	e, err := TimeEntries.Get(tx, c.Entry)
	if err != nil {
		return err
	}
	tx.Returns(e.ID, "")
	if e.To.IsZero() {
		return fault.Refusedf("the time entry is still running").With("time.running").Hint("callout time stop %s", e.ID)
	}
	if err := e.move("submit"); err != nil {
		return err
	}
	if err := refuseOverlap(tx, e); err != nil { // a rejected one did not count in the meantime
		return err
	}
	title, err := e.title(tx)
	if err != nil {
		return err
	}
	hash, err := approval.Hash(e.Content())
	if err != nil {
		return err
	}
	makers := []store.ID{e.Person, e.EnteredBy}
	if e.EditedBy != "" {
		makers = append(makers, e.EditedBy)
	}
	_, err = approval.AskFor(tx, approval.Question{
		Kind: ApprovalTime, Subject: e.ID, Title: title, Hash: hash, Makers: makers, Content: e.Content(),
	})
	if err != nil {
		return err
	}
	e.Draft = ""
	tx.Emit("time.submitted", e.ID, nil)
	return TimeEntries.Put(tx, e)
}

// title says an entry in a few words: "WO-1042 · 2h labour of ana".
func (e *TimeEntry) title(r store.Reader) (string, error) {
	order, err := work.WorkOrders.Get(r, e.Order)
	if err != nil {
		return "", err
	}
	tech, err := dispatch.Technicians.Get(r, e.Technician)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s · %s %s of %s", order.Number, calendar.FormatDuration(e.Worked()), e.Kind, tech.Name), nil
}

// ApproveTime says yes to a submitted entry.
type ApproveTime struct {
	Entry store.ID `json:"entry"`
}

// Name implements store.Command.
func (c *ApproveTime) Name() string { return "time.approve.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *ApproveTime) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *ApproveTime) Do(tx *store.Tx) error {
	e, err := decideTime(tx, c.Entry, "approve")
	if err != nil || e.Status != TimeApproved {
		return err
	}
	if e.Cost.Rate == nil {
		tech, err := dispatch.Technicians.Get(tx, e.Technician)
		if err != nil {
			return err
		}
		e.Cost.Rate = tech.RateAt(e.From)
	}
	return TimeEntries.Put(tx, e)
}

// RejectTime says no to an entry, with a reason. An approved one may be rejected, too, as
// long as no part of it stands on a released invoice.
type RejectTime struct {
	Entry store.ID `json:"entry"`
}

// Name implements store.Command.
func (c *RejectTime) Name() string { return "time.reject.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RejectTime) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *RejectTime) Do(tx *store.Tx) error {
	e, err := TimeEntries.Get(tx, c.Entry)
	if err != nil {
		return err
	}
	if e.Status == TimeApproved {
		return c.revoke(tx, e)
	}
	if e, err = decideTime(tx, c.Entry, "reject"); err != nil {
		return err
	}
	return TimeEntries.Put(tx, e)
}

// revoke takes back an approval that nothing was billed on.
func (c *RejectTime) revoke(tx *store.Tx, e *TimeEntry) error {
	tx.Returns(e.ID, "")
	why, err := reason(tx.Env.Reason, "rejecting approved time needs a reason")
	if err != nil {
		return err
	}
	if err := refuseBilled(tx, e.ID, "the time entry"); err != nil {
		return err
	}
	if err := e.move("reject"); err != nil {
		return err
	}
	if err := approval.Withdraw(tx, ApprovalTime, e.ID, why); err != nil {
		return err
	}
	tx.Emit("time.rejected", e.ID, nil)
	return TimeEntries.Put(tx, e)
}

// decideTime decides on an entry's approval request, and moves the entry where that settled it.
func decideTime(tx *store.Tx, id store.ID, action string) (*TimeEntry, error) {
	e, err := TimeEntries.Get(tx, id)
	if err != nil {
		return nil, err
	}
	tx.Returns(e.ID, "")
	probe := *e
	if err := probe.move(action); err != nil {
		return nil, err
	}
	q, err := approval.PendingOn(tx, ApprovalTime, e.ID)
	if err != nil {
		return nil, err
	}
	if q == nil {
		return nil, fault.Conflictf("nobody is asked to approve the time entry any more").With("approval.stale").
			Hint("callout time withdraw %s", e.ID)
	}
	hash, err := approval.Hash(e.Content())
	if err != nil {
		return nil, err
	}
	if err := approval.Settle(tx, q, hash, action == "approve"); err != nil || q.State == approval.Pending {
		return e, err
	}
	return e, e.move(action)
}

// WithdrawTime takes a submitted entry back, so that it can be edited.
type WithdrawTime struct {
	Entry store.ID `json:"entry"`
}

// Name implements store.Command.
func (c *WithdrawTime) Name() string { return "time.withdraw.v1" }

// Undoable implements store.Undoable.
func (c *WithdrawTime) Undoable() {}

// Do implements store.Command.
func (c *WithdrawTime) Do(tx *store.Tx) error {
	e, err := TimeEntries.Get(tx, c.Entry)
	if err != nil {
		return err
	}
	tx.Returns(e.ID, "")
	if err := e.move("withdraw"); err != nil {
		return err
	}
	who, err := party.NameOf(tx, tx.Env.Actor.ID)
	if err != nil {
		return err
	}
	if err := approval.Withdraw(tx, ApprovalTime, e.ID, "withdrawn by "+who); err != nil {
		return err
	}
	return TimeEntries.Put(tx, e)
}

// checkTime holds that the raw facts of submitted and approved time stand still, whatever
// command comes along.
func checkTime(tx *store.Tx) error {
	changed, err := TimeEntries.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.Before == nil || ch.After == nil || ch.Before.Status != TimeSubmitted && ch.Before.Status != TimeApproved {
			continue
		}
		if ch.Before.Content() != ch.After.Content() {
			return fault.Refusedf("the time entry is %s: its facts cannot change", ch.Before.Status).With("time.fixed").
				Hint(`callout time reject %s --reason "…"`, ch.ID)
		}
	}
	return nil
}
