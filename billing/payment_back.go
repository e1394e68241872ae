package billing

import (
	"slices"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// ReversePayment takes a payment, refund or write-off back that was recorded wrongly or
// did not hold, such as a direct debit that bounced. What it paid for is open again. The
// reason is required.
type ReversePayment struct {
	Payment store.ID      `json:"payment"`
	On      calendar.Date `json:"on,omitzero"`
}

// Name implements store.Command.
func (c *ReversePayment) Name() string { return "payment.reverse.v1" }

// Do implements store.Command.
func (c *ReversePayment) Do(tx *store.Tx) error {
	p, err := Payments.Get(tx, c.Payment)
	if err != nil {
		return err
	}
	if p.Kind == Reversal {
		return fault.Refusedf("%s is itself a reversal", p.Number).With("payment.reversal").Hint("callout payment add …")
	}
	back := &Payment{
		Kind: Reversal, Customer: p.Customer, Amount: p.Amount, On: c.On, Method: p.Method, Reference: p.Reference,
		Reverses: p.ID, Owed: !p.Owed,
	}
	if back.Reason, err = reason(tx.Env.Reason, "reversing a payment needs a reason"); err != nil {
		return err
	}
	if done, err := reversed(tx, p.ID); err != nil || done {
		return firstError(err, fault.Conflictf("%s is reversed already", p.Number).With("payment.reversed").
			Hint("callout payment show %s", p.Number))
	}
	if err := back.record(tx); err != nil {
		return err
	}
	if back.On.Before(p.On) {
		return fault.Invalidf("on", "%s is dated %s", p.Number, p.On).With("payment.order").Hint("--on %s", p.On)
	}
	own, err := entryOf(tx, p.ID)
	if err != nil {
		return err
	}
	other, err := entryOf(tx, back.ID)
	if err != nil {
		return err
	}
	standing, err := own.standing(tx)
	if err != nil {
		return err
	}
	for i := range standing {
		if to := standing[i].To; !p.Owed && to.Prefix() == Payments.Prefix() {
			given, err := Payments.Get(tx, to)
			if err != nil {
				return err
			}
			return fault.Refusedf("a part of %s was given back by %s", p.Number, given.Number).With("payment.given-back").
				Hint(`callout payment reverse %s --reason "…"`, given.Number)
		}
		if err := standing[i].unsettle(tx, standing[i].Amount, back.On); err != nil {
			return err
		}
	}
	if p.Owed {
		own, other = other, own
	}
	return payOff(tx, &own, &other, p.Amount)
}

// RefundPayment records money that went back: of what is not used of a payment or a credit
// note and, of a payment, after that of what it paid for, which is then open again. The
// reason is required. Under the four-eyes policy, whoever recorded a payment does not give it back.
type RefundPayment struct {
	Of        store.ID      `json:"of"` // a payment or a credit note
	Amount    *money.Amount `json:"amount,omitempty"`
	On        calendar.Date `json:"on,omitzero"`
	Method    PaymentMethod `json:"method,omitempty"`
	Reference string        `json:"reference,omitempty"`
}

// Name implements store.Command.
func (c *RefundPayment) Name() string { return "payment.refund.v1" }

// Do implements store.Command.
func (c *RefundPayment) Do(tx *store.Tx) error {
	why, from, left, err := givingBack(tx, c.Of)
	if err != nil {
		return err
	}
	amount := left
	if c.Amount != nil {
		amount = *c.Amount
	}
	if amount.IsZero() {
		return fault.Refusedf("all of %s is used", from.name).With("payment.no-credit").Hint("--amount …   (how much of what it paid for goes back)")
	}
	back := &Payment{
		Kind: Refund, Customer: from.customer, Amount: amount, On: c.On, Method: c.Method, Reference: c.Reference,
		Of: from.id, Reason: why, Owed: true,
	}
	if back.Method == "" {
		back.Method = "transfer"
	}
	return back.give(tx, &from)
}

// givingBack is why value goes back to a customer, the payment or credit note that it comes out of, and what is
// not used of that.
func givingBack(tx *store.Tx, of store.ID) (why string, from entry, left money.Amount, err error) {
	if why, err = reason(tx.Env.Reason, "giving money back needs a reason"); err != nil {
		return why, from, left, err
	}
	if from, err = creditEntry(tx, of); err != nil {
		return why, from, left, err
	}
	left, err = from.open(tx)
	return why, from, left, err
}

// give records what goes back, and settles it with the credit that it comes out of.
func (p *Payment) give(tx *store.Tx, from *entry) error {
	if err := p.record(tx); err != nil {
		return err
	}
	if p.On.Before(from.on) {
		return fault.Invalidf("on", "%s is dated %s", from.name, from.on).With("payment.order").Hint("--on %s", from.on)
	}
	left, err := from.open(tx)
	if err != nil {
		return err
	}
	if short := p.Amount.Sub(left); short.Sign() > 0 {
		if err := p.reopen(tx, from, short); err != nil {
			return err
		}
	}
	to, err := entryOf(tx, p.ID)
	if err != nil {
		return err
	}
	return payOff(tx, from, &to, p.Amount)
}

// reopen takes back what a payment has paid for, the newest first, to give so much back. A
// credit note is given back only as far as it is not used: what it took off an invoice was never paid.
func (p *Payment) reopen(tx *store.Tx, from *entry, short money.Amount) error {
	standing, err := from.standing(tx)
	if err != nil {
		return err
	}
	for _, s := range slices.Backward(standing) {
		if s.To.Prefix() != Invoices.Prefix() || from.id.Prefix() != Payments.Prefix() {
			continue
		}
		part := less(s.Amount, short)
		if part.Sign() > 0 {
			if err := s.unsettle(tx, part, p.On); err != nil {
				return err
			}
		}
		short = short.Sub(part)
	}
	if short.Sign() > 0 {
		return fault.Refusedf("%s of %s cannot be given back: %s is left of it", p.Amount, from.name, p.Amount.Sub(short)).
			With("payment.no-credit").Hint("callout payment show %s", from.name)
	}
	return nil
}

// creditEntry reads a credit that may be given back, as far as the actor may do so.
func creditEntry(tx *store.Tx, id store.ID) (entry, error) {
	e, err := entryOf(tx, id)
	if err != nil {
		return e, err
	}
	if e.owed {
		return e, fault.Refusedf("%s is nothing that can be given back", e.name).With("payment.no-credit").Hint("callout payment list")
	}
	if id.Prefix() != Payments.Prefix() {
		return e, nil
	}
	p, err := Payments.Get(tx, id)
	if err != nil {
		return e, err
	}
	if p.Kind != MoneyIn {
		return e, fault.Refusedf("%s is a %s, and nothing came in that could go back", p.Number, p.Kind).With("payment.no-credit").
			Hint("callout payment show %s", p.Number)
	}
	policy, _, err := approval.Current(tx)
	if err == nil && !policy.Allows([]store.ID{p.By}, tx.Env.Actor.ID) {
		err = fault.Refusedf("whoever recorded %s does not give it back", p.Number).With("payment.self").
			Hint("callout payment refund %s --as NAME", p.Number)
	}
	return e, err
}

// DivideCredit says what becomes of all that is not used of a payment or a credit note: money
// that goes back, value that was given in another way, and what is kept for the customer's next
// invoices. The three must add up to it. The reason is required.
type DivideCredit struct {
	Of        store.ID      `json:"of"`
	Refund    money.Amount  `json:"refund,omitzero"`
	OutOfBand money.Amount  `json:"out_of_band,omitzero"`
	Keep      money.Amount  `json:"keep,omitzero"`
	On        calendar.Date `json:"on,omitzero"`
	Method    PaymentMethod `json:"method,omitempty"`
	Reference string        `json:"reference,omitempty"`
}

// Name implements store.Command.
func (c *DivideCredit) Name() string { return "payment.divide.v1" }

// Do implements store.Command.
func (c *DivideCredit) Do(tx *store.Tx) error {
	why, from, left, err := givingBack(tx, c.Of)
	if err != nil {
		return err
	}
	tx.Returns(from.id, from.name)
	for _, part := range []money.Amount{c.Refund, c.OutOfBand, c.Keep} {
		if part.Sign() < 0 {
			return fault.Invalidf("amount", "a part is never less than nothing").With("payment.amount")
		}
	}
	if sum := money.Sum(c.Refund, c.OutOfBand, c.Keep); !sum.Equal(left) {
		return fault.Refusedf("%s of %s is not used, and %s + %s + %s is %s", left, from.name, c.Refund, c.OutOfBand, c.Keep, sum).
			With("payment.divide").Hint("callout payment show %s", from.name)
	}
	for _, p := range []*Payment{
		{Kind: Refund, Amount: c.Refund, Method: c.Method, Reference: c.Reference},
		{Kind: OutOfBand, Amount: c.OutOfBand},
	} {
		if p.Amount.IsZero() {
			continue
		}
		p.Customer, p.On, p.Of, p.Reason, p.Owed = from.customer, c.On, from.id, why, true
		if err := p.give(tx, &from); err != nil {
			return err
		}
	}
	return nil
}

// WriteOffInvoice gives up what is open of an invoice, or a part of it. The reason is
// required. Under the four-eyes policy nobody writes off what they proposed themselves.
type WriteOffInvoice struct {
	Invoice store.ID      `json:"invoice"`
	Amount  *money.Amount `json:"amount,omitempty"` // all that is open when nil
	On      calendar.Date `json:"on,omitzero"`
}

// Name implements store.Command.
func (c *WriteOffInvoice) Name() string { return "payment.write_off.v1" }

// Do implements store.Command.
func (c *WriteOffInvoice) Do(tx *store.Tx) error {
	why, err := reason(tx.Env.Reason, "writing a debt off needs a reason")
	if err != nil {
		return err
	}
	to, err := invoiceEntry(tx, c.Invoice)
	if err != nil {
		return err
	}
	inv, err := Invoices.Get(tx, c.Invoice)
	if err != nil {
		return err
	}
	policy, _, err := approval.Current(tx)
	if err != nil {
		return err
	}
	if !policy.Allows([]store.ID{inv.ProposedBy}, tx.Env.Actor.ID) {
		return fault.Refusedf("whoever proposed %s does not write it off", inv.Number).With("payment.self").
			Hint("callout payment write-off %s --as NAME", inv.Number)
	}
	open, err := to.open(tx)
	if err != nil {
		return err
	}
	amount := open
	if c.Amount != nil {
		amount = *c.Amount
	}
	if amount.Sign() <= 0 || amount.Cmp(open) > 0 {
		return fault.Refusedf("of %s %s is open", to.name, open).With("payment.share").Hint("callout invoice show %s", to.name)
	}
	p := &Payment{Kind: WriteOff, Customer: to.customer, Amount: amount, On: c.On, For: []store.ID{to.id}, Reason: why}
	if err := p.record(tx); err != nil {
		return err
	}
	from, err := entryOf(tx, p.ID)
	if err != nil {
		return err
	}
	return payOff(tx, &from, &to, amount)
}
