package money

import (
	"slices"
	"strings"

	"callout/internal/fault"
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

// Taxable is an amount under one tax category and rate: a line's net, or a document's
// allowance or charge. Category is the code of UNTDID 5305 as EN 16931 uses it (S, Z,
// E, AE, K, G, O, L, M); this package only compares it.
type Taxable struct {
	Net      Amount
	Category string
	Rate     Percent
}

func (t Taxable) compareTax(category string, rate Percent) int {
	if c := strings.Compare(t.Category, category); c != 0 {
		return c
	}
	return t.Rate.Cmp(rate)
}

// Subtotal is one row of a document's tax breakdown (EN 16931 BG-23).
type Subtotal struct {
	Category string
	Rate     Percent
	Base     Amount // BT-116: line nets − allowances + charges of this category and rate
	VAT      Amount // BT-117
}

// Totals is what a document comes to, with the terms of EN 16931.
type Totals struct {
	Lines      Amount     // BT-106, the sum of line nets
	Allowances Amount     // BT-107, the sum of allowances on the document
	Charges    Amount     // BT-108, the sum of charges on the document
	Net        Amount     // BT-109 = BT-106 − BT-107 + BT-108
	VAT        Amount     // BT-110, the sum of the breakdown's tax
	Gross      Amount     // BT-112 = BT-109 + BT-110
	Breakdown  []Subtotal // BG-23, by category, then rate
}

// Total sums a document by EN 16931: line nets and document allowances and charges
// (both stated as positive amounts) are summed exactly; tax is taken once for each
// category and rate, on the summed base. The order of lines changes nothing.
func Total(lines, allowances, charges []Taxable, cur Currency, mode Rounding) Totals {
	var t Totals
	add := func(sum *Amount, list []Taxable, negate bool) {
		for _, l := range list {
			*sum = sum.Add(l.Net)
			if negate {
				l.Net = l.Net.Neg()
			}
			t.Breakdown = addBase(t.Breakdown, l)
		}
	}
	add(&t.Lines, lines, false)
	add(&t.Allowances, allowances, true)
	add(&t.Charges, charges, false)
	t.Net = t.Lines.Sub(t.Allowances).Add(t.Charges)
	for i := range t.Breakdown {
		s := &t.Breakdown[i]
		s.VAT = VAT(s.Base, s.Rate, cur, mode)
		t.VAT = t.VAT.Add(s.VAT)
	}
	t.Gross = t.Net.Add(t.VAT)
	return t
}

// addBase adds an amount to its row of the breakdown, which it keeps sorted.
func addBase(rows []Subtotal, l Taxable) []Subtotal {
	i, found := slices.BinarySearchFunc(rows, l, func(s Subtotal, l Taxable) int {
		return -l.compareTax(s.Category, s.Rate)
	})
	if !found {
		rows = slices.Insert(rows, i, Subtotal{Category: l.Category, Rate: l.Rate})
	}
	rows[i].Base = rows[i].Base.Add(l.Net)
	return rows
}

// SplitByTax divides an allowance or charge on a whole document among the categories
// and rates of its lines, in proportion to their nets, so that each part can be taxed.
// The parts add up to total exactly.
func SplitByTax(total Amount, lines []Taxable, cur Currency) ([]Taxable, error) {
	var rows []Subtotal
	for _, l := range lines {
		rows = addBase(rows, l)
	}
	bases := make([]Amount, len(rows))
	for i, r := range rows {
		bases[i] = r.Base
	}
	parts, err := Allocate(total, bases, cur)
	if err != nil {
		return nil, fault.Invalidf("allowance", "%s cannot be spread over the document's tax categories", total.Format(cur)).
			With("allowance.split").Because(err)
	}
	out := make([]Taxable, len(rows))
	for i, r := range rows {
		out[i] = Taxable{Net: parts[i], Category: r.Category, Rate: r.Rate}
	}
	return out, nil
}

// NetLines takes the tax out of lines stated with tax, all at one rate. What the
// customer pays is fixed: the net of the whole is rounded once, VAT is the rest, and
// the lines' nets add up to the net of the whole by largest remainder.
func NetLines(gross []Amount, rate Percent, cur Currency, mode Rounding) (nets []Amount, vat Amount, err error) {
	total := Sum(gross...)
	net, err := NetOf(total, rate, cur, mode)
	if err != nil {
		return nil, Amount{}, err
	}
	nets, err = Allocate(net, gross, cur)
	if err != nil {
		return nil, Amount{}, err
	}
	return nets, total.Sub(net), nil
}
