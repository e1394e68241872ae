package billing_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	. "callout/billing"
	"callout/store"
	"callout/store/storetest"

	"pgregory.net/rapid"
)

// TestTwoTimes is the bitemporal table: what a day costs, as it was known at an instant.
func TestTwoTimes(t *testing.T) {
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
	day := func(n int) time.Time { return at("2026-03-02T08:00:00Z").AddDate(0, 0, n) }
	on := func(n int) string { return fmt.Sprintf("2026-%02d-15", n) }
	k.clock.set(day(0))
	k.must(&SetPrice{Key: "labour", Price: price("90")})
	k.clock.set(day(1)) // dated forward
	k.must(&SetPrice{Key: "labour", Price: price("95"), Valid: valid("2026-05-01", "")})
	k.clock.set(day(2)) // dated back
	k.must(&SetPrice{Key: "labour", Price: price("85"), Valid: valid("2026-01-01", "2026-02-01")})
	k.clock.set(day(3))
	c := k.contract("Post", valid("2026-04-01", ""))
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("70")})
	k.clock.set(day(4))
	k.must(&EndContract{Contract: c, On: date("2026-06-01")})
	k.clock.set(day(5))
	k.must(&DropClause{Contract: c, Key: "labour"})
	for _, row := range []struct {
		known                               int
		january, february, april, may, june string
	}{
		{-1, "", "", "", "", ""},
		{0, "90", "90", "90", "90", "90"},
		{1, "90", "90", "90", "95", "95"},
		{2, "85", "90", "90", "95", "95"},
		{3, "85", "90", "70", "70", "70"},
		{4, "85", "90", "70", "70", "95"},
		{5, "85", "90", "90", "95", "95"},
	} {
		known := day(row.known).Add(time.Hour)
		for month, want := range storetest.InOrder(map[int]string{1: row.january, 2: row.february, 4: row.april, 5: row.may, 6: row.june}) {
			x := k.ask(Asking{Customer: k.customer, Key: "labour", On: date(on(month)), Known: known})
			got := ""
			if x.Price != nil {
				got = x.Price.String()
			}
			if got != want {
				t.Errorf("%s as known on %s: %q, want %q\n%+v", on(month), known.Format(time.DateOnly), got, want, x.Trace)
			}
		}
	}
}

// TestTheFirstLevelWithACandidateWins sets clauses and prices at random, in two shops in
// different orders. Both must answer alike, to the last word of the trace, every time they are
// asked; and the winner must be the first level that has a candidate.
func TestTheFirstLevelWithACandidateWins(t *testing.T) {
	levels := PriceLevels()
	rapid.Check(t, func(rt *rapid.T) {
		var clauses []SetClause
		for _, key := range []string{"part:PUMP", "group:pumps", "part", "all"} {
			for _, here := range []bool{false, true} {
				for n := range 2 {
					if !rapid.Bool().Draw(rt, "clause") {
						continue
					}
					c := SetClause{Key: key, Valid: valid(fmt.Sprintf("2026-0%d-01", 2*n+1), fmt.Sprintf("2026-0%d-01", 2*n+3))}
					if key == "part" || key == "all" {
						c.Formula = times(fmt.Sprintf("0.%d%d", len(key), n+1))
					} else {
						c.Price = pricep(fmt.Sprint(len(clauses) + 1))
					}
					if here {
						c.Site = "here"
					}
					clauses = append(clauses, c)
				}
			}
		}
		books := map[string]bool{}
		for _, b := range []string{"customer", "site", "standard"} {
			books[b] = rapid.Bool().Draw(rt, b)
		}
		one := trial(t, clauses, books)
		other := trial(t, rapid.Permutation(clauses).Draw(rt, "order"), books)
		for _, on := range []string{"2026-01-15", "2026-03-15", "2026-06-15"} {
			x, y := one.quote("part:PUMP", on), other.quote("part:PUMP", on)
			if a, b := words(x), words(y); a != b {
				rt.Fatalf("on %s\n%s\n%s", on, a, b)
			}
			if again := words(one.quote("part:PUMP", on)); again != words(x) {
				rt.Fatalf("asked twice:\n%s\n%s", words(x), again)
			}
			first := ""
			for _, level := range levels {
				for _, s := range x.Trace {
					if s.Level == level && (s.Verdict == "taken" || s.Verdict == "outranked") && first == "" {
						first = level
					}
				}
			}
			if x.Level != first {
				rt.Fatalf("%s answered, and %s came first: %+v", x.Level, first, x.Trace)
			}
			if (x.Price == nil) != (x.Problem != "") {
				rt.Fatalf("price %v and problem %q", x.Price, x.Problem)
			}
		}
	})
}

// trial is a shop with one contract and up to three books.
func trial(t *testing.T, clauses []SetClause, books map[string]bool) *shop {
	k := newShop(t)
	k.must(&AddPart{Code: "PUMP", Group: "pumps"})
	c := k.contract("Post", valid("", ""))
	for _, cl := range clauses {
		cl.Contract = c
		if cl.Site != "" {
			cl.Site = k.site
		}
		k.must(&cl)
	}
	k.must(&AddBook{Book: "customer", Customer: k.customer})
	k.must(&AddBook{Book: "site", Site: k.site})
	for i, b := range []string{"customer", "site", "standard"} {
		if books[b] {
			k.must(&SetPrice{Book: b, Key: "part:PUMP", Price: price(fmt.Sprint(100 + i))})
		}
	}
	return k
}

// words is an explanation without the ids and revisions, which are each shop's own.
func words(x *Explanation) string {
	c := *x
	c.Contracts, c.Books, c.Book = nil, nil, store.Pin{}
	c.Trace = nil
	for _, s := range x.Trace {
		s.Entry, s.Rev = "", 0
		c.Trace = append(c.Trace, s)
	}
	return string(must(json.MarshalIndent(c, "", " ")))
}
