package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"callout/store"
	"callout/tui/screen"
)

// paper is a pane of text about the row under the cursor of a list. It goes with the cursor, and the keys of the list
// work on it, too.
type paper struct {
	m     *Model
	where scope // the list's
	list  lister
	of    func() string // tells what the list's cursor is on; "" is nothing
	// read reads what there is to say about it.
	read func(of string) func(r store.Reader) ([]inkLine, error)

	at    string
	lines []inkLine
	scroll
}

// inkLine is one line of a paper: text that is broken where it is too long, and a figure on the right.
type inkLine struct {
	role   screen.Role
	text   string
	figure string
}

func heading(text string) inkLine { return inkLine{role: screen.Title, text: text} }

func inked(role screen.Role, format string, args ...any) inkLine {
	return inkLine{role: role, text: fmt.Sprintf(format, args...)}
}

// field is a line "what: value", or nothing where there is no value.
func field(lines []inkLine, what, value string) []inkLine {
	if value == "" {
		return lines
	}
	return append(lines, inked(screen.Normal, "%s: %s", what, value))
}

func paperBindings() []binding {
	here := []scope{onPaper}
	scroll := func(by func(p *paper) int) func(m *Model) tea.Cmd {
		return func(m *Model) tea.Cmd {
			p := m.paper()
			p.scroll.by(by(p))
			return nil
		}
	}
	step := func(by int) func(m *Model) tea.Cmd {
		return func(m *Model) tea.Cmd { m.paper().list.move(by); return m.follow() }
	}
	return []binding{
		{id: "paper.down", keys: []string{"j", "down"}, title: "scroll down", scopes: here, do: scroll(func(*paper) int { return 1 })},
		{id: "paper.up", keys: []string{"k", "up"}, title: "scroll up", scopes: here, do: scroll(func(*paper) int { return -1 })},
		{id: "paper.page-down", keys: []string{"pgdown", "ctrl+d", "space"}, title: "a page down", scopes: here, do: scroll(func(p *paper) int { return p.page() })},
		{id: "paper.page-up", keys: []string{"pgup", "ctrl+u"}, title: "a page up", scopes: here, do: scroll(func(p *paper) int { return -p.page() })},
		{id: "paper.top", keys: []string{"g", "home"}, title: "to the top", scopes: here, do: scroll(func(p *paper) int { return -p.all })},
		{id: "paper.end", keys: []string{"G", "end"}, title: "to the end", scopes: here, do: scroll(func(p *paper) int { return p.all })},
		{id: "paper.next", keys: []string{"J", "n"}, title: "the next one", scopes: here, hint: 4, do: step(1)},
		{id: "paper.previous", keys: []string{"K", "N"}, title: "the one before", scopes: here, do: step(-1)},
		{id: "paper.close", keys: []string{"esc", "enter"}, title: "back to the list", scopes: here, hint: 3,
			do: (*Model).hide},
	}
}

// paper is the paper that stands at the side, or nil.
func (m *Model) paper() *paper {
	p, _ := m.side.(*paper)
	return p
}

// follow reads the paper anew when the cursor of its list has moved.
func (m *Model) follow() tea.Cmd {
	if p := m.paper(); p != nil && p.of() != p.at {
		p.at, p.lines, p.top = p.of(), nil, 0
		return m.read(p)
	}
	return nil
}

// followed are the keys of a list with a paper, which goes with the cursor.
func followed(all []binding) []binding {
	for i := range all {
		do := all[i].do
		all[i].do = func(m *Model) tea.Cmd { return tea.Batch(do(m), m.follow()) }
	}
	return all
}

func (p *paper) scopes() []scope { return []scope{onPaper, p.where} }
func (p *paper) title() string   { return "Detail" }
func (p *paper) line() string    { return "" }

func (p *paper) reader() reading {
	of := p.of()
	p.at = of
	if of == "" {
		return func(store.Reader) (func() tea.Cmd, error) {
			return func() tea.Cmd { p.lines = []inkLine{inked(screen.Dim, "it is not on the list any more")}; return nil }, nil
		}
	}
	read := p.read(of)
	return func(r store.Reader) (func() tea.Cmd, error) {
		lines, err := read(r)
		return func() tea.Cmd {
			if p.at == of {
				p.lines = lines
			}
			return nil
		}, err
	}
}

func (p *paper) draw(s *screen.Screen, area screen.Rect, focused bool) {
	role := screen.Dim
	if focused {
		role = screen.Accent
	}
	in := s.Box(area, role, "")
	lines := p.broken(in.W - 2)
	p.fit(in.H, len(lines))
	for i := range min(in.H, len(lines)-p.top) {
		l := lines[p.top+i]
		s.Text(in.X+1, in.Y+i, in.W-2, l.role, l.text)
		s.Right(in.X+1, in.Y+i, in.W-2, l.role, l.figure)
	}
	p.drawMore(s, in)
}

// broken breaks the lines at a width. A figure stands on the last line of its text.
func (p *paper) broken(width int) []inkLine {
	var out []inkLine
	for _, l := range p.lines {
		room := width
		if l.figure != "" {
			room -= screen.Width(l.figure) + 1
		}
		parts := []string{l.text}
		if screen.Width(l.text) > room {
			parts = screen.Wrap(l.text, max(room-2, 8)) // what goes on below stands two columns in
		}
		for i, part := range parts {
			if i > 0 {
				part = "  " + part
			}
			line := inkLine{role: l.role, text: part}
			if i == len(parts)-1 {
				line.figure = l.figure
			}
			out = append(out, line)
		}
	}
	return out
}
