package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// The table of Dynamics 365 Field Service (work-order-status-booking-status), row by
// row, with what it says there and what it means here. "Unscheduled" there is Unplanned here.
// The row {Completed, Partially Completed} is the trap that is not followed.
func TestRollUpRows(t *testing.T) {
	const (
		sched = dispatch.Scheduled
		prog  = dispatch.InProgress
		done  = dispatch.Completed
		part  = dispatch.PartiallyCompleted
		off   = dispatch.Canceled
	)
	tests := []struct {
		visits    []dispatch.Status
		there     string
		status    work.Status
		unplanned bool
	}{
		{nil, "Unscheduled", work.New, true},
		{[]dispatch.Status{sched}, "Scheduled", work.Scheduled, false},
		{[]dispatch.Status{prog}, "In Progress", work.InProgress, false},
		{[]dispatch.Status{done}, "Completed", work.InProgress, false}, // somebody completes the order
		{[]dispatch.Status{part}, "Unscheduled", work.InProgress, true},
		{[]dispatch.Status{off}, "Unscheduled", work.New, true},
		{[]dispatch.Status{sched, sched}, "Scheduled", work.Scheduled, false},
		{[]dispatch.Status{sched, prog}, "In Progress", work.InProgress, false},
		{[]dispatch.Status{sched, done}, "In Progress", work.InProgress, false},
		{[]dispatch.Status{sched, part}, "Scheduled", work.InProgress, false}, // begun, and planned
		{[]dispatch.Status{done, done}, "Completed", work.InProgress, false},
		{[]dispatch.Status{part, part}, "Unscheduled", work.InProgress, true},
		{[]dispatch.Status{prog, part}, "In Progress", work.InProgress, false},
		{[]dispatch.Status{done, part}, "Completed", work.InProgress, true}, // the trap
		{[]dispatch.Status{off, part}, "Unscheduled", work.InProgress, true},
		// Ours, which the table does not have.
		{[]dispatch.Status{dispatch.None}, "", work.New, true},
		{[]dispatch.Status{dispatch.None, sched}, "", work.Scheduled, false},
		{[]dispatch.Status{dispatch.None, done}, "", work.InProgress, true},
		{[]dispatch.Status{dispatch.Dispatched}, "", work.Scheduled, false},
		{[]dispatch.Status{dispatch.Traveling}, "", work.Scheduled, false},
		{[]dispatch.Status{dispatch.OnBreak}, "", work.InProgress, false},
		{[]dispatch.Status{dispatch.CannotComplete}, "", work.New, true},
		{[]dispatch.Status{off, done}, "", work.InProgress, false},
	}
	for _, tc := range tests {
		var rows []dispatch.AppointmentRow
		for i, s := range tc.visits {
			rows = append(rows, dispatch.AppointmentRow{ID: store.ID(rune('a' + i)), Status: s})
		}
		for _, order := range [][]dispatch.AppointmentRow{rows, reversed(rows)} {
			got := dispatch.RollUpOf(order)
			if got.Status != tc.status || got.Unplanned != tc.unplanned {
				t.Errorf("%v (there %q): %+v, want %s, unplanned %v", tc.visits, tc.there, got, tc.status, tc.unplanned)
			}
		}
	}
	taken := []dispatch.AppointmentRow{{ID: "a", Status: part, FollowOn: "b"}, {ID: "b", Status: done}}
	if got := dispatch.RollUpOf(taken); got.Unplanned {
		t.Errorf("what was taken over and done counts as outstanding: %+v", got)
	}
	taken[1].Status = off
	if got := dispatch.RollUpOf(taken); !got.Unplanned {
		t.Errorf("what was taken over by a visit that was called off is forgotten: %+v", got)
	}
}

func reversed(rows []dispatch.AppointmentRow) (out []dispatch.AppointmentRow) {
	for _, r := range rows {
		out = append([]dispatch.AppointmentRow{r}, out...)
	}
	return out
}

func TestOrdersFollowTheirVisits(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order("one")
	nine := vienna(t, "2026-03-02 09:00")
	expect := func(want work.Status) {
		t.Helper()
		if got := d.status(order); got != want {
			t.Errorf("the order is %s, want %s", got, want)
		}
	}
	expect(work.New)
	id := d.visit(order, nine, nine.Add(time.Hour), ana)
	expect(work.Scheduled)
	d.must(&dispatch.CancelVisit{Appointment: id})
	expect(work.New)
	id = d.visit(order, nine, nine.Add(time.Hour), ana)
	d.must(&work.HoldWorkOrder{ID: order}, "no access")
	expect(work.OnHold)
	d.must(&work.ResumeWorkOrder{ID: order})
	expect(work.Scheduled) // the visit stood all the time
	d.at(nine).must(&dispatch.Travel{Appointment: id})
	expect(work.Scheduled)
	d.must(&dispatch.Start{Appointment: id})
	expect(work.InProgress)
	d.must(&dispatch.Finish{Appointment: id, Outcome: dispatch.Completed})
	expect(work.InProgress)
	d.audit()
}

func TestCallingAnOrderOffFreesItsVisits(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order("one")
	nine := vienna(t, "2026-03-02 09:00")
	id := d.visit(order, nine, nine.Add(time.Hour), ana)
	rec := d.must(&work.CancelWorkOrder{ID: order}, "not wanted")
	if a := d.appointment(id); a.Status != dispatch.Canceled || a.Why != "WO-1001 was canceled" {
		t.Errorf("the visit is %s: %s", a.Status, a.Why)
	}
	d.visit(d.order(), nine, nine.Add(time.Hour), ana) // ana is free again
	// So taking the cancellation back would put two visits into one hour.
	d.refused("appointment.overlap", &store.Undo{Entry: rec.Seq})
	d.audit()
}

func TestAHoldNamesTheVisitsThatStay(t *testing.T) {
	d := newDepot(t)
	id := bring(d, "ana", dispatch.Scheduled)
	order := d.appointment(id).Order
	rec := d.must(&work.HoldWorkOrder{ID: order}, "no parts")
	var named []store.ID
	for _, e := range rec.Events {
		if e.Name == "appointment.order_on_hold" {
			named = append(named, e.Subject)
		}
	}
	if len(named) != 1 || named[0] != id || d.appointment(id).Status != dispatch.Scheduled {
		t.Errorf("named %v, the visit is %s", named, d.appointment(id).Status)
	}
	for _, cmd := range []store.Command{
		&dispatch.Dispatch{Appointment: id}, &dispatch.Travel{Appointment: id}, &dispatch.Start{Appointment: id},
	} {
		d.refused("appointment.order", cmd)
	}
}

func TestNoOrderIsCompletedUnderItsVisits(t *testing.T) {
	for _, tc := range []struct {
		status dispatch.Status
		want   string // "" when it may be completed
	}{
		{dispatch.None, ""}, {dispatch.Scheduled, "is still planned for Mon 2026-03-02 09:00 CET"},
		{dispatch.Dispatched, "is still planned"}, {dispatch.Traveling, "is traveling"},
		{dispatch.InProgress, "is in-progress"}, {dispatch.OnBreak, "is on-break"},
		{dispatch.Completed, ""}, {dispatch.CannotComplete, ""}, {dispatch.Canceled, ""},
	} {
		t.Run(string(tc.status), func(t *testing.T) {
			d := newDepot(t)
			id := bring(d, "ana", tc.status)
			order := d.appointment(id).Order
			done := &work.CompleteWorkOrder{ID: order, Outcome: work.CannotComplete}
			if tc.want != "" {
				if msg := d.refused("work_order.visit", done, "the house is gone"); !strings.Contains(msg, tc.want) {
					t.Errorf("refused with %q", msg)
				}
				return
			}
			d.must(done, "the house is gone")
			if tc.status == dispatch.None {
				if a := d.appointment(id); a.Status != dispatch.Canceled || a.Why != "WO-1001 was completed" {
					t.Errorf("the visit that waited is %s: %s", a.Status, a.Why)
				}
			}
		})
	}
}
