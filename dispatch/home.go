package dispatch

import (
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/work"
)

// HomeTravel says what the way from home to the first visit of a shift counts as.
type HomeTravel string

// The ways to count it.
const (
	// HomeNoted is the default: it is said when somebody has to leave before the shift begins, and refuses nothing.
	HomeNoted HomeTravel = "note"
	// HomeInShift has the shift begin at home: a first visit that cannot be reached by its start is a conflict.
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
	need, gap := time.Duration(road.minutes(metres))*time.Minute, plan.Start.Sub(begin)
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
