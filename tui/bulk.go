package tui

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// bulk is one verb for many things by one command line. Each thing has its own result.
type bulk struct {
	verb   []string // "time", "approve"
	ids    []string
	called func(id string) string // what people call one of them
	done   string                 // the word for what was done: "approved"
	reason string
	sure   bool // it is severe, and was confirmed
	// withReason does the same for those that the policy asks a reason for.
	withReason func(ids []string) tea.Cmd
}

// line is the command line. The question that it would ask was asked by the board.
func (b *bulk) line() []string {
	line := append(append([]string{}, b.verb...), b.ids...)
	if b.reason != "" {
		line = append(line, "--reason", b.reason)
	}
	if b.sure || len(b.ids) > many {
		line = append(line, "--yes")
	}
	if len(b.ids) > 1 {
		line = append(line, "-o", "jsonl")
	}
	return line
}

// doEach hands a verb for many things over, and shows what came of each where something was refused.
func (m *Model) doEach(b *bulk) tea.Cmd {
	if len(b.ids) == 1 {
		j := &job{line: b.line()}
		j.then = func(m *Model, o Outcome) tea.Cmd {
			m.tell(b.called(b.ids[0]) + ": " + cmp.Or(firstLine(o.Notes), afterName(firstLine(o.Out)), b.done))
			return nil
		}
		j.refused = func(m *Model, o Outcome) tea.Cmd {
			if o.Code == "reason.missing" && b.withReason != nil {
				return b.withReason(b.ids)
			}
			m.complain(o)
			return nil
		}
		return m.do(j)
	}
	return m.do(&job{
		line: b.line(),
		then: func(m *Model, _ Outcome) tea.Cmd { m.tell(fmt.Sprintf("%d %s", len(b.ids), b.done)); return nil },
		refused: func(m *Model, o Outcome) tea.Cmd {
			results := itemResults(o.Out)
			if len(results) == 0 {
				m.complain(o)
				return nil
			}
			return m.showResults(b, results)
		},
	})
}

// afterName leaves out the first word of a line, which is the name of what it is about.
func afterName(line string) string {
	_, rest, _ := strings.Cut(line, ": ")
	return rest
}

// itemResult is what became of one thing, as every writing verb prints it.
type itemResult struct {
	ID, Status, Note, Code, Error, Hint string
}

func itemResults(jsonl string) []itemResult {
	var out []itemResult
	for _, line := range strings.Split(jsonl, "\n") {
		var r itemResult
		if json.Unmarshal([]byte(line), &r) == nil && r.Status != "" {
			out = append(out, r)
		}
	}
	return out
}

// showResults tells what became of each thing where some were refused.
func (m *Model) showResults(b *bulk, results []itemResult) tea.Cmd {
	var lines, reasonless []string
	done := 0
	for _, r := range results {
		switch {
		case r.Status == "done":
			done++
			continue
		case r.Code == "reason.missing" && b.withReason != nil:
			reasonless = append(reasonless, r.ID)
			continue
		}
		lines = append(lines, b.called(r.ID)+": "+r.Error)
		if r.Hint != "" {
			lines = append(lines, "    "+r.Hint)
		}
	}
	text := fmt.Sprintf("%d %s, %d not", done, b.done, len(results)-done)
	m.warn(text)
	if len(lines) > 0 {
		m.open(&sheet{title: text, lines: lines}, false)
	}
	if len(reasonless) > 0 {
		return b.withReason(reasonless)
	}
	return nil
}
