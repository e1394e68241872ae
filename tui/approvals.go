package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/approval"
	"callout/store"
	"callout/tui/screen"
)

// approvals is the pane of what waits for somebody's yes: first what whoever acts may decide, then the rest, with what
// stands against it.
type approvals struct {
	m    *Model
	list list[askRow]
	read bool
	more bool // there is more than is shown
}

func newApprovals(m *Model) *approvals {
	p := &approvals{m: m}
	p.list = list[askRow]{
		key: func(q askRow) string { return string(q.ID) }, empty: "nothing waits for approval", anchor: -1,
		less: func(a, b askRow) int {
			return cmp.Or(cmp.Compare(b.may(), a.may()), a.Asked.Compare(b.Asked))
		},
		columns: []column[askRow]{
			{title: "MAY", width: 3, text: askRow.may, role: func(q askRow) screen.Role {
				if q.against != "" {
					return screen.Dim
				}
				return screen.Good
			}},
			{title: "KIND", width: 11, text: func(q askRow) string { return q.RuleKind() }},
			{title: "SUBJECT", text: func(q askRow) string { return q.subject }},
			{title: "WHAT", width: 22, text: func(q askRow) string { return q.what }, least: 70},
			{title: "BY", width: 10, text: func(q askRow) string { return q.makers }},
			{title: "SINCE", width: 12, text: func(q askRow) string { return m.moment(q.Asked) }},
			{title: "AGAINST", width: 40, text: func(q askRow) string { return q.against }, role: func(askRow) screen.Role { return screen.Dim }, least: 130},
		},
	}
	return p
}

// askRow is a request that waits, with what stands against whoever acts deciding it.
type askRow struct {
	approval.Row
	subject, what string
	makers, waits string
	against       string // why whoever acts may not approve it; "" is that they may
}

func (q askRow) may() string {
	if q.against != "" {
		return "no"
	}
	return "yes"
}

func approvalBindings() []binding {
	here := []scope{onApprove}
	of := func(m *Model) lister { return &m.approvals.list }
	return followed(slices.Concat([]binding{
		{id: "approvals.approve", keys: []string{"a"}, title: "approve", scopes: here, hint: 1, writes: true,
			why: func(m *Model) string { return m.approvals.stuck() }, do: func(m *Model) tea.Cmd { return m.approvals.approve() }},
		{id: "approvals.reject", keys: []string{"x"}, title: "reject", scopes: here, hint: 2, writes: true,
			why: func(m *Model) string { return m.approvals.nothing() }, do: func(m *Model) tea.Cmd { return m.approvals.reject() }},
		{id: "approvals.open", keys: []string{"enter"}, title: "what exactly", scopes: here, hint: 3,
			why: func(m *Model) string { return m.approvals.nothing() }, do: func(m *Model) tea.Cmd { return m.approvals.open() }},
	}, listBindings(onApprove, of)))
}

func (p *approvals) title() string   { return "Approvals" }
func (p *approvals) scopes() []scope { return []scope{onApprove} }

func (p *approvals) draw(s *screen.Screen, area screen.Rect, focused bool) {
	if !p.read {
		s.Text(area.X+2, area.Y, area.W-2, screen.Dim, "reading what waits")
		return
	}
	p.list.draw(s, area, focused)
}

// line tells the row under the cursor in full.
func (p *approvals) line() string {
	q, ok := p.list.current()
	if !ok {
		return ""
	}
	words := []string{q.RuleKind() + "  " + q.Title}
	if q.Amount != nil {
		words = append(words, p.m.money(*q.Amount))
	}
	words = append(words, "by "+q.makers, "since "+p.m.moment(q.Asked), q.against)
	if q.waits != "" {
		words = append(words, "waits for "+q.waits)
	}
	if p.more {
		words = append(words, fmt.Sprintf("more than %d wait; : approval list shows all", maxAsks))
	}
	return p.list.told(words...)
}

func (p *approvals) nothing() string {
	if len(p.list.chosen()) == 0 {
		return "nothing waits here"
	}
	return ""
}

// stuck says why none of what is chosen may be approved by whoever acts, or "".
func (p *approvals) stuck() string {
	rows := p.list.chosen()
	for _, q := range rows {
		if q.against == "" {
			return ""
		}
	}
	if len(rows) == 0 {
		return p.nothing()
	}
	return rows[0].against
}

// approve says yes to what is chosen, as far as whoever acts may.
func (p *approvals) approve() tea.Cmd {
	rows := p.list.chosen()
	able := slices.DeleteFunc(slices.Clone(rows), func(q askRow) bool { return q.against != "" })
	text := []string{kindCounts(able)}
	if n := len(rows) - len(able); n > 0 {
		text = append(text, fmt.Sprintf("%d marked ones are left out: others have to decide them", n))
	}
	return p.ask("Approve", text, able, len(rows) > len(able), "a", func() tea.Cmd { return p.decide(able, true, "") })
}

// reject says no, which anybody may, with a reason.
func (p *approvals) reject() tea.Cmd {
	rows := p.list.chosen()
	title := "Reject " + rows[0].Title
	if len(rows) > 1 {
		title = fmt.Sprintf("Reject %d", len(rows))
	}
	return p.m.askWhy(title, func(_ *Model, reason string) tea.Cmd {
		return p.ask("Reject", []string{kindCounts(rows)}, rows, false, "x", func() tea.Cmd { return p.decide(rows, false, reason) })
	})
}

// ask asks before many are decided at once, or where not all that are marked would be.
func (p *approvals) ask(title string, text []string, rows []askRow, unequal bool, asked string, do func() tea.Cmd) tea.Cmd {
	if len(rows) <= many && !unequal {
		return do()
	}
	p.m.confirm(fmt.Sprintf("%s %d?", title, len(rows)), text, asked, func(*Model) tea.Cmd { return do() })
	return nil
}

// kindCounts says how many of which kind there are: "7 time, 2 invoice".
func kindCounts(rows []askRow) string {
	var words []string
	for _, kind := range approval.Kinds() {
		n := 0
		for _, q := range rows {
			if q.RuleKind() == kind {
				n++
			}
		}
		if n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return strings.Join(words, ", ")
}

// decide hands decisions over, a command line for each kind of thing.
func (p *approvals) decide(rows []askRow, yes bool, reason string) tea.Cmd {
	verb, done := "approve", "approved"
	if !yes {
		verb, done = "reject", "rejected"
	}
	titles := map[string]string{}
	byNoun := map[string][]string{}
	back := map[string]askRow{}
	for _, q := range rows {
		noun, id := "approval", string(q.ID)
		if q.Kind == approval.ForTime || q.Kind == approval.ForInvoice {
			noun, id = q.Kind, string(q.Subject)
		}
		byNoun[noun] = append(byNoun[noun], id)
		titles[id], back[id] = q.Title, q
	}
	called := func(id string) string { return cmp.Or(titles[id], id) }
	var cmds []tea.Cmd
	for _, noun := range []string{approval.ForTime, approval.ForInvoice, "approval"} {
		if len(byNoun[noun]) == 0 {
			continue
		}
		b := &bulk{verb: []string{noun, verb}, ids: byNoun[noun], called: called, done: done, reason: reason}
		b.withReason = func(ids []string) tea.Cmd {
			var again []askRow
			for _, id := range ids {
				again = append(again, back[id])
			}
			return p.m.askWhy(fmt.Sprintf("The policy asks for a reason to approve %d", len(again)), func(_ *Model, reason string) tea.Cmd {
				return p.decide(again, yes, reason)
			})
		}
		cmds = append(cmds, p.m.doEach(b))
	}
	return tea.Batch(cmds...)
}

// open shows what exactly is asked, at the side.
func (p *approvals) open() tea.Cmd {
	return p.m.show(&paper{m: p.m, where: onApprove, list: &p.list,
		of: func() string {
			if q, ok := p.list.current(); ok {
				return string(q.ID)
			}
			return ""
		},
		read: func(of string) func(r store.Reader) ([]inkLine, error) { return p.m.askedFor(store.ID(of)) },
	})
}
