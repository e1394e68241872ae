package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/store"
	"callout/tui/screen"
)

// detail is the pane of one order with everything that belongs to it.
type detail struct {
	m     *Model
	order store.ID
	trail []store.ID // the orders that one came from
	sheet *orderSheet

	folded map[string]bool
	cursor int // among the lines that are shown
	top    int
	height int
}

// showOrder opens the detail of an order at the side; where one is open already, in its place.
func (m *Model) showOrder(order store.ID) tea.Cmd {
	if d, ok := m.side.(*detail); ok {
		m.aside = true
		return d.turnTo(order, true)
	}
	return m.show(&detail{m: m, order: order, folded: map[string]bool{}})
}

// turnTo shows another order. Keep remembers the one that is left, so that escape goes back to it.
func (d *detail) turnTo(order store.ID, keep bool) tea.Cmd {
	if order == d.order {
		return nil
	}
	if keep {
		d.trail = append(d.trail, d.order)
	}
	d.order, d.sheet, d.cursor, d.top = order, nil, 0, 0
	return d.m.read(d)
}

// leave goes back to the order that one came from, or closes the pane.
func (d *detail) leave() tea.Cmd {
	if n := len(d.trail); n > 0 {
		back := d.trail[n-1]
		d.trail = d.trail[:n-1]
		return d.turnTo(back, false)
	}
	return d.m.hide()
}

func (d *detail) title() string   { return "Order" }
func (d *detail) scopes() []scope { return []scope{onDetail} }

func (d *detail) reader() reading {
	order, now, zone := d.order, d.m.now, d.m.opts.Zone
	shop, _ := d.m.opts.Shop.(historian)
	return func(r store.Reader) (func() tea.Cmd, error) {
		s, err := readSheet(r, shop, order, now, zone)
		return func() tea.Cmd { d.place(s); return nil }, err
	}
}

// place shows a sheet that was read. The cursor stays on the line it was on.
func (d *detail) place(s *orderSheet) {
	if s.order.ID != d.order {
		return // it was read before somebody went on
	}
	at, had := d.under()
	d.sheet = s
	if !had {
		return
	}
	for i, r := range d.rows() {
		if r.section.name == at.section.name && (r.line == nil) == (at.line == nil) && (r.line == nil || *r.line == *at.line) {
			d.cursor = i
			return
		}
	}
	d.settle()
}

// sheetRow is a row that the cursor can stand on: a heading, or a line of a section.
type sheetRow struct {
	section *section
	line    *sheetLine // nil for the heading
}

// rows are the headings and the lines that are not folded away. What has nothing in it is not there.
func (d *detail) rows() []sheetRow {
	if d.sheet == nil {
		return nil
	}
	var out []sheetRow
	for i := range d.sheet.sections {
		s := &d.sheet.sections[i]
		if s.count == 0 {
			continue
		}
		out = append(out, sheetRow{section: s})
		if d.folded[s.name] {
			continue
		}
		for n := range s.lines {
			out = append(out, sheetRow{s, &s.lines[n]})
		}
	}
	return out
}

func (d *detail) under() (sheetRow, bool) {
	rows := d.rows()
	if d.cursor < len(rows) {
		return rows[d.cursor], true
	}
	return sheetRow{}, false
}

func (d *detail) settle() { d.cursor = max(min(d.cursor, len(d.rows())-1), 0) }

func (d *detail) move(by int) {
	d.cursor += by
	d.settle()
}

func (d *detail) page() int { return max(d.height-2, 1) }

// jump goes to the next heading, or the one before.
func (d *detail) jump(way int) {
	rows := d.rows()
	for i := d.cursor + way; i >= 0 && i < len(rows); i += way {
		if rows[i].line == nil {
			d.cursor = i
			return
		}
	}
}

// fold folds the section under the cursor away, or unfolds it.
func (d *detail) fold() {
	r, ok := d.under()
	if !ok {
		return
	}
	d.folded[r.section.name] = !d.folded[r.section.name]
	for i, row := range d.rows() {
		if row.section == r.section {
			d.cursor = i
			return
		}
	}
}

// foldAll folds everything away but what is under the cursor, or unfolds everything.
func (d *detail) foldAll() {
	r, _ := d.under()
	open := len(d.folded) > 0
	d.folded = map[string]bool{}
	for i := range d.sheet.sections {
		if !open {
			d.folded[d.sheet.sections[i].name] = true
		}
	}
	for i, row := range d.rows() {
		if row.section == r.section {
			d.cursor = i
			return
		}
	}
}

// labels is the width of the column of labels.
const labels = 12

func (d *detail) draw(s *screen.Screen, area screen.Rect, focused bool) {
	area = d.m.edge(s, d, area, focused)
	head, body := area.Top(1)
	d.height = body.H
	if d.sheet == nil {
		s.Text(head.X+1, head.Y, head.W-1, screen.Dim, "reading the order")
		return
	}
	w := d.sheet.order
	x := head.X + 1
	x += s.Text(x, head.Y, head.W-1, screen.Title, w.Number) + 1
	s.Text(x, head.Y, head.X+head.W-x, screen.Strong, w.Title)
	rows := d.rows()
	d.scroll(rows, body)
	y := body.Y
	for i := d.top; i < len(rows) && y < body.Y+body.H; i++ {
		y += d.drawRow(s, rows[i], screen.Rect{X: body.X, Y: y, W: body.W, H: body.Y + body.H - y}, i == d.cursor, focused)
	}
}

// scroll brings the row under the cursor into sight. Rows take as many lines as they need.
func (d *detail) scroll(rows []sheetRow, body screen.Rect) {
	d.top = max(min(d.top, d.cursor), 0)
	for d.top < d.cursor {
		used := 0
		for i := d.top; i <= d.cursor && i < len(rows); i++ {
			used += len(rowText(rows[i], body.W))
		}
		if used <= body.H {
			return
		}
		d.top++
	}
}

// rowText is the text of a row beside its label, broken into lines.
func rowText(r sheetRow, width int) []string {
	if r.line == nil {
		return []string{""}
	}
	lines := screen.Wrap(r.line.text, max(width-labels-3, 10))
	if r.line.fix != "" {
		lines = append(lines, screen.Wrap(r.line.fix, max(width-labels-5, 10))...)
	}
	return lines
}

func (d *detail) drawRow(s *screen.Screen, r sheetRow, at screen.Rect, under, focused bool) int {
	if under {
		s.Put(at.X, at.Y, screen.Strong, s.Glyphs().Pointer)
	}
	if r.line == nil {
		sign := s.Glyphs().Down
		if d.folded[r.section.name] {
			sign = s.Glyphs().After
		}
		text := r.section.name
		if r.section.name != "Order" {
			text += fmt.Sprintf(" %d", r.section.count)
		}
		s.Text(at.X+1, at.Y, at.W-1, screen.Accent, sign+" "+text)
		if under && focused {
			s.Dress(screen.Rect{X: at.X + 1, Y: at.Y, W: at.W - 1, H: 1}, screen.Selected)
		}
		return 1
	}
	lines := rowText(r, at.W)
	fixes := 0
	if r.line.fix != "" {
		fixes = len(screen.Wrap(r.line.fix, max(at.W-labels-5, 10)))
	}
	s.Text(at.X+2, at.Y, labels, screen.Dim, r.line.label)
	for i, text := range lines {
		if i >= at.H {
			break
		}
		x, role := at.X+labels+3, r.line.role
		if i >= len(lines)-fixes {
			x, role = x+2, screen.Key
		}
		s.Text(x, at.Y+i, at.X+at.W-x, role, text)
	}
	if under && focused {
		s.Dress(screen.Rect{X: at.X + 1, Y: at.Y, W: at.W - 1, H: min(len(lines), at.H)}, screen.Selected)
	}
	return len(lines)
}

// line tells about the row under the cursor, and what enter does there.
func (d *detail) line() string {
	r, ok := d.under()
	switch {
	case !ok:
		return ""
	case r.line == nil:
		return d.sheet.order.Number + "  " + r.section.name + ": enter folds it away or back"
	case r.line.fix != "":
		return r.line.text + "  enter: " + r.line.fix
	}
	return strings.TrimSpace(r.line.label) + "  " + r.line.text
}
