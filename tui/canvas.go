package tui

import (
	"callout/tui/screen"
)

// canvas is a part of the screen as dots, two across and four down in each cell, as braille has them. Each dot has an
// owner, whose dress its cell gets; the last one that was drawn counts.
type canvas struct {
	w, h  int // in dots
	dots  []byte
	owner []int
}

func newCanvas(area screen.Rect) *canvas {
	c := &canvas{w: 2 * max(area.W, 0), h: 4 * max(area.H, 0)}
	c.dots, c.owner = make([]byte, c.w/2*(c.h/4)), make([]int, c.w/2*(c.h/4))
	return c
}

// set sets a dot; outside there are none.
func (c *canvas) set(x, y, owner int) {
	if x < 0 || y < 0 || x >= c.w || y >= c.h {
		return
	}
	// The bits of U+2800: 1, 2, 3 and 7 run down the left column, 4, 5, 6 and 8 down the right one.
	bits := [4][2]byte{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}
	cell := y/4*(c.w/2) + x/2
	c.dots[cell] |= bits[y%4][x%2]
	c.owner[cell] = owner
}

// line draws a line in a pattern of dots and gaps, which goes on from one line to the next: from says where in it
// this one begins, and what is returned where it ends.
func (c *canvas) line(x0, y0, x1, y1 int, pattern string, from, owner int) int {
	dx, dy := abs(x1-x0), -abs(y1-y0)
	sx, sy := sign(x1-x0), sign(y1-y0)
	wrong := dx + dy // Bresenham
	for {
		if pattern[from%len(pattern)] == '#' {
			c.set(x0, y0, owner)
		}
		from++
		if x0 == x1 && y0 == y1 {
			return from
		}
		twice := 2 * wrong
		if twice >= dy {
			wrong += dy
			x0 += sx
		}
		if twice <= dx {
			wrong += dx
			y0 += sy
		}
	}
}

func abs(n int) int { return max(n, -n) }

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// draw puts the dots on the screen. Where there is no braille, a cell with a dot gets its owner's letter.
func (c *canvas) draw(s *screen.Screen, area screen.Rect, dress func(owner int) (screen.Role, string)) {
	for i, bits := range c.dots {
		if bits == 0 {
			continue
		}
		role, letter := dress(c.owner[i])
		text := string(rune(0x2800 + int(bits)))
		if !s.Glyphs().Braille {
			text = letter
		}
		s.Put(area.X+i%(c.w/2), area.Y+i/(c.w/2), role, text)
	}
}
