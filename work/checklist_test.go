package work_test

import (
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/work"
)

func TestAnswersAreTyped(t *testing.T) {
	for name, c := range map[string]struct{ list, question, answer, want, code string }{
		"yes":             {"lockout", "tagged", "Y", "yes", ""},
		"no":              {"lockout", "TAGGED", "false", "no", ""},
		"neither":         {"lockout", "tagged", "maybe", "", "answer.type"},
		"number":          {"press", "pressure", "2.40", "2.4", ""},
		"not a number":    {"press", "pressure", "2,4", "", "number.syntax"},
		"with its unit":   {"press", "pressure", "2 bar", "", "number.syntax"},
		"choice":          {"press", "oil", " dark ", "Dark", ""},
		"no choice":       {"press", "oil", "green", "", "answer.type"},
		"date":            {"press", "next", "2026-09-01", "2026-09-01", ""},
		"no date":         {"press", "next", "2026-02-30", "", "date.syntax"},
		"text":            {"press", "note", "a\nb", "a\nb", ""},
		"escape sequence": {"press", "note", "\x1b[2J", "", "text.syntax"},
		"empty":           {"press", "note", "  ", "", "answer.empty"},
		"no such key":     {"press", "colour", "red", "", "checklist.question"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			publish(b)
			id := b.order("", service)
			run := b.checklist(id, 1, c.list)
			cmd := &work.AnswerChecklist{Run: run.ID, Answers: []work.Given{{Question: c.question, Value: c.answer}}}
			if c.code != "" {
				b.refused(c.code, cmd)
				return
			}
			b.do(cmd)
			got := read(b, work.ChecklistRuns, run.ID).Answers
			if len(got) != 1 || got[0].Value != c.want || got[0].Question != strings.ToLower(c.question) {
				t.Errorf("stored %+v, want %q", got, c.want)
			}
		})
	}
}

func TestCorrectionIsANewAnswerWithAReason(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	run := b.checklist(id, 1, "press")
	give := func(v string) *work.AnswerChecklist {
		return &work.AnswerChecklist{Run: run.ID, Answers: []work.Given{{Question: "pressure", Value: v}}}
	}
	b.do(give("2.4"))
	b.do(give("2.40")) // the same answer
	b.refused("reason.missing", give("3.1"))
	b.as("Ben").do(give("3.1"), "gauge misread")
	got := read(b, work.ChecklistRuns, run.ID)
	if len(got.Answers) != 2 || got.Answers[0].Value != "2.4" || got.Answers[1].Reason != "gauge misread" ||
		got.Answers[0].By == got.Answers[1].By {
		t.Errorf("answers %+v", got.Answers)
	}
	if a, ok := got.Answer("pressure"); !ok || a.Value != "3.1" {
		t.Errorf("what counts is %+v", a)
	}
}

func TestSafetyBlocksTheStart(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	safety, plain := b.checklist(id, 1, "lockout"), b.checklist(id, 1, "press")

	err := b.refused("work_order.blocked", &work.StartWorkOrder{ID: id})
	for _, hint := range []string{"callout checklist answer WO-1001/1 --checklist \"lockout\" tagged=…", `callout checklist acknowledge WO-1001/1 --checklist "lockout" --name "…"`} {
		if !strings.Contains(strings.Join(err.Hints, "\n"), hint) {
			t.Errorf("hints %q lack %q", err.Hints, hint)
		}
	}
	b.refused("checklist.kind", &work.Acknowledge{Run: plain.ID, Person: "Ben"})
	b.refused("text.missing", &work.Acknowledge{Run: safety.ID})
	b.refused("checklist.stale", &work.Acknowledge{Run: safety.ID, Person: "Ben", TextHash: "00"})
	b.do(&work.Acknowledge{Run: safety.ID, Person: "Ben"})
	b.refused("checklist.acknowledged", &work.Acknowledge{Run: safety.ID, Person: "Cem"})
	b.refused("work_order.blocked", &work.StartWorkOrder{ID: id}) // its question is still open
	b.do(&work.AnswerChecklist{Run: safety.ID, Answers: []work.Given{{Question: "tagged", Value: "yes"}}})
	b.do(&work.StartWorkOrder{ID: id})

	a := read(b, work.ChecklistRuns, safety.ID).Acknowledged
	if a == nil || a.Name != "Ben" || len(a.TextHash) != 64 || !a.At.Equal(morning) {
		t.Errorf("acknowledged %+v", a)
	}
	if err := b.undo("checklist.acknowledge.v1"); fault.CodeOf(err) != "undo.never" {
		t.Errorf("an acknowledgement was taken back: %v", err)
	}
	b.sound()
}

func TestParseDefinitions(t *testing.T) {
	parse := map[string]func([]byte) (string, error){
		"checklist": func(b []byte) (string, error) { name, _, err := work.ParseChecklist(b); return name, err },
		"type":      func(b []byte) (string, error) { name, _, err := work.ParseWorkType(b); return name, err },
		"sla":       func(b []byte) (string, error) { name, _, err := work.ParseSLA(b); return name, err },
	}
	for name, c := range map[string]struct{ kind, text, want string }{
		"checklist":         {"checklist", "name: boiler\ntitle: Boiler\nquestions:\n- {key: p, text: Pressure, type: number, unit: bar}\n", ""},
		"JSON":              {"checklist", `{"title":"B","questions":[{"key":"p","text":"P","type":"text"}]}`, ""},
		"unknown field":     {"checklist", "title: Boiler\nquestions:\n- key: p\n  txt: Pressure\n", "line 4: there is no field txt\n"},
		"wrong type":        {"checklist", "title: Boiler\nquestions: many\n", "line 2: a text `many` is not what belongs here"},
		"a list":            {"checklist", "- title: a\n", "line 1: a list is not what belongs here\n"},
		"not YAML":          {"checklist", "title: [", "line 1"},
		"empty":             {"checklist", "", "is empty"},
		"two documents":     {"checklist", "title: a\n---\ntitle: b\n", "goes on after it"},
		"asks nothing":      {"checklist", "title: Boiler\n", "asks nothing"},
		"safety, no text":   {"checklist", "title: Boiler\nsafety: true\n", "needs the text"},
		"key twice":         {"checklist", "title: B\nquestions:\n- {key: p, text: a, type: text}\n- {key: P, text: b, type: text}\n", "two questions"},
		"key with a space":  {"checklist", "title: B\nquestions:\n- {key: a b, text: a, type: text}\n", "letters, digits"},
		"unknown type":      {"checklist", "title: B\nquestions:\n- {key: p, text: a, type: colour}\n", "there are yes-no"},
		"choice of none":    {"checklist", "title: B\nquestions:\n- {key: p, text: a, type: choice}\n", "a choice needs them"},
		"choices of text":   {"checklist", "title: B\nquestions:\n- {key: p, text: a, type: text, choices: [x]}\n", "belong to type choice"},
		"unit of text":      {"checklist", "title: B\nquestions:\n- {key: p, text: a, type: text, unit: bar}\n", "asks for no number"},
		"sla":               {"sla", "name: gold\nhours: Mon-Fri 08:00-17:00\ntargets:\n- {priority: high, respond_minutes: 60}\n", ""},
		"sla without aim":   {"sla", "name: gold\ntargets:\n- {priority: high}\n", "neither when to respond"},
		"sla backwards":     {"sla", "targets:\n- {priority: high, respond_minutes: 60, resolve_minutes: 30}\n", "before it is responded to"},
		"sla priority":      {"sla", "targets:\n- {priority: urgent, respond_minutes: 60}\n", "no priority"},
		"sla hours":         {"sla", "hours: sometimes\ntargets:\n- {priority: high, respond_minutes: 60}\n", "sometimes"},
		"work type":         {"type", "name: x\ntasks:\n- title: a\n  estimate_minutes: 60\n  skills: [{skill: gas, level: 2}]\n  evidence: [{kind: photo}]\n", ""},
		"skill twice":       {"type", "tasks:\n- title: a\n  skills: [{skill: gas}, {skill: GAS}]\n", "named twice"},
		"evidence kind":     {"type", "tasks:\n- title: a\n  evidence: [{kind: video}]\n", "no kind of evidence"},
		"deliverable":       {"type", "deliverables:\n- {title: a, needs: luck}\n", "nothing to need"},
		"milestone of both": {"type", "milestones:\n- {name: a, amount: \"1\", percent: \"2\"}\n", "one of them counts"},
		"milestone of zero": {"type", "milestones:\n- {name: a, amount: \"0\"}\n", "bills nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse[c.kind]([]byte(c.text))
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error()+"\n", c.want) || fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%v, want a message with %q", err, c.want)
			}
		})
	}
}

func FuzzParseChecklist(f *testing.F) {
	f.Add([]byte("name: boiler\ntitle: Boiler\nquestions:\n- {key: p, text: Pressure, type: number, unit: bar}\n"))
	f.Add([]byte(`{"title":"B","safety":true,"text":"x"}`))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, c, err := work.ParseChecklist(text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("%q was read and is not valid: %v", text, err)
		}
	})
}

func TestNamesOfDefinitionsAreChecked(t *testing.T) {
	b := newBench(t)
	b.refused("sla.unknown", &work.AddWorkType{WorkType: "x", Body: work.WorkType{SLA: "gold"}})
	b.refused("checklist.unknown", &work.AddWorkType{WorkType: "x", Body: work.WorkType{
		Tasks: []work.TaskTemplate{{Title: "a", Checklists: []string{"none"}}},
	}})
}
