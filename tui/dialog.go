package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// prompt asks for a line of text.
type prompt struct {
	title, label string
	input        textinput.Model
	// typed is told each text while it is typed, done the one that was entered, left that it was given up. Each may be nil.
	typed func(text string)
	done  func(m *Model, text string) tea.Cmd
	left  func(m *Model) tea.Cmd
	// wrong says what is wrong with a text, or "".
	wrong func(text string) string
	said  string
}

func newPrompt(title, label, text string) *prompt {
	p := &prompt{title: title, label: label, input: textinput.New()}
	p.input.Prompt = ""
	p.input.SetValue(text)
	p.input.CursorEnd()
	_ = p.input.Focus()
	return p
}

func (p *prompt) key(m *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	switch msg.String() {
	case "esc", "ctrl+c":
		if p.left != nil {
			return true, p.left(m)
		}
		return true, nil
	case "enter":
		if p.wrong != nil {
			if p.said = p.wrong(p.input.Value()); p.said != "" {
				return false, nil
			}
		}
		if p.done != nil {
			return true, p.done(m, p.input.Value())
		}
		return true, nil
	}
	p.edit(msg)
	return false, nil
}

// edit gives the line a key or a paste.
func (p *prompt) edit(msg tea.Msg) {
	p.input, _ = p.input.Update(msg)
	p.said = ""
	if p.typed != nil {
		p.typed(p.input.Value())
	}
}

func (p *prompt) draw(s *screen.Screen, area screen.Rect) {
	h := 3
	if p.label != "" || p.said != "" {
		h = 4
	}
	box, _ := area.Bottom(h + 2)
	box = screen.Rect{X: box.X + 1, Y: box.Y, W: min(box.W-2, 100), H: h}
	in := s.Box(box, screen.Accent, p.title)
	if h == 4 {
		text, role := p.label, screen.Dim
		if p.said != "" {
			text, role = p.said, screen.Bad
		}
		s.Text(in.X+1, in.Y+1, in.W-2, role, text)
	}
	drawInput(s, screen.Rect{X: in.X + 1, Y: in.Y, W: in.W - 2, H: 1}, &p.input, true)
}

// drawInput draws a line that is typed; the part around its cursor is always in sight.
func drawInput(s *screen.Screen, at screen.Rect, in *textinput.Model, focused bool) {
	text := []rune(in.Value())
	from := max(0, in.Position()-at.W+2)
	s.Fill(at, screen.Field)
	x := at.X
	for i := from; i <= len(text) && x < at.X+at.W; i++ {
		sign, role := " ", screen.Field
		if i < len(text) {
			sign = string(text[i])
		}
		if focused && i == in.Position() {
			role = screen.Cursor
		}
		x += max(s.Text(x, at.Y, at.X+at.W-x, role, sign), 1)
	}
}

// choice is one of the things that a menu offers.
type choice struct {
	key   string // that takes it at once; "" is its number
	title string
	help  string
	why   string // why it cannot be taken; "" when it can
	do    func(m *Model) tea.Cmd
}

// menu offers a few things to choose from.
type menu struct {
	title   string
	text    []string // what is to be known before
	choices []choice
	cursor  int
	said    string
	at      screen.Rect // where the choices are, when it was drawn last
	first   int         // of them
}

func (d *menu) key(m *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	key := keystroke(msg)
	switch key {
	case "esc", "q", "ctrl+c":
		return true, nil
	case "down", "tab":
		d.cursor = (d.cursor + 1) % len(d.choices)
		return false, nil
	case "up":
		d.cursor = (d.cursor + len(d.choices) - 1) % len(d.choices)
		return false, nil
	case "enter":
		return d.take(m, d.cursor)
	}
	if i := slices.IndexFunc(d.choices, func(c choice) bool { return c.key == key }); i >= 0 {
		return d.take(m, i)
	}
	return false, nil
}

func (d *menu) take(m *Model, i int) (bool, tea.Cmd) {
	c := d.choices[i]
	if c.why != "" {
		d.cursor, d.said = i, c.title+": "+c.why
		return false, nil
	}
	return true, c.do(m)
}

func (d *menu) draw(s *screen.Screen, area screen.Rect) {
	width := screen.Width(d.title) + 6
	for _, t := range d.text {
		width = max(width, min(screen.Width(t), 90)+4)
	}
	titles := 0
	for _, c := range d.choices {
		titles = max(titles, screen.Width(c.title))
	}
	for _, c := range d.choices {
		width = max(width, titles+screen.Width(cmp.Or(c.why, c.help))+14)
	}
	width = min(width, area.W-4)
	var lines []string
	for _, t := range d.text {
		lines = append(lines, screen.Wrap(t, width-4)...)
	}
	head := min(len(lines)+1, max(area.H-8, 1)) // some choices are always in sight
	if len(lines) == 0 {
		head = 0
	}
	in := s.Box(area.Middle(width, head+len(d.choices)+3), screen.Accent, d.title)
	for i, t := range lines[:min(head, len(lines))] {
		s.Text(in.X+1, in.Y+i, in.W-2, screen.Normal, t)
	}
	_, body := in.Top(head)
	foot, body := body.Bottom(1)
	top := max(0, min(d.cursor-body.H/2, len(d.choices)-body.H))
	d.at, d.first = body, top
	for row := range min(body.H, len(d.choices)-top) {
		i := top + row
		c, y := d.choices[i], body.Y+row
		role, aside := screen.Normal, screen.Dim
		if c.why != "" {
			role, aside = screen.Dim, screen.Warn
		}
		s.Text(in.X+1, y, 6, screen.Key, keyName(c.key))
		s.Text(in.X+8, y, in.W-9, role, c.title)
		x := in.X + 8 + titles + 2
		s.Text(x, y, in.X+in.W-x-1, aside, cmp.Or(c.why, c.help))
		if i == d.cursor {
			s.Dress(screen.Rect{X: in.X + 7, Y: y, W: in.W - 8, H: 1}, screen.Selected)
		}
	}
	s.Text(foot.X+1, foot.Y, foot.W-2, screen.Warn, d.said)
	if more := len(d.choices) - top - body.H; more > 0 && d.said == "" {
		s.Right(foot.X, foot.Y, foot.W-1, screen.Dim, fmt.Sprintf("%s%d", s.Glyphs().Down, more))
	}
}

// confirm asks before something that cannot be taken back, or that touches much. It is confirmed by another
// key than the one that asked for it: a key that repeats confirms nothing. The cursor is on leaving it.
func (m *Model) confirm(title string, text []string, asked string, do func(m *Model) tea.Cmd) {
	yes := "y"
	if asked == yes {
		yes = "Y"
	}
	m.open(&menu{title: title, text: text, choices: []choice{
		{key: "n", title: "leave it", do: func(*Model) tea.Cmd { return nil }},
		{key: yes, title: "do it", do: do},
	}}, false)
}

// confirmByWord asks for a word to be typed, before what is severe.
func (m *Model) confirmByWord(title, text, word string, do func(m *Model) tea.Cmd) {
	p := newPrompt(title, text+"; type "+word+" to go on", "")
	p.wrong = func(typed string) string {
		if strings.TrimSpace(typed) != word {
			return "that is not " + word + "; escape leaves it"
		}
		return ""
	}
	p.done = func(m *Model, _ string) tea.Cmd { return do(m) }
	m.open(p, false)
}
