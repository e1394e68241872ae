package work_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// sign records a person's acceptance of an order.
func (b *bench) sign(order store.ID, name string) store.ID {
	b.t.Helper()
	return b.do(&work.RecordSignOff{Signing: work.Signing{Order: order, Person: name}})
}

func TestReopeningWhatWasSignedIsAnAmendment(t *testing.T) {
	b := newBench(t)
	o := b.order("Boiler")
	first := b.do(&work.AddTask{Order: o, Title: "Fit the pump"})
	need := b.do(&work.AddDeliverable{Order: o, Title: "Acceptance", Needs: work.NeedsSignOff})
	b.do(&work.MarkTaskDone{ID: first})
	b.do(&work.CompleteWorkOrder{ID: o, Outcome: work.Done})
	b.do(&work.ReopenWorkOrder{ID: o}, "the wrong button")
	if w := b.get(o); w.Rev() != 1 || w.Amending() != 0 {
		t.Fatalf("nobody had signed, and it is revision %d", w.Rev())
	}
	b.do(&work.CompleteWorkOrder{ID: o, Outcome: work.Done})
	eva := b.sign(o, "Eva")
	before := read(b, work.SignOffs, eva)

	b.later(time.Hour).do(&work.ReopenWorkOrder{ID: o}, "it leaks")
	w := b.get(o)
	again := w.Reopened[1]
	if w.Rev() != 2 || again.Amendment != 2 || again.After != "signed by Eva" || again.Outcome != work.Done || again.CompletedBy == "" {
		t.Fatalf("revision %d, %+v", w.Rev(), again)
	}
	second := b.do(&work.AddTask{Order: o, Title: "Replace the seal"})
	b.do(&work.TakeTaskUp{ID: first}, "to reach the seal")
	b.later(time.Minute).do(&work.MarkTaskDone{ID: first})
	b.do(&work.MarkTaskDone{ID: second})
	b.do(&work.CompleteWorkOrder{ID: o, Outcome: work.Done})
	if task := read(b, work.Tasks, second); task.Revision != 2 {
		t.Errorf("the new task is of revision %d", task.Revision)
	}
	if ends := read(b, work.Tasks, first).Before; len(ends) != 1 || ends[0].DoneAt.IsZero() || ends[0].Revision != 1 {
		t.Errorf("how the task had ended: %+v", ends)
	}
	b.view(func(r store.Reader) error {
		d, err := work.Deliverables.Get(r, need)
		if err != nil {
			return err
		}
		s, err := work.Satisfied(r, b.get(o), d)
		if err == nil && (s.OK || !strings.Contains(s.Why, "Eva signed for revision 1; nobody has signed for revision 2")) {
			t.Errorf("the acceptance: %+v", s)
		}
		return err
	})

	max := b.sign(o, "Max")
	s := read(b, work.SignOffs, max)
	changes, err := s.Changes(work.ShownWork)
	if err != nil || len(changes) == 0 {
		t.Fatalf("Max was shown no difference: %v", err)
	}
	for _, c := range changes {
		if !strings.Contains(c.What, string(second)) || c.Was != nil {
			t.Errorf("shown as different: %s, %s → %s", c.What, c.Was, c.Is)
		}
	}
	var about struct {
		Revision int      `json:"revision"`
		Reason   string   `json:"reason"`
		Base     store.ID `json:"base"`
		BaseHash string   `json:"base_hash"`
	}
	if err := json.Unmarshal(s.Shown[work.ShownAmendment], &about); err != nil {
		t.Fatal(err)
	}
	if about.Revision != 2 || about.Reason != "it leaks" || about.Base != eva || about.BaseHash != before.Hash {
		t.Errorf("the amendment is shown as %+v", about)
	}
	after := read(b, work.SignOffs, eva)
	if after.State != work.Signed || after.Hash != before.Hash || after.Superseded != "" {
		t.Errorf("what Eva signed is now %s, %s", after.State, after.Superseded)
	}
	// A refusal of the amendment is about the amendment.
	b.do(&work.RefuseSignOff{Signing: work.Signing{Order: o, Person: "Max"}}, "still leaks")
	if got := read(b, work.SignOffs, eva).State; got != work.Signed {
		t.Errorf("what Eva signed is %s after the amendment was refused", got)
	}
	if err := b.undo("work_order.reopen.v1"); !fault.Is(err, fault.Refused) && !fault.Is(err, fault.Conflict) {
		t.Errorf("the amendment was taken back under its signature: %v", err)
	}
	b.sound()
}

func TestDifferencesIgnoreOrder(t *testing.T) {
	was := `{"tasks":[{"task":"a","status":"open"},{"task":"b","status":"done"}],"tags":["x","y"]}`
	for _, c := range []struct{ is, want string }{
		{was, ""},
		{`{"tags":["x","y"],"tasks":[{"status":"done","task":"b"},{"task":"a","status":"open"}]}`, ""},
		{`{"tasks":[{"task":"a","status":"done"}],"tags":["x"]}`,
			`tags[2] "y"→ tasks[a].status "open"→"done" tasks[b].status "done"→ tasks[b].task "b"→`},
		{``, `tags[1] "x"→ tags[2] "y"→ tasks[a].status "open"→ tasks[a].task "a"→ tasks[b].status "done"→ tasks[b].task "b"→`},
	} {
		found, err := work.Differences(json.RawMessage(was), json.RawMessage(c.is))
		var got []string
		for _, d := range found {
			got = append(got, d.What+" "+string(d.Was)+"→"+string(d.Is))
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, %v", c.is, got, err)
		}
	}
	if _, err := work.Differences(json.RawMessage(`{"a":`), nil); err == nil {
		t.Error("half a document was compared")
	}
}

// TestNothingSignedEverChanges plays random lives of an order: whatever happens, what was
// signed for an earlier revision stays byte for byte as it was, and of any sign-off only
// whether it counts ever changes, and that once.
func TestNothingSignedEverChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench(t)
		o := b.order("Boiler")
		size := func() (n uint64) {
			b.view(func(r store.Reader) (err error) {
				n, err = store.Size(r)
				return err
			})
			return n
		}
		born := size()
		kept := map[store.ID][]byte{}     // sign-offs of earlier revisions, whole
		shown := map[store.ID][4]string{} // of any: what can never change
		try := func(cmd store.Command, reason string) bool {
			_, err := b.store.One(context.Background(), store.Intent{Cmd: cmd, Actor: store.Actor{Name: "Ana", How: store.Asserted}, Reason: reason})
			if err != nil && !fault.Is(err, fault.Refused) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
				t.Fatalf("%s: %v", cmd.Name(), err)
			}
			return err == nil
		}
		signing := func() work.Signing {
			return work.Signing{Order: o, Person: rapid.SampledFrom([]string{"Eva", "Max"}).Draw(t, "who")}
		}
		tasks := func() []*work.Task { return of(b, work.Tasks, o) }
		for range rapid.IntRange(5, 30).Draw(t, "steps") {
			b.later(time.Minute)
			switch rapid.SampledFrom([]string{"start", "complete", "complete", "reopen", "reopen", "sign", "sign", "refuse", "request", "task", "edit", "done", "again", "undo", "hold"}).Draw(t, "step") {
			case "start":
				try(&work.StartWorkOrder{ID: o}, "")
			case "complete":
				try(&work.CompleteWorkOrder{ID: o, Outcome: rapid.SampledFrom([]work.Outcome{work.Done, work.CannotComplete}).Draw(t, "outcome")}, "so it ended")
			case "reopen":
				try(&work.ReopenWorkOrder{ID: o}, "again")
			case "sign":
				try(&work.RecordSignOff{Signing: signing()}, "")
			case "refuse":
				try(&work.RefuseSignOff{Signing: signing()}, "no")
			case "request":
				try(&work.RequestSignOff{Signing: signing()}, "")
			case "task":
				try(&work.AddTask{Order: o, Title: "More", Optional: true}, "")
			case "edit":
				title := rapid.SampledFrom([]string{"Boiler", "Burner"}).Draw(t, "title")
				try(&work.EditWorkOrder{ID: o, Title: &title}, "")
			case "done":
				if all := tasks(); len(all) > 0 {
					try(&work.MarkTaskDone{ID: rapid.SampledFrom(all).Draw(t, "task").ID}, "")
				}
			case "again":
				if all := tasks(); len(all) > 0 {
					try(&work.TakeTaskUp{ID: rapid.SampledFrom(all).Draw(t, "task").ID}, "")
				}
			case "undo":
				if last := size(); last > born {
					try(&store.Undo{Entry: last}, "")
				}
			case "hold":
				try(&work.HoldWorkOrder{ID: o}, "parts")
				try(&work.ResumeWorkOrder{ID: o}, "")
			}
			w := b.get(o)
			all := of(b, work.SignOffs, o)
			for id := range shown {
				if !slices.ContainsFunc(all, func(s *work.SignOff) bool { return s.ID == id }) {
					t.Fatalf("the sign-off %s is gone", id)
				}
			}
			for _, s := range all {
				doc, err := json.Marshal(s)
				if err != nil {
					t.Fatal(err)
				}
				what, err := json.Marshal(s.Shown)
				if err != nil {
					t.Fatal(err)
				}
				now := [4]string{s.Name, s.Hash, string(what), s.At.String()}
				if was, ok := shown[s.ID]; ok && was != now {
					t.Fatalf("what %s signed has changed", s.Name)
				}
				shown[s.ID] = now
				if s.Current(w) {
					delete(kept, s.ID) // the reopening itself was taken back
				}
				if was, ok := kept[s.ID]; ok && string(was) != string(doc) {
					t.Fatalf("an earlier revision's sign-off has changed:\n%s\n%s", was, doc)
				}
				if !s.Current(w) {
					kept[s.ID] = doc
				}
			}
		}
		b.sound()
	})
}
