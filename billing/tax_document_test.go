package billing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
	"callout/work"

	"pgregory.net/rapid"
)

// fit says a figure of a published case as a class's name: "5.5" is "at-5-5".
func classAt(rate string) string { return "at-" + strings.ReplaceAll(rate, ".", "-") }

// TestTaxRoundingVectors takes the published cases all the way: items on an order, their
// discounts and taxes, and the invoice that is proposed of them.
func TestTaxRoundingVectors(t *testing.T) {
	type line struct {
		Qty      string `json:"qty"`
		Price    string `json:"unit_price"`
		Discount string `json:"discount_pct"`
		VAT      string `json:"vat_pct"`
	}
	type exclusive struct {
		ID     string `json:"id"`
		Input  any    `json:"input"`
		Expect struct {
			LineNets []string `json:"line_nets"`
			Net      string   `json:"net"`
			VAT      any      `json:"vat"`
			VATTotal string   `json:"vat_total"`
			Gross    string   `json:"gross"`
		} `json:"expect"`
	}
	seen := 0
	for _, v := range vectors[exclusive](t, "tax-rounding.json") {
		t.Run(v.ID, func(t *testing.T) {
			var lines []line
			withTax := false
			switch in := v.Input.(type) {
			case []any:
				for _, l := range in {
					m := l.(map[string]any)
					lines = append(lines, line{m["qty"].(string), m["unit_price"].(string), m["discount_pct"].(string), m["vat_pct"].(string)})
				}
			case map[string]any:
				withTax = true
				for _, g := range in["gross_lines"].([]any) {
					lines = append(lines, line{"1", g.(string), "0", in["vat_pct"].(string)})
				}
			}
			k := newShop(t)
			for _, l := range lines {
				set := &SetTax{Class: classAt(l.VAT), Rate: percent(l.VAT)}
				if l.VAT == "0" {
					set.Category, set.Legend = "E", "Exempt"
				}
				k.must(set)
			}
			o := k.order()
			if withTax {
				k.must(&SetTerms{Order: o, WithTax: ptr(true)})
			}
			var ids []store.ID
			for _, l := range lines {
				q, p := l.Qty, l.Price
				if strings.HasPrefix(p, "-") { // EN 16931 BR-27: prices are never negative, quantities may be
					q, p = "-"+q, p[1:]
				}
				ids = append(ids, k.mustAs(as{reason: "as agreed", cmd: &AddItem{
					Order: o, Kind: ExpenseItem, Text: "x", Qty: qty(q), Price: pricep(p), TaxClass: classAt(l.VAT),
					Discount: &Discount{Percent: percentp(l.Discount)},
				}}).Subject)
			}
			k.complete(o)
			var inv *Invoice
			k.read(func(r store.Reader) error {
				s, err := Load(r, o, k.clock.Now())
				if err == nil {
					_, inv, err = Trial(s)
				}
				return err
			})
			if inv.Gross.Sign() >= 0 { // what comes to less is priced, and asked of nobody
				inv = get(k, Invoices, k.proposed(o))
			} else {
				k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
			}
			for i, want := range v.Expect.LineNets {
				n := slices.IndexFunc(inv.Lines, func(l InvoiceLine) bool { return l.Source == ids[i] })
				wantAmount(t, fmt.Sprintf("line %d", i+1), inv.Lines[n].Net, want)
			}
			wantAmount(t, "net", inv.Net, v.Expect.Net)
			wantAmount(t, "gross", inv.Gross, v.Expect.Gross)
			if withTax {
				wantAmount(t, "tax", inv.VAT, v.Expect.VAT.(string))
			} else {
				wantAmount(t, "tax", inv.VAT, v.Expect.VATTotal)
				for rate, want := range v.Expect.VAT.(map[string]any) {
					n := slices.IndexFunc(inv.Taxes, func(l TaxLine) bool { return l.Rate.Equal(percent(rate)) })
					wantAmount(t, "tax at "+rate, inv.Taxes[n].VAT, want.(string))
				}
			}
			k.audited()
		})
		seen++
	}
	if seen != 19 {
		t.Errorf("%d cases, want 19", seen)
	}
}

// taxWorld draws documents of every kind that the room knows.
type taxWorld struct {
	*shop
	order store.ID
}

func drawDocument(t *testing.T, rt *rapid.T) taxWorld {
	k := newShop(t)
	k.must(&SetTax{Class: "reduced", Rate: percent("10.5")})
	k.must(&SetTax{Class: "zero"})
	k.must(&SetTax{Class: "reverse-charge"})
	k.must(&SetTax{Class: "austin", Components: []money.Component{
		{Name: "Texas", Rate: percent("6.25")}, {Name: "Travis County", Rate: percent("1")}, {Name: "Austin", Rate: percent("1")},
	}})
	k.must(&SetTax{Class: "houston", Components: []money.Component{{Name: "Texas", Rate: percent("6.25")}, {Name: "Houston", Rate: percent("2")}}})
	number := "DE129273398"
	k.must(&work.EditCustomer{ID: k.customer, TaxID: &number})
	k.must(&SetTaxRounding{PerLine: rapid.Bool().Draw(rt, "per line")})
	if rapid.Bool().Draw(rt, "cash") {
		k.must(&party.EditCompany{CashStep: &money.CashStep{Amount: amount("0.05")}})
	}
	o := k.order()
	withTax := rapid.IntRange(0, 2).Draw(rt, "with tax")
	k.must(&SetTerms{Order: o, WithTax: ptr(withTax == 0)})
	k.must(&SetPrice{Key: "service:WITH", Price: price("119.99"), WithTax: true})
	if withTax == 1 {
		k.must(&RepinPrices{Order: o})
		k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "WITH", Qty: qty("1.3")})
	}
	k.item(o, "1", "99999.99") // the credit lines among the others leave something to ask for
	for range rapid.IntRange(1, 8).Draw(rt, "items") {
		add := &AddItem{
			Order: o, Kind: ExpenseItem, Text: "x",
			Qty:      money.NewQuantity(rapid.Int64Range(1, 99_999).Draw(rt, "qty")*rapid.SampledFrom([]int64{1, 1, -1}).Draw(rt, "sign"), 3),
			Price:    ptr(money.NewPrice(rapid.Int64Range(0, 999_999).Draw(rt, "price"), 4)),
			TaxClass: rapid.SampledFrom([]string{"standard", "reduced", "zero", "reverse-charge", "austin", "houston"}).Draw(rt, "tax"),
		}
		switch rapid.IntRange(0, 3).Draw(rt, "discount") {
		case 1:
			add.Discount = &Discount{Percent: ptr(money.NewPercent(rapid.Int64Range(1, 100_000_000).Draw(rt, "percent"), 6)), Reason: "old friends"}
		case 2:
			if full := money.LineAmount(add.Qty, *add.Price, eur, money.HalfAway); full.Sign() > 0 {
				add.Discount = &Discount{Amount: ptr(money.PercentOf(full, percent("33.3"), eur, money.HalfAway)), Reason: "scratched"}
			}
		}
		k.must(add)
	}
	agreed := []Adjustment{
		{On: "expense", Discount: Discount{Percent: percentp("2.5"), Reason: "frame agreement"}},
		{Discount: Discount{Percent: percentp("3.333"), Reason: "loyalty"}},
		{Discount: Discount{Amount: amountp("17.77"), Reason: "goodwill"}},
		{Surcharge: true, Discount: Discount{Amount: amountp("4.99"), Reason: "freight"}, Code: "FC"},
	}
	k.must(&SetTerms{Order: o, Adjustments: agreed[:rapid.IntRange(0, 4).Draw(rt, "agreed")]})
	k.complete(o)
	return taxWorld{k, o}
}

// holds checks the sums of a document with plain additions of its rows.
func holds(rt *rapid.T, inv *Invoice) {
	var lines, off, base, vat money.Amount
	for _, l := range inv.Lines {
		lines = lines.Add(l.Net)
	}
	for _, a := range inv.Allowances {
		var stated money.Amount
		for _, p := range a.Parts {
			if p.Gross != nil {
				stated = stated.Add(*p.Gross)
			} else {
				stated = stated.Add(p.Net)
			}
		}
		if !stated.Equal(a.Amount) {
			rt.Errorf("the parts of %q come to %s, not %s", a.Reason, stated, a.Amount)
		}
		if a.Surcharge {
			off = off.Sub(a.Net())
		} else {
			off = off.Add(a.Net())
		}
	}
	for _, t := range inv.Taxes {
		vat = vat.Add(t.VAT)
		if t.Name == "" || t.Name == "Texas" { // the others tax the same base once more
			base = base.Add(t.Base)
		}
	}
	if !lines.Sub(off).Equal(inv.Net) || !base.Equal(inv.Net) || !vat.Equal(inv.VAT) || !inv.Net.Add(inv.VAT).Equal(inv.Gross) {
		rt.Errorf("lines %s less %s, bases %s, tax %s are not net %s, tax %s, total %s", lines, off, base, vat, inv.Net, inv.VAT, inv.Gross)
	}
	if !inv.CashStep.IsZero() && !inv.CashStep.Round(inv.Payable()).IsZero() {
		rt.Errorf("%s cannot be paid", inv.Payable())
	}
}

// TestEveryDocumentHoldsTogether: whatever is discounted, taxed and rounded how, the sums hold, and
// taking all of it back leaves exactly nothing in every category.
func TestEveryDocumentHoldsTogether(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawDocument(t, rt)
		inv := w.released(w.order)
		holds(rt, inv)
		cn := w.credited(inv.ID)
		if len(cn.Taxes) != len(inv.Taxes) || !cn.Net.Equal(inv.Net) || !cn.Payable().Equal(inv.Payable()) || len(cn.Allowances) != len(inv.Allowances) {
			rt.Fatalf("%s credits %s of %s", cn.Number, cn.Payable(), inv.Payable())
		}
		for i, tl := range inv.Taxes {
			if c := cn.Taxes[i]; !tl.VAT.Equal(c.VAT) || !tl.Base.Equal(c.Base) || tl.Name != c.Name {
				rt.Errorf("category %s %s leaves something", tl.Category, tl.Rate)
			}
		}
		w.audited()
	})
}

// TestPartialCreditsAddUp credits the lines of a document bit by bit: every part goes back, to the cent and
// in every category.
func TestPartialCreditsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawDocument(t, rt)
		inv := get(w.shop, Invoices, w.proposed(w.order))
		before := map[int]money.Amount{}
		sums := make([]money.Amount, len(inv.Taxes))
		var net, gross, rounding money.Amount
		allowed := make([]money.Amount, len(inv.Allowances))
		steps := rapid.IntRange(1, 4).Draw(rt, "steps")
		for step := range steps {
			now := map[int]money.Amount{}
			for _, l := range inv.Lines {
				left := l.Net.Sub(before[l.N])
				if now[l.N] = left; step < steps-1 {
					now[l.N] = money.PercentOf(left, money.NewPercent(rapid.Int64Range(0, 100).Draw(rt, "share"), 0), eur, money.HalfAway)
				}
			}
			f, err := inv.CreditShare(before, now, money.HalfAway)
			if err != nil {
				rt.Fatal(err)
			}
			if !f.Gross.Equal(f.Net.Add(f.VAT)) {
				rt.Errorf("%s and %s are not %s", f.Net, f.VAT, f.Gross)
			}
			for n, a := range now {
				before[n] = before[n].Add(a)
			}
			net, gross, rounding = net.Add(f.Net), gross.Add(f.Gross), rounding.Add(f.Rounding)
			for i, tl := range f.Taxes {
				sums[i] = sums[i].Add(tl.VAT)
			}
			for i, a := range f.Allowances {
				allowed[i] = allowed[i].Add(a.Amount)
			}
		}
		if !net.Equal(inv.Net) || !gross.Equal(inv.Gross) || !rounding.Equal(inv.Rounding) {
			rt.Errorf("the parts come to %s, %s, not %s, %s", net, gross, inv.Net, inv.Gross)
		}
		for i, tl := range inv.Taxes {
			if !sums[i].Equal(tl.VAT) {
				rt.Errorf("tax %s %s leaves %s", tl.Category, tl.Rate, tl.VAT.Sub(sums[i]))
			}
		}
		for i, a := range inv.Allowances {
			if !allowed[i].Equal(a.Amount) {
				rt.Errorf("of %q %s is left", a.Reason, a.Amount.Sub(allowed[i]))
			}
		}
	})
}

func TestTaxStatusOfACustomer(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "reduced", Rate: percent("10")})
	k.must(&SetTax{Class: "zero"})
	k.must(&SetTax{Class: "resale", Category: "E", Legend: "Bought for resale"})
	k.refused("tax.class", as{cmd: &SetTaxStatus{Customer: k.customer, Class: "charity"}})
	k.refused("tax.certificate", as{cmd: &SetTaxStatus{Customer: k.customer, Class: "resale"}})
	from := calendar.Validity{From: date("2026-02-01"), To: date("2026-03-01")}
	k.must(&SetTaxStatus{Customer: k.customer, Class: "resale", Certificate: "RC-77", Valid: from})
	o := k.order()
	for _, day := range []string{"2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"} {
		k.worked(o, day+"T10:00:00Z", day+"T11:00:00Z")
	}
	k.mustAs(as{at: at("2026-02-10T10:00:00Z"), cmd: &AddItem{Order: o, Kind: ExpenseItem, Text: "book", Qty: qty("1"), Price: pricep("10"), TaxClass: "zero"}})
	k.complete(o)
	inv := get(k, Invoices, k.proposed(o))
	var got []string
	for _, l := range inv.Lines {
		got = append(got, l.Category)
	}
	if want := []string{"S", "E", "E", "S", "Z"}; !slices.Equal(got, want) {
		t.Errorf("taxed %v, want %v", got, want)
	}
	contains(t, inv.Text(), "Bought for resale, certificate RC-77")

	// A status for other dates leaves this one standing; none in the midst of it divides it.
	k.must(&SetTaxStatus{Customer: k.customer, Valid: calendar.Validity{From: date("2026-02-10"), To: date("2026-02-12")}})
	k.read(func(r store.Reader) error {
		list, err := CustomerTax(r, k.customer)
		if err != nil || len(list) != 2 || list[0].Valid.To != date("2026-02-10") || list[1].Valid.From != date("2026-02-12") {
			t.Errorf("the statuses are %+v", list)
		}
		return err
	})
}

func TestCategoriesAskForWhatTheLawAsks(t *testing.T) {
	k := newShop(t)
	for _, c := range []struct {
		cmd  SetTax
		code string
	}{
		{SetTax{Class: "odd", Category: "E", Reason: "VATEX"}, "tax.reason-code"},
		{SetTax{Class: "odd", Category: "E", Reason: "VATEX-EU-"}, "tax.reason-code"},
		{SetTax{Class: "standard", Rate: percent("20"), Reason: "VATEX-EU-132"}, "tax.reason-code"},
		{SetTax{Class: "zero", Reason: "VATEX-EU-132"}, "tax.reason-code"},
		{SetTax{Class: "austin", Rate: percent("8"), Components: []money.Component{{Name: "Texas", Rate: percent("6.25")}}}, "tax.component"},
		{SetTax{Class: "austin", Components: []money.Component{{Rate: percent("6.25")}}}, "tax.component"},
		{SetTax{Class: "austin", Components: []money.Component{{Name: "A", Rate: percent("1")}, {Name: "A", Rate: percent("2")}}}, "tax.component"},
		{SetTax{Class: "austin", Components: []money.Component{{Name: "A", Rate: percent("-1")}}}, "tax.component"},
	} {
		k.refused(c.code, as{cmd: &c.cmd})
	}
	k.must(&SetTax{Class: "school", Category: "E", Reason: "vatex-eu-132-1i"})
	k.must(&SetTax{Class: "export"})
	k.must(&SetTax{Class: "intra-community"})
	for class, want := range storetest.InOrder(map[string]string{"school": "VATEX-EU-132-1I", "export": "VATEX-EU-G", "intra-community": "VATEX-EU-IC"}) {
		o := k.order()
		k.item(o, "1", "100")
		k.must(&SetTerms{Order: o, TaxClass: &class})
		k.complete(o)
		id := k.proposed(o)
		if got := get(k, Invoices, id).Taxes[0].ReasonCode; got != want {
			t.Errorf("%s: reason %s, want %s", class, got, want)
		}
		if class == "intra-community" {
			contains(t, k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: id}}).Msg, "TAX.PARTY_IDS")
			continue
		}
		k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	}
}

func TestReversalKeepsRatesAndDates(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "standard", Components: []money.Component{{Name: "State", Rate: percent("6")}, {Name: "City", Rate: percent("1.5")}}, Default: true})
	o := k.billable()
	inv := k.released(o)
	k.must(&SetTax{Class: "standard", Rate: percent("25"), Default: true})
	k.must(&SetTaxRounding{PerLine: true})
	k.must(&party.EditCompany{CashStep: &money.CashStep{Amount: amount("0.50")}})
	cn := k.credited(inv.ID)
	if len(cn.Taxes) != 2 || !cn.Taxes[0].Rate.Equal(percent("1.5")) || cn.TaxPerLine || !cn.Rounding.IsZero() || cn.Lines[0].On != inv.Lines[0].On {
		t.Errorf("it mirrors %+v", cn.Taxes)
	}
	contains(t, inv.Text(), "City 1.5%")
	k.audited()
}

func TestCashRoundingIsBesideTheTotal(t *testing.T) {
	k := newShop(t)
	k.refused("cash.step", as{cmd: &party.EditCompany{CashStep: &money.CashStep{Amount: amount("5")}}})
	k.must(&party.EditCompany{CashStep: &money.CashStep{Amount: amount("0.05")}})
	o := k.order()
	k.item(o, "1", "10.02")
	k.complete(o)
	inv := k.released(o)
	wantAmount(t, "line", inv.Lines[0].Net, "10.02")
	wantAmount(t, "total", inv.Gross, "12.02")
	wantAmount(t, "rounding", inv.Rounding, "-0.02")
	wantAmount(t, "to pay", inv.Payable(), "12.00")
	contains(t, inv.Text(), "To pay")
}

// TestCurrenciesWithOtherCoins: a yen has no hundredths and a dinar has thousandths, in every figure of a
// document.
func TestCurrenciesWithOtherCoins(t *testing.T) {
	for _, c := range []struct{ code, price, off, net, vat, gross string }{
		{"JPY", "1035", "98", "937", "94", "1031"}, // 1035 × 9.5 % = 98.325; 937 × 10 % = 93.7
		{"KWD", "1.035", "0.098", "0.937", "0.094", "1.031"},
		{"EUR", "10.35", "0.98", "9.37", "0.94", "10.31"},
	} {
		k := newShop(t)
		cur := must(money.ParseCurrency("currency", c.code))
		var company *party.Company
		k.read(func(r store.Reader) (err error) {
			company, err = party.TheCompany(r)
			return err
		})
		k.must(change(party.Companies, company.ID, func(_ *store.Tx, rec *party.Company) { rec.Currency = cur }))
		k.must(&SetTax{Class: "ten", Rate: percent("10"), Default: true})
		o := k.order()
		k.mustAs(as{reason: "friends", cmd: &AddItem{
			Order: o, Kind: ExpenseItem, Text: "x", Qty: qty("1"), Price: pricep(c.price), Cost: pricep("1"), Discount: &Discount{Percent: percentp("9.5")},
		}})
		k.complete(o)
		inv := k.released(o)
		for what, pair := range storetest.InOrder(map[string][2]any{
			"discount": {inv.Lines[0].Off, c.off}, "net": {inv.Net, c.net}, "tax": {inv.VAT, c.vat}, "total": {inv.Gross, c.gross},
		}) {
			if got := pair[0].(money.Amount); got.Fixed(cur) != pair[1].(string) {
				t.Errorf("%s: %s is %s, want %s", c.code, what, got.Fixed(cur), pair[1])
			}
		}
		k.audited()
	}
}

// TestTaxIsExplained names every rule in its order, and what stands on a document whatever the table says now.
func TestTaxIsExplained(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "reduced", Rate: percent("10")})
	o := k.order()
	item := k.item(o, "2", "100")
	explain := func() TaxExplanation {
		var list []TaxExplanation
		k.read(func(r store.Reader) (err error) {
			list, err = ExplainTax(r, o, k.clock.Now())
			return err
		})
		return list[0]
	}
	verdicts := func(x TaxExplanation) (out []string) {
		for _, s := range x.Steps {
			out = append(out, s.Verdict)
		}
		return out
	}
	if got := verdicts(explain()); !slices.Equal(got, []string{"no entry", "no entry", "taken"}) {
		t.Errorf("by default: %v", got)
	}
	k.must(&EditItem{Item: item, TaxClass: ptr("reduced")})
	if x := explain(); x.Class != "reduced" || !slices.Equal(verdicts(x), []string{"no entry", "taken", "not asked"}) {
		t.Errorf("of its own: %s by %v", x.Class, verdicts(x))
	}
	k.must(&SetTax{Class: "reverse-charge"})
	k.must(&SetTaxStatus{Customer: k.customer, Class: "reverse-charge"})
	if x := explain(); x.Class != "reverse-charge" || !slices.Equal(verdicts(x), []string{"no entry", "gives way to the customer's status", "not asked", "taken"}) {
		t.Errorf("by status: %s by %v", x.Class, verdicts(x))
	}
	k.must(&SetTerms{Order: o, TaxClass: ptr("standard")})
	if x := explain(); x.Class != "standard" || !slices.Equal(verdicts(x), []string{"taken", "not asked", "not asked"}) {
		t.Errorf("as agreed: %s by %v", x.Class, verdicts(x))
	}
	k.complete(o)
	id := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: item, Qty: qtyp("1")}}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	k.must(&SetTerms{Order: o, TaxClass: ptr("reduced")})
	if x := explain(); x.Kept != "S 20 %" {
		t.Errorf("what is billed stands at %q", x.Kept)
	}
}

// TestRoundingByLineIsFrozen: a document keeps the way its tax was rounded by.
func TestRoundingByLineIsFrozen(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "standard", Rate: percent("25"), Default: true})
	k.must(&SetTaxRounding{PerLine: true})
	o := k.order()
	for range 4 {
		k.item(o, "2", "348.11")
	}
	k.complete(o)
	inv := k.released(o)
	wantAmount(t, "by line", inv.VAT, "696.24") // ConnectingEurope/eInvoicing-EN16931#143, the other way
	k.must(&SetTaxRounding{})
	k.audited()
	k.credited(inv.ID)
	wantAmount(t, "by document", get(k, Invoices, k.proposed(o)).VAT, "696.22")
}
