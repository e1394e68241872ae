package screen

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// The size of a cell in a picture, and of its letters, in pixels. They are those of a common monospaced font: where
// another is used, textLength keeps the columns.
const (
	cellWidth, cellHeight = 8.4, 17.0
	letter, baseline      = 14, 13.2
	margin                = 12.0
)

// SVG is the frame as a picture: a rectangle for each piece with a background of its own, a text for each piece in one
// dress. Equal frames give equal bytes.
func (s *Screen) SVG() string {
	w, h := s.w, s.h
	base := dressOf(s.theme.styles[Normal])
	var b strings.Builder
	width, height := float64(w)*cellWidth+2*margin, float64(h)*cellHeight+2*margin
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.1f %.1f\" width=\"%.0f\" height=\"%.0f\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"%d\">\n",
		width, height, width, height, letter)
	fmt.Fprintf(&b, "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"%s\"/>\n<g transform=\"translate(%.0f %.0f)\" xml:space=\"preserve\">\n", base.back, margin, margin)
	for y := range h {
		runs := s.runs(y)
		for _, r := range runs {
			if d := dressOf(r.style); d.back != base.back {
				fmt.Fprintf(&b, "<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\" fill=\"%s\"/>\n", float64(r.x)*cellWidth, float64(y)*cellHeight, float64(r.w)*cellWidth, cellHeight, d.back)
			}
		}
		for _, r := range runs {
			r.write(&b, y, dressOf(r.style))
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// run is a piece of a row in one dress.
type run struct {
	x, w  int
	text  string
	style uv.Style
	wide  bool // one character of two columns
}

// runs divides a row.
func (s *Screen) runs(y int) []run {
	var out []run
	for x, c := range s.cells[y*s.w : (y+1)*s.w] {
		if c.width == 0 {
			continue
		}
		style := s.theme.styles[c.role]
		// A character of two columns stands alone: fonts disagree about how wide it is.
		if n := len(out); n > 0 && out[n-1].style.Equal(&style) && c.width == 1 && !out[n-1].wide {
			out[n-1].text += c.text
			out[n-1].w++
		} else {
			out = append(out, run{x: x, w: int(c.width), text: c.text, style: style, wide: c.width > 1})
		}
	}
	return out
}

// write writes the text of a run, without the spaces at its ends.
func (r run) write(b *strings.Builder, y int, d dress) {
	if r.style.Underline == uv.UnderlineNone {
		trimmed := strings.TrimLeft(r.text, " ")
		r.x += len(r.text) - len(trimmed)
		r.text = strings.TrimRight(trimmed, " ")
		r.w = Width(r.text)
	}
	if r.text == "" {
		return
	}
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(r.text)
	fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\" fill=\"%s\"%s>%s</text>\n",
		float64(r.x)*cellWidth, float64(y)*cellHeight+baseline, float64(r.w)*cellWidth, d.front, d.more, text)
}

// dress is a style as a picture has it.
type dress struct{ front, back, more string }

// dressOf says what a style looks like. Where the terminal's own colours would stand, light grey stands on black.
func dressOf(st uv.Style) dress {
	front, back := colourOf(st.Fg, "#d0d0d0"), colourOf(st.Bg, "#101010")
	if st.Attrs&uv.AttrReverse != 0 {
		front, back = back, front
	}
	d := dress{front: front, back: back}
	if st.Attrs&uv.AttrBold != 0 {
		d.more += ` font-weight="bold"`
	}
	if st.Attrs&uv.AttrFaint != 0 {
		d.more += ` opacity="0.5"`
	}
	if st.Underline != uv.UnderlineNone {
		d.more += ` text-decoration="underline"`
	}
	return d
}

func colourOf(c color.Color, own string) string {
	if c == nil {
		return own
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
