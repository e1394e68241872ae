package work_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

const (
	shaA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	shaB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// photo is evidence for task t (or none) or deliverable d (or none) of an order.
func photo(order store.ID, sha string, task, deliverable store.ID) *work.AddEvidence {
	return &work.AddEvidence{
		Order: order, Task: task, Deliverable: deliverable, Kind: work.Photo,
		File: sha[:4] + ".jpg", SHA256: sha, Bytes: 10, MediaType: "image/jpeg", Kept: true,
	}
}

// ready answers and acknowledges what keeps a press service from starting.
func (b *bench) ready(id store.ID) {
	b.t.Helper()
	run := b.checklist(id, 1, "lockout")
	b.do(&work.AnswerChecklist{Run: run.ID, Answers: []work.Given{{Question: "tagged", Value: "yes"}}})
	b.do(&work.Acknowledge{Run: run.ID, Person: "Ben"})
}

// finish does everything that a press service asks for.
func (b *bench) finish(id store.ID) {
	b.t.Helper()
	b.ready(id)
	b.do(&work.AnswerChecklist{Run: b.checklist(id, 1, "press").ID, Answers: []work.Given{{Question: "pressure", Value: "2"}}})
	b.do(photo(id, shaA, b.task(id, 2).ID, ""))
	b.do(photo(id, shaB, b.task(id, 2).ID, ""))
	b.do(&work.MarkTaskDone{ID: b.task(id, 1).ID})
	b.do(&work.MarkTaskDone{ID: b.task(id, 2).ID})
}

func codes(blockers []work.Blocker) []string {
	var out []string
	for _, b := range blockers {
		out = append(out, b.Code)
	}
	return out
}

// Each way of recording one thing more takes exactly its blocker away, until an order
// can be completed.
func TestFinishBlockersGoOneByOne(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	left := func() []string {
		var found []work.Blocker
		b.view(func(r store.Reader) error {
			w, err := work.WorkOrders.Get(r, id)
			if err != nil {
				return err
			}
			found, err = work.FinishBlockers(r, w)
			return err
		})
		for _, bl := range found {
			if bl.Text == "" || !strings.HasPrefix(bl.Fix, "callout ") || len(bl.Refs) == 0 {
				t.Errorf("a blocker does not explain itself: %+v", bl)
			}
		}
		return codes(found)
	}
	want := []string{
		"checklist.unanswered", "safety.unacknowledged", "checklist.unanswered", "task.open", // of task 1
		"evidence.missing", "task.open", // of task 2; task 3 is optional
	}
	step := func(cmd store.Command, drop int) {
		t.Helper()
		b.refused("work_order.blocked", &work.CompleteWorkOrder{ID: id, Outcome: work.Done})
		b.do(cmd)
		if drop >= 0 {
			want = slices.Delete(want, drop, drop+1)
		}
		if got := left(); !slices.Equal(got, want) {
			t.Fatalf("after %s: %q, want %q", cmd.Name(), got, want)
		}
	}
	if got := left(); !slices.Equal(got, want) {
		t.Fatalf("at first: %q, want %q", got, want)
	}
	lockout, press := b.checklist(id, 1, "lockout"), b.checklist(id, 1, "press")
	step(&work.AnswerChecklist{Run: lockout.ID, Answers: []work.Given{{Question: "tagged", Value: "yes"}}}, 0)
	step(&work.Acknowledge{Run: lockout.ID, Person: "Ben"}, 0)
	step(&work.AnswerChecklist{Run: press.ID, Answers: []work.Given{{Question: "pressure", Value: "2"}}}, 0)
	step(&work.MarkTaskDone{ID: b.task(id, 1).ID}, 0)
	step(photo(id, shaA, b.task(id, 2).ID, ""), -1) // the second photo is still missing
	step(photo(id, shaB, b.task(id, 2).ID, ""), 0)
	step(&work.MarkTaskDone{ID: b.task(id, 2).ID}, 0)
	b.do(&work.CompleteWorkOrder{ID: id, Outcome: work.Done})
	b.sound()
}

func TestTaskTransitions(t *testing.T) {
	b := newBench(t)
	id := b.order("Refit")
	required := b.do(&work.AddTask{Order: id, Title: "Drain"})
	optional := b.do(&work.AddTask{Order: id, Title: "Polish", Optional: true})
	for _, c := range []struct {
		cmd  store.Command
		code string
		task store.ID
		want work.TaskStatus
	}{
		{&work.TakeTaskUp{ID: required}, "task.transition", required, work.TaskOpen},
		{&work.SkipTask{ID: required}, "task.required", required, work.TaskOpen},
		{&work.MarkTaskDone{ID: required}, "", required, work.TaskDone},
		{&work.MarkTaskDone{ID: required}, "task.transition", required, work.TaskDone},
		{&work.SkipTask{ID: required}, "task.transition", required, work.TaskDone},
		{&work.TakeTaskUp{ID: required}, "", required, work.TaskOpen},
		{&work.SkipTask{ID: optional}, "", optional, work.TaskSkipped},
		{&work.MarkTaskDone{ID: optional}, "task.transition", optional, work.TaskSkipped},
		{&work.SkipTask{ID: optional}, "task.transition", optional, work.TaskSkipped},
		{&work.TakeTaskUp{ID: optional}, "", optional, work.TaskOpen},
		{&work.MarkTaskDone{ID: optional}, "", optional, work.TaskDone},
	} {
		if c.code != "" {
			b.refused(c.code, c.cmd)
		} else {
			b.do(c.cmd)
		}
		if got := read(b, work.Tasks, c.task).Status; got != c.want {
			t.Fatalf("after %s: %s, want %s", c.cmd.Name(), got, c.want)
		}
		b.sound()
	}
}

func TestDoingATaskBeginsTheWork(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	b.refused("work_order.blocked", &work.MarkTaskDone{ID: b.task(id, 1).ID})
	b.finish(id)
	if w := b.get(id); w.Status != work.InProgress || !w.StartedAt.Equal(morning) {
		t.Errorf("%+v", w)
	}
	b.do(&work.HoldWorkOrder{ID: id}, "no power")
	b.refused("work_order.transition", &work.MarkTaskDone{ID: b.task(id, 3).ID})
}

// A visit for the second task does not wait for the safety papers of the first.
func TestBeginLooksAtTheTasksOfTheVisit(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	visit := func(n int) store.Command {
		task := b.task(id, n).ID
		return &call{func(tx *store.Tx) error { return work.Begin(tx, id, task) }}
	}
	b.refused("work_order.blocked", visit(1))
	b.do(visit(2))
	b.refused("work_order.blocked", visit(1)) // a second visit, while the order is in progress
	b.ready(id)
	b.do(visit(1))
}

func TestTasksOfAFinishedOrderStay(t *testing.T) {
	b := newBench(t)
	id := b.order("Refit")
	task := b.do(&work.AddTask{Order: id, Title: "Drain"})
	b.do(&work.StartWorkOrder{ID: id})
	b.do(&work.MarkTaskDone{ID: task})
	b.do(&work.CompleteWorkOrder{ID: id, Outcome: work.Done})
	for _, cmd := range []store.Command{&work.AddTask{Order: id, Title: "More"}, &work.TakeTaskUp{ID: task}, &work.EditTask{ID: task}} {
		b.refused("work_order.completed", cmd)
	}
	if err := b.undo("task.done.v1"); fault.CodeOf(err) != "work_order.done" {
		t.Errorf("taking back a task of a completed order: %v", err)
	}
	if err := b.undo("task.add.v1"); err == nil {
		t.Error("a task was taken back under what was done with it")
	}
	b.sound()
}

func TestUndoTakesBackTheWholeCreation(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	if err := b.undo("work_order.create.v1"); err != nil {
		t.Fatal(err)
	}
	if n := len(of(b, work.Tasks, id)) + len(of(b, work.Deliverables, id)) + len(of(b, work.ChecklistRuns, id)); n != 0 {
		t.Errorf("%d records are left", n)
	}
	if err := b.undo("customer.add.v1"); fault.CodeOf(err) != "undo.rests" {
		t.Errorf("the customer was taken back under a site: %v", err)
	}
	id = b.order("", service)
	b.do(&work.AddTask{Order: id, Title: "One more"})
	if err := b.undo("work_order.create.v1"); fault.CodeOf(err) != "undo.rests" {
		t.Errorf("the order was taken back under a task: %v", err)
	}
	b.sound()
}

func TestFindTask(t *testing.T) {
	b := newBench(t)
	id := b.order("Refit")
	task := b.do(&work.AddTask{Order: id, Title: "Drain"})
	b.do(&work.AddTask{Order: id, Title: "Fill"})
	for ref, want := range storetest.InOrder(map[string]struct {
		id   store.ID
		kind fault.Kind
	}{
		"wo-1001/1":       {task, ""},
		string(id) + "/1": {task, ""},
		string(task):      {task, ""},
		"WO-1001/3":       {"", fault.NotFound},
		"WO-1009/1":       {"", fault.NotFound},
		"WO-1001":         {"", fault.Invalid},
		"WO-1001/0":       {"", fault.Invalid},
		"WO-1001/x":       {"", fault.Invalid},
	}) {
		b.view(func(r store.Reader) error {
			got, err := work.FindTask(r, ref)
			if got != want.id || fault.KindOf(err) != want.kind {
				t.Errorf("%s: %s, %v", ref, got, err)
			}
			return nil
		})
	}
}

func TestWorkIsNotDoneBeforeItBegan(t *testing.T) {
	b := newBench(t)
	id := b.order("Refit")
	task := b.do(&work.AddTask{Order: id, Title: "Drain"})
	b.later(-time.Hour).refused("work_order.order", &work.StartWorkOrder{ID: id})
	b.later(2 * time.Hour).do(&work.StartWorkOrder{ID: id})
	b.later(-time.Minute).refused("task.order", &work.MarkTaskDone{ID: task})
	b.refused("work_order.order", &work.CompleteWorkOrder{ID: id, Outcome: work.CannotComplete}, "no")
}
