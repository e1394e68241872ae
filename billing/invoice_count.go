package billing

import (
	"fmt"
	"slices"
	"strings"

	"callout/money"
)

// Adjusted is what a document's figures follow from beside its lines. Most documents have
// none of it.
type Adjusted struct {
	Allowances []Allowance `json:"allowances,omitempty"`
	// TaxPerLine says that tax was rounded on every line.
	TaxPerLine bool `json:"tax_per_line,omitempty"`
	// CashStep is the smallest coin that what is to pay was rounded to, Rounding what that
	// added to the total (EN 16931 BT-114).
	CashStep money.CashStep `json:"cash_step,omitzero"`
	Rounding money.Amount   `json:"rounding,omitzero"`
}

// Claim is what the customer owes by the document: the total, as it can be paid, whether it is
// paid ahead, now, or once nothing is held back any more. See also Payable.
func (inv *Invoice) Claim() money.Amount { return inv.Gross.Add(inv.Rounding) }

// rule is how the document's tax is rounded.
func (inv *Invoice) rule(mode money.Rounding) money.TaxRule {
	return money.TaxRule{Currency: inv.Currency, Rounding: mode, PerLine: inv.TaxPerLine}
}

// price computes the lines' nets from quantities, prices, discounts and rates.
func (inv *Invoice) price(mode money.Rounding) ([]money.Taxable, error) {
	lines := make([]money.Taxable, len(inv.Lines))
	for i := range inv.Lines {
		lines[i] = inv.Lines[i].taxable(inv.Currency, mode)
	}
	if err := inv.rule(mode).TakeOut(lines); err != nil {
		return nil, err
	}
	for i := range inv.Lines {
		inv.Lines[i].Net = lines[i].Net
	}
	return lines, nil
}

// total sums the document: its lines, less what is taken off the whole, taxed by category and
// rate, and rounded to what can be paid.
func (inv *Invoice) total(lines []money.Taxable, mode money.Rounding) error {
	off, on, err := inv.offAndOn(lines, mode)
	if err == nil {
		inv.tally(lines, off, on, mode)
	}
	return err
}

// offAndOn is what is taken off the whole document, and what is added to it, beside the taxes that it falls on.
func (inv *Invoice) offAndOn(lines []money.Taxable, mode money.Rounding) (off, on []money.Taxable, err error) {
	rule := inv.rule(mode)
	for i := range inv.Allowances {
		a := &inv.Allowances[i]
		if err := a.spread(lines, rule); err != nil {
			return nil, nil, err
		}
		if a.Surcharge {
			on = append(on, a.taxables()...)
		} else {
			off = append(off, a.taxables()...)
		}
	}
	return off, on, nil
}

// tally sums the lines, what is taken off and what is added, less what was paid ahead by now.
func (inv *Invoice) tally(lines, off, on []money.Taxable, mode money.Rounding) {
	t := inv.rule(mode).Total(lines, off, on)
	inv.Net, inv.VAT, inv.Gross, inv.Taxes = t.Net, t.VAT, t.Gross, nil
	for _, b := range t.Breakdown {
		inv.Taxes = append(inv.Taxes, TaxLine{Category: b.Category, Rate: b.Rate, Name: b.Name, Base: b.Base, VAT: b.VAT})
	}
	inv.takeOff()
	inv.Rounding = inv.CashStep.Round(inv.Gross)
}

// explainTaxes puts beside each tax what the document has to say of it.
func (inv *Invoice) explainTaxes(charges []Charge) {
	for i := range inv.Taxes {
		t := &inv.Taxes[i]
		var legends, codes []string
		for _, c := range charges {
			if c.Category != t.Category || !c.Rate.Equal(t.Rate) {
				continue
			}
			if c.Legend != "" && !slices.Contains(legends, c.Legend) {
				legends = append(legends, c.Legend)
			}
			if !slices.Contains(codes, c.ReasonCode) {
				codes = append(codes, c.ReasonCode)
			}
		}
		slices.Sort(legends)
		t.Legend = strings.Join(legends, "; ")
		if len(codes) == 1 { // there is room for one; several reasons stand in the legend
			t.ReasonCode = codes[0]
		}
	}
}

// miscounted says how the document's figures fail to follow from its lines, or "".
func (inv *Invoice) miscounted(mode money.Rounding) string {
	again := *inv
	again.Lines, again.Allowances = slices.Clone(inv.Lines), slices.Clone(inv.Allowances)
	lines, err := again.price(mode)
	if err != nil {
		return err.Error()
	}
	for i := range inv.Lines {
		if why := inv.Lines[i].miscounted(&again.Lines[i]); why != "" {
			return why
		}
	}
	if err := again.total(lines, mode); err != nil {
		return err.Error()
	}
	for i := range inv.Allowances {
		if why := inv.Allowances[i].miscounted(&again.Allowances[i]); why != "" {
			return why
		}
	}
	if !again.Net.Equal(inv.Net) || !again.VAT.Equal(inv.VAT) || !again.Gross.Equal(inv.Gross) || len(again.Taxes) != len(inv.Taxes) {
		return fmt.Sprintf("net %s, tax %s, total %s; not %s, %s, %s", again.Net, again.VAT, again.Gross, inv.Net, inv.VAT, inv.Gross)
	}
	for i, t := range again.Taxes {
		if o := inv.Taxes[i]; t.Category != o.Category || t.Name != o.Name || !t.Rate.Equal(o.Rate) || !t.Base.Equal(o.Base) || !t.VAT.Equal(o.VAT) {
			return fmt.Sprintf("tax %s %s is %s on %s", t.Category, t.Rate.Format(), t.VAT, t.Base)
		}
	}
	if !again.Rounding.Equal(inv.Rounding) {
		return fmt.Sprintf("it is rounded by %s, not %s", again.Rounding, inv.Rounding)
	}
	return ""
}

// miscounted compares a line with what it comes to when computed again.
func (l *InvoiceLine) miscounted(again *InvoiceLine) string {
	switch {
	case !again.Off.Equal(l.Off):
		return fmt.Sprintf("the discount on line %d is %s, not %s", l.N, again.Off, l.Off)
	case l.Discount != nil && l.Discount.Amount != nil && l.Off.Cmp(*l.Discount.Amount) > 0:
		return fmt.Sprintf("the discount on line %d is more than %s", l.N, l.Discount.Amount)
	case !again.Net.Equal(l.Net):
		return fmt.Sprintf("line %d is %s, not %s", l.N, again.Net, l.Net)
	}
	return ""
}

// miscounted compares an allowance with what it comes to when computed again.
func (a *Allowance) miscounted(again *Allowance) string {
	if !again.Amount.Equal(a.Amount) || !again.Base.Equal(a.Base) || len(again.Parts) != len(a.Parts) {
		return fmt.Sprintf("%q is %s of %s, not %s of %s", a.Reason, again.Amount, again.Base, a.Amount, a.Base)
	}
	for i, p := range again.Parts {
		if o := a.Parts[i]; !p.Net.Equal(o.Net) || p.Category != o.Category || !p.Rate.Equal(o.Rate) || !equalPtr(p.Gross, o.Gross) {
			return fmt.Sprintf("of %q, %s falls on %s %s, not %s", a.Reason, p.Net, p.Category, p.Rate.Format(), o.Net)
		}
	}
	return ""
}
