package calendar

import (
	"cmp"
	"slices"
	"time"

	"callout/internal/fault"
)

// Interval is the time from Start up to but not including End. Both are UTC. An
// interval whose end is not after its start is empty and contains nothing.
type Interval struct {
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
}

// NewInterval returns the interval between two instants, in UTC.
func NewInterval(start, end time.Time) Interval {
	return Interval{start.Round(0).UTC(), end.Round(0).UTC()}
}

// Check refuses an interval without a start or an end, and one that does not end after
// it starts. The error names field.
func (i Interval) Check(field string) error {
	switch {
	case i.Start.IsZero():
		return fault.Invalidf(field, "the start is missing").With("interval.open")
	case i.End.IsZero():
		return fault.Invalidf(field, "the end is missing").With("interval.open")
	case i.IsEmpty():
		return fault.Invalidf(field, "the end (%s) is not after the start (%s)", i.End.Format(time.RFC3339), i.Start.Format(time.RFC3339)).
			With("interval.empty")
	}
	return nil
}

// IsEmpty reports whether i contains nothing.
func (i Interval) IsEmpty() bool { return !i.End.After(i.Start) }

// Duration returns the elapsed time from start to end, 0 for an empty interval.
func (i Interval) Duration() time.Duration {
	if i.IsEmpty() {
		return 0
	}
	return i.End.Sub(i.Start)
}

// Contains reports whether t lies in i; the start does, the end does not.
func (i Interval) Contains(t time.Time) bool { return !t.Before(i.Start) && t.Before(i.End) }

// Overlaps reports whether i and o have time in common. Intervals that touch do not.
func (i Interval) Overlaps(o Interval) bool {
	_, ok := i.Intersect(o)
	return ok
}

// Intersect returns the time that i and o have in common, and whether there is any.
func (i Interval) Intersect(o Interval) (Interval, bool) {
	if o.Start.After(i.Start) {
		i.Start = o.Start
	}
	if o.End.Before(i.End) {
		i.End = o.End
	}
	if i.IsEmpty() {
		return Interval{}, false
	}
	return i, true
}

// String returns the interval in RFC 3339.
func (i Interval) String() string {
	return i.Start.Format(time.RFC3339) + "/" + i.End.Format(time.RFC3339)
}

// Merge returns the time that any of the intervals covers, as the fewest intervals in
// order: overlapping and touching ones become one, empty ones vanish.
func Merge(lists ...[]Interval) []Interval {
	all := slices.DeleteFunc(slices.Concat(lists...), Interval.IsEmpty)
	slices.SortFunc(all, func(a, b Interval) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
	})
	out := all[:0]
	for _, i := range all {
		if n := len(out); n > 0 && !i.Start.After(out[n-1].End) {
			if i.End.After(out[n-1].End) {
				out[n-1].End = i.End
			}
			continue
		}
		out = append(out, i)
	}
	return out
}

// Intersect returns the time that both lists cover, merged.
func Intersect(a, b []Interval) []Interval {
	a, b = Merge(a), Merge(b)
	var out []Interval
	for len(a) > 0 && len(b) > 0 {
		if i, ok := a[0].Intersect(b[0]); ok {
			out = append(out, i)
		}
		if a[0].End.Before(b[0].End) {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

// Subtract returns the time that a covers and b does not, merged.
func Subtract(a, b []Interval) []Interval {
	b = Merge(b)
	var out []Interval
	for _, i := range Merge(a) {
		for len(b) > 0 && !b[0].End.After(i.Start) {
			b = b[1:]
		}
		for _, cut := range b {
			if !cut.Start.Before(i.End) {
				break
			}
			if cut.Start.After(i.Start) {
				out = append(out, Interval{i.Start, cut.Start})
			}
			i.Start = cut.End
		}
		if !i.IsEmpty() {
			out = append(out, i)
		}
	}
	return out
}

// Total returns how much time the intervals cover; what several cover counts once.
func Total(list []Interval) time.Duration {
	var d time.Duration
	for _, i := range Merge(list) {
		d += i.Duration()
	}
	return d
}

// DayPart is the part of an interval that falls on one date.
type DayPart struct {
	Date Date
	Interval
}

// SplitByDay cuts an interval at the midnights of a zone. The parts follow one another
// without a gap and add up to the interval, also across a change of clocks.
func SplitByDay(i Interval, z Zone) []DayPart {
	// Where clocks are set back over midnight (St. John's until 2011), a date on the
	// clock may lie before the day that its instant belongs to, never after it.
	return SplitByDays(i, DateOf(i.Start, z), z.Day)
}

// SplitByDays cuts an interval at the ends of days, for whoever knows them already. It begins with
// first, on which or after which the interval begins.
func SplitByDays(i Interval, first Date, day func(Date) Interval) []DayPart {
	var out []DayPart
	for d := first; !i.IsEmpty(); d = d.AddDays(1) {
		if part, ok := i.Intersect(day(d)); ok {
			out = append(out, DayPart{d, part})
			i.Start = part.End
		}
	}
	return out
}
