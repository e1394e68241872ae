package money

import (
	"github.com/shopspring/decimal"
)

// Price is money per unit: an hour, a kilometre, a piece. It may have more decimals
// than the currency (39.615, 0.42 per km). The zero value is a price of nothing, not a
// missing price: where a price may be missing, say so beside it.
type Price struct{ d decimal.Decimal }

// ParsePrice reads a price that a person or another system states: at most 15 digits
// and 6 decimals. The error names field.
func ParsePrice(field, s string) (Price, error) {
	d, err := parseText(field, s, inputDigits, inputDecimals)
	if err != nil {
		return Price{}, err
	}
	return Price{normal(d)}, nil
}

// NewPrice returns value × 10^−decimals: NewPrice(15, 1) is 1.5.
func NewPrice(value int64, decimals int32) Price { return Price{normal(decimal.New(value, -decimals))} }

// Each is the price of one piece for an amount.
func (a Amount) Each() Price { return Price{normal(a.d)} }

// Check refuses what [ParsePrice] would refuse. Every command calls it on the numbers
// that it is given as JSON from outside.
func (p Price) Check(field string) error { return bounded(field, p.d, inputDecimals) }

// Add returns p + o.
func (p Price) Add(o Price) Price { return Price{normal(p.d.Add(o.d))} }

// Sub returns p − o.
func (p Price) Sub(o Price) Price { return Price{normal(p.d.Sub(o.d))} }

// Neg returns −p.
func (p Price) Neg() Price { return Price{normal(p.d.Neg())} }

// Fixed returns the number with at least the currency's decimals: "95.00", "39.615".
func (p Price) Fixed(cur Currency) string {
	return p.d.StringFixed(max(cur.Exponent(), -p.d.Exponent()))
}

// Format returns the price for people: "95.00 EUR".
func (p Price) Format(cur Currency) string { return p.Fixed(cur) + " " + cur.Code() }

// Cmp returns −1, 0 or +1 as p is less than, equal to or greater than o.
func (p Price) Cmp(o Price) int { return p.d.Cmp(o.d) }

// Equal reports whether p and o are the same number.
func (p Price) Equal(o Price) bool { return p.d.Equal(o.d) }

// Sign returns −1, 0 or +1.
func (p Price) Sign() int { return p.d.Sign() }

// IsZero reports whether p is zero.
func (p Price) IsZero() bool { return p.d.IsZero() }

// Decimal returns the number behind p, for exact arithmetic elsewhere.
func (p Price) Decimal() decimal.Decimal { return p.d }

// String returns the plain decimal without trailing zeros, as in JSON.
func (p Price) String() string { return plain(p.d) }

// MarshalText writes the plain decimal.
func (p Price) MarshalText() ([]byte, error) { return storable(p.String()) }

// UnmarshalText reads a plain decimal.
func (p *Price) UnmarshalText(b []byte) error {
	d, err := fromText(b)
	*p = Price{normal(d)}
	return err
}

// MarshalJSON writes a decimal string.
func (p Price) MarshalJSON() ([]byte, error) { return storableJSON(p.String()) }

// UnmarshalJSON reads a decimal string; numbers and null are refused.
func (p *Price) UnmarshalJSON(b []byte) error {
	d, err := fromJSON(b)
	*p = Price{normal(d)}
	return err
}

// KeptByJSON says that what is read back is the same: equal numbers have one form.
func (Price) KeptByJSON() {}
