package cmd

import "strings"

// role is what a piece of text means; the colour follows from it. Colour never carries a
// meaning alone: the word is always there too.
type role string

// The roles, as SGR parameters of the 16 colours that every terminal lets its owner choose.
const (
	plain   role = ""
	strong  role = "1"
	faint   role = "2"
	good    role = "32"
	caution role = "33"
	bad     role = "1;31"
)

// wantsColor decides for one stream. The flag and the configuration come first, then
// NO_COLOR (any value but the empty one, as no-color.org asks), then CLICOLOR_FORCE, then
// whether the stream is a terminal that can show colour.
func (a *App) wantsColor(tty bool) bool {
	switch a.config.Color {
	case "always":
		return true
	case "never":
		return false
	}
	if a.env("NO_COLOR") != "" {
		return false
	}
	if force := a.env("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return tty && a.env("TERM") != "dumb"
}

// paint colours s for stdout; paintErr does so for stderr.
func (a *App) paint(r role, s string) string    { return paint(a.color, r, s) }
func (a *App) paintErr(r role, s string) string { return paint(a.errColor, r, s) }

func paint(on bool, r role, s string) string {
	if !on || r == plain || s == "" {
		return s
	}
	return "\x1b[" + string(r) + "m" + s + "\x1b[0m"
}

// printable replaces control characters, so that a name typed by a stranger cannot steer
// the terminal it is shown on. Newlines stay when keepLines is set.
func printable(s string, keepLines bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && keepLines:
			return r
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < 0x20, r >= 0x7f && r < 0xa0:
			return '\ufffd'
		}
		return r
	}, s)
}
