package tui

import (
	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// dock keeps the queue beside the board where there is room for both and nothing else stands there.
func (m *Model) dock() tea.Cmd {
	room := m.w >= wideEnough && m.mains[m.tab] == pane(m.board) && !m.undocked
	switch docked := m.side == pane(m.queue); {
	case m.side == nil && room:
		m.side, m.aside = m.queue, false
		return m.read(m.queue)
	case docked && !room:
		m.side, m.aside = nil, false
	}
	return nil
}

// toggleQueue takes the queue away from beside the board, or puts it back.
func (m *Model) toggleQueue() tea.Cmd {
	m.undocked = !m.undocked
	if !m.undocked && m.w < wideEnough {
		m.warn("there is no room beside the board here; 2 shows the queue")
	}
	return m.dock()
}

// edge draws the edge of a pane that stands beside another, and returns what is left of its part.
func (m *Model) edge(s *screen.Screen, p pane, area screen.Rect, focused bool) screen.Rect {
	if m.side != p || area.X == 0 {
		return area
	}
	edge, rest := area.Left(1)
	role := screen.Dim
	if focused {
		role = screen.Accent
	}
	s.Pattern(edge, role, s.Glyphs().Vertical)
	return rest
}
