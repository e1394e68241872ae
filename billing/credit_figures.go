package billing

import (
	"slices"

	"callout/money"
)

// indivisible says why an invoice is credited only as a whole, or "".
func (inv *Invoice) indivisible() string {
	switch {
	case inv.Kind != KindInvoice:
		return "is a " + inv.word()
	case len(inv.Deducted)+len(inv.OnAccount) > 0 || inv.Retained != nil:
		return "deducts or holds back what was paid ahead"
	}
	return ""
}

// adopt takes over the totals of a part of a document. Rows of tax that nothing falls on are left out.
func (inv *Invoice) adopt(f *Figures) {
	inv.Net, inv.VAT, inv.Gross, inv.Taxes = f.Net, f.VAT, f.Gross, nil
	inv.Rounding, inv.Allowances = f.Rounding, nil
	for _, a := range f.Allowances {
		if !a.none() {
			inv.Allowances = append(inv.Allowances, a)
		}
	}
	for _, t := range f.Taxes {
		if !t.Base.IsZero() || !t.VAT.IsZero() {
			inv.Taxes = append(inv.Taxes, t)
		}
	}
}

// none reports whether an allowance takes nothing off, or adds nothing. A share of one that is stated with tax may move by a cent
// before tax and by none with it.
func (a *Allowance) none() bool {
	return a.Amount.IsZero() && !slices.ContainsFunc(a.Parts, func(p AllowancePart) bool { return !p.Net.IsZero() })
}

// partly makes a discount on a line that goes back in part a sum: what of quantity × price is
// not credited. A line that is reduced by a sum has no discount of its own.
func (l *InvoiceLine) partly(whole *InvoiceLine, cur money.Currency, mode money.Rounding) {
	if l.ByAmount {
		l.Treatment = Treatment{Components: l.Components, ReasonCode: l.ReasonCode}
		return
	}
	if l.Discount == nil || l.WithTax || l.Qty.Equal(whole.Qty) && l.Net.Equal(whole.Net) {
		return
	}
	off := money.LineAmount(l.Qty, l.Price, cur, mode).Sub(l.Net)
	d := *l.Discount
	d.Percent, d.Amount = nil, &off
	l.Discount, l.Off = &d, off
}
