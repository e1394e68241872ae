package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// changedMsg says that the journal has grown, whoever wrote it.
type changedMsg struct{ entries uint64 }

// placedMsg carries what a background reading found. From is the pane that it reads the whole of, or nil.
type placedMsg struct {
	from  pane
	place func() tea.Cmd
	link  linkState // with a pane's whole reading
	err   error
}

// tickMsg is the clock: the line of the present, countdowns, toasts that fade.
type tickMsg time.Time

// ranMsg carries what came of a command line.
type ranMsg struct {
	job     *job
	outcome Outcome
	wrote   []uint64 // entries of the journal, the last first
}

// brokenMsg says that the shop cannot be read or watched.
type brokenMsg struct{ err error }
