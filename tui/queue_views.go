package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// View is a way of looking at the queue that somebody gave a name: a filter and an order.
type View struct {
	Name   string `json:"name"`
	Filter string `json:"filter,omitempty"`
	Sort   string `json:"sort,omitempty"` // sla, priority, age or customer
}

// Views keeps a user's views. They are this user's on this machine, and no part of the shop.
type Views interface {
	Load() ([]View, error)
	Save(views []View) error
}

// builtIn are the views that everybody has.
func builtIn() []View {
	return []View{{Name: "everything", Sort: string(bySLA)}, {Name: "at risk", Filter: "risk", Sort: string(bySLA)}, {Name: "longest waiting", Sort: string(byAge)}}
}

// loadViews reads the user's views, in the background.
func (q *queue) loadViews() tea.Cmd {
	keep := q.m.opts.Views
	if keep == nil {
		return nil
	}
	return q.m.later(func() func() tea.Cmd {
		found, err := keep.Load()
		return func() tea.Cmd {
			if err != nil {
				q.m.warn("the saved views cannot be read: " + err.Error())
			}
			q.saved = found
			return nil
		}
	})
}

// askView offers the views there are, and to keep the present look as one.
func (q *queue) askView() tea.Cmd {
	d := &menu{title: "Views of the queue"}
	add := func(key, title, help string, do func(m *Model) tea.Cmd) {
		d.choices = append(d.choices, choice{key: key, title: title, help: help, do: do})
	}
	for i, v := range slices.Concat(builtIn(), q.saved) {
		if v.Name == q.view {
			d.cursor = i
		}
		key := ""
		if i < 9 {
			key = string(rune('1' + i))
		}
		add(key, v.Name, joined(v.Filter, "by "+order(v.Sort).word()), func(*Model) tea.Cmd { q.look(v); return nil })
	}
	add("s", "save this look", "filter and order, under a name", func(*Model) tea.Cmd { return q.askName() })
	if i := slices.IndexFunc(q.saved, func(v View) bool { return v.Name == q.view }); i >= 0 {
		add("d", "forget "+q.view, "", func(*Model) tea.Cmd {
			q.view = ""
			return q.keep(slices.Delete(slices.Clone(q.saved), i, i+1), "forgotten")
		})
	}
	q.m.open(d, false)
	return nil
}

// look shows the queue as a view has it.
func (q *queue) look(v View) {
	o := order(v.Sort)
	if !slices.Contains(orders(), o) {
		o = bySLA
	}
	q.view, q.viewFilter = v.Name, v.Filter
	q.sortBy(o)
	q.list.narrow(v.Filter)
}

// askName asks for the name of a view to be kept.
func (q *queue) askName() tea.Cmd {
	p := newPrompt("Save this look of the queue", "a name; one that is there is replaced", q.view)
	p.wrong = func(name string) string {
		name = strings.TrimSpace(name)
		switch {
		case name == "":
			return "a view needs a name"
		case slices.ContainsFunc(builtIn(), func(v View) bool { return v.Name == name }):
			return name + " is there already, and is not yours to change"
		}
		return ""
	}
	p.done = func(_ *Model, name string) tea.Cmd {
		v := View{strings.TrimSpace(name), q.list.filtered(), string(q.order)}
		views := slices.DeleteFunc(slices.Clone(q.saved), func(o View) bool { return o.Name == v.Name })
		q.view, q.viewFilter = v.Name, v.Filter
		return q.keep(append(views, v), v.Name+" is saved")
	}
	q.m.open(p, false)
	return nil
}

// keep writes the views down, in the background.
func (q *queue) keep(views []View, said string) tea.Cmd {
	q.saved = views
	keep := q.m.opts.Views
	if keep == nil {
		q.m.tell(said + ", until the board is closed")
		return nil
	}
	return q.m.later(func() func() tea.Cmd {
		err := keep.Save(views)
		return func() tea.Cmd {
			if err != nil {
				q.m.warn("the views could not be saved: " + err.Error())
				return nil
			}
			q.m.tell(said)
			return nil
		}
	})
}

// viewName is the view that is shown, as long as nothing about it was changed.
func (q *queue) viewName() string {
	if q.view != "" && q.list.filtered() == q.viewFilter {
		return q.view
	}
	return ""
}
