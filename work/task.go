package work

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Task is a piece of a work order.
type Task struct {
	store.Record
	Order    store.ID       `json:"order"`
	N        int            `json:"n"` // 1, 2, … within the order; people say "task 2"
	Title    string         `json:"title"`
	Skills   []SkillNeed    `json:"skills,omitempty"`
	Minutes  int            `json:"estimate_minutes,omitempty"`
	Evidence []EvidenceNeed `json:"evidence,omitempty"`
	Persons  int            `json:"persons,omitempty"`  // how many it takes; 0 counts as 1
	Optional bool           `json:"optional,omitempty"` // need not be done for the order to be completed
	Status   TaskStatus     `json:"status"`
	DoneAt   time.Time      `json:"done_at,omitzero"`
	DoneBy   store.ID       `json:"done_by,omitempty"`
	Why      string         `json:"why,omitempty"` // why it was skipped
	// Revision is the amendment of the order that it was added in; 0 is the first revision.
	Revision int `json:"revision,omitempty"`
	// Before is how it stood whenever it was taken up again, oldest first.
	Before []TaskEnd `json:"before,omitempty"`
}

// TaskEnd is how a task had ended before it was taken up again.
type TaskEnd struct {
	Status   TaskStatus `json:"status"`
	DoneAt   time.Time  `json:"done_at,omitzero"`
	DoneBy   store.ID   `json:"done_by,omitempty"`
	Why      string     `json:"why,omitempty"`
	Revision int        `json:"revision,omitempty"` // of the order at that time
	Reason   string     `json:"reason,omitempty"`   // why it was taken up again
}

// SkillNeed is a skill at a level, 1 or higher; 0 counts as 1.
type SkillNeed struct {
	Skill string `json:"skill" yaml:"skill"`
	Level int    `json:"level,omitempty" yaml:"level,omitempty"`
}

// EvidenceNeed is what must be attached before the task is done.
type EvidenceNeed struct {
	Kind  EvidenceKind `json:"kind" yaml:"kind"`
	Title string       `json:"title,omitempty" yaml:"title,omitempty"`
	Count int          `json:"count,omitempty" yaml:"count,omitempty"` // 0 counts as 1
}

// TaskStatus is where a task stands.
type TaskStatus string

// The statuses of a task.
const (
	TaskOpen    TaskStatus = "open"
	TaskDone    TaskStatus = "done"
	TaskSkipped TaskStatus = "skipped" // an optional task that was left out
)

// TaskRow is what a list of tasks shows.
type TaskRow struct {
	ID      store.ID   `json:"id"`
	Order   store.ID   `json:"order"`
	N       int        `json:"n"`
	Title   string     `json:"title"`
	Status  TaskStatus `json:"status"`
	Minutes int        `json:"estimate_minutes,omitempty"`
}

// Tasks holds the tasks, by order and number.
var Tasks = store.Define(store.Def[Task, TaskRow]{
	Name: "task", Prefix: "task", Title: "task",
	Row: func(t *Task) TaskRow { return TaskRow{t.ID, t.Order, t.N, t.Title, t.Status, t.Minutes} },
	Indexes: []store.Index[Task]{{
		Name: "order", Unique: true,
		Keys: func(t *Task) []store.Key { return []store.Key{store.K(t.Order, t.N)} },
	}},
})

// Ref is how people and pipes name the task: WO-1042/2.
func (t *Task) Ref(w *WorkOrder) string { return fmt.Sprintf("%s/%d", w.Number, t.N) }

// FindTask resolves what a person typed for a task: an id, or ORDER/NUMBER.
func FindTask(r store.Reader, ref string) (store.ID, error) {
	return findNumbered(r, Tasks.Prefix(), "task", ref, Tasks.IDs)
}

// findNumbered resolves ORDER/N, or an id, for the things that are numbered within an order.
func findNumbered(
	r store.Reader, prefix, what, ref string, ids func(store.Reader, string, store.Key) iter.Seq2[store.ID, error],
) (store.ID, error) {
	if id := store.ID(ref); id.Valid() && id.Prefix() == prefix {
		return id, nil
	}
	order, number, ok := strings.Cut(ref, "/")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 {
		return "", fault.Invalidf(what, "%q names no %s; write WO-1042/2 for the second one of WO-1042", ref, what).
			With(what + ".syntax")
	}
	w, err := WorkOrders.Find(r, order)
	if err != nil {
		return "", err
	}
	for id, err := range ids(r, "order", store.K(w.ID, n)) {
		return id, err
	}
	return "", fault.NotFoundf("%s has no %s %d", w.Number, what, n).Hint("callout %s list %s", what, w.Number)
}

// checkTaskNeeds refuses needs that make no sense.
func checkTaskNeeds(field string, skills []SkillNeed, minutes int, evidence []EvidenceNeed) error {
	const maxMinutes = 366 * 24 * 60
	if minutes < 0 || minutes > maxMinutes {
		return fault.Invalidf(field, "an estimate of %d minutes is not between 0 and a year", minutes).With("task.estimate")
	}
	for i, s := range skills {
		if _, err := required(field, s.Skill, "a skill has no name"); err != nil {
			return err
		}
		if s.Level < 0 {
			return fault.Invalidf(field, "the level of skill %s is negative", s.Skill).With("task.skill")
		}
		again := slices.ContainsFunc(skills[:i], func(o SkillNeed) bool { return party.Fold(o.Skill) == party.Fold(s.Skill) })
		if again {
			return fault.Invalidf(field, "the skill %s is named twice", s.Skill).With("task.skill")
		}
	}
	for _, e := range evidence {
		if err := e.Kind.Validate(); err != nil {
			return err
		}
		if e.Count < 0 || e.Count > 1000 {
			return fault.Invalidf(field, "%d pieces of evidence are not between 0 and 1000", e.Count).With("task.evidence")
		}
	}
	return nil
}

// AddTask adds a task to an order.
type AddTask struct {
	Order      store.ID       `json:"order"`
	Title      string         `json:"title"`
	Skills     []SkillNeed    `json:"skills,omitempty"`
	Minutes    int            `json:"estimate_minutes,omitempty"`
	Checklists []string       `json:"checklists,omitempty"` // template names
	Evidence   []EvidenceNeed `json:"evidence,omitempty"`
	Persons    int            `json:"persons,omitempty"` // how many it takes; 0 counts as 1
	Optional   bool           `json:"optional,omitempty"`
}

// Name implements store.Command.
func (c *AddTask) Name() string { return "task.add.v1" }

// Undoable implements store.Undoable.
func (c *AddTask) Undoable() {}

// Do implements store.Command.
func (c *AddTask) Do(tx *store.Tx) error {
	w, err := openOrder(tx, c.Order, "a task cannot be added")
	if err != nil {
		return err
	}
	t := &Task{
		Order: w.ID, N: 1, Title: c.Title, Skills: c.Skills, Minutes: c.Minutes,
		Evidence: c.Evidence, Persons: c.Persons, Optional: c.Optional, Status: TaskOpen, Revision: w.Amending(),
	}
	if err := t.check(); err != nil {
		return err
	}
	last := store.Prefix(store.K(w.ID))
	last.Reverse = true
	for row, err := range Tasks.Rows(tx, "order", last) {
		if err != nil {
			return err
		}
		t.N = row.N + 1
		break
	}
	t.ID = Tasks.NewID(tx, "")
	if err := Tasks.Put(tx, t); err != nil {
		return err
	}
	if err := attachChecklists(tx, t, c.Checklists); err != nil {
		return err
	}
	tx.Returns(t.ID, t.Ref(w))
	tx.Emit("task.added", t.ID, map[string]any{"order": w.ID, "title": t.Title})
	return nil
}

func (t *Task) check() (err error) {
	if t.Title, err = required("title", t.Title, "a task needs a title"); err != nil {
		return err
	}
	const maxPersons = 1000
	if t.Persons < 0 || t.Persons > maxPersons {
		return fault.Invalidf("persons", "%d people are not between 0 and %d", t.Persons, maxPersons).With("task.persons")
	}
	return checkTaskNeeds("task", t.Skills, t.Minutes, t.Evidence)
}

// EditTask changes the fields that are given. What a task asks for cannot be changed any
// more once it is done; reopen it first.
type EditTask struct {
	ID       store.ID        `json:"id"`
	Title    *string         `json:"title,omitempty"`
	Skills   *[]SkillNeed    `json:"skills,omitempty"`
	Minutes  *int            `json:"estimate_minutes,omitempty"`
	Evidence *[]EvidenceNeed `json:"evidence,omitempty"`
	Persons  *int            `json:"persons,omitempty"`
	Optional *bool           `json:"optional,omitempty"`
}

// Name implements store.Command.
func (c *EditTask) Name() string { return "task.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditTask) Undoable() {}

// Do implements store.Command.
func (c *EditTask) Do(tx *store.Tx) error {
	t, err := Tasks.Get(tx, c.ID)
	if err != nil {
		return err
	}
	w, err := openOrder(tx, t.Order, "its tasks cannot be edited")
	if err != nil {
		return err
	}
	if t.Status != TaskOpen {
		return fault.Refusedf("task %d of %s is %s and cannot be edited", t.N, w.Number, t.Status).With("task.transition").
			Hint("callout task reopen %s", t.Ref(w))
	}
	set(&t.Title, c.Title)
	set(&t.Skills, c.Skills)
	set(&t.Minutes, c.Minutes)
	set(&t.Evidence, c.Evidence)
	set(&t.Persons, c.Persons)
	set(&t.Optional, c.Optional)
	if err := t.check(); err != nil {
		return err
	}
	tx.Returns(t.ID, t.Ref(w))
	return Tasks.Put(tx, t)
}
