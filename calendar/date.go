package calendar

import (
	"cmp"
	"fmt"
	"time"

	"callout/internal/fault"
)

// Date is a day of the civil calendar, in no particular zone. It is comparable with
// ==; its JSON is "2026-11-23". The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate returns a date; days and months beyond their range carry over.
func NewDate(year int, month time.Month, day int) Date {
	return dateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the date that the clock in a zone shows at an instant.
func DateOf(t time.Time, z Zone) Date {
	unix := t.Unix()
	return dateOf(time.Unix(unix+int64(z.around(unix).offset), 0).UTC())
}

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads a date as YYYY-MM-DD. The error names field.
func ParseDate(field, s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() == 0 {
		return Date{}, fault.Invalidf(field, "%s is no date such as 2026-11-23", quote(s)).With("date.syntax")
	}
	return dateOf(t), nil
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Compare returns −1, 0 or +1 as d is before, on or after o.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// Before reports whether d is before o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether d is after o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// AddDays returns the date n days later, or earlier for a negative n.
func (d Date) AddDays(n int) Date { return NewDate(d.Year, d.Month, d.Day+n) }

// DaysUntil returns the number of days from d to o, negative if o is earlier.
func (d Date) DaysUntil(o Date) int {
	const day = 24 * 60 * 60
	return int((o.midnight() - d.midnight()) / day)
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

// midnight returns the seconds since 1970 that a clock on UTC would show at 00:00.
func (d Date) midnight() int64 {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix()
}

// String returns the date as YYYY-MM-DD, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes the date as YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; an empty text is no date.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate("date", string(b))
	return err
}

// Validity is the half-open range of dates [From, To) in which something holds: a
// price, a rate, a contract. No From is since ever, no To is until further notice.
type Validity struct {
	From Date `json:"from,omitzero"`
	To   Date `json:"to,omitzero"`
}

// Check refuses a range that ends on or before the day on which it begins.
func (v Validity) Check(field string) error {
	if !v.From.IsZero() && !v.To.IsZero() && !v.From.Before(v.To) {
		return fault.Invalidf(field, "a validity from %s to %s is empty: the end is the first day on which it no longer holds", v.From, v.To).
			With("validity.empty")
	}
	return nil
}

// Contains reports whether v holds on a date.
func (v Validity) Contains(d Date) bool {
	return (v.From.IsZero() || !d.Before(v.From)) && (v.To.IsZero() || d.Before(v.To))
}

// Overlaps reports whether there is a date on which both hold.
func (v Validity) Overlaps(o Validity) bool {
	if v.Check("") != nil || o.Check("") != nil {
		return false
	}
	return (v.To.IsZero() || o.From.IsZero() || o.From.Before(v.To)) &&
		(o.To.IsZero() || v.From.IsZero() || v.From.Before(o.To))
}

// String returns the range for people.
func (v Validity) String() string {
	switch {
	case v.From.IsZero() && v.To.IsZero():
		return "always"
	case v.To.IsZero():
		return "from " + v.From.String()
	case v.From.IsZero():
		return "before " + v.To.String()
	default:
		return "from " + v.From.String() + ", before " + v.To.String()
	}
}
