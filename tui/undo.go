package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"callout/store"
)

// doneLine is a line that changed the shop, with the entries that it wrote.
type doneLine struct {
	line    string
	entries []uint64
}

// watched runs a line and finds out which entries it wrote, so that they can be taken back by their numbers, whatever
// others write meanwhile. It runs in the background.
func (m *Model) watched(run func() Outcome) func() (Outcome, []uint64) {
	shop, ctx, actor := m.opts.Shop, m.ctx, m.opts.Actor
	return func() (Outcome, []uint64) {
		if shop == nil {
			return run(), nil
		}
		var since uint64
		before := shop.View(ctx, func(r store.Reader) (err error) { since, err = store.Size(r); return err })
		o := run()
		if before != nil {
			return o, nil
		}
		var wrote []uint64
		if err := shop.View(ctx, func(r store.Reader) (err error) { wrote, err = wroteSince(r, since, actor); return err }); err != nil {
			return o, nil // it was done, and is taken back as any last change is
		}
		return o, wrote
	}
}

// wroteSince lists the entries of somebody after the first so many of the journal, the last first. Undoing is none.
func wroteSince(r store.Reader, since uint64, actor string) ([]uint64, error) {
	var out []uint64
	for e, err := range store.Entries(r, since+1, false) {
		if err != nil {
			return nil, err
		}
		who, err := e.Actor()
		if err != nil {
			return nil, err
		}
		if who.Name == actor && e.Leaf.Undoes == 0 && e.Leaf.Refused == "" && !store.IsPending(e.Leaf.Seq) {
			out = append(out, e.Leaf.Seq)
		}
	}
	slices.Reverse(out)
	return out, nil
}

// remember keeps what a job changed, to be taken back in one step.
func (m *Model) remember(j *job, wrote []uint64) {
	if len(wrote) == 0 {
		return
	}
	d := j.among
	if d == nil {
		d = &doneLine{line: shellLine(j.line)}
	}
	d.entries = append(slices.Clone(wrote), d.entries...)
	if !slices.Contains(m.done, d) {
		m.done = append(m.done, d)
	}
}

// redo does again what was taken back last, which can then be taken back by itself.
func (m *Model) redo() tea.Cmd {
	m.done = append(m.done, &doneLine{})
	return m.do(&job{line: []string{"redo"}})
}

// undo takes back what the board did last: one change at once, and several that were made together after saying how many
// they are.
func (m *Model) undo() tea.Cmd {
	n := len(m.done)
	if n == 0 || len(m.done[n-1].entries) < 2 {
		m.done = m.done[:max(n-1, 0)]
		return m.do(&job{line: []string{"undo"}})
	}
	last := m.done[n-1]
	count := plural(len(last.entries), "change")
	m.confirm("Take back "+count+"?", []string{last.line}, "u", func(m *Model) tea.Cmd {
		m.done = slices.DeleteFunc(m.done, func(d *doneLine) bool { return d == last })
		var lines [][]string
		for _, seq := range last.entries {
			lines = append(lines, []string{"undo", fmt.Sprint(seq)})
		}
		return m.each(lines, func(m *Model, failures []string) {
			if len(failures) > 0 {
				m.open(&leaflet{title: fmt.Sprintf("%d of %s not taken back", len(failures), count), lines: failures}, true)
				return
			}
			m.tell(count + " taken back")
		})
	})
	return nil
}

// each hands over lines one after the other, and says at the end which were not done and why. They are taken back
// together.
func (m *Model) each(lines [][]string, end func(m *Model, failures []string)) tea.Cmd {
	var cmds []tea.Cmd
	var failures []string
	among := &doneLine{line: shellLine(lines[0]) + ", and so on"}
	for i, line := range lines {
		after := func(m *Model, o Outcome) tea.Cmd {
			if !o.Done() {
				failures = append(failures, shellLine(line)+"  "+o.Error)
			}
			if i == len(lines)-1 {
				end(m, failures)
			}
			return nil
		}
		cmds = append(cmds, m.do(&job{line: line, then: after, refused: after, among: among}))
	}
	return tea.Batch(cmds...)
}
