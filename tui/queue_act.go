package tui

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"callout/work"
)

// queueActions are the keys of what can be done with the orders of the queue: those that are marked, or the one under
// the cursor.
func queueActions() []binding {
	act := func(id, key, title string, why func(q *queue) string, do func(q *queue) tea.Cmd) binding {
		return binding{
			id: "queue." + id, keys: []string{key}, title: title, scopes: []scope{onQueue}, writes: true,
			why: func(m *Model) string { return why(m.queue) }, do: func(m *Model) tea.Cmd { return do(m.queue) },
		}
	}
	cannot := func(acts ...work.Action) func(q *queue) string {
		return func(q *queue) string { return q.cannot(acts...) }
	}
	return []binding{
		{id: "queue.suggest", keys: []string{"w"}, title: "where it could go", scopes: []scope{onQueue}, hint: 2,
			why: func(m *Model) string { return m.queue.stuck() },
			do: func(m *Model) tea.Cmd {
				r, _ := m.queue.list.current()
				return m.suggest(r.ID, r.visit.ID, 0)
			}},
		{id: "queue.actions", keys: []string{"a"}, title: "actions", scopes: []scope{onQueue}, hint: 5,
			why: func(m *Model) string { return m.queue.cannot() }, do: func(m *Model) tea.Cmd { m.queue.actions(); return nil }},
		act("hold", "z", "hold the order, resume it", cannot(work.PutOnHold, work.Resume), (*queue).holdOrders),
		act("priority", "P", "another priority", cannot(), (*queue).askPriority),
		act("cancel", "x", "cancel the order", cannot(work.Cancel), (*queue).cancelOrders),
	}
}

// orders are those that an action is about, each once.
func (q *queue) orders() []queueRow {
	var out []queueRow
	for _, r := range q.list.chosen() {
		if !slices.ContainsFunc(out, func(o queueRow) bool { return o.ID == r.ID }) {
			out = append(out, r)
		}
	}
	return out
}

// cannot says why none of the orders takes any of some actions, in the words of the rule; without actions, whether there
// is an order at all.
func (q *queue) cannot(acts ...work.Action) string {
	orders := q.orders()
	if len(orders) == 0 {
		return "there is nothing under the cursor"
	}
	why := ""
	for _, r := range orders {
		for _, a := range acts {
			if r.Refusal(a) == "" {
				return ""
			}
		}
		if len(acts) > 0 {
			why = cmp.Or(why, r.Refusal(acts[0]))
		}
	}
	return why
}

func (q *queue) numbers() []string {
	var out []string
	for _, r := range q.orders() {
		out = append(out, r.Number)
	}
	return out
}

// actions offers everything that can be done with the orders, and says of the rest why not.
func (q *queue) actions() {
	numbers := q.numbers()
	d := &menu{title: namedOrders(numbers)}
	for _, id := range []string{"queue.suggest", "queue.hold", "queue.priority", "queue.cancel"} {
		k := q.m.keys.named(id)
		if len(k.keys) == 0 || id == "queue.suggest" && len(numbers) > 1 {
			continue
		}
		d.choices = append(d.choices, choice{key: k.keys[0], title: k.title, why: q.m.refusal(k), do: k.do})
	}
	q.m.open(d, false)
}

// holdOrders puts the orders on hold, with a reason; where all are, it ends the hold.
func (q *queue) holdOrders() tea.Cmd {
	orders, numbers := q.orders(), q.numbers()
	if !slices.ContainsFunc(orders, func(r queueRow) bool { return r.Status != work.OnHold }) {
		return q.m.onOrders(numbers, "z", "resumed", q.unmark, "resume")
	}
	return q.m.askWhy("Put "+namedOrders(numbers)+" on hold?", func(m *Model, why string) tea.Cmd {
		return m.onOrders(numbers, "z", "on hold", q.unmark, "hold", "--reason", why)
	})
}

// cancelOrders asks why, and then calls the orders off.
func (q *queue) cancelOrders() tea.Cmd {
	numbers := q.numbers()
	return q.m.askWhy("Cancel "+namedOrders(numbers)+"?", func(m *Model, why string) tea.Cmd {
		return m.onOrders(numbers, "x", "canceled", q.unmark, "cancel", "--reason", why)
	})
}

// askPriority asks how urgent the orders are to be.
func (q *queue) askPriority() tea.Cmd {
	orders, numbers := q.orders(), q.numbers()
	d := &menu{title: "Priority of " + namedOrders(numbers)}
	for _, p := range slices.Backward(work.Priorities()) {
		c := choice{key: string(p)[:1], title: string(p), do: func(m *Model) tea.Cmd { return q.setPriority(numbers, p) }}
		if !slices.ContainsFunc(orders, func(r queueRow) bool { return r.Priority != p }) {
			c.why = "it is so already"
		}
		d.choices = append(d.choices, c)
	}
	q.m.open(d, false)
	return nil
}

// setPriority hands over one line for each order: the command takes one.
func (q *queue) setPriority(numbers []string, p work.Priority) tea.Cmd {
	var lines [][]string
	for _, n := range numbers {
		lines = append(lines, []string{"wo", "edit", n, "--priority", string(p)})
	}
	do := func() tea.Cmd {
		return q.m.each(lines, func(m *Model, failures []string) {
			if len(failures) > 0 {
				m.open(&leaflet{title: plural(len(failures), "order") + " not changed", lines: failures}, true)
				return
			}
			m.tell(namedOrders(numbers) + ": " + string(p) + " priority")
			q.unmark()
		})
	}
	if len(numbers) > many {
		q.m.confirm("Priority "+string(p)+": "+plural(len(numbers), "order"), nil, "P", func(*Model) tea.Cmd { return do() })
		return nil
	}
	return do()
}

// unmark takes the marks away and leaves the filter.
func (q *queue) unmark() { q.list.marks, q.list.anchor = map[string]bool{}, -1 }
