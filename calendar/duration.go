package calendar

import (
	"strconv"
	"strings"
	"time"

	"callout/internal/fault"
)

// longestDuration bounds what a person may state: ten years.
const longestDuration = 10 * 366 * 24 * time.Hour

// Duration is an elapsed time that is written as people write it: "1h30m". It exists
// for records and JSON; arithmetic converts it to time.Duration.
type Duration time.Duration

// String returns the duration as [FormatDuration] does.
func (d Duration) String() string { return FormatDuration(time.Duration(d)) }

// MarshalText writes the duration; parts of a second are refused, because the text
// would lose them.
func (d Duration) MarshalText() ([]byte, error) {
	if time.Duration(d)%time.Second != 0 {
		return nil, fault.Internalf("a duration of %s is not whole seconds", time.Duration(d))
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads a duration, which may be negative; an empty text is none.
func (d *Duration) UnmarshalText(b []byte) error {
	s, negative := strings.CutPrefix(string(b), "-")
	if s == "" && !negative {
		*d = 0
		return nil
	}
	v, err := ParseDuration("duration", s)
	if negative {
		v = -v
	}
	*d = Duration(v)
	return err
}

// units are what a duration is made of, greatest first. A day is 24 hours; working
// days are a matter of [WorkingTime].
func units() []struct {
	letter byte
	length time.Duration
} {
	return []struct {
		letter byte
		length time.Duration
	}{{'d', 24 * time.Hour}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}
}

// ParseDuration reads "90m", "2h", "1h30m", "1d" (24 hours), "2.5h" or "45s": whole
// seconds, ten years at most, not negative. The error names field.
func ParseDuration(field, s string) (time.Duration, error) {
	bad := func(why string) (time.Duration, error) {
		return 0, fault.Invalidf(field, "%s is no duration: %s", quote(s), why).With("duration.syntax").Hint("write for example 90m, 2h, 1h30m, 2.5h or 1d")
	}
	switch {
	case s == "":
		return bad("it is empty")
	case strings.HasPrefix(s, "-"):
		return bad("it is negative")
	case strings.Trim(s, "0123456789.") == "":
		return bad("the unit is missing")
	}
	var total time.Duration
	rest, left := s, units()
	for rest != "" {
		n := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if n <= 0 {
			return bad("a number with its unit is expected")
		}
		whole, frac, dot := strings.Cut(rest[:n], ".")
		letter := rest[n]
		rest = rest[n+1:]
		for len(left) > 0 && left[0].letter != letter {
			left = left[1:]
		}
		switch {
		case len(left) == 0:
			return bad("units are d, h, m and s, in this order")
		case len(whole) > 9 || len(frac) > 4:
			return bad("a number is too long")
		case whole == "" || dot && (frac == "" || strings.Contains(frac, ".")):
			return bad("digits are missing around a point")
		case dot && rest != "":
			return bad("only the last number may have decimals")
		}
		v, err := strconv.ParseInt(whole+frac, 10, 64) // digits only, at most 13
		if err != nil {
			return bad("a number with its unit is expected")
		}
		scale := time.Duration(1)
		for range frac {
			scale *= 10
		}
		unit := left[0].length
		left = left[1:]
		if v > int64(longestDuration/unit)*int64(scale) {
			return bad("it is longer than ten years")
		}
		// The product is exact; what is left over would be part of a second.
		part := time.Duration(v) * (unit / time.Second)
		if part%scale != 0 {
			return bad("it is not whole seconds")
		}
		total += part / scale * time.Second
	}
	if total > longestDuration {
		return bad("it is longer than ten years")
	}
	return total, nil
}

// FormatDuration writes a duration as "1h30m", "45m", "26h" or "0m": hours and
// minutes, with seconds only where there are any, and parts of a second cut off.
// [ParseDuration] reads it back.
func FormatDuration(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign = "-"
	}
	var b strings.Builder
	for _, u := range units()[1:] {
		if n := int64(d / u.length); n != 0 {
			b.WriteString(strconv.FormatInt(max(n, -n), 10))
			b.WriteByte(u.letter)
		}
		d %= u.length
	}
	if b.Len() == 0 {
		return "0m"
	}
	return sign + b.String()
}
