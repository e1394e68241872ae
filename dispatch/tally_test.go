package dispatch_test

import (
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// TestAVisitAnswersTheOrder: the first start of a visit is what an SLA calls the response, and
// what visits there are is counted for whoever rolls a chain up.
func TestAVisitAnswersTheOrder(t *testing.T) {
	d := newDepot(t)
	d.at(vienna(t, "2026-03-02 08:00"))
	d.must(&work.AddSLA{SLA: "gold", Body: work.SLA{Targets: []work.SLATarget{{Priority: work.Normal, Respond: 120, Resolve: 480}}}})
	ana := d.technician("ana", "", "")
	order := d.must(&work.CreateWorkOrder{Customer: d.customer, Site: d.site, Title: "Boiler", SLA: "gold"}).Subject
	tally := func() (out dispatch.Tally) {
		d.read(func(r store.Reader) (err error) {
			out, err = dispatch.TallyOf(r, order)
			return err
		})
		return out
	}
	if tally() != (dispatch.Tally{}) {
		t.Errorf("no visits: %+v", tally())
	}
	start := vienna(t, "2026-03-02 09:00")
	visit := d.visit(order, start, start.Add(time.Hour), ana)
	if got := tally(); got != (dispatch.Tally{Planned: 1}) {
		t.Errorf("planned: %+v", got)
	}
	d.at(start)
	d.must(&dispatch.Start{Appointment: visit})
	if got := tally(); got != (dispatch.Tally{UnderWay: 1}) {
		t.Errorf("under way: %+v", got)
	}
	d.at(start.Add(time.Hour))
	d.must(&dispatch.Finish{Appointment: visit, Outcome: dispatch.CannotComplete}, "nobody was there")
	if got := tally(); got != (dispatch.Tally{Done: 1, Unplanned: 1}) {
		t.Errorf("given up: %+v", got)
	}
	d.read(func(r store.Reader) error {
		w, err := work.WorkOrders.Get(r, order)
		if err != nil {
			return err
		}
		if !w.Responded().Equal(start) {
			t.Errorf("answered at %s, not when the visit started", w.Responded())
		}
		if states := w.Row().Clock.Targets(start.Add(2 * time.Hour)); states[0].State != work.SLAMet {
			t.Errorf("the response is %s", states[0].State)
		}
		return nil
	})
}
