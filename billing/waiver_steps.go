package billing

import (
	"callout/approval"
	"callout/internal/fault"
	"callout/store"
)

// ApprovalWaiver is the kind of a request to let something go that takes several people.
const ApprovalWaiver = approval.ForWaiver

// waiverContent is what people grant: which requirement is let go for what, and what was wanting.
type waiverContent struct {
	Order  store.ID    `json:"order"`
	Code   string      `json:"code"`
	Scope  WaiverScope `json:"scope,omitempty"`
	Until  string      `json:"until,omitempty"`
	Hash   string      `json:"wanting,omitempty"`
	Reason string      `json:"reason"`
}

func (w *GateWaiver) content() waiverContent {
	return waiverContent{w.Order, w.Code, w.Scope, w.Until.String(), w.Hash, w.Reason}
}

// wish is the waiver as something that several people let go together.
func (w *GateWaiver) wish(of string) *approval.Wish {
	return &approval.Wish{Kind: ApprovalWaiver, Subject: w.ID, Title: "letting " + w.Code + " of " + of + " go", By: w.By, Content: w.content()}
}

// ask puts a waiver up for those whom the policy asks for. Who asks has no say of their own: they want it.
func (w *GateWaiver) ask(tx *store.Tx, name string) error {
	for o, err := range GateWaivers.By(tx, "order", store.K(w.Order, w.Code)) {
		if err != nil {
			return err
		}
		if o.State == WaiverAsked && o.Hash == w.Hash && o.Scope == w.Scope {
			return fault.Conflictf("letting %s of %s go is asked for already", w.Code, name).With("gate.asked").
				Hint("callout approval explain %s", o.ID)
		}
	}
	w.State = WaiverAsked
	if err := w.wish(name).PutUp(tx); err != nil {
		return err
	}
	tx.Emit("gate.waiver_asked", w.Order, map[string]any{"code": w.Code, "reason": w.Reason, "scope": string(w.Scope)})
	return GateWaivers.Put(tx, w)
}

// GrantWaiver says yes to a waiver that somebody has asked for. The last yes that the policy asks for makes it count.
type GrantWaiver struct {
	Waiver store.ID `json:"waiver"`
}

// Name implements store.Command.
func (c *GrantWaiver) Name() string { return "gate.grant_waiver.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *GrantWaiver) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *GrantWaiver) Do(tx *store.Tx) error {
	w, q, err := decideWaiver(tx, c.Waiver, true)
	if err != nil || q.State == approval.Pending {
		return err
	}
	w.State, w.With = WaiverGranted, q.Deciders()
	tx.Emit("gate.waived", w.Order, map[string]any{"code": w.Code, "reason": w.Reason, "scope": string(w.Scope), "until": w.Until.String()})
	return GateWaivers.Put(tx, w)
}

// RefuseWaiver says no to a waiver that somebody has asked for, with the reason.
type RefuseWaiver struct {
	Waiver store.ID `json:"waiver"`
}

// Name implements store.Command.
func (c *RefuseWaiver) Name() string { return "gate.refuse_waiver.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RefuseWaiver) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *RefuseWaiver) Do(tx *store.Tx) error {
	w, _, err := decideWaiver(tx, c.Waiver, false)
	if err != nil {
		return err
	}
	w.State = WaiverRefused
	return GateWaivers.Put(tx, w)
}

// decideWaiver records the actor's decision on what somebody has asked to let go. Whoever has approved an invoice of
// the order has no say in it.
func decideWaiver(tx *store.Tx, id store.ID, yes bool) (*GateWaiver, *approval.Request, error) {
	w, err := GateWaivers.Get(tx, id)
	if err != nil {
		return nil, nil, err
	}
	tx.Returns(w.ID, "")
	if yes {
		if err := refuseApprover(tx, w.Order); err != nil {
			return nil, nil, err
		}
	}
	q, err := w.wish("it").Decide(tx, yes, "callout log "+string(w.ID))
	return w, q, err
}
