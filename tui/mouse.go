package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// pressed is where the mouse button went down, and what was there.
type pressed struct {
	x, y  int
	visit *Visit // that a drag picks up; nil drags nothing
	drags bool   // it was picked up by this press
}

// pointed is a pane or a dialog that the mouse can point into. Both get cells of the whole screen.
type pointed interface {
	// click puts the cursor on a cell, and reports whether there was something to put it on.
	click(m *Model, x, y int) (bool, tea.Cmd)
	// wheel turns by rows: 1 is down.
	wheel(m *Model, rows int) tea.Cmd
}

// mouse takes what the mouse does. It is an addition: nothing needs it.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	if n := len(m.over); n > 0 {
		return m.mouseOver(m.over[n-1], msg)
	}
	l := newLayout(m.w, m.h, m.side != nil, m.aside)
	switch msg.(type) {
	case tea.MouseWheelMsg:
		return m.turn(l, at)
	case tea.MouseClickMsg:
		if at.Button != tea.MouseLeft {
			return nil
		}
		m.toast = toast{}
		return m.press(l, at)
	case tea.MouseMotionMsg:
		return m.drag(l, at)
	case tea.MouseReleaseMsg:
		return m.let()
	}
	return nil
}

// mouseOver gives a click or the wheel to a dialog that knows what to do with it.
func (m *Model) mouseOver(d dialog, msg tea.MouseMsg) tea.Cmd {
	p, ok := d.(pointed)
	if !ok {
		return nil
	}
	at := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		return p.wheel(m, rowsOf(at))
	case tea.MouseClickMsg:
		if done, cmd := p.click(m, at.X, at.Y); done {
			m.close(d)
			return cmd
		}
	}
	return nil
}

// rowsOf is how far a turn of the wheel goes.
func rowsOf(at tea.Mouse) int {
	switch at.Button {
	case tea.MouseWheelUp:
		return -1
	case tea.MouseWheelDown:
		return 1
	}
	return 0
}

// turn scrolls what the mouse is over.
func (m *Model) turn(l layout, at tea.Mouse) tea.Cmd {
	switch {
	case l.side.Contains(at.X, at.Y):
		if p, ok := m.side.(pointed); ok {
			return p.wheel(m, rowsOf(at))
		}
	case l.main.Contains(at.X, at.Y):
		if p, ok := m.mains[m.tab].(pointed); ok {
			switch at.Button {
			case tea.MouseWheelLeft:
				return m.sideways(-1)
			case tea.MouseWheelRight:
				return m.sideways(1)
			}
			return p.wheel(m, rowsOf(at))
		}
	}
	return nil
}

// sideways moves the board's cursor in time.
func (m *Model) sideways(steps int) tea.Cmd {
	if m.mains[m.tab] != pane(m.board) {
		return nil
	}
	return m.board.move(0, steps)
}

// press gives the keys to the pane under the mouse and puts its cursor there.
func (m *Model) press(l layout, at tea.Mouse) tea.Cmd {
	if l.header.Contains(at.X, at.Y) {
		return m.leaf(m.tabAt(at.X))
	}
	var p pane
	switch {
	case l.side.Contains(at.X, at.Y):
		p, m.aside = m.side, true
	case l.main.Contains(at.X, at.Y):
		p, m.aside = m.mains[m.tab], false
	default:
		return nil
	}
	on, ok := p.(pointed)
	if !ok {
		return nil
	}
	hit, cmd := on.click(m, at.X, at.Y)
	if b := m.board; hit && p == pane(b) && b.held == nil {
		m.pressed = &pressed{x: at.X, y: at.Y, visit: b.under()}
	}
	return cmd
}

// drag picks up the visit that the button went down on, and moves it with the mouse.
func (m *Model) drag(l layout, at tea.Mouse) tea.Cmd {
	p, b := m.pressed, m.board
	if p == nil || p.visit == nil || at.Button != tea.MouseLeft || !l.main.Contains(at.X, at.Y) || at.X == p.x && at.Y == p.y {
		return nil
	}
	var up tea.Cmd
	if !p.drags {
		pick := m.keys.named("visit.pick-up")
		if why := m.refusal(pick); why != "" {
			m.pressed = nil
			m.warn(pick.title + ": " + why)
			return nil
		}
		up, p.drags = pick.do(m), true
	}
	if b.held == nil { // put back by a key meanwhile
		m.pressed = nil
		return up
	}
	_, cmd := b.click(m, at.X, at.Y)
	return tea.Batch(up, cmd)
}

// let ends a press: what was dragged is dropped.
func (m *Model) let() tea.Cmd {
	p := m.pressed
	m.pressed = nil
	if p == nil || !p.drags || m.board.held == nil {
		return nil
	}
	return m.board.drop()
}

// tabAt is the tab whose word is at a column of the header, or -1.
func (m *Model) tabAt(x int) int {
	for i, r := range m.tabs() {
		if r.Contains(x, r.Y) {
			return i
		}
	}
	return -1
}

// named finds a binding by its id.
func (k *keymap) named(id string) *binding {
	for i := range k.all {
		if k.all[i].id == id {
			return &k.all[i]
		}
	}
	return nil
}

// click puts the cursor into the lane and on the instant that a cell stands for.
func (b *board) click(_ *Model, x, y int) (bool, tea.Cmd) {
	g := b.grid(b.area)
	i, at, ok := b.cell(&g, x, y)
	if !ok {
		return false, nil
	}
	b.lane, b.want = i, ""
	if x >= g.body.X {
		b.at = at
	}
	b.settle()
	return true, b.follow()
}

// cell is the lane and the instant of a cell of the screen.
func (b *board) cell(g *grid, x, y int) (lane int, at time.Time, ok bool) {
	if b.day == nil || y < g.body.Y || y >= g.body.Y+g.lanes*g.rows || x < g.names.X || x >= g.body.X+g.body.W {
		return 0, at, false
	}
	lane = b.top + (y-g.body.Y)/g.rows
	return lane, g.time(x - g.body.X), lane < len(b.day.Lanes)
}

// wheel scrolls the lanes. The cursor comes along only where it would leave the screen.
func (b *board) wheel(_ *Model, rows int) tea.Cmd {
	if b.day == nil {
		return nil
	}
	g := b.grid(b.area)
	b.top = max(min(b.top+rows, len(b.day.Lanes)-g.lanes), 0)
	if lane := min(max(b.lane, b.top), b.top+g.lanes-1); lane != b.lane {
		b.lane, b.want = lane, ""
	}
	b.settle()
	return b.follow()
}

// clickRow puts the cursor on the row of a list that is drawn at a line of the screen.
func (l *list[T]) clickRow(x, y int) bool {
	i := l.top + y - l.at.Y
	if !l.at.Contains(x, y) || i >= len(l.shown) {
		return false
	}
	l.move(i - l.cursor)
	return true
}

// click takes what the mouse points at.
func (d *menu) click(m *Model, x, y int) (bool, tea.Cmd) {
	i := d.first + y - d.at.Y
	if !d.at.Contains(x, y) || i >= len(d.choices) {
		return false, nil
	}
	return d.take(m, i)
}

func (d *menu) wheel(_ *Model, rows int) tea.Cmd {
	d.cursor = min(max(d.cursor+rows, 0), len(d.choices)-1)
	return nil
}

func (p *suggestions) click(_ *Model, x, y int) (bool, tea.Cmd) {
	return !p.explaining && p.list.clickRow(x, y), nil
}

func (q *queue) click(_ *Model, x, y int) (bool, tea.Cmd) { return q.list.clickRow(x, y), nil }

func (q *queue) wheel(_ *Model, rows int) tea.Cmd { q.list.move(rows); return nil }

func (p *suggestions) wheel(_ *Model, rows int) tea.Cmd { p.step(rows); return nil }
