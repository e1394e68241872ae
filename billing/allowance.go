package billing

import (
	"cmp"

	"callout/internal/fault"
	"callout/money"
)

// Allowance is a discount or surcharge on a whole document (EN 16931 BG-20, BG-21).
// Amount is positive and stated as the lines are: before tax, or with tax where all of
// them are.
type Allowance struct {
	Surcharge bool           `json:"surcharge,omitempty"`
	Percent   *money.Percent `json:"percent,omitempty"`
	Base      money.Amount   `json:"base,omitzero"` // that it is per cent of
	Amount    money.Amount   `json:"amount"`
	Reason    string         `json:"reason"`
	Code      string         `json:"code,omitempty"`
	// Agreed says that the order agrees it; such an amount counts once over all documents.
	Agreed bool            `json:"agreed,omitempty"`
	Parts  []AllowancePart `json:"parts"`
}

// AllowancePart is what of an allowance falls on one tax.
type AllowancePart struct {
	Category   string            `json:"category"`
	Rate       money.Percent     `json:"rate"`
	Components []money.Component `json:"components,omitempty"`
	Net        money.Amount      `json:"net"`
	Gross      *money.Amount     `json:"gross,omitempty"` // where it is stated with tax
}

// Net is what the allowance takes off the document before tax, or adds to it.
func (a *Allowance) Net() money.Amount {
	var sum money.Amount
	for _, p := range a.Parts {
		sum = sum.Add(p.Net)
	}
	return sum
}

// taxables are its parts as totals are made of them.
func (a *Allowance) taxables() []money.Taxable {
	out := make([]money.Taxable, len(a.Parts))
	for i, p := range a.Parts {
		out[i] = money.Taxable{Net: p.Net, Category: p.Category, Rate: p.Rate, Components: p.Components, Gross: p.Gross}
	}
	return out
}

// spread computes an allowance from the lines: what its percentage comes to, and what
// falls on each tax.
func (a *Allowance) spread(lines []money.Taxable, rule money.TaxRule) error {
	if a.Percent != nil {
		a.Base = statedSum(lines)
		a.Amount = money.PercentOf(a.Base, *a.Percent, rule.Currency, rule.Rounding)
	}
	parts, err := rule.SplitByTax(a.Amount, lines)
	if err != nil {
		return err
	}
	a.Parts = nil
	for _, p := range parts {
		a.Parts = append(a.Parts, AllowancePart{p.Category, p.Rate, p.Components, p.Net, p.Gross})
	}
	return nil
}

// statedSum is what lines come to as they are stated: with tax if all of them are, else
// before tax.
func statedSum(lines []money.Taxable) money.Amount {
	var net, gross money.Amount
	withTax := len(lines) > 0
	for _, l := range lines {
		net = net.Add(l.Net)
		if l.Gross == nil {
			withTax = false
			continue
		}
		gross = gross.Add(*l.Gross)
	}
	if withTax {
		return gross
	}
	return net
}

// allowances lists what is taken off a document, or added: what the order agrees, then
// what was said for this one. An agreed amount counts once over the order's documents: what is left
// of it, and at most what the document comes to, goes on this one.
func (s *Snapshot) allowances(inv *Invoice, lines []money.Taxable) ([]Allowance, error) {
	sum := statedSum(lines)
	var out []Allowance
	if len(lines) == 0 {
		return nil, nil
	}
	for _, a := range s.Terms.Adjustments {
		if a.On != "" {
			continue
		}
		n := a.allowance()
		n.Agreed = true
		if a.Amount != nil {
			left := a.Amount.Sub(s.used(inv, &n))
			if !n.Surcharge && left.Cmp(sum) > 0 {
				left = sum
			}
			if left.Sign() <= 0 {
				continue
			}
			n.Amount = left
		}
		out = append(out, n)
	}
	for _, a := range inv.Own {
		n := a.allowance()
		if !n.Surcharge && a.Amount != nil && a.Amount.Cmp(sum) > 0 {
			return nil, fault.Refusedf("a discount of %s is more than the %s that the invoice comes to", a.Amount.Format(inv.Currency), sum.Format(inv.Currency)).
				With("discount.over").Hint("callout invoice propose %s --discount %s", cmp.Or(s.Order.Number, string(s.Order.ID)), sum)
		}
		out = append(out, n)
	}
	return out, nil
}

// allowance is an adjustment as a document states it.
func (a *Adjustment) allowance() Allowance {
	n := Allowance{Surcharge: a.Surcharge, Percent: a.Percent, Reason: a.Reason, Code: a.Code}
	if a.Amount != nil {
		n.Amount = *a.Amount
	}
	return n
}

// used is how much of an agreed amount stands on the order's other documents.
func (s *Snapshot) used(inv *Invoice, a *Allowance) money.Amount {
	var sum money.Amount
	for i := range s.Invoices {
		o := &s.Invoices[i]
		if o.ID == inv.ID || o.Kind == KindCreditNote && o.Status != InvoiceReleased {
			continue
		}
		for _, b := range o.Allowances {
			switch {
			case !b.Agreed || b.Percent != nil || b.Surcharge != a.Surcharge || b.Reason != a.Reason:
			case o.Kind == KindCreditNote:
				sum = sum.Sub(b.Amount)
			default:
				sum = sum.Add(b.Amount)
			}
		}
	}
	return sum
}
