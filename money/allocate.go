package money

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"callout/internal/fault"
)

// Weight is any number of this package that a sum can be divided by.
type Weight interface {
	Amount | Quantity | Price | Percent | Factor
	Decimal() decimal.Decimal
}

// Allocate divides total in proportion to weights, in whole minor units of the
// currency, by largest remainder: every part is its exact share rounded down, and the
// units left over go to the greatest remainders, the first index winning a tie. The
// parts add up to total exactly, and the parts of −total are the negatives of the
// parts of total.
//
// Weights may be negative (a returned part in a document). Refused are no weights,
// weights that add up to zero under a total that does not, and a total with more
// decimals than the currency.
func Allocate[W Weight](total Amount, weights []W, cur Currency) ([]Amount, error) {
	if len(weights) == 0 {
		return nil, fault.Invalidf("weights", "there is nothing to divide %s among", total.Format(cur)).With("weights.none")
	}
	units, err := minorUnits(total, cur)
	if err != nil {
		return nil, err
	}
	ws, sum := integers(weights)
	parts := make([]Amount, len(ws))
	if units.Sign() == 0 {
		return parts, nil
	}
	if sum.Sign() == 0 {
		return nil, fault.Invalidf("weights", "%s cannot be divided: the weights add up to zero", total.Format(cur)).With("weights.zero")
	}
	negative := total.d.IsNegative()
	units.Abs(units)
	if sum.Sign() == -1 { // w/sum is what counts
		sum.Neg(sum)
		for _, w := range ws {
			w.Neg(w)
		}
	}
	shares, rests := make([]*big.Int, len(ws)), make([]*big.Int, len(ws))
	order := make([]int, len(ws))
	left := new(big.Int).Set(units)
	for i, w := range ws {
		w.Mul(w, units)
		shares[i], rests[i] = new(big.Int).DivMod(w, sum, new(big.Int))
		left.Sub(left, shares[i])
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return rests[j].Cmp(rests[i]) })
	for _, i := range order[:left.Int64()] {
		shares[i].Add(shares[i], big.NewInt(1))
	}
	for i, s := range shares {
		if negative {
			s.Neg(s)
		}
		parts[i] = amountOf(decimalUnits(s, cur))
	}
	return parts, nil
}

// minorUnits returns a as a whole number of cents, or whatever the currency has.
func minorUnits(a Amount, cur Currency) (*big.Int, error) {
	u := a.d.Shift(cur.Exponent())
	if !u.IsInteger() {
		return nil, tooPrecise("total", a.String(), cur)
	}
	return u.BigInt(), nil
}

// decimalUnits is the way back from minor units.
func decimalUnits(n *big.Int, cur Currency) decimal.Decimal {
	return decimal.NewFromBigInt(n, -cur.Exponent())
}

// integers returns the weights on one scale, and their sum.
func integers[W Weight](weights []W) (ws []*big.Int, sum *big.Int) {
	var places int32
	for _, w := range weights {
		places = max(places, -w.Decimal().Exponent())
	}
	sum = new(big.Int)
	for _, w := range weights {
		i := w.Decimal().Shift(places).BigInt()
		ws, sum = append(ws, i), sum.Add(sum, i)
	}
	return ws, sum
}
