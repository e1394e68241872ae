package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// help lists every key, those of where one is first. It is searched by typing, and enter does what the
// cursor is on.
type help struct {
	input  textinput.Model
	rows   []helpRow
	list   list[helpRow]
	scopes []scope
}

// helpRow is a binding as help tells it.
type helpRow struct {
	*binding
	where scope
	why   string // why it does not work now
	near  bool   // it works where one is
}

// help opens the help.
func (m *Model) help() tea.Cmd {
	h := &help{input: textinput.New(), scopes: m.scopes()}
	h.input.Prompt = ""
	_ = h.input.Focus()
	near := m.keys.in(h.scopes...)
	for _, b := range near {
		h.rows = append(h.rows, helpRow{b, b.scopes[0], m.refusal(b), true})
	}
	for i := range m.keys.all {
		if b := &m.keys.all[i]; len(b.keys) > 0 && !slices.Contains(near, b) {
			h.rows = append(h.rows, helpRow{binding: b, where: b.scopes[0]})
		}
	}
	h.list = list[helpRow]{
		key: func(r helpRow) string { return r.id },
		columns: []column[helpRow]{
			{title: "key", width: 14, text: func(r helpRow) string { return keyNames(r.keys) }, role: func(helpRow) screen.Role { return screen.Key }},
			{title: "does", text: func(r helpRow) string { return r.title }, role: helpRow.role},
			{title: "where", width: 10, text: func(r helpRow) string { return string(r.where) }, role: func(helpRow) screen.Role { return screen.Dim }},
			{title: "not now, for", width: 34, least: 90, text: func(r helpRow) string { return r.why }, role: func(helpRow) screen.Role { return screen.Warn }},
		},
	}
	h.list.set(h.rows)
	m.open(h, false)
	return nil
}

func (r helpRow) role() screen.Role {
	if !r.near || r.why != "" {
		return screen.Dim
	}
	return screen.Normal
}

// keyNames are the keys of a binding as help writes them.
func keyNames(keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = keyName(k)
	}
	return strings.Join(names, " ")
}

func (h *help) key(m *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	switch msg.String() {
	case "esc", "ctrl+c", "f1":
		return true, nil
	case "enter":
		r, ok := h.list.current()
		if !ok || !r.near {
			return false, nil
		}
		if r.why != "" {
			m.warn(r.title + ": " + r.why)
			return true, nil
		}
		m.close(h) // what it does may open a dialog of its own
		return true, r.do(m)
	}
	if h.list.sought(msg.String()) {
		return false, nil
	}
	h.input, _ = h.input.Update(msg)
	h.list.narrow(h.input.Value())
	return false, nil
}

func (h *help) draw(s *screen.Screen, area screen.Rect) {
	in := s.Box(area.Middle(min(area.W-4, 110), area.H-4), screen.Accent, "Keys: type to search, enter does it, esc leaves")
	top, rest := in.Top(1)
	drawInput(s, screen.Rect{X: top.X + 2, Y: top.Y, W: top.W - 4, H: 1}, &h.input, true)
	h.list.draw(s, rest, true)
}
