package money

import "github.com/shopspring/decimal"

// Tiered is what a percentage holds back of a series of rows, row by row: first per cent of
// their sum up to limit, then per cent of what lies above it. A nil limit leaves the first
// rate for all of it. Each row bears its share of the sum and is rounded once, so what is
// held back in all is the sum of the rows and no other figure.
func Tiered(rows []Amount, first, then Percent, limit *Amount, cur Currency, mode Rounding) []Amount {
	out := make([]Amount, len(rows))
	sum := Sum(rows...)
	if limit == nil || sum.IsZero() {
		for i, r := range rows {
			out[i] = PercentOf(r, first, cur, mode)
		}
		return out
	}
	below, above := sum.SplitAt(*limit)
	held := below.d.Mul(first.d).Add(above.d.Mul(then.d)) // per cent of the currency, exact
	for i, r := range rows {
		out[i] = amountOf(mode.quo(r.d.Mul(held).Shift(-2), sum.d, cur.Exponent()))
	}
	return out
}

// Reaches reports whether part is pct per cent of whole or more, without any rounding.
func Reaches(part, whole Amount, pct Percent) bool {
	return part.d.Shift(2).Cmp(whole.d.Mul(pct.d)) >= 0
}

// UnitsWithin is the greatest quantity with so many decimals that comes to no more than
// left, an amount of the currency, at a price above 0.
func UnitsWithin(left Amount, p Price, places int32) Quantity {
	if p.Sign() <= 0 {
		return Quantity{}
	}
	// What comes to no more than whole cents before rounding comes to no more after it.
	return Quantity{normal(Down.quo(decimal.Max(left.d, decimal.Zero), p.d, places))}
}
