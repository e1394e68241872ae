package billing

import (
	"slices"

	"callout/money"
)

// Figures is what a document, or a part of one, comes to.
type Figures struct {
	Allowances []Allowance
	Taxes      []TaxLine
	Net        money.Amount
	VAT        money.Amount
	Gross      money.Amount
	Rounding   money.Amount
}

// CreditShare is what goes back with a part of a document's lines. Before and now say how
// much of each line's net, by its number, was credited earlier and is credited by this one. What
// was taken off the whole, or added, and the tax are computed on what is reached in all,
// less what was reached before: several credits of one invoice add up to it to the cent, in
// every tax category. What was rounded for cash goes back with the last of it.
func (inv *Invoice) CreditShare(before, now map[int]money.Amount, mode money.Rounding) (Figures, error) {
	reached := map[int]money.Amount{}
	for _, m := range []map[int]money.Amount{before, now} {
		for n, a := range m {
			reached[n] = reached[n].Add(a)
		}
	}
	had, err := inv.upTo(before, mode)
	if err != nil {
		return Figures{}, err
	}
	f, err := inv.upTo(reached, mode)
	if err != nil {
		return Figures{}, err
	}
	for i := range f.Allowances {
		a, b := &f.Allowances[i], &had.Allowances[i]
		a.Amount = a.Amount.Sub(b.Amount)
		for j := range a.Parts {
			p, q := &a.Parts[j], &b.Parts[j]
			p.Net = p.Net.Sub(q.Net)
			if p.Gross != nil {
				g := p.Gross.Sub(*q.Gross)
				p.Gross = &g
			}
		}
	}
	for i := range f.Taxes {
		t, u := &f.Taxes[i], &had.Taxes[i]
		t.Base, t.VAT = t.Base.Sub(u.Base), t.VAT.Sub(u.VAT)
	}
	f.Net, f.VAT, f.Gross = f.Net.Sub(had.Net), f.VAT.Sub(had.VAT), f.Gross.Sub(had.Gross)
	f.Rounding = f.Rounding.Sub(had.Rounding)
	return f, nil
}

// upTo is what the document comes to when so much of each line is reached. Percentages
// of allowances are left out: such a part is an amount.
func (inv *Invoice) upTo(reached map[int]money.Amount, mode money.Rounding) (Figures, error) {
	f := Figures{}
	all := true
	for _, l := range inv.Lines {
		_, named := reached[l.N]
		all = all && reached[l.N].Equal(l.Net) && (named || !l.taxAlone(inv.Currency, mode))
		f.Net = f.Net.Add(reached[l.N])
	}
	if all {
		f = Figures{Taxes: slices.Clone(inv.Taxes), Net: inv.Net, VAT: inv.VAT, Gross: inv.Gross, Rounding: inv.Rounding}
	}
	for i := range inv.Allowances {
		a, err := inv.allowanceUpTo(&inv.Allowances[i], reached, all, mode)
		if err != nil {
			return f, err
		}
		f.Allowances = append(f.Allowances, a)
		if !all {
			f.Net = f.Net.Add(a.effect())
		}
	}
	if all {
		return f, nil
	}
	for _, t := range inv.Taxes {
		base := money.Amount{}
		for _, l := range inv.Lines {
			if t.bears(l.Category, l.Rate, l.Components) {
				base = base.Add(reached[l.N])
			}
		}
		for _, a := range f.Allowances {
			for _, p := range a.Parts {
				if t.bears(p.Category, p.Rate, p.Components) {
					base = base.Add(a.signed(p.Net))
				}
			}
		}
		vat := money.VAT(base, t.Rate, inv.Currency, mode)
		if !t.VAT.Equal(money.VAT(t.Base, t.Rate, inv.Currency, mode)) && !t.Base.IsZero() {
			// It was taken line by line, or out of prices with tax: it goes back in proportion.
			var err error
			if vat, err = money.Share(t.VAT, base, t.Base, inv.Currency, mode); err != nil {
				return f, err
			}
		}
		t.Base, t.VAT = base, vat
		f.Taxes, f.VAT = append(f.Taxes, t), f.VAT.Add(vat)
	}
	f.Gross = f.Net.Add(f.VAT)
	return f, nil
}

// taxAlone reports whether nothing but tax is left of what a line asks for, such as a cent at 8.1 %. Its net, which is
// nothing, does not tell whether it was credited.
func (l *InvoiceLine) taxAlone(cur money.Currency, mode money.Rounding) bool {
	asked := l.taxable(cur, mode).Gross
	return l.Net.IsZero() && asked != nil && !asked.IsZero()
}

// allowanceUpTo is what of an allowance goes with what is reached of the lines, tax by tax.
func (inv *Invoice) allowanceUpTo(a *Allowance, reached map[int]money.Amount, all bool, mode money.Rounding) (Allowance, error) {
	out := *a
	out.Percent, out.Base, out.Amount, out.Parts = nil, money.Amount{}, money.Amount{}, nil
	for _, p := range a.Parts {
		var whole, part money.Amount
		for _, l := range inv.Lines {
			if sameTax(p.Category, l.Category, p.Rate, l.Rate, p.Components, l.Components) {
				whole, part = whole.Add(l.Net), part.Add(reached[l.N])
			}
		}
		share := func(of money.Amount) (money.Amount, error) {
			switch {
			case all:
				return of, nil
			case whole.IsZero(): // lines that cancel out: it goes back with the last of them
				return money.Amount{}, nil
			}
			return money.Share(of, part, whole, inv.Currency, mode)
		}
		var err error
		stated := p.Gross
		if p.Net, err = share(p.Net); err != nil {
			return out, err
		}
		if stated == nil {
			out.Amount = out.Amount.Add(p.Net)
		} else {
			g, err := share(*stated)
			if err != nil {
				return out, err
			}
			p.Gross, out.Amount = &g, out.Amount.Add(g)
		}
		out.Parts = append(out.Parts, p)
	}
	return out, nil
}

// effect is what the allowance adds to the document before tax.
func (a *Allowance) effect() money.Amount { return a.signed(a.Net()) }

func (a *Allowance) signed(n money.Amount) money.Amount {
	if a.Surcharge {
		return n
	}
	return n.Neg()
}

// bears reports whether what is taxed so is in this row of the breakdown.
func (t *TaxLine) bears(category string, rate money.Percent, parts []money.Component) bool {
	if category != t.Category {
		return false
	}
	if len(parts) == 0 {
		return t.Name == "" && rate.Equal(t.Rate)
	}
	return slices.ContainsFunc(parts, func(c money.Component) bool { return c.Name == t.Name && c.Rate.Equal(t.Rate) })
}

// sameTax reports whether two are taxed alike.
func sameTax(category, c string, rate, r money.Percent, parts, p []money.Component) bool {
	return category == c && rate.Equal(r) && slices.EqualFunc(parts, p, func(a, b money.Component) bool {
		return a.Name == b.Name && a.Rate.Equal(b.Rate)
	})
}
