package cmd

import (
	"cmp"
	"context"
	"slices"
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
			"The types of questions are yes-no, text, number (with a unit, and limits), choice (with choices), date, photo and result (pass,\n"+
				"fail, partial or n/a). With if a question is asked only after a certain answer to an earlier one; on_fail says what an answer\n"+
				"that fails needs. A safety checklist has a text and keeps work from starting until it is acknowledged. A file looks like this:\n\n"+
				"  name: gas-safety\n"+
				"  title: Gas safety\n"+
				"  safety: true\n"+
				"  text: Shut off, lock, tag, try.\n"+
				"  questions:\n"+
				"    - {key: shut, text: \"Is the gas shut off?\", type: yes-no, required: true}\n"+
				"    - {key: pressure, text: Line pressure, type: number, unit: mbar, min: \"18\", max: \"25\",\n"+
				"       on_fail: {note: true, photo: true}}\n"+
				"    - {key: leak, text: \"Where is the leak?\", type: text, if: {question: pressure, failed: true}, required: true}",
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
		rows = append(rows, []any{q.Key, q.Text, kind, q.Required, askedIf(q.If), failsIf(q)})
	}
	p.Table([]string{"key", "question", "answer", "required", "asked if", "fails if"}, rows)
}

// askedIf says in words when a question is asked.
func askedIf(c *work.Condition) string {
	if c == nil {
		return ""
	}
	var parts []string
	add := func(word, text string) {
		if text != "" {
			parts = append(parts, word+text)
		}
	}
	add("is ", strings.Join(c.Is, " or "))
	add("is not ", strings.Join(c.Not, " or "))
	add("above ", c.Above)
	add("below ", c.Below)
	if c.Failed {
		add("", "fails")
	}
	return c.Question + " " + strings.Join(parts, ", ")
}

// failsIf says in words when an answer fails.
func failsIf(q work.Question) string {
	switch {
	case q.Min != "" && q.Max != "":
		return "not " + q.Min + " to " + q.Max
	case q.Min != "":
		return "below " + q.Min
	case q.Max != "":
		return "above " + q.Max
	}
	return strings.Join(q.FailIf, " or ")
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
	Body   *work.Checklist `json:"body"`
	Asked  []string        `json:"asked"`  // the keys of the questions that are asked
	Result work.Result     `json:"result"` // how it came out so far
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
			view := answerView{run, body, []string{}, run.Result(body)}
			for _, q := range run.Asked(body) {
				view.Asked = append(view.Asked, q.Key)
			}
			v.Checklists = append(v.Checklists, view)
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
	if c.Result != "" {
		p.Field("Result", string(c.Result))
	}
	var rows [][]any
	for _, q := range c.Body.Questions {
		answer, ok := c.Answer(q.Key)
		value := answer.Value
		switch {
		case !slices.Contains(c.Asked, q.Key):
			value, answer = "(not asked)", work.Answer{}
		case !ok && q.Required:
			value = "(required)"
		case q.Type == work.AnswerPhoto && ok:
			value = howMany(len(answer.Evidence), "photo")
		case q.Unit != "" && ok:
			value += " " + q.Unit
		}
		row := []any{q.Key, q.Text, value, string(answer.Result), people[answer.By], answer.At, answer.Reason, answer.Note}
		rows = append(rows, row)
	}
	p.Table([]string{"key", "question", "answer", "result", "by", "at", "corrected because", "note"}, rows)
}

// answerFlags say more about answers than their values.
type answerFlags struct {
	checklist     string
	notes, photos []string
}

func newChecklistAnswerCmd(a *App) *cobra.Command {
	var f answerFlags
	return a.Verb(Verb{
		Use: "answer TASK [ANSWER...]", Short: "Answer questions of a checklist on a task", Writes: true,
		Long: "Each answer is QUESTION=VALUE, or QUESTION=@FILE for a photo. Answering a question anew is a correction: it needs --reason, and\n" +
			"the earlier answer stays in the record. A note or a photo may come with an answer or later.",
		Example: "callout checklist answer WO-1001/1 shut=yes pressure=22.5 plate=@plate.jpg\n" +
			`callout checklist answer WO-1001/1 pressure=31 --note pressure="regulator is stuck" --photo pressure=gauge.jpg` + "\n" +
			`callout checklist answer WO-1001/1 pressure=21 --checklist boiler --reason "gauge misread"`,
		Fields: resultList().Names(),
		Flags: func(fl *pflag.FlagSet) {
			checklistFlag(&f.checklist)(fl)
			fl.StringArrayVar(&f.notes, "note", nil, "a note on an answer, QUESTION=`TEXT`")
			fl.StringArrayVar(&f.photos, "photo", nil, "a photo of what an answer says, QUESTION=`FILE`")
		},
		Run: func(ctx context.Context, args []string) error {
			given, attached, err := f.given(ctx, a, args)
			if err != nil {
				return err
			}
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					run, err := findRun(r, args[0], f.checklist, given)
					return &work.AnswerChecklist{Run: run, Answers: given}, err
				},
				Attach: func(string) []attachment { return attached },
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

// given puts answers, notes and photos together, one for each question, and says which files
// the photos are.
func (f *answerFlags) given(ctx context.Context, a *App, args []string) (out []work.Given, attached []attachment, err error) {
	of := func(word, example string) (*work.Given, string, error) {
		question, value, ok := strings.Cut(word, "=")
		if !ok || question == "" {
			return nil, "", fault.Invalidf("answer", "%q is no answer such as %s", word, example)
		}
		for i := range out {
			if out[i].Question == question {
				return &out[i], value, nil
			}
		}
		out = append(out, work.Given{Question: question})
		return &out[len(out)-1], value, nil
	}
	var files []string // of the photos, with their questions
	for _, word := range args[1:] {
		g, value, err := of(word, "pressure=22.5")
		if err != nil {
			return nil, nil, err
		}
		if file, ok := strings.CutPrefix(value, "@"); ok {
			files = append(files, g.Question+"="+file)
			continue
		}
		g.Value = value
	}
	for _, word := range f.notes {
		g, note, err := of(word, `pressure="regulator is stuck"`)
		if err != nil {
			return nil, nil, err
		}
		g.Note = note
	}
	if len(files)+len(f.photos) > 0 {
		err := a.View(ctx, func(r store.Reader) error {
			_, err := work.FindTask(r, args[0])
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	for _, word := range append(files, f.photos...) {
		g, file, err := of(word, "pressure=gauge.jpg")
		if err != nil {
			return nil, nil, err
		}
		photo, err := lookAt(file)
		if err != nil {
			return nil, nil, err
		}
		g.Attach = append(g.Attach, photo.evidence())
		attached = append(attached, photo)
	}
	return out, attached, nil
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
	if name != "" || len(given) == 0 {
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
					return &work.Acknowledge{Run: run.ID, Person: cmp.Or(person, a.config.As)}, nil
				},
				Note: func(store.Receipt) string { return "acknowledged by " + cmp.Or(person, a.config.As) },
			})
		},
	})
}
