package work

import (
	"fmt"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// TaskAction is what can happen to a task.
type TaskAction string

// The actions on a task.
const (
	DoTask     TaskAction = "done"
	LeaveTask  TaskAction = "skip"
	ReopenTask TaskAction = "reopen"
)

// TaskTransitions is the life of a task.
func TaskTransitions() map[TaskStatus]map[TaskAction]TaskStatus {
	return map[TaskStatus]map[TaskAction]TaskStatus{
		TaskOpen:    {DoTask: TaskDone, LeaveTask: TaskSkipped},
		TaskDone:    {ReopenTask: TaskOpen},
		TaskSkipped: {ReopenTask: TaskOpen},
	}
}

// move takes a task through the table.
func (t *Task) move(a TaskAction, w *WorkOrder) error {
	next, ok := TaskTransitions()[t.Status][a]
	if ok {
		t.Status = next
		return nil
	}
	err := fault.Refusedf("task %d of %s (%s) is %s", t.N, w.Number, t.Title, t.Status).With("task.transition")
	if t.Status == TaskOpen {
		return err.Hint("callout task done %s", t.Ref(w))
	}
	return err.Hint("callout task reopen %s", t.Ref(w))
}

// taskOf reads a task with its order, which must be open.
func taskOf(r store.Reader, id store.ID, doing string) (*Task, *WorkOrder, error) {
	t, err := Tasks.Get(r, id)
	if err != nil {
		return nil, nil, err
	}
	w, err := openOrder(r, t.Order, doing)
	return t, w, err
}

// MarkTaskDone records that a task is done, with everything that it asks for. Doing a
// task of an order on which work has not begun begins the work, if it may begin.
type MarkTaskDone struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *MarkTaskDone) Name() string { return "task.done.v1" }

// Undoable implements store.Undoable.
func (c *MarkTaskDone) Undoable() {}

// Do implements store.Command.
func (c *MarkTaskDone) Do(tx *store.Tx) error {
	t, w, err := taskOf(tx, c.ID, "its tasks cannot be done")
	if err != nil {
		return err
	}
	if err := t.move(DoTask, w); err != nil {
		return err
	}
	if err := begin(tx, w, t.ID); err != nil {
		return err
	}
	blockers, err := TaskBlockers(tx, w, t)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("task %d of %s (%s) is not done", t.N, w.Number, t.Title)
	if err := refusal(what, "task.blocked", blockers); err != nil {
		return err
	}
	if tx.Env.OccurredAt.Before(w.StartedAt) {
		return fault.Invalidf("at", "work on %s began only at %s", w.Number, w.StartedAt.Format(timeLayout)).With("task.order")
	}
	t.DoneAt, t.DoneBy = tx.Env.OccurredAt, tx.Env.Actor.ID
	tx.Returns(t.ID, t.Ref(w))
	tx.Emit("task.done", t.ID, map[string]any{"order": w.ID})
	return Tasks.Put(tx, t)
}

// SkipTask leaves an optional task out.
type SkipTask struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *SkipTask) Name() string { return "task.skip.v1" }

// Undoable implements store.Undoable.
func (c *SkipTask) Undoable() {}

// Do implements store.Command.
func (c *SkipTask) Do(tx *store.Tx) error {
	t, w, err := taskOf(tx, c.ID, "its tasks cannot be skipped")
	if err != nil {
		return err
	}
	if err := t.move(LeaveTask, w); err != nil {
		return err
	}
	if !t.Optional {
		return fault.Refusedf("task %d of %s (%s) is required and cannot be skipped", t.N, w.Number, t.Title).
			With("task.required").Hint("callout task edit %s --optional", t.Ref(w)).
			Hint(`callout wo complete %s --outcome cannot-complete --reason "…"`, w.Number)
	}
	if t.Why, err = prose("reason", tx.Env.Reason); err != nil {
		return err
	}
	tx.Returns(t.ID, t.Ref(w))
	tx.Emit("task.skipped", t.ID, map[string]any{"order": w.ID})
	return Tasks.Put(tx, t)
}

// TakeTaskUp opens a task that was done or skipped again.
type TakeTaskUp struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *TakeTaskUp) Name() string { return "task.reopen.v1" }

// Undoable implements store.Undoable.
func (c *TakeTaskUp) Undoable() {}

// Do implements store.Command.
func (c *TakeTaskUp) Do(tx *store.Tx) error {
	t, w, err := taskOf(tx, c.ID, "its tasks cannot be reopened")
	if err != nil {
		return err
	}
	end := TaskEnd{t.Status, t.DoneAt, t.DoneBy, t.Why, 0, strings.TrimSpace(tx.Env.Reason)}
	if err := t.move(ReopenTask, w); err != nil {
		return err
	}
	if n := len(w.Reopened); n > 0 && w.Reopened[n-1].Amendment > 0 && end.DoneAt.Before(w.Reopened[n-1].At) {
		end.Revision = w.Reopened[n-1].Amendment - 1 // it had ended in the revision before
	} else {
		end.Revision = w.Amending()
	}
	t.Before = append(t.Before, end)
	t.DoneAt, t.DoneBy, t.Why = time.Time{}, "", ""
	tx.Returns(t.ID, t.Ref(w))
	tx.Emit("task.reopened", t.ID, map[string]any{"order": w.ID})
	return Tasks.Put(tx, t)
}
