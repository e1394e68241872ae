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
		b.drawName(s, &g, i, at.Y)
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
	step, free := time.Duration(g.zoom)*time.Minute, 1
	cut := len(g.axis.stretches) > 1
	for c := 0; c < g.ruler.W; {
		t := g.time(c).In(zone)
		text, due := t.Format("15"), t.Hour()%every == 0
		if t.Hour() == 0 || cut && g.axis.begins(c+g.skip) {
			text, due = t.Format("Mon 2"), true
		} else if cut && g.axis.beginsWithin(c+g.skip, len(text)) {
			due = false // the day that begins there has to be written
		}
		if due && c >= free && c+len(text) <= g.ruler.W {
			free = c + 1 + s.Text(g.ruler.X+c, g.ruler.Y, g.ruler.W-c, screen.Ruler, text)
		}
		left := time.Hour - time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second
		c += max(int((left+step-1)/step), 1)
	}
	if now := g.column(b.m.now); now >= 0 && now < g.ruler.W && b.span().Contains(b.m.now) {
		s.Put(g.ruler.X+now, g.ruler.Y, screen.Now, s.Glyphs().Now)
	}
}

func (b *board) drawName(s *screen.Screen, g *grid, i, y int) {
	l := b.day.Lanes[i]
	sign := " "
	if g.kin.has(l.ID) {
		sign = s.Glyphs().Crew
	}
	if i == b.lane {
		sign = s.Glyphs().Pointer
	}
	// Between the name and the bars: a terminal is sent everything from the first to the last change of a line.
	s.Put(g.names.X+g.names.W-1, y, screen.Normal, sign)
	s.Text(g.names.X+1, y, g.names.W-2, screen.Normal, l.Name)
	if g.rows > 1 {
		s.Text(g.names.X+1, y+1, g.names.W-2, screen.Dim, l.Skills)
	}
}

// drawLane draws a lane from back to front: when nobody is there, the visits, the present, the cursor.
func (b *board) drawLane(s *screen.Screen, g *grid, i int, at screen.Rect, focused bool) {
	l, glyphs := b.day.Lanes[i], s.Glyphs()
	if !l.Always {
		off := 0
		for _, w := range l.Work {
			from := g.after(w.Start)
			s.Pattern(screen.Rect{X: at.X + off, Y: at.Y, W: min(from, at.W) - off, H: at.H}, screen.OffShift, glyphs.OffShift)
			off = max(off, g.after(w.End))
		}
		s.Pattern(screen.Rect{X: at.X + off, Y: at.Y, W: at.W - off, H: at.H}, screen.OffShift, glyphs.OffShift)
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
			role = barRole(under, b.marks[under.ID], b.m.late(under))
		}
		b.drawVisit(s, g, under, at, role)
	} else if c := g.column(b.at); focused && c >= 0 && c < at.W {
		s.Dress(screen.Rect{X: at.X + c, Y: at.Y, W: max(15/g.zoom, 1), H: at.H}, screen.Cursor)
	}
}

// bar is the part of a lane that a time takes, and whether it goes on beyond an edge.
func (g *grid) bar(iv calendar.Interval, at screen.Rect) (r screen.Rect, before, after bool) {
	from, to := g.column(iv.Start), g.axis.after(iv.End)-g.skip
	before, after = from < 0, to > at.W
	from, to = max(from, 0), min(to, at.W)
	return screen.Rect{X: at.X + from, Y: at.Y, W: to - from, H: at.H}, before, after
}

// drawKin draws a bar in a lane, with what it has to do with the visit under the cursor.
func (b *board) drawKin(s *screen.Screen, g *grid, v *Visit, at screen.Rect, lane store.ID) {
	k, role := g.kin.of(v, lane), barRole(v, b.marks[v.ID], b.m.late(v))
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
	put := func(role screen.Role, sign string) {
		if x < end && sign != "" {
			s.Put(x, r.Y, role, sign)
			x++
		}
	}
	put(role, sign)
	put(role, statusSign(v.Status, glyphs))
	below := v.Customer
	a, pressing := b.m.alarm(v, glyphs)
	if pressing {
		put(role, a.sign)
		below = a.count + " " + below
	}
	for _, sign := range visitSigns(v, glyphs) {
		put(role, sign)
	}
	x++
	if pressing && r.H == 1 && r.W >= worded {
		x += s.Text(x, r.Y, end-x, role, a.word) + 1
	}
	s.Text(x, r.Y, end-x, role, v.Title)
	if r.H > 1 {
		s.Text(r.X+1, r.Y+1, r.W-1, role, below)
	}
	if before {
		s.Put(r.X, r.Y, role, glyphs.Before)
	}
	if after {
		s.Put(r.X+r.W-1, r.Y, role, glyphs.After)
	}
}

// visitSigns are the signs between how a visit stands and its title: what is to be known of it.
func visitSigns(v *Visit, g *screen.Glyphs) [5]string {
	var signs [5]string
	if slices.ContainsFunc(v.Against, func(c dispatch.Conflict) bool { return !c.Note }) {
		signs[0] = g.Conflict
	}
	if v.Lock != dispatch.Unlocked {
		signs[1] = g.Lock
	}
	if v.Crew != "" {
		signs[2], signs[3] = g.Crew, v.Crew
	}
	if v.Saving {
		signs[4] = g.Ellipsis
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

// barRole is the dress of a bar. One that nobody has begun with while a target of its SLA was missed is dressed for that.
func barRole(v *Visit, marked, late bool) screen.Role {
	if marked {
		return screen.VisitMarked
	}
	if late && (v.Status == dispatch.Scheduled || v.Status == dispatch.Dispatched) {
		return screen.VisitLate
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
	return b.moment(iv.Start) + "-" + b.m.clock(iv.End)
}
