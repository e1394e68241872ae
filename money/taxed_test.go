package money_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "callout/money"
)

// Lines stated with tax: what the customer pays is fixed, the net of the whole is its exact
// share rounded once, and no line is further than one cent from its own.
func TestTaxInclusiveLinesKeepWhatTheCustomerPays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gross := amounts(rapid.SliceOfN(genText(7, 2), 1, 20).Draw(t, "gross"))
		rate := percent(rapid.SampledFrom(taxRates).Draw(t, "rate"))
		total := Sum(gross...)
		nets, vat := must2(NetLines(gross, rate, eur, HalfAway))
		if !Sum(nets...).Add(vat).Equal(total) {
			t.Fatalf("%s + %s is not %s", Sum(nets...), vat, total)
		}
		share := func(a Amount) *big.Rat {
			return new(big.Rat).Quo(rat(a), new(big.Rat).Add(big.NewRat(1, 1), new(big.Rat).Quo(rat(rate), big.NewRat(100, 1))))
		}
		if want := roundRat(share(total), 2, HalfAway); rat(Sum(nets...)).Cmp(want) != 0 {
			t.Fatalf("net %s, want %s", Sum(nets...), want)
		}
		for i := range gross {
			if off := new(big.Rat).Sub(rat(nets[i]), share(gross[i])); off.Abs(off).Cmp(big.NewRat(1, 100)) >= 0 {
				t.Fatalf("line %d of %s is %s net", i+1, gross[i], nets[i])
			}
		}
		var back []Amount
		for _, g := range gross {
			back = append(back, g.Neg())
		}
		for i, n := range first(NetLines(back, rate, eur, HalfAway)) {
			if !n.Neg().Equal(nets[i]) {
				t.Fatalf("line %d returned is %s, and was %s", i+1, n, nets[i])
			}
		}
	})
}

// Figures by hand, at 20 %: the exact share of 10.00 is 8.3333…, of −20.00 −16.6666….
func TestNetsGoToTheGreatestRemainders(t *testing.T) {
	for _, c := range []struct{ gross, nets []string }{
		{[]string{"10.00", "10.00", "10.00"}, []string{"8.34", "8.33", "8.33"}}, // 25.00: one cent left, all alike
		{[]string{"10.00", "10.01", "9.99"}, []string{"8.33", "8.34", "8.33"}},  // 8.3333, 8.3416, 8.325: 25.00 is one more than they are rounded down
		{[]string{"10.01", "9.99", "5.00"}, []string{"8.34", "8.32", "4.17"}},   // 8.3416, 8.325, 4.1666: 20.83 is one more, which goes to the last
		{[]string{"10.00", "10.00", "-20.00"}, []string{"8.34", "8.33", "-16.67"}},
		{[]string{"0", "10.00", "10.00", "-20.00"}, []string{"0", "8.34", "8.33", "-16.67"}},
	} {
		wantAmounts(t, "sold", first(NetLines(amounts(c.gross), percent("20"), eur, HalfAway)), c.nets)
		var back []Amount
		for _, g := range amounts(c.gross) {
			back = append(back, g.Neg())
		}
		nets := first(NetLines(back, percent("20"), eur, HalfAway))
		for i := range nets {
			nets[i] = nets[i].Neg()
		}
		wantAmounts(t, "returned", nets, c.nets)
	}
}

// A tax that was stated stands whole where its rate is zero and gives it no share.
func TestTaxAtNoRateStands(t *testing.T) {
	gross := amount("10.50")
	got := Total([]Taxable{{Net: amount("10.00"), Gross: &gross, Category: "S"}}, nil, nil, eur, HalfAway)
	wantAmount(t, "tax", got.VAT, "0.50")
	wantAmount(t, "what is to pay", got.Gross, "10.50")
}

// Only what is stated with tax has it taken out, together with all that bears the same: 8.34, not 8.33.
func TestTaxIsTakenOutByCategoryAndRate(t *testing.T) {
	plain := Taxable{Net: amount("7.77"), Category: "S", Rate: percent("20")}
	other := withTax("10.00", "20")
	other.Category = "L"
	lines := []Taxable{plain, withTax("10.00", "20"), withTax("10.00", "10"), withTax("10.00", "20"), other, withTax("10.00", "20")}
	if err := (TaxRule{Currency: eur}).TakeOut(lines); err != nil {
		t.Fatal(err)
	}
	var nets []Amount
	for _, l := range lines {
		nets = append(nets, l.Net)
	}
	wantAmounts(t, "nets", nets, []string{"7.77", "8.34", "9.09", "8.33", "8.33", "8.33"})
}

func must2(a []Amount, b Amount, err error) ([]Amount, Amount) {
	if err != nil {
		panic(err)
	}
	return a, b
}

func first(a []Amount, _ Amount, err error) []Amount { return must(a, err) }

// County and city taxes beside the state's: each is a tax of its own on the same base.
func TestComponents(t *testing.T) {
	state, county, city := Component{"Texas", percent("6.25")}, Component{"Travis County", percent("1")}, Component{"Austin", percent("1")}
	in := Taxable{Category: "S", Rate: percent("8.25"), Components: []Component{state, county, city}}
	out := Taxable{Category: "S", Rate: percent("7.25"), Components: []Component{state, county}}
	one, two, three := in, in, out
	one.Net, two.Net, three.Net = amount("10.20"), amount("10.20"), amount("100.00")
	for _, c := range []struct {
		name    string
		perLine bool
		vat     []string // Austin, Travis County, Texas
		gross   string
	}{
		// 20.40 × 1 % = 0.204; 120.40 × 1 % = 1.204; 120.40 × 6.25 % = 7.525
		{"once for the document", false, []string{"0.20", "1.20", "7.53"}, "129.33"},
		// 2 × 0.102; 2 × 0.102 + 1.00; 2 × 0.6375 + 6.25
		{"line by line", true, []string{"0.20", "1.20", "7.53"}, "129.33"},
	} {
		got := TaxRule{Currency: eur, PerLine: c.perLine}.Total([]Taxable{one, two, three}, nil, nil)
		var vat []Amount
		for _, s := range got.Breakdown {
			vat = append(vat, s.VAT)
		}
		wantAmounts(t, c.name, vat, c.vat)
		wantAmount(t, c.name, got.Gross, c.gross)
		if names := []string{got.Breakdown[0].Name, got.Breakdown[1].Name, got.Breakdown[2].Name}; !slices.Equal(names, []string{"Austin", "Travis County", "Texas"}) {
			t.Errorf("the breakdown is %v", names)
		}
	}
}

// TestPerLine is en-143 of the published cases, and what other systems made of it: four
// lines of 696.22 at 25 %.
func TestPerLine(t *testing.T) {
	lines := slices.Repeat([]Taxable{{Net: amount("696.22"), Category: "S", Rate: percent("25")}}, 4)
	wantAmount(t, "once", TaxRule{Currency: eur}.Total(lines, nil, nil).VAT, "696.22")
	wantAmount(t, "per line", TaxRule{Currency: eur, PerLine: true}.Total(lines, nil, nil).VAT, "696.24")
}

func withTax(gross, rate string) Taxable {
	g := amount(gross)
	return Taxable{Category: "S", Rate: percent(rate), Gross: &g}
}

func TestDiscountOnPricesWithTax(t *testing.T) {
	lines := []Taxable{withTax("379.00", "21"), withTax("379.00", "21"), withTax("100.00", "6")}
	rule := TaxRule{Currency: eur}
	if err := rule.TakeOut(lines); err != nil {
		t.Fatal(err)
	}
	off := must(rule.SplitByTax(amount("85.80"), lines)) // 10 % of 858.00
	got := rule.Total(lines, off, nil)
	wantAmount(t, "what is to pay", got.Gross, "772.20")
	wantAmount(t, "tax at 6 %", got.Breakdown[0].VAT, "5.09")    // 90.00 − 84.91
	wantAmount(t, "tax at 21 %", got.Breakdown[1].VAT, "118.40") // 682.20 − 563.80
}

// TestDocumentOfBothKinds: for any lines, with and without tax, components and rounding, what is
// taken off is split exactly, the bases add up to the net, and the order of lines changes nothing.
func TestDocumentOfBothKinds(t *testing.T) {
	parts := [][]Component{nil, {{"State", percent("6.25")}, {"City", percent("2")}}}
	gen := rapid.Custom(func(t *rapid.T) Taxable {
		l := genTaxable().Draw(t, "line")
		if l.Category != "S" {
			l.Rate = Percent{}
		} else if l.Components = rapid.SampledFrom(parts).Draw(t, "components"); l.Components != nil {
			l.Rate = percent("8.25")
		}
		if rapid.Bool().Draw(t, "with tax") {
			g := l.Net
			l.Gross = &g
		}
		return l
	})
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(gen, 1, 12).Draw(t, "lines")
		rule := TaxRule{Currency: eur, PerLine: rapid.Bool().Draw(t, "per line")}
		if err := rule.TakeOut(lines); err != nil {
			t.Fatal(err)
		}
		total := amount(genText(5, 2).Draw(t, "discount"))
		off, err := rule.SplitByTax(total, lines)
		allWithTax := !slices.ContainsFunc(lines, func(l Taxable) bool { return l.Gross == nil })
		if err != nil { // there is nothing to spread it over, or lines cancel each other out
			var stated Amount
			for _, l := range lines {
				if allWithTax {
					stated = stated.Add(*l.Gross)
				} else {
					stated = stated.Add(l.Net)
				}
			}
			if !stated.IsZero() {
				t.Fatal(err)
			}
			return
		}
		var taken Amount
		for _, o := range off {
			if allWithTax {
				taken = taken.Add(*o.Gross)
			} else {
				taken = taken.Add(o.Net)
			}
		}
		if !taken.Equal(total) {
			t.Fatalf("the parts of %s come to %s", total, taken)
		}
		got := rule.Total(lines, off, nil)
		if allWithTax {
			var want Amount
			for _, l := range lines {
				want = want.Add(*l.Gross)
			}
			if !got.Gross.Equal(want.Sub(total)) {
				t.Fatalf("the customer pays %s, not %s less %s", got.Gross, want, total)
			}
		}
		var vat, base Amount
		for _, s := range got.Breakdown {
			vat = vat.Add(s.VAT)
			if s.Name != "City" { // the same base once more
				base = base.Add(s.Base)
			}
		}
		if !vat.Equal(got.VAT) || !base.Equal(got.Net) || !got.Gross.Equal(got.Net.Add(got.VAT)) || !got.Net.Equal(got.Lines.Sub(got.Allowances)) {
			t.Fatalf("it does not hold together: %+v", got)
		}
		order := rapid.Permutation(lines).Draw(t, "order")
		again := rule.Total(order, must(rule.SplitByTax(total, order)), nil)
		if !again.Gross.Equal(got.Gross) || !again.VAT.Equal(got.VAT) || !again.Net.Equal(got.Net) {
			t.Fatalf("in another order it comes to %s, not %s", again.Gross, got.Gross)
		}
	})
}

func TestCashStep(t *testing.T) {
	chf, jpy := must(ParseCurrency("currency", "CHF")), must(ParseCurrency("currency", "JPY"))
	franc := func(s string) Amount { return must(ParseAmount("amount", s, chf)) }
	five := CashStep{franc("0.05")}
	for sum, want := range map[string]string{
		"10.00": "0", "10.01": "-0.01", "10.02": "-0.02", "10.03": "0.02", "10.04": "0.01", "10.07": "-0.02", "10.08": "0.02",
		"-10.03": "-0.02",
	} {
		if got := five.Round(franc(sum)); !got.Equal(franc(want)) {
			t.Errorf("%s is rounded by %s, not %s", sum, got, want)
		}
	}
	if got := (CashStep{}).Round(franc("10.03")); !got.IsZero() {
		t.Errorf("without a step %s is added", got)
	}
	if got := (CashStep{franc("0.10")}).Round(franc("10.05")); !got.Equal(franc("0.05")) {
		t.Errorf("the middle goes %s, not away from zero", got)
	}
	for _, bad := range []string{"-0.05", "1.01", "1.05"} {
		wantFault(t, CashStep{franc(bad)}.Check("step", chf), "step", "cash.step")
	}
	wantFault(t, CashStep{franc("0.05")}.Check("step", jpy), "step", "amount.too-precise")
	if err := (CashStep{franc("1.00")}).Check("step", chf); err != nil { // a hundred of the smallest unit
		t.Error(err)
	}
	if err := (CashStep{}).Check("step", chf); err != nil { // all coins are in use
		t.Error(err)
	}
	if err := (CashStep{Minor(10, jpy)}).Check("step", jpy); err != nil {
		t.Error(err)
	}
}

// TestEveryExponent: yen have no cents and dinars have mils, in every rounding of a document.
func TestEveryExponent(t *testing.T) {
	for _, c := range []struct{ code, off, rest, vat, net string }{
		{"JPY", "10", "94", "9", "95"}, // 103.5 × 9.5 %
		{"EUR", "9.83", "93.67", "9.37", "94.09"},
		{"KWD", "9.833", "93.667", "9.367", "94.091"},
	} {
		cur := must(ParseCurrency("currency", c.code))
		want := func(what string, got Amount, s string) {
			if !got.Equal(must(ParseAmount("want", s, cur))) {
				t.Errorf("%s: %s is %s, want %s", c.code, what, got, s)
			}
		}
		gross := LineAmount(quantity("1"), price("103.5"), cur, HalfAway)
		net, off := Discounted(gross, percent("9.5"), cur, HalfAway)
		want("discount", off, c.off)
		want("net", net, c.rest)
		want("tax", VAT(net, percent("10"), cur, HalfAway), c.vat)
		want("net of a price with tax", must(NetOf(gross, percent("10"), cur, HalfAway)), c.net)
	}
}

func TestShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := amount(genText(7, 2).Draw(t, "total"))
		steps := rapid.SliceOfN(rapid.IntRange(1, 1000), 1, 8).Draw(t, "steps")
		whole := 0
		for _, s := range steps {
			whole += s
		}
		var sum, before Amount
		reached := 0
		for _, s := range steps {
			reached += s
			upTo := must(Share(total, NewQuantity(int64(reached), 2), NewQuantity(int64(whole), 2), eur, HalfAway))
			sum, before = sum.Add(upTo.Sub(before)), upTo
		}
		if !sum.Equal(total) {
			t.Fatalf("the shares of %s come to %s", total, sum)
		}
	})
	_, err := Share(amount("1.00"), Quantity{}, Quantity{}, eur, HalfAway)
	wantFault(t, err, "whole", "share.of-zero")
}
