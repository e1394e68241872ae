package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/internal/fault"
)

// Verb describes one runnable command. [App.Verb] turns it into a cobra command that keeps
// the whole contract: arguments checked and completed, output in every form, exit codes, and
// for writers the flags of a write. Exactly one of Run and Each is set.
type Verb struct {
	// Use is the verb and its arguments, such as "show WO" or "approve TIME-ENTRY...". The
	// arguments are checked against it and completed by it; usage.go has the grammar.
	Use     string
	Aliases []string
	Short   string // one line, imperative, no full stop
	Long    string // what Short and the example cannot say; may be empty
	Example string // one or more command lines, each beginning with "callout" or "$ "

	// Writes marks a verb that changes the shop. It gets --dry-run, --reason, --at and --cmd-id.
	Writes bool

	// Danger says how much harm a slip of the hand can do. The kit asks before Run or Each,
	// see confirm.go.
	Danger Danger
	// Typed says of one item, read off its dry run, what a Severe Each is about to do and which word has
	// to be typed to go on; nil means that the item is typed as it was named.
	Typed func(dry Result) (about, word string)
	// Check refuses before anybody is asked what a Severe Run could not do.
	Check func(args []string) error
	// Harmless says of a run that it cannot do the harm, so that nobody is asked.
	Harmless func() bool

	// Fields names what --fields can pick: List.Names or the top-level JSON keys. A writer
	// that reports results need not set it.
	Fields []string

	// Flags declares the verb's own flags. A value's placeholder in `backquotes` in the usage
	// text is completed like an argument.
	Flags func(*pflag.FlagSet)

	// Required names the flags that must be given.
	Required []string

	// Raw lets the verb run when the configuration files are broken.
	Raw bool

	// Hidden keeps the verb out of help; it still has to keep the contract.
	Hidden bool

	// Run does the work of a verb that acts once.
	Run func(ctx context.Context, args []string) error

	// Each does the work of a verb over many ids, which come as arguments or, after "-",
	// from stdin. It gets them in batches that may share a store transaction and returns
	// one result for each, in the same order. See ids.go.
	Each func(ctx context.Context, ids []string) []Result

	// Able says which things the verb can be done with, for the completion of its arguments; nil
	// means that how they stand does not matter.
	Able able

	// Select chooses the ids for Each where a flag asks for it instead of naming them; nil means
	// that they are named. The Use line must let them be left out.
	Select func(ctx context.Context) ([]string, error)
}

// Annotations by which the tree walk recognises what the kit built.
const (
	annotationVerb   = "callout.verb" // reader or writer
	annotationFields = "callout.fields"
)

// Verb builds the command for a verb.
func (a *App) Verb(v Verb) *cobra.Command {
	params, err := parseUse(v.Use)
	kind := "reader"
	if v.Writes {
		kind = "writer"
	}
	if v.Writes && v.Fields == nil {
		v.Fields = resultList().Names()
	}
	c := &cobra.Command{
		Use: v.Use, Aliases: v.Aliases, Short: v.Short, Long: v.Long, Hidden: v.Hidden,
		Example:               strings.TrimSpace(v.Example),
		DisableFlagsInUseLine: true,
		Annotations: map[string]string{
			annotationVerb:   kind,
			annotationFields: strings.Join(v.Fields, ","),
		},
	}
	c.Args = func(c *cobra.Command, args []string) error {
		if err != nil {
			return fault.Internalf("%s: %v", c.CommandPath(), err)
		}
		return params.check(c, args)
	}
	c.ValidArgsFunction = a.completeArgs(params, v.Able)
	if v.Writes {
		a.write.add(c.Flags(), v.Danger)
	}
	if v.Flags != nil {
		v.Flags(c.Flags())
	}
	a.completeFlags(c, v.Fields)
	c.RunE = func(c *cobra.Command, args []string) error {
		a.running, a.listing, a.ctx = c.CommandPath(), listingOf(c), c.Context()
		for _, name := range v.Required {
			if f := c.Flags().Lookup(name); f == nil || !f.Changed || strings.TrimSpace(f.Value.String()) == "" {
				return usagef("--%s is needed", name).Hint("%s --help", c.CommandPath())
			}
		}
		if err := a.setUp(v.Raw, changedFlags(c)); err != nil {
			return err
		}
		if err := a.elsewhere(a.running); err != nil {
			return err
		}
		if _, err := a.At(calendar.UTC()); err != nil {
			return err
		}
		if v.Each != nil {
			return a.each(c, v, args)
		}
		if v.Danger != Mild && (v.Harmless == nil || !v.Harmless()) {
			if v.Check != nil {
				if err := v.Check(args); err != nil {
					return err
				}
			}
			if err := a.confirmRun(c, v.Danger, args); err != nil {
				return err
			}
		}
		return v.Run(c.Context(), args)
	}
	return c
}

// listingOf is the command that lists the things of a verb's noun, or "".
func listingOf(c *cobra.Command) string {
	for _, v := range c.Parent().Commands() {
		if v.Name() == "list" && v.Use == "list" {
			return v.CommandPath()
		}
	}
	return ""
}

// changedFlags returns the flags that were given and are configuration keys as well.
func changedFlags(c *cobra.Command) map[string]string {
	given := make(map[string]string)
	c.Flags().Visit(func(f *pflag.Flag) { given[f.Name] = f.Value.String() })
	return given
}

// Noun describes a thing that verbs act on.
type Noun struct {
	Use     string // the full singular word
	Aliases []string
	Short   string
	Long    string
	Group   Group // where help lists it; only for nouns at the top
}

// Group is a section of `callout help`.
type Group string

// The groups, in the order that help shows them in.
const (
	GroupWork     Group = "work"
	GroupDispatch Group = "dispatch"
	GroupMoney    Group = "money"
	GroupData     Group = "data"
	GroupHelp     Group = "help"
)

// Noun builds the command for a noun. Without a verb it shows its help; with a word that is
// no verb of it, it names the closest.
func (a *App) Noun(n Noun, verbs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: n.Use, Aliases: n.Aliases, Short: n.Short, Long: n.Long,
		GroupID: string(n.Group),
		Args:    checkVerb,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },

		DisableFlagsInUseLine: true,
	}
	c.AddCommand(verbs...)
	return c
}

// In puts a verb that stands at the top, without a noun, into a group of help.
func (g Group) In(c *cobra.Command) *cobra.Command {
	c.GroupID = string(g)
	return c
}

// checkVerb refuses a word that names no sub-command and suggests the closest one.
func checkVerb(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := usagef("%s has no command %q", c.CommandPath(), args[0])
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(append(names, sub.Name()), sub.Aliases...)
		}
	}
	if best := closest(args[0], names); best != "" {
		return err.Hint("%s %s", c.CommandPath(), best)
	}
	return err.Hint("%s --help", c.CommandPath())
}
