package cmd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"callout/internal/fault"
)

// failing is a command that ends with the given error.
func failing(a *App, err error) []*cobra.Command {
	return []*cobra.Command{a.Verb(Verb{Use: "fail", Short: "Fail", Example: "callout fail", Fields: []string{"a"},
		Run: func(context.Context, []string) error { return err }})}
}

func TestExitCodes(t *testing.T) {
	tests := []struct {
		err  error
		code int
		kind string
	}{
		{nil, 0, ""},
		{errors.New("disk"), 1, "internal"},
		{fault.Internalf("defect"), 1, "internal"},
		{fault.Invalidf("qty", "not a number"), 2, "invalid"},
		{usagef("usage"), 2, "invalid"},
		{&partlyError{failed: 1, total: 2}, 3, "partly-done"},
		{fault.NotFoundf("no order WO-9"), 4, "not-found"},
		{fault.Conflictf("changed"), 5, "conflict"},
		{fault.Refusedf("the maker may not approve"), 6, "refused"},
		{fault.Busyf("held"), 7, "busy"},
		{&fault.Error{Kind: fault.Login, Msg: "no login"}, 8, "login"},
		{&fault.Error{Kind: fault.Queued, Msg: "waits"}, 9, "queued"},
		{fault.Unknownf("who knows"), 10, "unknown"},
		{fmt.Errorf("while closing: %w", fault.Busyf("held")), 7, "busy"},
		{&signalError{signal: os.Interrupt}, 130, "interrupted"},
		{&signalError{signal: syscall.SIGTERM}, 143, "interrupted"},
	}
	for _, tt := range tests {
		b := newBench(t, "")
		if code := b.runVerb(failing(b.App, tt.err), "fail"); code != tt.code {
			t.Errorf("%v: exit %d, want %d", tt.err, code, tt.code)
		}
		if tt.err == nil {
			continue
		}
		want := "error: " + tt.err.Error() + "\n"
		switch {
		case tt.code == exitError:
			want += "hint: callout doctor\n"
		case tt.code == exitPartly:
			want += "hint: callout help scripting   (each item has a result of its own, with what helps)\n"
		case tt.code < exitSignal: // nothing helps against a signal
			want += "hint: callout fail --help\n"
		}
		if b.err.String() != want || b.out.Len() > 0 {
			t.Errorf("stderr %q, want %q; stdout %q", b.err.String(), want, b.out.String())
		}
		b = newBench(t, "")
		b.runVerb(failing(b.App, tt.err), "fail", "-o", "json")
		var r errorReport
		if err := json.Unmarshal(b.err.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", b.err.String(), err)
		}
		if r.Schema != schemaVersion || r.Error.Kind != tt.kind || r.Error.Exit != tt.code || r.Error.Message != tt.err.Error() {
			t.Errorf("%v: reported as %+v", tt.err, r.Error)
		}
	}
}

// TestExitCodesAreDocumented keeps the help topic and the codes together.
func TestExitCodesAreDocumented(t *testing.T) {
	for _, code := range []int{exitDone, exitError, exitUsage, exitPartly, exitNotFound, exitConflict, exitRefused, exitBusy, exitServer, exitQueued, exitUnknown, 130, 143} {
		if line := fmt.Sprintf("\n%4d  ", code); !strings.Contains(exitCodesText, line) {
			t.Errorf("callout help exit-codes does not list %d", code)
		}
	}
}

func TestErrorLines(t *testing.T) {
	b := newBench(t, "")
	err := fault.Refusedf("it says \x1b[2J no").With("some.rule").Hint("callout wo show WO-1").Hint("callout help time")
	b.runVerb(failing(b.App, err), "fail")
	want := "error: it says \ufffd[2J no\nhint: callout wo show WO-1\nhint: callout help time\n"
	if b.err.String() != want {
		t.Errorf("got %q, want %q", b.err.String(), want)
	}
}

func TestSignalIsTheReason(t *testing.T) {
	b := newBench(t, "")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(&signalError{signal: syscall.SIGTERM})
	if code := b.finish(ctx, fmt.Errorf("reading: %w", context.Canceled)); code != 143 {
		t.Errorf("exit %d", code)
	}
	if code := b.finish(ctx, nil); code != 0 {
		t.Errorf("work that was finished all the same exits %d", code)
	}
}

// brokenPipe fails like a pipe whose reader has gone, after some bytes.
type brokenPipe struct {
	bytes.Buffer
	room int
}

func (p *brokenPipe) Write(b []byte) (int, error) {
	if p.Len()+len(b) > p.room {
		return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
	}
	return p.Buffer.Write(b)
}

func TestBrokenPipeIsQuiet(t *testing.T) {
	pipe := &brokenPipe{room: 100 << 10}
	b := newBench(t, "")
	b.Out = &dataWriter{app: b.App, to: pipe}
	read := 0
	endless := func(yield func(sample, error) bool) {
		for i := 0; i < 1_000_000; i++ {
			read++
			if !yield(sample{Number: fmt.Sprint(i)}, nil) {
				return
			}
		}
	}
	if code := b.runVerb(listVerb(b.App, endless), "item", "list"); code != 0 || b.err.Len() > 0 {
		t.Errorf("exit %d, stderr %q", code, b.err.String())
	}
	if read == 1_000_000 {
		t.Error("the list went on after its reader had gone")
	}
}

func TestUnknownCommands(t *testing.T) {
	for _, tt := range []struct {
		args string
		want string
	}{
		{"confg list", "error: callout has no command \"confg\"\nhint: callout config\n"},
		{"config lst", "error: callout config has no command \"lst\"\nhint: callout config list\n"},
		{"config zzzzz", "error: callout config has no command \"zzzzz\"\nhint: callout config --help\n"},
		{"completion bahs", "error: \"bahs\" is none of bash, zsh, fish, powershell\nhint: callout completion bash\n"},
		{"config get", "error: callout config get needs KEY\nhint: callout config get KEY\n"},
		{"config get a b", "error: callout config get takes one argument, and \"b\" is too much\nhint: callout config get --help\n"},
		{"--verson", "error: unknown flag: --verson\nhint: callout --version\n"},
		{"help nothing-like-it", "error: there is no help about \"nothing-like-it\"\nhint: callout help\n"},
		{"help exit-code", "error: there is no help about \"exit-code\"\nhint: callout help exit-codes\n"},
	} {
		b := newBench(t, "")
		code := b.runVerb(nil, strings.Fields(tt.args)...)
		if code != exitUsage && !(code == exitNotFound && strings.HasPrefix(tt.args, "help")) || b.err.String() != tt.want {
			t.Errorf("%s: exit %d, %q, want %q", tt.args, code, b.err.String(), tt.want)
		}
	}
}

// runWaiting is a program with one verb, which reads ids from a pipe that stays open.
func runWaiting() int {
	ctx, stop := withSignals(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := newApp(os.Stdin, os.Stdout, os.Stderr)
	root := newRootCmd(a)
	root.AddCommand(a.Verb(Verb{Use: "wait ID...", Short: "Wait", Example: "callout wait -", Writes: true,
		Each: func(_ context.Context, ids []string) []Result {
			out := make([]Result, len(ids))
			for i, id := range ids {
				out[i].ID = id
			}
			return out
		}}))
	root.SetArgs([]string{"wait", "-", "-o", "name"})
	return a.finish(ctx, root.ExecuteContext(ctx))
}

// TestSignals interrupts a real process that waits for more ids.
func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("signals are a Unix matter")
	}
	for sig, want := range map[os.Signal]int{os.Interrupt: 130, syscall.SIGTERM: 143} {
		c := exec.Command(os.Args[0])
		c.Args = []string{"waiting"}
		in, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		c.Stderr = &stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(in, "E-1\n"); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n') // it is at work, and listens
		if err != nil || line != "E-1\n" {
			t.Fatalf("%q, %v", line, err)
		}
		if err := c.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
		if got := c.ProcessState.ExitCode(); got != want || !strings.HasPrefix(stderr.String(), "error: stopped by ") {
			t.Errorf("%v: exit %d, want %d; stderr %q", sig, got, want, stderr.String())
		}
	}
}
