package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// choice is a flag value that is one word out of a few. A wrong word is a usage error that
// lists them, and the shell completes them.
type choice struct {
	to    *string
	words []string
}

// choiceVar declares a flag that takes one of the given words.
func choiceVar(f *pflag.FlagSet, to *string, name, initial string, choices []string, usage string) {
	choiceVarP(f, to, name, "", initial, choices, usage)
}

func choiceVarP(f *pflag.FlagSet, to *string, name, short, initial string, choices []string, usage string) {
	*to = initial
	f.VarP(&choice{to: to, words: choices}, name, short, usage)
}

func (c *choice) String() string {
	if c.to == nil {
		return ""
	}
	return *c.to
}
func (c *choice) Type() string      { return typeOf(c.words) }
func (c *choice) Choices() []string { return c.words }

func (c *choice) Set(s string) error {
	if err := oneOf(s, c.words); err != nil {
		return err
	}
	*c.to = s
	return nil
}

// choices is a flag value that is a list of such words, given more than once or with commas.
type choices struct {
	to    *[]string
	words []string
}

// choicesVar declares a flag that takes any of the given words, repeatedly or with commas.
func choicesVar(f *pflag.FlagSet, to *[]string, name string, words []string, usage string) {
	f.Var(&choices{to: to, words: words}, name, usage)
}

func (c *choices) String() string {
	if c.to == nil {
		return ""
	}
	return strings.Join(*c.to, ",")
}
func (c *choices) Type() string      { return typeOf(c.words) }
func (c *choices) Choices() []string { return c.words }

func (c *choices) Set(s string) error {
	for word := range strings.SplitSeq(s, ",") {
		if err := oneOf(word, c.words); err != nil {
			return err
		}
		*c.to = append(*c.to, word)
	}
	return nil
}

// typeOf is what help shows as the value: the words themselves where they fit.
func typeOf(words []string) string {
	const most = 36
	if all := strings.Join(words, "|"); len(all) <= most {
		return all
	}
	return "WORD"
}

func oneOf(s string, words []string) error {
	if slices.Contains(words, s) {
		return nil
	}
	if best := closest(s, words); best != "" {
		return fmt.Errorf("%q is none of %s (did you mean %q?)", s, strings.Join(words, ", "), best)
	}
	return fmt.Errorf("%q is none of %s", s, strings.Join(words, ", "))
}
