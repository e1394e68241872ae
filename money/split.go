package money

import (
	"cmp"
	"slices"
	"strings"

	"callout/internal/fault"
)

// Share is the part of a sum that goes with so much of a whole: total × part / whole,
// rounded once to the currency. A series of shares taken as differences of what is
// reached adds up to the total exactly when the whole is. It refuses a whole of zero.
func Share[W Weight](total Amount, part, whole W, cur Currency, mode Rounding) (Amount, error) {
	if whole.Decimal().IsZero() {
		return Amount{}, fault.Invalidf("whole", "no share of %s goes with nothing", total.Format(cur)).With("share.of-zero")
	}
	return amountOf(mode.quo(total.d.Mul(part.Decimal()), whole.Decimal(), cur.Exponent())), nil
}

// Discounted is what is left of an amount after so many per cent, the discount being
// what is rounded: amount − round(amount × percent).
func Discounted(a Amount, off Percent, cur Currency, mode Rounding) (net, discount Amount) {
	discount = PercentOf(a, off, cur, mode)
	return a.Sub(discount), discount
}

// SplitByTax divides an allowance or charge on a whole document among the taxes that its
// lines bear, in proportion to their nets, so that each part can be taxed. The parts add
// up to total exactly. Where all lines are stated with tax, so is total: it is divided in
// proportion to what the customer pays, and each part's net is what its share takes off
// the net of the lines. Lines are divided by whole taxes, so their order changes nothing.
// Where the nets of a document cancel out, their sizes without signs count.
func (r TaxRule) SplitByTax(total Amount, lines []Taxable) ([]Taxable, error) {
	groups := groupByTax(lines)
	weights := make([]Amount, len(groups))
	withTax := true
	for i, g := range groups {
		weights[i] = g.Net
		withTax = withTax && g.Gross != nil
	}
	if withTax {
		for i, g := range groups {
			weights[i] = *g.Gross
		}
	}
	if Sum(weights...).IsZero() {
		for i := range weights {
			weights[i] = weights[i].Abs()
		}
	}
	parts, err := Allocate(total, weights, r.Currency)
	if err != nil {
		return nil, fault.Invalidf("allowance", "%s cannot be spread over the document's tax categories", total.Format(r.Currency)).
			With("allowance.split").Because(err)
	}
	for i := range groups {
		g := &groups[i]
		if !withTax {
			g.Net, g.Gross = parts[i], nil
			continue
		}
		rest, err := NetOf(g.Gross.Sub(parts[i]), g.Rate, r.Currency, r.Rounding)
		if err != nil {
			return nil, err
		}
		g.Net, g.Gross = g.Net.Sub(rest), &parts[i]
	}
	return groups, nil
}

// SplitByTax divides an allowance or charge on a document whose taxes are rounded once for
// each category, see [TaxRule.SplitByTax].
func SplitByTax(total Amount, lines []Taxable, cur Currency) ([]Taxable, error) {
	return TaxRule{Currency: cur}.SplitByTax(total, lines)
}

// groupByTax sums amounts by all that decides how they are taxed, in a fixed order. A
// group is stated with tax only if all of it is.
func groupByTax(lines []Taxable) []Taxable {
	var out []Taxable
	for _, l := range lines {
		i, found := slices.BinarySearchFunc(out, l, compareTaxes)
		if !found {
			g := l
			if l.Gross != nil {
				gross := *l.Gross
				g.Gross = &gross
			}
			out = slices.Insert(out, i, g)
			continue
		}
		g := &out[i]
		g.Net = g.Net.Add(l.Net)
		if g.Gross == nil || l.Gross == nil {
			g.Gross = nil
			continue
		}
		*g.Gross = g.Gross.Add(*l.Gross)
	}
	return out
}

// compareTaxes orders amounts by category, rate and components.
func compareTaxes(a, b Taxable) int {
	return cmp.Or(a.compareTax(b.Category, b.Rate), slices.CompareFunc(a.Components, b.Components, func(x, y Component) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), x.Rate.Cmp(y.Rate))
	}))
}
