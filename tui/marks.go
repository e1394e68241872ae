package tui

import (
	"maps"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/store"
)

// growing is a range of marks from where it began to the cursor.
type growing struct {
	lane   store.ID
	at     time.Time
	before map[store.ID]bool // what was marked when it began
}

// markBindings are the keys that mark visits, for actions on several at once.
func markBindings() []binding {
	here := []scope{onBoard}
	noVisits := func(m *Model) string {
		if l := m.board.current(); l == nil || len(l.Visits) == 0 {
			return "there is no visit in this lane"
		}
		return ""
	}
	return []binding{
		{id: "mark.visit", keys: []string{"v"}, title: "mark", scopes: here,
			why: func(m *Model) string {
				if m.board.under() == nil || m.board.held != nil {
					return "there is no visit under the cursor"
				}
				return ""
			},
			do: func(m *Model) tea.Cmd { m.board.mark(); return nil }},
		{id: "mark.range", keys: []string{"V"}, title: "mark from here to the cursor", scopes: here, do: func(m *Model) tea.Cmd { m.board.markRange(); return nil }},
		{id: "mark.lane", keys: []string{"*"}, title: "mark all of the lane", scopes: here, why: noVisits,
			do: func(m *Model) tea.Cmd { m.board.markLane(); return nil }},
		{id: "mark.none", keys: []string{"esc"}, title: "take all marks away", scopes: here,
			why: func(m *Model) string {
				if len(m.board.marks) == 0 && m.board.growing == nil {
					return "nothing is marked"
				}
				return ""
			},
			do: func(m *Model) tea.Cmd { m.board.unmark(); return nil }},
	}
}

// mark marks the visit under the cursor, or takes its mark away.
func (b *board) mark() {
	v := b.under()
	if b.marks[v.ID] {
		delete(b.marks, v.ID)
		return
	}
	b.marks[v.ID] = true
}

// markRange begins a range of marks at the cursor, or ends it. While it is open, it reaches to the cursor.
func (b *board) markRange() {
	if b.growing != nil || b.current() == nil {
		b.growing = nil
		return
	}
	b.growing = &growing{lane: b.current().ID, at: b.at, before: b.marks}
	b.grow()
}

// grow marks what lies between where the range began and the cursor: those lanes, at those times.
func (b *board) grow() {
	g := b.growing
	if g == nil || b.day == nil {
		return
	}
	first := b.day.lane(g.lane)
	if first < 0 {
		b.growing = nil
		return
	}
	b.marks = maps.Clone(g.before)
	from, to := earlier(g.at, b.at), later(g.at, b.at)
	for _, l := range b.day.Lanes[min(first, b.lane) : max(first, b.lane)+1] {
		for _, v := range l.Visits {
			if v.Start.Before(to) && v.End.After(from) || v.Time().Contains(to) {
				b.marks[v.ID] = true
			}
		}
	}
}

// markLane marks every visit of the lane; where all are marked, it takes the marks away.
func (b *board) markLane() {
	visits := b.current().Visits
	all := !slices.ContainsFunc(visits, func(v *Visit) bool { return !b.marks[v.ID] })
	for _, v := range visits {
		if all {
			delete(b.marks, v.ID)
		} else {
			b.marks[v.ID] = true
		}
	}
}

// unmark takes all marks away.
func (b *board) unmark() { b.marks, b.growing = map[store.ID]bool{}, nil }

// keepMarks drops the marks of visits that are not shown any more, so that nothing is done with what nobody sees.
func (b *board) keepMarks(d *Day) {
	for id := range b.marks {
		if d.Visits[id] == nil {
			delete(b.marks, id)
		}
	}
}
