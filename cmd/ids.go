package cmd

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callout/internal/fault"
)

// A batch is what may share one store transaction: as many ids as are there within the
// time, up to the size. A slow producer thus sees results early and a fast one pays one
// commit for thousands.
const (
	batchSize = 5000
	batchWait = 100 * time.Millisecond
)

// each runs a verb over ids, from the arguments or from stdin, and prints one result for
// each. One bad item does not stop the others.
func (a *App) each(c *cobra.Command, v Verb, args []string) error {
	ctx := c.Context()
	args, selected, err := v.selected(ctx, c, args)
	if err != nil {
		return err
	}
	piped := len(args) == 1 && args[0] == "-" && !selected
	if piped && a.inTTY {
		return a.helpInstead(c)
	}
	do := v.Each
	if !a.write.dryRun && v.Writes {
		if do, err = a.confirmItems(ctx, &v, c.CommandPath(), args, piped, selected); err != nil {
			return err
		}
	}
	if selected && len(args) == 0 {
		a.note("there is nothing to do")
	}
	out, err := a.newResults(len(args) == 1 && !piped && !selected)
	if err != nil {
		return err
	}
	batch := func(ids []string) error {
		found := do(ctx, ids)
		if len(found) != len(ids) {
			return fault.Internalf("%s returned %d results for %d items", c.CommandPath(), len(found), len(ids))
		}
		for _, r := range found {
			if err := out.add(r); err != nil {
				return err
			}
		}
		return out.flush()
	}
	if piped {
		err = a.pipedBatches(ctx, batch)
	} else {
		for len(args) > 0 && err == nil && ctx.Err() == nil {
			n := min(len(args), batchSize)
			err = batch(args[:n])
			args = args[n:]
		}
	}
	if sum := out.close(); err == nil {
		err = sum
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// selected returns the ids that a flag chooses, or those that are named. Where ids may be left
// out because a flag can choose them, one of both is needed.
func (v *Verb) selected(ctx context.Context, c *cobra.Command, args []string) ([]string, bool, error) {
	if v.Select == nil {
		return args, false, nil
	}
	ids, err := v.Select(ctx)
	switch {
	case err != nil:
		return nil, false, err
	case ids != nil && len(args) > 0:
		return nil, false, usagef("either name them or let them be chosen, not both").Hint("%s --help", c.CommandPath())
	case ids == nil && len(args) == 0:
		return nil, false, usagef("nothing is named").Hint("%s --help", c.CommandPath())
	}
	if ids == nil {
		return args, false, nil
	}
	return ids, true, nil
}

// noIDs is said where - was to read ids and none came: a list before it in the pipe found nothing, or went wrong.
const noIDs = "no ids came through the pipe, so there was nothing to do"

// pipedBatches reads ids from stdin and hands them on in batches.
func (a *App) pipedBatches(ctx context.Context, batch func([]string) error) error {
	in := a.lines()
	var ids []string
	some := false
	for {
		id, err := in.next(ctx)
		if err != nil {
			return err
		}
		if id == nil {
			if !some {
				a.note(noIDs)
			}
			return nil
		}
		timeUp := time.After(batchWait)
		for id != nil {
			if word := firstCell(*id); word != "" {
				ids = append(ids, word)
			}
			if len(ids) == batchSize {
				break
			}
			if id, err = in.nextUntil(ctx, timeUp); err != nil {
				return err
			}
		}
		if len(ids) > 0 {
			some = true
			if err := batch(ids); err != nil {
				return err
			}
			ids = nil
		}
	}
}

// IDs returns the ids that a reading verb was given, as arguments or with "-" on stdin.
func (a *App) IDs(ctx context.Context, args []string) ([]string, error) {
	if len(args) != 1 || args[0] != "-" {
		return args, nil
	}
	if a.inTTY {
		return nil, usagef("- reads ids from stdin, and nothing is piped in").Hint("callout help scripting")
	}
	var ids []string
	for {
		line, err := a.lines().next(ctx)
		if err != nil {
			return nil, err
		}
		if line == nil {
			if len(ids) == 0 {
				a.note(noIDs)
			}
			return ids, nil
		}
		if id := firstCell(*line); id != "" {
			ids = append(ids, id)
		}
	}
}

// firstCell is a line's first tab-separated column, so that TSV can be piped as it is.
func firstCell(line string) string {
	cell, _, _ := strings.Cut(line, "\t")
	return strings.TrimSpace(cell)
}

// helpInstead answers a "-" on a terminal, where nothing would ever come, at once.
func (a *App) helpInstead(c *cobra.Command) error {
	a.printHelp(a.Err, c)
	return usagef("- reads ids from stdin, and nothing is piped in").Hint("callout help scripting")
}
