package dispatch

import (
	"math"
	"slices"
	"strconv"
	"time"

	"callout/calendar"
	"callout/dispatch/solver"
	"callout/store"
	"callout/work"
)

// Road is how long a way is taken to be: the great circle times a factor, at a speed. It
// is an assumption that the dispatch policy states, and every conflict that rests on it says so.
type Road struct {
	Factor int `json:"factor_percent"` // of the great circle; 130 means 1.3 times as far
	Speed  int `json:"speed_kmh"`
}

// position is a place in WGS 84 degrees.
type position struct{ lat, lon float64 }

// positionOf is where a site lies. It is false where nobody said so: such a place is far
// from everywhere, not near.
func positionOf(s *work.Site) (position, bool) { return degrees(s.Lat, s.Lon) }

// degrees reads a place as it was typed.
func degrees(latitude, longitude string) (position, bool) {
	lat, err := strconv.ParseFloat(latitude, 64)
	lon, err2 := strconv.ParseFloat(longitude, 64)
	return position{lat, lon}, err == nil && err2 == nil
}

// metres is the great-circle distance to the whole metre.
func (p position) metres(o position) int64 {
	return int64(math.Round(solver.LatLon{Lat: p.lat, Lon: p.lon}.Metres(solver.LatLon{Lat: o.lat, Lon: o.lon})))
}

// minutes is how long the way over a great circle of some metres takes, rounded up. Zero
// only for no way at all.
func (r Road) minutes(metres int64) int {
	per := int64(r.Speed) * 1000 * 100
	return int((metres*int64(r.Factor)*60 + per - 1) / per)
}

// takes is the same as a length of time.
func (r Road) takes(metres int64) time.Duration {
	return time.Duration(r.minutes(metres)) * time.Minute
}

// neighbour is another visit of a technician before or after a plan.
type neighbour struct {
	AppointmentRow
	site *work.Site
}

// within is how far from a plan a visit may be for the way between them to matter.
const within = 24 * time.Hour

// neighbours reads the open visits around a plan, and where they are.
func (p Plan) neighbours(r store.Reader, technician store.ID) ([]neighbour, error) {
	plan := calendar.NewInterval(p.Start, p.End)
	rows, err := onDays(r, "busy", store.K(technician), calendar.NewInterval(p.Start.Add(-within), p.End.Add(within)))
	if err != nil {
		return nil, err
	}
	var out []neighbour
	for _, row := range rows {
		if row.ID == p.Appointment || plan.Overlaps(calendar.NewInterval(row.Start, row.End)) {
			continue
		}
		w, err := work.WorkOrders.Get(r, row.Order)
		if err != nil {
			return nil, err
		}
		s, err := work.Sites.Get(r, w.Site)
		if err != nil {
			return nil, err
		}
		out = append(out, neighbour{row, s})
	}
	return out, nil
}

// ways names each visit around the plan that cannot be reached from it, or it from there,
// in the time between them. Visits are compared in pairs, so that the answer is the same from both
// sides, and never becomes worse when a visit between the two is taken away.
func (m member) ways(plan calendar.Interval, site *work.Site, road Road) []Conflict {
	var out []Conflict
	here, known := positionOf(site)
	for _, n := range m.near {
		if n.site.ID == site.ID {
			continue // no way at all
		}
		before := !n.End.After(plan.Start)
		gap := n.Start.Sub(plan.End)
		if before {
			gap = plan.Start.Sub(n.End)
		}
		way := "from " + n.Number + " (" + n.site.Name + ")"
		if !before {
			way = "to " + n.Number + " (" + n.site.Name + ")"
		}
		c := Conflict{Code: TravelTime, Technician: m.ID, With: n.ID}
		there, ok := positionOf(n.site)
		if !known || !ok {
			if m.nextTo(plan, n) {
				c.Note = true
				c.Detail = m.Name + ": " + unknownWay(way, gap, site, known, n.site, ok)
				out = append(out, c)
			}
			continue
		}
		metres := here.metres(there)
		need := road.takes(metres)
		if need <= gap {
			continue
		}
		c.Minutes = minutesUp(need - gap)
		c.Detail = m.Name + ": " + road.tell(way, metres, gap)
		out = append(out, c)
	}
	return out
}

// nextTo reports whether no other visit lies between the plan and a neighbour.
func (m member) nextTo(plan calendar.Interval, n neighbour) bool {
	return !slices.ContainsFunc(m.near, func(o neighbour) bool {
		if o.ID == n.ID {
			return false
		}
		if !n.End.After(plan.Start) {
			return !o.End.After(plan.Start) && !o.Start.Before(n.End)
		}
		return !o.Start.Before(plan.End) && !o.End.After(n.Start)
	})
}

// tell says how long a way takes and how long there is for it, with the assumption.
func (r Road) tell(way string, metres int64, gap time.Duration) string {
	return "the way " + way + " takes " + calendar.FormatDuration(r.takes(metres)) + ", there are " + calendar.FormatDuration(gap) + " (" + r.words(metres) + ")"
}

// unknownWay says why nobody knows how long a way takes, and how long there is for it.
func unknownWay(way string, gap time.Duration, a *work.Site, aKnown bool, b *work.Site, bKnown bool) string {
	return "the way " + way + " is not known, " + unplaced(a, aKnown, b, bKnown) + "; there are " + calendar.FormatDuration(gap) + " for it"
}

// unplaced names which of two sites has no coordinates.
func unplaced(a *work.Site, aKnown bool, b *work.Site, bKnown bool) string {
	switch {
	case aKnown:
		return b.Name + " has no coordinates"
	case bKnown:
		return a.Name + " has no coordinates"
	}
	return a.Name + " and " + b.Name + " have no coordinates"
}

// words states the assumption: "assumed: 12.4 km in a straight line, times 1.30, at 50 km/h".
func (r Road) words(metres int64) string {
	km := (metres + 50) / 100
	return "assumed: " + strconv.FormatInt(km/10, 10) + "." + strconv.FormatInt(km%10, 10) + " km in a straight line, times " +
		r.times() + ", at " + itoa(r.Speed) + " km/h"
}

// times writes the factor as a number.
func (r Road) times() string {
	hundredths := itoa(r.Factor % 100)
	if len(hundredths) == 1 {
		hundredths = "0" + hundredths
	}
	return itoa(r.Factor/100) + "." + hundredths
}

// minutesUp is a duration in minutes, begun ones counted.
func minutesUp(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }
