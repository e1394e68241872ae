package billing

import (
	"fmt"
	"slices"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// MilestoneNeeds is what makes a milestone ready by itself, where it is not the completion
// of the whole order: how far the order has come, and tasks, deliverables or a sign-off. All of
// it must be there. When the last of it is, the milestone becomes ready; when something is undone, it
// falls back.
type MilestoneNeeds struct {
	Stage        OrderStage `json:"stage,omitempty"`
	Tasks        []store.ID `json:"tasks,omitempty"`
	Deliverables []store.ID `json:"deliverables,omitempty"`
	SignOff      bool       `json:"sign_off,omitempty"` // the customer's, of the work as it is
}

// OrderStage is how far an order has come.
type OrderStage string

// The stages of an order that a milestone can wait for.
const (
	StageOpened    OrderStage = "opened" // at once
	StageStarted   OrderStage = "started"
	StageCompleted OrderStage = "completed"
)

// OrderStages lists the stages in order.
func OrderStages() []OrderStage { return []OrderStage{StageOpened, StageStarted, StageCompleted} }

// check holds the needs of a milestone to its order.
func (n *MilestoneNeeds) check(r store.Reader, order store.ID) error {
	if n.Stage != "" && !slices.Contains(OrderStages(), n.Stage) {
		return fault.Invalidf("stage", "%q is no stage of an order", n.Stage).With("milestone.needs").Hint("--when %s", joined(OrderStages(), "|"))
	}
	if n.Stage == "" && len(n.Tasks)+len(n.Deliverables) == 0 && !n.SignOff {
		return fault.Invalidf("needs", "nothing is said that the milestone waits for").With("milestone.needs")
	}
	for _, id := range n.Tasks {
		t, err := work.Tasks.Get(r, id)
		if err != nil {
			return err
		}
		if t.Order != order {
			return fault.Invalidf("task", "%q is a task of another order", t.Title).With("milestone.needs").Hint("callout task list %s", order)
		}
	}
	for _, id := range n.Deliverables {
		x, err := work.Deliverables.Get(r, id)
		if err != nil {
			return err
		}
		if x.Order != order {
			return fault.Invalidf("deliverable", "%q is of another order", x.Title).With("milestone.needs").Hint("callout deliverable list %s", order)
		}
	}
	return nil
}

// wants says what a milestone with needs of its own still waits for, or "", and what to type about it.
func (d *Delivery) wants(n *MilestoneNeeds) (why, fix string) {
	number := d.Order.Number
	switch {
	case d.Order.Status == work.Canceled:
		return number + " is canceled", "callout wo reopen " + number + ` --reason "…"`
	case n.Stage == StageStarted && !d.Order.Begun():
		return number + " has not begun", "callout wo start " + number
	case n.Stage == StageCompleted && !d.complete():
		return fmt.Sprintf("%s is %s", number, d.Order.Status), "callout wo complete " + number
	}
	for _, id := range n.Tasks {
		if why, fix := d.taskWants(id); why != "" {
			return why, fix
		}
	}
	for _, id := range n.Deliverables {
		i := slices.IndexFunc(d.Deliverables, func(x Deliverable) bool { return x.ID == id })
		if i < 0 {
			return "a deliverable that it waits for is gone", "callout deliverable list " + number
		}
		if x := d.Deliverables[i]; !x.OK {
			return x.Title + ": " + x.Why, x.Fix
		}
	}
	if n.SignOff && !d.signed() {
		return "the customer has not signed the work as it is", fmt.Sprintf(`callout signoff record %s --name "…"`, number)
	}
	return "", ""
}

// taskWants says what a task lacks that a milestone waits for.
func (d *Delivery) taskWants(id store.ID) (why, fix string) {
	i := slices.IndexFunc(d.Tasks, func(t work.Task) bool { return t.ID == id })
	if i < 0 {
		return "a task that it waits for is gone", "callout task list " + d.Order.Number
	}
	t := &d.Tasks[i]
	if t.Status != work.TaskDone {
		return fmt.Sprintf("task %d (%s) is %s", t.N, t.Title, t.Status), "callout task done " + t.Ref(&d.Order)
	}
	for _, b := range d.Missing {
		if slices.Contains(b.Refs, id) {
			return b.Text, b.Fix
		}
	}
	return "", ""
}

// signed reports whether the newest word of the customer is a yes to the work as it is.
func (d *Delivery) signed() bool {
	n := len(d.SignOffs)
	return n > 0 && d.SignOffs[n-1].State == work.Signed
}

// ahead reports whether a document bills nothing but milestones with needs of their own. The
// order's completion is not what it waits for.
func (s *Snapshot) ahead(inv *Invoice) bool {
	for i := range inv.Lines {
		l := &inv.Lines[i]
		j := slices.IndexFunc(s.Milestones, func(m Milestone) bool { return m.ID == l.Source })
		if j < 0 || s.Milestones[j].Needs == nil {
			return false
		}
	}
	return len(inv.Lines) > 0
}

// ofOrder makes a requirement count only for documents that bill the order's work, not for
// those that bill milestones with needs of their own.
func ofOrder(check requirement) requirement {
	return func(s *Snapshot, sub *Subject) Requirement {
		q := check(s, sub)
		if q.Status == "" && q.Reason != "" && s.ahead(sub.Invoice) {
			q.Status, q.Reason = NotApplicable, "it bills milestones that have requirements of their own"
		}
		return q
	}
}
