package tui

import (
	"context"
	"errors"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"callout/internal/fault"
)

// Run opens the board on a terminal and returns when it is closed. The terminal is put back whatever ends it.
func Run(ctx context.Context, o Options, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	way := newGate(o.Shop, o.Shell)
	o.Shop, o.Shell = way, way
	m, err := New(ctx, o)
	if err != nil {
		return err
	}
	m.alone = !shellBehind()
	// Signals are the command's matter: they end the context, and its cause says which one it was.
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler()}
	if os.Getenv("NO_COLOR") != "" { // any value counts, as no-color.org has it; the library wants a true one
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	_, err = tea.NewProgram(&process{Model: m, gate: way}, options...).Run()
	switch {
	case context.Cause(ctx) != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, tea.ErrInterrupted):
		return nil
	case errors.Is(err, tea.ErrProgramPanic):
		return fault.Internalf("the board came upon a fault of its own, which is told above, and stopped; what was saved stays saved").Hint("callout board")
	case err != nil:
		return fault.Internalf("the board stopped").Because(err)
	}
	return nil
}
