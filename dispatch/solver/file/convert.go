package file

import (
	"slices"
	"time"

	"callout/dispatch/solver"
)

// problem is what a checked document says.
func (d *document) problem() *solver.Problem {
	p := &solver.Problem{Weights: solver.Weights(d.Weights), Travel: d.Travel.ways()}
	for _, t := range d.Technicians {
		out := solver.Technician{ID: t.ID, Skills: t.Skills, Pace: t.Pace, Rate: t.Rate, Use: t.Use, Stock: t.Stock}
		for _, s := range t.Shifts {
			out.Shifts = append(out.Shifts, s.shift())
		}
		p.Technicians = append(p.Technicians, out)
	}
	for _, v := range d.Visits {
		p.Visits = append(p.Visits, v.visit())
	}
	for _, l := range d.Links {
		out := solver.Link{Before: l.Before, After: l.After, FromStart: l.FromStart, Min: l.Min, Max: l.Min - 1, Same: sameness[l.Same]}
		if l.Max != nil {
			out.Max = *l.Max
		}
		p.Links = append(p.Links, out)
	}
	for _, a := range d.Current {
		p.Current = append(p.Current, solver.Assignment(a))
	}
	return p
}

// sameness reads whether a link joins what one technician does.
var sameness = map[string]solver.Sameness{"": solver.Anybody, "yes": solver.SameTechnician, "no": solver.OtherTechnician}

func (s shift) shift() solver.Shift {
	out := solver.Shift{From: s.From, Until: s.Until, Start: solver.Nowhere, End: solver.Nowhere, MaxTravel: s.MaxTravel}
	if s.Start != nil {
		out.Start = solver.Place(*s.Start)
	}
	if s.End != nil {
		out.End = solver.Place(*s.End)
	}
	if s.Overtime != nil {
		out.OvertimeFrom, out.Overtime = s.Overtime.From, s.Overtime.Cost
	}
	for _, b := range s.Breaks {
		out.Breaks = append(out.Breaks, solver.Break(b))
	}
	return out
}

func (v visit) visit() solver.Visit {
	out := solver.Visit{
		ID: v.ID, Place: solver.Place(v.Place), Duration: v.Duration, DurationBy: v.DurationBy, Prize: v.Prize, Parts: v.Parts,
		Allowed: v.Allowed, Barred: v.Barred, Preferred: v.Preferred, Preference: v.Preference,
	}
	for _, w := range v.Windows {
		out.Windows = append(out.Windows, solver.Window(w))
	}
	if v.Due != nil {
		out.Due, out.Late = v.Due.At, v.Due.Late
	}
	for _, s := range v.Seats {
		out.Seats = append(out.Seats, solver.Seat(s))
	}
	if p := v.Promise; p != nil {
		out.Promise = &solver.Promise{Window: solver.Window(p.Window), WindowCost: p.WindowCost, Technicians: p.Technicians, TechnicianCost: p.TechnicianCost}
	}
	if v.Pin != nil {
		out.Pin = &solver.Pin{Start: v.Pin.Start, Technicians: v.Pin.Technicians}
	}
	return out
}

func (t travel) ways() solver.Travel {
	if t.GreatCircle == nil {
		return solver.Matrix(t.Matrix)
	}
	g := solver.GreatCircle{Factor: t.GreatCircle.Factor, Speed: t.GreatCircle.Speed}
	for _, p := range t.GreatCircle.Points {
		g.Points = append(g.Points, solver.LatLon(p))
	}
	return g
}

// stated is the document of a problem. People whom a visit names and who are not there to be sent are written as
// technicians without shifts, so that every name in a file is of somebody.
func stated(p *Problem) *document {
	d := &document{Schema: Schema, Weights: weights(p.Weights)}
	if p.Clock != nil {
		d.Clock = &clock{Zero: p.Clock.Zero.UTC().Format(time.RFC3339), Zone: p.Clock.Zone.String()}
	}
	known := map[string]bool{}
	for _, t := range p.Technicians {
		known[t.ID] = true
		out := technician{ID: t.ID, Skills: t.Skills, Pace: t.Pace, Rate: t.Rate, Use: t.Use, Stock: t.Stock}
		for _, s := range t.Shifts {
			out.Shifts = append(out.Shifts, shiftOf(s))
		}
		d.Technicians = append(d.Technicians, out)
	}
	for _, a := range p.Current {
		if known[a.Technician] {
			d.Current = append(d.Current, assignment(a))
		}
	}
	for _, v := range p.Visits {
		out := visitOf(v)
		for _, id := range out.named() {
			if id != "" && !known[id] {
				known[id] = true
				d.Technicians = append(d.Technicians, technician{ID: id})
			}
		}
		d.Visits = append(d.Visits, out)
	}
	for _, l := range p.Links {
		out := link{Before: l.Before, After: l.After, FromStart: l.FromStart, Min: l.Min}
		if l.Max >= l.Min {
			out.Max = &l.Max
		}
		for word, s := range sameness {
			if s == l.Same {
				out.Same = word
			}
		}
		d.Links = append(d.Links, out)
	}
	d.Travel = d.travelOf(p.Travel)
	return d
}

func shiftOf(s solver.Shift) shift {
	out := shift{From: s.From, Until: s.Until, MaxTravel: s.MaxTravel}
	place := func(p solver.Place) *int {
		if p == solver.Nowhere {
			return nil
		}
		n := int(p)
		return &n
	}
	out.Start, out.End = place(s.Start), place(s.End)
	if s.Overtime > 0 {
		out.Overtime = &overtime{From: s.OvertimeFrom, Cost: s.Overtime}
	}
	for _, b := range s.Breaks {
		out.Breaks = append(out.Breaks, rest(b))
	}
	return out
}

func visitOf(v solver.Visit) visit {
	out := visit{
		ID: v.ID, Place: int(v.Place), Duration: v.Duration, DurationBy: v.DurationBy, Prize: v.Prize, Parts: v.Parts,
		Allowed: v.Allowed, Barred: v.Barred, Preferred: v.Preferred, Preference: v.Preference,
	}
	for _, w := range v.Windows {
		out.Windows = append(out.Windows, window(w))
	}
	if v.Late > 0 {
		out.Due = &due{At: v.Due, Late: v.Late}
	}
	for _, s := range v.Seats {
		out.Seats = append(out.Seats, seat(s))
	}
	if p := v.Promise; p != nil {
		out.Promise = &promise{Window: window(p.Window), WindowCost: p.WindowCost, Technicians: p.Technicians, TechnicianCost: p.TechnicianCost}
	}
	if v.Pin != nil {
		out.Pin = &pin{Start: v.Pin.Start, Technicians: v.Pin.Technicians}
	}
	return out
}

// named are all technicians whom a visit names.
func (v *visit) named() []string {
	out := slices.Concat(v.Allowed, v.Barred, v.Preferred, sortedKeys(v.DurationBy))
	if v.Promise != nil {
		out = append(out, v.Promise.Technicians...)
	}
	if v.Pin != nil {
		out = append(out, v.Pin.Technicians...)
	}
	return out
}

// travelOf writes down the ways between the places that the document names.
func (d *document) travelOf(ways solver.Travel) travel {
	switch ways := ways.(type) {
	case solver.Matrix:
		return travel{Matrix: ways}
	case solver.GreatCircle:
		g := &greatCircle{Factor: ways.Factor, Speed: ways.Speed}
		for _, p := range ways.Points {
			g.Points = append(g.Points, point(p))
		}
		return travel{GreatCircle: g}
	}
	n := 0
	for _, t := range d.Technicians {
		for _, s := range t.Shifts {
			for _, p := range []*int{s.Start, s.End} {
				if p != nil {
					n = max(n, *p+1)
				}
			}
		}
	}
	for _, v := range d.Visits {
		n = max(n, v.Place+1)
	}
	t := travel{Matrix: [][]int{}}
	for i := range n {
		row := make([]int, n)
		for j := range n {
			row[j] = ways.Ticks(solver.Place(i), solver.Place(j))
		}
		t.Matrix = append(t.Matrix, row)
	}
	return t
}
