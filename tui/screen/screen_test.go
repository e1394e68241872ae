package screen

import (
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"pgregory.net/rapid"
)

// What a frame writes for a terminal is read back cell by cell as it would be if it had been drawn on the library's own
// sheet: wide characters that are written over in part, dresses, and what is left out at the end of lines.
func TestStringIsWhatWasDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 24).Draw(t, "width"), rapid.IntRange(1, 5).Draw(t, "height")
		theme, ok := ThemeNamed(rapid.SampledFrom(Themes()).Draw(t, "theme"), rapid.Bool().Draw(t, "ascii"))
		if !ok {
			t.Fatal("no theme")
		}
		s := New(30, 9, theme)
		s.Fill(s.Area(), Bad) // what was on the sheet before is gone
		s.Renew(w, h, theme)
		want := uv.NewBuffer(w, h)
		set := func(x, y int, text string, width int, role Role) {
			want.SetCell(x, y, &uv.Cell{Content: text, Width: width, Style: theme.styles[role]})
		}
		for y := range h {
			for x := range w {
				set(x, y, " ", 1, Normal)
			}
		}
		for range rapid.IntRange(0, 12).Draw(t, "strokes") {
			x, y := rapid.IntRange(-2, w+1).Draw(t, "x"), rapid.IntRange(-1, h).Draw(t, "y")
			role := Role(rapid.IntRange(0, roles-1).Draw(t, "role"))
			switch rapid.SampledFrom([]string{"sign", "wide", "pattern"}).Draw(t, "stroke") {
			case "sign":
				s.Put(x, y, role, "○")
				if x >= 0 && y >= 0 && x < w && y < h {
					set(x, y, "○", 1, role)
				}
			case "wide":
				n := s.Text(x, y, 2, role, "東")
				if x >= 0 && y >= 0 && x < w && y < h {
					if x == w-1 {
						set(x, y, theme.glyphs.Ellipsis, 1, role)
					} else {
						set(x, y, "東", 2, role)
					}
				} else if n != 0 {
					t.Fatalf("%d columns written outside", n)
				}
			case "pattern":
				r := Rect{x, y, rapid.IntRange(0, 6).Draw(t, "w"), rapid.IntRange(0, 3).Draw(t, "h")}
				s.Pattern(r, role, "░")
				for py := max(r.Y, 0); py < min(r.Y+r.H, h); py++ {
					for px := max(r.X, 0); px < min(r.X+r.W, w); px++ {
						set(px, py, "░", 1, role)
					}
				}
			}
		}
		got := uv.NewScreenBuffer(w, h)
		uv.NewStyledString(s.String()).Draw(got, got.Bounds())
		for y := range h {
			for x := range w {
				g, e := got.CellAt(x, y), want.CellAt(x, y)
				if e.Width == 0 && (x == 0 || want.CellAt(x-1, y).Width != 2) {
					e = &uv.Cell{Content: " ", Width: 1, Style: g.Style} // the library forgets the half of what a wide character wrote over
				}
				if g.Content != e.Content || g.Width != e.Width || e.Width > 0 && !g.Style.Equal(&e.Style) {
					t.Fatalf("at %d,%d is %q, want %q:\n%s", x, y, g.Content, e.Content, s.Plain())
				}
			}
		}
	})
}

// A dress changes how something looks, and not what it is.
func TestDress(t *testing.T) {
	theme, _ := ThemeNamed("terminal", false)
	s := New(6, 1, theme)
	s.Text(0, 0, 6, Normal, "a東b")
	s.Dress(Rect{1, 0, 9, 9}, Selected)
	if got, want := s.String(), "a\x1b[0;7m東b  \x1b[m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := s.Plain(); got != "a東b\n" {
		t.Errorf("%q", got)
	}
}
