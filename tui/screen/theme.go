package screen

import (
	"image/color"
	"slices"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Theme dresses the roles. A colour never stands alone: a sign or a word says the same.
type Theme struct {
	Name   string
	styles [roles]uv.Style
	glyphs *Glyphs
	// Roles that look alike have one pen, and turns are what a terminal is told to take it up.
	pens  [roles]uint8
	turns []string
}

// plainPen writes without any dress.
const plainPen uint8 = 0

// cutPens gives the roles their pens. Each sets everything anew, so that it does not matter which one was there before.
func (t *Theme) cutPens() {
	known := []uv.Style{plainPen: {}}
	t.turns = []string{plainPen: ansi.ResetStyle}
	for role := range t.styles {
		style := &t.styles[role]
		i := slices.IndexFunc(known, func(s uv.Style) bool { return s.Equal(style) })
		if i < 0 {
			i = len(known)
			known = append(known, *style)
			t.turns = append(t.turns, "\x1b[0;"+strings.TrimPrefix(style.String(), "\x1b["))
		}
		t.pens[role] = uint8(i) //nolint:gosec // there are not more pens than roles
	}
}

// Glyphs are the signs of one column that the board draws with. The plain ones are for terminals
// and readers that know ASCII only.
type Glyphs struct {
	Ellipsis             string
	Horizontal, Vertical string
	Corners              [4]string // upper left, upper right, lower left, lower right
	Now                  string    // the line of the present
	OffShift, Away       string
	Travel               string // the road between two visits
	Lock, Crew           string
	Conflict             string
	Risk, Breach         string // a target of the SLA is at risk, or was missed
	Break                string // of a shift
	Earlier, Later       string // a visit of what has to happen before, and of what waits for it
	Mark, Pointer        string
	Before, After        string // a visit goes on beyond the edge
	None, Planned, Sent, Traveling, Working, Paused,
	Done, Partly, Failed, Canceled string // the states of a visit
	Up, Down string // there is more that way
	Home     string // where somebody lives, on the map
	Braille  bool   // lines may be drawn in dots
}

func unicodeGlyphs() *Glyphs {
	return &Glyphs{
		Ellipsis: "…", Horizontal: "─", Vertical: "│", Corners: [4]string{"┌", "┐", "└", "┘"},
		Now: "┊", OffShift: "░", Away: "▒", Travel: "·", Lock: "¤", Crew: "&",
		Conflict: "!", Risk: "△", Breach: "▲", Break: "╌", Earlier: "←", Later: "→", Mark: "✓", Pointer: "▸", Before: "‹", After: "›",
		None: "○", Planned: "○", Sent: "◐", Traveling: "»", Working: "●", Paused: "=",
		Done: "✓", Partly: "◑", Failed: "✗", Canceled: "-", Up: "↑", Down: "↓",
		Home: "⌂", Braille: true,
	}
}

func asciiGlyphs() *Glyphs {
	return &Glyphs{
		Ellipsis: "~", Horizontal: "-", Vertical: "|", Corners: [4]string{"+", "+", "+", "+"},
		Now: ":", OffShift: ".", Away: "%", Travel: "-", Lock: "#", Crew: "&",
		Conflict: "!", Risk: "R", Breach: "L", Break: "_", Earlier: "[", Later: "]", Mark: "*", Pointer: ">", Before: "<", After: ">",
		None: "o", Planned: "o", Sent: "s", Traveling: ">", Working: "@", Paused: "=",
		Done: "v", Partly: "p", Failed: "x", Canceled: "-", Up: "^", Down: "v", Home: "^",
	}
}

// Themes names the themes there are, the default first.
func Themes() []string { return []string{"terminal", "dark", "light", "high-contrast", "mono"} }

// ThemeNamed returns a theme; ok is false where there is none of that name. With ascii it draws with
// ASCII signs only.
func ThemeNamed(name string, ascii bool) (*Theme, bool) {
	t := &Theme{Name: name, glyphs: unicodeGlyphs()}
	if ascii {
		t.glyphs = asciiGlyphs()
	}
	switch name {
	case "terminal":
		t.dress(terminalColours())
	case "dark":
		t.dress(darkColours())
	case "light":
		t.dress(lightColours())
	case "high-contrast":
		t.dress(contrastColours())
	case "mono":
		t.mono()
	default:
		return nil, false
	}
	t.cutPens()
	return t, true
}

// palette is the colours of a theme. A nil colour is the terminal's own.
type palette struct {
	text, back, dim, title, accent, good, warn, bad, bar, barText color.Color

	planned, sent, travel, work, paused, done, part color.Color
}

// terminalColours are the terminal's own sixteen, so that the board follows whatever scheme its user chose.
func terminalColours() palette {
	c := func(n ansi.BasicColor) color.Color { return n }
	return palette{
		dim: c(ansi.BrightBlack), title: c(ansi.Cyan), accent: c(ansi.Cyan), good: c(ansi.Green), warn: c(ansi.Yellow), bad: c(ansi.Red),
		planned: c(ansi.Blue), sent: c(ansi.Cyan), travel: c(ansi.Magenta), work: c(ansi.Green), paused: c(ansi.Yellow),
		done: c(ansi.BrightBlack), part: c(ansi.Yellow),
	}
}

func hex(v uint32) color.Color {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff} //nolint:gosec // each is one byte of a colour
}

func darkColours() palette {
	return palette{
		text: hex(0xd8dee9), back: hex(0x1b1f27), dim: hex(0x7b8594), title: hex(0x88c0d0), accent: hex(0x88c0d0),
		good: hex(0xa3be8c), warn: hex(0xebcb8b), bad: hex(0xf0717b), bar: hex(0x2b313c), barText: hex(0xd8dee9),
		planned: hex(0x81a1c1), sent: hex(0x8fbcbb), travel: hex(0xb48ead), work: hex(0xa3be8c), paused: hex(0xebcb8b),
		done: hex(0x8a93a3), part: hex(0xd9a66f),
	}
}

func lightColours() palette {
	return palette{
		text: hex(0x24292f), back: hex(0xffffff), dim: hex(0x6a737d), title: hex(0x0b5cad), accent: hex(0x0b5cad),
		good: hex(0x1a7f37), warn: hex(0x8a5a00), bad: hex(0xc4161c), bar: hex(0xe6eaef), barText: hex(0x24292f),
		planned: hex(0x2f6fb0), sent: hex(0x0e7c86), travel: hex(0x8250a8), work: hex(0x1a7f37), paused: hex(0x8a5a00),
		done: hex(0x6a737d), part: hex(0xa35200),
	}
}

func contrastColours() palette {
	return palette{
		text: hex(0xffffff), back: hex(0x000000), dim: hex(0xc8c8c8), title: hex(0xffff00), accent: hex(0xffff00),
		good: hex(0x00ff5f), warn: hex(0xffd700), bad: hex(0xff6060), bar: hex(0xffffff), barText: hex(0x000000),
		planned: hex(0x5fafff), sent: hex(0x5fffff), travel: hex(0xff87ff), work: hex(0x00ff5f), paused: hex(0xffd700),
		done: hex(0xc8c8c8), part: hex(0xffaf00),
	}
}

// dress makes the roles of a palette. Bars of visits are the colour turned round: their text then has the
// colour of the background, which can be read on light and dark schemes alike.
func (t *Theme) dress(p palette) {
	plain := func(fg color.Color, attrs uint8) uv.Style { return uv.Style{Fg: fg, Bg: p.back, Attrs: attrs} }
	turned := func(fg color.Color, attrs uint8) uv.Style {
		return uv.Style{Fg: fg, Bg: p.back, Attrs: attrs | uv.AttrReverse}
	}
	bar := uv.Style{Fg: p.barText, Bg: p.bar}
	if p.bar == nil {
		bar = uv.Style{Attrs: uv.AttrReverse}
	}
	t.styles = [roles]uv.Style{
		Normal: plain(p.text, 0), Dim: plain(p.dim, 0), Strong: plain(p.text, uv.AttrBold), Title: plain(p.title, uv.AttrBold),
		Accent: plain(p.accent, 0), Good: plain(p.good, 0), Warn: plain(p.warn, 0), Bad: plain(p.bad, uv.AttrBold),
		Selected: turned(p.text, 0), Marked: plain(p.accent, uv.AttrBold), Key: plain(p.accent, uv.AttrBold), Bar: bar,
		Ruler: plain(p.dim, 0), Now: plain(p.bad, 0), OffShift: plain(p.dim, 0), Away: plain(p.warn, uv.AttrFaint),
		Cursor: turned(p.text, 0), Field: {Fg: p.text, Bg: p.back, Underline: uv.UnderlineSingle},
		VisitPlanned: turned(p.planned, 0), VisitSent: turned(p.sent, 0), VisitTravel: turned(p.travel, 0), VisitWork: turned(p.work, 0),
		VisitPaused: turned(p.paused, 0), VisitDone: turned(p.done, 0), VisitPart: turned(p.part, 0),
		VisitUnder: turned(p.text, uv.AttrBold), VisitHeld: {Fg: p.accent, Bg: p.back, Attrs: uv.AttrBold, Underline: uv.UnderlineSingle},
		VisitHeldBad: {Fg: p.bad, Bg: p.back, Attrs: uv.AttrBold, Underline: uv.UnderlineSingle}, VisitMarked: turned(p.accent, uv.AttrBold),
		VisitLate: turned(p.bad, 0),
		VisitKin:  {Fg: p.title, Bg: p.back, Attrs: uv.AttrReverse, Underline: uv.UnderlineSingle},
		Route1:    plain(p.planned, 0), Route2: plain(p.work, 0), Route3: plain(p.travel, 0), Route4: plain(p.part, 0),
	}
}

// mono tells everything by bold, faint, underlined and turned round, and by the signs.
func (t *Theme) mono() {
	attr := func(a uint8) uv.Style { return uv.Style{Attrs: a} }
	lined := func(a uint8) uv.Style { return uv.Style{Attrs: a, Underline: uv.UnderlineSingle} }
	t.styles = [roles]uv.Style{
		Dim: attr(uv.AttrFaint), Strong: attr(uv.AttrBold), Title: attr(uv.AttrBold), Accent: attr(uv.AttrBold), Warn: attr(uv.AttrBold),
		Bad: lined(uv.AttrBold), Selected: attr(uv.AttrReverse), Marked: attr(uv.AttrBold), Key: attr(uv.AttrBold), Bar: attr(uv.AttrReverse),
		Ruler: attr(uv.AttrFaint), OffShift: attr(uv.AttrFaint), Away: attr(uv.AttrFaint), Cursor: attr(uv.AttrReverse), Field: lined(0),
		VisitPlanned: lined(0), VisitSent: lined(uv.AttrBold), VisitTravel: lined(uv.AttrBold), VisitWork: lined(uv.AttrBold),
		VisitPaused: lined(0), VisitDone: lined(uv.AttrFaint), VisitPart: lined(0), VisitUnder: attr(uv.AttrReverse | uv.AttrBold),
		VisitHeld: lined(uv.AttrBold), VisitHeldBad: attr(uv.AttrBold | uv.AttrReverse), VisitMarked: attr(uv.AttrReverse), VisitLate: lined(uv.AttrBold), VisitKin: lined(uv.AttrReverse), Route3: attr(uv.AttrBold),
	}
}
