package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
)

// process is the board as a process on a terminal: it can be suspended, and it can fall.
type process struct {
	*Model
	gate     *gate
	sleeping bool // or about to
}

// suspendMsg asks the board to sleep until its shell wakes it. Signalled says that somebody else asked.
type suspendMsg struct{ signalled bool }

// quietMsg says that nothing is under way any more: the board may sleep.
type quietMsg suspendMsg

// awakeMsg says that the shell has woken the board.
type awakeMsg suspendMsg

// Init implements tea.Model.
func (p *process) Init() tea.Cmd {
	return guard(tea.Batch(p.Model.Init(), awaitSuspension(p.ctx, true)))
}

// Update implements tea.Model.
func (p *process) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case fall:
		panic(msg) // here, where the terminal is put back before a word is said
	case suspendMsg:
		if p.alone || p.sleeping {
			return p, guard(awaitSuspension(p.ctx, msg.signalled))
		}
		p.sleeping = true
		return p, guard(func() tea.Msg { p.gate.shut(); return quietMsg(msg) })
	case quietMsg:
		return p, tea.Exec(sleep{}, func(error) tea.Msg { return awakeMsg(msg) })
	case awakeMsg:
		p.sleeping = false
		p.gate.open()
		return p, guard(tea.Batch(tea.ClearScreen, p.refresh(), awaitSuspension(p.ctx, msg.signalled)))
	}
	_, cmd := p.Model.Update(msg)
	return p, guard(cmd)
}

// fall is a panic in the background, with where it was.
type fall struct {
	of    any
	stack []byte
}

// String implements fmt.Stringer.
func (f fall) String() string { return fmt.Sprintf("%v\n\n%s", f.of, f.stack) }

// guard has a command that panics end the board as a panic of the board itself does. Left alone, the library would
// write its traces on the board's screen, which is gone a moment later.
func guard(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				msg = fall{r, debug.Stack()}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = guard(batch[i])
			}
		}
		return msg
	}
}

// awaitSuspension waits for the signal that asks the board to let its shell have the terminal. Over says that the last
// waiting has ended, by a signal: there is one at a time.
func awaitSuspension(ctx context.Context, over bool) tea.Cmd {
	if suspension == nil || !over {
		return nil
	}
	return func() tea.Msg {
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, suspension)
		defer signal.Stop(asked)
		select {
		case <-asked:
			return suspendMsg{signalled: true}
		case <-ctx.Done():
			return nil
		}
	}
}

// sleep stops the process while the terminal is as it was before the board.
type sleep struct{}

// Run implements tea.ExecCommand. It returns when the shell has woken the process.
func (sleep) Run() error { return stopProcess() }

// SetStdin implements tea.ExecCommand.
func (sleep) SetStdin(io.Reader) {}

// SetStdout implements tea.ExecCommand.
func (sleep) SetStdout(io.Writer) {}

// SetStderr implements tea.ExecCommand.
func (sleep) SetStderr(io.Writer) {}
