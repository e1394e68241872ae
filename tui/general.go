package tui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"
)

// generalBindings are the keys that work everywhere.
func generalBindings() []binding {
	everywhere := []scope{anywhere}
	return []binding{
		{id: "undo", keys: []string{"u"}, title: "undo", scopes: everywhere, hint: 7, writes: true,
			do: (*Model).undo},
		{id: "redo", keys: []string{"ctrl+r", "U"}, title: "redo", scopes: everywhere, writes: true,
			do: (*Model).redo},
		{id: "tab.next", keys: []string{"tab"}, title: "other pane", scopes: everywhere, do: (*Model).nextPane},
		{id: "command", keys: []string{":"}, title: "command line", scopes: everywhere, hint: 7, do: func(m *Model) tea.Cmd { return m.command("") }},
		{id: "help", keys: []string{"?", "f1"}, title: "help", scopes: everywhere, hint: 2, do: (*Model).help},
		{id: "redraw", keys: []string{"ctrl+l"}, title: "draw the screen anew", scopes: everywhere,
			do: func(m *Model) tea.Cmd { return tea.Batch(tea.ClearScreen, m.refresh()) }},
		{id: "suspend", keys: []string{"ctrl+z"}, title: "back to the shell; fg returns", scopes: everywhere,
			why: func(m *Model) string {
				if m.alone {
					return "there is no shell here that could go on with the board"
				}
				return ""
			},
			do: func(*Model) tea.Cmd { return func() tea.Msg { return suspendMsg{} } }},
		{id: "quit", keys: []string{"q", "ctrl+c"}, title: "quit", scopes: everywhere, hint: 9, do: (*Model).quit},
	}
}

// quit ends the board. What was handed over is finished first: nothing is lost by leaving.
func (m *Model) quit() tea.Cmd {
	if len(m.jobs) > 0 {
		m.warn("saving; press again when it is done")
		return nil
	}
	return tea.Quit
}

// nextPane gives the keys to the other pane.
func (m *Model) nextPane() tea.Cmd {
	if m.side != nil {
		m.aside = !m.aside
		return nil
	}
	return m.goTo((m.tab + 1) % len(m.mains))
}

// tabBindings are the digits, each of which shows a pane.
func tabBindings() []binding {
	var out []binding
	for n := range 9 {
		key := strconv.Itoa(n + 1)
		out = append(out, binding{
			id: "tab." + key, keys: []string{key}, title: "pane " + key, scopes: []scope{anywhere},
			why: func(m *Model) string {
				if n >= len(m.mains) {
					return "there are " + strconv.Itoa(len(m.mains)) + " panes"
				}
				return ""
			},
			do: func(m *Model) tea.Cmd { return m.leaf(n) },
		})
	}
	return out
}

// leaf shows a tab because somebody asked for it. What stands beside a pane is about something in it, and is left with
// it; where something is carried over, the side goes along, see [Model.goTo].
func (m *Model) leaf(n int) tea.Cmd {
	if n != m.tab && n >= 0 && n < len(m.mains) && m.side != pane(m.queue) {
		m.side = nil
	}
	return m.goTo(n)
}

// goTo shows a tab.
func (m *Model) goTo(n int) tea.Cmd {
	if n < 0 || n >= len(m.mains) {
		return nil
	}
	m.tab, m.aside = n, false
	return tea.Batch(m.dock(), m.read(m.mains[n]))
}
