package cmd

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestTree walks every command and fails for whatever breaks the contract that all verbs keep.
func TestTree(t *testing.T) {
	a := newBench(t, "").App
	for _, complaint := range walkTree(a, newRootCmd(a)) {
		t.Error(complaint)
	}
}

// walkTree returns what is wrong with the commands below c.
func walkTree(a *App, c *cobra.Command) []string {
	var found []string
	say := func(c *cobra.Command, format string, args ...any) {
		found = append(found, c.CommandPath()+": "+fmt.Sprintf(format, args...))
	}
	for _, s := range c.Commands() {
		if !c.HasParent() && s.GroupID == "" {
			say(s, "is in no group of help")
		}
		if s.Short == "" || strings.HasSuffix(s.Short, ".") {
			say(s, "needs a short description without a full stop")
		}
		if s.HasSubCommands() {
			found = append(found, walkTree(a, s)...)
			continue
		}
		checkVerbOf(a, s, say)
	}
	return found
}

// exampleLine is what a line of an example looks like: a callout command line, the rest of
// a pipe, or a comment.
var exampleLine = regexp.MustCompile(`^(callout |#|  |.*\| callout )`)

func checkVerbOf(a *App, c *cobra.Command, say func(*cobra.Command, string, ...any)) {
	kind := c.Annotations[annotationVerb]
	if kind == "" || !c.Runnable() {
		say(c, "is not built with App.Verb")
		return
	}
	for _, name := range []string{"output", "jq", "fields"} {
		if f := c.InheritedFlags().Lookup(name); f == nil || f.Hidden {
			say(c, "hides --%s", name)
		}
	}
	if c.DisableFlagParsing {
		say(c, "parses no flags")
	}
	if c.Annotations[annotationFields] == "" {
		say(c, "declares no Fields, so --fields completes nothing")
	}
	if c.Example == "" {
		say(c, "has no example")
	}
	for line := range strings.Lines(c.Example) {
		if !exampleLine.MatchString(line) {
			say(c, "example %q is no callout command line", strings.TrimSpace(line))
		}
	}
	if !strings.Contains(c.Example, c.Name()) && !slices.ContainsFunc(c.Aliases, func(n string) bool { return strings.Contains(c.Example, n) }) {
		say(c, "example does not show the command")
	}
	if kind == "writer" {
		for _, name := range []string{"dry-run", "reason", "at", "cmd-id"} {
			if c.Flags().Lookup(name) == nil {
				say(c, "is a writer without --%s", name)
			}
		}
	}
	ps, err := parseUse(c.Use)
	if err != nil {
		say(c, "%v", err)
	}
	if c.ValidArgsFunction == nil {
		say(c, "does not complete its arguments")
	}
	for _, p := range ps {
		if p.name != "" && !a.knowsPlaceholder(p.name) {
			say(c, "argument %s is completed by nothing: register it in tree.go or list it in complete.go", p.name)
		}
	}
	checkFlagsOf(a, c, say)
}

// checkFlagsOf looks at the flags that a verb declares itself.
func checkFlagsOf(a *App, c *cobra.Command, say func(*cobra.Command, string, ...any)) {
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Usage == "" {
			say(c, "--%s has no description", f.Name)
		}
		if shared := c.Root().PersistentFlags().Lookup(f.Name); shared != nil {
			say(c, "--%s means something else on every other verb", f.Name)
		}
		if _, ok := f.Value.(interface{ Choices() []string }); ok || f.NoOptDefVal != "" {
			return
		}
		name, _ := pflag.UnquoteUsage(f)
		if f.Value.Type() == "string" && !placeholder.MatchString(name) {
			say(c, "--%s needs a `PLACEHOLDER` in its description", f.Name)
		}
		if placeholder.MatchString(name) && !a.knowsPlaceholder(name) {
			say(c, "--%s %s is completed by nothing: register it in tree.go or list it in complete.go", f.Name, name)
		}
	})
}

// TestTreeBites plants one bad command per rule and expects the walk to name it.
func TestTreeBites(t *testing.T) {
	run := func(context.Context, []string) error { return nil }
	good := Verb{Use: "good NAME", Short: "Be good", Example: "callout noun good Ada", Fields: []string{"a"}, Run: run}
	bend := func(change func(*Verb)) func(*App) *cobra.Command {
		return func(a *App) *cobra.Command {
			v := good
			change(&v)
			return a.Verb(v)
		}
	}
	after := func(change func(*cobra.Command)) func(*App) *cobra.Command {
		return func(a *App) *cobra.Command {
			v := good
			v.Writes = true
			c := a.Verb(v)
			change(c)
			return c
		}
	}
	tests := []struct {
		complaint string
		plant     func(*App) *cobra.Command
	}{
		{"", bend(func(*Verb) {})},
		{"", after(func(*cobra.Command) {})},
		{"not built with App.Verb", func(*App) *cobra.Command {
			return &cobra.Command{Use: "good", Short: "Be good", Example: "callout noun good", RunE: func(*cobra.Command, []string) error { return nil }}
		}},
		{"has no example", bend(func(v *Verb) { v.Example = "" })},
		{"is no callout command line", bend(func(v *Verb) { v.Example += "\nrm -rf good" })},
		{"does not show the command", bend(func(v *Verb) { v.Example = "callout noun other" })},
		{"without a full stop", bend(func(v *Verb) { v.Short = "Be good." })},
		{"short description", bend(func(v *Verb) { v.Short = "" })},
		{"declares no Fields", bend(func(v *Verb) { v.Fields = nil })},
		{"argument NOWHERE is completed by nothing", bend(func(v *Verb) { v.Use = "good NOWHERE" })},
		{"neither a PLACEHOLDER", bend(func(v *Verb) { v.Use = "good name" })},
		{"writer without --dry-run", after(func(c *cobra.Command) { c.ResetFlags() })},
		{"does not complete its arguments", after(func(c *cobra.Command) { c.ValidArgsFunction = nil })},
		{"parses no flags", after(func(c *cobra.Command) { c.DisableFlagParsing = true })},
		{"hides --output", after(func(c *cobra.Command) { c.Flags().String("output", "", "mine `NAME`") })},
		{"--output means something else", after(func(c *cobra.Command) { c.Flags().String("output", "", "mine `NAME`") })},
		{"--colour has no description", bend(func(v *Verb) { v.Flags = func(f *pflag.FlagSet) { f.Bool("colour", false, "") } })},
		{"--colour needs a `PLACEHOLDER`", bend(func(v *Verb) { v.Flags = func(f *pflag.FlagSet) { f.String("colour", "", "which") } })},
		{"--colour NOWHERE is completed by nothing", bend(func(v *Verb) { v.Flags = func(f *pflag.FlagSet) { f.String("colour", "", "which `NOWHERE`") } })},
	}
	for _, tt := range tests {
		t.Run(tt.complaint, func(t *testing.T) {
			a := newBench(t, "").App
			root := newRootCmd(a)
			noun := a.Noun(Noun{Use: "noun", Short: "A noun", Group: GroupWork}, tt.plant(a))
			root.AddCommand(noun)
			found := strings.Join(walkTree(a, noun), "\n")
			if tt.complaint == "" && found != "" {
				t.Fatalf("a good command is complained about:\n%s", found)
			}
			if !strings.Contains(found, tt.complaint) {
				t.Fatalf("the walk says %q, want %q", found, tt.complaint)
			}
		})
	}
	t.Run("is in no group", func(t *testing.T) {
		a := newBench(t, "").App
		root := newRootCmd(a)
		root.AddCommand(a.Noun(Noun{Use: "noun", Short: "A noun"}, a.Verb(good)))
		if found := strings.Join(walkTree(a, root), "\n"); !strings.Contains(found, "is in no group") {
			t.Fatalf("the walk says %q", found)
		}
	})
}
