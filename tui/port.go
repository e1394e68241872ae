package tui

import (
	"context"
	"time"

	"callout/calendar"
	"callout/store"
)

// Shop is what the board reads.
type Shop interface {
	// View runs fn on a snapshot of the shop.
	View(ctx context.Context, fn func(r store.Reader) error) error
	// Wait returns as soon as the journal has more than since entries, and says how many it has.
	Wait(ctx context.Context, since uint64) (uint64, error)
}

// Shell runs command lines of callout as a shell would, within this process.
type Shell interface {
	// Run runs one line, without the program's name.
	Run(ctx context.Context, line []string) Outcome
	// Feed runs one line with a text on its standard input.
	Feed(ctx context.Context, line []string, in string) Outcome
	// Complete lists what the last word of a line can be.
	Complete(ctx context.Context, line []string) []Candidate
}

// Outcome is what came of a command line.
type Outcome struct {
	Exit  int    // the exit code
	Out   string // what went to standard output
	Error string // what and why, without the word "error:"
	Hint  string // what to type next, if something was said
	Field string // the input that was wrong, as its flag is called
	Code  string // the rule that refused, such as "appointment.lock"
	Notes string // what else was said on standard error
}

// Done reports whether everything that the line asked for was done.
func (o Outcome) Done() bool { return o.Exit == 0 }

// Candidate is a word that a line can go on with.
type Candidate struct{ Word, Help string }

// Options say how the board is started.
type Options struct {
	Shop  Shop
	Shell Shell
	Now   func() time.Time
	Zone  calendar.Zone // the company's, or what --tz says
	Title string        // the company's name
	Actor string        // who acts
	Day   calendar.Date // the first day that is shown
	Days  int           // how many days are shown; 0 is one

	ReadOnly bool
	Theme    string // of [screen.Themes]; "" is the first
	ASCII    bool   // draw with ASCII signs only
	Mouse    bool
	// Views keeps the user's views of the queue; without it they last as long as the board is open.
	Views Views
	// Keys are the keys that the user chose, by the id of the binding.
	Keys map[string][]string
	// Search are the flags of `dispatch optimize` that say how long a plan is looked for; nil is a few seconds.
	Search []string
	// Driven says that somebody else moves the board: it then neither waits for the journal nor has a clock of
	// its own. [Changed] tells it that the shop has changed.
	Driven bool
	// Quiet is how long no key may have come before a dialog that nobody asked for takes one.
	Quiet time.Duration
}
