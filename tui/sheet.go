package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// sheet is text that somebody asked for, on the whole screen, to be scrolled.
type sheet struct {
	title string
	lines []string
	top   int
	rows  int // in sight, when it was drawn last
}

func (d *sheet) key(_ *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	page := max(d.rows-1, 1)
	switch keystroke(msg) {
	case "esc", "q", "enter", "ctrl+c":
		return true, nil
	case "j", "down":
		d.top++
	case "k", "up":
		d.top--
	case "space", "pgdown", "ctrl+d":
		d.top += page
	case "b", "pgup", "ctrl+u":
		d.top -= page
	case "g", "home":
		d.top = 0
	case "G", "end":
		d.top = len(d.lines)
	}
	d.top = max(min(d.top, len(d.lines)-d.rows), 0)
	return false, nil
}

func (d *sheet) draw(s *screen.Screen, area screen.Rect) {
	in := s.Box(area.Inset(2, 1), screen.Accent, d.title)
	d.rows = in.H
	d.top = max(min(d.top, len(d.lines)-d.rows), 0)
	for i := range min(in.H, len(d.lines)-d.top) {
		s.Text(in.X+1, in.Y+i, in.W-2, screen.Normal, d.lines[d.top+i])
	}
	if left := len(d.lines) - d.top - in.H; left > 0 {
		s.Right(in.X, in.Y+in.H, in.W-1, screen.Dim, fmt.Sprintf(" %s %d more ", s.Glyphs().Down, left))
	}
}
