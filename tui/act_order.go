package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/work"
)

// orders are those that the chosen visits belong to, each once.
func (b *board) orders() []*work.WorkOrder {
	var out []*work.WorkOrder
	for _, v := range b.chosen() {
		if !slices.ContainsFunc(out, func(w *work.WorkOrder) bool { return w.ID == v.Order }) {
			out = append(out, v.Work)
		}
	}
	return out
}

// orderCannot says why none of the orders takes any of some actions, in the words of the rule.
func (b *board) orderCannot(acts ...work.Action) string {
	if b.held != nil {
		return b.held.number + " is held: drop it or put it back first"
	}
	orders := b.orders()
	if len(orders) == 0 {
		return "there is no visit under the cursor"
	}
	why := ""
	for _, w := range orders {
		for _, a := range acts {
			if w.Refusal(a) == "" {
				return ""
			}
		}
		why = cmp.Or(why, w.Refusal(acts[0]))
	}
	return why
}

// actOnOrders hands over a verb for orders, as one line.
func (b *board) actOnOrders(orders []*work.WorkOrder, asked, done, verb string, flags ...string) tea.Cmd {
	line := []string{"wo", verb}
	for _, w := range orders {
		line = append(line, w.Number)
	}
	return b.m.unlessMany(len(orders), "wo "+verb, asked, append(line, flags...), func(line []string) tea.Cmd {
		return b.m.do(&job{
			line: line,
			then: func(m *Model, o Outcome) tea.Cmd {
				m.told(o, fmt.Sprintf("%d orders %s", len(orders), done), len(orders))
				b.unmark()
				return nil
			},
			refused: func(m *Model, o Outcome) tea.Cmd { m.failed(o, len(orders)); return nil },
		})
	})
}

// holdOrder puts the orders on hold, with a reason; where all are, it ends the hold.
func (b *board) holdOrder() tea.Cmd {
	orders := b.orders()
	if !slices.ContainsFunc(orders, func(w *work.WorkOrder) bool { return w.Status != work.OnHold }) {
		return b.actOnOrders(orders, "z", "resumed", "resume")
	}
	return b.m.askWhy("Put "+namedOrders(orders)+" on hold?", func(_ *Model, why string) tea.Cmd {
		return b.actOnOrders(orders, "z", "on hold", "hold", "--reason", why)
	})
}

// completeOrder asks how the orders ended.
func (b *board) completeOrder() tea.Cmd {
	orders := b.orders()
	b.m.open(&menu{title: "Complete " + namedOrders(orders), choices: []choice{
		{key: "d", title: "all is done", help: "refused while anything is missing", do: func(*Model) tea.Cmd {
			return b.actOnOrders(orders, "C", "completed", "complete")
		}},
		{key: "n", title: "it cannot be completed", help: "what is open stays open", do: func(m *Model) tea.Cmd {
			return m.askWhy(namedOrders(orders)+" cannot be completed", func(_ *Model, why string) tea.Cmd {
				return b.actOnOrders(orders, "C", "completed", "complete", "--outcome", string(work.CannotComplete), "--reason", why)
			})
		}},
	}}, false)
	return nil
}

func namedOrders(orders []*work.WorkOrder) string {
	if len(orders) > 3 {
		return plural(len(orders), "order")
	}
	var words []string
	for _, w := range orders {
		words = append(words, w.Number)
	}
	return strings.Join(words, ", ")
}
