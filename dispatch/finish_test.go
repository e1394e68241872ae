package dispatch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func TestAPartialVisitHandsItsOpenTasksOn(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order("one", "two", "three")
	tasks := d.tasks(order)
	nine := vienna(t, "2026-03-02 09:00")
	id := d.visit(order, nine, nine.Add(time.Hour), ana)
	if got := d.appointment(id).Tasks; !slices.Equal(got, tasks) {
		t.Fatalf("the visit is for %v, not for all open tasks", got)
	}
	d.at(nine).must(&dispatch.Start{Appointment: id})
	d.at(nine.Add(time.Hour))
	part := &dispatch.Finish{Appointment: id, Outcome: dispatch.PartiallyCompleted, Done: tasks[:1]}
	d.refused("reason.missing", part)
	d.must(part, "a valve is missing")
	a := d.appointment(id)
	next := d.appointment(a.FollowOn)
	if a.Why != "a valve is missing" || next.Status != dispatch.None || !slices.Equal(next.Tasks, tasks[1:]) || next.Number != "APPT-1002" {
		t.Fatalf("it left %+v", next)
	}
	if got := d.status(order); got != work.InProgress {
		t.Errorf("the order is %s", got)
	}
	// Scheduling the order gives the waiting visit its time.
	tuesday := nine.Add(24 * time.Hour)
	again := d.visit(order, tuesday, tuesday.Add(time.Hour), ana)
	if again != next.ID || !slices.Equal(d.appointment(again).Tasks, tasks[1:]) {
		t.Errorf("a visit of its own was made: %v", d.visits(order))
	}
	d.at(tuesday).must(&dispatch.Start{Appointment: again})
	d.must(&dispatch.Finish{Appointment: again, Outcome: dispatch.Completed})
	if got := d.status(order); got != work.InProgress {
		t.Errorf("finishing the last visit made the order %s", got)
	}
	d.must(&work.CompleteWorkOrder{ID: order, Outcome: work.Done})
	d.audit()
}

func TestTasksNamedForANewVisitLeaveTheWaitingOne(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order("one", "two", "three")
	tasks := d.tasks(order)
	nine := vienna(t, "2026-03-02 09:00")
	id := d.visit(order, nine, nine.Add(time.Hour), ana)
	d.at(nine).must(&dispatch.Start{Appointment: id})
	d.must(&dispatch.Finish{Appointment: id, Outcome: dispatch.PartiallyCompleted}, "rain")
	waiting := d.appointment(id).FollowOn
	plan := func(hours int, named ...store.ID) *dispatch.Schedule {
		start := nine.Add(time.Duration(hours) * time.Hour)
		return &dispatch.Schedule{Order: order, Tasks: named, Technicians: []store.ID{ana}, Start: start, End: start.Add(time.Hour)}
	}
	half := plan(24, tasks[0])
	half.Appointment = waiting
	d.refused("appointment.task", half)
	second := d.must(plan(24, tasks[0])).Subject
	if w := d.appointment(waiting); second == waiting || !slices.Equal(w.Tasks, tasks[1:]) {
		t.Fatalf("%s waits with %v", w.Number, w.Tasks)
	}
	third := d.must(plan(48, tasks[1:]...)).Subject
	if third != waiting {
		t.Fatalf("the visit that waited with just these tasks was not taken: %v", d.visits(order))
	}
	d.audit()
}

func TestFinishingMarksTasksByTheRulesOfWork(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order("one")
	d.must(&work.AddTask{Order: order, Title: "two", Evidence: []work.EvidenceNeed{{Kind: work.Photo}}})
	tasks := d.tasks(order)
	nine := vienna(t, "2026-03-02 09:00")
	id := d.visit(order, nine, nine.Add(time.Hour), ana)
	d.at(nine).must(&dispatch.Start{Appointment: id})
	d.at(nine.Add(time.Hour))
	if msg := d.refused("task.blocked", &dispatch.Finish{Appointment: id, Outcome: dispatch.Completed}); !strings.Contains(msg, "photo") {
		t.Errorf("refused with %q", msg)
	}
	if got := d.appointment(id).Status; got != dispatch.InProgress {
		t.Errorf("the visit is %s after the refusal", got)
	}
	d.refused("appointment.done", &dispatch.Finish{Appointment: id, Outcome: dispatch.Completed, Done: tasks[:1]})
	d.refused("appointment.outcome", &dispatch.Finish{Appointment: id, Outcome: "half"})
	other := d.order("elsewhere")
	d.refused("appointment.task", &dispatch.Finish{Appointment: id, Outcome: dispatch.PartiallyCompleted, Done: d.tasks(other)}, "no")
	d.must(&work.MarkTaskDone{ID: tasks[0]})
	d.must(&dispatch.Finish{Appointment: id, Outcome: dispatch.PartiallyCompleted}, "no camera")
	if got := d.appointment(d.appointment(id).FollowOn).Tasks; !slices.Equal(got, tasks[1:]) {
		t.Errorf("handed on: %v", got)
	}
}

func TestWhollyDoneIsNotPartlyDone(t *testing.T) {
	d := newDepot(t)
	id := bring(d, "ana", dispatch.InProgress)
	part := &dispatch.Finish{Appointment: id, Outcome: dispatch.PartiallyCompleted, Done: d.appointment(id).Tasks}
	d.refused("appointment.whole", part, "why not")
}

func TestAVisitWithoutTasksCanBeFinishedInPart(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order()
	nine := vienna(t, "2026-03-02 09:00")
	id := d.visit(order, nine, nine.Add(time.Hour), ana)
	d.at(nine).must(&dispatch.Start{Appointment: id})
	d.must(&dispatch.Finish{Appointment: id, Outcome: dispatch.PartiallyCompleted}, "more to do")
	if next := d.appointment(id).FollowOn; d.appointment(next).Status != dispatch.None {
		t.Errorf("nothing waits after %s", id)
	}
}

// What a visit could not do is taken over by the next one that is planned, not before.
func TestGivingUpLeavesTheOrderUnplanned(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order("one")
	nine := vienna(t, "2026-03-02 09:00")
	id := d.visit(order, nine, nine.Add(time.Hour), ana)
	d.at(nine).must(&dispatch.Travel{Appointment: id})
	d.must(&dispatch.Finish{Appointment: id, Outcome: dispatch.CannotComplete}, "nobody there")
	if up := dispatch.RollUpOf(d.visits(order)); !up.Unplanned || d.status(order) != work.New {
		t.Errorf("the order is %s, %+v", d.status(order), up)
	}
	next := d.visit(order, nine.Add(24*time.Hour), nine.Add(25*time.Hour), ana)
	if up := dispatch.RollUpOf(d.visits(order)); up.Unplanned || d.appointment(id).FollowOn != next || d.status(order) != work.Scheduled {
		t.Errorf("the order is %s, %+v", d.status(order), up)
	}
}

func TestUndoOfAPartialFinish(t *testing.T) {
	d := newDepot(t)
	id := bring(d, "ana", dispatch.InProgress)
	before := d.appointment(id)
	rec := d.must(&dispatch.Finish{Appointment: id, Outcome: dispatch.PartiallyCompleted, Done: before.Tasks[:1]}, "rain")
	d.must(&store.Undo{Entry: rec.Seq})
	after := d.appointment(id)
	if after.Status != dispatch.InProgress || after.FollowOn != "" || len(after.Stamps) != len(before.Stamps) {
		t.Errorf("after undo it is %+v", after)
	}
	if got := d.visits(after.Order); len(got) != 1 {
		t.Errorf("the follow-on is still there: %v", got)
	}
}
