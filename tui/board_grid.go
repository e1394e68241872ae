package tui

import (
	"time"

	"callout/calendar"
	"callout/tui/screen"
)

// zooms are the minutes that a column can stand for.
func zooms() []int { return []int{5, 6, 10, 12, 15, 20, 30, 60} }

// grid is how the board's area is divided: names on the left, the scale above, a row or two for each lane.
type grid struct {
	names, ruler, body screen.Rect
	zoom               int // minutes a column
	axis               axis
	skip               int // columns of the axis that are out of sight on the left
	rows               int // of a lane
	lanes              int // that are in sight
	kin                kin // what belongs together, while it is drawn
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
	g.axis = axis{stretches: b.stretches()}
	from, length := b.opening(g.axis.stretches)
	if g.zoom = b.zoom; g.zoom == 0 {
		g.zoom = fit(length, g.body.W)
	}
	g.axis.step = time.Duration(g.zoom) * time.Minute
	left := b.left
	if left.IsZero() || b.area != area {
		left = from
	}
	g.skip = g.axis.column(left)
	cursor := g.axis.column(b.at)
	if cursor < g.skip {
		g.skip = cursor - g.body.W/8
	}
	if cursor >= g.skip+g.body.W {
		g.skip = cursor - g.body.W*7/8
	}
	g.skip = max(min(g.skip, g.axis.columns()-g.body.W), 0)
	g.body.W = min(g.body.W, g.axis.columns()-g.skip) // there is nothing behind the end
	g.ruler.W = g.body.W
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

// opening is where the board begins to show its span, and how much of it is to be in sight if there is room.
func (b *board) opening(stretches []calendar.Interval) (from time.Time, length time.Duration) {
	if len(stretches) == 1 {
		from, to := b.working()
		return from, to.Sub(from)
	}
	for _, s := range stretches {
		length += s.Duration()
	}
	return stretches[0].Start, length
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
func (g *grid) column(t time.Time) int { return g.axis.column(t) - g.skip }

// time is the instant at which a column begins.
func (g *grid) time(column int) time.Time { return g.axis.time(column + g.skip) }

// after is the first column that begins at an instant or later. It is not before the left edge.
func (g *grid) after(t time.Time) int { return max(g.axis.after(t)-g.skip, 0) }
