package money_test

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "callout/money"
)

func TestAllocate(t *testing.T) {
	for _, c := range []struct {
		total   string
		weights []string
		want    []string
	}{
		{"100.00", []string{"1", "1", "1"}, []string{"33.34", "33.33", "33.33"}},
		{"-100.00", []string{"1", "1", "1"}, []string{"-33.34", "-33.33", "-33.33"}},
		{"0.01", []string{"1", "1"}, []string{"0.01", "0"}},
		{"0.05", []string{"3", "7"}, []string{"0.02", "0.03"}}, // 1.5 and 3.5 cents: a tie, won by the first
		{"100.00", []string{"1", "0", "2"}, []string{"33.33", "0", "66.67"}},
		{"0.02", []string{"0", "1", "0"}, []string{"0", "0.02", "0"}},
		{"8.00", []string{"100", "-20"}, []string{"10.00", "-2.00"}},
		{"8.00", []string{"-100", "20"}, []string{"10.00", "-2.00"}},
		{"-8.00", []string{"-3", "-1"}, []string{"-6.00", "-2.00"}},
		{"0", []string{"0", "0"}, []string{"0", "0"}},
		{"10.00", []string{"0.333333", "0.666667"}, []string{"3.33", "6.67"}},
	} {
		var ws []Quantity
		for _, w := range c.weights {
			ws = append(ws, quantity(w))
		}
		got, err := Allocate(amount(c.total), ws, eur)
		if err != nil {
			t.Errorf("%s over %v: %v", c.total, c.weights, err)
			continue
		}
		wantAmounts(t, c.total, got, c.want)
	}
	_, err := Allocate(amount("1.00"), []Quantity{}, eur)
	wantFault(t, err, "weights", "weights.none")
	_, err = Allocate(amount("1.00"), []Quantity{quantity("1"), quantity("-1")}, eur)
	wantFault(t, err, "weights", "weights.zero")
	_, err = Allocate(Minor(1, must(ParseCurrency("c", "KWD"))), []Quantity{quantity("1")}, eur)
	wantFault(t, err, "total", "amount.too-precise")
}

func TestAllocationIsFairAndComplete(t *testing.T) {
	cent := big.NewRat(1, 100)
	rapid.Check(t, func(t *rapid.T) {
		total := amount(genText(12, 2).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Map(genText(6, 4), price), 1, 20).Draw(t, "weights")
		sum := new(big.Rat)
		for _, w := range weights {
			sum.Add(sum, rat(w))
		}
		parts, err := Allocate(total, weights, eur)
		if sum.Sign() == 0 && !total.IsZero() {
			if err == nil {
				t.Fatalf("%s was divided by weights of zero", total)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !Sum(parts...).Equal(total) {
			t.Fatalf("%v add up to %s, want %s", parts, Sum(parts...), total)
		}
		mirror := must(Allocate(total.Neg(), weights, eur))
		for i, p := range parts {
			if !mirror[i].Equal(p.Neg()) {
				t.Fatalf("of %s, part %d is %s; of its negative, %s", total, i, p, mirror[i])
			}
			if total.IsZero() {
				continue
			}
			exact := new(big.Rat).Quo(new(big.Rat).Mul(rat(total), rat(weights[i])), sum)
			if off := exact.Sub(exact, rat(p)); off.Abs(off).Cmp(cent) >= 0 {
				t.Fatalf("part %d is off by %s", i, off.FloatString(6))
			}
			if weights[i].IsZero() && !p.IsZero() {
				t.Fatalf("a weight of zero was given %s", p)
			}
		}
	})
}

func TestCumulativeSharesEndAtTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := amount(genText(12, 2).Draw(t, "total"))
		mode := rapid.SampledFrom(modes).Draw(t, "mode")
		left, shares := percent("100"), []Percent(nil)
		for range rapid.IntRange(0, 8).Draw(t, "n") {
			s := NewPercent(rapid.Int64Range(0, 30_000_000).Draw(t, "share"), 6)
			if s.Cmp(left) > 0 {
				break
			}
			shares, left = append(shares, s), left.Sub(s)
		}
		shares = append(shares, left)
		if got := must(CumulativeShares(total, shares, eur, mode)); !Sum(got...).Equal(total) {
			t.Fatalf("%v of %s add up to %s", got, total, Sum(got...))
		}
		if _, err := CumulativeShares(total, append(shares, NewPercent(1, 6)), eur, mode); err == nil {
			t.Fatal("more than 100 % was billed")
		}
	})
	_, err := CumulativeShares(amount("1"), []Percent{percent("-1")}, eur, HalfAway)
	wantFault(t, err, "percent", "share.negative")
	_, err = CumulativeShares(amount("1"), []Percent{percent("60"), percent("40.000001")}, eur, HalfAway)
	wantFault(t, err, "percent", "share.over-100")
	rest := must(CumulativeShares(amount("100"), []Percent{percent("30"), percent("30")}, eur, HalfAway))
	wantAmount(t, "an unbilled rest", Sum(rest...), "60.00")
}

func TestUnknownCosts(t *testing.T) {
	known, zero := KnownCost(amount("38.00")), KnownCost(Amount{})
	for _, c := range []struct {
		cost     Cost
		known    bool
		unknowns int
		part     string
	}{
		{Cost{}, false, 1, "0"},
		{zero, true, 0, "0"},
		{SumCosts(), true, 0, "0"},
		{SumCosts(known, known, zero), true, 0, "76.00"},
		{SumCosts(known, Cost{}, known, Cost{}), false, 2, "76.00"},
		{known.Add(Cost{}.Add(Cost{})), false, 2, "38.00"},
		{known.Neg(), true, 0, "-38.00"},
		{Cost{}.Neg(), false, 1, "0"},
	} {
		if c.cost.IsKnown() != c.known || c.cost.Unknowns() != c.unknowns || c.cost.IsZero() == c.known {
			t.Errorf("%s: known %v with %d unknown, want %v with %d", c.cost, c.cost.IsKnown(), c.cost.Unknowns(), c.known, c.unknowns)
		}
		wantAmount(t, "known part", c.cost.KnownPart(), c.part)
		a, ok := c.cost.Amount()
		if ok != c.known || !ok && !a.IsZero() {
			t.Errorf("%s: amount %s, %v", c.cost, a, ok)
		}
		want := "null" // never a zero that nobody stated
		if c.known {
			want = `"` + a.String() + `"`
		}
		if b, err := json.Marshal(c.cost); err != nil || string(b) != want {
			t.Errorf("%s is written as %s, %v", c.cost, b, err)
		}
	}
}

func TestMarginOverAnUnknownCostIsUnknown(t *testing.T) {
	for _, c := range []struct {
		revenue     string
		cost        Cost
		amount, pct string // "" for unknown
		below30     bool
		belowKnown  bool
	}{
		{"100.00", KnownCost(amount("70.00")), "30.00", "30", false, true},
		{"100.00", KnownCost(amount("70.01")), "29.99", "29.99", true, true},
		{"100.00", KnownCost(Amount{}), "100.00", "100", false, true},
		{"90.00", KnownCost(amount("100.00")), "-10.00", "-11.11", true, true},
		{"100.00", Cost{}, "", "", false, false},
		{"100.00", KnownCost(amount("70.00")).Add(Cost{}), "", "", false, false},
		{"0", KnownCost(amount("40.00")), "-40.00", "", true, true},
		{"0", KnownCost(Amount{}), "0", "", false, true},
		{"-100.00", KnownCost(amount("-80.00")), "-20.00", "20", true, true}, // a credit: the floor mirrors
		{"-100.00", KnownCost(amount("-60.00")), "-40.00", "40", false, true},
	} {
		m := Margin{Revenue: amount(c.revenue), Cost: c.cost}
		a, ok := m.Amount()
		if ok != (c.amount != "") {
			t.Errorf("%+v: amount known: %v", m, ok)
		} else if ok {
			wantAmount(t, "margin", a, c.amount)
		}
		p, ok := m.Percent(2, HalfAway)
		if ok != (c.pct != "") || ok && !p.Equal(percent(c.pct)) {
			t.Errorf("%+v: %s, %v, want %q", m, p, ok, c.pct)
		}
		below, known := m.Below(percent("30"))
		if below != c.below30 || known != c.belowKnown {
			t.Errorf("%+v below 30 %%: %v, %v", m, below, known)
		}
	}
}

func TestDocumentAllowanceIsSplitByTax(t *testing.T) {
	lines := []Taxable{
		{Net: amount("100.00"), Category: "S", Rate: percent("20")}, {Net: amount("33.33"), Category: "S", Rate: percent("10")}, {Net: amount("50.00"), Category: "S", Rate: percent("20.0")}, {Net: amount("16.67"), Category: "E", Rate: Percent{}},
	}
	parts := must(SplitByTax(amount("10.00"), lines, eur))
	want := []Taxable{{Net: amount("0.83"), Category: "E", Rate: Percent{}}, {Net: amount("1.67"), Category: "S", Rate: percent("10")}, {Net: amount("7.50"), Category: "S", Rate: percent("20")}}
	if !slices.EqualFunc(parts, want, sameTaxable) {
		t.Fatalf("got %v, want %v", parts, want)
	}
	charge := []Taxable{{Net: amount("5.00"), Category: "S", Rate: percent("20")}}
	got := Total(lines, parts, charge, eur, HalfAway)
	for _, c := range []struct {
		what string
		got  Amount
		want string
	}{
		{"lines", got.Lines, "200.00"}, {"allowances", got.Allowances, "10.00"}, {"charges", got.Charges, "5.00"},
		{"net", got.Net, "195.00"}, {"VAT", got.VAT, "32.67"}, {"gross", got.Gross, "227.67"},
		{"base at 20 %", got.Breakdown[2].Base, "147.50"}, {"VAT at 20 %", got.Breakdown[2].VAT, "29.50"},
		{"base at 10 %", got.Breakdown[1].Base, "31.66"}, {"VAT at 10 %", got.Breakdown[1].VAT, "3.17"},
		{"exempt base", got.Breakdown[0].Base, "15.84"}, {"exempt VAT", got.Breakdown[0].VAT, "0"},
	} {
		wantAmount(t, c.what, c.got, c.want)
	}
	// Two categories at one rate are two taxes.
	free := []Taxable{{Net: amount("75.00"), Category: "Z"}, {Net: amount("25.00"), Category: "E"}}
	want = []Taxable{{Net: amount("2.50"), Category: "E"}, {Net: amount("7.50"), Category: "Z"}}
	if parts := must(SplitByTax(amount("10.00"), free, eur)); !slices.EqualFunc(parts, want, sameTaxable) {
		t.Fatalf("got %v, want %v", parts, want)
	}
	// Nets that cancel out count by their sizes, and only those.
	swapped := []Taxable{{Net: amount("30.00"), Category: "S", Rate: percent("10")}, {Net: amount("-30.00"), Category: "S", Rate: percent("20")}}
	want = []Taxable{{Net: amount("5.00"), Category: "S", Rate: percent("10")}, {Net: amount("5.00"), Category: "S", Rate: percent("20")}}
	if parts := must(SplitByTax(amount("10.00"), swapped, eur)); !slices.EqualFunc(parts, want, sameTaxable) {
		t.Fatalf("got %v, want %v", parts, want)
	}
	swapped[0].Net = amount("40.00") // 40 − 30 is the whole
	want = []Taxable{{Net: amount("40.00"), Category: "S", Rate: percent("10")}, {Net: amount("-30.00"), Category: "S", Rate: percent("20")}}
	if parts := must(SplitByTax(amount("10.00"), swapped, eur)); !slices.EqualFunc(parts, want, sameTaxable) {
		t.Fatalf("got %v, want %v", parts, want)
	}
	_, err := SplitByTax(amount("10.00"), nil, eur)
	wantFault(t, err, "allowance", "allowance.split")
}

func sameTaxable(a, b Taxable) bool {
	return a.Net.Equal(b.Net) && a.Category == b.Category && a.Rate.Equal(b.Rate)
}

var (
	taxRates      = []string{"0", "5", "10", "19", "20", "25.5"}
	taxCategories = []string{"S", "Z", "AE"}
)

func genTaxable() *rapid.Generator[Taxable] {
	return rapid.Custom(func(t *rapid.T) Taxable {
		return Taxable{
			Net:      amount(genText(7, 2).Draw(t, "net")),
			Category: rapid.SampledFrom(taxCategories).Draw(t, "category"),
			Rate:     percent(rapid.SampledFrom(taxRates).Draw(t, "rate")),
		}
	})
}

// TestTotalsHoldTogether checks the sums of EN 16931 (BR-CO-10 to 15, 17, BR-S-08)
// with rational numbers, and that the order of lines changes nothing.
func TestTotalsHoldTogether(t *testing.T) {
	list := rapid.SliceOfN(genTaxable(), 0, 20)
	rapid.Check(t, func(t *rapid.T) {
		lines, allowances, charges := list.Draw(t, "lines"), list.Draw(t, "allowances"), list.Draw(t, "charges")
		got := Total(lines, allowances, charges, eur, HalfAway)
		sum := func(list []Taxable, in func(Taxable) bool) *big.Rat {
			s := new(big.Rat)
			for _, l := range list {
				if in(l) {
					s.Add(s, rat(l.Net))
				}
			}
			return s
		}
		base := func(in func(Taxable) bool) *big.Rat {
			s := sum(lines, in)
			s.Sub(s, sum(allowances, in))
			return s.Add(s, sum(charges, in))
		}
		all := func(Taxable) bool { return true }
		vat := new(big.Rat)
		rows := 0
		for _, category := range taxCategories {
			for _, rate := range taxRates {
				in := func(l Taxable) bool { return l.Category == category && l.Rate.Equal(percent(rate)) }
				i := slices.IndexFunc(got.Breakdown, func(s Subtotal) bool { return s.Category == category && s.Rate.Equal(percent(rate)) })
				if present := slices.ContainsFunc(slices.Concat(lines, allowances, charges), in); present != (i >= 0) {
					t.Fatalf("%s at %s %%: in the breakdown: %v", category, rate, i >= 0)
				} else if !present {
					continue
				}
				rows++
				tax := roundRat(new(big.Rat).Mul(base(in), new(big.Rat).Quo(rat(percent(rate)), big.NewRat(100, 1))), 2, HalfAway)
				if s := got.Breakdown[i]; rat(s.Base).Cmp(base(in)) != 0 || rat(s.VAT).Cmp(tax) != 0 {
					t.Fatalf("%s at %s %%: got %s of %s", category, rate, s.VAT, s.Base)
				}
				vat.Add(vat, tax)
			}
		}
		if rows != len(got.Breakdown) {
			t.Fatalf("%d rows, want %d", len(got.Breakdown), rows)
		}
		if rat(got.Net).Cmp(base(all)) != 0 || rat(got.VAT).Cmp(vat) != 0 || rat(got.Gross).Cmp(new(big.Rat).Add(base(all), vat)) != 0 {
			t.Fatalf("net %s, VAT %s, gross %s", got.Net, got.VAT, got.Gross)
		}
		again := Total(rapid.Permutation(lines).Draw(t, "permutation"), allowances, charges, eur, HalfAway)
		if !again.Gross.Equal(got.Gross) || !slices.EqualFunc(again.Breakdown, got.Breakdown, func(a, b Subtotal) bool {
			return a.Category == b.Category && a.Rate.Equal(b.Rate) && a.Base.Equal(b.Base) && a.VAT.Equal(b.VAT)
		}) {
			t.Fatalf("in another order the totals are %+v, not %+v", again, got)
		}
	})
}
