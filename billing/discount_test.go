package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
)

func lessPercent(p, why string) *Discount { return &Discount{Percent: percentp(p), Reason: why} }
func lessAmount(a, why string) *Discount  { return &Discount{Amount: amountp(a), Reason: why} }

// given adds an item of 100.00 each with a discount.
func (k *shop) given(order store.ID, q string, d *Discount) store.ID {
	k.tb.Helper()
	return k.must(&AddItem{Order: order, Kind: ExpenseItem, Text: "x", Qty: qty(q), Price: pricep("100"), Cost: pricep("10"), Discount: d}).Subject
}

func TestDiscountsAreRefusedWithoutSense(t *testing.T) {
	k := newShop(t)
	o := k.order()
	add := func(q string, d *Discount) *AddItem {
		return &AddItem{Order: o, Kind: ExpenseItem, Text: "x", Qty: qty(q), Price: pricep("100"), Discount: d}
	}
	terms := func(a Adjustment) *SetTerms { return &SetTerms{Order: o, Adjustments: []Adjustment{a}} }
	for _, c := range []struct {
		code string
		cmd  store.Command
	}{
		{"reason.missing", add("1", lessPercent("10", ""))}, // EN 16931 BR-CO-23
		{"discount.percent", add("1", lessPercent("100.1", "x"))},
		{"discount.percent", add("1", lessPercent("-1", "x"))},
		{"discount.amount", add("1", lessAmount("-1", "x"))},
		{"discount.amount", add("-1", lessAmount("1", "x"))},
		{"discount.both", add("1", &Discount{Percent: percentp("1"), Amount: amountp("1"), Reason: "x"})},
		{"reason.missing", terms(Adjustment{Discount: *lessPercent("5", "")})},
		{"discount.on", terms(Adjustment{On: "gifts", Discount: *lessPercent("5", "x")})},
		{"discount.on", terms(Adjustment{On: "part", Discount: *lessAmount("5", "x")})},
		{"discount.on", terms(Adjustment{On: "part", Surcharge: true, Discount: *lessPercent("5", "x")})},
		{"discount.code", terms(Adjustment{Discount: *lessPercent("5", "x"), Code: "FC"})},
		{"discount.code", terms(Adjustment{Surcharge: true, Discount: *lessPercent("5", "x"), Code: "freight"})},
		{"discount.on", &ProposeInvoice{Order: o, Adjustments: []Adjustment{{On: "part", Discount: *lessPercent("5", "x")}}}},
	} {
		k.refused(c.code, as{cmd: c.cmd})
	}
	k.given(o, "1", lessAmount("100.01", "too much"))
	k.complete(o)
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "more than the 100.00 EUR")
}

func TestTheNearestDiscountCounts(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{
		{On: "labour", Discount: *lessPercent("10", "frame agreement")}, {On: "expense", Discount: *lessPercent("20", "frame agreement")},
	}})
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	own := k.given(o, "1", lessAmount("5", "scratched"))
	k.given(o, "1", nil)
	k.complete(o)
	inv := get(k, Invoices, k.proposed(o))
	wantAmount(t, "labour", inv.Lines[0].Net, "81.00")
	wantAmount(t, "its own", inv.Lines[1].Net, "95.00")
	wantAmount(t, "of its kind", inv.Lines[2].Net, "80.00")
	contains(t, inv.Text(), "less 5.00: scratched")
	contains(t, inv.Text(), "less 9.00 (10 %): frame agreement")

	k.must(&EditItem{Item: own, Discount: &Discount{}}) // taken back: the agreed one counts
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{On: "labour"}}})
	inv = get(k, Invoices, k.proposed(o))
	wantAmount(t, "all of it", inv.Net, "250.00")
	if len(inv.Lines) != 3 || inv.Lines[0].Discount != nil {
		t.Errorf("labour is discounted still: %+v", inv.Lines[0].Discount)
	}
}

func TestWhoeverGivesADiscountApprovesNothing(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.mustAs(as{name: "eva", cmd: &AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Discount: lessPercent("10", "friends")}})
	k.mustAs(as{name: "tom", cmd: &SetTerms{Order: o, Adjustments: []Adjustment{{Discount: *lessPercent("1", "loyalty")}}}})
	k.complete(o)
	id := k.proposed(o)
	for _, who := range []string{"eva", "tom", "office"} {
		k.refused("approval.self", as{name: who, cmd: &ApproveInvoice{Invoice: id}})
	}
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	// A discount at the last moment is another document, which asks for another approval.
	k.mustAs(as{name: "eva", reason: "haggled", cmd: &ProposeInvoice{Invoice: id, Adjustments: []Adjustment{{Discount: Discount{Amount: amountp("6.92")}}}}})
	k.refused("invoice.status", as{cmd: &ReleaseInvoice{Invoice: id}})
	k.refused("approval.self", as{name: "eva", cmd: &ApproveInvoice{Invoice: id}})
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	wantAmount(t, "net", get(k, Invoices, id).Net, "100.00") // 108.00 − 1.08 − 6.92
	k.audited()
}

// An agreed amount is taken off once, over as many documents as it takes, and again after a credit.
func TestAnAgreedAmountCountsOnce(t *testing.T) {
	k := newShop(t)
	o := k.order()
	a, b := k.given(o, "1", nil), k.given(o, "2", nil)
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{Discount: *lessAmount("150", "goodwill")}}})
	k.complete(o)
	bill := func(sel ...Selection) *Invoice {
		id := k.must(&ProposeInvoice{Order: o, Only: sel}).Subject
		k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
		k.must(&ReleaseInvoice{Invoice: id})
		return get(k, Invoices, id)
	}
	one := bill(Selection{Source: a})
	wantAmount(t, "first", one.Net, "0")
	two := bill(Selection{Source: b, Qty: qtyp("1")})
	wantAmount(t, "second", two.Net, "50.00")
	three := bill()
	wantAmount(t, "third", three.Net, "100.00")
	k.credited(two.ID)
	wantAmount(t, "again", bill().Net, "50.00")
	k.audited()
}

// A discount of an amount on an item that is billed bit by bit comes to that amount.
func TestAnAmountIsSharedOutOverPartialBills(t *testing.T) {
	k := newShop(t)
	o := k.order()
	id := k.given(o, "3", lessAmount("10", "scratched"))
	k.complete(o)
	var sum money.Amount
	for range 3 {
		inv := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: id, Qty: qtyp("1")}}}).Subject
		k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: inv}})
		k.must(&ReleaseInvoice{Invoice: inv})
		sum = sum.Add(get(k, Invoices, inv).Lines[0].Off)
	}
	wantAmount(t, "in all", sum, "10.00") // 3.33, 3.34, 3.33
	k.audited()
}

func TestDocumentDiscountIsSplitOverTaxes(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "reduced", Rate: percent("10")})
	o := k.order()
	k.given(o, "1", nil)
	k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "y", Qty: qty("1"), Price: pricep("50"), TaxClass: "reduced"})
	k.complete(o)
	id := k.mustAs(as{reason: "opening offer", cmd: &ProposeInvoice{Order: o, Adjustments: []Adjustment{
		{Discount: Discount{Amount: amountp("10")}, Code: "95"}, {Surcharge: true, Discount: *lessPercent("1", "fuel")},
	}}}).Subject
	inv := get(k, Invoices, id)
	wantAmount(t, "net", inv.Net, "141.50")
	wantAmount(t, "base at 10 %", inv.Taxes[0].Base, "47.17") // 50 − 3.33 + 0.50
	wantAmount(t, "base at 20 %", inv.Taxes[1].Base, "94.33")
	text := inv.Text()
	for _, want := range []string{"less opening offer        -10.00\n", "fuel, 1 % of 150.00          1.50"} {
		contains(t, text, want)
	}
	k.refused("discount.over", as{reason: "all of it and more", cmd: &ProposeInvoice{Invoice: id, Adjustments: []Adjustment{{Discount: Discount{Amount: amountp("150.01")}}}}})
	k.must(&ProposeInvoice{Invoice: id, Adjustments: []Adjustment{{}, {Surcharge: true}}}) // both taken back
	wantAmount(t, "net", get(k, Invoices, id).Net, "150.00")
}

func TestPricesWithTaxKeepWhatTheCustomerPays(t *testing.T) {
	k := newShop(t)
	k.must(&SetPrice{Key: "service:TUNE", Price: price("379"), WithTax: true})
	k.must(&SetTax{Class: "standard", Rate: percent("21"), Default: true})
	o := k.order()
	for range 2 {
		k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "TUNE", Qty: qty("1")})
	}
	k.complete(o)
	inv := k.released(o)
	wantAmount(t, "to pay", inv.Gross, "758.00")
	wantAmount(t, "net", inv.Net, "626.45")
	contains(t, inv.Text(), "the price includes the tax")
	k.refused("terms.billed", as{cmd: &SetTerms{Order: o, WithTax: ptr(true)}})

	m := k.order()
	k.must(&SetTerms{Order: m, Price: amountp("1000"), WithTax: ptr(true)})
	for range 3 {
		k.must(&AddMilestone{Order: m, Milestone: "third", Percent: percentp("33.333333")})
	}
	k.must(&AddMilestone{Order: m, Milestone: "rest", Percent: percentp("0.000001")})
	k.complete(m)
	wantAmount(t, "the agreed price, with tax", get(k, Invoices, k.proposed(m)).Gross, "1000.00")
	k.audited()
}

// TestForgedFiguresAreNoticed: whatever figure of a document is touched, computing it again says so.
func TestForgedFiguresAreNoticed(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.given(o, "3", lessPercent("7.5", "friends"))
	k.given(o, "1", lessAmount("3", "scratched"))
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{Discount: *lessPercent("2", "loyalty")}, {Surcharge: true, Discount: *lessAmount("3", "freight")}}})
	k.complete(o)
	id := k.proposed(o)
	if why := Miscounted(get(k, Invoices, id)); why != "" {
		t.Fatal(why)
	}
	cent := amount("0.01")
	for name, forge := range storetest.InOrder(map[string]func(*Invoice){
		"line discount":      func(i *Invoice) { i.Lines[0].Off = i.Lines[0].Off.Add(cent) },
		"amount discount":    func(i *Invoice) { i.Lines[1].Off = i.Lines[1].Off.Add(cent); i.Lines[1].Net = i.Lines[1].Net.Sub(cent) },
		"line net":           func(i *Invoice) { i.Lines[0].Net = i.Lines[0].Net.Add(cent) },
		"discount":           func(i *Invoice) { i.Allowances[0].Amount = i.Allowances[0].Amount.Add(cent) },
		"its base":           func(i *Invoice) { i.Allowances[0].Base = i.Allowances[0].Base.Add(cent) },
		"part of a discount": func(i *Invoice) { i.Allowances[0].Parts[0].Net = i.Allowances[0].Parts[0].Net.Add(cent) },
		"surcharge":          func(i *Invoice) { i.Allowances[1].Amount = i.Allowances[1].Amount.Add(cent) },
		"rounding":           func(i *Invoice) { i.Rounding = cent },
		"tax":                func(i *Invoice) { i.Taxes[0].VAT = i.Taxes[0].VAT.Add(cent) },
		"base":               func(i *Invoice) { i.Taxes[0].Base = i.Taxes[0].Base.Add(cent) },
		"whose tax":          func(i *Invoice) { i.Taxes[0].Name = "Nowhere" },
		"total":              func(i *Invoice) { i.Gross = i.Gross.Add(cent) },
	}) {
		inv := get(k, Invoices, id)
		forge(inv)
		if Miscounted(inv) == "" {
			t.Errorf("nobody notices a forged %s", name)
		}
		if hash := inv.Hash; hash == HashOf(inv) {
			t.Errorf("the hash says nothing of a forged %s", name)
		}
	}
}
