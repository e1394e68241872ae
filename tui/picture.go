package tui

// Picture is what the board shows now as an SVG, in the colours of its theme.
func (m *Model) Picture() string { return m.frame().SVG() }
