package work

import (
	"maps"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/store"
)

// Status is where an order stands. Rules read this word only.
type Status string

// The statuses of a work order.
const (
	New        Status = "new"
	Scheduled  Status = "scheduled" // a visit is planned
	InProgress Status = "in-progress"
	OnHold     Status = "on-hold"
	Completed  Status = "completed"
	Closed     Status = "closed" // nothing can change any more
	Canceled   Status = "canceled"
)

// Statuses lists all statuses in the order of an order's life.
func Statuses() []Status {
	return []Status{New, Scheduled, InProgress, OnHold, Completed, Closed, Canceled}
}

// Outcome is how a completed order ended.
type Outcome string

// The outcomes.
const (
	Done           Outcome = "done"
	CannotComplete Outcome = "cannot-complete"
)

// Action is what can happen to a work order.
type Action string

// The actions. An order on which work has begun resumes and reopens into progress; one
// on which it has not becomes new again. Schedule and unschedule follow from visits.
const (
	Schedule    Action = "schedule"
	Unschedule  Action = "unschedule"
	Start       Action = "start"
	PutOnHold   Action = "hold"
	Resume      Action = "resume"
	ResumeBegun Action = "resume-begun"
	Complete    Action = "complete"
	Reopen      Action = "reopen"
	ReopenBegun Action = "reopen-begun"
	Close       Action = "close"
	Cancel      Action = "cancel"
)

// Actions lists all actions.
func Actions() []Action {
	return []Action{
		Schedule, Unschedule, Start, PutOnHold, Resume, ResumeBegun,
		Complete, Reopen, ReopenBegun, Close, Cancel,
	}
}

// Transitions is the life of a work order: what an action makes of a status. What is
// not here is refused. An order on which work has begun is not canceled but completed
// with the outcome cannot-complete, so that what was done can still be billed.
func Transitions() map[Status]map[Action]Status {
	return map[Status]map[Action]Status{
		New: {
			Schedule: Scheduled, Start: InProgress, PutOnHold: OnHold, Complete: Completed, Cancel: Canceled,
		},
		Scheduled: {
			Unschedule: New, Start: InProgress, PutOnHold: OnHold, Complete: Completed, Cancel: Canceled,
		},
		InProgress: {PutOnHold: OnHold, Complete: Completed},
		OnHold:     {Resume: New, ResumeBegun: InProgress, Cancel: Canceled},
		Completed:  {Reopen: New, ReopenBegun: InProgress, Close: Closed},
		Closed:     {},
		Canceled:   {Reopen: New},
	}
}

// verb is the command line's word for an action, or "" for one that only follows from others.
func (a Action) verb() string {
	switch a {
	case Schedule, Unschedule:
		return ""
	case ResumeBegun:
		return string(Resume)
	case ReopenBegun:
		return string(Reopen)
	default:
		return string(a)
	}
}

// past is how a refusal names an action.
func (a Action) past() string {
	switch a {
	case Schedule:
		return "scheduled"
	case Unschedule:
		return "unscheduled"
	case Start:
		return "started"
	case PutOnHold:
		return "put on hold"
	case Resume, ResumeBegun:
		return "resumed"
	case Complete:
		return "completed"
	case Reopen, ReopenBegun:
		return "reopened"
	case Close:
		return "closed"
	default:
		return "canceled"
	}
}

// move takes the order through the table. It is the only place where a status changes.
func (w *WorkOrder) move(a Action) error {
	if w.Begun() {
		switch a {
		case Resume:
			a = ResumeBegun
		case Reopen:
			a = ReopenBegun
		}
	}
	if a == Cancel && w.Begun() && w.Status != Canceled {
		return fault.Refusedf("%s cannot be canceled: work on it has begun", w.Number).With("work_order.begun").
			Hint(`callout wo complete %s --outcome cannot-complete --reason "…"`, w.Number)
	}
	next, ok := Transitions()[w.Status][a]
	if !ok {
		return w.refuse(a)
	}
	w.Status = next
	return nil
}

// Refusal says why the order does not take an action as it stands, and what it takes instead. It is
// empty where the table allows it; more may stand against it.
func (w *WorkOrder) Refusal(a Action) string {
	other := *w
	if err := other.move(a); err != nil {
		return err.Error()
	}
	return ""
}

// Refusal is [WorkOrder.Refusal] as far as the row knows: whether work on the order has begun is for the command to see.
func (r WorkOrderRow) Refusal(a Action) string {
	return (&WorkOrder{Number: r.Number, Status: r.Status}).Refusal(a)
}

// refuse says why an action is not possible and what is.
func (w *WorkOrder) refuse(a Action) error {
	can := w.possible()
	err := fault.Refusedf("%s is %s and cannot be %s", w.Number, w.Status, a.past()).With("work_order.transition")
	if len(can) == 0 {
		err.Msg += "; nothing can be done with it any more"
		return err.Hint("callout wo show %s", w.Number)
	}
	err.Msg += "; possible: " + strings.Join(can, ", ")
	if can[0] == Reopen.verb() || can[0] == Cancel.verb() {
		return err.Hint(`callout wo %s %s --reason "…"`, can[0], w.Number)
	}
	return err.Hint("callout wo %s %s", can[0], w.Number)
}

// possible lists the verbs that the table allows from where the order stands, those
// that lead on before those that end it.
func (w *WorkOrder) possible() []string {
	row := Transitions()[w.Status]
	rank := Actions()
	actions := slices.SortedFunc(maps.Keys(row), func(a, b Action) int {
		return slices.Index(rank, a) - slices.Index(rank, b)
	})
	var verbs []string
	for _, a := range actions {
		begun := a == ResumeBegun || a == ReopenBegun
		if (a == Resume || a == Reopen || begun) && begun != w.Begun() || a == Cancel && w.Begun() {
			continue
		}
		if v := a.verb(); v != "" {
			verbs = append(verbs, v)
		}
	}
	return verbs
}

// openOrder returns an order that work can still be added to or recorded on; one that
// is completed, closed or canceled is refused. Doing says what was to be done, as in
// "a task cannot be added".
func openOrder(r store.Reader, id store.ID, doing string) (*WorkOrder, error) {
	w, err := unfinishedOrder(r, id, doing)
	if err == nil && w.Status == Completed {
		return nil, fault.Refusedf("%s is completed: %s", w.Number, doing).With("work_order.completed").
			Hint(`callout wo reopen %s --reason "…"`, w.Number)
	}
	return w, err
}

// unfinishedOrder is openOrder for what may also be recorded on a completed order, as
// long as it is not closed: evidence that comes in late, a sign-off, a waiver.
func unfinishedOrder(r store.Reader, id store.ID, doing string) (*WorkOrder, error) {
	w, err := WorkOrders.Get(r, id)
	if err != nil {
		return nil, err
	}
	if w.Status == Closed || w.Status == Canceled {
		err := fault.Refusedf("%s is %s: %s", w.Number, w.Status, doing).With("work_order." + string(w.Status))
		if w.Status == Canceled {
			return nil, err.Hint(`callout wo reopen %s --reason "…"`, w.Number)
		}
		return nil, err.Hint("callout wo create …   (new work is a new order)")
	}
	return w, nil
}
