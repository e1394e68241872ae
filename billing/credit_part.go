package billing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// CreditPart names what of an invoice's line goes back: so much of its quantity, which is
// then open to be billed again, or a sum before tax off its price, which frees nothing.
// With neither, all that is left of the line goes back.
type CreditPart struct {
	Line   int             `json:"line"`
	Qty    *money.Quantity `json:"qty,omitempty"`
	Amount *money.Amount   `json:"amount,omitempty"`
}

// CreditAsk is what somebody wants to be credited of an invoice: parts of its lines, or a
// sum with tax, which is spread over them. With neither, all that is left goes back.
type CreditAsk struct {
	Parts []CreditPart  `json:"credit_parts,omitempty"`
	Sum   *money.Amount `json:"credit_sum,omitempty"` // with tax
}

// whole reports whether all that is left is asked for.
func (a *CreditAsk) whole() bool { return len(a.Parts) == 0 && a.Sum == nil }

// original is the number of the line that a credit note's line takes back.
func (l *InvoiceLine) original() int {
	return cmp.Or(l.Credits, l.N)
}

// freed is how much of a line's quantity a credit note's line gives back.
func (l *InvoiceLine) freed() money.Quantity {
	if l.ByAmount {
		return money.Quantity{}
	}
	return l.Qty
}

// creditable is what is left of one line of an invoice.
type creditable struct {
	line *InvoiceLine
	qty  money.Quantity
	net  money.Amount
}

// leftOf lists what earlier credit notes have left of every line of an invoice, by its
// number, and the sums that they have credited.
func leftOf(orig *Invoice, before []Invoice) (map[int]*creditable, map[int]money.Amount) {
	left, had := map[int]*creditable{}, map[int]money.Amount{}
	for i := range orig.Lines {
		l := &orig.Lines[i]
		left[l.N] = &creditable{l, l.Qty, l.Net}
	}
	for i := range before {
		for j := range before[i].Lines {
			l := &before[i].Lines[j]
			c := left[l.original()]
			if c == nil {
				continue
			}
			c.qty, c.net = c.qty.Sub(l.freed()), c.net.Sub(l.Net)
			had[l.original()] = had[l.original()].Add(l.Net)
		}
	}
	return left, had
}

// creditNote composes the credit note that takes back of an invoice what is asked for,
// after the credit notes before it. Figures are those of the invoice: a line's share of what is
// left of it, rounded half away from zero, so that the last share is what remains; tax on
// what is credited in all, less the tax that was credited before (Stripe's and Odoo's
// notes recompute it, and end a cent away from the invoice). It is pure.
func creditNote(orig *Invoice, before []Invoice, ask CreditAsk, mode money.Rounding) (*Invoice, error) {
	if ask.whole() && len(before) == 0 {
		return orig.mirror(), nil
	}
	if why := orig.indivisible(); why != "" {
		return nil, fault.Refusedf("%s %s and is credited only as a whole", orig.Number, why).With("credit.whole").
			Hint(`callout invoice credit %s --reason "…"`, orig.Number)
	}
	left, had := leftOf(orig, before)
	cn := orig.mirror()
	cn.Lines, cn.CreditAsk = nil, ask
	var err error
	switch {
	case ask.Sum != nil && len(ask.Parts) > 0:
		err = fault.Invalidf("amount", "a sum over the whole invoice and parts of its lines are two things").With("credit.ask").
			Hint("callout invoice credit %s --amount …", orig.Number)
	case ask.Sum != nil:
		return cn, cn.spread(orig, left, had, *ask.Sum, mode)
	case ask.whole():
		err = cn.takeRest(orig, left)
	default:
		err = cn.takeParts(orig, left, ask.Parts)
	}
	if err != nil {
		return nil, err
	}
	return cn, cn.figures(orig, left, had, mode)
}

// takeRest credits all that is left.
func (inv *Invoice) takeRest(orig *Invoice, left map[int]*creditable) error {
	for i := range orig.Lines {
		if c := left[orig.Lines[i].N]; !c.qty.IsZero() || !c.net.IsZero() {
			inv.take(c, c.qty, c.net)
		}
	}
	if len(inv.Lines) == 0 {
		return fault.Conflictf("%s is taken back in full already", orig.Number).With("credit.twice").
			Hint("callout invoice list --order %s", orig.Order)
	}
	return nil
}

// takeParts credits what was named of single lines, in the order of the invoice.
func (inv *Invoice) takeParts(orig *Invoice, left map[int]*creditable, parts []CreditPart) error {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b CreditPart) int { return a.Line - b.Line })
	for i, p := range parts {
		c := left[p.Line]
		switch {
		case c == nil:
			return fault.Invalidf("line", "%s has no line %d", orig.Number, p.Line).With("credit.line").Hint("callout invoice show %s", orig.Number)
		case i > 0 && parts[i-1].Line == p.Line:
			return fault.Invalidf("line", "line %d is named twice", p.Line).With("credit.line")
		case p.Qty != nil && p.Amount != nil:
			return fault.Invalidf("amount", "of line %d either a quantity goes back or a sum", p.Line).With("credit.ask")
		case p.Amount != nil:
			if err := inv.takeAmount(orig, c, *p.Amount); err != nil {
				return err
			}
			continue
		}
		qty := c.qty
		if p.Qty != nil {
			if err := p.Qty.Check("qty"); err != nil {
				return err
			}
			qty = *p.Qty
			if qty.Sign() != c.line.Qty.Sign() { // of a line that gives money, −2 of −2 are 2 of 2
				qty = qty.Neg()
			}
		}
		if qty.IsZero() || !within(qty, c.qty) {
			return fault.Refusedf("of line %d (%s) %s %s are left to credit", p.Line, c.line.Text, c.qty, c.line.Unit).With("credit.exceeds").
				Hint("callout invoice show %s", orig.Number)
		}
		net, err := c.shareOf(qty, orig.Currency)
		if err != nil {
			return err
		}
		inv.take(c, qty, net)
	}
	return nil
}

// shareOf is what a part of a line's remaining quantity is worth of its remaining sum. A cent
// that lies in the middle goes to the part.
func (c *creditable) shareOf(q money.Quantity, cur money.Currency) (money.Amount, error) {
	if q.Equal(c.qty) {
		return c.net, nil
	}
	parts, err := money.Allocate(c.net, []money.Quantity{q, c.qty.Sub(q)}, cur)
	if err != nil {
		return money.Amount{}, err
	}
	return parts[0], nil
}

// take adds the line that gives a quantity back.
func (inv *Invoice) take(c *creditable, qty money.Quantity, net money.Amount) {
	l := *c.line
	l.N, l.Credits, l.Qty, l.Net = len(inv.Lines)+1, c.line.N, qty, net
	inv.Lines = append(inv.Lines, l)
	c.qty, c.net = c.qty.Sub(qty), c.net.Sub(net)
}

// takeAmount adds the line that takes a sum off a line's price.
func (inv *Invoice) takeAmount(orig *Invoice, c *creditable, amount money.Amount) error {
	amount, err := amount.In("amount", orig.Currency)
	if err != nil {
		return err
	}
	if amount.Sign() <= 0 || amount.Cmp(c.net) > 0 {
		return fault.Refusedf("of line %d (%s) %s is left to credit, before tax", c.line.N, c.line.Text, c.net.Format(orig.Currency)).
			With("credit.exceeds").Hint("callout invoice show %s", orig.Number)
	}
	inv.reduce(c, amount)
	return nil
}

// reduce adds the line that takes a sum off a line's price: one piece at that sum, or −1 where the line gives money.
func (inv *Invoice) reduce(c *creditable, amount money.Amount) {
	qty, price := money.NewQuantity(int64(amount.Sign()), 0), amount.Abs().Each()
	l := *c.line
	l.N, l.Credits, l.ByAmount = len(inv.Lines)+1, c.line.N, true
	l.Qty, l.Unit, l.Price, l.Net, l.Text = qty, Piece, price, amount, c.line.Text+" (price reduction)"
	inv.Lines = append(inv.Lines, l)
	c.net = c.net.Sub(amount)
}

// maxOff is how many cents a net sum is moved to meet a sum with tax.
const maxOff = 5

// spread credits a sum with tax: the net sum that comes to it, over all lines in
// proportion to what is left of them.
func (inv *Invoice) spread(orig *Invoice, left map[int]*creditable, had map[int]money.Amount, sum money.Amount, mode money.Rounding) error {
	sum, err := sum.In("amount", orig.Currency)
	if err != nil {
		return err
	}
	var net money.Amount
	weights := make([]money.Amount, len(orig.Lines))
	for i := range orig.Lines {
		weights[i] = left[orig.Lines[i].N].net
		net = net.Add(weights[i])
	}
	all := *inv
	all.reduceBy(orig, left, weights)
	if err := all.figures(orig, left, had, mode); err != nil {
		return err
	}
	if sum.Sign() <= 0 || sum.Cmp(all.Gross) > 0 {
		return fault.Refusedf("of %s %s is left to credit", orig.Number, all.Gross.Format(orig.Currency)).With("credit.exceeds").
			Hint("callout invoice show %s", orig.Number)
	}
	split, err := money.Allocate(sum, []money.Amount{net, all.Gross.Sub(net)}, orig.Currency)
	if err != nil {
		return err
	}
	no := fault.Refusedf("no net sum comes to %s with its tax", sum.Format(orig.Currency)).With("credit.sum").
		Hint("callout invoice credit %s --line N --amount … (before tax)", orig.Number)
	for off := range int64(2*maxOff + 1) { // 0, +1, −1, +2, …
		cents := (off + 1) / 2
		if off%2 == 0 {
			cents = -cents
		}
		try := *inv
		parts, err := money.Allocate(split[0].Add(money.Minor(cents, orig.Currency)), weights, orig.Currency)
		if err != nil {
			return err
		}
		try.reduceBy(orig, left, parts)
		err = try.figures(orig, left, had, mode)
		switch {
		case fault.Is(err, fault.Refused) && try.Gross.Equal(sum):
			errors.As(err, &no)
		case fault.Is(err, fault.Refused): // a cent too little or too much, which another net sum may not be
		case err != nil:
			return err
		case try.Gross.Equal(sum):
			*inv = try
			return nil
		}
	}
	return no
}

// reduceBy takes a sum off each line, on a copy of what is left.
func (inv *Invoice) reduceBy(orig *Invoice, left map[int]*creditable, parts []money.Amount) {
	inv.Lines = nil
	for i := range orig.Lines {
		if parts[i].IsZero() {
			continue
		}
		c := *left[orig.Lines[i].N]
		inv.reduce(&c, parts[i])
	}
}

// figures computes the totals of a credit note from its lines, and what follows from them.
func (inv *Invoice) figures(orig *Invoice, left map[int]*creditable, had map[int]money.Amount, mode money.Rounding) error {
	now := map[int]money.Amount{}
	inv.From, inv.To, inv.Milestones = calendar.Date{}, calendar.Date{}, nil
	for i := range inv.Lines {
		l := &inv.Lines[i]
		l.partly(left[l.Credits].line, inv.Currency, mode)
		now[l.Credits] = now[l.Credits].Add(l.Net)
		if inv.From.IsZero() || l.On.Before(inv.From) {
			inv.From = l.On
		}
		if l.On.After(inv.To) {
			inv.To = l.On
		}
		if l.Kind == FromMilestone && !l.freed().IsZero() {
			inv.Milestones = append(inv.Milestones, l.Source)
		}
	}
	f, err := orig.CreditShare(had, now, mode)
	if err != nil {
		return err
	}
	inv.adopt(&f)
	rest := money.Quantity{}
	for _, c := range left {
		if !c.qty.IsZero() {
			rest = c.qty
		}
	}
	if rest.IsZero() { // the last of it: so are the milestones that billed what was worked
		inv.Milestones = slices.Clone(orig.Milestones)
	}
	if inv.Gross.Sign() < 0 {
		return fault.Refusedf("it would come to %s, and a credit note gives back", inv.Gross.Format(inv.Currency)).With("credit.negative").
			Hint("callout invoice show %s", orig.Number)
	}
	return inv.atMost(orig, had, mode)
}

// atMost refuses to give back more than the invoice comes to. Where some of its lines give money,
// others alone come to more than all; and what they leave could never be credited.
func (inv *Invoice) atMost(orig *Invoice, had map[int]money.Amount, mode money.Rounding) error {
	before, err := orig.upTo(had, mode)
	if err != nil {
		return err
	}
	left := orig.Claim().Sub(before.Gross).Sub(before.Rounding)
	if inv.Claim().Cmp(left) <= 0 {
		return nil
	}
	return fault.Refusedf("it would come to %s, and of %s %s is left to credit: it has lines that give money, which go back with the others",
		inv.Claim().Format(inv.Currency), orig.Number, left.Format(inv.Currency)).With("credit.exceeds").
		Hint(`callout invoice credit %s --reason "…"`, orig.Number)
}

// unlike says how a credit note fails to be what its invoice and the credit notes before
// make of what was asked for, or "".
func (o *Original) unlike(cn *Invoice) string {
	want, err := creditNote(&o.Invoice, o.Before, cn.CreditAsk, o.Rounding)
	if err != nil {
		return err.Error()
	}
	want.Reason = cn.Reason
	hash, err := want.contentHash()
	have, err2 := cn.contentHash()
	if err != nil || err2 != nil || hash != have || have != cn.Hash {
		return fmt.Sprintf("its figures are not those of %s", o.Invoice.Number)
	}
	return ""
}

// creditsOf lists the credit notes of an invoice that are not discarded, oldest first.
func creditsOf(r store.Reader, invoice store.ID) ([]Invoice, error) {
	var out []Invoice
	for cn, err := range Invoices.By(r, "credits", store.K(invoice)) {
		if err != nil {
			return nil, err
		}
		if cn.Status != InvoiceDiscarded {
			out = append(out, *cn)
		}
	}
	return out, nil
}
