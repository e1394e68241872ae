package solver_test

import (
	"fmt"

	"pgregory.net/rapid"

	"callout/dispatch/solver"
)

// tinyKind says what tiny problems have.
type tinyKind struct {
	dear     bool // leaving a visit out costs more than serving it, whatever that takes
	links    bool
	breaks   bool
	promises bool // promised windows that one can also be too early for
}

// tiny draws problems that can be solved by trying everything.
type tiny struct {
	*rapid.T
	technicians, visits int
	tinyKind
}

func (g tiny) num(low, high int) int { return rapid.IntRange(low, high).Draw(g.T, "n") }

// one says yes in one of so many cases.
func (g tiny) one(in int) bool { return g.num(1, in) == in }

func (g tiny) problem() *solver.Problem {
	p := &solver.Problem{Weights: solver.Weights{
		Travel: int64(g.num(0, 2)), MaxLate: int64(g.num(0, 2) / 2), Fairness: int64(g.num(0, 2) / 2 * 5), FairUnit: 10,
	}}
	places := g.visits + 2
	m := make(solver.Matrix, places)
	for i := range m {
		for j := range places {
			if i == j {
				m[i] = append(m[i], 0)
				continue
			}
			m[i] = append(m[i], g.num(1, 15))
		}
	}
	for k := range m {
		for i := range m {
			for j := range m {
				m[i][j] = min(m[i][j], m[i][k]+m[k][j]) // a detour is never shorter
			}
		}
	}
	p.Travel = m
	for t := range g.technicians {
		p.Technicians = append(p.Technicians, g.technician(t))
	}
	seats := 0
	for v := range g.visits {
		visit := g.visit(v)
		if seats += max(1, len(visit.Seats)); seats > 6 {
			break
		}
		p.Visits = append(p.Visits, visit)
	}
	for a := range p.Visits {
		if b := a + 1; g.links && b < len(p.Visits) && g.one(3) {
			p.Links = append(p.Links, g.link(p.Visits[a].ID, p.Visits[b].ID))
		}
	}
	return p
}

func (g tiny) id() string { return fmt.Sprintf("t%d", g.num(0, g.technicians-1)) }

func (g tiny) technician(i int) solver.Technician {
	t := solver.Technician{
		ID: fmt.Sprintf("t%d", i), Skills: map[string]int{"gas": g.num(0, 2), "roof": g.num(0, 1)},
		Rate: int64(g.num(0, 1)), Use: int64(g.num(0, 1) * 20), Stock: map[string]int{"pump": g.num(0, 2)},
	}
	if g.one(3) {
		t.Pace = g.num(70, 150)
	}
	s := solver.Shift{From: g.num(0, 10), Start: solver.Place(g.visits), End: solver.Place(g.visits + g.num(0, 1))}
	s.Until = s.From + g.num(50, 120)
	if g.one(4) {
		s.End = solver.Nowhere
	}
	if g.one(3) {
		s.Overtime, s.OvertimeFrom = int64(g.num(1, 3)), s.From+g.num(30, 60)
	}
	if g.one(4) {
		s.MaxTravel = g.num(20, 60)
	}
	if g.breaks && g.one(2) {
		from := s.From + g.num(10, 40)
		s.Breaks = []solver.Break{{From: from, To: from + g.num(0, 25), Duration: g.num(1, 15)}}
	}
	t.Shifts = []solver.Shift{s}
	return t
}

func (g tiny) visit(i int) solver.Visit {
	v := solver.Visit{ID: fmt.Sprintf("v%d", i), Place: solver.Place(i), Duration: g.num(1, 20), Prize: int64(g.num(1, 300))}
	if g.dear {
		v.Prize += 5000
	}
	if g.one(2) {
		from := g.num(0, 60)
		v.Windows = []solver.Window{{From: from, To: from + g.num(0, 20)}}
		if g.one(3) {
			v.Windows = append(v.Windows, solver.Window{From: from + 30, To: from + 30 + g.num(0, 20)})
		}
	}
	if g.one(2) {
		v.Due, v.Late = g.num(0, 60), int64(g.num(1, 4))
	}
	switch g.num(0, 5) {
	case 4:
		v.Seats = []solver.Seat{{Skills: map[string]int{"gas": g.num(1, 2)}}}
	case 5:
		v.Seats = []solver.Seat{{Skills: map[string]int{"gas": 1}}, {Skills: map[string]int{"roof": g.num(0, 1)}, Duration: g.num(0, 9)}}
	}
	if g.one(6) {
		v.Parts = map[string]int{"pump": 1}
	}
	if g.one(8) {
		v.Barred = []string{g.id()}
	}
	if g.one(8) {
		v.Allowed = []string{g.id(), g.id()}
	}
	if g.one(4) {
		v.Preferred, v.Preference = []string{g.id()}, int64(g.num(1, 30))
	}
	if g.one(8) {
		v.DurationBy = map[string]int{g.id(): g.num(1, 20)}
	}
	if g.one(8) {
		v.Pin = &solver.Pin{Technicians: []string{g.id()}}
	} else if g.one(8) {
		at := g.num(10, 60)
		v.Pin = &solver.Pin{Start: &at}
	}
	if g.one(4) {
		v.Promise = &solver.Promise{Window: solver.Window{To: g.num(20, 60)}, Technicians: []string{g.id()}, TechnicianCost: int64(g.num(0, 30)), WindowCost: int64(g.num(0, 30))}
		if g.promises {
			v.Promise.Window.From = g.num(0, 20)
		}
	}
	return v
}

func (g tiny) link(before, after string) solver.Link {
	l := solver.Link{Before: before, After: after, FromStart: g.one(2), Min: g.num(0, 20), Max: -1}
	if g.one(2) {
		l.Max = l.Min + g.num(0, 20)
	}
	if g.one(2) {
		l.Same = solver.Sameness(g.num(1, 2))
	}
	return l
}
