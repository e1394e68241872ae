package intake

import (
	"strings"
)

// number rewrites a number as files write it into a plain decimal: "1.234,50" with a
// decimal comma, "12.50-" as accounting systems do, "+5", "007". The second result says
// what is wrong, or "".
func (v *value) number(s string) (string, string) {
	if s == "" {
		return "", ""
	}
	bad := `"` + clip(s, 40) + `" is no number`
	rest, minus := unsign(s)
	whole, frac, point := strings.Cut(rest, v.decimal)
	whole, ok := ungroup(whole, v.thousands)
	switch {
	case !ok, whole == "" && frac == "", !digits(whole + frac), point && strings.Contains(frac, v.decimal):
		if strings.Contains(rest, ",") && v.decimal == "." && v.thousands == "" {
			bad += `; the mapping can say decimal: "," or thousands: ","`
		}
		return "", bad
	}
	if v.cut >= 0 && len(frac) > v.cut {
		frac = frac[:v.cut]
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	out := whole
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		out += "." + frac
	}
	if minus && out != "0" {
		out = "-" + out
	}
	return out, ""
}

// unsign takes the sign off, before or after the number.
func unsign(s string) (rest string, minus bool) {
	for _, sign := range []string{"-", "\u2212"} {
		if after, ok := strings.CutPrefix(s, sign); ok {
			return strings.TrimSpace(after), true
		}
		if before, ok := strings.CutSuffix(s, sign); ok {
			return strings.TrimSpace(before), true
		}
	}
	return strings.TrimPrefix(s, "+"), false
}

// ungroup takes the separators of thousands out. They stand before every third digit, or
// they are something else: 1,5 is not fifteen.
func ungroup(s, separator string) (string, bool) {
	if separator == "" {
		return s, true
	}
	if separator == " " {
		s = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
	}
	groups := strings.Split(s, separator)
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && (g == "" || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// digits reports whether s is of nothing but digits. An empty text is.
func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// list splits a list; empty parts are left out.
func (v *value) list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, v.separator) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
