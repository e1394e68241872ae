package billing

import (
	"strings"

	"callout/internal/fault"
)

// Unit is what a quantity counts, as a code of UN/ECE Recommendation 20, which is what
// electronic invoices carry.
type Unit string

// The units that people have words for. Any other code of the recommendation may be used.
const (
	Hour      Unit = "HUR"
	Minute    Unit = "MIN"
	Day       Unit = "DAY"
	Piece     Unit = "C62"
	Kilometre Unit = "KMT"
	Metre     Unit = "MTR"
	Kilogram  Unit = "KGM"
	Litre     Unit = "LTR"
)

func unitWords() []struct {
	word string
	unit Unit
} {
	return []struct {
		word string
		unit Unit
	}{
		{"h", Hour}, {"min", Minute}, {"day", Day}, {"pcs", Piece}, {"km", Kilometre}, {"m", Metre},
		{"kg", Kilogram}, {"l", Litre},
	}
}

// ParseUnit reads a word such as "h" or "pcs", or a code of two or three capital letters
// and digits. Nothing is no unit. The error names field.
func ParseUnit(field, s string) (Unit, error) {
	if s == "" {
		return "", nil
	}
	for _, w := range unitWords() {
		if strings.EqualFold(s, w.word) {
			return w.unit, nil
		}
	}
	up := strings.ToUpper(s)
	if len(up) < 2 || len(up) > 3 || strings.Trim(up, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "", fault.Invalidf(field, "%q is no unit", s).With("unit.unknown").
			Hint("write h, min, day, pcs, km, m, kg, l, or a code of UN/ECE Recommendation 20 such as MTK")
	}
	return Unit(up), nil
}

// String returns the word for people, or the code where there is none.
func (u Unit) String() string {
	for _, w := range unitWords() {
		if w.unit == u {
			return w.word
		}
	}
	return string(u)
}
