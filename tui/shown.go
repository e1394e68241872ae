package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
)

// lineBindings is the key that shows what the board does as command lines.
func lineBindings() []binding {
	return []binding{{
		id: "lines", keys: []string{"y"}, title: "as a command", scopes: []scope{anywhere}, hint: 8,
		why: func(m *Model) string {
			if len(m.shown()) == 0 {
				return "nothing was done here yet"
			}
			return ""
		},
		do: func(m *Model) tea.Cmd {
			m.open(&leaflet{title: "The same in a shell", lines: m.shown(), copies: true}, false)
			return nil
		},
	}}
}

// shown are the command lines of what was done, the last first; above them what a drop would come to. A line that
// was refused says so, as a comment that a shell passes over.
func (m *Model) shown() []string {
	var out []string
	if h := m.board.held; h != nil && m.board.day != nil {
		if line, _ := h.command(m.board); line != nil {
			out = append(out, shellLine(line)+"   # dropping here")
		}
	}
	if p, ok := m.focused().(interface{ wouldDo() []string }); ok {
		if line := p.wouldDo(); line != nil {
			out = append(out, shellLine(line)+"   # taking this one")
		}
	}
	for _, l := range slices.Backward(m.lines) {
		text := l.line
		if l.exit != 0 {
			text += fmt.Sprintf("   # exit %d", l.exit)
		}
		out = append(out, text)
	}
	return out
}
