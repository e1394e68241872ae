package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/dispatch"
)

// onSuggest is where suggestions have the keys.
const onSuggest scope = "suggestions"

// suggestBindings are the keys that ask for suggestions, and those of their pane.
func suggestBindings() []binding {
	here := []scope{onSuggest}
	on := func(do func(p *suggestions) tea.Cmd) func(m *Model) tea.Cmd {
		return func(m *Model) tea.Cmd {
			if p, ok := m.focused().(*suggestions); ok {
				return do(p)
			}
			return nil
		}
	}
	move := func(by int) func(m *Model) tea.Cmd {
		return on(func(p *suggestions) tea.Cmd { p.step(by); return nil })
	}
	out := []binding{
		{id: "visit.suggest", keys: []string{"s"}, title: "where it could go", scopes: []scope{onBoard},
			why: func(m *Model) string { return m.board.nothingToPlace() }, do: func(m *Model) tea.Cmd { return m.board.suggest() }},
		{id: "suggest.down", keys: []string{"j", "down"}, title: "next one", scopes: here, do: move(1)},
		{id: "suggest.up", keys: []string{"k", "up"}, title: "the one above", scopes: here, do: move(-1)},
		{id: "suggest.take", keys: []string{"enter", "space"}, title: "take it", scopes: here, hint: 1, writes: true, why: (*Model).noOffer,
			do: on((*suggestions).take)},
		{id: "suggest.why", keys: []string{"e"}, title: "why not the others", scopes: here, hint: 2,
			do: on(func(p *suggestions) tea.Cmd { p.explaining, p.top = !p.explaining, 0; return nil })},
		{id: "suggest.emergency", keys: []string{"!"}, title: "let others give way, or not", scopes: here, hint: 3,
			why: func(m *Model) string {
				if p, ok := m.focused().(*suggestions); ok && p.planned() {
					return "nobody gives way for a visit that has a time already"
				}
				return ""
			},
			do: on(func(p *suggestions) tea.Cmd { p.emergency = !p.emergency; return p.m.read(p) })},
		{id: "suggest.length", keys: []string{"t"}, title: "how long it lasts", scopes: here, hint: 5,
			do: on(func(p *suggestions) tea.Cmd { p.askLength(); return nil })},
		{id: "suggest.close", keys: []string{"esc"}, title: "leave it", scopes: here, hint: 4, do: on((*suggestions).leave)},
	}
	for n := 1; n <= howMany; n++ {
		out = append(out, binding{
			id: fmt.Sprintf("suggest.take-%d", n), keys: []string{fmt.Sprint(n)}, title: fmt.Sprintf("take number %d", n), scopes: here, writes: true,
			why: func(m *Model) string {
				if p, ok := m.focused().(*suggestions); ok && n <= len(p.list.shown) && !p.explaining {
					return ""
				}
				return fmt.Sprintf("there is no number %d", n)
			},
			do: on(func(p *suggestions) tea.Cmd { p.list.cursor = n - 1; return p.take() }),
		})
	}
	return out
}

// nothingToPlace says why there is nothing to ask suggestions for.
func (b *board) nothingToPlace() string {
	if b.held != nil {
		return ""
	}
	v := b.under()
	if v == nil {
		return "there is no visit under the cursor"
	}
	return v.Status.Refusal(v.Number, dispatch.ActMove)
}

// suggest asks where what is held, or the visit under the cursor, could go.
func (b *board) suggest() tea.Cmd {
	if h := b.held; h != nil {
		p := &suggestions{order: h.order, length: h.length, again: h.again}
		if h.visit != nil {
			p.visit = h.visit.ID
		}
		return b.m.offer(p)
	}
	v := b.under()
	return b.m.suggest(v.Order, v.ID, 0)
}

func (m *Model) noOffer() string {
	if p, ok := m.focused().(*suggestions); ok && len(p.list.shown) > 0 && !p.explaining {
		return ""
	}
	return "there is nothing to take"
}

func (p *suggestions) planned() bool {
	return p.found != nil && p.found.visit != nil && p.found.visit.Status != dispatch.None
}

func (p *suggestions) step(by int) {
	if p.explaining {
		p.top = max(p.top+by, 0)
		return
	}
	p.list.move(by)
}

// leave closes the pane. What is held stays held.
func (p *suggestions) leave() tea.Cmd {
	if p.explaining {
		p.explaining = false
		return nil
	}
	return p.m.hide()
}

// askLength asks how long the visit is to last.
func (p *suggestions) askLength() {
	text := ""
	if p.length > 0 {
		text = calendar.FormatDuration(p.length)
	}
	d := newPrompt("How long is the visit to last?", "90m, 2h, 1h30m", text)
	d.wrong = func(text string) string {
		if _, err := calendar.ParseDuration("duration", strings.TrimSpace(text)); err != nil {
			return err.Error()
		}
		return ""
	}
	d.done = func(m *Model, text string) tea.Cmd {
		p.length, _ = calendar.ParseDuration("duration", strings.TrimSpace(text)) // it was checked when it was entered
		return m.read(p)
	}
	p.m.open(d, false)
}

// wouldDo is the command line that takes the slot under the cursor. It names the slot exactly, so that what was seen
// is what is booked, or nothing.
func (p *suggestions) wouldDo() []string {
	o, ok := p.list.current()
	if !ok || p.found == nil {
		return nil
	}
	b := p.m.board
	length := o.End.Sub(o.Start)
	when := []string{"--start", b.stamp(o.Start)}
	team := b.technicians(o.Technicians)
	switch {
	case p.planned():
		if length != p.found.visit.End.Sub(p.found.visit.Start) {
			when = append(when, "--duration", calendar.FormatDuration(length))
		}
		return slices.Concat([]string{"appt", "move", p.found.number}, when, team)
	case len(o.Moves) > 0:
		line := []string{"dispatch", "suggest", p.found.number, "--emergency", "--day", p.firstDay().String()}
		if p.length > 0 {
			line = append(line, "--duration", calendar.FormatDuration(p.length))
		}
		return slices.Concat(line, when, team, []string{"--book", "1"})
	}
	verb := []string{"appt", "schedule", p.found.number}
	if p.again != "" {
		verb = []string{"appt", "rebook", p.again}
	}
	return slices.Concat(verb, when, []string{"--duration", calendar.FormatDuration(length)}, team)
}

// take books the slot under the cursor, and brings it under the board's.
func (p *suggestions) take() tea.Cmd {
	o, _ := p.list.current()
	b := p.m.board
	line := p.wouldDo()
	plan := dispatch.Plan{Appointment: p.visit, Order: p.order, Technicians: o.Technicians, Start: o.Start, End: o.End}
	number := p.found.number
	job := &job{
		line: line,
		then: func(m *Model, _ Outcome) tea.Cmd {
			m.tell(fmt.Sprintf("%s is planned for %s with %s", number, o.Start.In(m.opts.Zone.Location()).Format("Mon 15:04"), strings.Join(o.Names, ", ")))
			return b.lookAt(o.Start, o.Slot)
		},
		refused: func(_ *Model, out Outcome) tea.Cmd { return b.refusedPlan(out, line, plan, nil) },
	}
	return tea.Batch(p.m.hide(), b.letGo(), p.m.do(job))
}

// lookAt brings a slot under the cursor, on whatever day it is.
func (b *board) lookAt(at time.Time, s dispatch.Slot) tea.Cmd {
	if len(s.Technicians) > 0 {
		b.want = s.Technicians[0]
		if b.day != nil {
			if i := b.day.lane(b.want); i >= 0 {
				b.lane = i
			}
		}
	}
	if b.span().Contains(at) {
		b.at = at
		b.settle()
		return b.follow()
	}
	want := b.want
	cmd := b.turnTo(calendar.DateOf(at, b.m.opts.Zone))
	b.at, b.want = at, want
	return cmd
}
