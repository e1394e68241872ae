package work_test

import (
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// stands is a place in an order's life, with the way there.
type stands struct {
	name string
	way  []work.Action
}

func places() []stands {
	return []stands{
		{"new", nil},
		{"scheduled", []work.Action{work.Schedule}},
		{"in progress", []work.Action{work.Start}},
		{"on hold before work began", []work.Action{work.PutOnHold}},
		{"on hold in work", []work.Action{work.Start, work.PutOnHold}},
		{"completed without a start", []work.Action{work.Complete}},
		{"completed", []work.Action{work.Start, work.Complete}},
		{"closed", []work.Action{work.Start, work.Complete, work.Close}},
		{"canceled", []work.Action{work.Cancel}},
	}
}

// act does an action to an order by the command, or the call from above, that it stands for.
func act(b *bench, id store.ID, a work.Action) error {
	b.t.Helper()
	b.later(time.Minute)
	var cmd store.Command
	switch a {
	case work.Schedule, work.Unschedule:
		cmd = &call{func(tx *store.Tx) error { return work.SetScheduled(tx, id, a == work.Schedule) }}
	case work.Start:
		cmd = &work.StartWorkOrder{ID: id}
	case work.PutOnHold:
		cmd = &work.HoldWorkOrder{ID: id}
	case work.Resume, work.ResumeBegun:
		cmd = &work.ResumeWorkOrder{ID: id}
	case work.Complete:
		cmd = &work.CompleteWorkOrder{ID: id, Outcome: work.Done}
	case work.Reopen, work.ReopenBegun:
		cmd = &work.ReopenWorkOrder{ID: id}
	case work.Close:
		cmd = &work.CloseWorkOrder{ID: id}
	case work.Cancel:
		cmd = &work.CancelWorkOrder{ID: id}
	}
	_, err := b.run(cmd, "because")
	return err
}

// The life of a work order, spelled out here a second time: what every action makes of
// every status. A minus is a refusal, and an equal sign leaves the order as it is.
func TestTransitions(t *testing.T) {
	actions := []work.Action{
		work.Schedule, work.Unschedule, work.Start, work.PutOnHold, work.Resume,
		work.Complete, work.Reopen, work.Close, work.Cancel,
	}
	want := map[string]string{
		//                            schedule   unsched start        hold    resume      complete  reopen      close  cancel
		"new":                       `scheduled = in-progress on-hold -            completed -           -      canceled`,
		"scheduled":                 `=         new in-progress on-hold -          completed -           -      canceled`,
		"in progress":               `=         = -             on-hold -          completed -           -      -`,
		"on hold before work began": `=         = -             -       new        -         -           -      canceled`,
		"on hold in work":           `=         = -             -       in-progress -        -           -      -`,
		"completed without a start": `=         = -             -       -          -         new         closed -`,
		"completed":                 `=         = -             -       -          -         in-progress closed -`,
		"closed":                    `=         = -             -       -          -         -           -      -`,
		"canceled":                  `=         = -             -       -          -         new         -      -`,
	}
	for _, place := range places() {
		cells := strings.Fields(want[place.name])
		for i, a := range actions {
			t.Run(place.name+"/"+string(a), func(t *testing.T) {
				b := newBench(t)
				id := b.order("Refit")
				for _, step := range place.way {
					if err := act(b, id, step); err != nil {
						t.Fatal(err)
					}
				}
				before := b.get(id).Status
				err := act(b, id, a)
				after := b.get(id).Status
				switch {
				case cells[i] == "-":
					if err == nil {
						t.Fatalf("accepted, now %s", after)
					}
					if fault.KindOf(err) != fault.Refused || after != before {
						t.Fatalf("refused as %v, status %s → %s", err, before, after)
					}
					f := err.(*fault.Error)
					if !strings.Contains(f.Msg, "WO-1001") || len(f.Hints) == 0 || !strings.HasPrefix(f.Hints[0], "callout ") {
						t.Errorf("the refusal does not say what to type: %q, hints %q", f.Msg, f.Hints)
					}
				case err != nil:
					t.Fatal(err)
				case cells[i] == "=" && after != before, cells[i] != "=" && string(after) != cells[i]:
					t.Fatalf("now %s, want %s", after, cells[i])
				}
				b.sound()
			})
		}
	}
}

func TestTransitionTableIsClosed(t *testing.T) {
	table := work.Transitions()
	for _, s := range work.Statuses() {
		row, ok := table[s]
		if !ok {
			t.Errorf("status %s has no row", s)
		}
		for a, next := range row {
			if _, ok := table[next]; !ok {
				t.Errorf("%s of %s leads to %q", a, s, next)
			}
		}
	}
	if len(table) != len(work.Statuses()) {
		t.Errorf("the table has %d rows for %d statuses", len(table), len(work.Statuses()))
	}
}

func TestReasonsAreRequired(t *testing.T) {
	for name, do := range storetest.InOrder(map[string]struct {
		way []work.Action
		cmd func(store.ID) store.Command
	}{
		"hold":            {nil, func(id store.ID) store.Command { return &work.HoldWorkOrder{ID: id} }},
		"cancel":          {nil, func(id store.ID) store.Command { return &work.CancelWorkOrder{ID: id} }},
		"reopen":          {[]work.Action{work.Complete}, func(id store.ID) store.Command { return &work.ReopenWorkOrder{ID: id} }},
		"cannot-complete": {nil, func(id store.ID) store.Command { return &work.CompleteWorkOrder{ID: id, Outcome: work.CannotComplete} }},
	}) {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			id := b.order("Refit")
			for _, a := range do.way {
				if err := act(b, id, a); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.refused("reason.missing", do.cmd(id)); err.Field != "reason" {
				t.Errorf("field %q", err.Field)
			}
			b.do(do.cmd(id), "the part is late")
		})
	}
}

func TestReopeningKeepsWhatWas(t *testing.T) {
	b := newBench(t)
	id := b.order("Refit")
	b.do(&work.StartWorkOrder{ID: id})
	b.later(time.Hour).do(&work.CompleteWorkOrder{ID: id, Outcome: work.Done})
	done := b.get(id).CompletedAt
	b.later(time.Hour).do(&work.ReopenWorkOrder{ID: id}, "it leaks again")
	w := b.get(id)
	if !w.CompletedAt.IsZero() || w.Outcome != "" || w.Status != work.InProgress {
		t.Errorf("reopened: %+v", w)
	}
	if len(w.Reopened) != 1 || !w.Reopened[0].CompletedAt.Equal(done) || w.Reopened[0].Reason != "it leaks again" {
		t.Errorf("what was before is lost: %+v", w.Reopened)
	}
	if !w.StartedAt.Equal(morning) {
		t.Errorf("work began at %s, it says now", w.StartedAt)
	}
}

func TestHoldsFollowOneAnother(t *testing.T) {
	b := newBench(t)
	id := b.order("Refit")
	b.do(&work.HoldWorkOrder{ID: id}, "no access")
	b.later(2 * time.Hour).do(&work.ResumeWorkOrder{ID: id})
	b.later(-time.Hour).refused("hold.overlap", &work.HoldWorkOrder{ID: id}, "again")
	b.later(time.Hour).do(&work.HoldWorkOrder{ID: id}, "no part")
	b.later(-time.Minute).refused("hold.order", &work.ResumeWorkOrder{ID: id})
	b.later(time.Hour).do(&work.CancelWorkOrder{ID: id}, "called off")
	holds := b.get(id).Holds
	if len(holds) != 2 || holds[1].To.IsZero() || holds[0].Reason != "no access" {
		t.Errorf("holds: %+v", holds)
	}
}
