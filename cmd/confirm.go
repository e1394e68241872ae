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

	// Severe verbs cannot be undone. A word has to be typed: the name, or what is at stake.
	Severe
)

// bulkItems is how many items a Bulk verb takes without a question.
const bulkItems = 10

// confirmItems asks before a verb acts on ids that were named, piped in or chosen by a flag, where its danger
// calls for that. It returns how to act on them.
func (a *App) confirmItems(ctx context.Context, v *Verb, what string, ids []string, piped, selected bool) (func(context.Context, []string) []Result, error) {
	switch {
	case v.Danger == Severe && !a.write.yes:
		return a.confirmSevere(ctx, v, what, ids, piped)
	case v.Danger == Bulk:
		return v.Each, a.confirmMany(ctx, what, len(ids), piped || selected)
	}
	return v.Each, nil
}

// confirmMany asks before a verb acts on many things that were named at once.
func (a *App) confirmMany(ctx context.Context, what string, n int, piped bool) error {
	if piped || n <= bulkItems {
		return nil
	}
	return a.Confirm(ctx, Bulk, fmt.Sprintf("%s: %d items", what, n), "")
}

// confirmSevere asks before a verb does to ids what cannot be undone, and returns how to do what was said yes
// to. The ids are tried in a dry run first: of what is refused nobody is asked, and it stays refused.
func (a *App) confirmSevere(ctx context.Context, v *Verb, what string, ids []string, piped bool) (func(context.Context, []string) []Result, error) {
	if piped {
		return v.Each, a.Confirm(ctx, Severe, what+": every item that comes through the pipe", "")
	}
	a.write.dryRun = true
	tried := v.Each(ctx, ids)
	a.write.dryRun = false
	refused := make(map[string]Result)
	var able []Result
	for i, r := range tried {
		if r.failed() {
			refused[ids[i]] = r
		} else {
			able = append(able, r)
		}
	}
	return v.except(refused), a.askSevere(ctx, v, what, ids, able)
}

// askSevere puts the question about what a dry run did without being refused.
func (a *App) askSevere(ctx context.Context, v *Verb, what string, ids []string, able []Result) error {
	if len(able) == 0 {
		return nil // each item says why
	}
	word := fmt.Sprint(len(able))
	switch {
	case len(ids) == 1:
		what, word = what+" "+ids[0], ids[0]
	case len(able) < len(ids):
		what = fmt.Sprintf("%s: %d of %d items; the others are refused", what, len(able), len(ids))
	default:
		what = fmt.Sprintf("%s: %d items", what, len(ids))
	}
	if v.Typed != nil {
		for i, r := range able {
			about, short := v.Typed(r)
			if len(ids) == 1 {
				word = short
			}
			if i == bulkItems && len(able) > i+1 {
				what += fmt.Sprintf("\n… and %d more", len(able)-i)
				break
			}
			what += "\n" + about
		}
	}
	return a.Confirm(ctx, Severe, what, word)
}

// except is Each for what is not refused already.
func (v *Verb) except(refused map[string]Result) func(context.Context, []string) []Result {
	return func(ctx context.Context, ids []string) []Result {
		out := make([]Result, len(ids))
		var rest []string
		var at []int
		for i, id := range ids {
			r, is := refused[id]
			if out[i] = r; !is {
				rest, at = append(rest, id), append(at, i)
			}
		}
		if len(rest) > 0 {
			for i, r := range v.Each(ctx, rest) {
				out[at[i]] = r
			}
		}
		return out
	}
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
