package money

import (
	"slices"

	"github.com/shopspring/decimal"

	"callout/internal/fault"
)

// Factor is what a rate is multiplied by: 1.5 after hours, 2 on a holiday. The zero
// value is 0, which gives things away; no surcharge is 1.
type Factor struct{ d decimal.Decimal }

// ParseFactor reads a factor that a person or another system states: at most 15 digits
// and 6 decimals. The error names field.
func ParseFactor(field, s string) (Factor, error) {
	d, err := parseText(field, s, inputDigits, inputDecimals)
	if err != nil {
		return Factor{}, err
	}
	return Factor{normal(d)}, nil
}

// NewFactor returns value × 10^−decimals: NewFactor(15, 1) is 1.5.
func NewFactor(value int64, decimals int32) Factor {
	return Factor{normal(decimal.New(value, -decimals))}
}

// Check refuses what [ParseFactor] would refuse. Every command calls it on the numbers
// that it is given as JSON from outside.
func (f Factor) Check(field string) error { return bounded(field, f.d, inputDecimals) }

// Mul returns f × o, exactly.
func (f Factor) Mul(o Factor) Factor { return Factor{normal(f.d.Mul(o.d))} }

// Cmp returns −1, 0 or +1 as f is less than, equal to or greater than o.
func (f Factor) Cmp(o Factor) int { return f.d.Cmp(o.d) }

// Equal reports whether f and o are the same number.
func (f Factor) Equal(o Factor) bool { return f.d.Equal(o.d) }

// Sign returns −1, 0 or +1.
func (f Factor) Sign() int { return f.d.Sign() }

// IsZero reports whether f is zero.
func (f Factor) IsZero() bool { return f.d.IsZero() }

// Decimal returns the number behind f, for exact arithmetic elsewhere.
func (f Factor) Decimal() decimal.Decimal { return f.d }

// String returns the plain decimal without trailing zeros, as in JSON.
func (f Factor) String() string { return plain(f.d) }

// MarshalText writes the plain decimal.
func (f Factor) MarshalText() ([]byte, error) { return storable(f.String()) }

// UnmarshalText reads a plain decimal.
func (f *Factor) UnmarshalText(b []byte) error {
	d, err := fromText(b)
	*f = Factor{normal(d)}
	return err
}

// MarshalJSON writes a decimal string.
func (f Factor) MarshalJSON() ([]byte, error) { return storableJSON(f.String()) }

// UnmarshalJSON reads a decimal string; numbers and null are refused.
func (f *Factor) UnmarshalJSON(b []byte) error {
	d, err := fromJSON(b)
	*f = Factor{normal(d)}
	return err
}

// Stacking says what several factors on one rate come to. It is a term of the
// contract, because multiplying them by accident is how customers are overcharged.
// The zero value is [StackMax].
type Stacking string

// The ways to combine 1.5 after hours with 2 on a holiday.
const (
	StackMax      Stacking = ""         // the greatest one: 2
	StackProduct  Stacking = "product"  // one after the other: 3
	StackAdditive Stacking = "additive" // the surcharges added: 1 + 0.5 + 1 = 2.5
)

// ParseStacking reads "max", "product" or "additive". The error names field.
func ParseStacking(field, s string) (Stacking, error) {
	switch s {
	case "", "max":
		return StackMax, nil
	case string(StackProduct), string(StackAdditive):
		return Stacking(s), nil
	}
	return "", fault.Invalidf(field, "%s is no way to combine factors: use max, product or additive", quote(s)).With("stacking.unknown")
}

// Stack combines factors. Of none it is 1.
func (s Stacking) Stack(factors ...Factor) Factor {
	one := decimal.NewFromInt(1)
	if len(factors) == 0 {
		return Factor{one}
	}
	switch s {
	case StackProduct:
		t := Factor{one}
		for _, f := range factors {
			t = t.Mul(f)
		}
		return t
	case StackAdditive:
		t := one
		for _, f := range factors {
			t = t.Add(f.d.Sub(one))
		}
		return Factor{normal(t)}
	default:
		return slices.MaxFunc(factors, Factor.Cmp)
	}
}

// KeptByJSON says that what is read back is the same: equal numbers have one form.
func (Factor) KeptByJSON() {}
