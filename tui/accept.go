package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/dispatch"
	"callout/store"
)

// refused is the exit code of what a rule refused.
const refused = 6

// refusedPlan takes up that a line which plans a visit was not done. Where conflicts refused it, it asks what the
// dispatch policy says of each, and offers what can be done: leave it, hold it again, or book over it with a reason. H is what
// was dropped, or nil.
func (b *board) refusedPlan(o Outcome, line []string, plan dispatch.Plan, h *held) tea.Cmd {
	if o.Exit != refused {
		b.m.complain(o)
		return nil
	}
	now := b.m.now
	return b.m.view(func(r store.Reader) (func() tea.Cmd, error) {
		found, err := readAgainst(r, plan, now)
		if err != nil {
			return nil, err
		}
		policy, _, err := dispatch.CurrentPolicy(r)
		found = slices.DeleteFunc(found, func(c dispatch.Conflict) bool { return c.Note })
		return func() tea.Cmd {
			if !conflictRefused(o.Code, found) {
				b.m.complain(o)
				return nil
			}
			b.m.open(b.exceptions(o, line, found, policy, h), true)
			return nil
		}, err
	})
}

// conflictRefused reports whether a refusal is about conflicts, not about a lock or the status.
func conflictRefused(code string, found []dispatch.Conflict) bool {
	word := strings.TrimPrefix(code, "appointment.")
	return len(found) > 0 && (word == "conflict" ||
		slices.ContainsFunc(found, func(c dispatch.Conflict) bool { return string(c.Code) == word }))
}

// exceptions offers what can be done about conflicts.
func (b *board) exceptions(o Outcome, line []string, found []dispatch.Conflict, policy dispatch.Policy, h *held) *menu {
	title, _, _ := strings.Cut(o.Error, ":")
	d := &menu{title: title}
	var codes []string
	var never, roles []string
	for _, c := range found {
		d.text = append(d.text, conflictWords(c))
		if slices.Contains(codes, string(c.Code)) {
			continue
		}
		codes = append(codes, string(c.Code))
		if why := policy.Forbids(c.Code); why != "" {
			d.text = append(d.text, "  "+why)
			never = append(never, string(c.Code))
		} else if role := policy.Rule(c.Code).Role; role != "" {
			roles = append(roles, "as "+string(role))
		}
	}
	d.choices = append(d.choices, choice{key: "n", title: "leave it as it was", do: func(*Model) tea.Cmd { return nil }})
	if h != nil {
		d.choices = append(d.choices, choice{key: "h", title: "hold it again, to drop it elsewhere", do: func(*Model) tea.Cmd { return b.hold(h) }})
	}
	over := choice{
		key: "o", title: "book over: " + strings.Join(codes, ", "), help: strings.Join(slices.Concat(roles, []string{"with a reason"}), ", "),
		do: func(m *Model) tea.Cmd { return b.bookOver(line, codes) },
	}
	if len(never) > 0 {
		over.why = "nobody may book over " + strings.Join(never, ", ")
	}
	d.choices = append(d.choices, over)
	return d
}

// hold takes up again what was dropped, with the cursor where it would go.
func (b *board) hold(h *held) tea.Cmd {
	if b.held != nil {
		b.m.warn(b.held.number + " is held already")
		return nil
	}
	b.held = h
	b.at, b.want = h.start.Add(h.grip), h.lane
	if i := b.day.lane(h.lane); i >= 0 {
		b.lane = i
	}
	b.settle()
	return b.follow()
}

// bookOver asks for the reason, and hands the line over again with the conflicts that it accepts.
func (b *board) bookOver(line, codes []string) tea.Cmd {
	return b.m.askWhy("Book over "+strings.Join(codes, ", "), func(m *Model, why string) tea.Cmd {
		return m.do(&job{
			line: slices.Concat(line, []string{"--accept", strings.Join(codes, ","), "--reason", why}),
			then: func(m *Model, o Outcome) tea.Cmd { m.told(o, "", 1); return nil },
		})
	})
}
