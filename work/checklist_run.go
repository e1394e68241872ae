package work

import (
	"fmt"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// ChecklistRun is one checklist to be answered on one task, under the template
// revision that it was created with.
type ChecklistRun struct {
	store.Record
	Order    store.ID  `json:"order"`
	Task     store.ID  `json:"task"`
	N        int       `json:"n"` // 1, 2, … within the task
	Template store.Pin `json:"template"`
	Safety   bool      `json:"safety,omitempty"`
	// Answers are in order of answering. An answer corrected is a new answer.
	Answers []Answer `json:"answers,omitempty"`
	// Acknowledged is set once a named person has acknowledged the safety text.
	Acknowledged *Acknowledgement `json:"acknowledged,omitempty"`
}

// Answer is what somebody answered to one question.
type Answer struct {
	Question string    `json:"question"`
	Value    string    `json:"value"`
	By       store.ID  `json:"by"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason,omitempty"` // why an earlier answer was corrected
	Result   Result    `json:"result,omitempty"` // where an answer can fail
	Note     string    `json:"note,omitempty"`
	// Evidence are the photos that are the answer, or show what it says.
	Evidence []store.ID `json:"evidence,omitempty"`
}

// Acknowledgement is a named person's word that they have read a safety text.
type Acknowledgement struct {
	Name     string    `json:"name"`
	By       store.ID  `json:"by"` // who recorded it
	At       time.Time `json:"at"`
	TextHash string    `json:"text_hash"` // of the template revision's text and questions
}

// ChecklistRuns holds the checklists on tasks.
var ChecklistRuns = store.Define(store.Def[ChecklistRun, store.NoRow]{
	Name: "checklist_run", Prefix: "chk", Title: "checklist",
	Indexes: []store.Index[ChecklistRun]{
		{Name: "order", Keys: func(c *ChecklistRun) []store.Key { return []store.Key{store.K(c.Order)} }},
		{Name: "task", Keys: func(c *ChecklistRun) []store.Key { return []store.Key{store.K(c.Task, c.N)} }},
	},
})

// Answer returns the answer that counts for a question: the last one given.
func (c *ChecklistRun) Answer(question string) (Answer, bool) {
	for i := len(c.Answers) - 1; i >= 0; i-- {
		if c.Answers[i].Question == question {
			return c.Answers[i], true
		}
	}
	return Answer{}, false
}

// untouched reports whether nobody has answered or acknowledged anything yet.
func (c *ChecklistRun) untouched() bool { return len(c.Answers) == 0 && c.Acknowledged == nil }

// attachChecklists puts the newest revisions of templates on a task.
func attachChecklists(tx *store.Tx, t *Task, names []string) error {
	seen := map[string]bool{}
	for i, name := range names {
		body, pin, err := Checklists.Newest(tx, name)
		if err != nil {
			return err
		}
		if seen[pin.Name] {
			return fault.Invalidf("checklists", "the checklist %s is named twice", pin.Name).With("checklist.twice")
		}
		seen[pin.Name] = true
		run := &ChecklistRun{Order: t.Order, Task: t.ID, N: i + 1, Template: pin, Safety: body.Safety}
		run.ID = ChecklistRuns.NewID(tx, string(t.ID)+"/"+pin.Name)
		if err := ChecklistRuns.Put(tx, run); err != nil {
			return err
		}
	}
	return nil
}

// repin moves a checklist that nobody has touched to the newest revision of its template.
func (c *ChecklistRun) repin(tx *store.Tx) error {
	if !c.untouched() {
		return nil
	}
	body, pin, err := Checklists.Newest(tx, c.Template.Name)
	if err != nil {
		return err
	}
	c.Template, c.Safety = pin, body.Safety
	return ChecklistRuns.Put(tx, c)
}

// unanswered lists the questions that are asked and required and have no answer, and the
// answers that lack what the template asks for with them.
func (c *ChecklistRun) unanswered(r store.Reader, w *WorkOrder, t *Task) ([]Blocker, error) {
	body, err := Checklists.At(r, c.Template)
	if err != nil {
		return nil, err
	}
	var out []Blocker
	for _, q := range c.Asked(body) {
		if a, ok := c.Answer(q.Key); ok {
			out = append(out, c.unproved(q, a, w, t)...)
			continue
		}
		if !q.Required {
			continue
		}
		out = append(out, Blocker{
			Code: "checklist.unanswered",
			Text: fmt.Sprintf("task %d (%s): the question %s of the checklist %s is unanswered: %s", t.N, t.Title, q.Key, c.Template.Name, q.Text),
			Fix:  fmt.Sprintf("callout checklist answer %s --checklist %q %s=…", t.Ref(w), c.Template.Name, q.Key),
			Refs: []store.ID{c.ID, t.ID},
		})
	}
	return out, nil
}

// FindChecklist returns a task's checklist by its template's name, or its only one where
// no name is given.
func FindChecklist(r store.Reader, task store.ID, name string) (*ChecklistRun, error) {
	return findRun(r, task, name, func(*ChecklistRun) bool { return true })
}

// FindSafety is FindChecklist among a task's safety checklists.
func FindSafety(r store.Reader, task store.ID, name string) (*ChecklistRun, error) {
	return findRun(r, task, name, func(c *ChecklistRun) bool { return c.Safety || name != "" })
}

func findRun(r store.Reader, task store.ID, name string, keep func(*ChecklistRun) bool) (*ChecklistRun, error) {
	var found *ChecklistRun
	for run, err := range ChecklistRuns.By(r, "task", store.K(task)) {
		switch {
		case err != nil:
			return nil, err
		case !keep(run) || name != "" && party.Fold(run.Template.Name) != party.Fold(name):
			continue
		case found != nil:
			return nil, fault.Invalidf("checklist", "the task has the checklists %s and %s; name one",
				found.Template.Name, run.Template.Name).With("checklist.ambiguous").
				Hint("--checklist %q", found.Template.Name)
		}
		found = run
	}
	if found == nil && name != "" {
		return nil, fault.NotFoundf("the task has no checklist %q", name)
	}
	if found == nil {
		return nil, fault.NotFoundf("the task has no such checklist")
	}
	return found, nil
}

// AnswerChecklist answers questions of a checklist on a task. Answering a question anew
// is a correction: it needs a reason, and the earlier answer stays. The same answer again
// changes nothing.
type AnswerChecklist struct {
	Run     store.ID `json:"run"`
	Answers []Given  `json:"answers"`
}

// Given is one answer as somebody typed it.
type Given struct {
	Question string `json:"question"`
	Value    string `json:"value,omitempty"` // none for a photo
	Note     string `json:"note,omitempty"`
	// Evidence names photos that are on the order already; Attach adds some in the same step.
	Evidence []store.ID     `json:"evidence,omitempty"`
	Attach   []*AddEvidence `json:"attach,omitempty"`
}

// Name implements store.Command.
func (c *AnswerChecklist) Name() string { return "checklist.answer.v1" }

// Undoable implements store.Undoable.
func (c *AnswerChecklist) Undoable() {}

// Do implements store.Command.
func (c *AnswerChecklist) Do(tx *store.Tx) error {
	run, body, on, err := runOf(tx, c.Run, "its checklists cannot be answered")
	if err != nil {
		return err
	}
	if len(c.Answers) == 0 {
		return fault.Invalidf("answers", "no question is answered").With("answer.empty").Hint("QUESTION=ANSWER")
	}
	answers, err := c.inOrder(body)
	if err != nil {
		return err
	}
	for _, g := range answers {
		if err := run.answer(tx, body, g); err != nil {
			return err
		}
	}
	tx.Returns(run.ID, on)
	tx.Emit("checklist.answered", run.ID, map[string]any{"order": run.Order, "task": run.Task})
	return ChecklistRuns.Put(tx, run)
}

// runOf reads a checklist on an open task of an open order, with its template revision
// and how people name the task.
func runOf(r store.Reader, id store.ID, doing string) (run *ChecklistRun, body *Checklist, on string, err error) {
	if run, err = ChecklistRuns.Get(r, id); err != nil {
		return nil, nil, "", err
	}
	t, w, err := taskOf(r, run.Task, doing)
	if err != nil {
		return nil, nil, "", err
	}
	if t.Status != TaskOpen {
		return nil, nil, "", fault.Refusedf("task %d of %s is %s: %s", t.N, w.Number, t.Status, doing).
			With("task.transition").Hint("callout task reopen %s", t.Ref(w))
	}
	body, err = Checklists.At(r, run.Template)
	return run, body, t.Ref(w), err
}

// Acknowledge records that a named person has read and accepted a safety checklist. It
// is bound to the hash of the text, is never overwritten and never taken back: it is
// somebody's word.
type Acknowledge struct {
	Run    store.ID `json:"run"`
	Person string   `json:"name"`
	// TextHash is of what the person had before them; empty is the template's.
	TextHash string `json:"text_hash,omitempty"`
}

// Name implements store.Command.
func (c *Acknowledge) Name() string { return "checklist.acknowledge.v1" }

// Do implements store.Command.
func (c *Acknowledge) Do(tx *store.Tx) error {
	run, body, on, err := runOf(tx, c.Run, "its checklists cannot be acknowledged")
	if err != nil {
		return err
	}
	name, err := required("name", c.Person, "say who acknowledges the checklist")
	if err != nil {
		return err
	}
	if !run.Safety {
		return fault.Refusedf("%s is no safety checklist: it is answered, not acknowledged", run.Template.Name).
			With("checklist.kind")
	}
	if a := run.Acknowledged; a != nil {
		return fault.Conflictf("%s has already acknowledged %s, at %s", a.Name, run.Template.Name, a.At.Format(timeLayout)).
			With("checklist.acknowledged")
	}
	hash, err := body.Hash()
	if err != nil {
		return err
	}
	if c.TextHash != "" && c.TextHash != hash {
		return fault.Conflictf("the text of %s has changed since it was read", run.Template.Name).With("checklist.stale")
	}
	run.Acknowledged = &Acknowledgement{Name: name, By: tx.Env.Actor.ID, At: tx.Env.OccurredAt, TextHash: hash}
	tx.Returns(run.ID, on)
	tx.Emit("checklist.acknowledged", run.ID, map[string]any{"order": run.Order, "task": run.Task, "name": name})
	return ChecklistRuns.Put(tx, run)
}
