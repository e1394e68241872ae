package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/work"
)

// HomeTravel says what the way from home to the first visit of a shift counts as, and the way home from its last one.
type HomeTravel string

// The ways to count it.
const (
	// HomeNoted is the default: it is said when somebody has to leave before the shift begins, or is home after it has ended,
	// and refuses nothing.
	HomeNoted HomeTravel = "note"
	// HomeInShift has the shift begin and end at home: a first visit that cannot be reached by its start is a conflict, and so is
	// a last one from which nobody is home by the end, but for the overtime that plans allow the way home.
	HomeInShift HomeTravel = "shift"
	// HomeOwnTime leaves the way to the technician: nothing is said.
	HomeOwnTime HomeTravel = "own-time"
)

// HomeTravels lists them.
func HomeTravels() []HomeTravel { return []HomeTravel{HomeNoted, HomeInShift, HomeOwnTime} }

// check refuses another word; none leaves the default.
func (h HomeTravel) check() error {
	switch h {
	case "", HomeNoted, HomeInShift, HomeOwnTime:
		return nil
	}
	return fault.Invalidf("home-travel", "%q is nothing that the way from home counts as; there are note, shift and own-time", h).
		With("dispatch_policy.home").Hint("callout policy set-dispatch --home-travel shift")
}

// FromHome is how the way from home counts while the policy is in force.
func (p Policy) FromHome() HomeTravel {
	if p.Home == "" {
		return HomeNoted
	}
	return p.Home
}

// fromHome compares the way from home with the time between the beginning of the shift and a plan that is the first
// visit of it. Without a home, without a shift, or with another visit before there is nothing to compare; where the place
// of the site is not known, nobody can tell, which is said of ways between visits and would be said of every day here.
func (m member) fromHome(plan calendar.Interval, site *work.Site, road Road, rule HomeTravel) []Conflict {
	home, ok := degrees(m.HomeLat, m.HomeLon)
	there, known := positionOf(site)
	begin, first := m.shiftBefore(plan.Start)
	if !ok || !known || !first || rule == HomeOwnTime {
		return nil
	}
	metres := home.metres(there)
	need, gap := road.takes(metres), plan.Start.Sub(begin)
	if need <= gap {
		return nil
	}
	detail := m.Name + ": the way from home to " + site.Name + " takes " + calendar.FormatDuration(need) + ", the shift begins " + show(begin, m.zone) +
		" and the visit would start " + showAfter(plan.Start, begin, m.zone)
	if rule == HomeNoted {
		detail += ": to be left by " + showAfter(plan.Start.Add(-need), begin, m.zone)
	}
	return []Conflict{{
		Code: TravelTime, Technician: m.ID, Minutes: minutesUp(need - gap), Note: rule == HomeNoted,
		Detail: detail + " (" + road.words(metres) + ")",
	}}
}

// shiftBefore is when the shift began in which an instant lies: the first hours of their local day, so that the time
// after lunch begins no shift of its own. It is false outside the shift, where the shift has no beginning within a
// day, and where the technician has another visit in it before.
func (m member) shiftBefore(at time.Time) (time.Time, bool) {
	if m.Shift.IsZero() {
		return time.Time{}, false
	}
	from := at.Add(-within)
	hours := m.Shift.Intervals(m.zone, nil, from, at.Add(time.Minute))
	var begin time.Time
	for _, h := range hours {
		if h.Contains(at) && h.Start.After(from) {
			begin = h.Start
		}
	}
	if begin.IsZero() {
		return begin, false
	}
	for _, h := range hours {
		if h.Start.After(from) && h.Start.Before(begin) && calendar.DateOf(h.Start, m.zone) == calendar.DateOf(begin, m.zone) {
			begin = h.Start
		}
	}
	for _, n := range m.near {
		if n.Start.Before(at) && n.End.After(begin) {
			return begin, false
		}
	}
	return begin, true
}

// wayHome compares the end of a plan that is the last visit of a shift, with the way home, with the end of the shift. Where
// there is nothing to compare it says nothing, like [member.fromHome].
func (m member) wayHome(plan calendar.Interval, site *work.Site, road Road, rule HomeTravel, overtime time.Duration) []Conflict {
	home, ok := degrees(m.HomeLat, m.HomeLon)
	there, known := positionOf(site)
	if !ok || !known || rule == HomeOwnTime {
		return nil
	}
	end, last := m.shiftAfter(plan.End)
	metres := there.metres(home)
	way := road.takes(metres)
	back := plan.End.Add(way)
	if !last || !back.After(end.Add(overtime)) {
		return nil
	}
	return []Conflict{{
		Code: TravelTime, Technician: m.ID, Minutes: minutesUp(back.Sub(end.Add(overtime))), Note: rule == HomeNoted,
		Detail: m.Name + ": the way home from " + site.Name + " takes " + calendar.FormatDuration(way) + ", the visit would end " + show(plan.End, m.zone) +
			" and the shift ends " + showAfter(end, plan.End, m.zone) + ": home by " + showAfter(back, plan.End, m.zone) + " (" + road.words(metres) + ")",
	}}
}

// shiftAfter is when the shift ends in which something ends at an instant: the last hours of the local day on which they
// begin, so that the time before lunch ends no shift. It is false outside the shift, where the shift has no end within a
// day, and where the technician has another visit in it afterwards.
func (m member) shiftAfter(at time.Time) (time.Time, bool) {
	if m.Shift.IsZero() {
		return time.Time{}, false
	}
	until := at.Add(within)
	hours := m.Shift.Intervals(m.zone, nil, at.Add(-within), until)
	i := slices.IndexFunc(hours, func(h calendar.Interval) bool { return h.Start.Before(at) && !h.End.Before(at) })
	if i < 0 {
		return time.Time{}, false
	}
	end := hours[i].End
	for _, h := range hours[i+1:] {
		if calendar.DateOf(h.Start, m.zone) == calendar.DateOf(hours[i].Start, m.zone) {
			end = h.End
		}
	}
	if !end.Before(until) {
		return time.Time{}, false
	}
	for _, n := range m.near {
		if !n.Start.Before(at) && n.Start.Before(end) {
			return time.Time{}, false
		}
	}
	return end, true
}
