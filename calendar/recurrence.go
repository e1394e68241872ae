package calendar

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"callout/internal/fault"
)

// Recurrence is a rule by which something comes round, counted in whole units from the day
// on which it begins: every 3 months on the last Friday, every 2 weeks on Monday.
type Recurrence struct {
	Every int    `json:"every"`
	Unit  Period `json:"unit"`
	// Day is the day of the month, −1 its last one, 0 that of the beginning. A month that is too
	// short has it on its last day.
	Day int `json:"day,omitempty"`
	// Weekday, such as "Mon", is the day of the week; of a month it is the Nth one, −1 the
	// last one. A month without a fifth one is left out.
	Weekday string `json:"weekday,omitempty"`
	Nth     int    `json:"nth,omitempty"`
}

// Period is a unit of the calendar.
type Period string

// The units in which things come round.
const (
	Days   Period = "day"
	Weeks  Period = "week"
	Months Period = "month"
	Years  Period = "year"
)

// maxEvery is the most units between two times of a recurrence.
const maxEvery = 120

// lastOfMonth stands for the last day, or the last one of a weekday.
const lastOfMonth = -1

// IsZero reports whether nothing recurs.
func (r Recurrence) IsZero() bool { return r == Recurrence{} }

// Check refuses what is no recurrence. The error names field.
func (r Recurrence) Check(field string) error {
	monthly := r.Unit == Months || r.Unit == Years
	switch {
	case r.Unit != Days && r.Unit != Weeks && !monthly:
		return fault.Invalidf(field, "%q is no unit; there are day, week, month and year", r.Unit).With("recurrence.unit")
	case r.Every < 1 || r.Every > maxEvery:
		return fault.Invalidf(field, "every %d %ss is out of range: 1 to %d", r.Every, r.Unit, maxEvery).With("recurrence.every")
	case r.Day != 0 && (!monthly || r.Weekday != "" || r.Day < lastOfMonth || r.Day > 31):
		return fault.Invalidf(field, "a day of the month is 1 to 31 or the last one, and goes with months and years").With("recurrence.day")
	case r.Nth != 0 && (!monthly || r.Weekday == "" || r.Nth < lastOfMonth || r.Nth > 5):
		return fault.Invalidf(field, "the 1st to 5th or the last one of a weekday goes with months and years").With("recurrence.nth")
	}
	if r.Weekday != "" {
		if _, ok := weekday(r.Weekday); !ok || r.Unit == Days {
			return fault.Invalidf(field, "%q is no day of the week such as Mon, or does not go with days", r.Weekday).With("recurrence.weekday")
		}
	}
	return nil
}

// At is the k-th time, from 0, that r falls due when it begins on a day. There may be none: a
// fifth Monday, or a day of the first month that has passed already.
func (r Recurrence) At(start Date, k int) (Date, bool) {
	n := k * r.Every
	switch r.Unit {
	case Days:
		return start.AddDays(n), true
	case Weeks:
		first := start
		if day, ok := weekday(r.Weekday); ok {
			first = start.AddDays((int(day) - int(start.Weekday()) + 7) % 7)
		}
		return first.AddDays(7 * n), true
	case Years:
		n *= 12
	}
	first := NewDate(start.Year, start.Month+time.Month(n), 1)
	d, ok := r.in(first, start)
	return d, ok && !d.Before(start)
}

// in is the day in the month that begins on first.
func (r Recurrence) in(first, start Date) (Date, bool) {
	length := NewDate(first.Year, first.Month+1, 0).Day
	day, ok := weekday(r.Weekday)
	if !ok {
		n := cmp.Or(r.Day, start.Day)
		if n == lastOfMonth {
			n = length
		}
		return NewDate(first.Year, first.Month, min(n, length)), true
	}
	n := 1 + (int(day)-int(first.Weekday())+7)%7
	if nth := cmp.Or(r.Nth, 1); nth == lastOfMonth {
		n += (length - n) / 7 * 7
	} else {
		n += (nth - 1) * 7
	}
	return NewDate(first.Year, first.Month, min(n, length)), n <= length
}

// Next is the first time on or after a day, if there is one within the next hundred.
func (r Recurrence) Next(start, from Date) (Date, bool) {
	k := 0
	if from.After(start) {
		switch r.Unit {
		case Days:
			k = start.DaysUntil(from) / r.Every
		case Weeks:
			k = start.DaysUntil(from) / (7 * r.Every)
		case Months:
			k = months(start, from) / r.Every
		case Years:
			k = months(start, from) / (12 * r.Every)
		}
		k = max(k-1, 0)
	}
	for end := k + 100; k < end; k++ {
		if d, ok := r.At(start, k); ok && !d.Before(from) {
			return d, true
		}
	}
	return Date{}, false
}

// Around is the stretch between two times that a day lies in; days before the
// beginning lie in none.
func (r Recurrence) Around(start, d Date) (Validity, bool) {
	if d.Before(start) {
		return Validity{}, false
	}
	next, ok := r.Next(start, d.AddDays(1))
	if !ok {
		return Validity{}, false
	}
	v := Validity{From: start, To: next}
	for k := 0; ; k++ {
		at, ok := r.At(start, k)
		if ok && !at.Before(next) {
			return v, true
		}
		if ok {
			v.From = at
		}
	}
}

// weekday reads the name of a day, in whatever case.
func weekday(s string) (time.Weekday, bool) { return parseDay(strings.ToLower(s)) }

// months counts the months from that of a to that of b.
func months(a, b Date) int { return (b.Year-a.Year)*12 + int(b.Month) - int(a.Month) }

// String returns the rule for people, as [ParseRecurrence] reads it.
func (r Recurrence) String() string {
	if r.IsZero() {
		return ""
	}
	s := "every " + string(r.Unit)
	if r.Every > 1 {
		s = "every " + strconv.Itoa(r.Every) + " " + string(r.Unit) + "s"
	}
	nth := ""
	if r.Nth == lastOfMonth {
		nth = "last "
	} else if r.Nth > 0 {
		nth = []string{"1st", "2nd", "3rd", "4th", "5th"}[r.Nth-1] + " "
	}
	switch {
	case r.Weekday != "":
		return s + " on " + nth + r.Weekday
	case r.Day == lastOfMonth:
		return s + " on last"
	case r.Day > 0:
		return s + " on " + strconv.Itoa(r.Day)
	}
	return s
}

// ParseRecurrence reads "month", "every 3 months on 15", "every month on last", "2 weeks on
// Mon", "year on 2nd Tue" or "every month on last Fri". The error names field.
func ParseRecurrence(field, s string) (Recurrence, error) {
	bad := fault.Invalidf(field, "%s is no rule by which something comes round", quote(s)).With("recurrence.syntax").
		Hint(`write it like "every 3 months on last Fri", "every 2 weeks on Mon" or "every year on 15"`)
	words := strings.Fields(strings.ToLower(s))
	if len(words) > 0 && words[0] == "every" {
		words = words[1:]
	}
	r := Recurrence{Every: 1}
	if len(words) > 0 {
		if n, err := strconv.Atoi(words[0]); err == nil {
			r.Every, words = n, words[1:]
		}
	}
	if len(words) == 0 {
		return r, bad
	}
	switch unit := strings.TrimSuffix(words[0], "s"); unit {
	case "quarter":
		r.Every, r.Unit = 3*r.Every, Months
	case "day", "week", "month", "year":
		r.Unit = Period(unit)
	default:
		return r, bad
	}
	if words = words[1:]; len(words) == 0 {
		return r, r.Check(field)
	}
	if words[0] != "on" || len(words) < 2 || len(words) > 3 {
		return r, bad
	}
	if !r.on(words[1:]) {
		return r, bad
	}
	return r, r.Check(field)
}

// on reads what follows "on".
func (r *Recurrence) on(words []string) bool {
	if day, ok := parseDay(words[len(words)-1]); ok {
		r.Weekday = dayName(day)
		if len(words) == 1 {
			return true
		}
		r.Nth = ordinal(words[0])
		return r.Nth != 0
	}
	if len(words) > 1 {
		return false
	}
	r.Day = ordinal(words[0])
	return r.Day != 0
}

// ordinal reads 15, 15., 2nd or last; 0 is none of them.
func ordinal(s string) int {
	if s == "last" {
		return lastOfMonth
	}
	n, err := strconv.Atoi(strings.TrimRight(s, "stndrh."))
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// OnHoliday says what becomes of a day that turns out to be a holiday.
type OnHoliday string

// What becomes of it: nothing, it is left out, or it is moved to the nearest day before or after
// that is no holiday.
const (
	HolidayKept   OnHoliday = ""
	HolidaySkip   OnHoliday = "skip"
	HolidayBefore OnHoliday = "before"
	HolidayAfter  OnHoliday = "after"
)

// Check refuses what is none of them. The error names field.
func (o OnHoliday) Check(field string) error {
	switch o {
	case HolidayKept, HolidaySkip, HolidayBefore, HolidayAfter:
		return nil
	}
	return fault.Invalidf(field, "%q is not what can become of a day; it is left out (skip), or moved (before, after)", o).With("holiday.rule")
}

// Move applies a rule to a day; false says that it is left out.
func (h Holidays) Move(d Date, rule OnHoliday) (Date, bool) {
	step := map[OnHoliday]int{HolidayBefore: -1, HolidayAfter: 1}[rule]
	for {
		day, ok := h.On(d)
		if !ok || day.Open || rule == HolidayKept {
			return d, true
		}
		if step == 0 {
			return d, false
		}
		d = d.AddDays(step)
	}
}
