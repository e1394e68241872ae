package tui

import (
	tea "charm.land/bubbletea/v2"

	"callout/store"
)

// rebook asks which of the visits that were called off on these days is to be booked again, and picks that up.
func (b *board) rebook() tea.Cmd {
	found := map[string]*held{}
	p := newPicker("Book again", false, func(_ *Model, keys []string) tea.Cmd {
		h := found[keys[0]]
		if b.held != nil || b.current() == nil {
			return nil
		}
		b.held = h
		return b.follow()
	})
	p.list.empty = "no visit of these days was called off and not booked again"
	b.m.open(p, false)
	span := b.span()
	return b.m.view(func(r store.Reader) (func() tea.Cmd, error) {
		visits, err := readCalledOff(r, span)
		return func() tea.Cmd {
			var rows []pick
			for _, v := range visits {
				found[v.Number] = &held{
					order: v.Order, number: v.OrderNumber, title: v.Title, length: v.End.Sub(v.Start), again: v.Number,
				}
				rows = append(rows, pick{key: v.Number, text: v.Number + "  " + b.clocks(v.Time()), help: v.OrderNumber + "  " + v.Title + "  " + v.Customer})
			}
			p.fill(rows)
			return nil
		}, err
	})
}
