package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/dispatch"
)

// queueBindings are the keys of the queue.
func queueBindings() []binding {
	here := []scope{onQueue}
	return slices.Concat(queueActions(), []binding{
		{id: "queue.pick-up", keys: []string{"space"}, title: "pick up", scopes: here, hint: 1, writes: true,
			why: func(m *Model) string { return m.queue.stuck() }, do: func(m *Model) tea.Cmd { return m.queue.pickUp() }},
		{id: "queue.sort", keys: []string{"s"}, title: "sort", scopes: here, hint: 3, do: func(m *Model) tea.Cmd { return m.queue.askSort() }},
		{id: "queue.views", keys: []string{"W"}, title: "views", scopes: here, hint: 6, do: func(m *Model) tea.Cmd { return m.queue.askView() }},
		{id: "queue.beside", keys: []string{"Q"}, title: "queue beside the board, or not", scopes: []scope{onQueue, onBoard}, do: (*Model).toggleQueue},
	}, listBindings(onQueue, func(m *Model) lister { return &m.queue.list }))
}

// stuck says why the row under the cursor cannot be picked up, or "".
func (q *queue) stuck() string {
	r, ok := q.list.current()
	switch {
	case !ok:
		return "there is nothing under the cursor"
	case r.visit.ID == "":
		return ""
	case r.visit.Status == dispatch.None || r.visit.Status == dispatch.Scheduled || r.visit.Status == dispatch.Dispatched:
		return ""
	}
	return r.visit.Number + " is " + string(r.visit.Status)
}

// unestimated is how long a visit is held for while nobody knows how long it takes.
const unestimated = time.Hour

// pickUp puts the row under the cursor in the hand, over the board.
func (q *queue) pickUp() tea.Cmd {
	r, _ := q.list.current()
	return q.m.hold(r, q.takeKeys())
}

// hold takes an order, or the visit that it waits with, into the hand. Back gives the keys back afterwards.
func (m *Model) hold(r queueRow, back func(m *Model) tea.Cmd) tea.Cmd {
	h := &held{order: r.ID, number: r.Number, title: r.Title, length: unestimated, back: back}
	if r.length > 0 {
		h.length = r.length
	}
	if r.visit.ID != "" {
		h.visit = m.board.known(r)
		if len(r.visit.Technicians) == 1 {
			h.from = r.visit.Technicians[0]
		}
	}
	m.board.held, m.toast = h, toast{}
	return tea.Batch(m.goTo(0), m.board.follow())
}

// takeKeys returns what gives the queue the keys again, wherever it stands now.
func (q *queue) takeKeys() func(m *Model) tea.Cmd {
	if q.m.side == pane(q) {
		return func(m *Model) tea.Cmd { m.aside = m.side == pane(q); return nil }
	}
	return func(m *Model) tea.Cmd { return m.goTo(slices.Index(m.mains, pane(q))) }
}

// known is a row's visit as the board shows it, or as it would.
func (b *board) known(r queueRow) *Visit {
	if b.day != nil {
		if v := b.day.Visits[r.visit.ID]; v != nil {
			return v
		}
	}
	return &Visit{
		AppointmentRow: r.visit, OrderNumber: r.Number, Title: r.Title, Customer: r.customer, Site: r.place,
		Priority: r.Priority, Clock: r.Clock,
	}
}

// askSort asks by what the queue is to be sorted.
func (q *queue) askSort() tea.Cmd {
	d := &menu{title: "Sort the queue by"}
	help := map[order]string{bySLA: "what falls due first", byPriority: "the most urgent first", byAge: "what has waited longest", byCustomer: "by name"}
	for i, o := range orders() {
		if o == q.order {
			d.cursor = i
		}
		d.choices = append(d.choices, choice{key: string(o)[:1], title: o.word(), help: help[o], do: func(*Model) tea.Cmd {
			q.view = ""
			q.sortBy(o)
			return nil
		}})
	}
	q.m.open(d, false)
	return nil
}
