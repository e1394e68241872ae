package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
)

// The life of an appointment, written down a second time: a row per status, a column
// per action, "" where the action is refused.
func lifeTable() map[dispatch.Status]map[dispatch.Action]dispatch.Status {
	const (
		sch  = dispatch.Scheduled
		dsp  = dispatch.Dispatched
		trv  = dispatch.Traveling
		prog = dispatch.InProgress
		brk  = dispatch.OnBreak
		done = dispatch.Completed
		part = dispatch.PartiallyCompleted
		not  = dispatch.CannotComplete
		off  = dispatch.Canceled
	)
	rows := []struct {
		from                                                                 dispatch.Status
		schedule, move, assign, lock, dispatch, travel, start, pause, resume dispatch.Status
		complete, partly, giveUp, cancel                                     dispatch.Status
	}{
		{"none", sch, "", "", "", "", "", "", "", "", "", "", "", off},
		{"scheduled", "", sch, sch, sch, dsp, trv, prog, "", "", "", "", "", off},
		{"dispatched", "", sch, sch, dsp, "", trv, prog, "", "", "", "", "", off},
		{"traveling", "", "", "", "", "", "", prog, "", "", "", "", not, off},
		{"in-progress", "", "", "", "", "", "", "", brk, "", done, part, not, ""},
		{"on-break", "", "", "", "", "", "", "", "", prog, done, part, not, ""},
		{"completed", "", "", "", "", "", "", "", "", "", "", "", "", ""},
		{"partially-completed", "", "", "", "", "", "", "", "", "", "", "", "", ""},
		{"cannot-complete", "", "", "", "", "", "", "", "", "", "", "", "", ""},
		{"canceled", "", "", "", "", "", "", "", "", "", "", "", "", ""},
	}
	out := map[dispatch.Status]map[dispatch.Action]dispatch.Status{}
	for _, r := range rows {
		out[r.from] = map[dispatch.Action]dispatch.Status{
			dispatch.ActSchedule: r.schedule, dispatch.ActMove: r.move, dispatch.ActAssign: r.assign,
			dispatch.ActLock: r.lock, dispatch.ActDispatch: r.dispatch, dispatch.ActTravel: r.travel,
			dispatch.ActStart: r.start, dispatch.ActPause: r.pause, dispatch.ActResume: r.resume,
			dispatch.ActComplete: r.complete, dispatch.ActPart: r.partly, dispatch.ActGiveUp: r.giveUp,
			dispatch.ActCancel: r.cancel,
		}
	}
	// A visit is split while it is planned, and then whoever was told is told anew.
	out[dispatch.Scheduled][dispatch.ActSplit] = sch
	out[dispatch.Dispatched][dispatch.ActSplit] = sch
	return out
}

// bring takes a fresh visit of its own order and technician to a status.
func bring(d *depot, name string, to dispatch.Status) store.ID {
	d.tb.Helper()
	order := d.order("one", "two")
	d.at(vienna(d.tb, "2026-03-02 08:00"))
	start, end := vienna(d.tb, "2026-03-02 09:00"), vienna(d.tb, "2026-03-02 11:00")
	id := d.visit(order, start, end, d.technician(name, "", ""))
	d.at(start)
	run := func(cmds ...store.Command) {
		for _, c := range cmds {
			d.must(c, "because")
		}
	}
	switch to {
	case dispatch.None:
		run(&dispatch.Start{Appointment: id}, &dispatch.Finish{Appointment: id, Outcome: dispatch.PartiallyCompleted})
		return d.appointment(id).FollowOn
	case dispatch.Scheduled:
	case dispatch.Dispatched:
		run(&dispatch.Dispatch{Appointment: id})
	case dispatch.Traveling:
		run(&dispatch.Travel{Appointment: id})
	case dispatch.InProgress:
		run(&dispatch.Start{Appointment: id})
	case dispatch.OnBreak:
		run(&dispatch.Start{Appointment: id}, &dispatch.Pause{Appointment: id})
	case dispatch.Canceled:
		run(&dispatch.CancelVisit{Appointment: id})
	default:
		run(&dispatch.Start{Appointment: id}, &dispatch.Finish{Appointment: id, Outcome: to})
	}
	return id
}

// command is what a person gives for an action.
func command(d *depot, act dispatch.Action, a *dispatch.Appointment, tech store.ID) store.Command {
	next := a.Start.Add(48 * time.Hour)
	if a.Start.IsZero() {
		next = vienna(d.tb, "2026-03-05 09:00")
	}
	switch act {
	case dispatch.ActSchedule:
		return &dispatch.Schedule{Order: a.Order, Appointment: a.ID, Technicians: []store.ID{tech}, Start: next, End: next.Add(time.Hour)}
	case dispatch.ActMove:
		return &dispatch.Move{Appointment: a.ID, Start: next}
	case dispatch.ActAssign:
		return &dispatch.Assign{Appointment: a.ID, Technicians: []store.ID{tech}}
	case dispatch.ActLock:
		return &dispatch.SetLock{Appointment: a.ID, Lock: dispatch.LockTime}
	case dispatch.ActSplit:
		return &dispatch.Split{Appointment: a.ID, First: 30 * time.Minute}
	case dispatch.ActDispatch:
		return &dispatch.Dispatch{Appointment: a.ID}
	case dispatch.ActTravel:
		return &dispatch.Travel{Appointment: a.ID}
	case dispatch.ActStart:
		return &dispatch.Start{Appointment: a.ID}
	case dispatch.ActPause:
		return &dispatch.Pause{Appointment: a.ID}
	case dispatch.ActResume:
		return &dispatch.Resume{Appointment: a.ID}
	case dispatch.ActComplete:
		return &dispatch.Finish{Appointment: a.ID, Outcome: dispatch.Completed}
	case dispatch.ActPart:
		return &dispatch.Finish{Appointment: a.ID, Outcome: dispatch.PartiallyCompleted}
	case dispatch.ActGiveUp:
		return &dispatch.Finish{Appointment: a.ID, Outcome: dispatch.CannotComplete}
	default:
		return &dispatch.CancelVisit{Appointment: a.ID}
	}
}

func TestEveryActionInEveryStatus(t *testing.T) {
	table := lifeTable()
	d := newDepot(t)
	spare := d.technician("spare", "", "")
	n := 0
	for _, from := range dispatch.Statuses() {
		for _, act := range dispatch.Actions() {
			want := table[from][act]
			if to, ok := dispatch.Next(from, act); to != want || ok != (want != "") {
				t.Errorf("Next(%s, %s) is %q, want %q", from, act, to, want)
			}
			n++
			id := bring(d, "t"+strings.Repeat("x", n), from)
			before := d.appointment(id)
			if before.Status != from {
				t.Fatalf("brought to %s instead of %s", before.Status, from)
			}
			cmd := command(d, act, before, spare)
			_, err := d.do(cmd, "because")
			after := d.appointment(id)
			switch {
			case want == "" && (err == nil || after.Status != from):
				t.Errorf("%s a visit that is %s: %v, now %s", act, from, err, after.Status)
			case want == "":
				if msg := err.Error(); !strings.Contains(msg, before.Number+" is "+string(from)) {
					t.Errorf("%s a visit that is %s is refused with %q", act, from, msg)
				}
			case err != nil:
				t.Errorf("%s a visit that is %s: %v", act, from, err)
			case after.Status != want:
				t.Errorf("%s a visit that is %s makes it %s, want %s", act, from, after.Status, want)
			}
			// The spare technician is free again for the next round.
			if err == nil && after.Status.Open() {
				d.must(&store.Undo{Entry: lastEntry(d)})
			}
		}
	}
	d.audit()
}

func lastEntry(d *depot) (seq uint64) {
	d.tb.Helper()
	d.read(func(r store.Reader) (err error) {
		seq, err = store.Size(r)
		return err
	})
	return seq
}

func TestRefusalsNameWhatIsPossible(t *testing.T) {
	d := newDepot(t)
	id := bring(d, "ana", dispatch.OnBreak)
	msg := d.refused("appointment.status", &dispatch.Start{Appointment: id})
	if want := "is on-break: one cannot start it, only resume, finish, finish in part or give up"; !strings.Contains(msg, want) {
		t.Errorf("refused with %q", msg)
	}
	d.refused("appointment.final", &dispatch.CancelVisit{Appointment: bring(d, "bert", dispatch.Completed)})
}

func TestStampsAreTheFactsInOrder(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	order := d.order("one")
	start := vienna(t, "2026-03-02 09:00")
	// Entered in the books after the fact: planned now, worked yesterday.
	d.at(start.Add(24 * time.Hour))
	id := d.visit(order, start, start.Add(time.Hour), ana)
	d.at(start).must(&dispatch.Travel{Appointment: id})
	d.at(start.Add(20 * time.Minute)).must(&dispatch.Start{Appointment: id})
	msg := func() string {
		d.at(start.Add(10 * time.Minute))
		return d.refused("appointment.sequence", &dispatch.Pause{Appointment: id})
	}()
	if want := "was in-progress at Mon 2026-03-02 09:20 CET, so it cannot be on-break at Mon 2026-03-02 09:10 CET"; !strings.Contains(msg, want) {
		t.Errorf("refused with %q", msg)
	}
	d.at(start.Add(time.Hour)).must(&dispatch.Finish{Appointment: id, Outcome: dispatch.Completed})
	var got []string
	for _, s := range d.appointment(id).Stamps {
		got = append(got, string(s.Status)+s.At.Format("@02T15:04"))
	}
	if want := "scheduled@03T08:00 traveling@02T08:00 in-progress@02T08:20 completed@02T09:00"; strings.Join(got, " ") != want {
		t.Errorf("the stamps are %v", got)
	}
}

func TestADispatchedVisitThatIsMovedIsDispatchedAgain(t *testing.T) {
	d := newDepot(t)
	id := bring(d, "ana", dispatch.Dispatched)
	d.must(&dispatch.Move{Appointment: id, Start: vienna(t, "2026-03-03 09:00")})
	a := d.appointment(id)
	if a.Status != dispatch.Scheduled || !a.End.Equal(vienna(t, "2026-03-03 11:00")) {
		t.Errorf("it is %s until %s", a.Status, a.End)
	}
}

func TestLocks(t *testing.T) {
	d := newDepot(t)
	id := bring(d, "ana", dispatch.Scheduled)
	bert := d.technician("bert", "", "")
	move := &dispatch.Move{Appointment: id, Start: vienna(t, "2026-03-03 09:00")}
	assign := &dispatch.Assign{Appointment: id, Technicians: []store.ID{bert}}
	for _, tc := range []struct {
		lock         dispatch.Lock
		move, assign bool // allowed
	}{
		{dispatch.LockTime, false, true}, {dispatch.LockTechnician, true, false},
		{dispatch.LockBoth, false, false}, {dispatch.Unlocked, true, true},
	} {
		d.must(&dispatch.SetLock{Appointment: id, Lock: tc.lock})
		for _, c := range []struct {
			cmd     store.Command
			allowed bool
		}{{move, tc.move}, {assign, tc.assign}} {
			if c.allowed {
				d.must(c.cmd)
			} else {
				d.refused("appointment.lock", c.cmd)
			}
		}
	}
	d.refused("appointment.lock", &dispatch.SetLock{Appointment: id, Lock: "everything"})
}

// TestRefusalIsTheTable holds the words to the table: they are said exactly where the table has no transition.
func TestRefusalIsTheTable(t *testing.T) {
	for _, s := range dispatch.Statuses() {
		for _, a := range dispatch.Actions() {
			_, can := dispatch.Next(s, a)
			if why := s.Refusal("APPT-1", a); can != (why == "") {
				t.Errorf("%s, %s: possible %v, but %q", s, a, can, why)
			}
		}
	}
	if got, want := dispatch.Traveling.Refusal("APPT-7", dispatch.ActMove), "APPT-7 is traveling: one cannot move it, only start, give up or cancel"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := dispatch.Completed.Refusal("APPT-7", dispatch.ActStart), "APPT-7 is completed, which is final: one cannot start it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
