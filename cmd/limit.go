package cmd

import (
	"fmt"
	"strconv"

	"github.com/spf13/pflag"
)

// limit is a flag value for how many rows a list has at most; 0 is all of them.
type limit struct{ to *int }

// limitVar declares --limit.
func limitVar(f *pflag.FlagSet, to *int, usage string) { f.Var(limit{to}, "limit", usage) }

func (l limit) Type() string { return "rows" }

func (l limit) String() string {
	if l.to == nil {
		return "0"
	}
	return strconv.Itoa(*l.to)
}

func (l limit) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no number of rows, such as 20", s)
	}
	*l.to = n
	return nil
}
