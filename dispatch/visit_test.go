package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func TestSafetyComesBeforeTheStart(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	d.must(&work.AddChecklist{Checklist: "gas", Body: work.Checklist{Title: "Gas", Safety: true, Text: "Close the main valve."}})
	order := d.order("paint")
	d.must(&work.AddTask{Order: order, Title: "burner", Checklists: []string{"gas"}})
	tasks := d.tasks(order)
	nine := vienna(t, "2026-03-02 09:00")
	paint := d.must(&dispatch.Schedule{Order: order, Tasks: tasks[:1], Technicians: []store.ID{ana}, Start: nine, End: nine.Add(time.Hour)}).Subject
	burner := d.must(&dispatch.Schedule{Order: order, Tasks: tasks[1:], Technicians: []store.ID{ana}, Start: nine.Add(time.Hour), End: nine.Add(2 * time.Hour)}).Subject
	d.at(nine).must(&dispatch.Start{Appointment: paint}) // does not wait for the papers of the other task
	d.must(&dispatch.Finish{Appointment: paint, Outcome: dispatch.Completed})
	d.at(nine.Add(time.Hour))
	if msg := d.refused("work_order.blocked", &dispatch.Start{Appointment: burner}); !strings.Contains(msg, "gas") {
		t.Errorf("refused with %q", msg)
	}
	var run store.ID
	d.read(func(r store.Reader) error {
		for c, err := range work.ChecklistRuns.By(r, "task", store.K(tasks[1])) {
			if err != nil {
				return err
			}
			run = c.ID
		}
		return nil
	})
	d.must(&work.Acknowledge{Run: run, Person: "Ana Gruber"})
	d.must(&dispatch.Start{Appointment: burner})
}

func TestThePrerequisiteComesBeforeTheStart(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	first, second := d.order("dig"), d.order("pour")
	d.must(&work.LinkWorkOrder{ID: second, After: work.Prerequisite{Order: first}})
	nine := vienna(t, "2026-03-02 09:00")
	plan := &dispatch.Schedule{
		Order: second, Technicians: []store.ID{ana}, Start: nine, End: nine.Add(time.Hour),
		Accept: []dispatch.Code{dispatch.Prerequisite},
	}
	id := d.must(plan, "we will be quick").Subject
	d.at(nine)
	// What was accepted is the plan; that the ground is not dug yet stays a fact.
	if msg := d.refused("work_order.blocked", &dispatch.Start{Appointment: id}); !strings.Contains(msg, "WO-1001") {
		t.Errorf("refused with %q", msg)
	}
	d.must(&work.MarkTaskDone{ID: d.tasks(first)[0]})
	d.must(&work.CompleteWorkOrder{ID: first, Outcome: work.Done})
	d.must(&dispatch.Start{Appointment: id})
}

func TestNobodyIsInTwoPlaces(t *testing.T) {
	d := newDepot(t)
	ana, bert := d.technician("ana", "", ""), d.technician("bert", "", "")
	nine := vienna(t, "2026-03-02 09:00")
	first := d.visit(d.order(), nine, nine.Add(time.Hour), ana, bert)
	second := d.visit(d.order(), nine.Add(time.Hour), nine.Add(2*time.Hour), bert)
	d.at(nine).must(&dispatch.Start{Appointment: first})
	d.at(nine.Add(70 * time.Minute))
	for _, cmd := range []store.Command{&dispatch.Travel{Appointment: second}, &dispatch.Start{Appointment: second}} {
		msg := d.refused("technician.busy", cmd)
		if want := "bert has been at work on APPT-1001 since Mon 2026-03-02 09:00 CET"; !strings.Contains(msg, want) {
			t.Errorf("refused with %q", msg)
		}
	}
	// A break frees them; then the first job cannot go on while the second does.
	d.must(&dispatch.Pause{Appointment: first})
	d.must(&dispatch.Travel{Appointment: second})
	if msg := d.refused("technician.busy", &dispatch.Resume{Appointment: first}); !strings.Contains(msg, "on the way to APPT-1002") {
		t.Errorf("refused with %q", msg)
	}
	d.must(&dispatch.Start{Appointment: second})
	d.must(&dispatch.Finish{Appointment: second, Outcome: dispatch.Completed})
	d.must(&dispatch.Resume{Appointment: first})
	// What happened before ana came to the first job is written down later.
	d.at(nine.Add(-2 * time.Hour))
	early := d.visit(d.order(), nine.Add(-2*time.Hour), nine.Add(-time.Hour), ana)
	d.must(&dispatch.Start{Appointment: early})
}

func TestSomebodyMustBeAssigned(t *testing.T) {
	d := newDepot(t)
	nine := vienna(t, "2026-03-02 09:00")
	id := d.visit(d.order(), nine, nine.Add(time.Hour))
	d.at(nine)
	for _, cmd := range []store.Command{
		&dispatch.Dispatch{Appointment: id}, &dispatch.Travel{Appointment: id}, &dispatch.Start{Appointment: id},
		&dispatch.SetLock{Appointment: id, Lock: dispatch.LockTechnician},
	} {
		d.refused("appointment.team", cmd)
	}
	d.must(&dispatch.Assign{Appointment: id, Technicians: []store.ID{d.technician("ana", "", "")}})
	d.must(&dispatch.Start{Appointment: id})
}

func TestDayOf(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	at := func(s string) time.Time { return vienna(t, s) }
	d.visit(d.order(), at("2026-02-20 08:00"), at("2026-03-03 17:00"), ana) // a long one, over the day
	d.visit(d.order(), at("2026-03-01 22:00"), at("2026-03-02 00:00"))      // ends as the day begins
	d.visit(d.order(), at("2026-03-02 22:00"), at("2026-03-03 02:00"))
	d.visit(d.order(), at("2026-03-03 00:00"), at("2026-03-03 01:00"))
	var days []string
	d.read(func(r store.Reader) error {
		for _, date := range []string{"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"} {
			rows, err := dispatch.DayOf(r, day(t, date), zone(t, "Europe/Vienna"))
			if err != nil {
				return err
			}
			var numbers []string
			for _, row := range rows {
				numbers = append(numbers, strings.TrimPrefix(row.Number, "APPT-100"))
			}
			days = append(days, strings.Join(numbers, ""))
		}
		return nil
	})
	if got := strings.Join(days, " "); got != "12 13 134 " {
		t.Errorf("the days are %q", got)
	}
}
