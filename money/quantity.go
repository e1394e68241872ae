package money

import (
	"time"

	"github.com/shopspring/decimal"
)

// Quantity is a number of hours, kilometres, pieces: whatever its unit code beside it
// says. The zero value is none. Quantities compare with Cmp or Equal, not with ==.
type Quantity struct{ d decimal.Decimal }

// ParseQuantity reads a quantity that a person or another system states: at most 15 digits
// and 6 decimals. The error names field.
func ParseQuantity(field, s string) (Quantity, error) {
	d, err := parseText(field, s, inputDigits, inputDecimals)
	if err != nil {
		return Quantity{}, err
	}
	return Quantity{normal(d)}, nil
}

// NewQuantity returns value × 10^−decimals: NewQuantity(15, 1) is 1.5.
func NewQuantity(value int64, decimals int32) Quantity {
	return Quantity{normal(decimal.New(value, -decimals))}
}

// Check refuses what [ParseQuantity] would refuse. Every command calls it on the numbers
// that it is given as JSON from outside.
func (q Quantity) Check(field string) error { return bounded(field, q.d, inputDecimals) }

// HoursOf returns a duration as hours, rounded to places decimals. The result is
// what a document prints and multiplies: printed quantity × printed price must give
// the printed amount, so no longer number is kept behind it.
func HoursOf(d time.Duration, places int32, mode Rounding) Quantity {
	return Quantity{normal(mode.quo(decimal.NewFromInt(int64(d)), decimal.NewFromInt(int64(time.Hour)), places))}
}

// Add returns q + o.
func (q Quantity) Add(o Quantity) Quantity { return Quantity{normal(q.d.Add(o.d))} }

// Sub returns q − o.
func (q Quantity) Sub(o Quantity) Quantity { return Quantity{normal(q.d.Sub(o.d))} }

// Neg returns −q.
func (q Quantity) Neg() Quantity { return Quantity{normal(q.d.Neg())} }

// Abs returns q without its sign.
func (q Quantity) Abs() Quantity { return Quantity{normal(q.d.Abs())} }

// Mul returns q × o, exactly: two technicians × 1.5 hours.
func (q Quantity) Mul(o Quantity) Quantity { return Quantity{normal(q.d.Mul(o.d))} }

// Round returns q with at most places decimals.
func (q Quantity) Round(places int32, mode Rounding) Quantity {
	return Quantity{normal(mode.round(q.d, places))}
}

// Cmp returns −1, 0 or +1 as q is less than, equal to or greater than o.
func (q Quantity) Cmp(o Quantity) int { return q.d.Cmp(o.d) }

// Equal reports whether q and o are the same number.
func (q Quantity) Equal(o Quantity) bool { return q.d.Equal(o.d) }

// Sign returns −1, 0 or +1.
func (q Quantity) Sign() int { return q.d.Sign() }

// IsZero reports whether q is zero.
func (q Quantity) IsZero() bool { return q.d.IsZero() }

// Decimal returns the number behind q, for exact arithmetic elsewhere.
func (q Quantity) Decimal() decimal.Decimal { return q.d }

// String returns the plain decimal without trailing zeros, as in JSON.
func (q Quantity) String() string { return plain(q.d) }

// MarshalText writes the plain decimal.
func (q Quantity) MarshalText() ([]byte, error) { return storable(q.String()) }

// UnmarshalText reads a plain decimal.
func (q *Quantity) UnmarshalText(b []byte) error {
	d, err := fromText(b)
	*q = Quantity{normal(d)}
	return err
}

// MarshalJSON writes a decimal string.
func (q Quantity) MarshalJSON() ([]byte, error) { return storableJSON(q.String()) }

// UnmarshalJSON reads a decimal string; numbers and null are refused.
func (q *Quantity) UnmarshalJSON(b []byte) error {
	d, err := fromJSON(b)
	*q = Quantity{normal(d)}
	return err
}

// Places is how many decimals the quantity needs.
func (q Quantity) Places() int32 { return max(0, -q.d.Exponent()) }

// KeptByJSON says that what is read back is the same: equal numbers have one form.
func (Quantity) KeptByJSON() {}
