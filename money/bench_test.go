package money_test

import (
	"fmt"
	"math/big"
	"testing"

	. "callout/money"
)

// benchLines are a hundred lines of an invoice as they come from a price book.
func benchLines() (qs []Quantity, ps []Price, off []Percent, rates []Percent) {
	for i := range 100 {
		qs = append(qs, quantity(fmt.Sprintf("%d.%02d", i%9+1, i*7%100)))
		ps = append(ps, price(fmt.Sprintf("%d.%03d", i*13%400+1, i*37%1000)))
		off = append(off, percent([]string{"0", "5", "2.5"}[i%3]))
		rates = append(rates, percent([]string{"20", "10"}[i%2]))
	}
	return qs, ps, off, rates
}

// BenchmarkInvoiceOf100Lines prices, discounts and taxes an invoice, against the same
// with rational numbers.
func BenchmarkInvoiceOf100Lines(b *testing.B) {
	qs, ps, off, rates := benchLines()
	b.Run("money", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			lines := make([]Taxable, 0, len(qs))
			for i := range qs {
				lines = append(lines, Taxable{Net: NewLine(qs[i], ps[i], off[i], eur, HalfAway).Net, Category: "S", Rate: rates[i]})
			}
			Total(lines, nil, nil, eur, HalfAway)
		}
	})
	b.Run("big.Rat", func(b *testing.B) {
		b.ReportAllocs()
		var rq, rp, ro []*big.Rat
		hundred := big.NewRat(100, 1)
		for i := range qs {
			rq, rp, ro = append(rq, rat(qs[i])), append(rp, rat(ps[i])), append(ro, rat(off[i]))
		}
		for b.Loop() {
			bases := map[string]*big.Rat{}
			for i := range rq {
				gross := roundRat(new(big.Rat).Mul(rq[i], rp[i]), 2, HalfAway)
				less := new(big.Rat).Mul(gross, ro[i])
				net := gross.Sub(gross, roundRat(less.Quo(less, hundred), 2, HalfAway))
				rate := rates[i].String()
				if bases[rate] == nil {
					bases[rate] = new(big.Rat)
				}
				bases[rate].Add(bases[rate], net)
			}
			total := new(big.Rat)
			for rate, base := range bases {
				r, _ := new(big.Rat).SetString(rate)
				vat := r.Mul(r, base)
				total.Add(total, base).Add(total, roundRat(vat.Quo(vat, hundred), 2, HalfAway))
			}
		}
	})
}
