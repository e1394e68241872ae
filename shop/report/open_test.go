package report_test

import (
	"fmt"
	"testing"

	"callout/billing"
	"callout/money"
	"callout/shop/report"
	"callout/store"
	"callout/work"
)

// known writes a cost, or "?" while it is not known.
func known(c money.Cost) string {
	if a, ok := c.Amount(); ok {
		return a.String()
	}
	return "?"
}

// TestWIP: ana worked 2 h for the mill at 90 and put in a pump for 100 that cost 60; luis, whose cost nobody knows, worked
// 1 h for the brewery that nobody has decided upon.
func TestWIP(t *testing.T) {
	o := newOffice(t).at("2026-03-02 08:00")
	mill := o.order(work.CreateWorkOrder{}, o.mill)
	brewery := o.order(work.CreateWorkOrder{}, o.brewery)
	o.order(work.CreateWorkOrder{}, o.mill) // nothing was done on it
	o.at("2026-03-04 20:00")
	o.approve(o.enter(mill, o.ana, billing.Labour, "2026-03-02 09:00", "2026-03-02 11:00"))
	o.part(mill, "100", "60")
	o.enter(brewery, o.luis, billing.Labour, "2026-03-02 09:00", "2026-03-02 10:00")
	o.part(brewery, "", "5")
	show := func(l report.WIPLine) string {
		return fmt.Sprintf("%s unbilled %s, on invoices %s, cost %s, %d undecided, %d unpriced, %d days", l.Order.Number, l.Unbilled,
			l.OnInvoice, known(l.Cost), l.Unapproved, l.Unpriced, l.Days)
	}
	check := func(when, want string) {
		t.Helper()
		o.view(func(r store.Reader) error {
			got, err := report.WIP(r, o.now)
			if s := lines(got, show); s != want {
				t.Errorf("%s:\ngot  %s\nwant %s", when, s, want)
			}
			return err
		})
	}
	// 2 × 90 + 100 = 280; 2 × 38 + 60 = 136; from Monday 08:00 to Wednesday 20:00 are two full days.
	check("before", "WO-1001 unbilled 280.00, on invoices 0, cost 136.00, 0 undecided, 0 unpriced, 2 days\n"+
		"WO-1002 unbilled 0, on invoices 0, cost ?, 1 undecided, 1 unpriced, 2 days")
	o.complete(mill, work.Done)
	inv := o.do(&billing.ProposeInvoice{Order: mill})
	brew := "\nWO-1002 unbilled 0, on invoices 0, cost ?, 1 undecided, 1 unpriced, 2 days"
	check("proposed", "WO-1001 unbilled 0, on invoices 280.00, cost 136.00, 0 undecided, 0 unpriced, 2 days"+brew)
	o.as("boss", &billing.ApproveInvoice{Invoice: inv})
	o.do(&billing.ReleaseInvoice{Invoice: inv})
	check("released", brew[1:])
	o.credit(inv)
	check("credited", "WO-1001 unbilled 280.00, on invoices 0, cost 136.00, 0 undecided, 0 unpriced, 2 days"+brew)
}

// TestUnbilled: approved charges that are on no document, by order; those without a price have no amount.
func TestUnbilled(t *testing.T) {
	o := newOffice(t).at("2026-03-04 08:00")
	mill := o.order(work.CreateWorkOrder{}, o.mill)
	brewery := o.order(work.CreateWorkOrder{}, o.brewery)
	o.part(brewery, "", "5")
	o.approve(o.enter(mill, o.ana, billing.Labour, "2026-03-02 09:00", "2026-03-02 11:30"))
	o.enter(mill, o.ana, billing.Labour, "2026-03-03 09:00", "2026-03-03 10:00") // nobody has approved it
	show := func(l report.UnbilledLine) string {
		worth := "?"
		if l.Worth != nil {
			worth = l.Worth.String()
		}
		return fmt.Sprintf("%s %s %s %s", l.Order.Number, l.Charge.On, l.Qty, worth)
	}
	for customer, want := range map[store.ID]string{
		"":        "WO-1001 2026-03-02 2.5 225.00\nWO-1002 2026-03-04 1 ?", // 2.5 × 90
		o.brewery: "WO-1002 2026-03-04 1 ?",
	} {
		o.view(func(r store.Reader) error {
			got, err := report.Unbilled(r, customer, o.now)
			if s := lines(got, show); s != want {
				t.Errorf("got  %s\nwant %s", s, want)
			}
			return err
		})
	}
}
