package money_test

import (
	"testing"

	. "callout/money"
)

// Two rates of retainage, as AIA A101 (2017) § 5.1.7 has them agreed: the first up to a sum of what is
// completed, the other above it. The figures are by hand.
func TestTiered(t *testing.T) {
	const none = ""
	for _, c := range []struct {
		name        string
		rows        []string
		first, then string
		limit       string
		want        []string
	}{
		{"no limit", []string{"600.00", "400.00"}, "10", "5", none, []string{"60.00", "40.00"}},
		{"under the limit", []string{"300.00", "100.00"}, "10", "5", "500.00", []string{"30.00", "10.00"}},
		{"at the limit", []string{"300.00", "200.00"}, "10", "5", "500.00", []string{"30.00", "20.00"}},
		{"10 % of 500, 5 % of 500", []string{"600.00", "400.00"}, "10", "5", "500.00", []string{"45.00", "30.00"}},
		{"10 % of 500, nothing of 500", []string{"600.00", "400.00"}, "10", "0", "500.00", []string{"30.00", "20.00"}},
		{"5 % of 500, 10 % of 500", []string{"900.00", "100.00"}, "5", "10", "500.00", []string{"67.50", "7.50"}},
		{"all is above 0", []string{"600.00", "400.00"}, "10", "5", "0", []string{"30.00", "20.00"}},
		{"all is above less than 0", []string{"600.00", "400.00"}, "10", "5", "-100.00", []string{"30.00", "20.00"}},
		{"each row is rounded: 75 of 1000 over three", []string{"333.33", "333.33", "333.34"}, "10", "5", "500.00", []string{"25.00", "25.00", "25.00"}},
		{"a row that goes back", []string{"1200.00", "-200.00"}, "10", "5", "500.00", []string{"90.00", "-15.00"}},
		{"what is given back has the first rate", []string{"-600.00", "-400.00"}, "10", "5", "-2000.00", []string{"-60.00", "-40.00"}},
		{"rows that cancel out", []string{"100.00", "-100.00"}, "10", "5", "-1.00", []string{"10.00", "-10.00"}},
	} {
		var limit *Amount
		if c.limit != none {
			a := amount(c.limit)
			limit = &a
		}
		wantAmounts(t, c.name, Tiered(amounts(c.rows), percent(c.first), percent(c.then), limit, eur, HalfAway), c.want)
	}
}

func TestReaches(t *testing.T) {
	for _, c := range []struct {
		part, whole, pct string
		want             bool
	}{
		{"850.00", "1000.00", "85", true},
		{"849.99", "1000.00", "85", false},
		{"1000.00", "1000.00", "100", true},
		{"333.33", "1000.00", "33.333", true},
		{"333.33", "1000.00", "33.3331", false},
	} {
		if got := Reaches(amount(c.part), amount(c.whole), percent(c.pct)); got != c.want {
			t.Errorf("%s of %s reaches %s %%: %v", c.part, c.whole, c.pct, got)
		}
	}
}

func TestUnitsWithin(t *testing.T) {
	for _, c := range []struct {
		left, price string
		places      int32
		want        string
	}{
		{"100.00", "90", 2, "1.11"}, // 99.90; 1.12 would be 100.80
		{"180.00", "90", 2, "2"},
		{"0.01", "1", 2, "0.01"},
		{"0.50", "1", 0, "0"},
		{"100.00", "0.5", 0, "200"},
		{"0", "90", 2, "0"},
		{"-100.00", "90", 2, "0"},
		{"100.00", "0", 2, "0"},
		{"100.00", "-90", 2, "0"},
	} {
		if got := UnitsWithin(amount(c.left), price(c.price), c.places); !got.Equal(quantity(c.want)) {
			t.Errorf("%s at %s: %s, want %s", c.left, c.price, got, c.want)
		}
	}
}

// What is divided at a limit is under it as far as it fits: a limit that is used up takes nothing, and a credit always fits.
func TestASumIsDividedAtALimit(t *testing.T) {
	for _, c := range []struct{ sum, limit, within, over string }{
		{"80.00", "100.00", "80.00", "0"},
		{"100.00", "100.00", "100.00", "0"},
		{"100.01", "100.00", "100.00", "0.01"},
		{"100.00", "0", "0", "100.00"},
		{"100.00", "-0.01", "0", "100.00"},
		{"0", "-5.00", "0", "0"},
		{"-80.00", "100.00", "-80.00", "0"},
		{"-80.00", "-100.00", "-80.00", "0"},
	} {
		within, over := amount(c.sum).SplitAt(amount(c.limit))
		wantAmount(t, c.sum+" within "+c.limit, within, c.within)
		wantAmount(t, c.sum+" over "+c.limit, over, c.over)
	}
}
