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

func TestEvidenceIsChecked(t *testing.T) {
	b := newBench(t)
	publish(b)
	id, other := b.order("", service), b.order("Other")
	task := b.task(id, 2).ID
	elsewhere := b.do(&work.AddTask{Order: other, Title: "Drain"})
	sign, shot := of(b, work.Deliverables, id)[0].ID, of(b, work.Deliverables, id)[1].ID
	reading := func(v string) *work.AddEvidence {
		return &work.AddEvidence{Order: id, Kind: work.Reading, Value: v, Unit: "bar"}
	}
	change := func(f func(*work.AddEvidence)) *work.AddEvidence {
		e := photo(id, shaA, "", "")
		f(e)
		return e
	}
	for name, c := range storetest.InOrder(map[string]struct {
		cmd  *work.AddEvidence
		code string
	}{
		"photo of the task":        {photo(id, shaA, task, ""), ""},
		"the same again":           {photo(id, shaA, task, ""), "evidence.exists"},
		"for the deliverable too":  {photo(id, shaA, "", shot), ""},
		"task of another order":    {photo(id, shaA, elsewhere, ""), "evidence.task"},
		"file for a signature":     {photo(id, shaA, "", sign), "evidence.deliverable"},
		"document for a photo":     {change(func(e *work.AddEvidence) { e.Kind, e.Deliverable = work.Document, shot }), "evidence.deliverable"},
		"no digest":                {change(func(e *work.AddEvidence) { e.SHA256 = "" }), "evidence.file"},
		"short digest":             {change(func(e *work.AddEvidence) { e.SHA256 = "abc" }), "evidence.sha256"},
		"empty file":               {change(func(e *work.AddEvidence) { e.Bytes = 0 }), "evidence.empty"},
		"kind":                     {change(func(e *work.AddEvidence) { e.Kind = "video" }), "evidence.kind"},
		"value of a photo":         {change(func(e *work.AddEvidence) { e.Value = "2" }), "evidence.value"},
		"reading":                  {reading("2.40"), ""},
		"reading without a number": {reading(""), "number.syntax"},
		"reading with a comma":     {reading("2,4"), "number.syntax"},
	}) {
		if name == "the same again" {
			continue // depends on the first; below
		}
		t.Run(name, func(t *testing.T) {
			b.t = t
			if c.code == "" {
				b.do(c.cmd)
			} else {
				b.refused(c.code, c.cmd)
			}
		})
	}
	b.t = t
	b.refused("evidence.exists", photo(id, shaA, task, ""))
	for _, e := range of(b, work.EvidenceItems, id) {
		if e.Kind == work.Reading && (e.Value != "2.4" || e.Unit != "bar") {
			t.Errorf("reading %+v", e)
		}
	}
	b.sound()
}

func TestBytesArriveLater(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	shot := of(b, work.Deliverables, id)[1]
	state := func() (s work.Satisfaction) {
		b.view(func(r store.Reader) error {
			w, err := work.WorkOrders.Get(r, id)
			if err != nil {
				return err
			}
			s, err = work.Satisfied(r, w, shot)
			return err
		})
		return s
	}
	if s := state(); s.OK || !strings.HasPrefix(s.Fix, "callout evidence add WO-1001 FILE --deliverable 2") {
		t.Errorf("nothing there: %+v", s)
	}
	e := photo(id, shaA, "", shot.ID)
	e.Kept = false
	b.do(e)
	if s := state(); s.OK || !strings.Contains(s.Why, "not arrived") {
		t.Errorf("the bytes are not there: %+v", s)
	}
	if _, err := b.run(&work.ReceiveEvidence{SHA256: shaB, Bytes: 10}, ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown digest arrived: %v", err)
	}
	b.refused("evidence.bytes", &work.ReceiveEvidence{SHA256: shaA, Bytes: 11})
	b.later(time.Hour).do(&work.ReceiveEvidence{SHA256: shaA, Bytes: 10})
	if s := state(); !s.OK || len(s.By) != 1 || s.Why != "" {
		t.Errorf("the bytes are there: %+v", s)
	}
}

func TestWaiving(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	b.as("Ben").finish(id)
	b.as("Cem").do(&work.CompleteWorkOrder{ID: id, Outcome: work.Done})
	shot := of(b, work.Deliverables, id)[1].ID
	waive := &work.WaiveDeliverable{ID: shot}
	b.as("Ana").refused("reason.missing", waive)
	b.as("Ben").refused("deliverable.self", waive, "camera broke") // did the tasks
	b.as("Cem").refused("deliverable.self", waive, "camera broke") // recorded the completion
	b.as("Ana").do(waive, "camera broke")
	b.refused("deliverable.settled", waive, "again")
	d := read(b, work.Deliverables, shot)
	if d.Waived == nil || d.Waived.Reason != "camera broke" || d.Waived.By == b.get(id).CompletedBy {
		t.Errorf("waived %+v", d.Waived)
	}
	b.do(&work.ReopenWorkOrder{ID: id}, "more to do")
	b.refused("deliverable.self", &work.CompleteWorkOrder{ID: id, Outcome: work.Done})
	b.as("Cem").do(&work.CompleteWorkOrder{ID: id, Outcome: work.Done})
	if err := b.undo("deliverable.waive.v1"); fault.CodeOf(err) != "undo.never" {
		t.Errorf("a waiver was taken back: %v", err)
	}
}
