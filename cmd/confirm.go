package cmd

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Danger says how much harm a verb can do, and so how it is confirmed.
type Danger int

const (
	// Mild verbs can be undone, or harm one thing a little. They never ask.
	Mild Danger = iota

	// Bulk verbs are mild one by one; more than bulkItems named at once are asked about. Ids
	// from a pipe were selected by another command and are not.
	Bulk

	// Severe verbs cannot be undone. The name has to be typed.
	Severe
)

// bulkItems is how many items a Bulk verb takes without a question.
const bulkItems = 10

// confirmItems asks before a verb acts on ids, where its danger calls for that.
func (a *App) confirmItems(ctx context.Context, d Danger, what string, ids []string, piped bool) error {
	switch {
	case d == Bulk && !piped && len(ids) > bulkItems:
		return a.Confirm(ctx, d, fmt.Sprintf("%s: %d items", what, len(ids)), "")
	case d == Severe && piped:
		return a.Confirm(ctx, d, what+": every item that comes through the pipe", "")
	case d == Severe && len(ids) == 1:
		return a.Confirm(ctx, d, what+" "+ids[0], ids[0])
	case d == Severe:
		return a.Confirm(ctx, d, fmt.Sprintf("%s: %d items", what, len(ids)), fmt.Sprint(len(ids)))
	}
	return nil
}

// confirmRun asks before a verb that acts once: a Severe one wants its first argument typed,
// or its own name when it has none.
func (a *App) confirmRun(c *cobra.Command, d Danger, args []string) error {
	name := c.Name()
	what := c.CommandPath()
	if len(args) > 0 {
		name = args[0]
		what += " " + name
	}
	return a.Confirm(c.Context(), d, what, name)
}

// Confirm asks before something dangerous. name is what a person has to type for a Severe
// one; without it only --yes will do. It never asks where nobody can answer: that is a
// usage error which names --yes.
func (a *App) Confirm(ctx context.Context, d Danger, what, name string) error {
	if d == Mild || a.write.yes || a.write.dryRun {
		return nil
	}
	if !a.canAsk() || d == Severe && name == "" {
		return usagef("%s needs a confirmation", what).With("confirm").Hint("add --yes if this is meant")
	}
	if d == Severe {
		answer, err := a.ask(ctx, fmt.Sprintf("%s\nThis cannot be undone. Type %s to go on: ", what, name))
		if err != nil {
			return err
		}
		if answer == name {
			return nil
		}
	} else {
		answer, err := a.ask(ctx, what+"\nGo on? [y/N] ")
		if err != nil {
			return err
		}
		if answer = strings.ToLower(answer); answer == "y" || answer == "yes" {
			return nil
		}
	}
	return usagef("not confirmed; nothing was changed").With("confirm").Hint("add --yes if this is meant")
}

// canAsk reports whether a question would reach a person who can answer.
func (a *App) canAsk() bool { return a.inTTY && a.errTTY && !a.config.NoInput }

// ask puts a question on stderr and returns the line that was typed.
func (a *App) ask(ctx context.Context, question string) (string, error) {
	if _, err := fmt.Fprint(a.Err, printable(question, true)); err != nil {
		return "", err
	}
	line, err := a.lines().next(ctx)
	if err == nil && line != nil {
		return strings.TrimSpace(*line), nil
	}
	// Nobody pressed Enter, so what is said next would stand in the question's line.
	_, broken := fmt.Fprintln(a.Err)
	return "", cmp.Or(err, broken)
}
