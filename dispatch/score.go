package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/store"
)

// Score is what a schedule costs by the policy's weights, term by term, with the figures behind
// the terms. It is worked out anew from the visits as they stand, not taken from the solver.
type Score struct {
	Unassigned     int64 `json:"unassigned"`
	Late           int64 `json:"late"`
	Travel         int64 `json:"travel"`
	Overtime       int64 `json:"overtime"`
	Preference     int64 `json:"preference"`
	MoveTime       int64 `json:"move_time"`
	MoveTechnician int64 `json:"move_technician"`
	Fairness       int64 `json:"fairness"`
	Labour         int64 `json:"labour,omitempty"`
	Total          int64 `json:"total"`

	Visits          int `json:"visits"` // planned on these days, or under way
	WithoutVisit    int `json:"orders_without_visit"`
	LateMinutes     int `json:"late_minutes"`
	TravelMinutes   int `json:"travel_minutes"`
	OvertimeMinutes int `json:"overtime_minutes"`
	Broken          int `json:"promises_broken"`
	Reassigned      int `json:"technicians_replaced"`
}

// score prices a plan; nil is the schedule as it stands.
func (w *Workload) score(plan map[string]*placed) Score {
	var s Score
	weight := func(n Weight) int64 { return int64(w.ro.plans.Weights[n]) }
	ro := w.then(plan)
	hours := map[store.ID]int64{}
	for _, e := range w.errands {
		p := plan[e.key()]
		if p == nil && e.visit != nil {
			p = w.asIs(e)
		}
		if p == nil {
			s.WithoutVisit++
			s.Unassigned += weight(Unassigned(e.order.Priority))
			continue
		}
		late := minutesUp(p.late(p.start))
		s.LateMinutes += late
		s.Late += int64(late) * weight(Late(e.order.Priority))
		s.Preference += int64(e.unliked(p.team)) * weight(WeighPreference)
		for _, q := range p.team {
			hours[q.ID] += int64(p.length / time.Minute)
		}
		if e.visit == nil {
			continue
		}
		if !keeps(e.visit.Promise(w.ro.plans), p.start) {
			s.Broken++
		}
		for _, id := range e.visit.Technicians {
			if !slices.ContainsFunc(p.team, func(q *person) bool { return q.ID == id }) {
				s.Reassigned++
			}
		}
	}
	s.MoveTime, s.MoveTechnician = int64(s.Broken)*weight(WeighTime), int64(s.Reassigned)*weight(WeighTechnician)
	for _, v := range ro.visits {
		if v.Status.Open() && w.ro.span.Contains(v.Start) {
			s.Visits++
		}
	}
	for _, p := range ro.people {
		const hour = 60
		s.Fairness += weight(WeighFairness) * hours[p.ID] * hours[p.ID] / (hour * hour)
		for _, t := range p.tours(ro.span) {
			travel, overtime := ro.drive(p, t.Interval)
			s.TravelMinutes += travel
			s.OvertimeMinutes += overtime
			hours[p.ID] += int64(travel)
		}
	}
	s.Labour = ro.labour(hours)
	s.Travel, s.Overtime = int64(s.TravelMinutes)*weight(WeighTravel), int64(s.OvertimeMinutes)*weight(WeighOvertime)
	s.Total = s.Unassigned + s.Late + s.Travel + s.Overtime + s.Preference + s.MoveTime + s.MoveTechnician + s.Fairness + s.Labour
	return s
}

// asIs is a visit as it stands.
func (w *Workload) asIs(e *errand) *placed {
	p := &placed{errand: e, start: e.visit.Start}
	for _, id := range e.visit.Technicians {
		if q := w.ro.person(id); q != nil {
			p.team = append(p.team, q)
		}
	}
	return p
}

// drive is how long somebody is on the road on a working day, and how long of it after the end.
func (ro *Roster) drive(p *person, day calendar.Interval) (travel, overtime int) {
	var last *stand
	at, moving := p.base(), !ro.own
	for _, v := range p.agenda {
		if !day.Contains(v.Start) {
			continue
		}
		if last != nil || moving {
			travel += minutesUp(ro.way(at, v.job.place()))
		}
		at, last = v.job.place(), v
	}
	if last == nil || ro.own {
		return travel, 0
	}
	home := ro.way(at, p.base())
	return travel + minutesUp(home), minutesUp(max(0, last.End.Add(home).Sub(day.End)))
}
