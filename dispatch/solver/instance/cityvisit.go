package instance

import (
	"fmt"

	"callout/dispatch/solver"
)

// priority is what an order of one of three classes costs: a tick late, and left out altogether, which is as much as eight hours late.
type priority struct{ late, prize int64 }

var priorities = []priority{{1, 8 * hour}, {3, 24 * hour}, {10, 80 * hour}}

func (m *maker) addVisit(i int) {
	rank := pick(m, 0, 0, 0, 1, 1, 2)
	v := solver.Visit{
		ID: fmt.Sprintf("w%04d", i), Duration: (3 + min(m.below(10), m.below(10))) * 5 * minute,
		Prize: priorities[rank].prize,
	}
	begin := m.below(m.town.Days) * day
	trade := pick(m, trades...)
	seat := solver.Seat{Skills: map[string]int{trade: pick(m, 1, 1, 1, 1, 1, 2, 2, 2, 3)}}
	v.Seats = []solver.Seat{seat}
	if m.in(5) {
		v.Seats = append(v.Seats, solver.Seat{Duration: min(v.Duration, 30*minute)})
	}
	due := begin + (9+m.below(8))*hour
	switch before := len(m.problem.Visits) - 1; {
	case before >= 0 && m.in(6):
		m.follow(&v, m.problem.Visits[before])
	default:
		v.Place = m.place()
		m.addWindows(&v, begin)
		if m.in(40) {
			v.Due, v.Late = due, priorities[rank].late
		}
	}
	if v.Late > 0 && len(v.Windows) > 0 {
		v.Due = max(due, v.Windows[0].To) // nobody agrees to a visit that is late from the first
	}
	if m.in(20) {
		v.Parts = map[string]int{fmt.Sprintf("part-%d", m.below(6)): 1}
	}
	if m.in(10) {
		at := begin + (8+m.below(7))*hour
		v.Promise = &solver.Promise{Window: solver.Window{From: at, To: at + 2*hour}, WindowCost: 2 * hour, TechnicianCost: hour / 2}
	}
	m.addPeople(&v, seat)
	m.problem.Visits = append(m.problem.Visits, v)
}

// follow puts a visit at the place of another, after it.
func (m *maker) follow(v *solver.Visit, before solver.Visit) {
	v.Place = before.Place
	l := solver.Link{Before: before.ID, After: v.ID, Min: m.below(3) * 15 * minute, Max: -1}
	if m.in(50) {
		l.Max = l.Min + 4*hour
	}
	m.problem.Links = append(m.problem.Links, l)
}

// addWindows gives some visits one window on their day, and some two.
func (m *maker) addWindows(v *solver.Visit, begin int) {
	switch n := m.below(100); {
	case n < 25:
		from := begin + (8+m.below(7))*hour
		v.Windows = []solver.Window{{From: from, To: from + pick(m, 2, 4)*hour}}
	case n < 35:
		v.Windows = []solver.Window{{From: begin + 8*hour, To: begin + 10*hour}, {From: begin + 14*hour, To: begin + 16*hour}}
	}
}

// addPeople prefers, promises or pins technicians who have the skill of the first seat.
func (m *maker) addPeople(v *solver.Visit, seat solver.Seat) {
	var able []string
	for _, t := range m.problem.Technicians {
		fits := true
		for skill, level := range seat.Skills {
			fits = fits && t.Skills[skill] >= level
		}
		if fits {
			able = append(able, t.ID)
		}
	}
	if len(able) == 0 {
		return
	}
	if m.in(10) {
		v.Preferred, v.Preference = []string{pick(m, able...), pick(m, able...)}, 10*minute
	}
	if v.Promise != nil && m.in(50) {
		v.Promise.Technicians = []string{pick(m, able...)}
	}
	if m.in(3) {
		v.Pin = &solver.Pin{Technicians: []string{pick(m, able...)}}
	}
}
