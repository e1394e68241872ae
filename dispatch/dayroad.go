package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
)

// checkMaxTravel refuses a bound that is none; 0 is without one.
func checkMaxTravel(minutes int) error {
	const day = 24 * 60
	if minutes >= 0 && minutes <= day {
		return nil
	}
	return fault.Invalidf("max-travel", "%d minutes on the road are not between none and a day", minutes).With("technician.max_travel").
		Hint("write --max-travel 2h, or --max-travel 0 for no bound")
}

// leastBound is the smaller of two bounds of which 0 is none.
func leastBound(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// tooFar says that with a plan somebody would be longer on the road that day than they are to be. A visit that makes the
// road no longer is not held against them, so that a day which is too long already can be mended.
func (m member) tooFar(s situation) []Conflict {
	if m.MaxTravel == 0 {
		return nil
	}
	day := m.dayAt(s.plan.Start)
	var stops []neighbour
	for _, n := range m.near {
		if day.Contains(n.Start) {
			stops = append(stops, n)
		}
	}
	before := m.roadOf(stops, s)
	stops = append(stops, neighbour{AppointmentRow{Start: s.plan.Start}, s.site})
	after := m.roadOf(stops, s)
	bound := time.Duration(m.MaxTravel) * time.Minute
	if after <= bound || after <= before {
		return nil
	}
	return []Conflict{{
		Code: LongRoad, Technician: m.ID, Minutes: minutesUp(after - bound),
		Detail: m.Name + ": " + calendar.FormatDuration(after) + " on the road that day, at most " + calendar.FormatDuration(bound),
	}}
}

// roadOf is how long the road through some visits is, by the policy's assumptions, and from and to home unless that is
// the technician's own time.
func (m member) roadOf(stops []neighbour, s situation) time.Duration {
	if len(stops) == 0 {
		return 0
	}
	slices.SortStableFunc(stops, func(a, b neighbour) int { return a.Start.Compare(b.Start) })
	home, settled := degrees(m.HomeLat, m.HomeLon)
	base := place{string(m.ID), home, settled}
	at, moving := base, s.home != HomeOwnTime
	var sum time.Duration
	for _, n := range stops {
		there, known := positionOf(n.site)
		next := place{string(n.site.ID), there, known}
		if moving {
			sum += s.road.way(at, next, s.unknown)
		}
		at, moving = next, true
	}
	if s.home != HomeOwnTime {
		sum += s.road.way(at, base, s.unknown)
	}
	return sum
}

// dayAt is the working day that an instant lies in, as far as the technician's own shift says: what begins on one local date
// belongs together. Without a shift, or outside of it, it is the local date.
func (m member) dayAt(at time.Time) calendar.Interval {
	date := m.zone.Day(calendar.DateOf(at, m.zone))
	if m.Shift.IsZero() || m.Shift.IsAlways() {
		return date
	}
	var day calendar.Interval
	for _, h := range m.Shift.Intervals(m.zone, nil, at.Add(-within), at.Add(within)) {
		if day.IsEmpty() || calendar.DateOf(h.Start, m.zone) != calendar.DateOf(day.Start, m.zone) {
			if day.Contains(at) {
				break
			}
			day = h
		}
		day.End = h.End
	}
	if day.Contains(at) {
		return day
	}
	return date
}
