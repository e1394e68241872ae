package screen

// Rect is a part of the sheet, in cells.
type Rect struct{ X, Y, W, H int }

// IsEmpty reports whether there is nothing to draw on.
func (r Rect) IsEmpty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether a cell lies in the part.
func (r Rect) Contains(x, y int) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }

// Top cuts n rows off the upper edge; rest is what remains below.
func (r Rect) Top(n int) (top, rest Rect) {
	n = min(max(n, 0), max(r.H, 0))
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// Bottom cuts n rows off the lower edge; rest is what remains above.
func (r Rect) Bottom(n int) (bottom, rest Rect) {
	rest, bottom = r.Top(r.H - min(max(n, 0), max(r.H, 0)))
	return bottom, rest
}

// Left cuts n columns off the left edge; rest is what remains beside it.
func (r Rect) Left(n int) (left, rest Rect) {
	n = min(max(n, 0), max(r.W, 0))
	return Rect{r.X, r.Y, n, r.H}, Rect{r.X + n, r.Y, r.W - n, r.H}
}

// Right cuts n columns off the right edge; rest is what remains beside it.
func (r Rect) Right(n int) (right, rest Rect) {
	rest, right = r.Left(r.W - min(max(n, 0), max(r.W, 0)))
	return right, rest
}

// Inset leaves a margin of so many columns and rows on every side.
func (r Rect) Inset(columns, rows int) Rect {
	return Rect{r.X + columns, r.Y + rows, r.W - 2*columns, r.H - 2*rows}
}

// Middle is a part of the given size in the middle, no larger than the whole.
func (r Rect) Middle(w, h int) Rect {
	w, h = min(w, r.W), min(h, r.H)
	return Rect{r.X + (r.W-w)/2, r.Y + (r.H-h)/2, w, h}
}
