package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/party"
	"callout/work"
)

func TestTaxIsThatOfTheServiceDate(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "standard", Rate: percent("21"), Valid: calendar.Validity{From: date("2026-03-01")}, Default: true})
	o := k.order()
	k.worked(o, "2026-02-28T08:00:00Z", "2026-02-28T09:00:00Z")
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	inv := get(k, Invoices, k.proposed(o))
	if len(inv.Taxes) != 2 {
		t.Fatalf("%d rates, want 2", len(inv.Taxes))
	}
	wantAmount(t, "at 20 %", inv.Taxes[0].VAT, "18")
	wantAmount(t, "at 21 %", inv.Taxes[1].VAT, "18.90")
}

func TestUnclassifiedIsRefused(t *testing.T) {
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20")}, &SetPrice{Key: "labour", Price: price("90")})
	o := k.order()
	item := k.item(o, "1", "10")
	k.complete(o)
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "TAX.CLASSIFIED")
	class := "books"
	k.must(&EditItem{Item: item, TaxClass: &class})
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "no tax class books")
	class = "standard"
	k.must(&EditItem{Item: item, TaxClass: &class})
	k.proposed(o)
}

func TestReverseChargeNeedsBothTaxNumbers(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "reverse-charge"})
	o := k.order()
	k.item(o, "1", "100")
	class := "reverse-charge"
	k.must(&SetTerms{Order: o, TaxClass: &class})
	k.complete(o)
	id := k.proposed(o)
	contains(t, k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: id}}).Msg, "buyer's tax number")
	number := "DE129273398"
	k.must(&work.EditCustomer{ID: k.customer, TaxID: &number})
	k.proposed(o) // the buyer has changed: propose again
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	inv := get(k, Invoices, id)
	wantAmount(t, "tax", inv.VAT, "0")
	contains(t, inv.Text(), "Reverse charge")
	contains(t, inv.Text(), number)
}

func TestTaxClassesMeanWhatTheySay(t *testing.T) {
	k := newShop(t)
	for _, c := range []struct {
		cmd  SetTax
		code string
	}{
		{SetTax{Class: "", Rate: percent("20")}, "tax.class"},
		{SetTax{Class: "Stan dard", Rate: percent("20")}, "tax.class"},
		{SetTax{Class: "zero", Rate: percent("20")}, "tax.rate"},
		{SetTax{Class: "standard", Category: "S"}, "tax.rate"},
		{SetTax{Class: "gift"}, "tax.category"},
		{SetTax{Class: "exempt"}, "tax.legend"},
		{SetTax{Class: "standard", Rate: percent("120")}, "tax.rate"},
		{SetTax{Class: "standard", Rate: percent("20"), Category: "Q"}, "tax.category"},
	} {
		k.refused(c.code, as{cmd: &c.cmd})
	}
}

func TestAddressesAreAskedForWhereTaxIsCharged(t *testing.T) {
	k := newShop(t)
	none := ""
	k.must(&party.EditCompany{Address: &none})
	o := k.billable()
	id := k.proposed(o)
	contains(t, k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: id}}).Msg, "ADDRESS.COMPLETE")

	k.must(&SetTax{Class: "outside"})
	class := "outside"
	k.must(&SetTerms{Order: o, TaxClass: &class})
	k.proposed(o)
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}}) // only a warning now
}

func TestUnknownCostIsAWarningAndNoMargin(t *testing.T) {
	k := newShop(t)
	ben := k.must(&dispatch.AddTechnician{Technician: "ben"}).Subject
	o := k.order()
	k.item(o, "1", "100")
	if m, known := k.rollup(o).Margin(); !known {
		t.Errorf("the margin of %+v is not known", m)
	} else if a, _ := m.Amount(); !a.Equal(amount("90")) {
		t.Errorf("the margin is %s", a)
	}
	id := k.must(&AddTime{Order: o, Technician: ben, From: at("2026-03-01T08:00:00Z"), To: at("2026-03-01T09:00:00Z")}).Subject
	k.must(&SubmitTime{Entry: id})
	k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
	k.complete(o)
	if _, known := k.rollup(o).Margin(); known {
		t.Error("a margin is known although a cost is not")
	}
	g := k.gate(o)
	if q, _ := g.Get(ReqCost); q.Status != Unsatisfied || q.Severity != Warn {
		t.Errorf("unknown cost is %s, %s", q.Severity, q.Status)
	}
	k.released(o) // and holds nothing up
}
