package money

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"callout/internal/fault"
)

// Limits keep numbers honest and cheap: nobody types a sum of 16 digits, and a
// hostile text must not cost memory. What arithmetic can make of permitted input
// (price × quantity, summed over a shop) stays well under the wider limits of a
// stored text; what exceeds them is refused when written, so nothing is ever stored
// that cannot be read again.
const (
	inputDigits    = 15 // before the point, where a person or another system states a number
	inputDecimals  = 6  // after the point, for quantities, prices, percentages and factors
	storedDigits   = 40
	storedDecimals = 12
)

// parseText reads a plain decimal: an optional minus sign, digits without leading
// zeros, and optionally a point with at least one digit after it.
func parseText(field, s string, maxDigits, maxDecimals int) (decimal.Decimal, error) {
	digits, frac, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if !allDigits(digits) || dot && !allDigits(frac) {
		return decimal.Decimal{}, notPlain(field, s)
	}
	if len(digits) > 1 && digits[0] == '0' {
		return decimal.Decimal{}, fault.Invalidf(field, "%s begins with a superfluous zero", quote(s)).With("number.syntax")
	}
	if len(digits) > maxDigits {
		return decimal.Decimal{}, fault.Invalidf(field, "%s has more than %d digits before the point", quote(s), maxDigits).With("number.too-big")
	}
	if len(frac) > maxDecimals {
		return decimal.Decimal{}, fault.Invalidf(field, "%s has more than %d decimals", quote(s), maxDecimals).With("number.too-precise")
	}
	exp := -int32(len(frac)) //nolint:gosec // at most storedDecimals
	whole := digits + frac
	if s[0] == '-' {
		whole = "-" + whole
	}
	if v, err := strconv.ParseInt(whole, 10, 64); err == nil { // nearly every number is so short
		return decimal.New(v, exp), nil
	}
	v, _ := new(big.Int).SetString(whole, 10) // digits only
	return decimal.NewFromBigInt(v, exp), nil
}

// notPlain explains what is wrong with a text that is no plain decimal.
func notPlain(field, s string) error {
	e := fault.Invalidf(field, "%s is not a plain decimal number such as 1234.50", quote(s)).With("number.syntax")
	switch {
	case s == "":
		e.Msg = "a number is missing"
	case strings.ContainsAny(s, ",'’_ \u00a0\u202f"):
		e.Msg += ": write no thousands separators and no spaces, and a point before the decimals"
	case strings.ContainsAny(s, "eE"):
		e.Msg += ": exponents are not accepted"
	case strings.HasPrefix(s, "+"):
		e.Msg += ": leave out the plus sign"
	case strings.HasPrefix(s, ".") || strings.HasPrefix(s, "-.") || strings.HasSuffix(s, "."):
		e.Msg += ": write digits on both sides of the point"
	}
	return e
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// quote shows a text in a message, cut short so that hostile input stays small.
func quote(s string) string {
	const most = 40
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return `"` + strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s) + `"`
}

// plain prints d with exactly the decimals that it carries, whatever the global
// settings of the decimal library say.
func plain(d decimal.Decimal) string {
	const most = 18 // digits that surely fit an int64; nearly every number has fewer
	var whole string
	if d.NumDigits() <= most {
		whole = strconv.FormatInt(d.CoefficientInt64(), 10)
	} else {
		whole = d.Coefficient().String()
	}
	places := -int(d.Exponent())
	whole += strings.Repeat("0", max(0, -places)) // 1500 may be 15 × 10^2
	if places <= 0 {
		return whole
	}
	buf := make([]byte, 0, most+2)
	digits, negative := strings.CutPrefix(whole, "-")
	if negative {
		buf = append(buf, '-')
	}
	if len(digits) <= places { // 0.05 is 5 × 10^−2
		digits = strings.Repeat("0", places-len(digits)+1) + digits
	}
	buf = append(buf, digits[:len(digits)-places]...)
	buf = append(buf, '.')
	return string(append(buf, digits[len(digits)-places:]...))
}

// normal gives equal values one form: no trailing zeros, and every zero the zero
// value, so that reflect.DeepEqual and omitzero work on records.
func normal(d decimal.Decimal) decimal.Decimal { return d.Normalize() }

// storable refuses a text that could not be read again.
func storable(s string) ([]byte, error) {
	digits, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if len(digits) > storedDigits || len(frac) > storedDecimals {
		return nil, fault.Invalidf("", "%s is too long to be kept (%d digits and %d decimals at most)", quote(s), storedDigits, storedDecimals).With("number.too-big")
	}
	return []byte(s), nil
}

// storableJSON is storable within quotation marks.
func storableJSON(s string) ([]byte, error) {
	if _, err := storable(s); err != nil {
		return nil, err
	}
	return []byte(`"` + s + `"`), nil
}

// fromText reads a stored text.
func fromText(b []byte) (decimal.Decimal, error) {
	return parseText("", string(b), storedDigits, storedDecimals)
}

// fromJSON reads a JSON string. JSON numbers are refused, because most readers and
// writers of JSON turn them into floats on the way; null is refused, because it would
// become a zero that nobody stated.
func fromJSON(b []byte) (decimal.Decimal, error) {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return decimal.Decimal{}, fault.Invalidf("", `%s is not a decimal string such as "1234.50"`, quote(string(b))).With("number.syntax")
	}
	return fromText(b[1 : len(b)-1])
}

// bounded refuses a number that no person or system may state as input.
func bounded(field string, d decimal.Decimal, decimals int32) error {
	if _, err := parseText(field, plain(d), inputDigits, int(decimals)); err != nil {
		return err
	}
	return nil
}
