package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/dispatch"
	"callout/store"
)

// crewKey marks the key of a crew among those of technicians.
const crewKey = "crew:"

// assign asks who is to go: technicians, or a crew. Of a single visit each says what would stand against it.
func (b *board) assign() tea.Cmd {
	visits := b.chosen()
	p := newPicker("Who goes to "+named(visits)+"?", true, func(_ *Model, keys []string) tea.Cmd { return b.assignTo(visits, keys) })
	b.m.open(p, false)
	now := b.m.now
	return b.m.view(func(r store.Reader) (func() tea.Cmd, error) {
		rows, err := readCandidates(r, visits, b.m, now)
		return func() tea.Cmd { p.fill(rows); return nil }, err
	})
}

// assignTo hands over who goes.
func (b *board) assignTo(visits []*Visit, keys []string) tea.Cmd {
	var flags []string
	plan := dispatch.Plan{}
	for _, k := range keys {
		if crew, ok := strings.CutPrefix(k, crewKey); ok {
			flags = append(flags, "--crew", crew)
			continue
		}
		plan.Technicians = append(plan.Technicians, store.ID(k))
	}
	flags = append(flags, b.technicians(plan.Technicians)...)
	if len(visits) > 1 || len(plan.Technicians) == 0 {
		return b.act("A", "given to others", []string{"appt", "assign"}, flags...)
	}
	v := visits[0]
	plan.Appointment, plan.Order, plan.Start, plan.End = v.ID, v.Order, v.Start, v.End
	line := append([]string{"appt", "assign", v.Number}, flags...)
	c := &claim{plan.Technicians, v.Time()}
	b.claims[v.ID] = c
	b.reclaim()
	return b.m.do(&job{
		line:    line,
		then:    func(m *Model, o Outcome) tea.Cmd { b.release(v, c); m.told(o, "", 1); b.unmark(); return nil },
		refused: func(_ *Model, o Outcome) tea.Cmd { b.release(v, c); return b.refusedPlan(o, line, plan, nil) },
	})
}
