package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/dispatch"
)

// many is how many things an action takes before it asks, as on the command line.
const many = 10

// cannot says why none of the visits that are chosen takes any of some actions, in the words of the rule; "" when one
// does. Where only some do, the others say so themselves when it is tried.
func (b *board) cannot(acts ...dispatch.Action) string {
	if b.held != nil {
		return b.held.number + " is held: drop it or put it back first"
	}
	visits := b.chosen()
	if len(visits) == 0 {
		return "there is no visit under the cursor"
	}
	why := ""
	for _, v := range visits {
		if v.Saving {
			why = cmp.Or(why, v.Number+" is being saved")
			continue
		}
		for _, a := range acts {
			if v.Status.Refusal(v.Number, a) == "" {
				return ""
			}
		}
		why = cmp.Or(why, v.Status.Refusal(v.Number, acts[0]))
	}
	return why
}

// numbers are what visits are called on a command line.
func numbers(visits []*Visit) []string {
	out := make([]string, len(visits))
	for i, v := range visits {
		out[i] = v.Number
	}
	return out
}

// act hands over a verb for all visits that are chosen, as one line; above [many] it asks first. Done is what became
// of them, such as "dispatched"; asked is the key that it was asked for with.
func (b *board) act(asked, done string, verb []string, flags ...string) tea.Cmd {
	visits := b.chosen()
	line := slices.Concat(verb, numbers(visits), flags)
	return b.m.unlessMany(len(visits), strings.Join(verb, " "), asked, line, func(line []string) tea.Cmd {
		release := b.claim(visits)
		return b.m.do(&job{
			line: line,
			then: func(m *Model, o Outcome) tea.Cmd {
				release()
				m.told(o, fmt.Sprintf("%d visits %s", len(visits), done), len(visits))
				b.unmark()
				return nil
			},
			refused: func(m *Model, o Outcome) tea.Cmd {
				release()
				m.failed(o, len(visits))
				return nil
			},
		})
	})
}

// unlessMany asks before a line that touches many things. One that is confirmed says so to the command.
func (m *Model) unlessMany(n int, what, asked string, line []string, do func(line []string) tea.Cmd) tea.Cmd {
	if n <= many {
		return do(line)
	}
	m.confirm(fmt.Sprintf("%s: %d", what, n), []string{shellLine(line)}, asked, func(*Model) tea.Cmd { return do(append(line, "--yes")) })
	return nil
}

// told says what a line came to: what it said itself of one thing, and how many it were of several.
func (m *Model) told(o Outcome, several string, n int) {
	if n == 1 {
		several = strings.TrimPrefix(firstLine(cmp.Or(o.Out, o.Notes)), "done ")
	}
	m.tell(cmp.Or(several, "done"))
}

// failed shows what of a line was not done and why, each thing by itself where there were several.
func (m *Model) failed(o Outcome, n int) {
	if n == 1 {
		m.complain(o)
		return
	}
	var lines []string
	done, skip := 0, false
	for line := range strings.Lines(o.Out) {
		if !strings.HasPrefix(line, " ") {
			if skip = strings.HasPrefix(line, "done"); skip {
				done++
			}
		}
		if !skip {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	if len(lines) == 0 {
		m.complain(o)
		return
	}
	m.open(&leaflet{title: fmt.Sprintf("%d done, %d not", done, n-done), lines: lines}, true)
}

// claim shows visits as being saved where they stand, until the returned function is called.
func (b *board) claim(visits []*Visit) (release func()) {
	claims := make([]*claim, len(visits))
	for i, v := range visits {
		claims[i] = b.claimAt(v, v.Time())
	}
	b.reclaim()
	return func() {
		for i, v := range visits {
			b.release(v, claims[i])
		}
	}
}

// claimAt shows a visit at another time, from the next [board.reclaim] on.
func (b *board) claimAt(v *Visit, iv calendar.Interval) *claim {
	c := &claim{v.Technicians, iv}
	b.claims[v.ID] = c
	return c
}

// release ends a claim, unless a later one has taken its place.
func (b *board) release(v *Visit, c *claim) {
	if b.claims[v.ID] == c {
		delete(b.claims, v.ID)
	}
}
