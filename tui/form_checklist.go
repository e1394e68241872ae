package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/store"
	"callout/work"
)

// answerLists asks which checklist of an order is to be answered, if there is more than one, and then its
// questions one after the other.
func (m *Model) answerLists(s *orderSheet, task store.ID) tea.Cmd {
	d := &menu{title: "Answer which checklist"}
	for _, t := range s.tasks {
		if task != "" && t.ID != task {
			continue
		}
		for _, l := range t.lists {
			d.choices = append(d.choices, choice{
				key: fmt.Sprint(len(d.choices) + 1), title: l.Template.Name, help: joined(t.ref, t.Title, l.standing()),
				do: func(m *Model) tea.Cmd { return m.askNext(t.ref, l.ChecklistRun.ID, "") },
			})
		}
	}
	switch len(d.choices) {
	case 0:
		m.warn("there is no checklist to answer here; : checklist list shows which there are")
		return nil
	case 1:
		return d.choices[0].do(m)
	}
	m.open(d, false)
	return nil
}

// askNext reads a checklist anew, because an answer can bring up other questions, and asks the next one after
// the question of a key: those that are not answered before those that are.
func (m *Model) askNext(task string, run store.ID, after string) tea.Cmd {
	return m.view(func(r store.Reader) (func() tea.Cmd, error) {
		c, err := work.ChecklistRuns.Get(r, run)
		if err != nil {
			return nil, err
		}
		body, err := work.Checklists.At(r, c.Template)
		if err != nil {
			return nil, err
		}
		return func() tea.Cmd { return m.ask(task, listSheet{c, body}, after) }, nil
	})
}

// ask opens the form of the next question. At the end it tells how the list came out, or asks who accepts a
// safety text.
func (m *Model) ask(task string, l listSheet, after string) tea.Cmd {
	asked := l.Asked(l.body)
	from := slices.IndexFunc(asked, func(q work.Question) bool { return q.Key == after }) + 1
	open := func(q work.Question) bool { _, ok := l.Answer(q.Key); return !ok }
	next := slices.IndexFunc(asked[from:], open)
	switch {
	case next >= 0:
		return m.askOne(task, l, asked, from+next)
	case after == "" && len(asked) > 0 && !(l.Safety && l.Acknowledged == nil):
		return m.askOne(task, l, asked, 0) // everything is answered: look at it, and correct it
	case l.Safety && l.Acknowledged == nil:
		return m.acknowledge(task, l)
	}
	m.tell(l.Template.Name + " on " + task + ": " + l.standing())
	return nil
}

// askOne asks one question.
func (m *Model) askOne(task string, l listSheet, asked []work.Question, n int) tea.Cmd {
	q := asked[n]
	was, answered := l.Answer(q.Key)
	value := newBlank("answer", "answer", was.Value).saying(answerHelp(q))
	switch q.Type {
	case work.AnswerBool:
		value.of(withNA(q, "yes", "no")...)
	case work.AnswerChoice:
		value.of(withNA(q, q.Choices...)...)
	case work.AnswerResult:
		value.of("pass", "fail", "partial", "n/a")
	case work.AnswerPhoto:
		value.input.SetValue("")
		value.was = ""
	}
	fields := []*blank{value, newBlank("note", "note", was.Note)}
	text := q.Text
	if q.Required {
		text += " (must be answered)"
	}
	if answered {
		fields = append(fields, newBlank("reason", "reason", "").saying("why the answer is corrected"))
	}
	on := func(m *Model) tea.Cmd {
		if n == len(asked)-1 && answered {
			return nil
		}
		if answered {
			return m.askOne(task, l, asked, n+1)
		}
		return m.askNext(task, l.ChecklistRun.ID, q.Key)
	}
	return m.fill(&form{
		title: fmt.Sprintf("%s, %d of %d", l.Template.Name, n+1, len(asked)), text: text, fields: fields, quick: true, none: on,
		line: func(f *form) []string {
			line := []string{"checklist", "answer", task, "--checklist=" + l.Template.Name}
			value, note := f.fields[0], f.fields[1]
			if value.changed() && value.value() != "" {
				line = append(line, q.Key+"="+photo(q)+value.value())
			}
			if note.changed() {
				line = append(line, "--note="+q.Key+"="+note.value())
			}
			if len(line) == 4 {
				return nil // it is left open
			}
			return append(line, f.flags("reason")...)
		},
		done: func(m *Model, _ Outcome) tea.Cmd { return on(m) },
	})
}

// photo is what stands before the file of a photo.
func photo(q work.Question) string {
	if q.Type == work.AnswerPhoto {
		return "@"
	}
	return ""
}

func withNA(q work.Question, words ...string) []string {
	if q.NA {
		return append(slices.Clone(words), "n/a")
	}
	return words
}

// answerHelp says what an answer looks like.
func answerHelp(q work.Question) string {
	var words []string
	switch q.Type {
	case work.AnswerNumber:
		words = append(words, "a number", q.Unit)
		if q.Min != "" || q.Max != "" {
			words = append(words, "from", cmp.Or(q.Min, "any"), "to", cmp.Or(q.Max, "any"))
		}
	case work.AnswerDate:
		words = append(words, "a date: 2026-03-02")
	case work.AnswerPhoto:
		words = append(words, "the file of a photo")
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// acknowledge asks who has read and accepted a safety text.
func (m *Model) acknowledge(task string, l listSheet) tea.Cmd {
	return m.fill(&form{
		title: l.Template.Name + ": who accepts it", text: l.body.Text,
		fields: []*blank{newBlank("name", "name", "").saying("who has read it; empty is " + m.opts.Actor)},
		line: func(f *form) []string {
			return append([]string{"checklist", "acknowledge", task, "--checklist=" + l.Template.Name}, f.flags("name")...)
		},
	})
}
