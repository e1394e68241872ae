package tui

import (
	"strings"

	"callout/internal/fault"
	"callout/tui/screen"
)

// themeOf finds the theme that the options name.
func themeOf(o Options) (*screen.Theme, error) {
	name := o.Theme
	if name == "" {
		name = screen.Themes()[0]
	}
	t, ok := screen.ThemeNamed(name, o.ASCII)
	if !ok {
		return nil, fault.Invalidf("theme", "there is no theme %q", name).With("board.theme").
			Hint("--theme %s", strings.Join(screen.Themes(), "|"))
	}
	return t, nil
}
