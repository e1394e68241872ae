package cmd

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Main runs one command line and returns the process's exit code. The arguments do not
// include the program's name.
func Main(args []string, in io.Reader, out, err io.Writer) int {
	ctx, stop := withSignals(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return newApp(in, out, err).run(ctx, args)
}

// run builds the tree, runs one command line and reports its outcome.
func (a *App) run(ctx context.Context, args []string) int {
	a.completing = len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
	root := newRootCmd(a)
	root.SetArgs(args)
	return a.finish(ctx, root.ExecuteContext(ctx))
}

// withSignals returns a context that ends with the first of the signals; its cause names
// the signal. The second one kills the process as usual, for a run that does not listen.
// SIGPIPE is ignored: a closed pipe shows as an error of the write.
func withSignals(parent context.Context, signals ...os.Signal) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signal.Ignore(syscall.SIGPIPE)
	received := make(chan os.Signal, 1)
	signal.Notify(received, signals...)
	go func() {
		select {
		case s := <-received:
			signal.Stop(received)
			cancel(&signalError{signal: s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(received)
		cancel(nil)
	}
}
