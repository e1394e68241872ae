package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func TestTies(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	first, middle, last, far := d.order(), d.order(), d.order(), d.order()
	d.must(&work.LinkWorkOrder{ID: middle, After: work.Prerequisite{Order: first, Lag: 120}})
	d.must(&work.LinkWorkOrder{ID: last, After: work.Prerequisite{Order: middle, Kind: work.StartToStart}})
	d.must(&work.LinkWorkOrder{ID: far, After: work.Prerequisite{Order: last}})
	start := vienna(t, "2026-03-02 09:00")
	off := d.visit(first, start.Add(-time.Hour), start, ana)
	d.must(&dispatch.CancelVisit{Appointment: off}, "nobody there")
	kept := d.visit(first, start, start.Add(time.Hour), ana)
	d.read(func(r store.Reader) error {
		w, err := work.WorkOrders.Get(r, middle)
		if err != nil {
			return err
		}
		ties, err := dispatch.Ties(r, w)
		if err != nil {
			return err
		}
		var words []string
		for _, tie := range ties {
			word := "before " + tie.Number + " is "
			if tie.First {
				word = "after " + tie.Number + " is "
			}
			words = append(words, word+tie.How())
		}
		if got, want := strings.Join(words, "; "), "after WO-1001 is completed and 2h have passed; before WO-1003 is started"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if v := ties[0].Visits; len(v) != 1 || v[0].ID != kept {
			t.Errorf("visits %+v, want the one that was not called off", v)
		}
		return nil
	})
}

func TestWaitsForVisit(t *testing.T) {
	d := newDepot(t)
	waits := func(id store.ID) (yes bool) {
		t.Helper()
		d.read(func(r store.Reader) error {
			w, err := work.WorkOrders.Get(r, id)
			if err != nil {
				return err
			}
			yes, err = dispatch.WaitsForVisit(r, w.Row())
			return err
		})
		return yes
	}
	whole := d.order()
	if !waits(whole) {
		t.Error("a new order waits for a visit")
	}
	part := d.must(&work.CreateWorkOrder{Customer: d.customer, Site: d.site, Title: "Part", Parent: whole}).Subject
	if waits(whole) || !waits(part) {
		t.Error("of an order with a part, the part waits for a visit")
	}
	d.must(&work.CancelWorkOrder{ID: part}, "not wanted")
	if !waits(whole) || waits(part) {
		t.Error("a part that was called off carries no visit")
	}
	ana := d.technician("ana", "", "")
	start := vienna(t, "2026-03-02 09:00")
	d.visit(whole, start, start.Add(time.Hour), ana)
	if waits(whole) {
		t.Error("an order with a visit does not wait for one")
	}
}
