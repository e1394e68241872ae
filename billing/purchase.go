package billing

import (
	"fmt"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// PurchaseOrder is a customer's own order, under whose number invoices are sent, and up to
// what sum. A work order refers to it by its reference.
type PurchaseOrder struct {
	store.Record
	Customer store.ID          `json:"customer"`
	Number   string            `json:"number"`           // the customer's
	Amount   *money.Amount     `json:"amount,omitempty"` // before tax; no limit when nil
	Valid    calendar.Validity `json:"valid,omitzero"`   // the service dates that it covers
	SetBy    store.ID          `json:"set_by"`
}

// PurchaseOrders holds the customers' orders, by customer and number.
var PurchaseOrders = store.Define(store.Def[PurchaseOrder, store.NoRow]{
	Name: "purchase_order", Prefix: "po", Title: "purchase order",
	Indexes: []store.Index[PurchaseOrder]{{
		Name: "number", Unique: true,
		Keys: func(p *PurchaseOrder) []store.Key { return []store.Key{store.K(p.Customer, party.Fold(p.Number))} },
		Clash: func(p *PurchaseOrder) string {
			return "the customer has an order " + p.Number + " already"
		},
	}},
})

// PurchaseRule says that a customer pays only what names an order of theirs.
type PurchaseRule struct {
	store.Record
	Customer store.ID `json:"customer"`
	Required bool     `json:"required"`
	SetBy    store.ID `json:"set_by"`
}

// PurchaseRules holds the rules, one of a customer.
var PurchaseRules = store.Define(store.Def[PurchaseRule, store.NoRow]{
	Name: "purchase_rule", Prefix: "por", Title: "customer's rule for orders",
	Indexes: []store.Index[PurchaseRule]{{
		Name: "customer", Unique: true,
		Keys: func(p *PurchaseRule) []store.Key { return []store.Key{store.K(p.Customer)} },
	}},
})

// AddPurchaseOrder records a customer's order.
type AddPurchaseOrder struct {
	Customer store.ID          `json:"customer"`
	Number   string            `json:"number"`
	Amount   *money.Amount     `json:"amount,omitempty"`
	Valid    calendar.Validity `json:"valid,omitzero"`
}

// Name implements store.Command.
func (c *AddPurchaseOrder) Name() string { return "purchase_order.add.v1" }

// Undoable implements store.Undoable.
func (c *AddPurchaseOrder) Undoable() {}

// Do implements store.Command.
func (c *AddPurchaseOrder) Do(tx *store.Tx) error {
	if _, err := work.Customers.Get(tx, c.Customer); err != nil {
		return err
	}
	p := &PurchaseOrder{Customer: c.Customer, Amount: c.Amount, Valid: c.Valid}
	var err error
	if p.Number, err = code("number", "customer's order", c.Number); err != nil {
		return err
	}
	p.ID = PurchaseOrders.NewID(tx, "")
	tx.Returns(p.ID, "")
	return p.put(tx)
}

// EditPurchaseOrder changes the fields that are given: the customer has ordered more, or longer.
type EditPurchaseOrder struct {
	ID     store.ID           `json:"id"`
	Amount *money.Amount      `json:"amount,omitempty"`
	Valid  *calendar.Validity `json:"valid,omitempty"`
}

// Name implements store.Command.
func (c *EditPurchaseOrder) Name() string { return "purchase_order.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditPurchaseOrder) Undoable() {}

// Do implements store.Command.
func (c *EditPurchaseOrder) Do(tx *store.Tx) error {
	p, err := PurchaseOrders.Get(tx, c.ID)
	if err != nil {
		return err
	}
	tx.Returns(p.ID, "")
	if c.Amount != nil {
		p.Amount = c.Amount
	}
	if c.Valid != nil {
		p.Valid = *c.Valid
	}
	return p.put(tx)
}

// put checks the order and writes it.
func (p *PurchaseOrder) put(tx *store.Tx) error {
	if err := p.Valid.Check("from"); err != nil {
		return err
	}
	if p.Amount != nil {
		a, err := stated(tx, "amount", *p.Amount)
		if err != nil {
			return err
		}
		if a.Sign() <= 0 {
			return fault.Invalidf("amount", "an order is over more than nothing").With("purchase.amount")
		}
		p.Amount = &a
	}
	p.SetBy = tx.Env.Actor.ID
	return PurchaseOrders.Put(tx, p)
}

// RequirePurchaseOrder says whether a customer pays only what names an order of theirs.
type RequirePurchaseOrder struct {
	Customer store.ID `json:"customer"`
	Required bool     `json:"required"`
}

// Name implements store.Command.
func (c *RequirePurchaseOrder) Name() string { return "purchase_order.require.v1" }

// Undoable implements store.Undoable.
func (c *RequirePurchaseOrder) Undoable() {}

// Do implements store.Command.
func (c *RequirePurchaseOrder) Do(tx *store.Tx) error {
	if _, err := work.Customers.Get(tx, c.Customer); err != nil {
		return err
	}
	rule := &PurchaseRule{Customer: c.Customer}
	for have, err := range PurchaseRules.By(tx, "customer", store.K(c.Customer)) {
		if err != nil {
			return err
		}
		rule = have
	}
	if rule.ID == "" {
		rule.ID = PurchaseRules.NewID(tx, string(c.Customer))
	}
	rule.Required, rule.SetBy = c.Required, tx.Env.Actor.ID
	tx.Returns(rule.ID, "")
	return PurchaseRules.Put(tx, rule)
}

// Purchase is what the gate looks at of a customer's orders.
type Purchase struct {
	Required bool
	Some     bool           // the customer has orders on record
	Order    *PurchaseOrder // that the work order refers to
	// Used is the net that other documents under the order's number come to, open ones included, by document.
	Used map[store.ID]money.Amount
}

// loadPurchase reads the customer's order that the work order refers to, and what is billed under it.
func (s *Snapshot) loadPurchase(r store.Reader) error {
	for rule, err := range PurchaseRules.By(r, "customer", store.K(s.Order.Customer)) {
		if err != nil {
			return err
		}
		s.Purchase.Required = rule.Required
	}
	for p, err := range PurchaseOrders.By(r, "number", store.K(s.Order.Customer)) {
		if err != nil {
			return err
		}
		s.Purchase.Some = true
		if s.Order.Reference != "" && party.Fold(p.Number) == party.Fold(s.Order.Reference) {
			s.Purchase.Order = p
		}
	}
	p := s.Purchase.Order
	if p == nil || p.Amount == nil {
		return nil
	}
	s.Purchase.Used = map[store.ID]money.Amount{}
	for inv, err := range Invoices.Rows(r, "reference", store.Prefix(store.K(s.Order.Customer, party.Fold(p.Number)))) {
		if err != nil {
			return err
		}
		switch {
		case inv.Status == InvoiceDiscarded || inv.Kind == KindCreditNote && inv.Status != InvoiceReleased:
		case inv.Kind == KindCreditNote:
			s.Purchase.Used[inv.ID] = inv.Net.Neg()
		default:
			s.Purchase.Used[inv.ID] = inv.Net
		}
	}
	return nil
}

// reqPO asks for the customer's order number where the customer does, and that the number
// is one of theirs where those are on record.
func reqPO(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqPO, Title: "it names the customer's order", Stage: ToApprove}
	p := s.Purchase.Order
	fix := fmt.Sprintf("callout wo edit %s --reference …", s.Order.Number)
	switch {
	case p != nil:
		q.Evidence = []store.ID{p.ID}
		for _, on := range []calendar.Date{sub.Invoice.From, sub.Invoice.To} {
			if !on.IsZero() && !p.Valid.Contains(on) {
				q.Reason = fmt.Sprintf("the order %s holds %s, and the service is of %s", p.Number, p.Valid, on)
				q.Fix = fmt.Sprintf("callout purchase-order edit %s --to …", p.ID)
			}
		}
	case !s.Purchase.Required:
		q.Status, q.Reason = NotApplicable, s.Customer.Name+" asks for no order number"
	case s.Order.Reference == "":
		q.Reason, q.Fix = fmt.Sprintf("%s asks for an order number on every invoice, and %s has none", s.Customer.Name, s.Order.Number), fix
	case s.Purchase.Some:
		q.Reason, q.Fix = fmt.Sprintf("%s has no order %q on record", s.Customer.Name, s.Order.Reference), fix
	}
	return q
}

// reqPOLeft asks that the customer's order covers what is billed under its number.
func reqPOLeft(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqPOLeft, Title: "the customer's order covers it", Stage: ToApprove}
	p := s.Purchase.Order
	if p == nil || p.Amount == nil {
		q.Status = NotApplicable
		return q
	}
	q.Evidence = []store.ID{p.ID}
	var used money.Amount
	for id, net := range s.Purchase.Used {
		if id != sub.Invoice.ID {
			used = used.Add(net)
		}
	}
	cur := s.Company.Currency
	if left := p.Amount.Sub(used); sub.Invoice.Net.Cmp(left) > 0 && sub.Invoice.Status != InvoiceReleased {
		q.Reason = fmt.Sprintf("%s is over %s, of which %s is left; this asks for %s before tax", p.Number, p.Amount.Format(cur), left.Format(cur), sub.Invoice.Net.Format(cur))
		q.Fix = fmt.Sprintf("callout purchase-order edit %s --amount …", p.ID)
	}
	return q
}
