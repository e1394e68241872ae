package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/kballard/go-shellquote"

	"callout/store"
)

// A job is a command line that the board hands over. Jobs run one after the other, in the order of the
// keys, so that what was typed first is decided first.
type job struct {
	line []string
	in   string // what the line reads from standard input
	// said is what the board tells when it is done; "" tells what the command itself said.
	said string
	// then runs when it was done, and refused instead when it was not. Nil shows what was said.
	then    func(m *Model, o Outcome) tea.Cmd
	refused func(m *Model, o Outcome) tea.Cmd
	// quiet runs it without a word and without a place in the log of lines, such as a dry run.
	quiet bool
	// stretches is the visit that it makes longer or shorter where it stands, see [board.stretch].
	stretches store.ID
	// among is what is taken back together with it; nil is nothing else.
	among *doneLine
	way   way
}

// do hands a command line over.
func (m *Model) do(j *job) tea.Cmd {
	m.jobs = append(m.jobs, j)
	if len(m.jobs) > 1 {
		return nil
	}
	return m.runNext()
}

// runNext runs the job at the head.
func (m *Model) runNext() tea.Cmd {
	j, shell, ctx := m.jobs[0], m.opts.Shell, m.ctx
	line := slices.Clone(j.line)
	run := func() Outcome { return shell.Run(ctx, line) }
	if j.in != "" {
		run = func() Outcome { return shell.Feed(ctx, line, j.in) }
	}
	if j.quiet {
		return func() tea.Msg { return ranMsg{job: j, outcome: run()} }
	}
	watched := m.watched(run)
	return func() tea.Msg {
		o, wrote := watched()
		return ranMsg{j, o, wrote}
	}
}

// ran takes what came of a job, and starts the next.
func (m *Model) ran(msg ranMsg) tea.Cmd {
	m.jobs = m.jobs[1:]
	var cmds []tea.Cmd
	if len(m.jobs) > 0 {
		cmds = append(cmds, m.runNext())
	}
	j, o := msg.job, msg.outcome
	if !j.quiet {
		m.lines = append(m.lines, ranLine{shellLine(j.line), o.Exit})
		m.remember(j, msg.wrote)
		cmds = append(cmds, m.refresh())
	}
	switch {
	case o.Done() && j.then != nil:
		cmds = append(cmds, j.then(m, o))
	case o.Done() && !j.quiet:
		m.tell(cmp.Or(j.said, firstLine(o.Notes), firstLine(o.Out), "done"))
	case !o.Done() && j.refused != nil:
		cmds = append(cmds, j.refused(m, o))
	case !o.Done() && !j.quiet:
		m.complain(o)
	}
	return tea.Batch(cmds...)
}

// ranLine is a line of the log of what the board did.
type ranLine struct {
	line string
	exit int
}

// shellLine writes words as a shell reads them.
func shellLine(words []string) string { return "callout " + shellquote.Join(words...) }

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.Join(strings.Fields(line), " ")
}
