package billing_test

import (
	"fmt"
	rational "math/big"

	. "callout/billing"
	"callout/money"

	"github.com/shopspring/decimal"
)

// The figures of a document computed a second time, with fractions out of the standard library and rules written
// down once more: what may be rounded is rounded to the smallest unit where the reference of the rule says so, and
// everything else is a sum.

// rat is a number of the product as a fraction.
func rat(v interface{ Decimal() decimal.Decimal }) *rational.Rat {
	r, ok := new(rational.Rat).SetString(v.Decimal().String())
	if !ok {
		panic(v)
	}
	return r
}

func plus(a, b *rational.Rat) *rational.Rat  { return new(rational.Rat).Add(a, b) }
func minus(a, b *rational.Rat) *rational.Rat { return new(rational.Rat).Sub(a, b) }
func mult(a, b *rational.Rat) *rational.Rat  { return new(rational.Rat).Mul(a, b) }
func over(a, b *rational.Rat) *rational.Rat  { return new(rational.Rat).Quo(a, b) }

func hundredth(p money.Percent) *rational.Rat { return over(rat(p), rational.NewRat(100, 1)) }

// tally computes documents of a currency under a rounding.
type tally struct {
	unit *rational.Rat // the smallest
	mode money.Rounding
}

func (d *docShop) tally() tally {
	return tally{rat(d.money(1)), d.mode}
}

// whole rounds a fraction to a whole number.
func whole(r *rational.Rat, mode money.Rounding) *rational.Int {
	q, rest := new(rational.Int).QuoRem(new(rational.Int).Abs(r.Num()), r.Denom(), new(rational.Int))
	half := new(rational.Int).Lsh(rest, 1).Cmp(r.Denom())
	up := false
	switch mode {
	case money.HalfAway:
		up = half >= 0
	case money.HalfEven:
		up = half > 0 || half == 0 && q.Bit(0) == 1
	case money.Up:
		up = rest.Sign() > 0
	case money.Down:
	default:
		panic(mode)
	}
	if up {
		q.Add(q, rational.NewInt(1))
	}
	if r.Sign() < 0 {
		q.Neg(q)
	}
	return q
}

// round rounds to the currency's smallest unit.
func (t tally) round(r *rational.Rat) *rational.Rat {
	return mult(new(rational.Rat).SetInt(whole(over(r, t.unit), t.mode)), t.unit)
}

// sheet is a document as it is computed again.
type sheet struct {
	tally
	inv    *Invoice
	stated []*rational.Rat // lines as their prices are stated, less their discounts
	base   map[string]*rational.Rat
	open   map[string]*rational.Rat // of the base, what is taxed as a sum
	tax    map[string]*rational.Rat // what lines bear each by itself
	rate   map[string]money.Percent
	fixed  map[string]*rational.Rat // tax in prices with tax that several taxes share, by category and rate
	parted map[string][]string      // the rows that share it
}

// rationalsAgree computes every document again but for partial credits, which
// follow from what was credited before: see cumulative.
func rationalsAgree(d *docShop) {
	for _, inv := range d.documents() {
		var why string
		switch {
		case inv.Kind == KindRetainage:
			continue // it has no lines of its own
		case inv.Kind == KindCreditNote:
			why = d.cumulative(inv)
		default:
			why = d.tally().again(inv)
		}
		if why != "" {
			d.rt.Fatalf("%s of %s, rounded %s: %s", inv.Number, inv.Currency, d.mode, why)
		}
	}
}

// again says how a document differs from what its lines come to, or "".
func (t tally) again(inv *Invoice) string {
	s := &sheet{
		tally: t, inv: inv, base: map[string]*rational.Rat{}, open: map[string]*rational.Rat{}, tax: map[string]*rational.Rat{}, rate: map[string]money.Percent{},
		fixed: map[string]*rational.Rat{}, parted: map[string][]string{},
	}
	for _, step := range []func() string{s.lines, s.allowances, s.taxes, s.sums} {
		if why := step(); why != "" {
			return why
		}
	}
	return ""
}

// lines: quantity × price rounded once, less a percentage of that rounded once, or less its share of a
// sum; out of prices with tax the net of all at one rate is taken together.
func (s *sheet) lines() string {
	type group struct{ stated, net *rational.Rat }
	withTax := map[string]*group{}
	for _, l := range s.inv.Lines {
		full := s.round(mult(rat(l.Qty), rat(l.Price)))
		off := rat(l.Off)
		if l.Discount != nil && l.Discount.Percent != nil {
			off = s.round(mult(full, hundredth(*l.Discount.Percent)))
		}
		if off.Cmp(rat(l.Off)) != 0 || l.Discount != nil && l.Discount.Amount != nil && off.Cmp(rat(*l.Discount.Amount)) > 0 {
			return fmt.Sprintf("line %d has %s off, not %s", l.N, l.Off, off.FloatString(6))
		}
		rest := minus(full, off)
		s.stated = append(s.stated, rest)
		net := rat(l.Net)
		if !l.WithTax {
			if net.Cmp(rest) != 0 {
				return fmt.Sprintf("line %d is %s, not %s", l.N, l.Net, rest.FloatString(6))
			}
			s.bear(l.Category, l.Rate, l.Components, net, nil)
			continue
		}
		exact := over(rest, plus(rational.NewRat(1, 1), hundredth(l.Rate)))
		if d := minus(exact, net); d.Abs(d).Cmp(s.unit) >= 0 {
			return fmt.Sprintf("line %d of %s with tax is %s, not about %s", l.N, rest.FloatString(6), l.Net, exact.FloatString(6))
		}
		k := l.Category + " " + l.Rate.String()
		g := withTax[k]
		if g == nil {
			g = &group{new(rational.Rat), new(rational.Rat)}
			withTax[k] = g
		}
		g.stated, g.net = plus(g.stated, rest), plus(g.net, net)
		s.bear(l.Category, l.Rate, l.Components, net, rest)
	}
	for _, l := range s.inv.Lines {
		g := withTax[l.Category+" "+l.Rate.String()]
		if g == nil {
			continue
		}
		if want := s.round(over(g.stated, plus(rational.NewRat(1, 1), hundredth(l.Rate)))); want.Cmp(g.net) != 0 {
			return fmt.Sprintf("the lines at %s come to %s before tax, not %s", l.Rate, g.net.FloatString(6), want.FloatString(6))
		}
	}
	return ""
}

// bear adds an amount to the taxes that it bears; gross is what it was stated as with tax, or nil.
func (s *sheet) bear(category string, rate money.Percent, parts []money.Component, net, gross *rational.Rat) {
	if len(parts) == 0 {
		parts = []money.Component{{Rate: rate}}
	}
	shared := category + " " + rate.String()
	for _, c := range parts {
		k := category + " " + c.Rate.String() + " " + c.Name
		if s.base[k] == nil {
			s.base[k], s.open[k], s.tax[k], s.rate[k] = new(rational.Rat), new(rational.Rat), new(rational.Rat), c.Rate
		}
		s.base[k] = plus(s.base[k], net)
		switch {
		case gross != nil && len(parts) > 1:
			if len(s.parted[shared]) < len(parts) {
				s.parted[shared] = append(s.parted[shared], k)
			}
		case gross != nil:
			s.tax[k] = plus(s.tax[k], minus(gross, net))
		case s.inv.TaxPerLine:
			s.tax[k] = plus(s.tax[k], s.round(mult(net, hundredth(c.Rate))))
		default:
			s.open[k] = plus(s.open[k], net)
		}
	}
	if gross != nil && len(parts) > 1 {
		if s.fixed[shared] == nil {
			s.fixed[shared] = new(rational.Rat)
		}
		s.fixed[shared] = plus(s.fixed[shared], minus(gross, net))
	}
}

// allowances: a percentage is one of what the lines come to as they are stated, rounded once; the parts that
// fall on each tax add up to it.
func (s *sheet) allowances() string {
	base, allWithTax := new(rational.Rat), true
	for _, l := range s.inv.Lines {
		allWithTax = allWithTax && l.WithTax
	}
	for i, l := range s.inv.Lines {
		if allWithTax {
			base = plus(base, s.stated[i])
		} else {
			base = plus(base, rat(l.Net))
		}
	}
	for _, a := range s.inv.Allowances {
		amount := rat(a.Amount)
		if a.Percent != nil {
			if want := s.round(mult(base, hundredth(*a.Percent))); want.Cmp(amount) != 0 {
				return fmt.Sprintf("%q is %s, not %s", a.Reason, a.Amount, want.FloatString(6))
			}
		}
		sum, sign := new(rational.Rat), rational.NewRat(-1, 1)
		if a.Surcharge {
			sign = rational.NewRat(1, 1)
		}
		for _, p := range a.Parts {
			var gross *rational.Rat
			if p.Gross != nil {
				gross = mult(sign, rat(*p.Gross))
				sum = plus(sum, rat(*p.Gross))
			} else {
				sum = plus(sum, rat(p.Net))
			}
			s.bear(p.Category, p.Rate, p.Components, mult(sign, rat(p.Net)), gross)
		}
		if sum.Cmp(amount) != 0 {
			return fmt.Sprintf("the parts of %q come to %s, not %s", a.Reason, sum.FloatString(6), a.Amount)
		}
	}
	return ""
}

// taxes: a rate of the sum of what bears it, rounded once, and what was rounded or stated by itself.
func (s *sheet) taxes() string {
	got, rows := map[string]*rational.Rat{}, map[string]*rational.Rat{}
	add := func(category, rate, name string, base, vat *rational.Rat) {
		k := category + " " + rate + " " + name
		if got[k] == nil {
			got[k], rows[k] = new(rational.Rat), new(rational.Rat)
		}
		got[k], rows[k] = plus(got[k], base), plus(rows[k], vat)
	}
	for _, t := range s.inv.Taxes {
		add(t.Category, t.Rate.String(), t.Name, rat(t.Base), rat(t.VAT))
	}
	for _, d := range s.inv.Deducted { // what deposit invoices have asked for is taken off, and nothing computed anew
		add(d.Category, d.Rate.String(), d.Name, rat(d.Base), rat(d.VAT))
	}
	for k, base := range got {
		want := s.base[k]
		if want == nil {
			want = new(rational.Rat)
		}
		if base.Cmp(want) != 0 {
			return fmt.Sprintf("at %s are %s, not %s", k, base.FloatString(6), want.FloatString(6))
		}
	}
	apart := map[string]bool{}
	for shared, rows2 := range s.parted {
		sum, want := new(rational.Rat), s.fixed[shared]
		for _, k := range rows2 {
			apart[k] = true
			sum, want = plus(sum, rows[k]), plus(want, plus(s.tax[k], s.round(mult(s.open[k], hundredth(s.rate[k])))))
		}
		if sum.Cmp(want) != 0 {
			return fmt.Sprintf("the taxes of %s come to %s, not %s", shared, sum.FloatString(6), want.FloatString(6))
		}
	}
	for k := range s.base {
		if rows[k] == nil || apart[k] {
			continue
		}
		if want := plus(s.tax[k], s.round(mult(s.open[k], hundredth(s.rate[k])))); rows[k].Cmp(want) != 0 {
			return fmt.Sprintf("the tax at %s is %s, not %s", k, rows[k].FloatString(6), want.FloatString(6))
		}
	}
	return ""
}

// sums: the rest is adding up, and the nearest sum that the coins make.
func (s *sheet) sums() string {
	net, vat := new(rational.Rat), new(rational.Rat)
	for _, l := range s.inv.Lines {
		net = plus(net, rat(l.Net))
	}
	for _, a := range s.inv.Allowances {
		if a.Surcharge {
			net = plus(net, rat(a.Net()))
		} else {
			net = minus(net, rat(a.Net()))
		}
	}
	for _, d := range s.inv.Deducted {
		net = minus(net, rat(d.Net))
	}
	for _, t := range s.inv.Taxes {
		vat = plus(vat, rat(t.VAT))
	}
	gross := plus(net, vat)
	payable := gross
	if !s.inv.CashStep.IsZero() {
		step := rat(s.inv.CashStep)
		payable = mult(new(rational.Rat).SetInt(whole(over(gross, step), money.HalfAway)), step)
	}
	if rounded := minus(payable, gross); rounded.Cmp(rat(s.inv.Rounding)) != 0 {
		return fmt.Sprintf("coins round it by %s, not %s", s.inv.Rounding, rounded.FloatString(6))
	}
	if s.inv.Retained != nil {
		payable = minus(payable, rat(s.inv.Retained.Amount))
	}
	for _, x := range s.inv.OnAccount {
		payable = minus(payable, rat(x.Amount))
	}
	for what, pair := range map[string][2]*rational.Rat{
		"net": {net, rat(s.inv.Net)}, "tax": {vat, rat(s.inv.VAT)}, "total": {gross, rat(s.inv.Gross)}, "payable": {payable, rat(s.inv.Payable())},
	} {
		if pair[0].Cmp(pair[1]) != 0 {
			return fmt.Sprintf("%s is %s, not %s", what, pair[1].FloatString(6), pair[0].FloatString(6))
		}
	}
	return ""
}

// cumulative: the tax of a credit note, with those before it, is the rate of all that was credited, rounded
// once, as far as the invoice's was: two halves of a cent are not two cents.
func (d *docShop) cumulative(cn *Invoice) string {
	orig, t := get(d.shop, Invoices, cn.Credits), d.tally()
	for _, row := range orig.Taxes {
		if rat(row.VAT).Cmp(t.round(mult(rat(row.Base), hundredth(row.Rate)))) != 0 {
			continue // it was rounded by lines, was in the prices, or is what a deposit left
		}
		base, vat := new(rational.Rat), new(rational.Rat)
		for _, note := range d.notes(orig.ID) {
			for _, x := range note.Taxes {
				if x.Category == row.Category && x.Rate.Equal(row.Rate) && x.Name == row.Name {
					base, vat = plus(base, rat(x.Base)), plus(vat, rat(x.VAT))
				}
			}
			if note.ID == cn.ID {
				break
			}
		}
		if want := t.round(mult(base, hundredth(row.Rate))); want.Cmp(vat) != 0 {
			return fmt.Sprintf("of %s at %s a tax of %s is credited so far, not %s", base.FloatString(6), row.Rate, vat.FloatString(6), want.FloatString(6))
		}
	}
	return ""
}
