package work_test

import (
	"strings"
	"testing"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

func record(id store.ID, name string) *work.RecordSignOff {
	cmd := &work.RecordSignOff{}
	cmd.Order, cmd.Person, cmd.Role = id, name, "site manager"
	return cmd
}

func refuse(id store.ID, name string) *work.RefuseSignOff {
	cmd := &work.RefuseSignOff{}
	cmd.Order, cmd.Person = id, name
	return cmd
}

func signable(t *testing.T) (*bench, store.ID) {
	t.Helper()
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	b.finish(id)
	return b, id
}

func TestSignOffIsBoundToWhatWasShown(t *testing.T) {
	b, id := signable(t)
	so := read(b, work.SignOffs, b.do(record(id, "Frau Moser")))
	if so.State != work.Signed || so.Name != "Frau Moser" || so.Role != "site manager" || so.RecordedBy == "" {
		t.Errorf("signed %+v", so)
	}
	hash, err := approval.Hash(so.Shown)
	if err != nil || hash != so.Hash {
		t.Errorf("hash %s of what was shown, stored %s (%v)", hash, so.Hash, err)
	}
	shown := string(so.Shown[work.ShownWork])
	for _, part := range []string{`"Inspect"`, `"pressure"`, `"value":"2"`, shaA, `"acknowledged":"Ben"`} {
		if !strings.Contains(shown, part) {
			t.Errorf("%s was not shown in %s", part, shown)
		}
	}
	if strings.Contains(shown, "WO-1001") {
		t.Error("a human number is signed; it changes when commands are decided again")
	}
	b.sound()
}

// What a signature covers, and what it does not.
func TestEditsSupersede(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		edit   func(*bench, store.ID)
		stands bool
	}{
		"title": {edit: func(b *bench, id store.ID) {
			title := "Another"
			b.do(&work.EditWorkOrder{ID: id, Title: &title})
		}},
		"task added":  {edit: func(b *bench, id store.ID) { b.do(&work.AddTask{Order: id, Title: "More"}) }},
		"task done":   {edit: func(b *bench, id store.ID) { b.do(&work.MarkTaskDone{ID: b.task(id, 3).ID}) }},
		"task opened": {edit: func(b *bench, id store.ID) { b.do(&work.TakeTaskUp{ID: b.task(id, 1).ID}) }},
		"evidence": {edit: func(b *bench, id store.ID) {
			b.do(&work.AddEvidence{Order: id, Kind: work.Reading, Value: "2"})
		}},
		"corrected answer": {edit: func(b *bench, id store.ID) {
			b.do(&work.TakeTaskUp{ID: b.task(id, 1).ID})
			b.do(&work.AnswerChecklist{Run: b.checklist(id, 1, "press").ID, Answers: []work.Given{{Question: "pressure", Value: "9"}}}, "misread")
		}},
		"reference": {stands: true, edit: func(b *bench, id store.ID) {
			ref := "PO 77"
			b.do(&work.EditWorkOrder{ID: id, Reference: &ref})
		}},
		"completion": {stands: true, edit: func(b *bench, id store.ID) {
			b.do(&work.CompleteWorkOrder{ID: id, Outcome: work.Done})
			b.do(&work.ReopenWorkOrder{ID: id}, "look again")
		}},
		"signature file": {stands: true, edit: func(b *bench, id store.ID) {
			e := photo(id, shaA, "", "")
			e.Kind = work.Signature
			b.do(e)
		}},
	}) {
		t.Run(name, func(t *testing.T) {
			b, id := signable(t)
			so := b.do(record(id, "Frau Moser"))
			before := read(b, work.SignOffs, so)
			c.edit(b, id)
			after := read(b, work.SignOffs, so)
			if (after.State == work.Signed) != c.stands {
				t.Fatalf("state %s (%s)", after.State, after.Superseded)
			}
			if after.Hash != before.Hash || after.Name != before.Name || !after.At.Equal(before.At) {
				t.Errorf("the signature was overwritten: %+v", after)
			}
			if !c.stands && after.Superseded == "" {
				t.Error("it does not say why it no longer counts")
			}
			b.sound()
		})
	}
}

func TestTheLastWordCounts(t *testing.T) {
	b, id := signable(t)
	ask := &work.RequestSignOff{}
	ask.Order, ask.Person = id, "Frau Moser"
	asked := b.do(ask)
	b.later(time.Minute)
	b.refused("reason.missing", refuse(id, "Frau Moser"))
	refusedID := b.do(refuse(id, "Frau Moser"), "it leaks")
	signed := b.later(time.Minute).do(record(id, "Frau Moser"))
	other := b.later(time.Minute).do(record(id, "Herr Wolf"))
	for so, want := range storetest.InOrder(map[store.ID]work.SignOffState{
		asked: work.Superseded, refusedID: work.RefusedBy, signed: work.Signed, other: work.Signed,
	}) {
		if got := read(b, work.SignOffs, so).State; got != want {
			t.Errorf("%s is %s, want %s", so, got, want)
		}
	}
	b.later(time.Minute).do(refuse(id, "Frau Moser"), "it leaks again")
	for _, so := range []store.ID{signed, other} {
		if s := read(b, work.SignOffs, so); s.State != work.Superseded || !strings.Contains(s.Superseded, "it leaks again") {
			t.Errorf("after a refusal: %+v", s)
		}
	}
	sign := of(b, work.Deliverables, id)[0]
	b.view(func(r store.Reader) error {
		s, err := work.Satisfied(r, b.get(id), sign)
		if s.OK || !strings.Contains(s.Why, "it leaks again") {
			t.Errorf("the deliverable: %+v", s)
		}
		return err
	})
}

func TestSignOffSatisfiesItsDeliverable(t *testing.T) {
	b, id := signable(t)
	dels := of(b, work.Deliverables, id)
	ok := func() (ok bool) {
		b.view(func(r store.Reader) error {
			s, err := work.Satisfied(r, b.get(id), dels[0])
			ok = s.OK
			return err
		})
		return ok
	}
	if ok() {
		t.Error("satisfied before anybody signed")
	}
	bad := record(id, "Frau Moser")
	bad.Deliverable = dels[1].ID
	b.refused("signoff.deliverable", bad)
	so := record(id, "Frau Moser")
	so.Deliverable = dels[0].ID
	b.do(so)
	if !ok() {
		t.Error("signed, and not satisfied")
	}
	b.do(&work.AddTask{Order: id, Title: "More"})
	if ok() {
		t.Error("edited afterwards, and still satisfied")
	}
}

func TestSignOffIsRefusedEarlyAndLate(t *testing.T) {
	b := newBench(t)
	id := b.order("Refit")
	b.refused("signoff.early", record(id, "Frau Moser"))
	b.do(&work.CompleteWorkOrder{ID: id, Outcome: work.Done})
	b.refused("text.missing", record(id, " "))
	file := photo(id, shaA, "", "")
	wrong := record(id, "Frau Moser")
	wrong.Signature = b.do(file)
	b.refused("signoff.signature", wrong)
	b.do(&work.CloseWorkOrder{ID: id})
	b.refused("work_order.closed", record(id, "Frau Moser"))
}

func TestSignatureIsAttachedInTheSameStep(t *testing.T) {
	b, id := signable(t)
	cmd := record(id, "Frau Moser")
	cmd.Attach = &work.AddEvidence{File: "moser.png", SHA256: shaA, Bytes: 9, MediaType: "image/png", Kept: true}
	so := read(b, work.SignOffs, b.do(cmd))
	e := read(b, work.EvidenceItems, so.Signature)
	if e.Kind != work.Signature || e.Order != id || e.SHA256 != shaA || so.State != work.Signed {
		t.Errorf("signed %+v with %+v", so, e)
	}
	cmd.Attach.SHA256 = "short"
	b.refused("evidence.sha256", cmd)
	b.sound()
}

func TestNothingUnderASignatureIsTakenBack(t *testing.T) {
	b, id := signable(t)
	b.do(&work.AddEvidence{Order: id, Kind: work.Reading, Value: "2"})
	b.do(record(id, "Frau Moser"))
	if err := b.undo("evidence.add.v1"); fault.CodeOf(err) != "signoff.stands" {
		t.Errorf("evidence under a signature was taken back: %v", err)
	}
	if err := b.undo("signoff.record.v1"); fault.CodeOf(err) != "undo.never" {
		t.Errorf("a signature was taken back: %v", err)
	}
	b.sound()
}
