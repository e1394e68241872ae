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
	return b.m.onOrders(orderNumbers(orders), asked, done, b.unmark, verb, flags...)
}

// onOrders hands over a verb for orders, as one line; above [many] it asks first. After follows when all of it was done.
func (m *Model) onOrders(numbers []string, asked, done string, after func(), verb string, flags ...string) tea.Cmd {
	line := slices.Concat([]string{"wo", verb}, numbers, flags)
	return m.unlessMany(len(numbers), "wo "+verb, asked, line, func(line []string) tea.Cmd {
		return m.do(&job{
			line: line,
			then: func(m *Model, o Outcome) tea.Cmd {
				m.told(o, fmt.Sprintf("%d orders %s", len(numbers), done), len(numbers))
				after()
				return nil
			},
			refused: func(m *Model, o Outcome) tea.Cmd { m.failed(o, len(numbers)); return nil },
		})
	})
}

// holdOrder puts the orders on hold, with a reason; where all are, it ends the hold.
func (b *board) holdOrder() tea.Cmd {
	orders := b.orders()
	if !slices.ContainsFunc(orders, func(w *work.WorkOrder) bool { return w.Status != work.OnHold }) {
		return b.actOnOrders(orders, "z", "resumed", "resume")
	}
	return b.m.askWhy("Put "+namedOrders(orderNumbers(orders))+" on hold?", func(_ *Model, why string) tea.Cmd {
		return b.actOnOrders(orders, "z", "on hold", "hold", "--reason", why)
	})
}

// completeOrder asks how the orders ended.
func (b *board) completeOrder() tea.Cmd {
	orders := b.orders()
	b.m.open(&menu{title: "Complete " + namedOrders(orderNumbers(orders)), choices: []choice{
		{key: "d", title: "all is done", help: "refused while anything is missing", do: func(*Model) tea.Cmd {
			return b.actOnOrders(orders, "C", "completed", "complete")
		}},
		{key: "n", title: "it cannot be completed", help: "what is open stays open", do: func(m *Model) tea.Cmd {
			return m.askWhy(namedOrders(orderNumbers(orders))+" cannot be completed", func(_ *Model, why string) tea.Cmd {
				return b.actOnOrders(orders, "C", "completed", "complete", "--outcome", string(work.CannotComplete), "--reason", why)
			})
		}},
	}}, false)
	return nil
}

func orderNumbers(orders []*work.WorkOrder) []string {
	var out []string
	for _, w := range orders {
		out = append(out, w.Number)
	}
	return out
}

// namedOrders is what an action calls the orders that it is about.
func namedOrders(numbers []string) string {
	if len(numbers) > 3 {
		return plural(len(numbers), "order")
	}
	return strings.Join(numbers, ", ")
}
