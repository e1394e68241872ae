package tui

import (
	"fmt"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// pick is one thing that a picker offers.
type pick struct {
	key  string // what is handed on
	text string
	help string
	bad  bool // help says what stands against it
}

// picker lets somebody choose from a list that is narrowed by typing: one thing, or several that are marked.
type picker struct {
	title   string
	several bool
	none    string // what it means to choose nothing; "" where something has to be chosen
	input   textinput.Model
	list    list[pick]
	read    bool
	chosen  []string // the marks in the order in which they were set
	done    func(m *Model, keys []string) tea.Cmd
}

// newPicker opens empty: the list is filled once it was read.
func newPicker(title string, several bool, done func(m *Model, keys []string) tea.Cmd) *picker {
	p := &picker{title: title, several: several, input: textinput.New(), done: done}
	p.input.Prompt = ""
	_ = p.input.Focus()
	p.list = list[pick]{
		key: func(r pick) string { return r.key }, anchor: -1, empty: "there is nothing to choose from",
		columns: []column[pick]{
			{text: func(r pick) string { return r.text }, width: 28},
			{text: func(r pick) string { return r.help }, role: func(r pick) screen.Role {
				if r.bad {
					return screen.Warn
				}
				return screen.Dim
			}},
		},
	}
	return p
}

// fill shows what there is to choose from.
func (p *picker) fill(rows []pick) {
	p.read = true
	p.list.set(rows)
}

func (p *picker) key(m *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	switch msg.String() {
	case "esc", "ctrl+c":
		return true, nil
	case "tab":
		p.toggle()
		return false, nil
	case "enter":
		return p.take(m)
	}
	if !p.list.sought(msg.String()) {
		p.edit(msg)
	}
	return false, nil
}

// edit gives the filter a key or a paste.
func (p *picker) edit(msg tea.Msg) {
	p.input, _ = p.input.Update(msg)
	p.list.narrow(p.input.Value())
}

// toggle marks what the cursor is on, or takes its mark away.
func (p *picker) toggle() {
	r, ok := p.list.current()
	if !ok || !p.several {
		return
	}
	p.list.mark()
	for i, k := range p.chosen {
		if k == r.key {
			p.chosen = append(p.chosen[:i], p.chosen[i+1:]...)
			return
		}
	}
	p.chosen = append(p.chosen, r.key)
}

// take hands on what is marked, or else what the cursor is on. Where choosing nothing has a meaning, only marks count.
func (p *picker) take(m *Model) (bool, tea.Cmd) {
	if len(p.chosen) > 0 || p.none != "" && p.read {
		return true, p.done(m, p.chosen)
	}
	r, ok := p.list.current()
	if !ok {
		return false, nil
	}
	return true, p.done(m, []string{r.key})
}

func (p *picker) draw(s *screen.Screen, area screen.Rect) {
	rows := max(len(p.list.rows), 3)
	in := s.Box(area.Middle(min(area.W-4, 92), min(rows+5, area.H-2)), screen.Accent, p.title)
	head, rest := in.Top(1)
	drawInput(s, screen.Rect{X: head.X + 1, Y: head.Y, W: head.W - 2, H: 1}, &p.input, true)
	foot, rest := rest.Bottom(1)
	if !p.read {
		s.Text(rest.X+1, rest.Y+1, rest.W-2, screen.Dim, "reading")
	} else {
		p.list.draw(s, rest, true)
	}
	text := "type to narrow  enter takes it  esc leaves"
	if p.several {
		text = "type to narrow  tab marks  enter takes "
		switch {
		case len(p.chosen) > 0:
			text += fmt.Sprintf("the %d marked", len(p.chosen))
		case p.none != "":
			text += p.none
		default:
			text += "this one"
		}
	}
	s.Text(foot.X+1, foot.Y, foot.W-2, screen.Dim, text)
}
