package calendar

import (
	"time"

	"callout/internal/fault"
)

// WorkingTime is the time in which a clock runs that counts working time only: an
// SLA's, a branch's. The zero value has no hours; [Hours] of [Always] count all time.
type WorkingTime struct {
	Hours    Hours  `json:"hours"`
	Zone     Zone   `json:"zone"`
	Holidays []Date `json:"holidays,omitempty"`
}

// horizon is how far ahead working time is looked for: holidays are known for a few
// years at best, so a due date beyond it would be made up.
const horizon = 20 * 366

// Check refuses working time without hours or zone. The error names field.
func (w WorkingTime) Check(field string) error {
	switch {
	case w.Hours.IsZero():
		return fault.Invalidf(field, "the hours are missing").With("hours.missing").Hint(hoursHint)
	case w.Zone.IsZero():
		return fault.Invalidf(field, "the time zone is missing").With("zone.missing").Hint("write an IANA name such as Europe/Vienna")
	}
	return nil
}

// Intervals returns the working time between two instants, merged.
func (w WorkingTime) Intervals(from, to time.Time) []Interval {
	if w.always() {
		return Merge([]Interval{NewInterval(from, to)})
	}
	return w.Hours.Intervals(w.Zone, w.Holidays, from, to)
}

// Contains reports whether an instant is working time.
func (w WorkingTime) Contains(t time.Time) bool { return len(w.Intervals(t, t.Add(1))) > 0 }

// Between returns the working time from a to b, negative if b is before a.
func (w WorkingTime) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -w.Between(b, a)
	}
	return Total(w.Intervals(a, b))
}

// Add returns the instant at which d of working time has passed since start: when
// something is due. Time used up exactly at closing is due at closing, not at the next
// opening; no time is due at once, even while closed. Refused are a negative d, and
// more working time than the next twenty years hold.
func (w WorkingTime) Add(start time.Time, d time.Duration) (time.Time, error) {
	switch {
	case d < 0:
		return time.Time{}, fault.Invalidf("duration", "a working time of %s is negative", FormatDuration(d)).With("duration.negative")
	case d == 0 || w.always():
		return start.Round(0).UTC().Add(d), nil
	case w.Hours.IsZero():
		return time.Time{}, fault.Invalidf("hours", "nothing is ever due without working hours").With("hours.missing").Hint(hoursHint)
	}
	first := DateOf(start, w.Zone)
	for n := range horizon {
		for _, i := range w.Hours.on(first.AddDays(n), w.Zone, w.Holidays) {
			i, ok := i.Intersect(Interval{start, i.End})
			if !ok {
				continue
			}
			if i.Duration() >= d {
				return i.Start.Add(d).Round(0).UTC(), nil
			}
			d -= i.Duration()
		}
	}
	return time.Time{}, fault.Invalidf("duration", "the next twenty years hold too little working time (%s is left over)", FormatDuration(d)).With("hours.horizon")
}

// Next returns t if it is working time, or else when working time next begins. It is
// false when none does.
func (w WorkingTime) Next(t time.Time) (time.Time, bool) {
	end, err := w.Add(t, 1)
	if err != nil {
		return time.Time{}, false
	}
	return end.Add(-1), true
}

func (w WorkingTime) always() bool { return len(w.Holidays) == 0 && w.Hours.IsAlways() }
