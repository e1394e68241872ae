package money_test

import (
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "callout/money"
)

var modes = []Rounding{HalfAway, HalfEven, Up, Down, Ceil, Floor}

// roundRat rounds by the definitions of the modes, with integers only.
func roundRat(r *big.Rat, places int, mode Rounding) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	x := new(big.Rat).Mul(r, scale)
	floor, rest := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int))
	if rest.Sign() != 0 {
		negative := x.Sign() < 0
		half := new(big.Int).Lsh(rest, 1).Cmp(x.Denom())
		up := map[Rounding]bool{
			HalfAway: half > 0 || half == 0 && !negative,
			HalfEven: half > 0 || half == 0 && floor.Bit(0) == 1,
			Up:       !negative,
			Down:     negative,
			Ceil:     true,
			Floor:    false,
		}[mode]
		if up {
			floor.Add(floor, big.NewInt(1))
		}
	}
	return new(big.Rat).Quo(new(big.Rat).SetInt(floor), scale)
}

func TestRoundingModes(t *testing.T) {
	for _, c := range []struct {
		in   string
		want map[Rounding]string
	}{
		{"1446.375", map[Rounding]string{HalfAway: "1446.38", HalfEven: "1446.38", Up: "1446.38", Down: "1446.37", Ceil: "1446.38", Floor: "1446.37"}},
		{"-1446.375", map[Rounding]string{HalfAway: "-1446.38", HalfEven: "-1446.38", Up: "-1446.38", Down: "-1446.37", Ceil: "-1446.37", Floor: "-1446.38"}},
		{"135.645", map[Rounding]string{HalfAway: "135.65", HalfEven: "135.64", Up: "135.65", Down: "135.64", Ceil: "135.65", Floor: "135.64"}},
		{"0.001", map[Rounding]string{HalfAway: "0", HalfEven: "0", Up: "0.01", Down: "0", Ceil: "0.01", Floor: "0"}},
		{"-0.001", map[Rounding]string{HalfAway: "0", HalfEven: "0", Up: "-0.01", Down: "0", Ceil: "0", Floor: "-0.01"}},
		{"2.5", map[Rounding]string{HalfAway: "2.50", HalfEven: "2.50", Up: "2.50", Down: "2.50", Ceil: "2.50", Floor: "2.50"}},
	} {
		for mode, want := range c.want {
			if got := LineAmount(quantity("1"), price(c.in), eur, mode); !got.Equal(amount(want)) {
				t.Errorf("%s %s: got %s, want %s", c.in, mode, got, want)
			}
		}
	}
}

// Quotients that lie in the middle, and beside it: eighths have three decimals.
func TestQuotientsRoundByTheModes(t *testing.T) {
	for _, c := range []struct {
		in   string // of which an eighth is taken
		want map[Rounding]string
	}{
		{"1", map[Rounding]string{HalfAway: "0.13", HalfEven: "0.12", Up: "0.13", Down: "0.12", Ceil: "0.13", Floor: "0.12"}},        // 0.125
		{"3", map[Rounding]string{HalfAway: "0.38", HalfEven: "0.38", Up: "0.38", Down: "0.37", Ceil: "0.38", Floor: "0.37"}},        // 0.375
		{"5", map[Rounding]string{HalfAway: "0.63", HalfEven: "0.62", Up: "0.63", Down: "0.62", Ceil: "0.63", Floor: "0.62"}},        // 0.625
		{"-1", map[Rounding]string{HalfAway: "-0.13", HalfEven: "-0.12", Up: "-0.13", Down: "-0.12", Ceil: "-0.12", Floor: "-0.13"}}, // −0.125
		{"-3", map[Rounding]string{HalfAway: "-0.38", HalfEven: "-0.38", Up: "-0.38", Down: "-0.37", Ceil: "-0.37", Floor: "-0.38"}}, // −0.375
		{"0.99", map[Rounding]string{HalfAway: "0.12", HalfEven: "0.12", Up: "0.13", Down: "0.12", Ceil: "0.13", Floor: "0.12"}},     // 0.12375
		{"1.01", map[Rounding]string{HalfAway: "0.13", HalfEven: "0.13", Up: "0.13", Down: "0.12", Ceil: "0.13", Floor: "0.12"}},     // 0.12625
		{"8", map[Rounding]string{HalfAway: "1", HalfEven: "1", Up: "1", Down: "1", Ceil: "1", Floor: "1"}},                          // exactly
		{"0.04", map[Rounding]string{HalfAway: "0.01", HalfEven: "0", Up: "0.01", Down: "0", Ceil: "0.01", Floor: "0"}},              // 0.005
	} {
		for mode, want := range c.want {
			if got := must(RatePer(amount(c.in), quantity("8"), 2, mode)); !got.Equal(price(want)) {
				t.Errorf("%s / 8 %s: got %s, want %s", c.in, mode, got, want)
			}
			// The same of a negative divisor.
			if got := must(RatePer(amount(c.in).Neg(), quantity("-8"), 2, mode)); !got.Equal(price(want)) {
				t.Errorf("%s / −8 %s: got %s, want %s", amount(c.in).Neg(), mode, got, want)
			}
		}
	}
}

func TestRoundingNames(t *testing.T) {
	if got := Rounding(len(modes)).String(); got != "unknown rounding" {
		t.Errorf("a mode that is none is %s", got)
	}
	for _, m := range modes {
		var back Rounding
		if err := json.Unmarshal(must(json.Marshal(m)), &back); err != nil || back != m {
			t.Errorf("%s reads back as %s, %v", m, back, err)
		}
	}
	_, err := ParseRounding("rounding", "bankers")
	wantFault(t, err, "rounding", "rounding.unknown")
	if b, err := json.Marshal(Rounding(6)); err == nil {
		t.Errorf("a rounding that does not exist is written %s", b)
	}
}

// TestPointsRoundOnceAndExactly compares every rounding point with rational numbers.
func TestPointsRoundOnceAndExactly(t *testing.T) {
	hundred := big.NewRat(100, 1)
	rapid.Check(t, func(t *rapid.T) {
		cur := must(ParseCurrency("currency", rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "CLF"}).Draw(t, "currency")))
		exp := int(cur.Exponent())
		mode := rapid.SampledFrom(modes).Draw(t, "mode")
		q, p := quantity(genText(12, 6).Draw(t, "q")), price(genText(12, 6).Draw(t, "p"))
		pct, f := percent(genText(4, 6).Draw(t, "pct")), factor(genText(3, 6).Draw(t, "f"))
		a := must(ParseAmount("a", genText(15, exp).Draw(t, "a"), cur))
		places := rapid.IntRange(0, 6).Draw(t, "places")
		d := time.Duration(rapid.Int64Range(0, 1<<52).Draw(t, "d"))

		check := func(name string, got number, want *big.Rat, places int) {
			if want = roundRat(want, places, mode); rat(got).Cmp(want) != 0 {
				t.Fatalf("%s %s in %s: got %s, want %s", name, mode, cur, got, want.FloatString(12))
			}
		}
		line := NewLine(q, p, pct, cur, mode)
		check("NewLine, gross", line.Gross, new(big.Rat).Mul(rat(q), rat(p)), exp)
		check("NewLine, discount", line.Discount, new(big.Rat).Quo(new(big.Rat).Mul(rat(line.Gross), rat(pct)), hundred), exp)
		if !line.Net.Equal(line.Gross.Sub(line.Discount)) {
			t.Fatalf("%+v does not add up", line)
		}
		check("LineAmount", LineAmount(q, p, cur, mode), new(big.Rat).Mul(rat(q), rat(p)), exp)
		share := new(big.Rat).Quo(new(big.Rat).Mul(rat(a), rat(pct)), hundred)
		check("PercentOf", PercentOf(a, pct, cur, mode), share, exp)
		check("VAT", VAT(a, pct, cur, mode), share, exp)
		check("RateTimes", RateTimes(p, f, int32(places), mode), new(big.Rat).Mul(rat(p), rat(f)), places)
		check("HoursOf", HoursOf(d, int32(places), mode), big.NewRat(int64(d), int64(time.Hour)), places)
		check("Quantity.Round", q.Round(int32(places), mode), rat(q), places)
		if div := new(big.Rat).Add(rat(pct), hundred); div.Sign() > 0 {
			check("NetOf", must(NetOf(a, pct, cur, mode)), new(big.Rat).Quo(new(big.Rat).Mul(rat(a), hundred), div), exp)
		} else if _, err := NetOf(a, pct, cur, mode); err == nil {
			t.Fatalf("a rate of %s left a net amount", pct)
		}
		if !q.IsZero() {
			check("RatePer", must(RatePer(a, q, int32(places), mode)), new(big.Rat).Quo(rat(a), rat(q)), places)
		}
		if b := must(ParseAmount("b", genText(15, exp).Draw(t, "b"), cur)); !b.IsZero() {
			check("PercentFrom", must(PercentFrom(a, b, int32(places), mode)), new(big.Rat).Quo(new(big.Rat).Mul(rat(a), hundred), rat(b)), places)
		}
	})
}

// TestCreditsMirrorInvoices: what is symmetric around zero gives a credit note the
// negative of the invoice, to the cent.
func TestCreditsMirrorInvoices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom([]Rounding{HalfAway, HalfEven, Up, Down}).Draw(t, "mode")
		q, p := quantity(genText(6, 6).Draw(t, "q")), price(genText(6, 6).Draw(t, "p"))
		off, rate := percent(genText(2, 5).Draw(t, "off")), percent(genText(2, 1).Draw(t, "rate"))
		invoice, credit := NewLine(q, p, off, eur, mode), NewLine(q.Neg(), p, off, eur, mode)
		if !credit.Net.Equal(invoice.Net.Neg()) || !VAT(credit.Net, rate, eur, mode).Equal(VAT(invoice.Net, rate, eur, mode).Neg()) {
			t.Fatalf("%+v is credited as %+v", invoice, credit)
		}
	})
}

func TestDivisionByNothingIsRefused(t *testing.T) {
	_, err := RatePer(amount("1"), Quantity{}, 2, HalfAway)
	wantFault(t, err, "quantity", "quantity.zero")
	_, err = PercentFrom(amount("1"), Amount{}, 2, HalfAway)
	wantFault(t, err, "whole", "percent.of-zero")
	_, err = NetOf(amount("1"), percent("-100"), eur, HalfAway)
	wantFault(t, err, "rate", "tax.rate")
}

func TestStacking(t *testing.T) {
	for _, s := range []Stacking{StackMax, StackProduct, StackAdditive} {
		if got := s.Stack(); !got.Equal(factor("1")) {
			t.Errorf("%q of no factors: %s", s, got)
		}
		if got := s.Stack(factor("1.5")); !got.Equal(factor("1.5")) {
			t.Errorf("%q of 1.5: %s", s, got)
		}
		if back, err := ParseStacking("stacking", string(s)); err != nil || back != s {
			t.Errorf("%q reads back as %q, %v", s, back, err)
		}
	}
	if s, err := ParseStacking("stacking", "max"); err != nil || s != StackMax {
		t.Errorf("max is read as %q, %v", s, err)
	}
	_, err := ParseStacking("stacking", "sum")
	wantFault(t, err, "stacking", "stacking.unknown")
	if got := percent("25").Markup(); !got.Equal(factor("1.25")) {
		t.Errorf("a markup of 25 %% is %s", got)
	}
	if got := percent("12.5").Factor(); !got.Equal(factor("0.125")) {
		t.Errorf("12.5 %% is %s", got)
	}
}
