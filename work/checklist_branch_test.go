package work_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// flue is a template in which one answer leads to more questions.
const flue = `
name: flue
title: Flue
questions:
  - {key: type, text: "What is it?", type: choice, choices: [gas, oil], required: true}
  - {key: draught, text: Draught, type: number, unit: Pa, min: "10", max: "20.5", required: true, if: {question: type, is: [gas]}, on_fail: {note: true, photo: true}}
  - {key: cause, text: "Why?", type: text, required: true, if: {question: draught, failed: true}}
  - {key: high, text: "By how much?", type: number, if: {question: draught, above: "20.5"}}
  - {key: sealed, text: "Is it sealed?", type: yes-no, fail_if: ["no"], allow_na: true, on_fail: {blocks: true}}
  - {key: look, text: "How does it look?", type: result}
  - {key: plate, text: The plate, type: photo, count: 2, required: true, if: {question: type, not: [gas]}}
`

// flueRun is an order with the checklist on its only task.
func (b *bench) flueRun() (order, task store.ID) {
	b.t.Helper()
	name, body, err := work.ParseChecklist([]byte(flue))
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(&work.AddChecklist{Checklist: name, Body: body})
	order = b.order("Boiler")
	return order, b.do(&work.AddTask{Order: order, Title: "Look", Checklists: []string{"flue"}})
}

func given(words ...string) []work.Given {
	var out []work.Given
	for _, w := range words {
		q, v, _ := strings.Cut(w, "=")
		out = append(out, work.Given{Question: q, Value: v})
	}
	return out
}

func TestChecklistsBranch(t *testing.T) {
	b := newBench(t)
	o, task := b.flueRun()
	run := b.checklist(o, 1, "flue").ID
	answer := func(words ...string) *work.AnswerChecklist {
		return &work.AnswerChecklist{Run: run, Answers: given(words...)}
	}
	asked := func() (keys []string, result work.Result) {
		b.view(func(r store.Reader) error {
			c, err := work.ChecklistRuns.Get(r, run)
			if err != nil {
				return err
			}
			body, err := work.Checklists.At(r, c.Template)
			if err != nil {
				return err
			}
			for _, q := range c.Asked(body) {
				keys = append(keys, q.Key)
			}
			result = c.Result(body)
			return nil
		})
		return keys, result
	}
	lacking := func() (codes []string) {
		b.view(func(r store.Reader) error {
			found, err := work.TaskBlockers(r, b.get(o), b.task(o, 1))
			for _, f := range found {
				codes = append(codes, f.Code)
			}
			return err
		})
		return codes
	}
	want := func(keys, lacks string, result work.Result) {
		t.Helper()
		k, res := asked()
		if got := strings.Join(k, " "); got != keys || res != result {
			t.Errorf("asked are %q, %q; want %q, %q", got, res, keys, result)
		}
		if got := strings.Join(lacking(), " "); got != lacks {
			t.Errorf("lacking are %q, want %q", got, lacks)
		}
	}
	want("type sealed look", "checklist.unanswered", "")
	b.refused("answer.hidden", answer("draught=12"))
	// What an answer leads to may be answered in the same breath, in whichever order.
	b.do(answer("draught=20.50", "type=Gas", "sealed=n/a"))
	want("type draught sealed look", "", work.ResultPass)
	b.refused("reason.missing", answer("draught=21"))
	b.do(answer("draught=21"), "misread")
	want("type draught cause high sealed look", "checklist.note checklist.photo checklist.unanswered", work.ResultFail)
	b.refused("task.blocked", &work.MarkTaskDone{ID: task})
	photo := b.do(evidenceOf(o, work.Photo, "a.jpg", "1"))
	paper := b.do(evidenceOf(o, work.Document, "a.pdf", "2"))
	b.refused("answer.photo", &work.AnswerChecklist{Run: run, Answers: []work.Given{{Question: "draught", Evidence: []store.ID{paper}}}})
	b.do(&work.AnswerChecklist{Run: run, Answers: []work.Given{
		{Question: "draught", Note: "the flap is stuck", Evidence: []store.ID{photo}}, {Question: "cause", Value: "soot"},
	}})
	want("type draught cause high sealed look", "", work.ResultFail)
	b.do(answer("sealed=no"), "looked again")
	want("type draught cause high sealed look", "checklist.failed", work.ResultFail)
	b.do(answer("sealed=yes", "look=partial"), "sealed now")

	// A correction that closes a branch keeps what was answered there, and counts it no more.
	b.do(answer("type=oil"), "it is oil")
	want("type sealed look plate", "checklist.unanswered", "")
	c := read(b, work.ChecklistRuns, run)
	if len(c.Answers) != 10 {
		t.Errorf("%d answers are in the record", len(c.Answers))
	}
	first := c.Answers[slices.IndexFunc(c.Answers, func(a work.Answer) bool { return a.Question == "draught" })]
	if first.Value != "20.5" || first.Result != work.ResultPass || first.Reason != "" {
		t.Errorf("the first answer is now %+v", first)
	}
	attach := func(n string) *work.AnswerChecklist {
		e := evidenceOf(o, work.Photo, n+".jpg", n)
		return &work.AnswerChecklist{Run: run, Answers: []work.Given{{Question: "plate", Attach: []*work.AddEvidence{e}}}}
	}
	b.refused("answer.type", answer("plate=nice"))
	b.do(attach("3"))
	want("type sealed look plate", "checklist.photos", work.ResultPartial)
	b.do(attach("4"))
	want("type sealed look plate", "", work.ResultPartial)
	b.later(time.Minute).do(&work.MarkTaskDone{ID: task})
	b.do(&work.RecordSignOff{Signing: work.Signing{Order: o, Person: "Eva"}})
	shown := string(of(b, work.SignOffs, o)[0].Shown[work.ShownWork])
	if strings.Contains(shown, "soot") || !strings.Contains(shown, `"result":"partial"`) {
		t.Errorf("Eva was shown %s", shown)
	}
	b.sound()
}

// evidenceOf is a file whose digest is made of one digit.
func evidenceOf(order store.ID, kind work.EvidenceKind, file, digit string) *work.AddEvidence {
	return &work.AddEvidence{Order: order, Kind: kind, File: file, SHA256: strings.Repeat(digit, 64), Bytes: 1, Kept: true}
}

func TestTemplatesThatNobodyCanAnswerAreRefused(t *testing.T) {
	const first = `{key: a, text: A, type: yes-no}`
	for _, c := range []struct{ question, code string }{
		{`{key: b, text: B, type: text, if: {question: c, is: ["yes"]}}`, "checklist.branch"},
		{`{key: b, text: B, type: text, if: {question: b, is: ["yes"]}}`, "checklist.branch"},
		{`{key: b, text: B, type: text, if: {question: a}}`, "checklist.branch"},
		{`{key: b, text: B, type: text, if: {question: a, is: [maybe]}}`, "checklist.branch"},
		{`{key: b, text: B, type: text, if: {question: a, above: "1"}}`, "checklist.branch"},
		{`{key: b, text: B, type: text, min: "1"}`, "checklist.result"},
		{`{key: b, text: B, type: number, min: low}`, "checklist.result"},
		{`{key: b, text: B, type: number, min: "2", max: "1"}`, "checklist.result"},
		{`{key: b, text: B, type: number, fail_if: ["1"]}`, "checklist.result"},
		{`{key: b, text: B, type: yes-no, fail_if: [maybe]}`, "checklist.result"},
		{`{key: b, text: B, type: yes-no, on_fail: {note: true}}`, "checklist.result"},
		{`{key: b, text: B, type: text, count: 2}`, "checklist.result"},
		{`{key: b, text: B, type: text, allow_na: true}`, "checklist.result"},
	} {
		_, _, err := work.ParseChecklist([]byte("title: T\nquestions: [" + first + ", " + c.question + "]"))
		if got := fault.CodeOf(err); got != c.code {
			t.Errorf("%s: %q (%v), want %q", c.question, got, err, c.code)
		}
	}
}
