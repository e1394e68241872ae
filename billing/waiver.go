package billing

import (
	"slices"
	"strings"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// GateWaiver is one person's word that a requirement may stay unmet for an order as it
// is. It is bound to what was unmet when it was given: what comes up later is not
// waived. It is never taken back; meeting the requirement makes it pointless.
type GateWaiver struct {
	store.Record
	Order  store.ID  `json:"order"`
	Code   string    `json:"code"`
	Hash   string    `json:"hash"` // of the records that were found wanting
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"` // authority's time
	Reason string    `json:"reason"`
}

// GateWaivers holds the waivers, by order.
var GateWaivers = store.Define(store.Def[GateWaiver, store.NoRow]{
	Name: "gate_waiver", Prefix: "wvr", Title: "waiver",
	Indexes: []store.Index[GateWaiver]{
		{Name: "order", Keys: func(w *GateWaiver) []store.Key { return []store.Key{store.K(w.Order, w.Code, w.At)} }},
	},
})

// wanting is the hash of what a requirement found wanting.
func (q *Requirement) wanting() (string, error) {
	ids := slices.Clone(q.Evidence)
	return approval.Hash(map[string]any{"code": q.Code, "refs": unique(ids)})
}

// waive marks a requirement as let go, where somebody has done so. Where four eyes are
// needed, whoever proposes the invoice cannot have waived its requirements.
func (s *Snapshot) waive(q *Requirement, sub *Subject) {
	if !slices.Contains(Waivable(), q.Code) {
		return
	}
	hash, err := q.wanting()
	if err != nil {
		return
	}
	for _, w := range s.Waivers {
		if w.Code != q.Code || w.Hash != hash {
			continue
		}
		if sub.Proposer == w.By && s.Policy.Mode != approval.Single {
			q.Reason += "; whoever proposes the invoice may not have waived it"
			continue
		}
		q.Status, q.Fix = WaivedStatus, ""
		q.Waiver = &Waived{ID: w.ID, By: w.By, At: w.At, Reason: w.Reason}
	}
}

// WaiveRequirement lets an unmet requirement of an order go. The reason is required.
type WaiveRequirement struct {
	Order store.ID `json:"order"`
	Code  string   `json:"code"`
}

// Name implements store.Command.
func (c *WaiveRequirement) Name() string { return "gate.waive.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *WaiveRequirement) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *WaiveRequirement) Do(tx *store.Tx) error {
	o, err := work.WorkOrders.Get(tx, c.Order)
	if err != nil {
		return err
	}
	codeName := strings.ToUpper(strings.TrimSpace(c.Code))
	if !slices.Contains(Waivable(), codeName) {
		return fault.Invalidf("code", "%q cannot be waived", c.Code).With("gate.unwaivable").
			Hint("these can: %s", strings.Join(Waivable(), ", "))
	}
	why, err := reason(tx.Env.Reason, "waiving a requirement needs a reason")
	if err != nil {
		return err
	}
	if err := approval.MayGrant(tx, approval.ForWaiver, codeName+" of "+o.Number, nil); err != nil {
		return err
	}
	if err := refuseApprover(tx, o.ID); err != nil {
		return err
	}
	g, err := OrderGate(tx, o.ID, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	q, _ := g.Get(codeName)
	if q.Status != Unsatisfied {
		return fault.Conflictf("%s of %s is %s", codeName, o.Number, q.Status).With("gate.settled").
			Hint("callout invoice gate %s", o.Number)
	}
	w := &GateWaiver{Order: o.ID, Code: codeName, By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: why}
	if w.Hash, err = q.wanting(); err != nil {
		return err
	}
	w.ID = GateWaivers.NewID(tx, codeName)
	tx.Returns(w.ID, "")
	tx.Emit("gate.waived", o.ID, map[string]any{"code": codeName, "reason": why})
	return GateWaivers.Put(tx, w)
}
