package billing_test

import (
	"strings"
	"testing"

	. "callout/billing"
	"callout/store"
)

func month(s string) Month { return must(ParseMonth("month", s)) }

func TestNothingIsBookedIntoAClosedMonth(t *testing.T) {
	k := taxFree(t)
	inv := k.invoiced("100") // 2026-03-02
	k.refused("period.running", as{cmd: &ClosePeriod{Month: month("2026-03")}})
	k.refused("period.future", as{cmd: &ClosePeriod{Month: month("2026-04")}, reason: "why not"})
	k.clock.set(at("2026-04-02T08:00:00Z"))
	k.must(&ClosePeriod{Month: month("2026-03")})
	k.refused("period.closed", as{cmd: &ClosePeriod{Month: month("2026-03")}})
	k.refused("period.closed", as{cmd: &ClosePeriod{Month: month("2026-02")}}) // closed with it
	k.refused("period.closed", as{cmd: &AddPayment{Amount: amount("5"), Customer: k.customer, On: date("2026-03-31")}})
	k.refused("period.closed", as{name: "boss", cmd: &WriteOffInvoice{Invoice: inv.ID, On: date("2026-03-31")}, reason: "gone"})
	p := get(k, Payments, k.must(&AddPayment{Amount: amount("5"), Customer: k.customer, On: date("2026-04-01")}).Subject)
	k.refused("period.closed", as{cmd: &ReversePayment{Payment: p.ID, On: date("2026-03-31")}, reason: "bounced"})

	// A month that runs can be closed for a reason, and then nothing is released in it, invoice or credit note.
	k.mustAs(as{cmd: &ClosePeriod{Month: month("2026-04")}, reason: "year end of the group"})
	o := k.order()
	k.item(o, "1", "5")
	k.complete(o)
	id := k.approved(o)
	contains(t, k.refused("gate.release", as{cmd: &ReleaseInvoice{Invoice: id}}).Msg, "PERIOD.OPEN: today is 2026-04-02, and the books are closed through 2026-04")
	cn := k.mustAs(as{cmd: &CreditInvoice{Invoice: inv.ID}, reason: "wrong"}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
	contains(t, k.refused("gate.release", as{cmd: &ReleaseInvoice{Invoice: cn}}).Msg, "PERIOD.OPEN")

	// Opened again by somebody else, with a reason, the last month first.
	k.refused("period.order", as{name: "boss", cmd: &ReopenPeriod{Month: month("2026-03")}, reason: "why"})
	k.refused("reason.missing", as{name: "boss", cmd: &ReopenPeriod{Month: month("2026-04")}})
	k.refused("period.self", as{cmd: &ReopenPeriod{Month: month("2026-04")}, reason: "too early"})
	k.mustAs(as{name: "boss", cmd: &ReopenPeriod{Month: month("2026-04")}, reason: "too early"})
	k.refused("period.open", as{name: "boss", cmd: &ReopenPeriod{Month: month("2026-04")}, reason: "again"})
	k.must(&ReleaseInvoice{Invoice: id})
	k.must(&ReleaseInvoice{Invoice: cn})
	k.audited()

	var list []MonthView
	k.read(func(r store.Reader) (err error) {
		list, err = MonthsOf(r, date("2026-04-02"))
		return err
	})
	if len(list) != 2 || list[0].Status != "closed" || list[1].Status != "open" || list[1].Figures.Invoices != 1 || list[1].Figures.Credits != 1 {
		t.Fatalf("the months are %+v", list)
	}
	wantAmount(t, "gross of April", list[1].Figures.Gross, "-95")
	wantAmount(t, "received in April", list[1].Figures.Received, "5")
}

func TestWorkThatComesLateIsFlaggedAndNotLost(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-02-10T08:00:00Z", "2026-02-10T09:00:00Z") // known before the closing
	k.must(&ClosePeriod{Month: month("2026-02")})
	late := k.worked(o, "2026-02-28T08:00:00Z", "2026-02-28T10:00:00Z")
	// 23:30 UTC on the last day of February is March at the site.
	k.worked(o, "2026-02-28T23:30:00Z", "2026-03-01T00:30:00Z")
	item := k.mustAs(as{at: at("2026-02-27T08:00:00Z"), cmd: &AddItem{Order: o, Kind: ExpenseItem, Text: "Parking", Qty: qty("1"), Price: pricep("7")}}).Subject
	k.complete(o)
	k.read(func(r store.Reader) error {
		var got []store.ID
		for l, err := range LateItems.Rows(r, "counts", store.Prefix(store.K("2026-03"))) {
			if err != nil {
				return err
			}
			got = append(got, l.Source)
			if l.Month != month("2026-02") {
				t.Errorf("%s lies in %s", l.Source, l.Month)
			}
		}
		if len(got) != 2 || got[0] != late || got[1] != item {
			t.Errorf("late are %v, want %s and %s", got, late, item)
		}
		return nil
	})
	id := k.mustAs(as{name: "chief", cmd: &ProposeInvoice{Order: o}}).Subject
	q, _ := k.gate(id).Get(ReqLate)
	if q.Status != Unsatisfied || q.Severity != Warn || len(q.Evidence) != 2 {
		t.Errorf("the gate says %+v", q)
	}
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	if inv := get(k, Invoices, id); len(inv.Lines) != 4 {
		t.Errorf("%d lines are billed, want all 4", len(inv.Lines))
	}
	k.audited()
}

// TestAClosedMonthThatChangedIsFound plants a document in a closed month where no check stands in its way.
func TestAClosedMonthThatChangedIsFound(t *testing.T) {
	for _, checked := range []bool{true, false} {
		checks := Checks()
		if !checked {
			checks = nil
		}
		k := openShop(t, checks)
		inv := k.invoiced("100")
		p := k.paid("20", inv.ID)
		k.clock.set(at("2026-04-02T08:00:00Z"))
		k.must(&ClosePeriod{Month: month("2026-03")})
		plant := change(Payments, p.ID, func(tx *store.Tx, p *Payment) { p.ID, p.Number = Payments.NewID(tx, "x"), "PAY-9" })
		if checked {
			k.refused("period.closed", as{cmd: plant})
			k.audited()
			continue
		}
		k.must(plant)
		contains(t, strings.Join(k.findings(), "\n"), "2026-03 was closed over")
	}
}
