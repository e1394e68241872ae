package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRootCmd builds the whole tree. It runs for every command line, so nothing in a
// constructor may do more than describe.
func newRootCmd(a *App) *cobra.Command {
	a.completers = completers(a)
	var version bool
	root := &cobra.Command{
		Use:   "callout",
		Short: "Run a service business from the first call to the released invoice",
		Example: `callout demo
callout wo list --status new
callout time list --status submitted -o name | callout time approve -`,
		Args:                  checkVerb,
		SilenceErrors:         true,
		SilenceUsage:          true,
		DisableFlagsInUseLine: true,
		CompletionOptions:     cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(c *cobra.Command, _ []string) error {
			if version {
				_, err := fmt.Fprintf(a.Out, "callout %s\n", readBuild().Version)
				return err
			}
			return c.Help()
		},
	}
	root.Flags().BoolVar(&version, "version", false, "print the version")
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	a.shared.add(root.PersistentFlags())
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.NoOptDefVal == "" && f.Name != "fields" {
			a.completeFlag(root, f)
		}
	})
	a.registerFlag(root, "fields", completeFields)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return flagError(c, err) })
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		a.color = a.wantsColor(a.outTTY) // --help comes before the settings are read
		a.printHelp(a.Out, c)
	})
	root.SetUsageFunc(func(c *cobra.Command) error { a.printHelp(a.Err, c); return nil })
	for _, g := range helpGroups() {
		root.AddGroup(&cobra.Group{ID: string(g.id), Title: g.title})
	}
	root.AddCommand(tree(a)...)
	root.AddCommand(
		GroupHelp.In(newConfigCmd(a)),
		GroupHelp.In(newCompletionCmd(a)),
		GroupHelp.In(newVersionCmd(a)),
	)
	root.SetHelpCommand(GroupHelp.In(newHelpCmd(a)))
	root.InitDefaultHelpCmd()
	return root
}

// helpGroup is a group with its heading.
type helpGroup struct {
	id    Group
	title string
}

func helpGroups() []helpGroup {
	return []helpGroup{
		{GroupWork, "Work"}, {GroupDispatch, "Dispatch"}, {GroupMoney, "Money"},
		{GroupData, "Data"}, {GroupHelp, "Help"},
	}
}

// flagError says which flag was wrong, and the closest one when it does not exist.
func flagError(c *cobra.Command, err error) error {
	out := usagef("%v", err)
	var short *pflag.NotExistError
	if errors.As(err, &short) {
		if given := "-" + short.GetSpecifiedShortnames(); len(given) > 1 && strings.ContainsRune(".0123456789", rune(given[1])) {
			return usagef("%s is read as a flag", given).Hint("%s -- … %s   (after -- a minus belongs to a value)", c.CommandPath(), given)
		}
	}
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		return flagValueError(c, value)
	}
	name, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !ok {
		return out.Hint("%s --help", c.CommandPath())
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if best := closest(name, names); best != "" {
		return out.Hint("%s --%s", c.CommandPath(), best)
	}
	return out.Hint("%s --help", c.CommandPath())
}

// flagValueError says what is wrong with a flag's value, in the words of the house.
func flagValueError(c *cobra.Command, err *pflag.InvalidValueError) error {
	out := usagef("%v", err.Unwrap())
	out.Field = err.GetFlag().Name
	switch err.GetFlag().Value.Type() {
	case "int":
		out.Msg = fmt.Sprintf("%q is no whole number", err.GetValue())
	case "bool":
		out.Msg = fmt.Sprintf("%q is neither true nor false", err.GetValue())
	case "duration":
		out.Msg = fmt.Sprintf("%q is no duration such as 500ms, 10s or 2m", err.GetValue())
	}
	return out.Hint("%s --help", c.CommandPath())
}

// completeFields offers the verb's fields after the last comma.
func completeFields(c *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	head := ""
	if i := strings.LastIndexByte(prefix, ','); i >= 0 {
		head, prefix = prefix[:i+1], prefix[i+1:]
	}
	var out []string
	for name := range strings.SplitSeq(c.Annotations[annotationFields], ",") {
		if name != "" && strings.HasPrefix(name, prefix) {
			out = append(out, head+name)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
