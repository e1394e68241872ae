package money

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"callout/internal/fault"
)

// Rounding says which way a number goes that lies between two steps. It is a value
// of a policy or a contract, never a global setting. The zero value is [HalfAway].
type Rounding uint8

// The modes. Half away from zero is the default for money, because a credit note
// then mirrors its invoice to the cent: −1446.375 becomes −1446.38, as +1446.375
// becomes +1446.38. EN 16931 validators round so, too.
const (
	HalfAway Rounding = iota // to the nearest; ties away from zero
	HalfEven                 // to the nearest; ties to the even digit
	Up                       // away from zero
	Down                     // towards zero
	Ceil                     // towards +∞
	Floor                    // towards −∞
)

// roundings holds the modes' names at their values.
func roundings() []string {
	return []string{"half-away", "half-even", "up", "down", "ceil", "floor"}
}

// ParseRounding reads a mode's name. The error names field.
func ParseRounding(field, s string) (Rounding, error) {
	i := slices.Index(roundings(), s)
	if i < 0 {
		return 0, fault.Invalidf(field, "%s is no rounding: use half-away, half-even, up, down, ceil or floor", quote(s)).With("rounding.unknown")
	}
	return Rounding(i), nil //nolint:gosec // six modes
}

// String returns the mode's name.
func (r Rounding) String() string {
	if names := roundings(); int(r) < len(names) {
		return names[r]
	}
	return "unknown rounding"
}

// MarshalText writes the mode's name.
func (r Rounding) MarshalText() ([]byte, error) {
	if r > Floor {
		return nil, fault.Internalf("there is no rounding %d", uint8(r))
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads a mode's name; an empty one is the default.
func (r *Rounding) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*r = HalfAway
		return nil
	}
	*r, err = ParseRounding("rounding", string(b))
	return err
}

// round brings d to exactly places decimals.
func (r Rounding) round(d decimal.Decimal, places int32) decimal.Decimal {
	switch r {
	case HalfEven:
		return d.RoundBank(places)
	case Up:
		return d.RoundUp(places)
	case Down:
		return d.RoundDown(places)
	case Ceil:
		return d.RoundCeil(places)
	case Floor:
		return d.RoundFloor(places)
	default:
		return d.Round(places)
	}
}

// quo returns a/b brought to exactly places decimals, with one rounding of the exact
// quotient. b must not be zero.
func (r Rounding) quo(a, b decimal.Decimal, places int32) decimal.Decimal {
	q, rest := a.QuoRem(b, places)
	if rest.IsZero() {
		return q
	}
	sign := a.Sign()
	if b.IsNegative() {
		sign = -sign
	}
	// The exact quotient lies between q and the next step away from zero; half says
	// on which side of the middle.
	half := rest.Abs().Mul(decimal.NewFromInt(2)).Cmp(b.Abs().Shift(-places))
	var away bool
	switch r {
	case HalfEven:
		away = half > 0 || half == 0 && q.Coefficient().Bit(0) == 1
	case Up:
		away = true
	case Down:
		away = false
	case Ceil:
		away = sign == 1
	case Floor:
		away = sign == -1
	default:
		away = half >= 0
	}
	if !away {
		return q
	}
	return q.Add(decimal.NewFromBigInt(big.NewInt(int64(sign)), -places))
}
