package billing

import (
	"fmt"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// ChangeOrder is a change of what was agreed about the price of an order: another cap, or
// a sum on top of or off the price. It says who asked for it and why, and does nothing until
// it is approved: by the customer, with a name, a role and evidence, or by somebody in the
// shop who did not write it.
type ChangeOrder struct {
	store.Record
	Order store.ID   `json:"order"`
	N     int        `json:"n"` // 1, 2, … within the order
	Kind  ChangeKind `json:"kind"`
	Title string     `json:"title"`
	// Limit and Cost are the new limits of the cap; Before is the one that counted when it was asked for.
	Limit  *money.Amount `json:"limit,omitempty"`
	Cost   *money.Amount `json:"cost_limit,omitempty"`
	Before *money.Amount `json:"limit_before,omitempty"`
	// Sum is what is added to the price; less than nothing takes away.
	Sum         *money.Amount `json:"sum,omitempty"`
	TaxClass    string        `json:"tax_class,omitempty"`
	Reason      string        `json:"reason"`
	RequestedBy string        `json:"requested_by"` // in the customer's house or the shop's, as people call them
	Status      ChangeStatus  `json:"status"`
	Hash        string        `json:"hash"` // of what is asked for; what is approved
	By          store.ID      `json:"by"`   // who wrote it
	At          time.Time     `json:"at"`   // authority's time, like the one below
	Customer    *CustomerYes  `json:"customer,omitempty"`
	DecidedBy   store.ID      `json:"decided_by,omitempty"`
	DecidedAt   time.Time     `json:"decided_at,omitzero"`
	Why         string        `json:"why,omitempty"` // why it was rejected
	Row         store.ID      `json:"row,omitempty"` // the milestone or row of the schedule that it became
}

// ChangeKind says what a change order changes.
type ChangeKind string

// The kinds of change orders.
const (
	ChangeCap ChangeKind = "cap"
	ChangeSum ChangeKind = "sum"
)

// ChangeStatus is where a change order stands.
type ChangeStatus string

// The statuses of a change order. Only a requested one moves, and each of the others is final.
const (
	ChangeRequested ChangeStatus = "requested"
	ChangeApproved  ChangeStatus = "approved"
	ChangeRejected  ChangeStatus = "rejected"
)

// ChangeTransitions is what may happen to a change order.
func ChangeTransitions() map[ChangeStatus]map[string]ChangeStatus {
	return map[ChangeStatus]map[string]ChangeStatus{
		ChangeRequested: {"approve": ChangeApproved, "reject": ChangeRejected},
		ChangeApproved:  {},
		ChangeRejected:  {},
	}
}

// CustomerYes is the customer's approval: whose word it is, and what shows it.
type CustomerYes struct {
	Name     string   `json:"name"`
	Role     string   `json:"role"`
	Evidence store.ID `json:"evidence"`
}

// ApprovalChange is the kind of an approval request for a change order.
const ApprovalChange = approval.ForChangeOrder

// ChangeOrders holds the change orders, by order and number.
var ChangeOrders = store.Define(store.Def[ChangeOrder, store.NoRow]{
	Name: "change_order", Prefix: "co", Title: "change order",
	Indexes: []store.Index[ChangeOrder]{{
		Name: "order", Unique: true,
		Keys: func(c *ChangeOrder) []store.Key { return []store.Key{store.K(c.Order, c.N)} },
	}},
})

// ChangesOf reads the change orders of an order, in the order in which they were asked for.
func ChangesOf(r store.Reader, order store.ID) ([]ChangeOrder, error) {
	var list []ChangeOrder
	for c, err := range ChangeOrders.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		list = append(list, *c)
	}
	return list, nil
}

func (x *ChangeOrder) move(action string) error {
	next, ok := ChangeTransitions()[x.Status][action]
	if !ok {
		return fault.Refusedf("the change order %s is %s already", x.ID, x.Status).With("change-order.status").
			Hint("callout change-order list %s", x.Order)
	}
	x.Status = next
	return nil
}

// changeContent is what a change order's hash is over.
type changeContent struct {
	Order       store.ID      `json:"order"`
	Kind        ChangeKind    `json:"kind"`
	Title       string        `json:"title"`
	Limit       *money.Amount `json:"limit"`
	Cost        *money.Amount `json:"cost_limit"`
	Before      *money.Amount `json:"limit_before"`
	Sum         *money.Amount `json:"sum"`
	TaxClass    string        `json:"tax_class"`
	Reason      string        `json:"reason"`
	RequestedBy string        `json:"requested_by"`
}

// RequestChange writes a change order and asks for its approval. The reason is required.
type RequestChange struct {
	Order       store.ID      `json:"order"`
	Kind        ChangeKind    `json:"kind"`
	Title       string        `json:"title,omitempty"`
	Limit       *money.Amount `json:"limit,omitempty"`
	Cost        *money.Amount `json:"cost_limit,omitempty"`
	Sum         *money.Amount `json:"sum,omitempty"`
	TaxClass    string        `json:"tax_class,omitempty"`
	RequestedBy string        `json:"requested_by"`
}

// Name implements store.Command.
func (c *RequestChange) Name() string { return "change_order.request.v1" }

// Do implements store.Command.
func (c *RequestChange) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	x := &ChangeOrder{
		Order: o.ID, Kind: c.Kind, Title: c.Title, Limit: c.Limit, Cost: c.Cost, Sum: c.Sum, Status: ChangeRequested,
		By: tx.Env.Actor.ID, At: tx.Env.RecordedAt,
	}
	if x.Reason, err = reason(tx.Env.Reason, "a change order needs a reason"); err != nil {
		return err
	}
	if x.RequestedBy, err = party.ParseName("by", "person who asks for it", c.RequestedBy); err != nil {
		return err
	}
	if x.TaxClass, err = taxClass("tax", c.TaxClass); err != nil {
		return err
	}
	switch x.Kind {
	case ChangeCap:
		err = x.askCap(tx, o)
	case ChangeSum:
		err = x.askSum(tx, o)
	default:
		err = fault.Invalidf("kind", "%q is no kind of change order; there are cap and sum", c.Kind).With("change-order.kind")
	}
	if err != nil {
		return err
	}
	for prev, err := range ChangeOrders.By(tx, "order", store.K(o.ID)) {
		if err != nil {
			return err
		}
		x.N = prev.N
	}
	x.N++
	x.ID = ChangeOrders.NewID(tx, fmt.Sprintf("%s/%d", o.ID, x.N))
	content := changeContent{
		x.Order, x.Kind, x.Title, x.Limit, x.Cost, x.Before, x.Sum, x.TaxClass, x.Reason, x.RequestedBy,
	}
	if x.Hash, err = approval.Hash(content); err != nil {
		return err
	}
	if _, err := approval.AskFor(tx, approval.Question{
		Kind: ApprovalChange, Subject: x.ID, Title: o.Number + " · " + x.Title, Hash: x.Hash, Makers: []store.ID{x.By},
		Amount: x.weight(), Customer: o.Customer, Content: content,
	}); err != nil {
		return err
	}
	tx.Returns(x.ID, "")
	tx.Emit("change-order.requested", x.ID, map[string]any{"order": o.ID, "kind": string(x.Kind)})
	return ChangeOrders.Put(tx, x)
}

// weight is by how much the change moves what may be billed, which thresholds of approval go by.
// Only the limit of the cost moving has none.
func (x *ChangeOrder) weight() *money.Amount {
	var a money.Amount
	switch {
	case x.Sum != nil:
		a = x.Sum.Abs()
	case x.Limit != nil: // and Before with it
		a = x.Limit.Sub(*x.Before).Abs()
	default:
		return nil
	}
	return &a
}

// askCap checks a change of the cap: there is one, and the new one could count now.
func (x *ChangeOrder) askCap(tx *store.Tx, o *work.WorkOrder) error {
	have, err := CapOf(tx, o.ID)
	if err != nil {
		return err
	}
	switch {
	case have == nil:
		return fault.Refusedf("%s has no cap that could change", o.Number).With("change-order.no-cap").
			Hint("callout wo cap %s --amount …", o.Number)
	case x.Limit == nil && x.Cost == nil:
		return fault.Invalidf("amount", "the change order does not say what the cap is to be").With("change-order.nothing")
	case x.Sum != nil:
		return fault.Invalidf("sum", "a change order changes the cap or the price, not both").With("change-order.kind")
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	before, trial := have.Limit, *have
	if err := trial.limits(tx, x.Limit, x.Cost); err != nil {
		return err
	}
	x.Before = &before
	if x.Title == "" {
		x.Title = fmt.Sprintf("cap %s to %s", before, trial.Limit.Format(company.Currency))
	}
	x.Title, err = party.ParseName("title", "change order", x.Title)
	return err
}

// askSum checks a change of the price, which needs an agreed price.
func (x *ChangeOrder) askSum(tx *store.Tx, o *work.WorkOrder) (err error) {
	if x.Title, err = party.ParseName("title", "change order", x.Title); err != nil {
		return err
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	if x.Sum == nil || x.Sum.IsZero() || x.Limit != nil || x.Cost != nil {
		return fault.Invalidf("sum", "a change order says which sum is added to the price, and no cap").With("change-order.nothing")
	}
	sum, err := x.Sum.In("sum", company.Currency)
	if err != nil {
		return err
	}
	x.Sum = &sum
	how, err := wayOf(tx, o.ID)
	if err != nil {
		return err
	}
	switch {
	case how == wayMilestones && sum.Sign() == -1:
		return fault.Refusedf("what a change takes away from milestones is a milestone less").With("change-order.deducts").
			Hint(`callout milestone cancel … --reason "…"`)
	case how != wayMilestones && how != wayProgress:
		return fault.Refusedf("no price is agreed for %s that a sum could be added to", o.Number).With("change-order.no-price").
			Hint("callout milestone add %s NAME --percent 100 --agreed …", o.Number)
	}
	return nil
}
