package report_test

import (
	"fmt"
	"testing"

	"callout/billing"
	"callout/calendar"
	"callout/internal/fault"
	"callout/shop/report"
	"callout/store"
	"callout/work"
)

// TestMargins: released in March 2 h of ana (180, cost 76) and a pump (100, cost 60) for the mill; in April 1 h of luis, whose
// cost nobody knows, for the brewery (90); then the mill's is credited in April.
func TestMargins(t *testing.T) {
	o := newOffice(t)
	o.do(&work.AddWorkType{WorkType: "repair"})
	mill := o.at("2026-03-02 08:00").order(work.CreateWorkOrder{WorkType: "repair"}, o.mill)
	o.at("2026-03-03 08:00").approve(o.enter(mill, o.ana, billing.Labour, "2026-03-02 09:00", "2026-03-02 11:00"))
	o.part(mill, "100", "60")
	o.complete(mill, work.Done)
	inv := o.bill(mill)
	brewery := o.at("2026-04-01 08:00").order(work.CreateWorkOrder{}, o.brewery)
	o.at("2026-04-02 08:00").approve(o.enter(brewery, o.luis, billing.Labour, "2026-04-01 09:00", "2026-04-01 10:00"))
	o.complete(brewery, work.Done)
	o.bill(brewery)

	names := map[string]string{string(o.mill): "mill", string(o.brewery): "brewery", string(o.ana): "ana", string(o.luis): "luis", string(mill): "first"}
	show := func(l report.MarginLine) string {
		margin := "?"
		if m, ok := l.Margin.Amount(); ok {
			margin = m.String()
		}
		name := l.Group
		if n, ok := names[l.Group]; ok {
			name = n
		}
		return fmt.Sprintf("%q %s − %s = %s, %s %%, %d lines", name, l.Revenue, known(l.Cost), margin, shown(l.Percent()), l.Allocations)
	}
	check := func(by report.By, from, to calendar.Date, want ...string) {
		t.Helper()
		o.view(func(r store.Reader) error {
			got, err := report.Margins(r, by, from, to)
			all := map[string]bool{}
			for _, l := range got {
				all[show(l)] = true
			}
			for _, w := range want {
				if !all[w] || len(got) != len(want) {
					t.Errorf("by %s: %s is not all of\n%s", by, w, lines(got, show))
				}
			}
			return err
		})
	}
	none, april := calendar.Date{}, date("2026-04-01")
	// 280 − 136 = 144, 144 / 280 = 51.43 %.
	check(report.ByCustomer, none, none, `"mill" 280.00 − 136.00 = 144.00, 51.4 %, 2 lines`, `"brewery" 90.00 − ? = ?, ? %, 1 lines`)
	check(report.ByCustomer, none, april, `"mill" 280.00 − 136.00 = 144.00, 51.4 %, 2 lines`)
	check(report.ByCustomer, april, none, `"brewery" 90.00 − ? = ?, ? %, 1 lines`)
	check(report.ByWorkType, none, april, `"repair" 280.00 − 136.00 = 144.00, 51.4 %, 2 lines`)
	check(report.ByOrder, none, april, `"first" 280.00 − 136.00 = 144.00, 51.4 %, 2 lines`)
	// 180 − 76 = 104, 57.78 %; 100 − 60 = 40.
	check(report.ByTechnician, none, april, `"ana" 180.00 − 76.00 = 104.00, 57.8 %, 1 lines`, `"" 100.00 − 60.00 = 40.00, 40 %, 1 lines`)
	o.credit(inv)
	check(report.ByCustomer, none, april, `"mill" 280.00 − 136.00 = 144.00, 51.4 %, 2 lines`) // March stays as it was
	check(report.ByCustomer, none, none, `"mill" 0 − 0 = 0, ? %, 4 lines`, `"brewery" 90.00 − ? = ?, ? %, 1 lines`)
	o.view(func(r store.Reader) error {
		if _, err := report.Margins(r, report.ByBranch, none, none); fault.CodeOf(err) != "report.group" {
			t.Errorf("by branch: %v", err)
		}
		return nil
	})
}

// TestMarginsAfterDiscounts: 2 h of ana (180, cost 76) and a pump (100, cost 60), with 10 % off the whole: 28 off 280, of which 18
// fall on the time and 10 on the pump. A credit of it all takes back just what was billed.
func TestMarginsAfterDiscounts(t *testing.T) {
	o := newOffice(t).at("2026-03-02 08:00")
	id := o.order(work.CreateWorkOrder{}, o.mill)
	o.at("2026-03-03 08:00").approve(o.enter(id, o.ana, billing.Labour, "2026-03-02 09:00", "2026-03-02 11:00"))
	o.part(id, "100", "60")
	o.complete(id, work.Done)
	inv := o.do(&billing.ProposeInvoice{Order: id, Adjustments: []billing.Adjustment{{Discount: billing.Discount{Percent: percent("10"), Reason: "loyalty"}}}})
	o.as("boss", &billing.ApproveInvoice{Invoice: inv})
	o.do(&billing.ReleaseInvoice{Invoice: inv})
	check := func(by report.By, group, revenue, margin string) {
		t.Helper()
		o.view(func(r store.Reader) error {
			got, err := report.Margins(r, by, calendar.Date{}, calendar.Date{})
			for _, l := range got {
				m, _ := l.Margin.Amount()
				if l.Group == group && (!l.Revenue.Equal(*sum(revenue)) || !m.Equal(*sum(margin))) {
					t.Errorf("by %s: %s leaves %s, want %s and %s", by, l.Revenue, m, revenue, margin)
				}
			}
			return err
		})
	}
	check(report.ByCustomer, string(o.mill), "252", "116") // 252 − 136
	check(report.ByTechnician, string(o.ana), "162", "86") // 180 − 18 − 76
	check(report.ByTechnician, "", "90", "30")             // 100 − 10 − 60
	o.view(func(r store.Reader) error {
		p, err := billing.RollupOf(r, id, o.now)
		if err == nil && !p.Billed.Equal(*sum("252")) {
			t.Errorf("the order is billed with %s", p.Billed)
		}
		return err
	})
	o.credit(inv)
	check(report.ByCustomer, string(o.mill), "0", "0")
	check(report.ByTechnician, string(o.ana), "0", "0")
	o.view(func(r store.Reader) error {
		p, err := billing.RollupOf(r, id, o.now)
		if err == nil && !p.Billed.Equal(p.Credited) {
			t.Errorf("of %s billed %s is credited", p.Billed, p.Credited)
		}
		return err
	})
}
