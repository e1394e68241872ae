package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callout/internal/fault"
	"callout/tui"
)

// inner runs command lines within this process, on the same shop and as the same person.
type inner struct{ app *App }

// NewShell runs command lines on the shop at a path as somebody would type them, at the time that now says. It
// is for whoever drives a board without a terminal: tests, and what makes its pictures.
func NewShell(store, as string, now func() time.Time, lookup func(string) (string, bool)) tui.Shell {
	a := newApp(strings.NewReader(""), io.Discard, io.Discard)
	a.Now, a.LookupEnv = now, lookup
	a.config = Config{Store: store, As: as, LockWait: 10 * time.Second}
	return &inner{a}
}

// child is an App for one line. It asks nothing: the board has asked already.
func (n *inner) child(in string) (a *App, out, talk *bytes.Buffer) {
	out, talk = &bytes.Buffer{}, &bytes.Buffer{}
	a = newApp(strings.NewReader(in), out, talk)
	outer := n.app
	a.Now, a.Dir, a.outTTY, a.placed = outer.Now, outer.Dir, true, &outer.config
	a.LookupEnv = func(name string) (string, bool) {
		switch name {
		case "CALLOUT_STORE":
			return outer.config.Store, true
		case "CALLOUT_AS":
			return outer.config.As, outer.config.As != ""
		case "CALLOUT_TZ":
			return outer.config.TZ, outer.config.TZ != ""
		case "CALLOUT_LOCK_WAIT":
			return outer.config.LockWait.String(), true
		case "CALLOUT_NO_INPUT", "NO_COLOR":
			return "true", true
		case "CALLOUT_PAGER":
			return "cat", true
		}
		return outer.LookupEnv(name)
	}
	return a, out, talk
}

// Run implements tui.Shell.
func (n *inner) Run(ctx context.Context, line []string) tui.Outcome { return n.Feed(ctx, line, "") }

// Feed implements tui.Shell.
func (n *inner) Feed(ctx context.Context, line []string, in string) tui.Outcome {
	a, out, talk := n.child(in)
	root := newRootCmd(a)
	root.SetArgs(line)
	err := root.ExecuteContext(ctx)
	o := tui.Outcome{Exit: exitCode(err), Out: out.String(), Notes: talk.String()}
	if err == nil {
		return o
	}
	o.Error = sentence(err)
	if hints := a.hints(err); len(hints) > 0 {
		o.Hint = hints[0]
	}
	var f *fault.Error
	if errors.As(err, &f) {
		o.Code, o.Field = f.Code, f.Field
	}
	return o
}

// Complete implements tui.Shell.
func (n *inner) Complete(ctx context.Context, line []string) []tui.Candidate {
	a, out, _ := n.child("")
	a.completing = true
	root := newRootCmd(a)
	root.SetArgs(append([]string{cobra.ShellCompRequestCmd}, line...))
	if root.ExecuteContext(ctx) != nil {
		return nil
	}
	var found []tui.Candidate
	for _, l := range strings.Split(out.String(), "\n") {
		if l == "" || strings.HasPrefix(l, ":") {
			continue
		}
		word, help, _ := strings.Cut(l, "\t")
		found = append(found, tui.Candidate{Word: word, Help: help})
	}
	return found
}
