package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"callout/store"
)

// way is what a job does to the shop's past: something new, or taking back, or doing again.
type way int

const (
	doing way = iota
	undoing
	redoing
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

// wroteSince lists the entries of somebody after the first so many of the journal, the last first.
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
		if who.Name == actor && e.Leaf.Refused == "" && !store.IsPending(e.Leaf.Seq) {
			out = append(out, e.Leaf.Seq)
		}
	}
	slices.Reverse(out)
	return out, nil
}

// remember keeps what a job changed, to be taken back in one step. Taking back is a change as well, which redo takes back
// as long as nothing new was done.
func (m *Model) remember(j *job, wrote []uint64) {
	if len(wrote) == 0 {
		return
	}
	list := &m.done
	switch j.way {
	case undoing:
		list = &m.undone
	case doing:
		m.undone = nil
	}
	d := j.among
	if d == nil {
		d = &doneLine{line: shellLine(j.line)}
	}
	d.entries = append(slices.Clone(wrote), d.entries...)
	if !slices.Contains(*list, d) {
		*list = append(*list, d)
	}
}

// redo does again what was taken back last, in one step as it was taken back.
func (m *Model) redo() tea.Cmd {
	return m.reverse(&m.undone, redoing, "redo", "Do %s again?", "U", "done again")
}

// undo takes back what the board did last: one change at once, and several that were made together after saying how many
// they are.
func (m *Model) undo() tea.Cmd {
	return m.reverse(&m.done, undoing, "undo", "Take back %s?", "u", "taken back")
}

// reverse takes back the last of a list. Where there is none, the command itself finds what was done before the board was
// opened.
func (m *Model) reverse(list *[]*doneLine, way way, command, question, asked, said string) tea.Cmd {
	n := len(*list)
	if n == 0 {
		return m.do(&job{line: []string{command}, way: way})
	}
	last := (*list)[n-1]
	drop := func() { *list = slices.DeleteFunc(*list, func(d *doneLine) bool { return d == last }) }
	if len(last.entries) == 1 {
		drop()
		return m.do(&job{line: []string{"undo", fmt.Sprint(last.entries[0])}, way: way})
	}
	count := plural(len(last.entries), "change")
	m.confirm(fmt.Sprintf(question, count), []string{last.line}, asked, func(m *Model) tea.Cmd {
		drop()
		var lines [][]string
		for _, seq := range last.entries {
			lines = append(lines, []string{"undo", fmt.Sprint(seq)})
		}
		return m.eachOf(way, lines, func(m *Model, failures []string) {
			if len(failures) > 0 {
				m.open(&leaflet{title: fmt.Sprintf("%d of %s not %s", len(failures), count, said), lines: failures}, true)
				return
			}
			m.tell(count + " " + said)
		})
	})
	return nil
}

// each hands over lines one after the other, and says at the end which were not done and why. They are taken back
// together.
func (m *Model) each(lines [][]string, end func(m *Model, failures []string)) tea.Cmd {
	return m.eachOf(doing, lines, end)
}

func (m *Model) eachOf(way way, lines [][]string, end func(m *Model, failures []string)) tea.Cmd {
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
		cmds = append(cmds, m.do(&job{line: line, then: after, refused: after, among: among, way: way}))
	}
	return tea.Batch(cmds...)
}
