package work

import (
	"fmt"
	"slices"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Blocker is one reason why something cannot happen, with the command that would do
// away with it. `wo why` prints blockers, and refusals are made of them.
type Blocker struct {
	Code string     `json:"code"` // stable, e.g. "task.open"
	Text string     `json:"text"`
	Fix  string     `json:"fix,omitempty"` // what to type; empty where only time helps
	Refs []store.ID `json:"refs,omitempty"`
	// Kind is of what evidence there is too little, where that is the reason.
	Kind EvidenceKind `json:"kind,omitempty"`
}

// StartBlockers lists why work on an order cannot start at an instant: where it stands,
// prerequisites that are not met, safety checklists that are not answered and
// acknowledged. With tasks, only their checklists count: a visit for task 1 does not wait
// for the papers of task 2. An order in progress is past its prerequisites.
func StartBlockers(r store.Reader, w *WorkOrder, at time.Time, tasks ...store.ID) ([]Blocker, error) {
	var out []Blocker
	if b := w.standing(); b != nil {
		out = append(out, *b)
	}
	if !w.Begun() {
		for _, p := range w.After {
			b, err := p.blocker(r, w, at)
			if err != nil {
				return nil, err
			}
			if b != nil {
				out = append(out, *b)
			}
		}
	}
	for t, err := range Tasks.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		if t.Status != TaskOpen || len(tasks) > 0 && !slices.Contains(tasks, t.ID) {
			continue
		}
		found, err := safetyBlockers(r, w, t)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// standing says why an order cannot be worked on where it stands, or nil.
func (w *WorkOrder) standing() *Blocker {
	b := &Blocker{Code: "work_order." + string(w.Status), Refs: []store.ID{w.ID}}
	switch w.Status {
	case OnHold:
		b.Text, b.Fix = w.Number+" is on hold", "callout wo resume "+w.Number
		if n := len(w.Holds); n > 0 {
			b.Text += ": " + w.Holds[n-1].Reason
		}
	case Completed, Canceled:
		b.Text, b.Fix = w.Number+" is "+string(w.Status), "callout wo reopen "+w.Number+` --reason "…"`
	case Closed:
		b.Text = w.Number + " is closed"
	default:
		return nil
	}
	return b
}

// FinishBlockers lists why an order cannot be completed as done: a hold, open parts,
// required tasks that are open, and what is missing on any task that was not skipped.
func FinishBlockers(r store.Reader, w *WorkOrder) ([]Blocker, error) {
	lacking, err := w.lacks(r)
	if b := w.standing(); b != nil && err == nil {
		return append([]Blocker{*b}, lacking...), nil
	}
	return lacking, err
}

// lacks lists what must be there before an order can count as done, wherever it stands.
func (w *WorkOrder) lacks(r store.Reader) ([]Blocker, error) {
	var out []Blocker
	for part, err := range WorkOrders.By(r, "parent", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		switch part.Status {
		case Completed, Closed, Canceled:
		default:
			out = append(out, Blocker{
				Code: "part.open", Text: "its part " + part.Number + " (" + part.Title + ") is " + string(part.Status),
				Fix: "callout wo why " + part.Number, Refs: []store.ID{part.ID},
			})
		}
	}
	for t, err := range Tasks.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		if t.Status == TaskSkipped || t.Status == TaskOpen && t.Optional {
			continue
		}
		found, err := TaskBlockers(r, w, t)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		if t.Status == TaskOpen {
			out = append(out, Blocker{
				Code: "task.open", Text: fmt.Sprintf("task %d (%s) is open", t.N, t.Title),
				Fix: "callout task done " + t.Ref(w), Refs: []store.ID{t.ID},
			})
		}
	}
	return out, nil
}

// TaskBlockers lists what a task still lacks before it can count as done: safety
// papers, required answers, evidence.
func TaskBlockers(r store.Reader, w *WorkOrder, t *Task) ([]Blocker, error) {
	out, err := safetyBlockers(r, w, t)
	if err != nil {
		return nil, err
	}
	for run, err := range ChecklistRuns.By(r, "task", store.K(t.ID)) {
		if err != nil {
			return nil, err
		}
		if run.Safety {
			continue
		}
		found, err := run.unanswered(r, w, t)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	missing, err := t.missingEvidence(r, w)
	return append(out, missing...), err
}

// safetyBlockers lists what a task's safety checklists still ask for.
func safetyBlockers(r store.Reader, w *WorkOrder, t *Task) ([]Blocker, error) {
	var out []Blocker
	for run, err := range ChecklistRuns.By(r, "task", store.K(t.ID)) {
		if err != nil {
			return nil, err
		}
		if !run.Safety {
			continue
		}
		found, err := run.unanswered(r, w, t)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		if run.Acknowledged == nil {
			out = append(out, Blocker{
				Code: "safety.unacknowledged",
				Text: fmt.Sprintf("nobody has acknowledged the safety checklist %s of task %d (%s)", run.Template.Name, t.N, t.Title),
				Fix:  fmt.Sprintf("callout checklist acknowledge %s --checklist %q --name \"…\"", t.Ref(w), run.Template.Name),
				Refs: []store.ID{run.ID, t.ID},
			})
		}
	}
	return out, nil
}

// merge joins lists of blockers without repeating one.
func merge(lists ...[]Blocker) []Blocker {
	var out []Blocker
	for _, b := range slices.Concat(lists...) {
		if !slices.ContainsFunc(out, func(o Blocker) bool { return o.Code == b.Code && o.Text == b.Text }) {
			out = append(out, b)
		}
	}
	return out
}

// refusal makes an error of blockers, or nil of none: what cannot happen, every reason,
// and what to type about each.
func refusal(what, code string, blockers []Blocker) error {
	if len(blockers) == 0 {
		return nil
	}
	var texts []string
	for _, b := range blockers {
		texts = append(texts, b.Text)
	}
	err := fault.Refusedf("%s", what).For(texts).With(code)
	for _, b := range blockers {
		if b.Fix != "" && !slices.Contains(err.Hints, b.Fix) {
			err.Hints = append(err.Hints, b.Fix)
		}
	}
	return err
}
