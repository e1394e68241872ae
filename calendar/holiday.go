package calendar

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"callout/internal/fault"
)

// Holiday is a day on which a place of business is closed from midnight to midnight.
type Holiday struct {
	Date Date   `json:"date"`
	Name string `json:"name,omitempty"`
	// Open says the opposite: that the day is an ordinary one at a branch, although it is a
	// holiday of the company.
	Open bool `json:"open,omitempty"`
}

// Holidays is a list of holidays by date, each date once.
type Holidays []Holiday

// maxHolidayName is how many characters the name of a holiday may have.
const maxHolidayName = 200

// NewHolidays brings days into order. A date that is named twice with different words is
// refused: one of the two is a slip. The error names field.
func NewHolidays(field string, days ...Holiday) (Holidays, error) {
	var out Holidays
	for _, d := range days {
		d.Name = strings.Join(strings.Fields(d.Name), " ")
		switch {
		case d.Date.IsZero():
			return nil, fault.Invalidf(field, "a holiday needs a date").With("holiday.date")
		case utf8.RuneCountInString(d.Name) > maxHolidayName || strings.ContainsFunc(d.Name, unicode.IsControl) || !utf8.ValidString(d.Name):
			return nil, fault.Invalidf(field, "the name of the holiday on %s is too long, or has characters that cannot be seen", d.Date).
				With("holiday.name")
		}
		i, found := out.find(d.Date)
		if found && out[i] != d {
			return nil, fault.Invalidf(field, "%s is named twice, as %s and as %s", d.Date, quote(out[i].Name), quote(d.Name)).
				With("holiday.twice")
		}
		if !found {
			out = slices.Insert(out, i, d)
		}
	}
	return out, nil
}

func (h Holidays) find(d Date) (int, bool) {
	return slices.BinarySearchFunc(h, d, func(a Holiday, d Date) int { return a.Date.Compare(d) })
}

// On returns what a date is, and whether the list says anything about it.
func (h Holidays) On(d Date) (Holiday, bool) {
	i, ok := h.find(d)
	if !ok {
		return Holiday{}, false
	}
	return h[i], true
}

// With returns the list with the days of another one put over it.
func (h Holidays) With(over Holidays) Holidays {
	out := slices.Clone(h)
	for _, d := range over {
		if i, found := out.find(d.Date); found {
			out[i] = d
		} else {
			out = slices.Insert(out, i, d)
		}
	}
	return out
}

// Without returns the list without a date, and whether it was in it.
func (h Holidays) Without(d Date) (Holidays, bool) {
	i, found := h.find(d)
	if !found {
		return h, false
	}
	return slices.Delete(slices.Clone(h), i, i+1), true
}

// Closed lists the dates on which business is closed, as [Hours.Intervals] and
// [WorkingTime] take them.
func (h Holidays) Closed() []Date {
	var out []Date
	for _, d := range h {
		if !d.Open {
			out = append(out, d.Date)
		}
	}
	return out
}

// ParseHolidays reads a list of holidays: an iCalendar file, as authorities and employers'
// associations publish them, or lines of "2026-12-25,Christmas Day" with or without a first
// line of names. A whole-day event of several days closes each of them. The error names
// field and the line.
func ParseHolidays(field string, text []byte) (Holidays, error) {
	const most = 10_000 // days
	parse := parseHolidayLines
	if strings.HasPrefix(strings.TrimLeft(string(text), "\ufeff \r\n\t"), "BEGIN:VCALENDAR") {
		parse = parseHolidayEvents
	}
	days, err := parse(field, strings.TrimPrefix(string(text), "\ufeff"))
	if err != nil {
		return nil, err
	}
	if len(days) == 0 || len(days) > most {
		return nil, fault.Invalidf(field, "there are %d holidays in it, not between 1 and %d", len(days), most).With("holiday.none")
	}
	return NewHolidays(field, days...)
}
