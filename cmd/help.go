package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/internal/fault"
)

// helpWidth is what fits on every terminal.
const helpWidth = 80

// printHelp writes a command's help: what it does, examples, then the details.
func (a *App) printHelp(w io.Writer, c *cobra.Command) {
	h := &helpText{app: a, c: c}
	_, _ = io.WriteString(w, h.build())
}

// helpText gathers the sections of one command's help.
type helpText struct {
	app *App
	c   *cobra.Command
	out strings.Builder
}

func (h *helpText) build() string {
	c := h.c
	h.out.WriteString(c.Short + "\n")
	if c.Long != "" {
		h.out.WriteString("\n" + strings.TrimSpace(c.Long) + "\n")
	}
	if c.Example != "" {
		h.section("Examples", indent(c.Example))
	}
	usage := c.UseLine()
	if c.HasAvailableSubCommands() {
		usage = c.CommandPath() + " COMMAND"
	}
	h.section("Usage", "  "+usage+" [flags]\n")
	if len(c.Aliases) > 0 {
		h.section("Also called", "  "+strings.Join(c.Aliases, ", ")+"\n")
	}
	h.commands()
	h.flags()
	if fields := c.Annotations[annotationFields]; fields != "" {
		h.section("Fields", wrap(strings.ReplaceAll(fields, ",", ", "), "  ", helpWidth))
	}
	switch {
	case c.HasParent() && c.HasAvailableSubCommands():
		fmt.Fprintf(&h.out, "\n%s COMMAND --help tells more about a command.\n", c.CommandPath())
	case !c.HasParent():
		h.section("Topics", h.topics())
		h.out.WriteString("\ncallout help COMMAND or callout help TOPIC tells more.\n")
	}
	return h.out.String()
}

func (h *helpText) section(title, body string) {
	h.out.WriteString("\n" + h.app.paint(strong, title) + "\n" + body)
}

// commands lists the sub-commands, at the top in their groups.
func (h *helpText) commands() {
	var rows [][2]string
	line := func(s *cobra.Command) [2]string { return [2]string{nameAndAliases(s), s.Short} }
	if !h.c.HasParent() {
		for _, g := range helpGroups() {
			rows = rows[:0]
			for _, s := range h.c.Commands() {
				if s.GroupID == string(g.id) && s.IsAvailableCommand() {
					rows = append(rows, line(s))
				}
			}
			if len(rows) > 0 {
				h.section(g.title, twoColumns(rows))
			}
		}
		return
	}
	for _, s := range h.c.Commands() {
		if s.IsAvailableCommand() {
			rows = append(rows, line(s))
		}
	}
	if len(rows) > 0 {
		h.section("Commands", twoColumns(rows))
	}
}

func nameAndAliases(c *cobra.Command) string {
	return strings.Join(append([]string{c.Name()}, c.Aliases...), ", ")
}

// flags lists the verb's own flags, those of a write and those that every verb has.
func (h *helpText) flags() {
	if h.c.HasParent() && h.c.HasAvailableSubCommands() {
		return
	}
	own := pflag.NewFlagSet("own", pflag.ContinueOnError)
	write := pflag.NewFlagSet("write", pflag.ContinueOnError)
	shared := pflag.NewFlagSet("shared", pflag.ContinueOnError)
	h.c.InitDefaultHelpFlag()
	h.c.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case f.Name == "help" || isSharedFlag(h.c, f.Name):
			shared.AddFlag(f)
		case isWriteFlag(f.Name) && h.c.Annotations[annotationVerb] == "writer":
			write.AddFlag(f)
		default:
			own.AddFlag(f)
		}
	})
	shared.AddFlagSet(h.c.InheritedFlags())
	for _, s := range []struct {
		title string
		flags *pflag.FlagSet
	}{{"Flags", own}, {"Flags of every writing command", write}, {"Flags of every command", shared}} {
		if s.flags.HasAvailableFlags() {
			h.section(s.title, flagLines(s.flags))
		}
	}
}

// flagLines lists flags with what they do, aligned; a long one has its text on the next line.
func flagLines(fs *pflag.FlagSet) string {
	const column = 26
	var out strings.Builder
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		term, usage := describeFlag(f)
		if f.Shorthand == "" {
			term = "    " + term
		}
		lead := strings.Repeat(" ", column)
		text := wrap(usage, lead, helpWidth)
		if len(term)+4 > column {
			out.WriteString("  " + term + "\n" + text)
			return
		}
		out.WriteString("  " + term + text[len(term)+2:])
	})
	return out.String()
}

// describeFlag returns how a flag is written and what it does, with its default.
func describeFlag(f *pflag.Flag) (term, usage string) {
	name, usage := pflag.UnquoteUsage(f)
	term = "--" + f.Name
	if f.Shorthand != "" {
		term = "-" + f.Shorthand + ", " + term
	}
	if name != "" {
		term += " " + name
		// pflag leaves the placeholder in the sentence; at its end it says nothing.
		usage = strings.TrimSuffix(usage, ": "+name)
	}
	switch f.DefValue {
	case "", "0", "false", "[]", "0s":
	default:
		usage += " (default " + f.DefValue + ")"
	}
	return term, usage
}

func (h *helpText) topics() string {
	var rows [][2]string
	for _, t := range topics() {
		rows = append(rows, [2]string{t.name, t.short})
	}
	return twoColumns(rows)
}

// twoColumns aligns names and what they do.
func twoColumns(rows [][2]string) string {
	widest := 0
	for _, r := range rows {
		widest = max(widest, len(r[0]))
	}
	var out strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&out, "  %-*s  %s\n", widest, r[0], r[1])
	}
	return out.String()
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") + "\n"
}

// wrap breaks text at blanks so that no line is wider than width.
func wrap(s, lead string, width int) string {
	var out strings.Builder
	line := lead
	for word := range strings.FieldsSeq(s) {
		if len(line) > len(lead) && len(line)+len(word) > width {
			out.WriteString(strings.TrimRight(line, " ") + "\n")
			line = lead
		}
		line += word + " "
	}
	out.WriteString(strings.TrimRight(line, " ") + "\n")
	return out.String()
}

func newHelpCmd(a *App) *cobra.Command {
	var c *cobra.Command
	c = a.Verb(Verb{
		Use:     "help [COMMAND...]",
		Short:   "Help about a command or a topic",
		Example: "callout help wo create\ncallout help exit-codes",
		Fields:  []string{"topic", "text"},
		Raw:     true,
		Run: func(_ context.Context, args []string) error {
			name, text, err := a.helpFor(c.Root(), args)
			if err != nil {
				return err
			}
			value := struct {
				Topic string `json:"topic"`
				Text  string `json:"text"`
			}{name, text}
			return a.Show(name, value, func(p *Page) { p.raw(text) })
		},
	})
	c.ValidArgsFunction = completeHelp
	return c
}

// helpFor finds the text for a command path or a topic.
func (a *App) helpFor(root *cobra.Command, args []string) (name, text string, err error) {
	if len(args) == 1 {
		for _, t := range topics() {
			if t.name == args[0] {
				return t.name, t.words(), nil
			}
		}
	}
	found, rest, _ := root.Find(args)
	if found == nil || len(rest) > 0 {
		names := make([]string, 0, len(topics()))
		for _, t := range topics() {
			names = append(names, t.name)
		}
		for _, s := range root.Commands() {
			names = append(append(names, s.Name()), s.Aliases...)
		}
		err := fault.NotFoundf("there is no help about %q", strings.Join(args, " ")).With("help.topic")
		if best := closest(args[0], names); best != "" {
			return "", "", err.Hint("callout help %s", best)
		}
		return "", "", err.Hint("callout help")
	}
	h := &helpText{app: a, c: found}
	return found.CommandPath(), h.build(), nil
}

// completeHelp offers the topics, and the commands below what is there already.
func completeHelp(c *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var found []Completion
	if len(args) == 0 {
		for _, t := range topics() {
			found = append(found, Completion{Value: t.name, Help: t.short})
		}
	}
	if at, rest, err := c.Root().Find(args); err == nil && len(rest) == 0 {
		for _, s := range at.Commands() {
			if s.IsAvailableCommand() {
				found = append(found, Completion{Value: s.Name(), Help: s.Short})
			}
		}
	}
	return describe(found, prefix), cobra.ShellCompDirectiveNoFileComp
}
