package tui

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/tui/screen"
)

// drawBreaks draws the breaks of a lane's shift.
func (b *board) drawBreaks(s *screen.Screen, g *grid, l *Lane, at screen.Rect) {
	const word = "break"
	for _, iv := range l.Breaks {
		r, _, _ := g.bar(iv, at)
		s.Pattern(r, screen.OffShift, s.Glyphs().Break)
		if r.W >= len(word) {
			s.Text(r.X, r.Y, r.W, screen.OffShift, word)
		}
	}
}

// drawLegs draws the ways between the visits of a lane, each before the visit that it leads to. One for which there is not
// enough time takes all of the gap, with the sign of a conflict.
func (b *board) drawLegs(s *screen.Screen, g *grid, l *Lane, at screen.Rect) {
	for i := range l.Legs {
		b.drawLeg(s, g, &l.Legs[i], at)
	}
}

func (b *board) drawLeg(s *screen.Screen, g *grid, leg *dispatch.Leg, at screen.Rect) {
	// The column in which the one visit ends and the one in which the other begins are theirs.
	from, to := g.axis.after(leg.Gap.Start)-g.skip, g.column(leg.Gap.End)
	if to <= 0 || from >= at.W || from >= to {
		return
	}
	role, sign, label := screen.Normal, s.Glyphs().Travel, "?"
	if leg.Way > 0 {
		label = calendar.FormatDuration(leg.Way)
	}
	step := time.Duration(g.zoom) * time.Minute
	cells := int((leg.Way + step - 1) / step)
	if leg.Broken {
		role, sign, cells = screen.Bad, s.Glyphs().Conflict, to-from
	}
	below := at.H > 1
	if room := to - from; !below && len(label) < room {
		cells = max(cells, len(label)+1)
	}
	cells = min(max(cells, 1), to-from)
	start := max(to-cells, 0)
	end := min(to, at.W)
	s.Pattern(screen.Rect{X: at.X + start, Y: at.Y, W: end - start, H: 1}, role, sign)
	switch {
	case end < to: // the visit that it leads to is out of sight
	case below && len(label) <= to-max(from, 0):
		s.Text(at.X+end-len(label), at.Y+1, len(label), role, label)
	case !below && len(label) < end-start:
		s.Text(at.X+end-len(label), at.Y, len(label), role, label)
	}
}

// legAt is the way that lies at an instant, or nil.
func (l *Lane) legAt(t time.Time) *dispatch.Leg {
	i := slices.IndexFunc(l.Legs, func(g dispatch.Leg) bool { return g.Gap.Contains(t) })
	if i < 0 {
		return nil
	}
	return &l.Legs[i]
}

// legTo is the way that leads to a visit, or nil.
func (l *Lane) legTo(v *Visit) *dispatch.Leg {
	i := slices.IndexFunc(l.Legs, func(g dispatch.Leg) bool { return g.To == v.ID })
	if i < 0 {
		return nil
	}
	return &l.Legs[i]
}

// onTheWay tells in few words how far a visit is from the one before it.
func (b *board) onTheWay(v *Visit, l *Lane) string {
	if l == nil {
		return ""
	}
	leg := l.legTo(v)
	if leg == nil || slices.ContainsFunc(v.Against, func(c dispatch.Conflict) bool { return c.Code == dispatch.TravelTime && c.With == leg.From }) {
		return "" // what stands against it says so already
	}
	from := "the visit before"
	if o := b.day.Visits[leg.From]; o != nil {
		from = o.Number
	}
	gap := calendar.FormatDuration(leg.Gap.Duration())
	switch {
	case leg.Way == 0:
		return "nobody knows the way from " + from + ", in " + gap
	case leg.Broken:
		return calendar.FormatDuration(leg.Way) + " on the road from " + from + " in only " + gap
	}
	return calendar.FormatDuration(leg.Way) + " on the road from " + from + " in " + gap
}
