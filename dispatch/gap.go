package dispatch

import (
	"time"

	"callout/calendar"
)

// way is how long somebody drives between two places: by the policy's assumption, or the time
// that it assumes for a way that nobody knows.
func (ro *Roster) way(from, to place) time.Duration {
	return ro.road.way(from, to, ro.plans.unknownWay())
}

// way is how long somebody drives between two places, or what is assumed of a way that nobody knows.
func (r Road) way(from, to place, unknown time.Duration) time.Duration {
	switch {
	case from.id == to.id:
		return 0
	case !from.known || !to.known:
		return unknown
	}
	return r.takes(from.at.metres(to.at))
}

// place is a site or a home.
type place struct {
	id    string
	at    position
	known bool
}

func (j *job) place() place { return place{string(j.site.ID), j.at, j.known} }

func (p *person) base() place { return place{string(p.ID), p.home, p.settled} }

// starts are when an errand can begin in somebody's hands without moving anything: within
// the shift and the hours of the site, apart from all else by the way to it. Both ends of an
// interval are possible starts, so an interval can be one instant. It goes by the pairs of visits that the rule about
// ways goes by.
func (ro *Roster) starts(e *errand, p *person, in calendar.Interval) []calendar.Interval {
	shifts := p.shifts(in)
	if !e.site.Hours.IsZero() {
		zone := zoneOf(e.site.Zone)
		shifts = calendar.Intersect(shifts, e.site.Hours.Intervals(zone, nil, in.Start.Add(-within), in.End.Add(within)))
	}
	var out []calendar.Interval
	for _, s := range shifts {
		out = append(out, calendar.Interval{Start: s.Start, End: s.End.Add(-e.length)})
	}
	for _, v := range p.agenda {
		if string(v.ID) == e.key() {
			continue
		}
		way := ro.way(e.place(), v.job.place())
		out = apart(out, v.Start.Add(-way-e.length), v.End.Add(way))
	}
	kept := out[:0]
	for _, s := range out {
		if !s.End.Before(s.Start) {
			kept = append(kept, s)
		}
	}
	return kept
}

// apart takes out of closed intervals what lies strictly between two instants.
func apart(list []calendar.Interval, last, first time.Time) []calendar.Interval {
	var out []calendar.Interval
	for _, s := range list {
		if !s.Start.Before(first) || !s.End.After(last) {
			out = append(out, s)
			continue
		}
		if !s.Start.After(last) {
			out = append(out, calendar.Interval{Start: s.Start, End: last})
		}
		if !s.End.Before(first) {
			out = append(out, calendar.Interval{Start: first, End: s.End})
		}
	}
	return out
}

// around are the visits between which a start would lie on the same tour; nil is none.
func (p *person) around(e *errand, start time.Time, shift calendar.Interval) (before, after *stand) {
	for _, v := range p.agenda {
		if string(v.ID) == e.key() || !shift.Overlaps(calendar.NewInterval(v.Start, v.End)) {
			continue
		}
		if !v.End.After(start) {
			before = v
		} else if after == nil && !v.Start.Before(start) {
			after = v
		}
	}
	for _, v := range p.past {
		if shift.Overlaps(calendar.NewInterval(v.Start, v.End)) && (before == nil || v.End.After(before.End)) && !v.End.After(start) {
			before = v
		}
	}
	return before, after
}

// detour is by how much the road of somebody's tour becomes longer, and by how much more of
// the way home lies after the shift.
func (ro *Roster) detour(e *errand, p *person, start time.Time, before, after *stand, shift calendar.Interval) (extra, overtime time.Duration) {
	here := e.place()
	leg := func(v *stand) (time.Duration, place, bool) {
		if v != nil {
			return ro.way(v.job.place(), here), v.job.place(), true
		}
		if ro.own {
			return 0, place{}, false
		}
		return ro.way(p.base(), here), p.base(), true
	}
	to, a, hasA := leg(before)
	from, b, hasB := leg(after)
	extra = to + from
	if hasA && hasB && (before != nil || after != nil) {
		extra -= ro.way(a, b)
	}
	if after == nil && !ro.own {
		overtime = max(0, start.Add(e.length+from).Sub(shift.End))
		if before != nil {
			overtime -= min(overtime, max(0, before.End.Add(ro.way(a, b)).Sub(shift.End)))
		}
	}
	return extra, overtime
}

// tour is the working day that an instant lies in: the hours of the same local date, gaps
// for breaks included.
func (p *person) tour(at time.Time) calendar.Interval {
	for _, t := range p.tours(calendar.NewInterval(at.Add(-within), at.Add(within))) {
		if t.Contains(at) {
			return t.Interval
		}
	}
	return calendar.Interval{Start: at, End: at}
}

// tour is a working day with its breaks.
type tour struct {
	calendar.Interval
	breaks []calendar.Interval
}

// tours are the working days of a person: what begins on one local date is one tour, and the
// gaps in it are breaks.
func (p *person) tours(in calendar.Interval) []tour {
	if p.hours.IsZero() || p.hours.IsAlways() {
		var out []tour
		for d := calendar.DateOf(in.Start, p.zone); p.zone.StartOf(d).Before(in.End); d = d.AddDays(1) {
			for _, iv := range calendar.Intersect(p.working(p.zone.Day(d)), []calendar.Interval{in}) {
				out = append(out, tour{Interval: iv})
			}
		}
		return out
	}
	return toursOf(p.working(in), p.zone)
}

// toursOf divides hours into working days.
func toursOf(hours []calendar.Interval, zone calendar.Zone) []tour {
	var out []tour
	var date calendar.Date
	for _, iv := range hours {
		on := calendar.DateOf(iv.Start, zone)
		if n := len(out); n > 0 && on == date {
			out[n-1].breaks = append(out[n-1].breaks, calendar.Interval{Start: out[n-1].End, End: iv.Start})
			out[n-1].End = iv.End
			continue
		}
		out, date = append(out, tour{Interval: iv}), on
	}
	return out
}
