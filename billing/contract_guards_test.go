package billing_test

import (
	"strings"
	"testing"

	. "callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// TestWhatAContractSaysIsHeldToItsRules: its texts are a line each, tax classes are words, and its billing rules are checked
// like the shop's.
func TestWhatAContractSaysIsHeldToItsRules(t *testing.T) {
	k := newShop(t)
	c := k.contract("Frame", valid("", ""))
	bad := &Rules{Surcharges: Surcharges{Windows: []Window{{Name: "-night", When: Weekend, Factor: factor("2")}}}}
	for _, x := range []struct {
		code string
		cmd  store.Command
	}{
		{"text.syntax", &SetClause{Contract: c, Key: "labour", Price: pricep("80"), Text: "by\u0007the hour"}},
		{"text.long", &SetClause{Contract: c, Key: "labour", Price: pricep("80"), Text: strings.Repeat("long ", 500)}},
		{"tax.class", &SetClause{Contract: c, Key: "labour", Price: pricep("80"), TaxClass: "20 %"}},
		{"surcharge.name", &AddContract{Contract: "Other", Customer: k.customer, Rules: bad}},
		{"surcharge.name", &EditContract{Contract: c, Rules: bad}},
	} {
		k.refused(x.code, as{cmd: x.cmd})
	}
}

// TestBoundsOfMarkups: a table may give a thing away, and may not pay for its being taken. A tier is a number, a colon and
// a percentage.
func TestBoundsOfMarkups(t *testing.T) {
	k := newShop(t)
	c := k.contract("Frame", valid("", ""))
	k.must(&AddPart{Code: "PUMP", Cost: pricep("40")})
	for _, x := range []struct{ table, code, want string }{
		{"50:-100,25", "", "0"},
		{"50:-100.01,25", "price.negative", ""},
		{"25", "", "50"},
		{"50:many", "number.syntax", ""},
		{"many:50", "number.syntax", ""},
	} {
		m, err := ParseMarkup("markup", x.table)
		if fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v, want %q", x.table, err, x.code)
		}
		if err == nil {
			k.must(&SetClause{Contract: c, Key: "part", Formula: &Formula{CostPlus: m}})
			wantPrice(t, k.quote("part:PUMP", "2026-03-01"), "contract-formula", x.want)
		}
	}
	k.refused("price.negative", as{cmd: &SetClause{Contract: c, Key: "part", Formula: &Formula{CostPlus: Markup{{Percent: percent("-100.01")}}}}})
}

// TestAMarkupNamesItsTier: a price by the shop's table says by which of its rows; where no row is for such a cost there is
// no price, neither by the shop's table nor by a contract's.
func TestAMarkupNamesItsTier(t *testing.T) {
	table := must(ParseMarkup("markup", "50:35,500:25"))
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true}, &SetRules{Rules: Rules{Markup: table}})
	k.must(&AddPart{Code: "VALVE", Cost: pricep("40")})
	k.must(&AddPart{Code: "TANK", Cost: pricep("500")})
	x := k.quote("part:VALVE", "2026-03-01")
	wantPrice(t, x, "markup", "54")
	if got := x.Trace[len(x.Trace)-1].Rule; got != "cost plus 35 % (below 50)" {
		t.Errorf("it is by %q", got)
	}
	tank := func() {
		t.Helper()
		x := k.quote("part:TANK", "2026-03-01")
		wantPrice(t, x, "", "")
		said := false
		for _, s := range x.Trace {
			said = said || s.Verdict == "no tier for such a cost"
		}
		if !said {
			t.Errorf("nobody says that no tier is for it: %+v", x.Trace)
		}
	}
	tank()
	k.must(&SetRules{})
	k.must(&SetClause{Contract: k.contract("Frame", valid("", "")), Key: "part", Formula: &Formula{CostPlus: table}})
	tank()
}

// TestAFormulaFollowsTheBookOfTheDay: ten per cent off is off what the book says on that day. Where it says nothing, or two
// things at once, there is nothing to take it off.
func TestAFormulaFollowsTheBookOfTheDay(t *testing.T) {
	k := openShop(t, nil, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
	k.must(&SetPrice{Key: "service:CHECK", Price: price("100"), Valid: valid("2026-01-01", "2026-02-01")})
	k.must(&SetPrice{Key: "service:CHECK", Price: price("120"), Valid: valid("2026-02-01", "")})
	k.must(&SetClause{Contract: k.contract("Frame", valid("", "")), Key: "service", Formula: times("0.9")})
	for on, want := range storetest.InOrder(map[string]string{"2025-12-31": "", "2026-01-31": "90", "2026-02-01": "108"}) {
		wantPrice(t, k.quote("service:CHECK", on), "contract-formula", want)
	}
	contains(t, k.quote("service:CHECK", "2025-12-31").Trace[0].Verdict, "no book has a price to begin with on 2025-12-31")
	k.must(&forge{What: "two prices", do: func(tx *store.Tx) error {
		for p, err := range BookPrices.All(tx) {
			if err != nil {
				return err
			}
			if p.Price.Equal(price("120")) {
				p.ID = BookPrices.NewID(tx, "other")
				return BookPrices.Put(tx, p)
			}
		}
		return nil
	}})
	contains(t, k.quote("service:CHECK", "2026-02-01").Trace[0].Verdict, "two prices to begin with")
}

// TestAFormulaSaysWhatItDoesNotLeaveToTheBook: a call-out's text and tax are those of the price that the formula follows from,
// but for what the contract says itself.
func TestAFormulaSaysWhatItDoesNotLeaveToTheBook(t *testing.T) {
	for _, c := range []struct {
		clause      SetClause
		text, class string
	}{
		{SetClause{}, "Call-out", "reduced"},
		{SetClause{Text: "Call-out, as agreed"}, "Call-out, as agreed", "reduced"},
		{SetClause{TaxClass: "standard"}, "Call-out", "standard"},
	} {
		k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT"}})
		k.must(&SetTax{Class: "reduced", Rate: percent("7")})
		k.must(&SetPrice{Key: "service:CALLOUT", Price: price("120"), Text: "Call-out", TaxClass: "reduced"})
		c.clause.Contract, c.clause.Key, c.clause.Formula = k.contract("Frame", valid("", "")), "service", times("0.9")
		k.must(&c.clause)
		o := k.jobWithTask()
		k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana)
		got := k.charges(o)[0]
		wantAmount(t, "at ten per cent less", got.Amount, "108")
		if got.Text != c.text || got.TaxClass != c.class {
			t.Errorf("%q under %q, want %q under %q", got.Text, got.TaxClass, c.text, c.class)
		}
	}
}

// TestRatesAndFormulasStandBesideEachOther: a rate goes before the formula for the same key and does not end it, and the
// other way round.
func TestRatesAndFormulasStandBesideEachOther(t *testing.T) {
	k := newShop(t)
	c := k.contract("Frame", valid("", ""))
	clauses := func(want int) {
		t.Helper()
		k.read(func(r store.Reader) error {
			list, err := ClausesOf(r, c)
			if len(list) != want {
				t.Errorf("it agrees %+v", list)
			}
			return err
		})
	}
	k.must(&SetClause{Contract: c, Key: "labour", Formula: times("0.9")})
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("70"), Valid: valid("2026-03-01", "2026-04-01")})
	clauses(2)
	k.must(&SetClause{Contract: c, Key: "labour", Formula: times("0.8"), Valid: valid("2026-03-10", "")})
	clauses(3)
	wantPrice(t, k.quote("labour", "2026-03-15"), "contract", "70")
	wantPrice(t, k.quote("labour", "2026-03-01"), "contract", "70")
	wantPrice(t, k.quote("labour", "2026-02-28"), "contract-formula", "81")
	wantPrice(t, k.quote("labour", "2026-04-01"), "contract-formula", "72")
	k.must(&DropClause{Contract: c, Key: "labour", Valid: valid("2026-03-15", "2026-03-16")}) // what is dropped is both
	wantPrice(t, k.quote("labour", "2026-03-15"), "book", "90")
}

// TestTheTraceSaysWhatARuleIsFor: for one site or for all, and of a price for whatever role only what would have counted.
func TestTheTraceSaysWhatARuleIsFor(t *testing.T) {
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
	k.must(&SetPrice{Key: "labour:fitter", Price: price("100")})
	k.must(&SetPrice{Key: "labour", Price: price("80"), Valid: valid("2025-01-01", "2026-01-01")})
	k.must(&SetPrice{Key: "labour", Price: price("90"), Valid: valid("2026-01-01", "")})
	var tried []string
	for _, s := range k.quote("labour:fitter", "2026-03-01").Trace {
		if s.Price != nil {
			tried = append(tried, s.Price.String()+" "+s.Verdict)
		}
	}
	if got := strings.Join(tried, ", "); got != "100 taken, 90 outranked" {
		t.Errorf("it says %q", got)
	}
	c := k.contract("Frame", valid("", ""))
	k.must(&SetClause{Contract: c, Key: "travel", Price: pricep("60")})
	if got := k.quote("travel", "2026-03-01").Trace[0].Rule; got != "travel" {
		t.Errorf("for all sites it is %q", got)
	}
	k.must(&SetClause{Contract: c, Key: "travel", Site: k.site, Price: pricep("50")})
	rules := map[string]bool{}
	for _, s := range k.quote("travel", "2026-03-01").Trace {
		rules[s.Rule] = true
	}
	if !rules["travel, at this site"] || !rules["travel"] {
		t.Errorf("it tells %v", rules)
	}
}

// TestNobodyIsToldAPriceAtAnothersSite: whoever asks for a customer and a site asks for a site of that customer.
func TestNobodyIsToldAPriceAtAnothersSite(t *testing.T) {
	k := newShop(t)
	other := k.must(&work.AddCustomer{Customer: "Inn Zum Hirschen", Country: "AT"}).Subject
	theirs := k.must(&work.AddSite{Customer: other, Site: "inn"}).Subject
	if _, err := tryExplain(k, Asking{Customer: k.customer, Site: theirs, Key: "labour", On: date("2026-03-01")}); fault.CodeOf(err) != "contract.site" {
		t.Errorf("it tells: %v", err)
	}
	wantPrice(t, k.ask(Asking{Customer: other, Site: theirs, Key: "labour", On: date("2026-03-01")}), "book", "90")
}

// TestContractsWithRulesFollowEachOther: two bring billing rules one after the other, and not on one day. One that is
// gone is in nobody's way.
func TestContractsWithRulesFollowEachOther(t *testing.T) {
	k := newShop(t)
	rules := &Rules{Labour: TimeRounding{Increment: 15}}
	k.must(&AddContract{Contract: "2025", Customer: k.customer, Valid: valid("2025-01-01", "2026-01-01"), Rules: rules})
	next := k.must(&AddContract{Contract: "2026", Customer: k.customer, Valid: valid("2026-01-01", ""), Rules: rules}).Subject
	third := &AddContract{Contract: "winter", Customer: k.customer, Valid: valid("2025-12-31", "2026-01-01"), Rules: rules}
	k.refused("contract.overlap", as{cmd: third})
	k.must(&forge{What: "delete", ID: next, do: func(tx *store.Tx) error { return Contracts.Delete(tx, next) }})
	third.Valid = valid("2026-01-01", "")
	k.must(third)
	k.audited()
}

// TestTheStandardBookHasOneName, however it was written when the first price was set.
func TestTheStandardBookHasOneName(t *testing.T) {
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
	k.must(&SetPrice{Book: "STANDARD", Key: "labour", Price: price("90")})
	k.must(&SetPrice{Key: "travel", Price: price("60")})
	for _, key := range []string{"labour", "travel"} {
		if x := k.quote(key, "2026-03-01"); x.Price == nil || x.Book.Name != StandardBook {
			t.Errorf("%s is %v in %+v", key, x.Price, x.Book)
		}
	}
}

// TestTaxOfADayWithoutARateIsNone: a class that bears a tax on other days only is not one that nobody knows.
func TestTaxOfADayWithoutARateIsNone(t *testing.T) {
	table := TaxTable{Rates: []TaxRate{{Class: "standard", Rate: percent("20"), Valid: from("2026-03-01")}}, Default: "standard"}
	for _, c := range []struct{ class, on, why string }{
		{"standard", "2026-03-01", ""},
		{"", "2026-03-01", ""},
		{"standard", "2026-02-28", "the tax class standard has no rate on 2026-02-28"},
		{"", "2026-02-28", "the tax class standard has no rate on 2026-02-28"},
		{"books", "2026-03-01", "there is no tax class books"},
	} {
		if r, why := table.At(c.class, date(c.on)); why != c.why || (r == nil) != (why != "") {
			t.Errorf("%q on %s: %v, %q, want %q", c.class, c.on, r, why, c.why)
		}
	}
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true, Valid: from("2026-03-02")}, &SetPrice{Key: "labour", Price: price("90")})
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "has no rate on 2026-03-01")
}

// TestAStatusGivesWayOnItsDaysOnly: what was said of a customer's tax stays as it is on days that nothing new is said of,
// and goes where all its days are.
func TestAStatusGivesWayOnItsDaysOnly(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "reduced", Rate: percent("10")})
	k.must(&SetTax{Class: "zero"})
	spans := func(want ...string) {
		t.Helper()
		k.read(func(r store.Reader) error {
			list, err := CustomerTax(r, k.customer)
			var got []string
			for _, s := range list {
				got = append(got, s.Class+" "+s.Valid.From.String()+" "+s.Valid.To.String())
			}
			if strings.Join(got, ", ") != strings.Join(want, ", ") {
				t.Errorf("%q, want %q", got, want)
			}
			return err
		})
	}
	k.must(&SetTaxStatus{Customer: k.customer, Class: "reduced", Valid: valid("2026-01-01", "2026-02-01")})
	k.must(&SetTaxStatus{Customer: k.customer, Class: "zero", Valid: valid("2026-03-01", "2026-04-01")})
	spans("reduced 2026-01-01 2026-02-01", "zero 2026-03-01 2026-04-01")
	k.must(&SetTaxStatus{Customer: k.customer, Class: "zero", Valid: valid("2025-12-01", "2025-12-15")})
	spans("zero 2025-12-01 2025-12-15", "reduced 2026-01-01 2026-02-01", "zero 2026-03-01 2026-04-01")
	k.must(&SetTaxStatus{Customer: k.customer, Class: "reduced", Valid: valid("2026-01-15", "2026-04-01")})
	spans("zero 2025-12-01 2025-12-15", "reduced 2026-01-01 2026-01-15", "reduced 2026-01-15 2026-04-01")
	k.must(&SetTaxStatus{Customer: k.customer, Valid: valid("", "")})
	spans()
}

// TestCreditsAreOfTheTaxesOfTheirLines: cities whose taxes come to the same in all, in part or by name, are told apart when
// a share of what was taken off the whole goes back.
func TestCreditsAreOfTheTaxesOfTheirLines(t *testing.T) {
	k := newShop(t)
	taxes := map[string][]money.Component{
		"austin":  {{Name: "Austin", Rate: percent("2")}, {Name: "Texas", Rate: percent("6.25")}},
		"houston": {{Name: "Houston", Rate: percent("2")}, {Name: "Texas", Rate: percent("6.25")}},
		"new":     {{Name: "Austin", Rate: percent("2.25")}, {Name: "Texas", Rate: percent("6")}},
	}
	o := k.order()
	for class, parts := range storetest.InOrder(taxes) {
		k.must(&SetTax{Class: class, Components: parts})
	}
	for class := range storetest.InOrder(taxes) {
		k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: class, Qty: qty("1"), Price: pricep("100"), TaxClass: class})
	}
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{Discount: *lessPercent("10", "loyal")}}})
	k.complete(o)
	inv := k.released(o)
	for _, l := range inv.Lines {
		cn := k.creditedPart(inv.ID, CreditPart{Line: l.N})
		wantAmount(t, l.Text+", with ten per cent off", cn.Net, "90")
		var got []string
		for _, x := range cn.Taxes {
			got = append(got, x.Name+" "+x.Rate.String())
		}
		var want []string
		for _, p := range taxes[l.Text] {
			want = append(want, p.Name+" "+p.Rate.String())
		}
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("%s goes back under %q", l.Text, got)
		}
	}
	k.audited()
}
