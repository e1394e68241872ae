package money

import (
	"cmp"
	"slices"
	"strings"
)

// Line is one document line before tax. Net (EN 16931 BT-131) = Gross − Discount,
// where Gross = round(quantity × price) and Discount = round(Gross × percent).
type Line struct {
	Gross    Amount
	Discount Amount
	Net      Amount
}

// NewLine prices a line with a discount of so many per cent.
func NewLine(q Quantity, p Price, discount Percent, cur Currency, mode Rounding) Line {
	gross := LineAmount(q, p, cur, mode)
	off := PercentOf(gross, discount, cur, mode)
	return Line{Gross: gross, Discount: off, Net: gross.Sub(off)}
}

// Component is one of several taxes that an amount bears at once, such as a state's and
// a city's. Name says whose it is, as the document prints it.
type Component struct {
	Name string  `json:"name"`
	Rate Percent `json:"rate"`
}

// Taxable is an amount under one tax category and rate: a line's net, or a document's
// allowance or charge. Category is the code of UNTDID 5305 as EN 16931 uses it (S, Z,
// E, AE, K, G, O, L, M); this package only compares it.
type Taxable struct {
	Net      Amount
	Category string
	Rate     Percent
	// Components are the taxes that Rate is the sum of, where it is one of several.
	Components []Component
	// Gross is set where the amount was agreed with tax: what the customer pays, which
	// the net was taken out of and which the tax adds up to again.
	Gross *Amount
}

func (t Taxable) compareTax(category string, rate Percent) int {
	if c := strings.Compare(t.Category, category); c != 0 {
		return c
	}
	return t.Rate.Cmp(rate)
}

// negated is the amount as an allowance lessens a document by it.
func (t Taxable) negated() Taxable {
	t.Net = t.Net.Neg()
	if t.Gross != nil {
		g := t.Gross.Neg()
		t.Gross = &g
	}
	return t
}

// Subtotal is one row of a document's tax breakdown (EN 16931 BG-23). Name is the
// component's, and empty where a category bears one tax.
type Subtotal struct {
	Category string
	Rate     Percent
	Name     string
	Base     Amount // BT-116: line nets − allowances + charges of this category and rate
	VAT      Amount // BT-117
	open     Amount // of the base, what is taxed when all of it is summed
}

// Totals is what a document comes to, with the terms of EN 16931.
type Totals struct {
	Lines      Amount     // BT-106, the sum of line nets
	Allowances Amount     // BT-107, the sum of allowances on the document
	Charges    Amount     // BT-108, the sum of charges on the document
	Net        Amount     // BT-109 = BT-106 − BT-107 + BT-108
	VAT        Amount     // BT-110, the sum of the breakdown's tax
	Gross      Amount     // BT-112 = BT-109 + BT-110
	Breakdown  []Subtotal // BG-23, by category, rate, then name
}

// TaxRule says how a document's tax is rounded. PerLine rounds it on every line and
// allowance, as some of the United States have it; else it is taken once of the sum
// of a category and rate (EN 16931 BR-CO-17).
type TaxRule struct {
	Currency Currency
	Rounding Rounding
	PerLine  bool
}

// Total sums a document by EN 16931, see [TaxRule.Total].
func Total(lines, allowances, charges []Taxable, cur Currency, mode Rounding) Totals {
	return TaxRule{Currency: cur, Rounding: mode}.Total(lines, allowances, charges)
}

// Total sums a document: line nets and document allowances and charges (both stated as
// positive amounts) are summed exactly; tax is taken once for each category and rate, on
// the summed base. What was agreed with tax bears what lies between its gross and its net.
// The order of lines changes nothing.
func (r TaxRule) Total(lines, allowances, charges []Taxable) Totals {
	var t Totals
	add := func(sum *Amount, list []Taxable, negate bool) {
		for _, l := range list {
			*sum = sum.Add(l.Net)
			if negate {
				l = l.negated()
			}
			t.Breakdown = r.tax(t.Breakdown, l)
		}
	}
	add(&t.Lines, lines, false)
	add(&t.Allowances, allowances, true)
	add(&t.Charges, charges, false)
	t.Net = t.Lines.Sub(t.Allowances).Add(t.Charges)
	for i := range t.Breakdown {
		s := &t.Breakdown[i]
		s.VAT = s.VAT.Add(VAT(s.open, s.Rate, r.Currency, r.Rounding))
		s.open = Amount{}
		t.VAT = t.VAT.Add(s.VAT)
	}
	t.Gross = t.Net.Add(t.VAT)
	return t
}

// tax adds an amount to the rows of the taxes that it bears.
func (r TaxRule) tax(rows []Subtotal, l Taxable) []Subtotal {
	parts := l.Components
	if len(parts) == 0 {
		parts = []Component{{Rate: l.Rate}}
	}
	fixed := r.fixed(l, parts)
	for i, c := range parts {
		var s *Subtotal
		rows, s = rowOf(rows, l.Category, c)
		s.Base = s.Base.Add(l.Net)
		if fixed == nil {
			s.open = s.open.Add(l.Net)
		} else {
			s.VAT = s.VAT.Add(fixed[i])
		}
	}
	return rows
}

// fixed returns the tax that an amount has by itself, one for each part; nil is none.
func (r TaxRule) fixed(l Taxable, parts []Component) []Amount {
	out := make([]Amount, len(parts))
	switch {
	case l.Gross != nil:
		tax := l.Gross.Sub(l.Net)
		rates := make([]Percent, len(parts))
		for i, c := range parts {
			rates[i] = c.Rate
		}
		shares, err := Allocate(tax, rates, r.Currency)
		if err != nil { // rates that add up to zero: whatever tax was stated stands whole
			out[0] = tax
			return out
		}
		return shares
	case r.PerLine:
		for i, c := range parts {
			out[i] = VAT(l.Net, c.Rate, r.Currency, r.Rounding)
		}
		return out
	}
	return nil
}

// rowOf finds a tax's row, which it makes where there is none; rows are kept sorted.
func rowOf(rows []Subtotal, category string, c Component) ([]Subtotal, *Subtotal) {
	i, found := slices.BinarySearchFunc(rows, c, func(s Subtotal, c Component) int {
		return cmp.Or(strings.Compare(s.Category, category), s.Rate.Cmp(c.Rate), strings.Compare(s.Name, c.Name))
	})
	if !found {
		rows = slices.Insert(rows, i, Subtotal{Category: category, Rate: c.Rate, Name: c.Name})
	}
	return rows, &rows[i]
}
