package tui

import "callout/tui/screen"

// The smallest terminal that the board can be used on.
const minWidth, minHeight = 60, 16

// wideEnough is how wide a terminal is on which two panes stand beside each other.
const wideEnough = 110

// layout is where everything goes at one size.
type layout struct {
	header, main, side, detail, footer screen.Rect
}

// newLayout divides the terminal. A side pane gets a third beside the main one where there is room for
// both; where there is not, it takes the place of the main one while it has the keys.
func newLayout(w, h int, side, focused bool) layout {
	var l layout
	rest := screen.Rect{W: w, H: h}
	l.header, rest = rest.Top(1)
	l.footer, rest = rest.Bottom(1)
	detail := 1
	if h >= 20 {
		detail = 2
	}
	l.detail, l.main = rest.Bottom(detail)
	switch {
	case !side:
	case w >= wideEnough:
		l.side, l.main = l.main.Right(max(w/3, 44))
	case focused:
		l.side, l.main = l.main, screen.Rect{}
	}
	return l
}
