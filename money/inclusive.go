package money

import (
	"math/big"
	"slices"
)

// NetLines takes the tax out of lines stated with tax, all at one rate. What the
// customer pays is fixed: the net of the whole is rounded once, VAT is the rest, and
// the lines' nets add up to the net of the whole by largest remainder: each is its exact
// share gross/(1+rate) rounded down, and the units that are left go to the greatest
// remainders, the first line winning a tie.
func NetLines(gross []Amount, rate Percent, cur Currency, mode Rounding) (nets []Amount, vat Amount, err error) {
	total := Sum(gross...)
	net, err := NetOf(total, rate, cur, mode)
	if err != nil {
		return nil, Amount{}, err
	}
	flip := direction(total, gross) == -1 // so that what is returned mirrors what was bought
	full, div := integers([]Percent{NewPercent(100, 0), rate})
	left, err := minorUnits(signed(net, flip), cur)
	if err != nil {
		return nil, Amount{}, err
	}
	shares, rests, order := make([]*big.Int, len(gross)), make([]*big.Int, len(gross)), make([]int, len(gross))
	for i, g := range gross {
		units, err := minorUnits(signed(g, flip), cur)
		if err != nil {
			return nil, Amount{}, err
		}
		shares[i], rests[i] = new(big.Int).DivMod(units.Mul(units, full[0]), div, new(big.Int))
		left.Sub(left, shares[i])
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return rests[j].Cmp(rests[i]) })
	for _, i := range order[:left.Int64()] {
		shares[i].Add(shares[i], big.NewInt(1))
	}
	nets = make([]Amount, len(gross))
	for i, s := range shares {
		nets[i] = signed(amountOf(decimalUnits(s, cur)), flip)
	}
	return nets, total.Sub(net), nil
}

// direction is the sign of a sum of lines or, where they cancel out, that of the first one which is not zero.
func direction(total Amount, lines []Amount) int {
	if total.IsZero() {
		for _, l := range lines {
			if !l.IsZero() {
				return l.Sign()
			}
		}
	}
	return total.Sign()
}

func signed(a Amount, negative bool) Amount {
	if negative {
		return a.Neg()
	}
	return a
}

// TakeOut sets the net of every amount that is stated with tax, category by category and
// rate by rate, as [NetLines] has it. The others stay as they are.
func (r TaxRule) TakeOut(lines []Taxable) error {
	done := make([]bool, len(lines))
	for i, l := range lines {
		if l.Gross == nil || done[i] {
			continue
		}
		var group []int
		var gross []Amount
		for j := i; j < len(lines); j++ {
			if o := lines[j]; o.Gross != nil && o.compareTax(l.Category, l.Rate) == 0 {
				group, gross, done[j] = append(group, j), append(gross, *o.Gross), true
			}
		}
		nets, _, err := NetLines(gross, l.Rate, r.Currency, r.Rounding)
		if err != nil {
			return err
		}
		for k, j := range group {
			lines[j].Net = nets[k]
		}
	}
	return nil
}
