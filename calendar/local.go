package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"callout/internal/fault"
)

// Clock is a reading of a local clock, in seconds after 00:00; 24:00 is the end of a
// day. It is a reading and not a duration: on a day on which clocks change, 08:00 is
// not eight hours after midnight.
type Clock int

// EndOfDay is 24:00.
const EndOfDay Clock = 24 * 60 * 60

// ClockAt returns the reading hour:minute.
func ClockAt(hour, minute int) Clock { return Clock(hour*3600 + minute*60) }

// ParseClock reads "08:00", "8:00" or "08:00:30", up to "24:00". The error names field.
func ParseClock(field, s string) (Clock, error) {
	bad := func() (Clock, error) {
		return 0, fault.Invalidf(field, "%s is no time of day such as 08:00", quote(s)).With("clock.syntax")
	}
	parts := strings.Split(s, ":")
	if len(s) > 8 || len(parts) < 2 || len(parts) > 3 {
		return bad()
	}
	var n [3]int
	for i, p := range parts {
		if len(p) > 2 || p == "" || i > 0 && len(p) != 2 || strings.Trim(p, "0123456789") != "" {
			return bad()
		}
		n[i], _ = strconv.Atoi(p)
	}
	c := Clock(n[0]*3600 + n[1]*60 + n[2])
	if n[1] > 59 || n[2] > 59 || c > EndOfDay {
		return bad()
	}
	return c, nil
}

// String returns "08:00", with seconds only where there are any.
func (c Clock) String() string {
	s := fmt.Sprintf("%02d:%02d", int(c)/3600, int(c)/60%60)
	if c%60 != 0 {
		s += fmt.Sprintf(":%02d", int(c)%60)
	}
	return s
}

// Reading is what a local clock reading means as an instant.
type Reading struct {
	// First and Last are the first and the last instant at which the clock shows the
	// reading; they differ only where it is set back. For a skipped reading, both are
	// the moment of the jump.
	First, Last time.Time
	// Skipped says that the clock never shows the reading.
	Skipped bool
}

// Ambiguous reports whether the clock shows the reading more than once.
func (r Reading) Ambiguous() bool { return !r.First.Equal(r.Last) }

// Resolve finds the instants at which the clock in a zone shows c on date d.
func (z Zone) Resolve(d Date, c Clock) Reading {
	// Offsets lie well within a day, and clocks are never moved by more than one
	// (Pacific/Apia in 2011), so only rules in force this near can matter.
	const near = 50 * 60 * 60
	wall := d.midnight() + int64(c)
	if s := z.around(wall - near); wall+near < s.to {
		at := time.Unix(wall-int64(s.offset), 0).UTC()
		return Reading{First: at, Last: at}
	}
	var r Reading
	var jump time.Time // over the reading, if the clock skips it
	for t := time.Unix(wall-near, 0).In(z.Location()); ; {
		_, offset := t.Zone()
		at := time.Unix(wall-int64(offset), 0).UTC()
		if _, then := at.In(z.Location()).Zone(); then == offset {
			if r.First.IsZero() || at.Before(r.First) {
				r.First = at
			}
			if at.After(r.Last) {
				r.Last = at
			}
		}
		_, end := t.ZoneBounds()
		if end.IsZero() || end.Unix() > wall+near {
			break
		}
		if _, next := end.Zone(); end.Unix()+int64(offset) <= wall && wall < end.Unix()+int64(next) {
			jump = end.UTC()
		}
		// On the last day of a leap year the package time (Go 1.26) reports an end that
		// has already passed, because it takes every year for one of 365 days.
		if !end.After(t) {
			end = t.Add(24 * time.Hour)
		}
		t = end
	}
	if r.First.IsZero() {
		return Reading{First: jump, Last: jump, Skipped: true}
	}
	return r
}

// Instant returns the instant at which the clock in a zone shows c on date d. A reading
// that the clock skips or shows twice is refused, with what to write instead: nobody
// but the one who states it can know what is meant. The error names field.
func (z Zone) Instant(field string, d Date, c Clock) (time.Time, error) {
	r := z.Resolve(d, c)
	show := func(t time.Time) string { return t.In(z.Location()).Format(time.RFC3339) }
	switch {
	case r.Skipped:
		return time.Time{}, fault.Invalidf(field, "%s does not exist on %s in %s: clocks are set forward over it", c, d, z.Location()).
			With("when.skipped").Hint("write %s for the moment right after the change", show(r.First))
	case r.Ambiguous():
		return time.Time{}, fault.Invalidf(field, "%s comes twice on %s in %s: clocks are set back over it", c, d, z.Location()).
			With("when.ambiguous").Hint("write %s for the first time", show(r.First)).Hint("write %s for the second time", show(r.Last))
	}
	return r.First, nil
}

// StartOf returns the first instant of a date in a zone, which is not 00:00 where
// clocks are set forward at midnight.
func (z Zone) StartOf(d Date) time.Time { return z.Resolve(d, 0).First }

// Day returns a date in a zone as an interval of 23, 24 or 25 hours, or whatever the
// clocks made of it.
func (z Zone) Day(d Date) Interval { return Interval{z.StartOf(d), z.StartOf(d.AddDays(1))} }
