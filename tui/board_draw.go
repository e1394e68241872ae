package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/tui/screen"
)

func (b *board) draw(s *screen.Screen, area screen.Rect, focused bool) {
	if b.area != area {
		b.area = area
		b.settle()
	}
	g := b.grid(area)
	g.kin = b.kin()
	b.drawRuler(s, &g)
	if b.day == nil {
		s.Text(g.body.X, g.body.Y, g.body.W, screen.Dim, "reading the day")
		return
	}
	if len(b.day.Lanes) == 0 {
		s.Text(g.names.X+1, g.body.Y, area.W-2, screen.Dim, "nobody can be sent yet; : technician add NAME adds somebody")
		return
	}
	for row := range g.lanes {
		i := b.top + row
		if i >= len(b.day.Lanes) {
			break
		}
		at := screen.Rect{X: g.body.X, Y: g.body.Y + row*g.rows, W: g.body.W, H: g.rows}
		b.drawName(s, &g, i, at.Y, focused)
		b.drawLane(s, &g, i, at, focused)
	}
	b.drawMore(s, &g)
	b.drawGhosts(s, &g)
	b.drawOffer(s, &g)
	b.drawHeld(s, &g)
	b.drawAgainst(s, &g)
}

// drawRuler writes the hours, as often as there is room, and the date where a day begins.
func (b *board) drawRuler(s *screen.Screen, g *grid) {
	zone := b.m.opts.Zone.Location()
	s.Text(g.names.X+1, g.ruler.Y, g.names.W-1, screen.Ruler, b.span().Start.In(zone).Format("Mon 2 Jan"))
	every := 1
	for _, n := range []int{1, 2, 3, 4, 6, 12, 24} {
		if every = n; n*60/g.zoom >= 5 {
			break
		}
	}
	for c := 1; c < g.ruler.W; c++ {
		t := g.time(c).In(zone)
		if before := g.time(c - 1).In(zone); before.Hour() == t.Hour() && before.Day() == t.Day() || t.Hour()%every != 0 {
			continue
		}
		text := t.Format("15")
		if t.Hour() == 0 {
			text = t.Format("Mon 2")
		}
		s.Text(g.ruler.X+c, g.ruler.Y, g.ruler.W-c, screen.Ruler, text)
	}
	if now := g.column(b.m.now); now >= 0 && now < g.ruler.W && b.span().Contains(b.m.now) {
		s.Put(g.ruler.X+now, g.ruler.Y, screen.Now, s.Glyphs().Now)
	}
}

func (b *board) drawName(s *screen.Screen, g *grid, i, y int, focused bool) {
	l := b.day.Lanes[i]
	role, sign := screen.Normal, " "
	if g.kin.has(l.ID) {
		sign = s.Glyphs().Crew
	}
	if i == b.lane {
		role, sign = screen.Strong, s.Glyphs().Pointer
		if !focused {
			role = screen.Normal
		}
	}
	s.Put(g.names.X, y, role, sign)
	s.Text(g.names.X+1, y, g.names.W-2, role, l.Name)
	if g.rows > 1 {
		s.Text(g.names.X+1, y+1, g.names.W-2, screen.Dim, l.Skills)
	}
}

// drawLane draws a lane from back to front: when nobody is there, the visits, the present, the cursor.
func (b *board) drawLane(s *screen.Screen, g *grid, i int, at screen.Rect, focused bool) {
	l, glyphs := b.day.Lanes[i], s.Glyphs()
	if !l.Always {
		for c := range at.W {
			if t := g.time(c); !slices.ContainsFunc(l.Work, func(w calendar.Interval) bool { return w.Contains(t) }) {
				s.Pattern(screen.Rect{X: at.X + c, Y: at.Y, W: 1, H: at.H}, screen.OffShift, glyphs.OffShift)
			}
		}
	}
	b.drawBreaks(s, g, l, at)
	for _, a := range l.Away {
		r, _, _ := g.bar(a.Interval, at)
		s.Pattern(r, screen.Away, glyphs.Away)
		s.Text(r.X, r.Y, r.W, screen.Away, a.Kind)
	}
	if now := g.column(b.m.now); now >= 0 && now < at.W && b.span().Contains(b.m.now) {
		s.Pattern(screen.Rect{X: at.X + now, Y: at.Y, W: 1, H: at.H}, screen.Now, glyphs.Now)
	}
	b.drawLegs(s, g, l, at)
	b.drawCrewLines(s, g, i, at)
	var under *Visit
	if i == b.lane && b.held == nil {
		under = l.at(b.at)
	}
	for _, v := range l.Visits {
		if v != under {
			b.drawKin(s, g, v, at, l.ID)
		}
	}
	if i != b.lane || b.held != nil {
		return
	}
	if under != nil {
		role := screen.VisitUnder
		if !focused {
			role = barRole(under, b.marks[under.ID])
		}
		b.drawVisit(s, g, under, at, role)
	} else if c := g.column(b.at); focused && c >= 0 && c < at.W {
		s.Dress(screen.Rect{X: at.X + c, Y: at.Y, W: max(15/g.zoom, 1), H: at.H}, screen.Cursor)
	}
}

// bar is the part of a lane that a time takes, and whether it goes on beyond an edge.
func (g *grid) bar(iv calendar.Interval, at screen.Rect) (r screen.Rect, before, after bool) {
	from, to := g.column(iv.Start), g.column(iv.End.Add(-time.Nanosecond))+1
	before, after = from < 0, to > at.W
	from, to = max(from, 0), min(to, at.W)
	return screen.Rect{X: at.X + from, Y: at.Y, W: to - from, H: at.H}, before, after
}

// drawKin draws a bar in a lane, with what it has to do with the visit under the cursor.
func (b *board) drawKin(s *screen.Screen, g *grid, v *Visit, at screen.Rect, lane store.ID) {
	k, role := g.kin.of(v, lane), barRole(v, b.marks[v.ID])
	if k != stranger && role != screen.VisitMarked {
		role = screen.VisitKin
	}
	b.drawBar(s, g, v, at, k.sign(s.Glyphs()), role)
}

func (b *board) drawVisit(s *screen.Screen, g *grid, v *Visit, at screen.Rect, role screen.Role) {
	b.drawBar(s, g, v, at, "", role)
}

// worded is how wide a bar must be for the state of its SLA to be written on it as a word.
const worded = 14

// drawBar draws a visit: how it stands, what is to be known of it, the title, and below it for whom, where there are two
// rows.
func (b *board) drawBar(s *screen.Screen, g *grid, v *Visit, at screen.Rect, sign string, role screen.Role) {
	r, before, after := g.bar(v.Time(), at)
	if r.IsEmpty() {
		return
	}
	glyphs := s.Glyphs()
	s.Fill(r, role)
	x, end := r.X, r.X+r.W
	x += s.Text(x, r.Y, end-x, role, sign+statusSign(v.Status, glyphs))
	text, below := visitSigns(v, glyphs)+" "+v.Title, v.Customer
	if a, ok := b.m.alarm(v, glyphs); ok {
		if x < end {
			s.Put(x, r.Y, a.role, a.sign)
			x++
		}
		if r.H > 1 {
			below = a.count + " " + below
		} else if r.W >= worded {
			text = visitSigns(v, glyphs) + " " + a.word + " " + v.Title
		}
	}
	s.Text(x, r.Y, end-x, role, text)
	if r.H > 1 {
		s.Text(r.X, r.Y+1, r.W, role, " "+below)
	}
	if before {
		s.Put(r.X, r.Y, role, glyphs.Before)
	}
	if after {
		s.Put(r.X+r.W-1, r.Y, role, glyphs.After)
	}
}

// visitSigns are the signs between how a visit stands and its title: what is to be known of it.
func visitSigns(v *Visit, g *screen.Glyphs) string {
	signs := ""
	for _, c := range v.Against {
		if !c.Note {
			signs += g.Conflict
			break
		}
	}
	if v.Lock != dispatch.Unlocked {
		signs += g.Lock
	}
	if v.Crew != "" {
		signs += g.Crew + v.Crew
	}
	if v.Saving {
		signs += g.Ellipsis
	}
	return signs
}

func statusSign(s dispatch.Status, g *screen.Glyphs) string {
	switch s {
	case dispatch.None:
		return g.None
	case dispatch.Scheduled:
		return g.Planned
	case dispatch.Dispatched:
		return g.Sent
	case dispatch.Traveling:
		return g.Traveling
	case dispatch.InProgress:
		return g.Working
	case dispatch.OnBreak:
		return g.Paused
	case dispatch.Completed:
		return g.Done
	case dispatch.PartiallyCompleted:
		return g.Partly
	case dispatch.CannotComplete:
		return g.Failed
	case dispatch.Canceled:
		return g.Canceled
	}
	return " "
}

func barRole(v *Visit, marked bool) screen.Role {
	if marked {
		return screen.VisitMarked
	}
	switch v.Status {
	case dispatch.Dispatched:
		return screen.VisitSent
	case dispatch.Traveling:
		return screen.VisitTravel
	case dispatch.InProgress:
		return screen.VisitWork
	case dispatch.OnBreak:
		return screen.VisitPaused
	case dispatch.Completed:
		return screen.VisitDone
	case dispatch.PartiallyCompleted, dispatch.CannotComplete:
		return screen.VisitPart
	}
	return screen.VisitPlanned
}

// drawMore says that there are lanes above or below.
func (b *board) drawMore(s *screen.Screen, g *grid) {
	if n := b.top; n > 0 {
		s.Right(g.names.X, g.body.Y, g.names.W-1, screen.Dim, fmt.Sprintf("%s%d", s.Glyphs().Up, n))
	}
	if n := len(b.day.Lanes) - b.top - g.lanes; n > 0 {
		s.Right(g.names.X, g.body.Y+g.lanes*g.rows-1, g.names.W-1, screen.Dim, fmt.Sprintf("%s%d", s.Glyphs().Down, n))
	}
}

// line tells everything about what is under the cursor.
func (b *board) line() string {
	if b.day == nil {
		return ""
	}
	if b.held != nil {
		return b.held.line(b)
	}
	if n := len(b.marks); n > 0 {
		return fmt.Sprintf("%d marked  %s", n, b.here())
	}
	return b.here()
}

// here tells about the visit under the cursor, or else about the lane at that time.
func (b *board) here() string {
	l := b.current()
	if l == nil {
		return ""
	}
	if v := l.at(b.at); v != nil {
		return strings.Join(b.facts(v, l), "  ")
	}
	return strings.Join(b.idle(l), "  ")
}

// describe tells a visit in full.
func (b *board) describe(v *Visit) string { return strings.Join(b.facts(v, nil), "  ") }

func (b *board) clocks(iv calendar.Interval) string {
	return b.m.clock(iv.Start) + "-" + b.m.clock(iv.End)
}
