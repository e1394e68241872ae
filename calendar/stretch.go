package calendar

import (
	"math"
	"sync/atomic"
	"time"
)

// clocks are those of a zone. The package time works out anew for every instant beyond its
// tables, which are all since 2007 in most zones, when clocks change in that year; so the stretch that
// was asked for last is kept. It never changes an answer.
type clocks struct {
	loc  *time.Location
	last atomic.Pointer[stretch]
}

// stretch is the time, in seconds since 1970 and without its end, over which clocks are not
// changed. It may be shorter than it could be.
type stretch struct {
	from, to int64
	offset   int // seconds east of UTC
}

func (s stretch) contains(unix int64) bool { return s.from <= unix && unix < s.to }

// around returns a stretch in which an instant lies.
func (z Zone) around(unix int64) stretch {
	if z.clocks == nil {
		return stretch{from: math.MinInt64, to: math.MaxInt64}
	}
	if s := z.clocks.last.Load(); s != nil && s.contains(unix) {
		return *s
	}
	t := time.Unix(unix, 0).In(z.clocks.loc)
	_, offset := t.Zone()
	s := stretch{from: math.MinInt64, to: math.MaxInt64, offset: offset}
	start, end := t.ZoneBounds()
	if !end.IsZero() {
		s.to = end.Unix()
	}
	// In a year in which a country changes its rules, the start that the package time (Go 1.26)
	// reports may be one of the new rules, before they were in force; then its own end is another.
	if !start.IsZero() {
		if _, ends := start.ZoneBounds(); ends.Equal(end) {
			s.from = start.Unix()
		} else {
			s.from = unix
		}
	}
	if !s.contains(unix) { // see [Zone.Resolve] on the last day of a leap year
		return stretch{from: unix, to: unix + 1, offset: offset}
	}
	z.clocks.last.Store(&s)
	return s
}
