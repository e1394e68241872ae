package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"

	"callout/internal/fault"
)

// The exit codes. Scripts branch on them: the set is closed and each means one thing.
const (
	exitDone     = 0
	exitError    = 1
	exitUsage    = 2
	exitPartly   = 3
	exitNotFound = 4
	exitConflict = 5
	exitRefused  = 6
	exitBusy     = 7
	exitServer   = 8
	exitQueued   = 9
	exitUnknown  = 10
	exitSignal   = 128 // plus the signal's number
)

// partlyError says that some of many items were not done. Their own errors stand in
// the results on stdout. hint is what helps, where the verb knows better than that.
type partlyError struct {
	failed, total int
	text          string // what is said instead of how many
	hint          string
}

func (e *partlyError) Error() string {
	if e.text != "" {
		return e.text
	}
	return fmt.Sprintf("%d of %d were not done", e.failed, e.total)
}

// signalError is the cause of a context that a signal ended.
type signalError struct{ signal os.Signal }

func (e *signalError) Error() string { return "stopped by " + e.signal.String() }

// usagef reports that the command line itself is wrong.
func usagef(format string, args ...any) *fault.Error {
	return fault.Invalidf("", format, args...).With("usage")
}

// exitCode maps an error to the process's exit code. What the kinds of faults come to, they say
// themselves.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	var sig *signalError
	if errors.As(err, &sig) {
		if n, ok := sig.signal.(syscall.Signal); ok {
			return exitSignal + int(n)
		}
		return exitError
	}
	var partly *partlyError
	if errors.As(err, &partly) {
		return exitPartly
	}
	return fault.KindOf(err).Exit()
}

// finish turns the outcome of a run into its exit code and says on stderr what went wrong.
func (a *App) finish(ctx context.Context, err error) int {
	if err == nil || (a.outClosed && isBrokenPipe(err)) {
		return exitDone
	}
	// Whatever error the interruption surfaced as, the signal is the reason.
	var sig *signalError
	if errors.As(context.Cause(ctx), &sig) {
		err = sig
	}
	code := exitCode(err)
	a.reportError(err, code)
	return code
}

// errorReport is the error as JSON, for those who asked for JSON.
type errorReport struct {
	Schema string `json:"schema"`
	Error  struct {
		Kind    string   `json:"kind"`
		Code    string   `json:"code,omitempty"`
		Field   string   `json:"field,omitempty"`
		Message string   `json:"message"`
		Reasons []string `json:"reasons,omitempty"`
		Hints   []string `json:"hints,omitempty"`
		Exit    int      `json:"exit"`
	} `json:"error"`
}

// reportError prints `error:` and `hint:` lines, or one JSON object as the last line of
// stderr when the output is json or jsonl.
func (a *App) reportError(err error, code int) {
	var f *fault.Error
	if !errors.As(err, &f) {
		f = &fault.Error{Kind: fault.KindOf(err)}
	}
	if asked := cmp.Or(a.shared.output, a.config.Output); asked == formatJSON || asked == formatJSONL {
		var r errorReport
		r.Schema = schemaVersion
		r.Error.Kind, r.Error.Code, r.Error.Field = kindWord(err), f.Code, f.Field
		r.Error.Message, r.Error.Reasons, r.Error.Hints, r.Error.Exit = sentence(err), f.Reasons, a.hints(err), code
		if line, jerr := json.Marshal(r); jerr == nil {
			_, _ = fmt.Fprintf(a.Err, "%s\n", line)
			return
		}
	}
	a.complain(a.oneByOne(err, a.errTTY, "  "), a.hints(err))
}

// oneByOne is an error's message. On a terminal its reasons stand below each other, where there are
// several; in a pipe every error stays on one line.
func (a *App) oneByOne(err error, tty bool, indent string) string {
	message := sentence(err)
	var f *fault.Error
	if !tty || !errors.As(err, &f) || len(f.Reasons) < 2 {
		return message
	}
	what, ok := strings.CutSuffix(message, " "+strings.Join(f.Reasons, "; "))
	if !ok {
		return message
	}
	return what + "\n" + indent + "- " + strings.Join(f.Reasons, "\n"+indent+"- ")
}

// complain prints the two kinds of lines that make up every error message.
func (a *App) complain(message string, hints []string) {
	_, _ = fmt.Fprintf(a.Err, "%s %s\n", a.paintErr(bad, "error:"), printable(message, true))
	for _, h := range hints {
		_, _ = fmt.Fprintf(a.Err, "%s %s\n", a.paintErr(caution, "hint:"), printable(h, true))
	}
}

// kindWord is the error's kind for machines: a fault's kind or one of cmd's own.
func kindWord(err error) string {
	var sig *signalError
	var partly *partlyError
	switch {
	case errors.As(err, &sig):
		return "interrupted"
	case errors.As(err, &partly):
		return "partly-done"
	}
	return string(fault.KindOf(err))
}

// note says something on stderr that is neither data nor an error.
func (a *App) note(format string, args ...any) {
	_, _ = fmt.Fprintf(a.Err, format+"\n", args...)
}

// isBrokenPipe reports whether a write failed because the reader has gone away.
func isBrokenPipe(err error) bool {
	if runtime.GOOS == "windows" {
		const brokenPipe, noData = syscall.Errno(109), syscall.Errno(232)
		if errors.Is(err, brokenPipe) || errors.Is(err, noData) {
			return true
		}
	}
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}
