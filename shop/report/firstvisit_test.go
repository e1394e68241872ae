package report_test

import (
	"fmt"
	"testing"
	"time"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/shop/report"
	"callout/store"
	"callout/work"
)

func showFirst(l report.FirstVisitLine) string {
	return fmt.Sprintf("%d orders: %d first (%s), %d returned, %d called back, %d not done; %d visits, %d without",
		l.Orders, l.First, shown(l.Percent()), l.Returned, l.CalledBack, l.NotDone, l.Visits, l.WithoutVisit)
}

// TestFirstVisits: each way in which an order may fail to be done on the first visit, by itself. The definition is that of
// Aberdeen Group: resolved on the first service visit, with no repeat visit, second truck roll or call for the same issue.
func TestFirstVisits(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(o *office, id store.ID)
		want string
	}{
		"one visit, done": {func(o *office, id store.ID) {
			o.visit(id, dispatch.Completed, o.ana)
			o.complete(id, work.Done)
		}, "1 orders: 1 first (100), 0 returned, 0 called back, 0 not done; 1 visits, 0 without"},
		"a visit that rested over night is one": {func(o *office, id store.ID) {
			a := o.do(&dispatch.Schedule{Order: id, Technicians: []store.ID{o.ana}, Start: o.now, End: o.now.Add(time.Hour)})
			o.do(&dispatch.Start{Appointment: a})
			o.at("2026-03-02 16:00").do(&dispatch.Pause{Appointment: a})
			o.at("2026-03-03 08:00").do(&dispatch.Resume{Appointment: a})
			o.do(&dispatch.Finish{Appointment: a, Outcome: dispatch.Completed})
			o.complete(id, work.Done)
		}, "1 orders: 1 first (100), 0 returned, 0 called back, 0 not done; 1 visits, 0 without"},
		"a visit that was called off never was": {func(o *office, id store.ID) {
			a := o.do(&dispatch.Schedule{Order: id, Technicians: []store.ID{o.ana}, Start: o.now, End: o.now.Add(time.Hour)})
			o.do(&dispatch.CancelVisit{Appointment: a})
			o.visit(id, dispatch.Completed, o.ana)
			o.complete(id, work.Done)
		}, "1 orders: 1 first (100), 0 returned, 0 called back, 0 not done; 1 visits, 0 without"},
		"a part was missing: a second visit": {func(o *office, id store.ID) {
			o.visit(id, dispatch.PartiallyCompleted, o.ana)
			o.at("2026-03-04 09:00").visit(id, dispatch.Completed, o.ana)
			o.complete(id, work.Done)
		}, "1 orders: 0 first (0), 1 returned, 0 called back, 0 not done; 2 visits, 0 without"},
		"nobody was there: a second visit": {func(o *office, id store.ID) {
			a := o.do(&dispatch.Schedule{Order: id, Technicians: []store.ID{o.ana}, Start: o.now, End: o.now.Add(time.Hour)})
			o.do(&dispatch.Travel{Appointment: a})
			o.do(&dispatch.Finish{Appointment: a, Outcome: dispatch.CannotComplete})
			o.at("2026-03-04 09:00").visit(id, dispatch.Completed, o.ana)
			o.complete(id, work.Done)
		}, "1 orders: 0 first (0), 1 returned, 0 called back, 0 not done; 2 visits, 0 without"},
		"it cannot be done": {func(o *office, id store.ID) {
			o.visit(id, dispatch.CannotComplete, o.ana)
			o.complete(id, work.CannotComplete)
		}, "1 orders: 0 first (0), 0 returned, 0 called back, 1 not done; 1 visits, 0 without"},
		"the customer called back": {func(o *office, id store.ID) {
			o.visit(id, dispatch.Completed, o.ana)
			o.complete(id, work.Done)
			back := o.at("2026-03-20 09:00").order(work.CreateWorkOrder{CallbackOf: id, Cause: work.CauseCallback}, o.mill)
			o.visit(back, dispatch.Completed, o.luis)
			o.complete(back, work.Done) // no order of its own
		}, "1 orders: 0 first (0), 0 returned, 1 called back, 0 not done; 1 visits, 0 without"},
		"a callback that was called off": {func(o *office, id store.ID) {
			o.visit(id, dispatch.Completed, o.ana)
			o.complete(id, work.Done)
			c := work.CreateWorkOrder{CallbackOf: id, Cause: work.CauseCallback, Customer: o.mill, Site: o.sites[o.mill], Title: "Leak"}
			o.do(&work.CancelWorkOrder{ID: o.do(&c)})
		}, "1 orders: 1 first (100), 0 returned, 0 called back, 0 not done; 1 visits, 0 without"},
		"nobody knows of any visit": {func(o *office, id store.ID) {
			o.complete(id, work.Done)
		}, "0 orders: 0 first (?), 0 returned, 0 called back, 0 not done; 0 visits, 1 without"},
		"it is not completed": {func(o *office, id store.ID) {
			o.visit(id, dispatch.Completed, o.ana)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t).at("2026-03-02 09:00")
			c.do(o, o.order(work.CreateWorkOrder{}, o.mill))
			o.view(func(r store.Reader) error {
				got, err := report.FirstVisits(r, report.ByShop, time.Time{}, time.Time{}, 0)
				if s := lines(got, showFirst); s != c.want {
					t.Errorf("got  %s\nwant %s", s, c.want)
				}
				return err
			})
		})
	}
}

// TestFirstVisitsByGroupAndPeriod: three orders, done on 2, 10 and 31 March; the second took two visits, the first was called
// back 20 days after it was done.
func TestFirstVisitsByGroupAndPeriod(t *testing.T) {
	o := newOffice(t)
	o.do(&work.AddWorkType{WorkType: "repair"})
	repair := work.CreateWorkOrder{WorkType: "repair"}
	one := o.at("2026-03-02 09:00").order(repair, o.mill)
	o.visit(one, dispatch.Completed, o.ana, o.luis)
	o.complete(one, work.Done)
	two := o.at("2026-03-09 09:00").order(repair, o.brewery)
	o.visit(two, dispatch.PartiallyCompleted, o.luis)
	o.at("2026-03-10 09:00").visit(two, dispatch.Completed, o.ana)
	o.complete(two, work.Done)
	o.at("2026-03-22 10:00").order(work.CreateWorkOrder{CallbackOf: one, Cause: work.CauseRework}, o.mill)
	three := o.at("2026-03-31 22:30").order(work.CreateWorkOrder{}, o.mill)
	o.visit(three, dispatch.Completed, o.ana) // until 23:30 of 31 March in Vienna
	o.complete(three, work.Done)
	o.now = o.now.Add(24 * time.Hour)

	names := map[string]string{string(o.ana): "ana", string(o.luis): "luis", string(o.mill): "mill", string(o.brewery): "brewery", "": "none"}
	show := func(l report.FirstVisitLine) string {
		name, ok := names[l.Group]
		if !ok {
			name = l.Group
		}
		return fmt.Sprintf("%s %d/%d %s", name, l.First, l.Orders, shown(l.Percent()))
	}
	march, april := vienna("2026-03-01 00:00"), vienna("2026-04-01 00:00")
	for _, c := range []struct {
		by       report.By
		from, to time.Time
		within   time.Duration
		want     map[string]bool
	}{
		{report.ByShop, march, april, 0, map[string]bool{"shop 1/3 33.3": true}},
		{report.ByWorkType, march, april, 0, map[string]bool{"none 1/1 100": true, "repair 0/2 0": true}},
		{report.ByCustomer, march, april, 0, map[string]bool{"mill 1/2 50": true, "brewery 0/1 0": true}},
		// ana made the first visits of one and three, luis those of one and two.
		{report.ByTechnician, march, april, 0, map[string]bool{"ana 1/2 50": true, "luis 0/2 0": true}},
		// The callback came after 20 days: within 14 it does not count, within 30 it does.
		{report.ByShop, march, april, 14 * 24 * time.Hour, map[string]bool{"shop 2/3 66.6": true}},
		{report.ByShop, march, april, 30 * 24 * time.Hour, map[string]bool{"shop 1/3 33.3": true}},
		{report.ByShop, vienna("2026-03-03 00:00"), vienna("2026-03-31 00:00"), 0, map[string]bool{"shop 0/1 0": true}},
		{report.ByShop, april, time.Time{}, 0, map[string]bool{}},
	} {
		o.view(func(r store.Reader) error {
			got, err := report.FirstVisits(r, c.by, c.from, c.to, c.within)
			if len(got) != len(c.want) {
				t.Errorf("by %s: %s, want %v", c.by, lines(got, show), c.want)
			}
			for _, l := range got {
				if !c.want[show(l)] {
					t.Errorf("by %s: %s is not in %v", c.by, show(l), c.want)
				}
			}
			return err
		})
	}
	o.view(func(r store.Reader) error {
		if _, err := report.FirstVisits(r, report.ByOrder, march, april, 0); fault.CodeOf(err) != "report.group" {
			t.Errorf("grouped by order: %v", err)
		}
		return nil
	})
}
