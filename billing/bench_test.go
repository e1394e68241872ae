package billing_test

import (
	"fmt"
	"testing"
	"time"

	. "callout/billing"
	"callout/money"
	"callout/party"
	"callout/store"
)

// big is a shop with one completed order of 200 billable lines: half time, half parts
// from the book.
func big(b *testing.B) (*shop, store.ID) {
	b.Helper()
	k := newShop(b)
	for i := range 100 {
		k.must(&SetPrice{Key: fmt.Sprintf("part:P%03d", i), Price: money.NewPrice(int64(1000+i), 2)})
	}
	o := k.order()
	for i := range 100 {
		from := at("2026-01-05T00:00:00Z").Add(time.Duration(i) * time.Hour)
		k.worked(o, from.Format(time.RFC3339), from.Add(50*time.Minute).Format(time.RFC3339))
		k.must(&AddItem{Order: o, Kind: PartItem, Ref: fmt.Sprintf("P%03d", i), Qty: qty("3"), Cost: pricep("4")})
	}
	k.complete(o)
	return k, o
}

// BenchmarkGate evaluates the gate of an order of 200 lines from its snapshot. The
// baseline is pricing the same lines and nothing else.
func BenchmarkGate(b *testing.B) {
	k, o := big(b)
	var s *Snapshot
	k.read(func(r store.Reader) (err error) {
		s, err = Load(r, o, k.clock.Now())
		return err
	})
	b.Run("baseline-multiply", func(b *testing.B) {
		for b.Loop() {
			sum := money.Amount{}
			for range 200 {
				sum = sum.Add(money.LineAmount(qty("0.83"), price("90"), eur, money.HalfAway))
			}
		}
	})
	_, inv, err := Trial(s)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("evaluate", func(b *testing.B) {
		for b.Loop() {
			Evaluate(s, Subject{Invoice: inv})
		}
	})
	b.Run("compose-and-evaluate", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := Trial(s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			k.read(func(r store.Reader) error {
				_, err := Load(r, o, k.clock.Now())
				return err
			})
		}
	})
}

// BenchmarkInvoice takes an invoice of 200 lines through its steps, each on a preview that is
// thrown away. The baseline is a command that writes one small record.
func BenchmarkInvoice(b *testing.B) {
	k, o := big(b)
	who := func(name string, cmd store.Command) store.Intent {
		return store.Intent{Cmd: cmd, Actor: store.Actor{Name: name, How: store.Asserted}}
	}
	run := func(name string, in store.Intent) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				recs, err := k.Preview(b.Context(), in)
				if err != nil || recs[0].Err != nil {
					b.Fatal(err, recs[0].Err)
				}
			}
		})
	}
	run("baseline-one-record", who("office", &party.AddBranch{Branch: "west", Zone: "Europe/Vienna"}))
	run("propose-200-lines", who("office", &ProposeInvoice{Order: o}))
	id := k.proposed(o)
	run("approve-200-lines", who("boss", &ApproveInvoice{Invoice: id}))
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	run("release-200-lines", who("office", &ReleaseInvoice{Invoice: id}))
}

// BenchmarkPriceAmongTenThousand finds one price in a book of 10,000. The baseline is a
// book of ten.
func BenchmarkPriceAmongTenThousand(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			k := newShop(b)
			intents := make([]store.Intent, n)
			for i := range intents {
				intents[i] = store.Intent{
					Cmd:   &SetPrice{Key: fmt.Sprintf("part:P%05d", i), Price: price("1")},
					Actor: store.Actor{Name: "office", How: store.Asserted},
				}
			}
			if _, err := k.Do(b.Context(), intents...); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			for b.Loop() {
				if x := k.explain("", fmt.Sprintf("part:P%05d", n/2), "2026-03-01"); x.Price == nil {
					b.Fatal(x.Problem)
				}
			}
		})
	}
}

// BenchmarkPriceThousandCharges prices a thousand charges, half time and half parts, no two
// of the same part, each through a contract, two books and their formulas. The baseline is
// one multiplication and one map look-up for each.
func BenchmarkPriceThousandCharges(b *testing.B) {
	k := newShop(b)
	c := k.contract("Post", valid("2026-01-01", ""))
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("84"), Valid: valid("", "2026-07-01")})
	k.must(&SetClause{Contract: c, Key: "part", Formula: times("0.95")})
	k.must(&AddBook{Book: "post", Customer: k.customer})
	for i := range 500 {
		k.must(&SetPrice{Key: fmt.Sprintf("part:P%03d", i), Price: money.NewPrice(int64(1000+i), 2)})
	}
	o := k.order()
	for i := range 500 {
		from := at("2026-01-05T00:00:00Z").Add(time.Duration(i) * time.Hour)
		k.worked(o, from.Format(time.RFC3339), from.Add(50*time.Minute).Format(time.RFC3339))
		k.must(&AddItem{Order: o, Kind: PartItem, Ref: fmt.Sprintf("P%03d", i), Qty: qty("3"), Cost: pricep("4")})
	}
	var s *Snapshot
	k.read(func(r store.Reader) (err error) {
		s, err = Load(r, o, k.clock.Now())
		return err
	})
	if n := Price(s); n != 1000 {
		b.Fatalf("%d charges", n)
	}
	b.Run("baseline-multiply", func(b *testing.B) {
		prices := map[string]money.Price{}
		keys := make([]string, 1000)
		for i := range keys {
			keys[i] = fmt.Sprintf("part:P%03d", i)
			prices[keys[i]] = money.NewPrice(int64(1000+i), 2)
		}
		for b.Loop() {
			sum := money.Amount{}
			for _, key := range keys {
				sum = sum.Add(money.LineAmount(qty("0.83"), prices[key], eur, money.HalfAway))
			}
		}
	})
	b.Run("price", func(b *testing.B) {
		for b.Loop() {
			Price(s)
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			k.read(func(r store.Reader) error {
				_, err := Load(r, o, k.clock.Now())
				return err
			})
		}
	})
}
