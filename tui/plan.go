package tui

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/dispatch"
	"callout/store"
	"callout/tui/screen"
)

// planReview is a plan for the days on the board, looked for and then open for review beside it. Nothing changes before it
// is applied.
type planReview struct {
	m    *Model
	stop context.CancelFunc // ends the search
	doc  string             // the plan as it was printed
	plan *dispatch.Proposal // nil while it is looked for
	list list[planRow]
}

// planRow is a change, or an order that the plan leaves out.
type planRow struct {
	what, number, title string
	to, was             string
	promise             string
	why                 string
	late                int
	change              *dispatch.PlanChange // nil for what is left out
}

func planBindings() []binding {
	here := []scope{onPlan}
	moves := listBindings(onPlanList, func(m *Model) lister { return &m.review().list })
	moves = slices.DeleteFunc(moves, func(b binding) bool {
		return slices.Contains(b.keys, "v") || slices.Contains(b.keys, "V") || b.hint > 0
	})
	for i := range moves {
		do := moves[i].do
		moves[i].do = func(m *Model) tea.Cmd { return tea.Batch(do(m), m.review().look()) }
	}
	return slices.Concat([]binding{
		{id: "plan.optimize", keys: []string{"O"}, title: "plan the day anew", scopes: []scope{onBoard}, writes: true, do: (*Model).planDay},
		{id: "plan.apply", keys: []string{"enter"}, title: "apply", scopes: here, hint: 1, writes: true,
			why: func(m *Model) string {
				if m.review().plan == nil {
					return "the search is under way"
				}
				return ""
			}, do: func(m *Model) tea.Cmd { return m.review().apply() }},
		{id: "plan.leave", keys: []string{"esc"}, title: "leave it", scopes: here, hint: 2, do: func(m *Model) tea.Cmd { return m.review().leave() }},
	}, moves)
}

// review is the plan that lies open, or nil.
func (m *Model) review() *planReview {
	p, _ := m.side.(*planReview)
	return p
}

// planDay looks for a better plan of the days on the board. It runs beside the jobs: it only reads, and nothing that is
// typed meanwhile waits for it.
func (m *Model) planDay() tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	p := &planReview{m: m, stop: cancel}
	p.list = list[planRow]{
		key: func(r planRow) string { return r.what + r.number }, anchor: -1,
		columns: []column[planRow]{
			{title: "WHAT", width: 8, text: func(r planRow) string { return r.what }, role: func(r planRow) screen.Role {
				if r.change == nil {
					return screen.Warn
				}
				return screen.Normal
			}},
			{title: "NUMBER", width: 10, text: func(r planRow) string { return r.number }},
			{title: "TO", text: func(r planRow) string { return cmp.Or(r.to, r.why) }},
			{title: "WAS", width: 16, text: func(r planRow) string { return r.was }, least: 64},
			{title: "WORK", width: 24, text: func(r planRow) string { return r.title }, least: 90},
			{title: "PROMISE", width: 7, text: func(r planRow) string { return r.promise }, role: func(r planRow) screen.Role {
				if r.promise == dispatch.PromiseBroken {
					return screen.Bad
				}
				return screen.Good
			}},
		},
	}
	line := []string{"dispatch", "optimize", "--day", m.board.from.String(), "--days", strconv.Itoa(m.board.days), "-o", "json"}
	line = append(line, m.opts.search()...)
	shell := m.opts.Shell
	return tea.Batch(m.show(p), m.later(func() func() tea.Cmd {
		o := shell.Run(ctx, line)
		return func() tea.Cmd { return p.found(o) }
	}))
}

// search are the flags that say how long a plan is looked for.
func (o *Options) search() []string {
	if len(o.Search) > 0 {
		return o.Search
	}
	return []string{"--time", "5s"}
}

// found takes the plan, unless somebody has left it.
func (p *planReview) found(o Outcome) tea.Cmd {
	p.stop()
	if p.m.review() != p {
		return nil
	}
	var plan dispatch.Proposal
	switch err := json.Unmarshal([]byte(o.Out), &plan); {
	case !o.Done():
		p.m.complain(o)
		return p.m.hide()
	case err != nil:
		p.m.complain(Outcome{Error: "the plan cannot be read: " + err.Error()})
		return p.m.hide()
	case len(plan.Changes) == 0:
		p.m.tell(fmt.Sprintf("nothing better was found: %d visits stay as they are, %d orders are left out", plan.Kept, len(plan.LeftOut)))
		return p.m.hide()
	}
	p.doc, p.plan = o.Out, &plan
	var rows []planRow
	for i := range plan.Changes {
		c := &plan.Changes[i]
		row := planRow{what: c.What, number: c.Number, title: c.Title + ", " + c.Site, promise: c.Promise, late: c.Late, change: c}
		row.to = p.m.board.moment(c.Start) + " " + strings.Join(c.Names, ", ")
		if !c.WasStart.IsZero() {
			row.was = p.m.board.moment(c.WasStart) + " " + strings.Join(c.WasNames, ", ")
		}
		rows = append(rows, row)
	}
	for _, l := range plan.LeftOut {
		rows = append(rows, planRow{what: "left out", number: l.Number, title: l.Title, why: l.Why})
	}
	p.list.set(rows)
	return p.look()
}

// look moves the board's cursor to where the change under the cursor would go.
func (p *planReview) look() tea.Cmd {
	r, ok := p.list.current()
	b := p.m.board
	if !ok || r.change == nil || b.day == nil {
		return nil
	}
	for _, id := range r.change.Technicians {
		if i := b.day.lane(id); i >= 0 {
			b.lane, b.want = i, id
			break
		}
	}
	b.at = r.change.Start
	b.settle()
	return nil
}

// apply books the plan, once that was confirmed. It is refused when anything that it rests on has changed.
func (p *planReview) apply() tea.Cmd {
	p.m.confirm("Apply the plan?", []string{p.sum()}, "enter", func(m *Model) tea.Cmd {
		return tea.Batch(m.hide(),
			m.do(&job{line: []string{"dispatch", "apply", "-"}, in: p.doc, said: fmt.Sprintf("%d visits are planned anew", len(p.plan.Changes))}))
	})
	return nil
}

// leave ends the search, or leaves the plan as it is.
func (p *planReview) leave() tea.Cmd {
	p.stop()
	p.m.tell("the plan was left; nothing has changed")
	return p.m.hide()
}

// sum sums the plan up.
func (p *planReview) sum() string {
	placed, broken := 0, 0
	for i := range p.plan.Changes {
		if p.plan.Changes[i].What == dispatch.Placed {
			placed++
		}
		if p.plan.Changes[i].Promise == dispatch.PromiseBroken {
			broken++
		}
	}
	return fmt.Sprintf("%d placed, %d moved, %d promises broken, %d kept, %d left out; cost %d, was %d", placed, len(p.plan.Changes)-placed, broken,
		p.plan.Kept, len(p.plan.LeftOut), p.plan.After.Total, p.plan.Before.Total)
}

func (p *planReview) title() string   { return "Plan" }
func (p *planReview) scopes() []scope { return []scope{onPlan, onPlanList} }

func (p *planReview) reader() reading {
	return func(store.Reader) (func() tea.Cmd, error) { return func() tea.Cmd { return nil }, nil }
}

// line tells the change under the cursor in full.
func (p *planReview) line() string {
	r, ok := p.list.current()
	switch {
	case !ok:
		return ""
	case r.change == nil:
		return r.number + " " + r.title + " is left out: " + r.why
	}
	text := fmt.Sprintf("%s %s  %s: %s", r.what, r.number, r.title, r.to)
	if r.was != "" {
		text += ", was " + r.was
	}
	if r.promise != "" {
		text += "  promise " + r.promise
	}
	if r.late > 0 {
		text += fmt.Sprintf("  %dm late for the SLA", r.late)
	}
	return text
}
