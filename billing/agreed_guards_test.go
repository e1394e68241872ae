package billing_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	. "callout/billing"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// told lists the rules that a price was looked for by, as price and verdict.
func told(x *Explanation) string {
	var out []string
	for _, s := range x.Trace {
		p := "none"
		if s.Price != nil {
			p = s.Price.String()
		}
		out = append(out, s.Level+" "+p+" "+s.Verdict)
	}
	return strings.Join(out, "; ")
}

// TestOfWhatIsOutrankedOnlyPricesAreTold: once a level has answered, rules below it are told of where they would have given a
// price, and not where they would have given none.
func TestOfWhatIsOutrankedOnlyPricesAreTold(t *testing.T) {
	k := openShop(t, nil, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
	k.must(&SetPrice{Key: "labour:fitter", Price: price("100")})
	k.must(&SetPrice{Key: "labour", Price: price("80"), Valid: valid("2025-01-01", "2026-01-01")})
	k.must(&SetPrice{Key: "labour", Price: price("90"), Valid: valid("2026-01-01", "")})
	k.must(&SetPrice{Key: "travel", Price: price("50"), Valid: valid("2025-01-01", "2026-01-01")})
	k.must(&SetPrice{Key: "travel", Price: price("60"), Valid: valid("2026-01-01", "")})
	c := k.contract("Frame", valid("", ""))
	for _, key := range []string{"labour:fitter", "travel"} {
		k.must(&SetClause{Contract: c, Key: key, Price: pricep("70")})
	}
	k.must(&forge{What: "two prices", do: func(tx *store.Tx) error {
		for p, err := range BookPrices.All(tx) {
			if err != nil {
				return err
			}
			if p.Price.Equal(price("60")) {
				p.ID, p.Price = BookPrices.NewID(tx, "other"), price("61")
				return BookPrices.Put(tx, p)
			}
		}
		return nil
	}})
	for key, want := range map[string]string{
		"labour:fitter": "contract 70 taken; book 100 outranked; book 90 outranked",
		"travel":        "contract 70 taken; book 60 outranked; book 61 outranked",
	} {
		if got := told(k.quote(key, "2026-03-01")); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// TestABookWithoutAPriceLeavesItToTheNext: also to another on the same level, as a branch's comes after a site's.
func TestABookWithoutAPriceLeavesItToTheNext(t *testing.T) {
	k := newShop(t)
	branch := k.must(&party.AddBranch{Branch: "west", Zone: "Europe/Vienna"}).Subject
	k.must(&AddBook{Book: "main house", Site: k.site})
	k.must(&AddBook{Book: "west", Branch: branch})
	k.must(&SetPrice{Book: "main house", Key: "travel", Price: price("40")})
	k.must(&SetPrice{Book: "west", Key: "labour", Price: price("85")})
	for key, want := range map[string]string{"travel": "40", "labour": "85"} {
		wantPrice(t, k.ask(Asking{Customer: k.customer, Site: k.site, Branch: branch, Key: key, On: date("2026-03-01")}), "branch-book", want)
	}
}

// TestWhatWasKnownOfAContractIsItsSitesToo: a contract that is about another site now was about this one then.
func TestWhatWasKnownOfAContractIsItsSitesToo(t *testing.T) {
	k := newShop(t)
	annex := k.must(&work.AddSite{Customer: k.customer, Site: "annex"}).Subject
	k.clock.set(at("2026-03-03T08:00:00Z"))
	c := k.contract("Frame", valid("", ""), k.site)
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("70")})
	then := at("2026-03-03T09:00:00Z")
	k.clock.set(at("2026-03-04T08:00:00Z"))
	k.must(&EditContract{Contract: c, Sites: &[]store.ID{annex}})
	now := at("2026-03-04T09:00:00Z")
	ask := Asking{Customer: k.customer, Site: k.site, Key: "labour", On: date("2026-03-01")}
	wantPrice(t, k.ask(ask), "book", "90")
	ask.Known = then
	wantPrice(t, k.ask(ask), "contract", "70")
	ask.Known = now
	wantPrice(t, k.ask(ask), "book", "90")
	ask.Site = annex
	wantPrice(t, k.ask(ask), "contract", "70")
	ask.Customer, ask.Site = "", ""
	wantPrice(t, k.ask(ask), "book", "90")
}

// TestRulesOfAContractAreItsOwnOrTheShops: they are given back to the shop's by saying so, and not in the same breath as others.
func TestRulesOfAContractAreItsOwnOrTheShops(t *testing.T) {
	k := newShop(t)
	rules := &Rules{Labour: TimeRounding{Increment: 15}}
	c := k.must(&AddContract{Contract: "Frame", Customer: k.customer, Rules: rules}).Subject
	if _, err := k.doAs(as{cmd: &EditContract{Contract: c, Rules: rules, ShopRules: true}}); err == nil {
		t.Error("it has both")
	}
	k.must(&EditContract{Contract: c, ShopRules: true})
	if pin := get(k, Contracts, c).Terms.Rules; pin.ID != "" {
		t.Errorf("it has %+v still", pin)
	}
}

// TestClausesAreListedByKeySiteAndKind: the rate for all sites, then its formula, then those for one site.
func TestClausesAreListedByKeySiteAndKind(t *testing.T) {
	k := newShop(t)
	c := k.contract("Frame", valid("", ""))
	k.must(&SetClause{Contract: c, Key: "labour", Site: k.site, Price: pricep("60")})
	k.must(&SetClause{Contract: c, Key: "labour", Formula: times("0.9")})
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("70")})
	var got []string
	k.read(func(r store.Reader) error {
		list, err := ClausesOf(r, c)
		for _, x := range list {
			switch {
			case x.Formula != nil:
				got = append(got, "formula")
			case x.Site != "":
				got = append(got, "site")
			default:
				got = append(got, "rate")
			}
		}
		return err
	})
	if s := strings.Join(got, " "); s != "rate formula site" {
		t.Errorf("they are listed as %q", s)
	}
}

// TestPartsOfLinesThatGiveMoney: of −2 pieces one goes back, whichever way its sign is written.
func TestPartsOfLinesThatGiveMoney(t *testing.T) {
	for _, q := range []string{"1", "-1"} {
		k := newShop(t)
		o := k.order()
		k.item(o, "1", "100")
		k.item(o, "-2", "10")
		k.complete(o)
		inv := k.released(o)
		cn := k.creditedPart(inv.ID, CreditPart{Line: 1, Amount: amountp("50")}, CreditPart{Line: 2, Qty: qtyp(q)})
		wantAmount(t, "50 less 10", cn.Net, "40")
		wantAmount(t, "the rest", k.credited(inv.ID).Net, "40")
		k.audited()
	}
}

// TestTaxGoesBackAsItWasTaken: in proportion where it was taken line by line, and as it is computed where it was taken of the sum.
func TestTaxGoesBackAsItWasTaken(t *testing.T) {
	for _, c := range []struct {
		perLine bool
		prices  []string
		credit  int // how many of the lines
		vat     string
	}{
		{true, []string{"0.33", "0.33", "0.33"}, 2, "0.14"}, // 0.21 × 2/3, and not 20 % of 0.66
		{false, []string{"0.12", "0.11"}, 1, "0.02"},        // 20 % of 0.12, and not 0.05 × 12/23
	} {
		k := newShop(t)
		k.must(&SetTaxRounding{PerLine: c.perLine})
		o := k.order()
		for _, p := range c.prices {
			k.item(o, "1", p)
		}
		k.complete(o)
		inv := k.released(o)
		var parts []CreditPart
		for i := range c.credit {
			parts = append(parts, CreditPart{Line: i + 1})
		}
		cn := k.creditedPart(inv.ID, parts...)
		wantAmount(t, "tax", cn.VAT, c.vat)
		wantAmount(t, "all of it", cn.VAT.Add(k.credited(inv.ID).VAT), inv.VAT.String())
		k.audited()
	}
}

// TestWhatCostsNothingHoldsNoCreditUp: a line that was given away, or has no price, is not waited for before the last of an
// invoice, with what was rounded for coins, is given back.
func TestWhatCostsNothingHoldsNoCreditUp(t *testing.T) {
	gift := AddItem{Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Price: pricep("100"), Discount: lessPercent("100", "loyal")}
	stamp := AddItem{Kind: ExpenseItem, Text: "stamp", Qty: qty("1"), Price: pricep("0")}
	for _, c := range []struct {
		free    AddItem
		withTax bool
	}{{gift, false}, {gift, true}, {stamp, false}, {stamp, true}} {
		k := newShop(t)
		k.must(&party.EditCompany{CashStep: &money.CashStep{Amount: amount("0.05")}})
		o := k.order()
		k.must(&SetTerms{Order: o, WithTax: &c.withTax})
		k.item(o, "1", "8.32")
		c.free.Order = o
		k.mustAs(as{name: "store", reason: "as on the phone", cmd: &c.free})
		k.complete(o)
		inv := k.released(o)
		cn := k.creditedPart(inv.ID, CreditPart{Line: 1 + slices.IndexFunc(inv.Lines, func(l InvoiceLine) bool { return !l.Net.IsZero() })})
		wantAmount(t, "all of it", cn.Claim(), inv.Claim().String())
		k.audited()
	}
}

// TestADepositOfAllIsTakenOffWhole, where it bears several taxes: an invoice over the same sum has just room for it.
func TestADepositOfAllIsTakenOffWhole(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "austin", Default: true, Components: []money.Component{
		{Name: "Texas", Rate: percent("6.25")}, {Name: "Austin", Rate: percent("2")},
	}})
	o := k.order()
	k.item(o, "1", "200")
	k.deposited(&ProposeDeposit{Order: o, Percent: percentp("100")})
	k.complete(o)
	inv := k.released(o)
	if len(inv.Deducted) != 2 {
		t.Errorf("it takes off %+v", inv.Deducted)
	}
	wantAmount(t, "nothing is left", inv.Gross, "0")
	k.audited()
}

// TestTheTaxOfAWholeRowIsTakenOffWithIt: of a greater deposit as much tax goes off as two lines of 0.33 bear, which is 0.14.
func TestTheTaxOfAWholeRowIsTakenOffWithIt(t *testing.T) {
	k := newShop(t)
	k.must(&SetTaxRounding{PerLine: true})
	o := k.order()
	one, two := k.item(o, "1", "0.33"), k.item(o, "1", "0.33")
	k.item(o, "1", "20")
	k.deposited(&ProposeDeposit{Order: o, Amount: amountp("10")})
	k.complete(o)
	first := k.partly(o, one, two)
	wantDeducted(t, first, "0.66 0.14")
	wantAmount(t, "nothing is left", first.Gross, "0")
	wantDeducted(t, k.released(o), "9.34 1.86")
	k.audited()
}

// TestRetainersAreDrawnOnce: what one open invoice is to draw is not there for another, and where there are several, the next
// gives what the first does not.
func TestRetainersAreDrawnOnce(t *testing.T) {
	k := newShop(t)
	k.must(&OpenRetainer{Customer: k.customer, Title: "ahead", Amount: amount("80")})
	k.must(&OpenRetainer{Customer: k.customer, Title: "more", Amount: amount("80")})
	drawn := func(want ...string) store.ID {
		t.Helper()
		o := k.order()
		k.item(o, "1", "100")
		k.complete(o)
		id := k.proposed(o)
		got := get(k, Invoices, id).OnAccount
		if len(got) != len(want) {
			t.Fatalf("it draws %+v", got)
		}
		for i, x := range got {
			wantAmount(t, x.Title, x.Amount, want[i])
		}
		return id
	}
	first := drawn("80", "40")
	drawn("40")
	drawn()
	k.must(&DiscardInvoice{Invoice: first})
	drawn("80", "40")
}

// TestRetainageIsAskedForInTheShopsCoins: a tenth of a cent is none.
func TestRetainageIsAskedForInTheShopsCoins(t *testing.T) {
	k := newShop(t)
	o, _, _ := k.heldBack()
	k.complete(o)
	var a money.Amount
	if err := json.Unmarshal([]byte(`"1.001"`), &a); err != nil {
		t.Fatal(err)
	}
	if _, err := k.doAs(as{cmd: &ProposeRetainage{Order: o, Amount: &a}}); err == nil {
		t.Error("a tenth of a cent is asked for")
	}
}

// TestABillOfRetainageThatWasTakenBackIsInOrder, also when the invoice that held back was credited after it.
func TestABillOfRetainageThatWasTakenBackIsInOrder(t *testing.T) {
	k := newShop(t)
	o, _, second := k.heldBack()
	k.complete(o)
	id := k.must(&ProposeRetainage{Order: o}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	k.credited(id)
	k.credited(second.ID)
	if q, _ := k.gate(id).Get(ReqHeldBack); q.Status != Satisfied {
		t.Errorf("%s is %s: %s", q.Code, q.Status, q.Reason)
	}
	k.audited()
}

// TestASiteThatAClauseIsForIsNotTakenBack, though its contract is about all sites.
func TestASiteThatAClauseIsForIsNotTakenBack(t *testing.T) {
	k := newShop(t)
	with, without := k.must(&work.AddSite{Customer: k.customer, Site: "hall"}), k.must(&work.AddSite{Customer: k.customer, Site: "barn"})
	c := k.contract("Frame", valid("", ""))
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("70")})
	k.must(&SetClause{Contract: c, Key: "labour", Site: with.Subject, Price: pricep("60")})
	k.refused("undo.rests", as{cmd: &store.Undo{Entry: with.Seq}})
	k.must(&store.Undo{Entry: without.Seq})
}
