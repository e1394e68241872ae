package tui

import (
	tea "charm.land/bubbletea/v2"

	"callout/store"
	"callout/tui/screen"
)

// A pane is a part of the screen that shows one thing and takes keys.
type pane interface {
	// scope is where its keys stand in the table; a held visit puts another one before it.
	scopes() []scope
	// title is the word on its tab.
	title() string
	// reader returns what reads the pane anew. It runs in the background on a snapshot of the shop and
	// must not touch the pane; what it returns puts the result in place.
	reader() reading
	// draw shows the pane. Focused says that keys go to it.
	draw(s *screen.Screen, area screen.Rect, focused bool)
	// line tells about what is under the cursor in full.
	line() string
}

// reading reads something in the background; place puts it where it is shown and may ask for more.
type reading func(r store.Reader) (place func() tea.Cmd, err error)

// pasted is a dialog that takes text which was pasted.
type pasted interface{ edit(msg tea.Msg) }

// A dialog lies over the panes and has the keys while it is open.
type dialog interface {
	draw(s *screen.Screen, area screen.Rect)
	// key takes a key. It says whether the dialog is done with.
	key(m *Model, msg tea.KeyPressMsg) (done bool, cmd tea.Cmd)
}
