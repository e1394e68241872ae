package cmd

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// App is what a verb has to work with: the streams and what is known about them, the
// clock, the environment, the configuration and the flags that every verb shares.
// Everything in it can be replaced, so a test needs no process and no terminal.
type App struct {
	In  io.Reader // what "-" reads ids from, and where answers are typed
	Out io.Writer // data
	Err io.Writer // talk: errors, hints, notes, progress, questions

	// Now is the clock of everything that a person sees or types ("tomorrow 09:00").
	Now func() time.Time

	// LookupEnv reads one environment variable.
	LookupEnv func(string) (string, bool)

	// Dir is the working directory, where the search for the project file begins.
	Dir string

	// inTTY, outTTY and errTTY say which stream is a terminal; each counts by itself.
	inTTY, outTTY, errTTY bool

	// width is the number of terminal columns, 0 when unknown.
	width int

	// answers hands over stdin's lines; see prompt.go.
	answers *lines

	shared sharedFlags
	write  writeFlags

	settings settings // what each key is set to, and where
	config   Config   // the same, typed; valid once setUp has run

	color      bool // whether text on Out may carry colours
	errColor   bool // the same for Err
	accessible bool // linear text: no alignment, no repainting, no pager
	outClosed  bool // the reader of Out has gone away

	ctx    context.Context // of the verb that runs: a signal ends it
	met    string          // the store whose authority is known
	linked *linked         // of a device whose authority is a server

	running string // the command that runs, for those who wait for the store it holds
	listing string // the command that lists what it acts on, where there is one

	remote string // the server that is worked on, once it has said who we are

	placed *Config // where the shop is, when somebody else has settled that

	clock *time.Location // the company's, once a snapshot was read for people; nil before

	completers map[string]Completer // by placeholder, see complete.go
	able       able                 // what the verb can be done with whose arguments are completed
	completing bool                 // the shell asks for candidates; nobody else needs the flags' completions
}

// newApp returns an App on the given streams, with the facts of those that are files.
func newApp(in io.Reader, out, err io.Writer) *App {
	a := &App{
		In: in, Out: out, Err: err,
		Now:       time.Now,
		LookupEnv: os.LookupEnv,
		inTTY:     isTerminal(in),
		outTTY:    isTerminal(out),
		errTTY:    isTerminal(err),
	}
	if dir, err := os.Getwd(); err == nil {
		a.Dir = dir
	}
	if f, ok := out.(*os.File); ok && a.outTTY {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			a.width = w
		}
	}
	a.Out = &dataWriter{app: a, to: out}
	return a
}

// isTerminal reports whether a stream is a terminal, by asking the kernel: nothing is
// written to it and no answer is waited for.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// env returns the value of an environment variable, or "".
func (a *App) env(name string) string {
	v, _ := a.LookupEnv(name)
	return v
}

// Config is the configuration of this run.
func (a *App) Config() Config { return a.config }

// setUp resolves what the flags, the environment and the files say. It runs before
// every verb. A raw verb reads no files, so that it works when they are broken.
func (a *App) setUp(raw bool, changed map[string]string) error {
	s, err := a.loadSettings(raw, changed)
	if err != nil {
		return err
	}
	a.settings = s
	if a.config, err = s.config(); err != nil {
		return err
	}
	a.color = a.wantsColor(a.outTTY)
	a.errColor = a.wantsColor(a.errTTY)
	a.accessible = a.config.Accessible
	return a.checkOutput()
}

// dataWriter is stdout. It remembers that its reader has gone away (a closed pipe), which
// is how `callout wo list | head` ends and not an error.
type dataWriter struct {
	app *App
	to  io.Writer
}

func (w *dataWriter) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil && isBrokenPipe(err) {
		w.app.outClosed = true
	}
	return n, err
}
