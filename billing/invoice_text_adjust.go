package billing

import (
	"cmp"

	"callout/money"
)

// discount says below a line what its price was lessened by, and whether it includes
// the tax: the amount of the line is what is left, before tax.
func (p *page) discount(inv *Invoice, l *InvoiceLine) {
	note := ""
	if l.WithTax {
		note = "the price includes the tax"
	}
	if d := l.Discount; d != nil {
		if note != "" {
			note += ", "
		}
		note += "less " + l.Off.Fixed(inv.Currency)
		if d.Percent != nil {
			note += " (" + d.Percent.Format() + ")"
		}
		note += ": " + d.Reason
	}
	if note == "" {
		return
	}
	for _, part := range wrap(note, textWidth-5) {
		p.line("     " + part)
	}
}

// allowances prints what is taken off the document, or added, between the lines and the net.
func (p *page) allowances(inv *Invoice, sum func(label, amount string)) {
	if len(inv.Allowances) == 0 {
		return
	}
	var lines money.Amount
	for _, l := range inv.Lines {
		lines = lines.Add(l.Net)
	}
	sum("Lines", lines.Fixed(inv.Currency))
	for i := range inv.Allowances {
		a := &inv.Allowances[i]
		label := a.Reason
		if a.Percent != nil {
			label += ", " + a.Percent.Format() + " of " + a.Base.Fixed(inv.Currency)
		}
		if !a.Net().Equal(a.Amount) {
			label += ", " + a.Amount.Fixed(inv.Currency) + " with tax"
		}
		if !a.Surcharge {
			label = "less " + label
		}
		amount := a.effect().Fixed(inv.Currency)
		parts := wrap(cmp.Or(label, "discount"), 60)
		for _, part := range parts[:len(parts)-1] {
			sum(part, "")
		}
		sum(parts[len(parts)-1], amount)
	}
}
