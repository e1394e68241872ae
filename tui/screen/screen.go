package screen

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Screen is one frame: a sheet of cells that is drawn from back to front.
type Screen struct {
	w, h  int
	cells []cell // line by line
	theme *Theme
}

// cell is one column of one line. It knows its role and not its colours: those are looked up when it is written.
type cell struct {
	text  string
	width int8 // 2 is the first half of a wide character, and 0 the second one
	role  Role
}

// New returns an empty frame.
func New(w, h int, t *Theme) *Screen { return (&Screen{}).Renew(w, h, t) }

// Renew empties a frame that was shown, so that the next one is drawn on the same sheet, at another size if need be.
func (s *Screen) Renew(w, h int, t *Theme) *Screen {
	s.w, s.h, s.theme = max(w, 0), max(h, 0), t
	if n := s.w * s.h; cap(s.cells) < n {
		s.cells = make([]cell, n)
	} else {
		s.cells = s.cells[:n]
	}
	for i := range s.cells {
		s.cells[i] = cell{" ", 1, Normal}
	}
	return s
}

// Area is the whole sheet.
func (s *Screen) Area() Rect { return Rect{0, 0, s.w, s.h} }

// Glyphs are the signs of the theme.
func (s *Screen) Glyphs() *Glyphs { return s.theme.glyphs }

// Text writes one line from a cell on, in at most width columns, and returns how many it took. What does
// not fit ends in an ellipsis. Control characters, which could come from any customer's name, become spaces.
func (s *Screen) Text(x, y, width int, role Role, text string) int {
	width = min(width, s.w-x)
	if y < 0 || y >= s.h || width <= 0 || x < 0 {
		return 0
	}
	cut := Width(text) > width
	limit := width
	if cut {
		limit--
	}
	at := x
	for len(text) > 0 {
		gr, w := next(text)
		text = text[len(gr):]
		if w == 0 {
			continue
		}
		if at+w > x+limit {
			break
		}
		s.put(at, y, gr, w, role)
		at += w
	}
	if cut {
		for at < x+limit { // half of a wide character did not fit
			s.put(at, y, " ", 1, role)
			at++
		}
		s.put(at, y, s.theme.glyphs.Ellipsis, 1, role)
		at++
	}
	return at - x
}

// Right writes a line that ends at the right edge of a field.
func (s *Screen) Right(x, y, width int, role Role, text string) {
	w := min(Width(text), width)
	s.Text(x+width-w, y, w, role, text)
}

// Put writes a sign of one column.
func (s *Screen) Put(x, y int, role Role, sign string) {
	if s.Area().Contains(x, y) {
		s.put(x, y, sign, 1, role)
	}
}

func (s *Screen) put(x, y int, gr string, w int, role Role) {
	if gr[0] < ' ' || gr[0] == 0x7f || (len(gr) > 1 && control(gr)) {
		gr, w = " ", 1
	}
	line := s.cells[y*s.w : (y+1)*s.w]
	if w > 1 && x+w > len(line) {
		gr, w = " ", 1
	}
	for i := x; i < x+w; i++ {
		if line[i].width != 1 {
			part(line, i)
		}
	}
	line[x] = cell{gr, int8(w), role} //nolint:gosec // a character has two columns at most
	for i := x + 1; i < x+w; i++ {
		line[i] = cell{"", 0, role}
	}
}

// part takes a wide character away of which a half is written over: nothing shows half of it.
func part(line []cell, i int) {
	if line[i].width == 0 && i > 0 {
		i--
	}
	for n := i; n < len(line) && (n == i || line[n].width == 0); n++ {
		line[n].text, line[n].width = " ", 1
	}
}

func control(gr string) bool {
	r, _ := utf8.DecodeRuneInString(gr)
	return unicode.IsControl(r) || r == utf8.RuneError
}

// Fill empties a part in the dress of a role.
func (s *Screen) Fill(r Rect, role Role) { s.Pattern(r, role, " ") }

// Pattern fills a part with a sign of one column.
func (s *Screen) Pattern(r Rect, role Role, sign string) {
	r = s.within(r)
	for y := r.Y; y < r.Y+r.H; y++ {
		line := s.cells[y*s.w : (y+1)*s.w]
		for x := r.X; x < r.X+r.W; x++ {
			if line[x].width != 1 {
				part(line, x)
			}
			line[x] = cell{sign, 1, role}
		}
	}
}

// Dress gives what is written in a part the dress of a role.
func (s *Screen) Dress(r Rect, role Role) {
	r = s.within(r)
	for y := r.Y; y < r.Y+r.H; y++ {
		for i := y*s.w + r.X; i < y*s.w+r.X+r.W; i++ {
			s.cells[i].role = role
		}
	}
}

// within is what of a part lies on the sheet.
func (s *Screen) within(r Rect) Rect {
	x, y := max(r.X, 0), max(r.Y, 0)
	return Rect{x, y, max(min(r.X+r.W, s.w)-x, 0), max(min(r.Y+r.H, s.h)-y, 0)}
}

// Box draws a frame with a title along the inner edge of a part, and returns what is inside.
func (s *Screen) Box(r Rect, role Role, title string) Rect {
	if r.W < 2 || r.H < 2 {
		return Rect{}
	}
	g := s.theme.glyphs
	s.Fill(r, Normal)
	for x := r.X + 1; x < r.X+r.W-1; x++ {
		s.Put(x, r.Y, role, g.Horizontal)
		s.Put(x, r.Y+r.H-1, role, g.Horizontal)
	}
	for y := r.Y + 1; y < r.Y+r.H-1; y++ {
		s.Put(r.X, y, role, g.Vertical)
		s.Put(r.X+r.W-1, y, role, g.Vertical)
	}
	for i, at := range [4][2]int{{r.X, r.Y}, {r.X + r.W - 1, r.Y}, {r.X, r.Y + r.H - 1}, {r.X + r.W - 1, r.Y + r.H - 1}} {
		s.Put(at[0], at[1], role, g.Corners[i])
	}
	if title != "" && r.W > 6 {
		s.Text(r.X+2, r.Y, r.W-4, Title, " "+title+" ")
	}
	return r.Inset(1, 1)
}

// String is the frame for a terminal, in its whole colours; what a terminal cannot show is
// left out when it is written.
func (s *Screen) String() string {
	var b strings.Builder
	b.Grow(3 * len(s.cells))
	for y := range s.h {
		if y > 0 {
			b.WriteByte('\n')
		}
		s.writeLine(&b, s.cells[y*s.w:(y+1)*s.w])
	}
	return b.String()
}

// writeLine writes a line. It begins and ends without any dress; empty cells at its end are left out where they look
// like none.
func (s *Screen) writeLine(b *strings.Builder, line []cell) {
	pen := plainPen
	end := len(line)
	for end > 0 && line[end-1].text == " " && s.theme.pens[line[end-1].role] == pen {
		end--
	}
	for i := range line[:end] {
		c := &line[i]
		if c.width == 0 {
			continue
		}
		if want := s.theme.pens[c.role]; want != pen {
			b.WriteString(s.theme.turns[want])
			pen = want
		}
		b.WriteString(c.text)
	}
	if pen != plainPen {
		b.WriteString(ansi.ResetStyle)
	}
}

// Plain is the frame as text without any dress. Trailing spaces are cut.
func (s *Screen) Plain() string {
	var b strings.Builder
	var line strings.Builder
	for y := range s.h {
		line.Reset()
		for _, c := range s.cells[y*s.w : (y+1)*s.w] {
			line.WriteString(c.text)
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// Width is how many columns a line of text takes.
func Width(text string) int {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return ansi.StringWidth(text)
		}
	}
	return len(text)
}

// next splits the first character, as a reader sees it, off a text.
func next(text string) (string, int) {
	if text[0] < utf8.RuneSelf && (len(text) == 1 || text[1] < utf8.RuneSelf) {
		return text[:1], 1
	}
	gr, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
	if control(gr) {
		return gr, 1
	}
	return gr, w
}

// Cut shortens a text to a width, with an ellipsis where it was longer.
func (s *Screen) Cut(text string, width int) string {
	return ansi.Truncate(text, width, s.theme.glyphs.Ellipsis)
}

// Wrap breaks a text into lines of at most width columns, between words.
func Wrap(text string, width int) []string {
	if width <= 0 {
		return nil
	}
	// The library breaks after hyphens as well; flags and numbers such as WO-1001 stay whole.
	whole := ansi.Wrap(strings.ReplaceAll(text, "-", "\u2011"), width, "")
	return strings.Split(strings.ReplaceAll(whole, "\u2011", "-"), "\n")
}
