package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// plural is a number of things.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// named is what an action calls what it is about: the visit, or how many they are.
func named(visits []*Visit) string {
	if len(visits) == 1 {
		return visits[0].Number + "  " + visits[0].Title
	}
	return plural(len(visits), "visit")
}

// askWhy asks for a reason, which must be given.
func (m *Model) askWhy(title string, do func(m *Model, why string) tea.Cmd) tea.Cmd {
	p := newPrompt(title, "the reason, which is kept", "")
	p.wrong = func(text string) string {
		if strings.TrimSpace(text) == "" {
			return "it takes a reason: say why, or press escape to leave it"
		}
		return ""
	}
	p.done = func(m *Model, text string) tea.Cmd { return do(m, strings.TrimSpace(text)) }
	m.open(p, false)
	return nil
}

// pause lets work rest, or go on where it rests.
func (b *board) pause() tea.Cmd {
	for _, v := range b.chosen() {
		if _, ok := dispatch.Next(v.Status, dispatch.ActPause); ok {
			return b.act("p", "paused", []string{"appt", "pause"})
		}
	}
	return b.act("p", "resumed", []string{"appt", "resume"})
}

// finish asks what came of the visits.
func (b *board) finish() tea.Cmd {
	visits := b.chosen()
	end := func(done string, outcome dispatch.Status, more ...string) tea.Cmd {
		return b.act("f", done, []string{"appt", "finish"}, append([]string{"--outcome", string(outcome)}, more...)...)
	}
	why := func(title string, outcome dispatch.Status, more ...string) tea.Cmd {
		return b.m.askWhy(named(visits)+" "+title, func(_ *Model, reason string) tea.Cmd {
			return end(title, outcome, append(more, "--reason", reason)...)
		})
	}
	b.m.open(&menu{title: "What came of " + named(visits), choices: []choice{
		{key: "c", title: "completed", help: "all of its tasks are done", why: b.cannot(dispatch.ActComplete),
			do: func(*Model) tea.Cmd { return end("completed", dispatch.Completed) }},
		{key: "p", title: "partly completed", help: "what is left waits in a follow-on visit", why: b.cannot(dispatch.ActPart),
			do: func(*Model) tea.Cmd {
				if len(visits) > 1 {
					return why("partly completed", dispatch.PartiallyCompleted)
				}
				return b.whichTasks(visits[0], func(done []string) tea.Cmd {
					if len(done) == 0 {
						return why("partly completed", dispatch.PartiallyCompleted)
					}
					return why("partly completed", dispatch.PartiallyCompleted, "--done", strings.Join(done, ","))
				})
			}},
		{key: "n", title: "cannot be completed", help: "what is open stays open", why: b.cannot(dispatch.ActGiveUp),
			do: func(*Model) tea.Cmd { return why("cannot be completed", dispatch.CannotComplete) }},
	}}, false)
	return nil
}

// whichTasks asks which tasks of a visit are done.
func (b *board) whichTasks(v *Visit, done func(numbers []string) tea.Cmd) tea.Cmd {
	p := newPicker("Which tasks of "+v.Number+" are done?", true, func(_ *Model, keys []string) tea.Cmd { return done(keys) })
	p.none = "none of them"
	b.m.open(p, false)
	return b.m.view(func(r store.Reader) (func() tea.Cmd, error) {
		a, err := dispatch.Appointments.Get(r, v.ID)
		if err != nil {
			return nil, err
		}
		var rows []pick
		for _, id := range a.Tasks {
			t, err := work.Tasks.Get(r, id)
			if err != nil {
				return nil, err
			}
			rows = append(rows, pick{key: fmt.Sprint(t.N), text: fmt.Sprintf("%d  %s", t.N, t.Title), help: string(t.Status)})
		}
		return func() tea.Cmd { p.fill(rows); return nil }, nil
	})
}

// callOff asks why, and then calls visits off.
func (b *board) callOff() tea.Cmd {
	visits := b.chosen()
	return b.m.askWhy("Call off "+named(visits)+"?", func(_ *Model, why string) tea.Cmd {
		return b.act("x", "called off", []string{"appt", "cancel"}, "--reason", why)
	})
}

// lock asks what a re-plan shall leave alone.
func (b *board) lock() tea.Cmd {
	visits := b.chosen()
	d := &menu{title: "Lock " + named(visits)}
	for _, l := range []struct {
		lock             dispatch.Lock
		key, title, help string
	}{
		{dispatch.LockTime, "t", "time", "it may go to others"}, {dispatch.LockTechnician, "w", "technician", "it may be moved"},
		{dispatch.LockBoth, "b", "both", "it stays as it is"}, {dispatch.Unlocked, "n", "none", "it may be moved and given to others"},
	} {
		c := choice{key: l.key, title: l.title, help: l.help, do: func(*Model) tea.Cmd { return b.lockAll(visits, l.title) }}
		if !slices.ContainsFunc(visits, func(v *Visit) bool { return v.Lock != l.lock }) {
			c.why = "it is so already"
		}
		d.choices = append(d.choices, c)
	}
	b.m.open(d, false)
	return nil
}

// lockAll hands over a line for each visit: the command takes one.
func (b *board) lockAll(visits []*Visit, lock string) tea.Cmd {
	if len(visits) == 1 {
		return b.act("K", "", []string{"appt", "lock"}, lock)
	}
	var lines [][]string
	for _, v := range visits {
		lines = append(lines, []string{"appt", "lock", v.Number, lock})
	}
	return b.m.each(lines, func(m *Model, failures []string) {
		if len(failures) > 0 {
			m.open(&leaflet{title: plural(len(failures), "visit") + " not locked", lines: failures}, true)
			return
		}
		m.tell(plural(len(visits), "visit") + " locked: " + lock)
		b.unmark()
	})
}

// onlyOne says why an action that takes a single visit does not work now.
func (b *board) onlyOne(act dispatch.Action) string {
	if len(b.chosen()) > 1 {
		return "one visit at a time; escape takes the marks away"
	}
	return b.cannot(act)
}

// split asks how long the first part is to last, or what goes to the second.
func (b *board) split() tea.Cmd {
	v := b.chosen()[0]
	p := newPrompt("Split "+named([]*Visit{v}), "how long the first part lasts (2h), or the numbers of the tasks that go to a second one (2,3)", "")
	p.wrong = func(text string) string { _, why := splitFlags(text); return why }
	p.done = func(_ *Model, text string) tea.Cmd {
		flags, _ := splitFlags(text)
		return b.act("|", "split", []string{"appt", "split"}, flags...)
	}
	b.m.open(p, false)
	return nil
}

// splitFlags reads durations and task numbers.
func splitFlags(text string) (flags []string, why string) {
	var tasks []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		if strings.Trim(word, "0123456789") == "" {
			tasks = append(tasks, word)
			continue
		}
		if _, err := calendar.ParseDuration("first", word); err != nil {
			return nil, err.Error()
		}
		flags = append(flags, "--first", word)
	}
	if len(tasks) > 0 {
		flags = append(flags, "--task", strings.Join(tasks, ","))
	}
	if flags == nil {
		return nil, "say how long, or which tasks"
	}
	return flags, ""
}

// cannotResize says why the visit under the cursor cannot be made longer or shorter. One that is being
// resized already can.
func (m *Model) cannotResize() string {
	if v := m.board.under(); v != nil && v.Saving && m.stretching(v) != nil {
		return ""
	}
	return m.board.onlyOne(dispatch.ActMove)
}

// stretch makes the visit under the cursor longer or shorter where it stands. What is pressed while a line is under
// way comes to one more line, not to one for each key.
func (b *board) stretch(by time.Duration) tea.Cmd {
	v := b.chosen()[0]
	length := v.End.Sub(v.Start) + by
	if length < 15*time.Minute {
		b.m.warn(v.Number + " lasts a quarter of an hour already")
		return nil
	}
	c := b.claimAt(v, calendar.NewInterval(v.Start, v.Start.Add(length)))
	b.reclaim()
	line := []string{"appt", "move", v.Number, "--start", b.stamp(v.Start), "--duration", calendar.FormatDuration(length)}
	release := func(m *Model, _ Outcome) tea.Cmd { b.release(v, c); return nil }
	if j := b.m.stretching(v); j != nil && j != b.m.jobs[0] {
		j.line, j.then = line, release
		j.refused = func(m *Model, o Outcome) tea.Cmd {
			b.release(v, c)
			return b.refusedPlan(o, j.line, b.planOf(v, length), nil)
		}
		return nil
	}
	j := &job{line: line, stretches: v.ID}
	j.then = func(m *Model, o Outcome) tea.Cmd { m.told(o, "", 1); return release(m, o) }
	j.refused = func(m *Model, o Outcome) tea.Cmd {
		b.release(v, c)
		return b.refusedPlan(o, j.line, b.planOf(v, length), nil)
	}
	return b.m.do(j)
}

// stretching is the last job under way that makes a visit longer or shorter, or nil.
func (m *Model) stretching(v *Visit) *job {
	for _, j := range slices.Backward(m.jobs) {
		if j.stretches == v.ID {
			return j
		}
	}
	return nil
}

// planOf is a visit where it stands, at another length.
func (b *board) planOf(v *Visit, length time.Duration) dispatch.Plan {
	return dispatch.Plan{Appointment: v.ID, Order: v.Order, Technicians: v.Technicians, Start: v.Start, End: v.Start.Add(length)}
}

// stamp is an instant as a command line takes it.
func (b *board) stamp(t time.Time) string { return t.In(b.m.opts.Zone.Location()).Format(time.RFC3339) }
