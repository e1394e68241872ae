package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"callout/tui"
)

// cell is where a text begins on the screen. What stands before it in its line must be narrow.
func (s *script) cell(text string) (x, y int) {
	s.t.Helper()
	for y, line := range strings.Split(s.m.Plain(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return len([]rune(before)), y
		}
	}
	s.t.Fatalf("the screen does not show %q:\n%s", text, s.m.Plain())
	return 0, 0
}

func (s *script) click(x, y int) *script {
	s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	return s
}

func (s *script) motion(x, y int) *script {
	s.send(tea.MouseMotionMsg{X: x, Y: y, Button: tea.MouseLeft})
	return s
}

func (s *script) release(x, y int) *script {
	s.send(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
	return s
}

// A visit is dragged to another lane and another time; a column is what the zoom says.
func TestDragAVisit(t *testing.T) {
	p := newPlace(t)
	s := p.open(100, 30)
	x, y := s.cell("Boiler")
	s.click(x, y).shows("APPT-1001  scheduled  09:00-11:00").release(x, y).hides("drop here")
	s.click(x, y).motion(x+18, y).shows("drop here", "12:00-14:00").motion(x+24, y+2).shows("13:00-15:00  ben  fits")
	s.release(x+24, y+2).shows("APPT-1001 is at 13:00 with ben")
	if out := p.run("appt list -o csv --fields number,start,technicians"); !strings.Contains(out, "APPT-1001,2026-03-02T12:00:00Z,ben") {
		t.Fatalf("it was dropped elsewhere: %s", out)
	}
}

func TestDragNeedsWhatTheKeyNeeds(t *testing.T) {
	p := newPlace(t)
	p.run("appt start APPT-1001")
	s := p.open(120, 30)
	x, y := s.cell("Boiler")
	s.click(x, y).motion(x+5, y).shows("APPT-1001 is in-progress: one cannot move it").release(x+5, y)
	s = p.open(120, 30, func(o *tui.Options) { o.ReadOnly = true })
	x, y = s.cell("Coffee")
	s.click(x, y).motion(x+5, y).shows("pick up: the board is read-only").release(x+5, y)
}

func TestWheelScrollsLanes(t *testing.T) {
	p := newPlace(t)
	for _, n := range strings.Fields("c d e f g h i j k l m n o q r s t u v x y z") {
		p.run("technician add " + n + n + " --shift 'Mon-Fri 08:00-17:00' --tz Europe/Vienna")
	}
	s := p.open(80, 20)
	s.onLane("ana")
	for range 3 {
		s.send(tea.MouseWheelMsg{X: 30, Y: 5, Button: tea.MouseWheelDown})
	}
	s.onLane("dd").hides("ben")
	s.send(tea.MouseWheelMsg{X: 30, Y: 5, Button: tea.MouseWheelUp})
	s.onLane("dd").shows("cc")
}

func TestClickInAMenu(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w K")
	x, y := s.cell("technician")
	s.click(x, y).shows("locked: technician")
}
