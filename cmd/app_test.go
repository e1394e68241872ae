package cmd

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// bench is an App on buffers with a fixed clock and an empty environment.
type bench struct {
	*App
	out, err bytes.Buffer
	vars     map[string]string
}

// fixedNow is the clock of every test: a Monday.
func fixedNow() time.Time { return time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC) }

func newBench(t *testing.T, stdin string) *bench {
	t.Helper()
	b := &bench{vars: map[string]string{"HOME": t.TempDir()}}
	b.App = newApp(strings.NewReader(stdin), &b.out, &b.err)
	b.Now = fixedNow
	b.Dir = t.TempDir()
	b.LookupEnv = func(name string) (string, bool) { v, ok := b.vars[name]; return v, ok }
	return b
}

// runVerb runs one command line on callout's tree with a few commands more, which take the
// place of those of the same name.
func (b *bench) runVerb(extra []*cobra.Command, args ...string) int {
	root := newRootCmd(b.App)
	for _, c := range extra {
		for _, own := range root.Commands() {
			if own.Name() == c.Name() {
				root.RemoveCommand(own)
			}
		}
	}
	root.AddCommand(extra...)
	root.SetArgs(args)
	ctx := context.Background()
	return b.finish(ctx, root.ExecuteContext(ctx))
}
