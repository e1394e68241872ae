package tui

import (
	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// sheet is text that somebody asked for, on the whole screen, to be scrolled.
type sheet struct {
	title string
	lines []string
	scroll
}

func (d *sheet) key(_ *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	switch key := keystroke(msg); key {
	case "esc", "q", "enter", "ctrl+c":
		return true, nil
	default:
		d.scroll.key(key)
	}
	return false, nil
}

func (d *sheet) draw(s *screen.Screen, area screen.Rect) {
	in := s.Box(area.Inset(2, 1), screen.Accent, d.title)
	d.fit(in.H, len(d.lines))
	for i := range min(in.H, len(d.lines)-d.top) {
		s.Text(in.X+1, in.Y+i, in.W-2, screen.Normal, d.lines[d.top+i])
	}
	d.drawMore(s, in)
}
