package money

import (
	"github.com/shopspring/decimal"

	"callout/internal/fault"
)

// LineAmount is what a line comes to before discounts: quantity × price, rounded once
// to the currency.
func LineAmount(q Quantity, p Price, cur Currency, mode Rounding) Amount {
	return amountOf(mode.round(q.d.Mul(p.d), cur.Exponent()))
}

// PercentOf is pct per cent of an amount, rounded once to the currency.
func PercentOf(a Amount, pct Percent, cur Currency, mode Rounding) Amount {
	return amountOf(mode.round(a.d.Mul(pct.d).Shift(-2), cur.Exponent()))
}

// VAT is the tax on a taxable base (EN 16931 BR-CO-17: BT-117 = BT-116 × BT-119 / 100,
// rounded to two decimals; here, to the currency's). It belongs on the sum of a
// category's line nets; on a single line it is for display only.
func VAT(base Amount, rate Percent, cur Currency, mode Rounding) Amount {
	return PercentOf(base, rate, cur, mode)
}

// NetOf is the net part of a sum that includes tax: gross / (1 + rate). The tax is
// gross − net, so that the two always add up to what the customer pays.
func NetOf(gross Amount, rate Percent, cur Currency, mode Rounding) (Amount, error) {
	div := rate.d.Add(decimal.NewFromInt(100))
	if div.Sign() <= 0 {
		return Amount{}, fault.Invalidf("rate", "a tax rate of %s leaves no net amount", rate.Format()).With("tax.rate")
	}
	return amountOf(mode.quo(gross.d.Shift(2), div, cur.Exponent())), nil
}

// RateTimes is a rate under a multiplier, rounded once to the decimals of the price
// that the document shows, so that printed rate × printed quantity is the printed
// amount (41.47 × 1.5 = 62.205 is billed at 62.21).
func RateTimes(rate Price, by Factor, places int32, mode Rounding) Price {
	return Price{normal(mode.round(rate.d.Mul(by.d), places))}
}

// RatePer is the average price of a quantity: an amount divided by it, rounded once
// to places decimals. It refuses a quantity of zero.
func RatePer(a Amount, q Quantity, places int32, mode Rounding) (Price, error) {
	if q.IsZero() {
		return Price{}, fault.Invalidf("quantity", "no rate can be taken of %s over a quantity of zero", a).With("quantity.zero")
	}
	return Price{normal(mode.quo(a.d, q.d, places))}, nil
}

// PercentFrom is what percentage part is of whole, rounded once to places decimals.
// It refuses a whole of zero.
func PercentFrom(part, whole Amount, places int32, mode Rounding) (Percent, error) {
	if whole.IsZero() {
		return Percent{}, fault.Invalidf("whole", "%s is no percentage of zero", part).With("percent.of-zero")
	}
	return Percent{normal(mode.quo(part.d.Shift(2), whole.d, places))}, nil
}
