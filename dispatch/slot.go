package dispatch

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/store"
)

// Slot is a place in the schedule where an errand fits without moving anything else, and
// what it costs there. The booking command accepts it as long as nothing changes.
type Slot struct {
	Technicians []store.ID `json:"technicians"`
	Names       []string   `json:"names"`
	Start       time.Time  `json:"start"`
	End         time.Time  `json:"end"`
	Zone        string     `json:"zone"`
	// Arrival is what the customer is told.
	Arrival calendar.Interval `json:"arrival"`
	// Extra is by how many minutes the team's roads become longer in all. Assumed says that a
	// way of it is not known, and was taken to be as long as the policy says.
	Extra    int  `json:"extra_travel_minutes"`
	Assumed  bool `json:"travel_assumed,omitempty"`
	Overtime int  `json:"overtime_minutes,omitempty"`
	// Due is by when the visit should start for the SLA, and Late by how many minutes it would not.
	Due  time.Time `json:"due,omitzero"`
	Late int       `json:"late_minutes,omitempty"`
	// After and Before are the visits next to it on the lead's tour, and Spare the minutes that the
	// lead has left between this one and the next.
	After  string `json:"after,omitempty"`
	Before string `json:"before,omitempty"`
	Spare  int    `json:"spare_minutes,omitempty"`
	// Moves are the visits that have to give way; none unless it was asked for.
	Moves []Shifted `json:"moves,omitempty"`
	// Cost is in the policy's points: the smaller, the better the slot.
	Cost    int64    `json:"cost"`
	Reasons []string `json:"reasons"`

	errand  *errand
	team    []*person
	minutes map[store.ID]int64 // of work and more road, by technician
	own     int64              // of the cost, what is each technician's
}

// Shifted is a visit that gives way, and what becomes of its promises.
type Shifted struct {
	Appointment store.ID  `json:"appointment"`
	Number      string    `json:"number"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	Promise     time.Time `json:"promised_until"`
	Broken      bool      `json:"breaks_promise,omitempty"`
	Late        int       `json:"late_minutes,omitempty"`     // after its SLA
	LateAlready int       `json:"late_minutes_was,omitempty"` // as it stood before

	length time.Duration
	team   []store.ID
	order  store.ID
}

// grid is what starts are rounded up to, so that customers are told round times.
const grid = 5 * time.Minute

// roundUp is the next instant on the grid, or the last start that is possible if that comes first.
func roundUp(s calendar.Interval) time.Time {
	at := s.Start.Truncate(grid)
	if at.Before(s.Start) {
		at = at.Add(grid)
	}
	if at.After(s.End) {
		return s.Start
	}
	return at
}

// slot prices an errand in the hands of a team at a time.
func (ro *Roster) slot(e *errand, team []*person, start time.Time) Slot {
	s := Slot{
		Start: start, End: start.Add(e.length), Zone: e.order.Zone, Arrival: ro.plans.promise(start),
		Due: e.startBy(), Late: minutesUp(e.late(start)), errand: e, team: team, minutes: map[store.ID]int64{},
	}
	for i, p := range team {
		s.Technicians, s.Names = append(s.Technicians, p.ID), append(s.Names, p.Name)
		shift := p.tour(start)
		before, after := p.around(e, start, shift)
		extra, overtime := ro.detour(e, p, start, before, after, shift)
		s.Extra += minutesUp(extra)
		s.minutes[p.ID] = int64(minutesUp(e.length) + minutesUp(extra))
		s.Overtime += minutesUp(overtime)
		for _, next := range []*stand{before, after} {
			if next != nil && next.Order != e.order.ID && (!next.job.known || !e.known) {
				s.Assumed = true
			}
		}
		if (before == nil || after == nil) && !ro.own && (!p.settled || !e.known) {
			s.Assumed = true
		}
		if i > 0 {
			continue
		}
		if before != nil {
			s.After = before.Number
		}
		if after != nil {
			s.Before = after.Number
			s.Spare = int(after.Start.Sub(s.End.Add(ro.way(e.place(), after.job.place()))) / time.Minute)
		}
	}
	s.Cost = ro.price(e, team, &s)
	return s
}

// price adds up the points of a slot.
func (ro *Roster) price(e *errand, team []*person, s *Slot) int64 {
	w := ro.plans.Weights
	s.own = int64(s.Extra)*int64(w[WeighTravel]) + int64(s.Overtime)*int64(w[WeighOvertime]) + ro.labour(s.minutes)
	cost := s.own + int64(s.Late)*int64(w[Late(e.order.Priority)]) + int64(e.unliked(team))*int64(w[WeighPreference])
	from := ro.now
	if ro.span.Start.After(from) {
		from = ro.span.Start
	}
	const day = 24 * time.Hour
	return cost + int64(s.Start.Sub(from))*int64(w[WeighWaiting])/int64(day)
}

// unliked counts the wishes for other technicians that a team does not meet.
func (e *errand) unliked(team []*person) (n int) {
	for _, w := range e.asked.asked {
		if w.code == NotPreferred && !slices.ContainsFunc(team, func(p *person) bool { return slices.Contains(w.who, p.ID) }) {
			n++
		}
	}
	return n
}

// better orders slots: by cost, then by start and end, then by name.
func better(a, b Slot) int {
	return cmp.Or(cmp.Compare(a.Cost, b.Cost), a.Start.Compare(b.Start), a.End.Compare(b.End), slices.Compare(a.Names, b.Names), slices.Compare(a.Technicians, b.Technicians))
}
