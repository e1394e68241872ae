package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/store"
	"callout/tui/screen"
)

// mapPane is the pane of the day's routes: who drives where, in which order.
type mapPane struct {
	m      *Model
	tours  []tour // nil until they were read
	cursor int    // the technician
	stop   int    // the visit of theirs
	marks  map[store.ID]bool
}

// tour is one technician's day as places in their order.
type tour struct {
	technician store.ID
	name       string
	home       *spot
	stops      []stop
}

// stop is a visit on a tour.
type stop struct {
	visit *Visit
	at    *spot // nil where nobody knows where it is
}

// spot is a place in degrees.
type spot struct{ lat, lon float64 }

func newMap(m *Model) *mapPane { return &mapPane{m: m, marks: map[store.ID]bool{}} }

func mapBindings() []binding {
	here := []scope{onMap}
	nobody := func(m *Model) string {
		if len(m.roads.tours) == 0 {
			return "nobody drives anywhere"
		}
		return ""
	}
	by := func(technicians, stops int) func(m *Model) tea.Cmd {
		return func(m *Model) tea.Cmd { m.roads.move(technicians, stops); return nil }
	}
	return []binding{
		{id: "map.down", keys: []string{"j", "down"}, title: "next technician", scopes: here, do: by(1, 0)},
		{id: "map.up", keys: []string{"k", "up"}, title: "technician above", scopes: here, do: by(-1, 0)},
		{id: "map.next", keys: []string{"l", "right"}, title: "next visit", scopes: here, hint: 3, do: by(0, 1)},
		{id: "map.previous", keys: []string{"h", "left"}, title: "visit before", scopes: here, do: by(0, -1)},
		{id: "map.mark", keys: []string{"v", "space"}, title: "show only marked", scopes: here, hint: 2, why: nobody,
			do: func(m *Model) tea.Cmd { m.roads.mark(); return nil }},
		{id: "map.all", keys: []string{"esc"}, title: "show all", scopes: here, do: func(m *Model) tea.Cmd { clear(m.roads.marks); return nil }},
		{id: "map.board", keys: []string{"enter"}, title: "to the visit on the board", scopes: here, hint: 1, why: nobody,
			do: func(m *Model) tea.Cmd { return m.roads.toBoard() }},
		{id: "map.day-next", keys: []string{"]"}, title: "next day", scopes: here, hint: 8,
			do: func(m *Model) tea.Cmd { return tea.Batch(m.board.leaf(m.board.days), m.read(m.roads)) }},
		{id: "map.day-previous", keys: []string{"["}, title: "day before", scopes: here,
			do: func(m *Model) tea.Cmd { return tea.Batch(m.board.leaf(-m.board.days), m.read(m.roads)) }},
		{id: "map.today", keys: []string{"t"}, title: "today", scopes: here,
			do: func(m *Model) tea.Cmd { return tea.Batch(m.board.today(), m.read(m.roads)) }},
	}
}

func (p *mapPane) title() string   { return "Map" }
func (p *mapPane) scopes() []scope { return []scope{onMap} }

func (p *mapPane) reader() reading {
	span, zone := p.m.board.span(), p.m.opts.Zone
	return func(r store.Reader) (func() tea.Cmd, error) {
		tours, err := readTours(r, span, zone)
		return func() tea.Cmd {
			if span == p.m.board.span() {
				p.place(tours)
			}
			return nil
		}, err
	}
}

// place shows tours that were read. The cursor stays on its technician.
func (p *mapPane) place(tours []tour) {
	if t := p.current(); t != nil {
		if i := slices.IndexFunc(tours, func(n tour) bool { return n.technician == t.technician }); i >= 0 {
			p.cursor = i
		}
	}
	p.tours = tours
	p.move(0, 0)
}

func (p *mapPane) current() *tour {
	if p.cursor < len(p.tours) {
		return &p.tours[p.cursor]
	}
	return nil
}

// move moves the cursor to another technician, or to another visit of the same.
func (p *mapPane) move(technicians, stops int) {
	p.cursor = max(min(p.cursor+technicians, len(p.tours)-1), 0)
	if technicians != 0 {
		p.stop = 0
	}
	if t := p.current(); t != nil {
		p.stop = max(min(p.stop+stops, len(t.stops)-1), 0)
	}
}

func (p *mapPane) mark() {
	t := p.current()
	if p.marks[t.technician] {
		delete(p.marks, t.technician)
	} else {
		p.marks[t.technician] = true
	}
}

// shown reports whether a tour is on the map: the marked ones, or all where none is.
func (p *mapPane) shown(t *tour) bool {
	anyMarked := slices.ContainsFunc(p.tours, func(o tour) bool { return p.marks[o.technician] })
	return !anyMarked || p.marks[t.technician]
}

// toBoard goes to the visit on the board.
func (p *mapPane) toBoard() tea.Cmd {
	b, t := p.m.board, p.current()
	if i := b.day.lane(t.technician); i >= 0 {
		b.lane, b.want = i, t.technician
	}
	b.at = later(t.stops[p.stop].visit.Start, b.span().Start)
	b.settle()
	return p.m.goTo(0)
}

// letter is what a tour is called on the map.
func letter(i int) string { return string(rune('A' + i%26)) }

// line tells the visit under the cursor.
func (p *mapPane) line() string {
	t := p.current()
	if t == nil || len(t.stops) == 0 {
		return ""
	}
	return t.name + "  " + p.m.board.describe(t.stops[p.stop].visit)
}

func (p *mapPane) draw(s *screen.Screen, area screen.Rect, focused bool) {
	switch {
	case p.tours == nil:
		s.Text(area.X+2, area.Y, area.W-2, screen.Dim, "reading the ways")
		return
	case len(p.tours) == 0:
		day := p.m.board.span().Start.In(p.m.opts.Zone.Location()).Format("Mon 2 Jan")
		s.Text(area.X+2, area.Y, area.W-2, screen.Dim, "nobody drives anywhere on "+day)
		return
	}
	var legend screen.Rect
	if area.W >= 90 {
		legend, area = area.Right(min(area.W/3, 48))
	} else {
		legend, area = area.Bottom(max(area.H/3, 4))
	}
	p.drawMap(s, area)
	p.drawLegend(s, legend, focused)
}

// drawLegend names the technicians, the visits of the one under the cursor, and what has no place on the map.
func (p *mapPane) drawLegend(s *screen.Screen, area screen.Rect, focused bool) {
	g := s.Glyphs()
	var lines []inkLine
	at := 0
	for i := range p.tours {
		t := &p.tours[i]
		pointer, mark := " ", " "
		if i == p.cursor {
			pointer, at = g.Pointer, len(lines)
		}
		if p.marks[t.technician] {
			mark = g.Mark
		}
		role := tourRole(i)
		if !p.shown(t) {
			role = screen.Dim
		}
		lines = append(lines, inkLine{role, fmt.Sprintf("%s%s%s %s", pointer, mark, letter(i), t.name), plural(len(t.stops), "visit")})
		if i != p.cursor {
			continue
		}
		for n, st := range t.stops {
			text := fmt.Sprintf("    %d %s %s, %s", n+1, p.m.clock(st.visit.Start), st.visit.Customer, st.visit.Site)
			role := screen.Normal
			if n == p.stop && focused {
				role, at = screen.Selected, len(lines)
			}
			if st.at == nil {
				text += " (no coordinates)"
			}
			lines = append(lines, inkLine{role, text, ""})
		}
	}
	for _, u := range p.unknown() {
		lines = append(lines, inkLine{screen.Warn, u, ""})
	}
	top := max(min(at-area.H/2, len(lines)-area.H), 0)
	for y := range min(area.H, len(lines)-top) {
		l := lines[top+y]
		room := area.W - 1
		if l.figure != "" {
			room -= screen.Width(l.figure) + 1
		}
		s.Text(area.X, area.Y+y, room, l.role, l.text)
		s.Right(area.X, area.Y+y, area.W-1, screen.Dim, l.figure)
	}
}

// unknown lists what cannot be drawn, and what would help.
func (p *mapPane) unknown() []string {
	var out, homes []string
	for i := range p.tours {
		t := &p.tours[i]
		for n, st := range t.stops {
			if st.at == nil {
				out = append(out, fmt.Sprintf("no place: %s%d %s, %s", letter(i), n+1, st.visit.Customer, st.visit.Site))
			}
		}
		if t.home == nil {
			homes = append(homes, t.name)
		}
	}
	if len(homes) > 0 {
		out = append(out, "no home known: "+strings.Join(homes, ", "))
	}
	return out
}

// tourRole is the dress of a tour. Its letter and its pattern tell it apart without colours.
func tourRole(i int) screen.Role {
	return []screen.Role{screen.Route1, screen.Route2, screen.Route3, screen.Route4}[i%4]
}
