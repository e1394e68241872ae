package tui

import (
	"fmt"

	"callout/tui/screen"
)

// scroll is where in a text one is.
type scroll struct {
	top  int
	rows int // in sight, when it was drawn last
	all  int // that there are
}

// by scrolls by rows, not beyond the ends.
func (c *scroll) by(rows int) { c.top = max(min(c.top+rows, c.all-c.rows), 0) }

// page is how far a page goes: a row of it stays in sight.
func (c *scroll) page() int { return max(c.rows-1, 1) }

// fit says how much there is, and how much of it is in sight.
func (c *scroll) fit(rows, all int) {
	c.rows, c.all = rows, all
	c.by(0)
}

// key scrolls where a key does.
func (c *scroll) key(key string) {
	switch key {
	case "j", "down":
		c.by(1)
	case "k", "up":
		c.by(-1)
	case "space", "pgdown", "ctrl+d":
		c.by(c.page())
	case "b", "pgup", "ctrl+u":
		c.by(-c.page())
	case "g", "home":
		c.by(-c.all)
	case "G", "end":
		c.by(c.all)
	}
}

// drawMore says on the edge below a part how much there is beyond it.
func (c *scroll) drawMore(s *screen.Screen, in screen.Rect) {
	if left := c.all - c.top - c.rows; left > 0 {
		s.Right(in.X, in.Y+in.H, in.W-1, screen.Dim, fmt.Sprintf(" %s %d more ", s.Glyphs().Down, left))
	}
}
