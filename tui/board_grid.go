package tui

import (
	"time"

	"callout/tui/screen"
)

// zooms are the minutes that a column can stand for.
func zooms() []int { return []int{5, 6, 10, 12, 15, 20, 30, 60} }

// grid is how the board's area is divided: names on the left, the scale above, a row or two for each lane.
type grid struct {
	names, ruler, body screen.Rect
	zoom               int       // minutes a column
	left               time.Time // of the first column
	rows               int       // of a lane
	lanes              int       // that are in sight
	kin                kin       // what belongs together, while it is drawn
}

// grid divides an area. The column of the cursor is always in sight.
func (b *board) grid(area screen.Rect) grid {
	var g grid
	width := 12
	lanes := 0
	if b.day != nil {
		lanes = len(b.day.Lanes)
		for _, l := range b.day.Lanes {
			width = max(width, screen.Width(l.Name)+2)
		}
	}
	g.names, g.body = area.Left(min(width, 20, area.W/4))
	g.ruler, g.body = g.body.Top(1)
	_, g.names = g.names.Top(1)
	g.rows = 1
	if lanes > 0 && g.body.H >= 2*lanes {
		g.rows = 2
	}
	g.lanes = max(g.body.H/g.rows, 1)
	from, to := b.working()
	if g.zoom = b.zoom; g.zoom == 0 {
		g.zoom = fit(to.Sub(from), g.body.W)
	}
	step := time.Duration(g.zoom) * time.Minute
	width2 := time.Duration(g.body.W) * step
	g.left = b.left
	if g.left.IsZero() || b.area != area {
		g.left = from
	}
	if b.at.Before(g.left) {
		g.left = b.at.Add(-width2 / 8)
	}
	if !b.at.Before(g.left.Add(width2)) {
		g.left = b.at.Add(-width2 * 7 / 8)
	}
	span := b.span()
	if last := span.End.Add(-width2); g.left.After(last) {
		g.left = last
	}
	if g.left.Before(span.Start) {
		g.left = span.Start
	}
	g.left = span.Start.Add(g.left.Sub(span.Start).Truncate(step))
	return g
}

// fit is the finest scale on which a length has room.
func fit(length time.Duration, columns int) int {
	for _, z := range zooms() {
		if time.Duration(columns*z)*time.Minute >= length {
			return z
		}
	}
	return 60
}

// working is from when to when anybody works, with half an hour on both sides: of several days from the first morning to
// the last evening.
func (b *board) working() (from, to time.Time) {
	span := b.span()
	if b.day == nil {
		return span.Start, span.End
	}
	from, to = span.End, span.Start
	for _, l := range b.day.Lanes {
		for _, w := range l.Work {
			from, to = earlier(from, w.Start), later(to, w.End)
		}
		for _, v := range l.Visits {
			from, to = earlier(from, v.Start), later(to, v.End)
		}
	}
	if !from.Before(to) {
		return span.Start.Add(7 * time.Hour), span.Start.Add(19 * time.Hour)
	}
	return later(from.Add(-30*time.Minute).Truncate(30*time.Minute), span.Start), earlier(to.Add(30*time.Minute), span.End)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// column is where an instant stands, in cells from the left edge of the body; it may lie outside.
func (g *grid) column(t time.Time) int {
	d := t.Sub(g.left)
	step := time.Duration(g.zoom) * time.Minute
	if d < 0 {
		return int((d - step + 1) / step)
	}
	return int(d / step)
}

// time is the instant at which a column begins.
func (g *grid) time(column int) time.Time {
	return g.left.Add(time.Duration(column*g.zoom) * time.Minute)
}

// after is the first column that begins at an instant or later. It is not before the left edge.
func (g *grid) after(t time.Time) int {
	step := time.Duration(g.zoom) * time.Minute
	return max(int((t.Sub(g.left)+step-1)/step), 0)
}
