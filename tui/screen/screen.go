package screen

import (
	"strings"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Screen is one frame: a sheet of cells that is drawn from back to front.
type Screen struct {
	buf   *uv.Buffer
	theme *Theme
}

// New returns an empty frame.
func New(w, h int, t *Theme) *Screen {
	s := &Screen{buf: uv.NewBuffer(max(w, 0), max(h, 0)), theme: t}
	if base := t.styles[Normal]; !base.IsZero() {
		s.Fill(s.Area(), Normal)
	}
	return s
}

// Area is the whole sheet.
func (s *Screen) Area() Rect { return Rect{0, 0, s.buf.Width(), s.buf.Height()} }

// Glyphs are the signs of the theme.
func (s *Screen) Glyphs() *Glyphs { return s.theme.glyphs }

// Text writes one line from a cell on, in at most width columns, and returns how many it took. What does
// not fit ends in an ellipsis. Control characters, which could come from any customer's name, become spaces.
func (s *Screen) Text(x, y, width int, role Role, text string) int {
	area := s.Area()
	width = min(width, area.W-x)
	if y < 0 || y >= area.H || width <= 0 || x < 0 {
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
	s.buf.SetCell(x, y, &uv.Cell{Content: gr, Width: w, Style: s.theme.styles[role]})
}

func control(gr string) bool {
	r, _ := utf8.DecodeRuneInString(gr)
	return unicode.IsControl(r) || r == utf8.RuneError
}

// Fill empties a part in the dress of a role.
func (s *Screen) Fill(r Rect, role Role) { s.Pattern(r, role, " ") }

// Pattern fills a part with a sign of one column.
func (s *Screen) Pattern(r Rect, role Role, sign string) {
	c := uv.Cell{Content: sign, Width: 1, Style: s.theme.styles[role]}
	area := s.Area()
	for y := max(r.Y, 0); y < min(r.Y+r.H, area.H); y++ {
		for x := max(r.X, 0); x < min(r.X+r.W, area.W); x++ {
			s.buf.SetCell(x, y, &c)
		}
	}
}

// Dress gives what is written in a part the dress of a role.
func (s *Screen) Dress(r Rect, role Role) {
	area := s.Area()
	for y := max(r.Y, 0); y < min(r.Y+r.H, area.H); y++ {
		for x := max(r.X, 0); x < min(r.X+r.W, area.W); x++ {
			if c := s.buf.CellAt(x, y); c != nil {
				c.Style = s.theme.styles[role]
			}
		}
	}
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
func (s *Screen) String() string { return s.buf.Render() }

// Plain is the frame as text without any dress. Trailing spaces are cut.
func (s *Screen) Plain() string {
	var b strings.Builder
	for y := range s.buf.Height() {
		b.WriteString(strings.TrimRight(s.buf.Line(y).String(), " "))
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
