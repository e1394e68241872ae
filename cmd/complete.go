package cmd

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Completion is one word the shell offers, with what it stands for.
type Completion struct{ Value, Help string }

// Completer finds the live values that begin with a prefix. It reads the local store only;
// its errors are not shown, because the shell has nowhere to show them.
type Completer func(ctx context.Context, prefix string) ([]Completion, error)

// What limits a completion: bash becomes slow with many candidates, and nobody waits long
// after pressing tab.
const (
	maxCompletions  = 100
	completionLimit = 2 * time.Second
)

// freeText lists the placeholders that nothing can be offered for.
func freeText() []string {
	return []string{"NUMBER", "NAME", "TITLE", "SHA256", "TEXT", "VALUE", "PATTERN", "FIELD", "N", "TIME", "DAY",
		"DURATION", "AMOUNT", "PERCENT", "QTY", "RATE", "DEGREES", "ADDRESS", "FILTER", "URL",
		"ROLE", "CODE", "ID", "DISCOUNT", "CURRENCY", "COMMAND", "USER", "ENTRY", "CATEGORY", "ACCOUNT", "TOKEN", "CONFLICT"}
}

// complete offers values for one placeholder.
func (a *App) complete(ctx context.Context, name, prefix string) ([]string, cobra.ShellCompDirective) {
	switch name {
	case "FILE", "PATH":
		return nil, cobra.ShellCompDirectiveDefault
	case "DIR":
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	live, ok := a.completers[name]
	if !ok {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if err := a.setUp(false, nil); err != nil || a.settlePlace("") != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	ctx, cancel := context.WithTimeout(ctx, completionLimit)
	defer cancel()
	found, err := live(ctx, prefix)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return describe(found, prefix), cobra.ShellCompDirectiveNoFileComp
}

// describe puts candidates into cobra's form, at most maxCompletions of them.
func describe(found []Completion, prefix string) []string {
	var out []string
	for _, f := range found {
		if len(out) == maxCompletions {
			break
		}
		if strings.HasPrefix(strings.ToLower(f.Value), strings.ToLower(prefix)) {
			out = append(out, cobra.CompletionWithDesc(f.Value, printable(f.Help, false)))
		}
	}
	return out
}

// words are completions without a description.
func words(choices []string, prefix string) []string {
	found := make([]Completion, len(choices))
	for i, c := range choices {
		found[i].Value = c
	}
	return describe(found, prefix)
}

// knowsPlaceholder reports whether completion has an answer for a placeholder, if only
// that there is nothing to offer.
func (a *App) knowsPlaceholder(name string) bool {
	if _, ok := a.completers[name]; ok || name == "FILE" || name == "PATH" || name == "DIR" {
		return true
	}
	for _, t := range freeText() {
		if t == name {
			return true
		}
	}
	return false
}

// completeArgs completes a verb's arguments by its Use line.
func (a *App) completeArgs(ps params, able able) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		p, ok := ps.at(len(args))
		switch {
		case !ok:
			return nil, cobra.ShellCompDirectiveNoFileComp
		case p.choices != nil:
			return words(p.choices, prefix), cobra.ShellCompDirectiveNoFileComp
		}
		a.able = able
		found, directive := a.complete(c.Context(), p.name, prefix)
		return without(found, args), directive
	}
}

// without leaves out what stands on the command line already.
func without(found, args []string) []string {
	return slices.DeleteFunc(found, func(f string) bool {
		value, _, _ := strings.Cut(f, "\t")
		return slices.Contains(args, value)
	})
}

// completeFlags completes the values of a verb's flags: choices by their words, everything
// else by the `PLACEHOLDER` in its usage.
func (a *App) completeFlags(c *cobra.Command, fields []string) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.NoOptDefVal != "" {
			return
		}
		a.completeFlag(c, f)
	})
	if len(fields) > 0 {
		c.Annotations[annotationFields] = strings.Join(fields, ",")
	}
}

// completeFlag registers one flag's completion.
func (a *App) completeFlag(c *cobra.Command, f *pflag.Flag) {
	if v, ok := f.Value.(interface{ Choices() []string }); ok {
		a.registerFlag(c, f.Name, func(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
			return words(v.Choices(), prefix), cobra.ShellCompDirectiveNoFileComp
		})
		return
	}
	name, _ := pflag.UnquoteUsage(f)
	a.registerFlag(c, f.Name, func(c *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
		return a.complete(c.Context(), name, prefix)
	})
}

// registerFlag tells cobra; that a flag does not exist or has a completion already would be
// a defect of the caller, which the tree walk finds.
func (a *App) registerFlag(c *cobra.Command, flag string, f cobra.CompletionFunc) {
	if !a.completing {
		return
	}
	_ = c.RegisterFlagCompletionFunc(flag, f)
}

// completeZones offers a few zones to begin with, this machine's own first.
func completeZones(context.Context, string) ([]Completion, error) {
	names := []string{"UTC", "Europe/Vienna", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "America/New_York",
		"America/Chicago", "America/Denver", "America/Los_Angeles", "Asia/Tokyo", "Australia/Sydney"}
	var found []Completion
	if own := time.Local.String(); own != "Local" && own != "UTC" {
		found = append(found, Completion{Value: own, Help: "this machine"})
	}
	for _, n := range names {
		found = append(found, Completion{Value: n})
	}
	return found, nil
}
