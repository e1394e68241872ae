package tui

import (
	"callout/tui/screen"
)

// panelWidth is how wide the panel is that lists what stands against what is held, and how wide the board must be
// for it.
const panelWidth, panelNeeds = 52, 100

// drawAgainst lists what stands against dropping here, in the rules' own words, in the corner of the board that is
// away from it.
func (b *board) drawAgainst(s *screen.Screen, g *grid) {
	h := b.held
	if h == nil || !h.known || len(h.against) == 0 || b.area.W < panelNeeds || b.area.H < 14 {
		return
	}
	role, title := screen.Dim, "to be known"
	if h.stands() {
		role, title = screen.Bad, "stands against it"
	}
	type row struct {
		text string
		role screen.Role
	}
	var rows []row
	for _, c := range h.against {
		sign, dress := s.Glyphs().Conflict+" ", screen.Normal
		if c.Note {
			sign, dress = "  ", screen.Dim
		}
		for i, l := range screen.Wrap(conflictWords(c), panelWidth-6) {
			if i > 0 {
				sign = "  "
			}
			rows = append(rows, row{sign + l, dress})
		}
	}
	height := min(len(rows)+2, g.body.H/2)
	box := screen.Rect{X: b.area.X + b.area.W - panelWidth - 1, Y: g.body.Y + g.body.H - height, W: panelWidth, H: height}
	if at := g.body.Y + (b.lane-b.top)*g.rows; at+g.rows > box.Y {
		box.Y = g.body.Y
	}
	in := s.Box(box, role, title)
	for i := range min(in.H, len(rows)) {
		s.Text(in.X+1, in.Y+i, in.W-2, rows[i].role, rows[i].text)
	}
}
