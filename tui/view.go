package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// View implements tea.Model.
func (m *Model) View() tea.View {
	v := tea.NewView(m.frame().String())
	v.AltScreen = true
	v.WindowTitle = "callout: " + m.opts.Title
	if m.opts.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// Plain is the frame as text, without any dress.
func (m *Model) Plain() string { return m.frame().Plain() }

// frame draws everything there is to see. It holds until the next one is drawn, on the same sheet.
func (m *Model) frame() *screen.Screen {
	m.sheet = m.sheet.Renew(m.w, m.h, m.theme)
	s := m.sheet
	if m.w < minWidth || m.h < minHeight {
		s.Text(0, 0, m.w, screen.Warn, fmt.Sprintf("too small: the board needs %d columns and %d rows", minWidth, minHeight))
		s.Text(0, 1, m.w, screen.Normal, fmt.Sprintf("here are %d and %d", m.w, m.h))
		return s
	}
	l := newLayout(m.w, m.h, m.side != nil, m.aside)
	m.drawHeader(s, l.header)
	if !l.main.IsEmpty() {
		m.mains[m.tab].draw(s, l.main, !m.aside)
	}
	if !l.side.IsEmpty() {
		m.side.draw(s, l.side, m.aside)
	}
	m.drawDetail(s, l.detail)
	m.drawFooter(s, l.footer)
	for _, d := range m.over {
		d.draw(s, s.Area())
	}
	return s
}

// drawHeader shows where one is, and on the right who one is and how the shop stands.
func (m *Model) drawHeader(s *screen.Screen, area screen.Rect) {
	s.Fill(area, screen.Bar)
	s.Text(area.X+1, area.Y, 24, screen.Bar, m.opts.Title)
	x := area.X
	for i, at := range m.tabs() {
		role := screen.Bar
		if i == m.tab {
			role = screen.Strong
		}
		x = at.X + s.Text(at.X, area.Y, min(at.W, area.W-at.X), role, m.tabText(i))
	}
	right := m.status()
	if w := screen.Width(right); x+w+1 < area.W {
		s.Text(area.W-w-1, area.Y, w, screen.Bar, right)
	}
}

// roomForSync is how wide the terminal is where a shop that is linked to nobody says so.
const roomForSync = 100

// tabText is the word on a tab, with the key that shows it.
func (m *Model) tabText(i int) string { return fmt.Sprintf(" %d %s ", i+1, m.mains[i].title()) }

// tabs are where the words of the tabs stand in the header.
func (m *Model) tabs() []screen.Rect {
	x := 1 + min(screen.Width(m.opts.Title), 24) + 2
	out := make([]screen.Rect, len(m.mains))
	for i := range m.mains {
		w := screen.Width(m.tabText(i))
		out[i] = screen.Rect{X: x, W: w, H: 1}
		x += w
	}
	return out
}

// status is who acts, and how the board stands to the shop.
func (m *Model) status() string {
	words := []string{}
	if m.opts.ReadOnly {
		words = append(words, "READ-ONLY")
	}
	switch n := len(m.jobs); {
	case m.broken != nil:
		words = append(words, "cannot read the shop")
	case n > 0:
		words = append(words, fmt.Sprintf("saving %d", n))
	default:
		if say := m.link.words(m.w >= roomForSync); say != "" {
			words = append(words, say)
		}
	}
	words = append(words, m.opts.Actor, m.now.In(m.opts.Zone.Location()).Format("15:04"))
	return strings.Join(words, "  ")
}

// drawDetail tells what was said last, or else what is under the cursor.
func (m *Model) drawDetail(s *screen.Screen, area screen.Rect) {
	text, role := m.focused().line(), screen.Normal
	if m.broken != nil {
		text, role = m.broken.Error(), screen.Bad
	} else if m.toast.text != "" {
		text, role = m.toast.text, m.toast.role
		if m.toast.hint != "" {
			text += "   " + m.toast.hint
		}
	}
	lines := screen.Wrap(text, area.W-2)
	for i := range area.H {
		if i == area.H-1 && len(lines) > area.H {
			s.Text(area.X+1, area.Y+i, area.W-2, role, strings.Join(lines[i:], " "))
			return
		}
		if i < len(lines) {
			s.Text(area.X+1, area.Y+i, area.W-2, role, lines[i])
		}
	}
}

// drawFooter shows the keys that work now, the most useful first.
func (m *Model) drawFooter(s *screen.Screen, area screen.Rect) {
	x := area.X + 1
	here := m.keys.in(m.scopes()...)
	for rank := 1; rank <= 9; rank++ {
		for _, b := range here {
			if b.hint != rank || m.refusal(b) != "" {
				continue
			}
			key, title := keyName(b.keys[0]), b.title
			if x+screen.Width(key)+screen.Width(title)+3 > area.W {
				return
			}
			x += s.Text(x, area.Y, area.W-x, screen.Key, key) + 1
			x += s.Text(x, area.Y, area.W-x, screen.Normal, title) + 2
		}
	}
}

// clock is an instant on the clock of the board's zone.
func (m *Model) clock(t time.Time) string { return t.In(m.opts.Zone.Location()).Format("15:04") }
