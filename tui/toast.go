package tui

import (
	"cmp"
	"time"

	"callout/tui/screen"
)

// toast is the last thing that the board said. It stays until the next key, or for a while.
type toast struct {
	text string
	hint string
	role screen.Role
	at   time.Time
}

// stays is how long a word stays on the screen.
const stays = 8 * time.Second

// tell says that something was done.
func (m *Model) tell(text string) { m.toast = toast{text: text, role: screen.Good, at: m.opts.Now()} }

// warn says that something does not work.
func (m *Model) warn(text string) { m.toast = toast{text: text, role: screen.Warn, at: m.opts.Now()} }

// complain says what refused, in the rule's own words.
func (m *Model) complain(o Outcome) {
	text := cmp.Or(o.Error, firstLine(o.Notes), firstLine(o.Out), "it was not done")
	m.toast = toast{text: text, hint: o.Hint, role: screen.Bad, at: m.opts.Now()}
}

// fade takes away what has been there long enough. A refusal stays until the next key.
func (m *Model) fade(now time.Time) {
	if m.toast.role != screen.Bad && now.Sub(m.toast.at) > stays {
		m.toast = toast{}
	}
}
