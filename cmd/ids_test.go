package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"callout/internal/fault"
)

// approver is a writing verb over ids: those that contain "no" are refused, those that
// contain "gone" do not exist, those with "later" are queued. It keeps the batches it got.
type approver struct {
	batches [][]string
	danger  Danger
	stop    context.CancelCauseFunc
}

func (p *approver) commands(a *App) []*cobra.Command {
	return []*cobra.Command{a.Noun(Noun{Use: "entry", Short: "Entries", Group: GroupWork}, a.Verb(Verb{
		Use: "approve ID...", Short: "Approve entries", Example: "callout entry approve E-1", Writes: true, Danger: p.danger,
		Each: func(_ context.Context, ids []string) []Result {
			if !a.write.dryRun || p.danger != Severe { // a dry run to ask about is nothing done
				p.batches = append(p.batches, slices.Clone(ids))
			}
			out := make([]Result, len(ids))
			for i, id := range ids {
				out[i] = Result{ID: id, Note: "approved"}
				switch {
				case strings.Contains(id, "no"):
					out[i] = Result{ID: id, Err: fault.Refusedf("the maker may not approve").With("approval.maker").Hint("callout entry approve %s --as Ines", id)}
				case strings.Contains(id, "gone"):
					out[i] = Result{ID: id, Err: fault.NotFoundf("no entry %s", id)}
				case strings.Contains(id, "later"):
					out[i] = Result{ID: id, Err: &fault.Error{Kind: fault.Queued, Msg: "waits for the server"}}
				case strings.Contains(id, "stop"):
					p.stop(&signalError{})
				}
			}
			return out
		},
	}))}
}

func TestEach(t *testing.T) {
	refusal := "the maker may not approve"
	tests := []struct {
		name, stdin string
		args        []string
		tty         bool
		code        int
		out, err    string
	}{
		{name: "one by argument", args: []string{"E-1"}, out: "E-1\tdone\tapproved\t\t\t\n"},
		{name: "several", args: []string{"E-1", "E-2"}, out: "E-1\tdone\tapproved\t\t\t\nE-2\tdone\tapproved\t\t\t\n"},
		{name: "names for the next command", args: []string{"E-1", "no", "E-2", "-o", "name"}, code: 3, out: "E-1\nE-2\n", err: "error: 1 of 3 were not done\nhint: callout help scripting   (each item has a result of its own, with what helps)\n"},
		{name: "one refused", args: []string{"no"}, code: 6,
			out: "no\trefused\t\tapproval.maker\t" + refusal + "\tcallout entry approve no --as Ines\n",
			err: "error: " + refusal + "\nhint: callout entry approve no --as Ines\n"},
		{name: "one refused on a terminal", args: []string{"no"}, tty: true, code: 6, err: "error: " + refusal + "\nhint: callout entry approve no --as Ines\n"},
		{name: "two on a terminal", args: []string{"E-1", "no"}, tty: true, code: 3,
			out: "done      E-1  approved\nrefused   no  " + refusal + "\n          hint: callout entry approve no --as Ines\n",
			err: "error: 1 of 2 were not done\nhint: callout help scripting   (each item has a result of its own, with what helps)\n"},
		{name: "all refused alike", args: []string{"no1", "no2"}, code: 6, err: "error: none of 2 was done\nhint: callout help scripting   (each item has a result of its own, with what helps)\n",
			out: "no1\trefused\t\tapproval.maker\t" + refusal + "\tcallout entry approve no1 --as Ines\nno2\trefused\t\tapproval.maker\t" + refusal + "\tcallout entry approve no2 --as Ines\n"},
		{name: "all failed differently", args: []string{"no", "gone", "--fields", "status"}, code: 1, out: "refused\nnot-found\n", err: "error: none of 2 was done\nhint: callout help scripting   (each item has a result of its own, with what helps)\n"},
		{name: "queued", args: []string{"later", "E-1", "-o", "name"}, code: 9, out: "later\nE-1\n", err: "error: 1 of 2 wait for the authority\nhint: callout entry approve --help\n"},
		{name: "queued alone", args: []string{"later", "-o", "name"}, code: 9, out: "later\n", err: "error: waits for the server\nhint: callout entry approve --help\n"},
		{name: "from a pipe", args: []string{"-", "-o", "name"}, stdin: "E-1\tdone\tapproved\r\n\n  E-2  \nE-3", out: "E-1\nE-2\nE-3\n"},
		{name: "a bad one does not stop the others", args: []string{"-", "--fields", "id,status"}, stdin: "E-1\nno\nE-2\n", code: 3, out: "E-1\tdone\nno\trefused\nE-2\tdone\n", err: "error: 1 of 3 were not done\nhint: callout help scripting   (each item has a result of its own, with what helps)\n"},
		{name: "an empty pipe", args: []string{"-", "-o", "json"}, out: `{"schema":"callout/v1","items":[]}` + "\n",
			err: "no ids came through the pipe, so there was nothing to do\n"},
		{name: "a pipe of blank lines", args: []string{"-"}, stdin: "\n \n", err: "no ids came through the pipe, so there was nothing to do\n"},
		{name: "dry run", args: []string{"E-1", "--dry-run", "-o", "jsonl"},
			out: `{"id":"E-1","status":"dry-run","note":"approved","code":"","error":"","hint":"","changes":[]}` + "\n"},
		{name: "dash with others", args: []string{"-", "E-1"}, code: 2, err: "error: - reads ids from stdin and stands alone\nhint: callout entry approve --help\n"},
		{name: "none", code: 2, err: "error: callout entry approve needs ID\nhint: callout entry approve ID...\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, tt.stdin)
			b.outTTY = tt.tty
			var p approver
			code := b.runVerb(p.commands(b.App), append([]string{"entry", "approve", "--color=never"}, tt.args...)...)
			if code != tt.code || b.out.String() != tt.out || b.err.String() != tt.err {
				t.Errorf("exit %d, want %d\nstdout %q\nwant   %q\nstderr %q\nwant   %q", code, tt.code, b.out.String(), tt.out, b.err.String(), tt.err)
			}
		})
	}
}

func TestBatches(t *testing.T) {
	var stdin strings.Builder
	for i := range 12_000 {
		fmt.Fprintf(&stdin, "E-%d\n", i)
	}
	b := newBench(t, stdin.String())
	var p approver
	if code := b.runVerb(p.commands(b.App), "entry", "approve", "-"); code != 0 {
		t.Fatalf("exit %d: %s", code, b.err.String())
	}
	total := 0
	for _, batch := range p.batches {
		total += len(batch)
		if len(batch) > batchSize {
			t.Errorf("a batch of %d", len(batch))
		}
	}
	if total != 12_000 || strings.Count(b.out.String(), "done") != 12_000 {
		t.Errorf("%d items in %d batches, %d results", total, len(p.batches), strings.Count(b.out.String(), "done"))
	}
}

// TestSlowPipe expects results while the producer is still at work.
func TestSlowPipe(t *testing.T) {
	r, w := io.Pipe()
	b := newBench(t, "")
	b.In = r
	first := &signalWriter{at: "E-1", seen: make(chan struct{})}
	b.Out = &dataWriter{app: b.App, to: first}
	go func() {
		_, _ = io.WriteString(w, "E-1\n")
		<-first.seen // would wait for ever if results came only at the end
		_, _ = io.WriteString(w, "E-2\n")
		_ = w.Close()
	}()
	var p approver
	if code := b.runVerb(p.commands(b.App), "entry", "approve", "-", "-o", "name"); code != 0 || first.String() != "E-1\nE-2\n" {
		t.Errorf("exit %d, %q", code, first.String())
	}
	if len(p.batches) != 2 {
		t.Errorf("batches %v", p.batches)
	}
}

// signalWriter closes seen when a text has been written.
type signalWriter struct {
	bytes.Buffer
	at   string
	seen chan struct{}
}

func (s *signalWriter) Write(p []byte) (int, error) {
	before := strings.Contains(s.String(), s.at)
	n, err := s.Buffer.Write(p)
	if !before && strings.Contains(s.String(), s.at) {
		close(s.seen)
	}
	return n, err
}

func TestDashOnATerminalShowsHelp(t *testing.T) {
	b := newBench(t, "")
	b.inTTY = true
	var p approver
	code := b.runVerb(p.commands(b.App), "entry", "approve", "-")
	if code != exitUsage || !strings.Contains(b.err.String(), "Usage\n  callout entry approve ID...") || len(p.batches) > 0 {
		t.Errorf("exit %d: %s", code, b.err.String())
	}
}

// TestWorkGoesOnWithoutAReader: whoever pipes results into head still wants all items done.
func TestWorkGoesOnWithoutAReader(t *testing.T) {
	b := newBench(t, strings.Repeat("E-1\n", 3*batchSize))
	b.Out = &dataWriter{app: b.App, to: &brokenPipe{}}
	var p approver
	if code := b.runVerb(p.commands(b.App), "entry", "approve", "-"); code != 0 {
		t.Errorf("exit %d: %s", code, b.err.String())
	}
	total := 0
	for _, batch := range p.batches {
		total += len(batch)
	}
	if total != 3*batchSize {
		t.Errorf("%d of %d were done", total, 3*batchSize)
	}
}

func TestInterruptStopsBetweenBatches(t *testing.T) {
	ids := make([]string, 2*batchSize)
	for i := range ids {
		ids[i] = "E"
	}
	ids[0] = "stop"
	b := newBench(t, "")
	ctx, cancel := context.WithCancelCause(t.Context())
	p := approver{stop: cancel}
	root := newRootCmd(b.App)
	root.AddCommand(p.commands(b.App)...)
	root.SetArgs(append([]string{"entry", "approve", "-o", "name"}, ids...))
	err := root.ExecuteContext(ctx)
	var sig *signalError
	if !errors.As(err, &sig) || len(p.batches) != 1 || strings.Count(b.out.String(), "\n") != batchSize {
		t.Errorf("%v after %d batches and %d results", err, len(p.batches), strings.Count(b.out.String(), "\n"))
	}
}

func TestResultsMustMatchItems(t *testing.T) {
	b := newBench(t, "")
	verb := b.Verb(Verb{Use: "drop ID...", Short: "Drop", Example: "callout drop X", Writes: true,
		Each: func(context.Context, []string) []Result { return nil }})
	if code := b.runVerb([]*cobra.Command{verb}, "drop", "X"); code != exitError || !strings.Contains(b.err.String(), "0 results for 1 items") {
		t.Errorf("exit %d: %s", code, b.err.String())
	}
}

func TestIDs(t *testing.T) {
	b := newBench(t, "A\tx\r\n\nB\n")
	got, err := b.IDs(t.Context(), []string{"-"})
	if err != nil || !slices.Equal(got, []string{"A", "B"}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err = b.IDs(t.Context(), []string{"C"}); err != nil || !slices.Equal(got, []string{"C"}) {
		t.Errorf("%v, %v", got, err)
	}
	b.inTTY = true
	if _, err = b.IDs(t.Context(), []string{"-"}); exitCode(err) != exitUsage {
		t.Errorf("%v", err)
	}
}
