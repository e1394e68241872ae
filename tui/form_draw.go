package tui

import (
	"callout/tui/screen"
	"cmp"
)

// offered is how many of the words that were found are shown at a time.
const offered = 5

func (f *form) draw(s *screen.Screen, area screen.Rect) {
	label := 0
	for _, each := range f.fields {
		label = max(label, screen.Width(each.label))
	}
	width := min(area.W-4, 84)
	in := s.Box(area.Middle(width, min(f.height(width)+4, area.H-1)), screen.Accent, f.title)
	body := screen.Rect{X: in.X + 1, Y: in.Y, W: in.W - 2, H: in.H - 2}
	for _, text := range f.lines(body.W) {
		var line screen.Rect
		line, body = body.Top(1)
		s.Text(line.X, line.Y, line.W, screen.Normal, text)
	}
	y := body.Y - f.skip(body)
	for i, each := range f.fields {
		y = f.drawField(s, body, each, i, label, y)
	}
	f.drawFoot(s, screen.Rect{X: body.X, Y: in.Y + in.H - 2, W: body.W, H: 2})
}

// lines are the text above the fields, with a row below it.
func (f *form) lines(width int) []string {
	if f.text == "" {
		return nil
	}
	return append(screen.Wrap(f.text, width), "")
}

// height is how many rows the text and the fields take.
func (f *form) height(width int) int {
	n := len(f.fields) + len(f.lines(width-4))
	for _, each := range f.fields {
		if each.said != "" {
			n += len(screen.Wrap(each.said, width-6))
		}
	}
	return n + offered
}

// skip is how many rows are scrolled away, so that the field under the cursor is in sight.
func (f *form) skip(body screen.Rect) int {
	need := f.cursor + 1 + min(len(f.found), offered)
	for _, each := range f.fields[:f.cursor+1] {
		if each.said != "" {
			need += len(screen.Wrap(each.said, body.W-2))
		}
	}
	return max(need-body.H, 0)
}

func (f *form) drawField(s *screen.Screen, body screen.Rect, each *blank, i, label, y int) int {
	within := func(y int) bool { return y >= body.Y && y < body.Y+body.H }
	here := i == f.cursor
	if within(y) {
		role := screen.Dim
		if here {
			role = screen.Strong
		}
		s.Text(body.X, y, label, role, each.label)
		at := screen.Rect{X: body.X + label + 2, Y: y, W: body.W - label - 2, H: 1}
		if len(each.choices) > 0 {
			drawChoices(s, at, each, here)
		} else {
			drawInput(s, at, &each.input, here)
			if each.input.Value() == "" && each.help != "" {
				s.Text(at.X+2, y, at.W-2, screen.Dim, each.help)
			}
		}
	}
	y++
	if each.said != "" {
		for _, text := range screen.Wrap(each.said, body.W-2) {
			if within(y) {
				s.Text(body.X+2, y, body.W-2, screen.Bad, text)
			}
			y++
		}
	}
	if !here || len(f.found) == 0 {
		return y
	}
	from := max(0, min(f.pick-offered/2, len(f.found)-offered))
	for n, c := range f.found[from:min(from+offered, len(f.found))] {
		if within(y) {
			x := body.X + label + 4
			x += s.Text(x, y, body.X+body.W-x, screen.Normal, c.Word) + 2
			s.Text(x, y, body.X+body.W-x, screen.Dim, c.Help)
			if from+n == f.pick {
				s.Dress(screen.Rect{X: body.X + label + 3, Y: y, W: body.W - label - 3, H: 1}, screen.Selected)
			}
		}
		y++
	}
	return y
}

// drawChoices shows the words that a field can be beside each other.
func drawChoices(s *screen.Screen, at screen.Rect, each *blank, here bool) {
	x := at.X
	for _, c := range each.choices {
		text, role := c, screen.Dim
		if c == "" {
			text = cmp.Or(each.help, "-")
		}
		if c == each.input.Value() {
			role = screen.Strong
			if here {
				role = screen.Cursor
			}
			text = s.Glyphs().Mark + text
		}
		x += s.Text(x, at.Y, at.X+at.W-x, role, text) + 2
	}
}

// drawFoot says what stands against it, or which keys there are.
func (f *form) drawFoot(s *screen.Screen, at screen.Rect) {
	text, role := "enter goes on, and does it in the last field; ctrl+s does it; esc leaves", screen.Dim
	if f.quick {
		text = "enter does it; tab goes to the next field; esc leaves"
	}
	switch {
	case f.busy:
		text = "saving"
	case f.warned:
		text, role = "what you typed is not saved: escape again leaves it, any other key goes on", screen.Warn
	case f.said != "":
		text, role = f.said, screen.Bad
	}
	lines := screen.Wrap(text, at.W)
	if f.hint != "" && f.said+f.current().said != "" && !f.warned && !f.busy {
		lines = append(lines[:1:1], f.hint)
	}
	for i, l := range lines {
		if i < at.H {
			s.Text(at.X, at.Y+i, at.W, role, l)
		}
	}
}
