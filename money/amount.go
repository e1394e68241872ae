package money

import (
	"github.com/shopspring/decimal"

	"callout/internal/fault"
)

// Amount is a sum of money in the shop's one currency. Amounts that this package
// makes carry exactly the decimals of the currency, so that "5" and "5.00" as input
// are the same bytes afterwards; zero is always written "0". The zero value is no
// money. Amounts compare with [Amount.Cmp] or [Amount.Equal], not with ==.
type Amount struct{ d decimal.Decimal }

func amountOf(d decimal.Decimal) Amount {
	if d.IsZero() {
		return Amount{}
	}
	return Amount{d}
}

// ParseAmount reads an amount that a person or another system states. It refuses more
// decimals than the currency has, and more than 15 digits. The error names field.
func ParseAmount(field, s string, cur Currency) (Amount, error) {
	exp := cur.Exponent()
	d, err := parseText(field, s, inputDigits, storedDecimals)
	if err != nil {
		return Amount{}, err
	}
	if -d.Exponent() > exp {
		return Amount{}, tooPrecise(field, s, cur)
	}
	return amountOf(HalfAway.round(d, exp)), nil
}

func tooPrecise(field, s string, cur Currency) error {
	return fault.Invalidf(field, "%s has more decimals than %s, which has %d", quote(s), cur, cur.Exponent()).With("amount.too-precise")
}

// Minor returns n minor units of the currency: Minor(1250, EUR) is 12.50.
func Minor(n int64, cur Currency) Amount { return amountOf(decimal.New(n, -cur.Exponent())) }

// Sum adds amounts; of none it is zero.
func Sum(amounts ...Amount) Amount {
	var t Amount
	for _, a := range amounts {
		t = t.Add(a)
	}
	return t
}

// In returns a with exactly the currency's decimals. Every command calls it on the
// amounts that it is given: JSON from outside is read without knowing the currency.
// It refuses what [ParseAmount] would refuse, except that trailing zeros are let go.
func (a Amount) In(field string, cur Currency) (Amount, error) {
	exp := cur.Exponent()
	r := HalfAway.round(a.d, exp)
	if !r.Equal(a.d) {
		return Amount{}, tooPrecise(field, a.String(), cur)
	}
	if err := bounded(field, r, exp); err != nil {
		return Amount{}, err
	}
	return amountOf(r), nil
}

// Add returns a + b.
func (a Amount) Add(b Amount) Amount { return amountOf(a.d.Add(b.d)) }

// Sub returns a − b.
func (a Amount) Sub(b Amount) Amount { return amountOf(a.d.Sub(b.d)) }

// Neg returns −a.
func (a Amount) Neg() Amount { return amountOf(a.d.Neg()) }

// Abs returns a without its sign.
func (a Amount) Abs() Amount { return amountOf(a.d.Abs()) }

// Mul returns n times a, exactly.
func (a Amount) Mul(n int64) Amount { return amountOf(a.d.Mul(decimal.NewFromInt(n))) }

// SplitAt divides a at a limit: within is what still fits under it, over is the
// rest, and the two add up to a. A limit that is used up (zero or less) takes
// nothing, and a credit (a ≤ 0) always fits.
func (a Amount) SplitAt(limit Amount) (within, over Amount) {
	within = amountOf(decimal.Min(a.d, decimal.Max(limit.d, decimal.Zero)))
	return within, a.Sub(within)
}

// Cmp returns −1, 0 or +1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int { return a.d.Cmp(b.d) }

// Equal reports whether a and b are the same sum.
func (a Amount) Equal(b Amount) bool { return a.d.Equal(b.d) }

// Sign returns −1, 0 or +1.
func (a Amount) Sign() int { return a.d.Sign() }

// IsZero reports whether a is zero.
func (a Amount) IsZero() bool { return a.d.IsZero() }

// Decimal returns the number behind a, for exact arithmetic elsewhere.
func (a Amount) Decimal() decimal.Decimal { return a.d }

// String returns the plain decimal, as in JSON.
func (a Amount) String() string { return plain(a.d) }

// Fixed returns the number with the currency's decimals: "1234.50", and "0.00" for
// zero. Decimals beyond the currency's, which a correct amount does not have, are
// shown and not rounded away.
func (a Amount) Fixed(cur Currency) string {
	return a.d.StringFixed(max(cur.Exponent(), -a.d.Exponent()))
}

// Format returns the amount for people: "1234.50 EUR".
func (a Amount) Format(cur Currency) string { return a.Fixed(cur) + " " + cur.Code() }

// MarshalText writes the plain decimal.
func (a Amount) MarshalText() ([]byte, error) { return storable(a.String()) }

// UnmarshalText reads a plain decimal.
func (a *Amount) UnmarshalText(b []byte) error {
	d, err := fromText(b)
	*a = amountOf(d)
	return err
}

// MarshalJSON writes a decimal string.
func (a Amount) MarshalJSON() ([]byte, error) { return storableJSON(a.String()) }

// UnmarshalJSON reads a decimal string; numbers and null are refused.
func (a *Amount) UnmarshalJSON(b []byte) error {
	d, err := fromJSON(b)
	*a = amountOf(d)
	return err
}
