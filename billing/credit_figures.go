package billing

import "callout/money"

// indivisible says why an invoice is credited only as a whole, or "".
func (inv *Invoice) indivisible() string {
	switch {
	case inv.Kind != KindInvoice:
		return "is a " + inv.word()
	case len(inv.Deducted)+len(inv.OnAccount)+len(inv.Releases) > 0 || inv.Retained != nil:
		return "deducts or holds back what was paid ahead"
	}
	return ""
}

// adopt takes over the totals of a part of a document. Rows of tax that nothing falls on are left out.
func (inv *Invoice) adopt(f *Figures) {
	inv.Net, inv.VAT, inv.Gross, inv.Taxes = f.Net, f.VAT, f.Gross, nil
	inv.Rounding, inv.Allowances = f.Rounding, nil
	for _, a := range f.Allowances {
		if !a.Amount.IsZero() {
			inv.Allowances = append(inv.Allowances, a)
		}
	}
	for _, t := range f.Taxes {
		if !t.Base.IsZero() || !t.VAT.IsZero() {
			inv.Taxes = append(inv.Taxes, t)
		}
	}
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
