package money

import (
	"bytes"
	"fmt"

	"github.com/shopspring/decimal"
)

// Cost is an amount that may be unknown. A sum with an unknown part is unknown, and
// counts how many parts are; a missing cost is never taken for zero. The zero value is
// one unknown cost, so that a field left out of a record reads as unknown.
//
// Its JSON is a decimal string, or null when unknown; omitzero leaves an unknown one
// out. The count of a sum is not written: keep the parts.
type Cost struct {
	known   Amount
	unknown int  // parts without a cost
	set     bool // false in the zero value, which stands for one unknown part
}

// KnownCost returns a cost that is known, be it zero.
func KnownCost(a Amount) Cost { return Cost{known: a, set: true} }

// SumCosts adds costs; of none it is known, and zero.
func SumCosts(costs ...Cost) Cost {
	t := KnownCost(Amount{})
	for _, c := range costs {
		t = t.Add(c)
	}
	return t
}

// Add returns c + o, unknown if either is.
func (c Cost) Add(o Cost) Cost {
	return Cost{known: c.known.Add(o.known), unknown: c.Unknowns() + o.Unknowns(), set: true}
}

// Neg returns −c: a cost taken back.
func (c Cost) Neg() Cost {
	c.known = c.known.Neg()
	return c
}

// Amount returns the cost, and whether it is known. When it is not, the amount is zero
// and means nothing.
func (c Cost) Amount() (Amount, bool) {
	if !c.IsKnown() {
		return Amount{}, false
	}
	return c.known, true
}

// IsKnown reports whether every part of c is known.
func (c Cost) IsKnown() bool { return c.Unknowns() == 0 }

// Unknowns returns how many parts of c are unknown.
func (c Cost) Unknowns() int {
	if !c.set {
		return 1
	}
	return c.unknown
}

// KnownPart returns what the known parts come to: a lower bound where costs are not
// negative, never the cost itself.
func (c Cost) KnownPart() Amount { return c.known }

// IsZero reports whether c is unknown, so that omitzero leaves it out. A known cost of
// zero is not left out.
func (c Cost) IsZero() bool { return !c.IsKnown() }

// Format returns the cost for people: "38.00 EUR", "unknown", or, of a sum,
// "unknown (2 missing)".
func (c Cost) Format(cur Currency) string {
	switch n := c.Unknowns(); n {
	case 0:
		return c.known.Format(cur)
	case 1:
		return "unknown"
	default:
		return fmt.Sprintf("unknown (%d missing)", n)
	}
}

// String returns the plain decimal, or "unknown".
func (c Cost) String() string {
	if !c.IsKnown() {
		return "unknown"
	}
	return c.known.String()
}

// MarshalJSON writes a decimal string, or null when unknown.
func (c Cost) MarshalJSON() ([]byte, error) {
	if !c.IsKnown() {
		return []byte("null"), nil
	}
	return c.known.MarshalJSON()
}

// UnmarshalJSON reads a decimal string, or null as unknown.
func (c *Cost) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*c = Cost{}
		return nil
	}
	var a Amount
	if err := a.UnmarshalJSON(b); err != nil {
		return err
	}
	*c = KnownCost(a)
	return nil
}

// Margin is revenue against cost. Over an unknown cost it is unknown, never 100 %.
type Margin struct {
	Revenue Amount
	Cost    Cost
}

// Amount returns revenue − cost, and whether it is known.
func (m Margin) Amount() (Amount, bool) {
	cost, ok := m.Cost.Amount()
	if !ok {
		return Amount{}, false
	}
	return m.Revenue.Sub(cost), true
}

// Percent returns the margin as a percentage of revenue, rounded once to places
// decimals. It is not known over an unknown cost, nor over no revenue.
func (m Margin) Percent(places int32, mode Rounding) (Percent, bool) {
	a, ok := m.Amount()
	if !ok || m.Revenue.IsZero() {
		return Percent{}, false
	}
	p, err := PercentFrom(a, m.Revenue, places, mode)
	return p, err == nil
}

// Below reports whether the margin is under a floor, compared exactly, and whether
// that can be known. Without revenue, a cost is under every floor.
func (m Margin) Below(floor Percent) (below, known bool) {
	a, ok := m.Amount()
	if !ok {
		return false, false
	}
	// a/revenue < floor/100, multiplied out, which of no revenue leaves a < 0; a credit (revenue < 0) mirrors an invoice.
	left, right := a.d.Mul(decimal.NewFromInt(100)), m.Revenue.d.Mul(floor.d)
	if m.Revenue.Sign() < 0 {
		left, right = left.Neg(), right.Neg()
	}
	return left.Cmp(right) < 0, true
}
