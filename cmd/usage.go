package cmd

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// param is one argument in a verb's Use line. The grammar:
//
//	WO            one argument; the word decides how it is completed (complete.go)
//	[WO]          the same, may be left out
//	WO...         one or more; or "-" alone, which reads ids from stdin
//	[FILE...]     any number
//	bash|zsh      one of these words
type param struct {
	name     string   // the placeholder, "" for choices
	choices  []string // the words, for a|b|c
	optional bool
	many     bool
}

// params is a verb's arguments in order. Only the last may be many, and none that must be
// given follows one that may be left out.
type params []param

// placeholder is what an argument's name looks like, in Use lines and flag usages.
var placeholder = regexp.MustCompile(`^[A-Z][A-Z0-9-]*$`)

// parseUse reads the arguments out of a Use line.
func parseUse(use string) (params, error) {
	words := strings.Fields(use)
	if len(words) == 0 {
		return nil, fmt.Errorf("empty Use line")
	}
	var ps params
	for _, word := range words[1:] {
		p := param{}
		if inner, ok := strings.CutPrefix(word, "["); ok {
			if word, ok = strings.CutSuffix(inner, "]"); !ok {
				return nil, fmt.Errorf("%q lacks its bracket", use)
			}
			p.optional = true
		}
		word, p.many = strings.CutSuffix(word, "...")
		switch {
		case placeholder.MatchString(word):
			p.name = word
		case strings.Contains(word, "|") && word == strings.ToLower(word):
			p.choices = strings.Split(word, "|")
		default:
			return nil, fmt.Errorf("%q is neither a PLACEHOLDER nor a|choice", word)
		}
		if n := len(ps); n > 0 && (ps[n-1].many || ps[n-1].optional && !p.optional) {
			return nil, fmt.Errorf("%q: nothing may follow %s", use, ps[n-1].word())
		}
		ps = append(ps, p)
	}
	return ps, nil
}

// word is the argument as help shows it, without brackets.
func (p param) word() string {
	if p.name != "" {
		return p.name
	}
	return strings.Join(p.choices, "|")
}

// at returns the parameter that the i-th argument belongs to.
func (ps params) at(i int) (param, bool) {
	if i < len(ps) {
		return ps[i], true
	}
	if n := len(ps); n > 0 && ps[n-1].many {
		return ps[n-1], true
	}
	return param{}, false
}

// check compares the arguments of a call with the Use line. A word that is one of several may be written in capitals, as
// the gate writes its codes; it is put into its own form.
func (ps params) check(c *cobra.Command, args []string) error {
	for i, arg := range args {
		p, ok := ps.at(i)
		if !ok {
			return usagef("%s takes %s, and %q is too much", c.CommandPath(), ps.count(), arg).
				Hint("%s --help", c.CommandPath())
		}
		if arg == "-" && p.many && len(args) > i+1 {
			return usagef("- reads ids from stdin and stands alone").Hint("%s --help", c.CommandPath())
		}
		if j := slices.IndexFunc(p.choices, func(word string) bool { return strings.EqualFold(word, arg) }); j >= 0 {
			args[i], arg = p.choices[j], p.choices[j]
		}
		if p.choices != nil && !slices.Contains(p.choices, arg) {
			err := usagef("%q is none of %s", arg, strings.Join(p.choices, ", "))
			if best := closest(arg, p.choices); best != "" {
				return err.Hint("%s %s", c.CommandPath(), best)
			}
			return err.Hint("%s --help", c.CommandPath())
		}
	}
	for i := len(args); i < len(ps); i++ {
		if !ps[i].optional {
			return usagef("%s needs %s", c.CommandPath(), ps[i].word()).Hint("%s", c.UseLine())
		}
	}
	return nil
}

// count says how many arguments there may be.
func (ps params) count() string {
	switch len(ps) {
	case 0:
		return "no arguments"
	case 1:
		return "one argument"
	}
	return fmt.Sprintf("%d arguments", len(ps))
}
