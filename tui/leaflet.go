package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// leaflet is a few lines that are to be read, or taken along: one can be copied.
type leaflet struct {
	title  string
	lines  []string
	copies bool // a line can be chosen and copied
	cursor int
	top    int
	rows   int // in sight, when it was drawn last
	said   string
}

func (d *leaflet) key(_ *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	last := max(len(d.lines)-1, 0)
	switch keystroke(msg) {
	case "esc", "q", "ctrl+c":
		return true, nil
	case "j", "down":
		d.cursor = min(d.cursor+1, last)
	case "k", "up":
		d.cursor = max(d.cursor-1, 0)
	case "pgdown", "ctrl+d", "space":
		d.cursor = min(d.cursor+d.rows, last)
	case "pgup", "ctrl+u":
		d.cursor = max(d.cursor-d.rows, 0)
	case "enter", "c":
		if !d.copies {
			return true, nil
		}
		d.said = "copied"
		return false, tea.SetClipboard(d.lines[d.cursor])
	case "A":
		if d.copies {
			d.said = "all copied"
			return false, tea.SetClipboard(strings.Join(d.lines, "\n") + "\n")
		}
	}
	return false, nil
}

func (d *leaflet) draw(s *screen.Screen, area screen.Rect) {
	width := min(area.W-4, 110)
	lines, at := d.wrapped(width - 6)
	in := s.Box(area.Middle(width, min(len(lines)+3, area.H-2)), screen.Accent, d.title)
	foot, body := in.Bottom(1)
	d.rows = max(body.H, 1)
	first, last := at[d.cursor], len(lines)
	if d.cursor+1 < len(at) {
		last = at[d.cursor+1]
	}
	if !d.copies {
		d.top = first
	}
	d.top = max(min(d.top, first), last-body.H)
	d.top = max(min(d.top, len(lines)-body.H), 0)
	for i := range min(body.H, len(lines)-d.top) {
		n := d.top + i
		s.Text(body.X+2, body.Y+i, body.W-3, screen.Normal, lines[n])
		if d.copies && n >= first && n < last {
			s.Put(body.X, body.Y+i, screen.Strong, s.Glyphs().Pointer)
			s.Dress(screen.Rect{X: body.X + 1, Y: body.Y + i, W: body.W - 1, H: 1}, screen.Selected)
		}
	}
	text := "esc leaves"
	if d.copies {
		text = "enter copies the line  A all of them  esc leaves"
	}
	s.Text(foot.X+1, foot.Y, foot.W-2, screen.Dim, text)
	s.Right(foot.X, foot.Y, foot.W-1, screen.Good, d.said)
}

// wrapped breaks the lines to a width, and says where each begins.
func (d *leaflet) wrapped(width int) (lines []string, at []int) {
	for _, l := range d.lines {
		at = append(at, len(lines))
		lines = append(lines, screen.Wrap(l, width)...)
	}
	if len(at) == 0 {
		return []string{""}, []int{0}
	}
	return lines, at
}
