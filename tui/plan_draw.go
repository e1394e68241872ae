package tui

import (
	"fmt"

	"callout/dispatch"
	"callout/tui/screen"
)

func (p *planReview) draw(s *screen.Screen, area screen.Rect, focused bool) {
	role := screen.Dim
	if focused {
		role = screen.Accent
	}
	in := s.Box(area, role, "Plan")
	if p.plan == nil {
		s.Text(in.X+1, in.Y, in.W-2, screen.Dim, "planning"+s.Glyphs().Ellipsis+" escape stops it")
		return
	}
	terms := costTerms(p.plan.Before, p.plan.After)
	costs, rows := in.Bottom(min(len(terms)+1, in.H/2))
	p.list.draw(s, rows, focused)
	for i, t := range terms {
		if i+1 >= costs.H {
			break
		}
		role := screen.Normal
		switch {
		case t.is > t.was:
			role = screen.Warn
		case t.is < t.was:
			role = screen.Good
		}
		s.Text(costs.X+1, costs.Y+1+i, costs.W-2, screen.Dim, t.name)
		s.Right(costs.X+1, costs.Y+1+i, costs.W-2, role, t.words())
	}
}

// costTerm is one of the things that a plan costs, now and planned.
type costTerm struct {
	name    string
	was, is int64
	counted bool // had and n say in things or minutes what the points are for
	unit    string
	had, n  int
}

func (t costTerm) words() string {
	points := fmt.Sprintf("%d > %d", t.was, t.is)
	if !t.counted {
		return points
	}
	return fmt.Sprintf("%d%s > %d%s %13s", t.had, t.unit, t.n, t.unit, points)
}

// costTerms lists what a plan costs in points; the total comes first.
func costTerms(was, is dispatch.Score) []costTerm {
	return []costTerm{
		{"cost in all", was.Total, is.Total, false, "", 0, 0},
		{"without a visit", was.Unassigned, is.Unassigned, true, "", was.WithoutVisit, is.WithoutVisit},
		{"late for the SLA", was.Late, is.Late, true, "m", was.LateMinutes, is.LateMinutes},
		{"on the road", was.Travel, is.Travel, true, "m", was.TravelMinutes, is.TravelMinutes},
		{"overtime", was.Overtime, is.Overtime, true, "m", was.OvertimeMinutes, is.OvertimeMinutes},
		{"promises broken", was.MoveTime, is.MoveTime, true, "", was.Broken, is.Broken},
		{"people replaced", was.MoveTechnician, is.MoveTechnician, true, "", was.Reassigned, is.Reassigned},
		{"customers' wishes", was.Preference, is.Preference, false, "", 0, 0},
		{"fairness", was.Fairness, is.Fairness, false, "", 0, 0},
	}
}

// drawGhosts shows on the board where the plan under review would put visits.
func (b *board) drawGhosts(s *screen.Screen, g *grid) {
	p := b.m.review()
	if p == nil || p.plan == nil {
		return
	}
	for i := range p.plan.Changes {
		c := &p.plan.Changes[i]
		v := &Visit{AppointmentRow: dispatch.AppointmentRow{Start: c.Start, End: c.End}, Title: c.Title, Customer: b.m.clock(c.Start)}
		for _, id := range c.Technicians {
			lane := b.day.lane(id)
			if lane < b.top || lane >= b.top+g.lanes {
				continue
			}
			b.drawVisit(s, g, v, screen.Rect{X: g.body.X, Y: g.body.Y + (lane-b.top)*g.rows, W: g.body.W, H: g.rows}, screen.VisitHeld)
		}
	}
}
