package dispatch

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/store"
	"callout/work"
)

// Leg is the way of one technician from a visit to the next one of the same working day, at another site.
type Leg struct {
	From, To store.ID          // the visits
	Gap      calendar.Interval // what there is between them
	// Way is how long the way takes by the policy's assumption; 0 where nobody knows.
	Way time.Duration
	// Broken says that the gap is too short for a way that is still to be driven, and that nobody accepted it.
	Broken bool
	Detail string // the same in words, with the assumption that it rests on
}

// Legs are the ways between some visits, by technician and in the order of time. Visits that are at the same site, that
// overlap or that do not belong to one working day have no way between them; those that have no time or were called off
// are left out.
func Legs(r store.Reader, rows []AppointmentRow) (map[store.ID][]Leg, error) {
	policy, _, err := CurrentPolicy(r)
	if err != nil {
		return nil, err
	}
	l := &legs{r: r, jobs: &jobs{r: r, orders: map[store.ID]*job{}, sites: map[store.ID]*work.Site{}}, road: policy.Roads()}
	agendas := map[store.ID][]AppointmentRow{}
	for _, row := range rows {
		if row.Status == None || row.Status == Canceled {
			continue
		}
		for _, t := range row.Technicians {
			agendas[t] = append(agendas[t], row)
		}
	}
	out := make(map[store.ID][]Leg, len(agendas))
	for id, agenda := range agendas {
		if out[id], err = l.of(id, agenda); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// legs reads ways.
type legs struct {
	r    store.Reader
	jobs *jobs
	road Road
}

// of are the ways of one technician.
func (l *legs) of(technician store.ID, agenda []AppointmentRow) ([]Leg, error) {
	if len(agenda) < 2 {
		return nil, nil
	}
	t, err := Technicians.Get(l.r, technician)
	if err != nil {
		return nil, err
	}
	m := member{Technician: t, zone: zoneOf(t.Zone)}
	slices.SortFunc(agenda, func(a, b AppointmentRow) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	var out []Leg
	last := agenda[0] // the one that ends last so far
	for _, next := range agenda[1:] {
		if !next.Start.Before(last.End) && m.dayAt(last.Start).Contains(next.Start) {
			leg, ok, err := l.between(m.ID, last, next)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, leg)
			}
		}
		if next.End.After(last.End) {
			last = next
		}
	}
	return out, nil
}

// between is the way from one visit to the next; none at the same site.
func (l *legs) between(technician store.ID, from, to AppointmentRow) (Leg, bool, error) {
	a, err := l.jobs.of(from.Order)
	if err != nil {
		return Leg{}, false, err
	}
	b, err := l.jobs.of(to.Order)
	if err != nil || a.site.ID == b.site.ID {
		return Leg{}, false, err
	}
	leg := Leg{From: from.ID, To: to.ID, Gap: calendar.Interval{Start: from.End, End: to.Start}}
	gap := leg.Gap.Duration()
	way := "from " + from.Number + " (" + a.site.Name + ") to " + to.Number + " (" + b.site.Name + ")"
	if !a.known || !b.known {
		leg.Detail = unknownWay(way, gap, a.site, a.known, b.site, b.known)
		return leg, true, nil
	}
	metres := a.at.metres(b.at)
	leg.Way = l.road.takes(metres)
	leg.Detail = l.road.tell(way, metres, gap)
	if leg.Way > gap && from.Status.Open() && to.Status.Open() {
		leg.Broken, err = l.unaccepted(technician, from, to)
	}
	return leg, true, err
}

// unaccepted reports whether nobody accepted, for either visit, that the way between them takes too long.
func (l *legs) unaccepted(technician store.ID, from, to AppointmentRow) (bool, error) {
	for _, side := range [2][2]AppointmentRow{{from, to}, {to, from}} {
		a, err := Appointments.Get(l.r, side[0].ID)
		if err != nil {
			return false, err
		}
		if a.accepts(Conflict{Code: TravelTime, Technician: technician, With: side[1].ID}) {
			return false, nil
		}
	}
	return true, nil
}
