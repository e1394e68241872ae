package money

import (
	"github.com/shopspring/decimal"
)

// Percent is a percentage: 20 is 20 %. Discounts need at least five decimals
// (microsoft/BCApps#9592: 15.93303 cut to 15.93 moved a discount by 0.32).
type Percent struct{ d decimal.Decimal }

// ParsePercent reads a percentage that a person or another system states: at most 15 digits
// and 6 decimals. The error names field.
func ParsePercent(field, s string) (Percent, error) {
	d, err := parseText(field, s, inputDigits, inputDecimals)
	if err != nil {
		return Percent{}, err
	}
	return Percent{normal(d)}, nil
}

// NewPercent returns value × 10^−decimals: NewPercent(15, 1) is 1.5.
func NewPercent(value int64, decimals int32) Percent {
	return Percent{normal(decimal.New(value, -decimals))}
}

// Check refuses what [ParsePercent] would refuse. Every command calls it on the numbers
// that it is given as JSON from outside.
func (p Percent) Check(field string) error { return bounded(field, p.d, inputDecimals) }

// Add returns p + o.
func (p Percent) Add(o Percent) Percent { return Percent{normal(p.d.Add(o.d))} }

// Sub returns p − o.
func (p Percent) Sub(o Percent) Percent { return Percent{normal(p.d.Sub(o.d))} }

// Neg returns −p.
func (p Percent) Neg() Percent { return Percent{normal(p.d.Neg())} }

// Factor returns p as a factor: 25 % is 0.25.
func (p Percent) Factor() Factor { return Factor{normal(p.d.Shift(-2))} }

// Markup returns the factor that adds p: 25 % is 1.25, −10 % is 0.9.
func (p Percent) Markup() Factor { return Factor{normal(p.d.Shift(-2).Add(decimal.NewFromInt(1)))} }

// Format returns the percentage for people: "20 %".
func (p Percent) Format() string { return p.String() + " %" }

// Cmp returns −1, 0 or +1 as p is less than, equal to or greater than o.
func (p Percent) Cmp(o Percent) int { return p.d.Cmp(o.d) }

// Equal reports whether p and o are the same number.
func (p Percent) Equal(o Percent) bool { return p.d.Equal(o.d) }

// Sign returns −1, 0 or +1.
func (p Percent) Sign() int { return p.d.Sign() }

// IsZero reports whether p is zero.
func (p Percent) IsZero() bool { return p.d.IsZero() }

// Decimal returns the number behind p, for exact arithmetic elsewhere.
func (p Percent) Decimal() decimal.Decimal { return p.d }

// String returns the plain decimal without trailing zeros, as in JSON.
func (p Percent) String() string { return plain(p.d) }

// MarshalText writes the plain decimal.
func (p Percent) MarshalText() ([]byte, error) { return storable(p.String()) }

// UnmarshalText reads a plain decimal.
func (p *Percent) UnmarshalText(b []byte) error {
	d, err := fromText(b)
	*p = Percent{normal(d)}
	return err
}

// MarshalJSON writes a decimal string.
func (p Percent) MarshalJSON() ([]byte, error) { return storableJSON(p.String()) }

// UnmarshalJSON reads a decimal string; numbers and null are refused.
func (p *Percent) UnmarshalJSON(b []byte) error {
	d, err := fromJSON(b)
	*p = Percent{normal(d)}
	return err
}

// KeptByJSON says that what is read back is the same: equal numbers have one form.
func (Percent) KeptByJSON() {}
