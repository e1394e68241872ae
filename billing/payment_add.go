package billing

import (
	"slices"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"
)

// AddPayment records money that came in. It pays for the invoices that are named, each as
// far as a share says or as it is open, in the order given; the rest stands to the
// customer's credit.
type AddPayment struct {
	Customer  store.ID       `json:"customer,omitempty"` // that of the invoices when empty
	Amount    money.Amount   `json:"amount"`
	On        calendar.Date  `json:"on,omitzero"` // today when empty
	Method    PaymentMethod  `json:"method,omitempty"`
	Reference string         `json:"reference,omitempty"`
	Invoices  []PaymentShare `json:"invoices,omitempty"`
}

// PaymentShare is an invoice that a payment is for, and how much of it.
type PaymentShare struct {
	Invoice store.ID      `json:"invoice"`
	Amount  *money.Amount `json:"amount,omitempty"` // as much as is open when nil
}

// Name implements store.Command.
func (c *AddPayment) Name() string { return "payment.add.v1" }

// Do implements store.Command.
func (c *AddPayment) Do(tx *store.Tx) error {
	p := &Payment{Kind: MoneyIn, Customer: c.Customer, Amount: c.Amount, On: c.On, Method: c.Method, Reference: c.Reference}
	var owed []entry
	for _, share := range c.Invoices {
		e, err := invoiceEntry(tx, share.Invoice)
		if err != nil {
			return err
		}
		if p.Customer == "" {
			p.Customer = e.customer
		}
		if e.customer != p.Customer {
			return fault.Refusedf("%s is another customer's", e.name).With("payment.customer").Hint("callout invoice show %s", e.name)
		}
		if slices.Contains(p.For, e.id) {
			return fault.Invalidf("invoice", "%s is named twice", e.name).With("payment.twice-named")
		}
		owed, p.For = append(owed, e), append(p.For, e.id)
	}
	if p.Customer == "" {
		return fault.Invalidf("customer", "nobody has said who paid").With("payment.customer").Hint("--customer NAME").Hint("callout payment add INV-…")
	}
	if p.Method == "" {
		p.Method = "transfer"
	}
	if err := p.record(tx); err != nil {
		return err
	}
	if err := p.repeated(tx); err != nil {
		return err
	}
	return p.share(tx, owed, c.Invoices)
}

// share settles the invoices that a payment is for.
func (p *Payment) share(tx *store.Tx, owed []entry, shares []PaymentShare) error {
	from, err := entryOf(tx, p.ID)
	if err != nil {
		return err
	}
	left := p.Amount
	for i := range owed {
		open, err := owed[i].open(tx)
		if err != nil {
			return err
		}
		part := less(open, left)
		if shares[i].Amount != nil {
			named, err := stated(tx, "amount", *shares[i].Amount)
			switch {
			case err != nil:
				return err
			case named.Sign() <= 0 || named.Cmp(open) > 0:
				return fault.Refusedf("%s cannot go to %s, of which %s is open", named, owed[i].name, open).With("payment.share").
					Hint("callout invoice show %s", owed[i].name)
			case named.Cmp(left) > 0:
				return fault.Refusedf("%s cannot go to %s: of the payment %s is left", named, owed[i].name, left).With("payment.share")
			}
			part = named
		}
		if err := payOff(tx, &from, &owed[i], part); err != nil {
			return err
		}
		left = left.Sub(part)
	}
	return nil
}

// repeated refuses a payment that is recorded already: the same reference, sum and day of one customer.
func (p *Payment) repeated(r store.Reader) error {
	if p.Reference == "" {
		return nil
	}
	for o, err := range Payments.Rows(r, "customer", store.Prefix(store.K(p.Customer, p.On.String()))) {
		if err != nil {
			return err
		}
		if o.ID == p.ID || o.Kind != MoneyIn || o.Reference != p.Reference || !o.Amount.Equal(p.Amount) {
			continue
		}
		gone, err := reversed(r, o.ID)
		if err != nil {
			return err
		}
		if !gone {
			return fault.Conflictf("%s is the same payment: %s on %s with the reference %q", o.Number, o.Amount, o.On, o.Reference).
				With("payment.repeated").Hint("callout payment show %s", o.Number)
		}
	}
	return nil
}

// reversed reports whether a payment was taken back.
func reversed(r store.Reader, id store.ID) (bool, error) {
	for _, err := range Payments.IDs(r, "reverses", store.K(id)) {
		return err == nil, err
	}
	return false, nil
}

// invoiceEntry is entryOf for what must be an invoice.
func invoiceEntry(r store.Reader, id store.ID) (entry, error) {
	inv, err := Invoices.Get(r, id)
	if err != nil {
		return entry{}, err
	}
	if inv.Kind == KindCreditNote {
		return entry{}, inv.mustBe(KindInvoice)
	}
	return entryOf(r, id)
}

// ApplyCredit lets what stands to a customer's credit pay for an invoice: a payment's or a
// credit note's rest, or, of a customer, whatever there is, the oldest first.
type ApplyCredit struct {
	From    store.ID      `json:"from"` // a payment, a credit note or a customer
	Invoice store.ID      `json:"invoice"`
	Amount  *money.Amount `json:"amount,omitempty"` // as much as there is when nil
}

// Name implements store.Command.
func (c *ApplyCredit) Name() string { return "payment.apply.v1" }

// Do implements store.Command.
func (c *ApplyCredit) Do(tx *store.Tx) error {
	to, err := invoiceEntry(tx, c.Invoice)
	if err != nil {
		return err
	}
	tx.Returns(to.id, to.name)
	from, name, err := c.credits(tx)
	if err != nil {
		return err
	}
	on, err := bookingDate(tx, calendar.Date{})
	if err != nil {
		return err
	}
	open, err := to.open(tx)
	if err != nil {
		return err
	}
	want := open
	if c.Amount != nil {
		if want, err = stated(tx, "amount", *c.Amount); err != nil {
			return err
		}
	}
	if want.Sign() <= 0 || want.Cmp(open) > 0 {
		return fault.Refusedf("of %s %s is open", to.name, open).With("payment.share").Hint("callout invoice show %s", to.name)
	}
	left := want
	for i := range from {
		rest, err := from[i].open(tx)
		if err != nil {
			return err
		}
		from[i].on = latest(from[i].on, on)
		part := less(rest, left)
		if err := payOff(tx, &from[i], &to, part); err != nil {
			return err
		}
		left = left.Sub(part)
	}
	if left.Cmp(want) == 0 || c.Amount != nil && !left.IsZero() {
		return fault.Refusedf("%s has no credit of %s that is not used", name, want).With("payment.no-credit").
			Hint("callout customer statement %q", name)
	}
	tx.Emit("payment.applied", to.id, map[string]any{"amount": want.Sub(left).String()})
	return nil
}

// credits lists what may be applied.
func (c *ApplyCredit) credits(r store.Reader) ([]entry, string, error) {
	if c.From.Prefix() != work.Customers.Prefix() {
		e, err := entryOf(r, c.From)
		if err == nil && e.owed {
			err = fault.Refusedf("%s is no credit", e.name).With("payment.no-credit").Hint("callout payment list")
		}
		return []entry{e}, e.name, err
	}
	a, err := loadAccount(r, c.From, calendar.Date{})
	if err != nil {
		return nil, "", err
	}
	var out []entry
	for i := range a.entries {
		if !a.entries[i].owed {
			out = append(out, a.entries[i].entry)
		}
	}
	return out, a.name, nil
}
