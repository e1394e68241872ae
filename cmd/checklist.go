package cmd

import (
	"context"
	"strings"

	"callout/internal/fault"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func checklists() definition[work.Checklist] {
	return definition[work.Checklist]{
		kind: work.Checklists, noun: "checklist", parse: work.ParseChecklist,
		make: func(name string, body work.Checklist) store.Command {
			return &work.AddChecklist{Checklist: name, Body: body}
		},
		draw: drawChecklist,
	}
}

func newChecklistCmd(a *App) *cobra.Command {
	d := checklists()
	return a.Noun(Noun{Use: "checklist", Short: "Typed questions on tasks, and safety papers", Group: GroupWork},
		d.add(a,
			"The types of questions are yes-no, text, number (with a unit), choice (with choices) and date. A safety checklist has\n"+
				"a text and keeps work from starting until it is acknowledged. A file looks like this:\n\n"+
				"  name: gas-safety\n"+
				"  title: Gas safety\n"+
				"  safety: true\n"+
				"  text: Shut off, lock, tag, try.\n"+
				"  questions:\n"+
				"    - {key: shut, text: \"Is the gas shut off?\", type: yes-no, required: true}\n"+
				"    - {key: pressure, text: Line pressure, type: number, unit: mbar}",
			"callout checklist add gas-safety.yaml"),
		d.list(a), newChecklistShowCmd(a, d), newChecklistAnswerCmd(a), newChecklistAcknowledgeCmd(a))
}

func drawChecklist(p *Page, c *work.Checklist) {
	p.Field("Title", c.Title)
	p.Field("Safety", c.Safety)
	p.Field("Text", c.Text)
	if len(c.Questions) == 0 {
		return
	}
	p.Section("Questions")
	var rows [][]any
	for _, q := range c.Questions {
		kind := string(q.Type)
		switch {
		case q.Unit != "":
			kind += " in " + q.Unit
		case len(q.Choices) > 0:
			kind = strings.Join(q.Choices, " | ")
		}
		rows = append(rows, []any{q.Key, q.Text, kind, q.Required})
	}
	p.Table([]string{"key", "question", "answer", "required"}, rows)
}

func newChecklistShowCmd(a *App, d definition[work.Checklist]) *cobra.Command {
	return a.Verb(Verb{
		Use: "show CHECKLIST", Short: "Show a checklist's newest revision, or with a task what was answered",
		Example: "callout checklist show gas-safety\ncallout checklist show WO-1001/1",
		Fields:  []string{"name", "rev", "id", "body", "task", "title", "checklists"},
		Run: func(ctx context.Context, args []string) error {
			if strings.Contains(args[0], "/") || store.ID(args[0]).Prefix() == work.Tasks.Prefix() {
				return a.showAnswers(ctx, args[0])
			}
			return d.printOne(ctx, a, args[0])
		},
	})
}

// answersView is a task's checklists with what was answered.
type answersView struct {
	Task       string       `json:"task"`
	Title      string       `json:"title"`
	Checklists []answerView `json:"checklists"`
}

type answerView struct {
	*work.ChecklistRun
	Body *work.Checklist `json:"body"`
}

func (a *App) showAnswers(ctx context.Context, ref string) error {
	v := answersView{Checklists: []answerView{}}
	people := map[store.ID]string{}
	err := a.View(ctx, func(r store.Reader) error {
		id, err := work.FindTask(r, ref)
		if err != nil {
			return err
		}
		t, err := work.Tasks.Get(r, id)
		if err != nil {
			return err
		}
		w, err := work.WorkOrders.Get(r, t.Order)
		if err != nil {
			return err
		}
		v.Task, v.Title = t.Ref(w), t.Title
		n := &names{r, people}
		for run, err := range work.ChecklistRuns.By(r, "task", store.K(id)) {
			if err != nil {
				return err
			}
			body, err := work.Checklists.At(r, run.Template)
			if err != nil {
				return err
			}
			for _, answer := range run.Answers {
				n.of(answer.By)
			}
			v.Checklists = append(v.Checklists, answerView{run, body})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.Show(v.Task, v, func(p *Page) {
		p.Title("%s  %s", v.Task, v.Title)
		for _, c := range v.Checklists {
			drawAnswers(p, c, people)
		}
		if len(v.Checklists) == 0 {
			p.Line("no checklists")
		}
	})
}

func drawAnswers(p *Page, c answerView, people map[store.ID]string) {
	p.Section(c.Template.Name)
	if c.Safety {
		p.Line("%s", c.Body.Text)
		if ack := c.Acknowledged; ack != nil {
			p.Field("Acknowledged", ack.Name)
			p.Field("At", ack.At)
			p.Field("Text", ack.TextHash)
		} else {
			p.Line("not acknowledged")
		}
	}
	var rows [][]any
	for _, q := range c.Body.Questions {
		answer, ok := c.Answer(q.Key)
		value := answer.Value
		if q.Unit != "" && ok {
			value += " " + q.Unit
		}
		if !ok && q.Required {
			value = "(required)"
		}
		rows = append(rows, []any{q.Key, q.Text, value, people[answer.By], answer.At, answer.Reason})
	}
	p.Table([]string{"key", "question", "answer", "by", "at", "corrected because"}, rows)
}

func newChecklistAnswerCmd(a *App) *cobra.Command {
	var name string
	return a.Verb(Verb{
		Use: "answer TASK ANSWER...", Short: "Answer questions of a checklist on a task", Writes: true,
		Long: "Each answer is QUESTION=VALUE. Answering a question anew is a correction: it needs --reason, and the earlier answer\n" +
			"stays in the record.",
		Example: "callout checklist answer WO-1001/1 shut=yes pressure=22.5\n" +
			`callout checklist answer WO-1001/1 pressure=21 --checklist boiler --reason "gauge misread"`,
		Fields: resultList().Names(),
		Flags:  checklistFlag(&name),
		Run: func(ctx context.Context, args []string) error {
			var given []work.Given
			for _, word := range args[1:] {
				question, value, ok := strings.Cut(word, "=")
				if !ok {
					return fault.Invalidf("answer", "%q is no answer such as pressure=22.5", word)
				}
				given = append(given, work.Given{Question: question, Value: value})
			}
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					run, err := findRun(r, args[0], name, given)
					return &work.AnswerChecklist{Run: run, Answers: given}, err
				},
				Note: func(rec store.Receipt) string {
					if len(rec.Changes) == 0 {
						return "unchanged"
					}
					return "answered"
				},
			})
		},
	})
}

func checklistFlag(name *string) func(*pflag.FlagSet) {
	return func(f *pflag.FlagSet) {
		f.StringVar(name, "checklist", "", "which `CHECKLIST`, where the task has several")
	}
}

// findRun finds the checklist on a task: the one that is named, or else the only one
// that asks the questions, if there are any.
func findRun(r store.Reader, task, name string, given []work.Given) (store.ID, error) {
	id, err := work.FindTask(r, task)
	if err != nil {
		return "", err
	}
	if name != "" || given == nil {
		run, err := work.FindChecklist(r, id, name)
		if err != nil {
			return "", err
		}
		return run.ID, nil
	}
	var found []store.ID
	for run, err := range work.ChecklistRuns.By(r, "task", store.K(id)) {
		if err != nil {
			return "", err
		}
		body, err := work.Checklists.At(r, run.Template)
		if err != nil {
			return "", err
		}
		if body.Asks(given[0].Question) {
			found = append(found, run.ID)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	run, err := work.FindChecklist(r, id, "")
	if err != nil {
		return "", err
	}
	return run.ID, nil
}

func newChecklistAcknowledgeCmd(a *App) *cobra.Command {
	var name, person string
	return a.Verb(Verb{
		Use: "acknowledge TASK", Short: "Record that somebody has read and accepted a safety checklist", Writes: true,
		Long:    "It is bound to the text as it stands in the checklist's revision, and cannot be taken back.",
		Example: `callout checklist acknowledge WO-1001/1 --name "Ben Huber"`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			checklistFlag(&name)(f)
			f.StringVar(&person, "name", "", "the `NAME` of who acknowledges, if not of who acts")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := work.FindTask(r, args[0])
					if err != nil {
						return nil, err
					}
					run, err := work.FindSafety(r, id, name)
					if err != nil {
						return nil, err
					}
					return &work.Acknowledge{Run: run.ID, Person: firstOf(person, a.config.As)}, nil
				},
				Note: func(store.Receipt) string { return "acknowledged by " + firstOf(person, a.config.As) },
			})
		},
	})
}
