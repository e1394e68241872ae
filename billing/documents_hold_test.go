package billing_test

import (
	"fmt"

	. "callout/billing"
	"callout/money"
	"callout/store"

	"pgregory.net/rapid"
)

// allocationsSumToTotals: the ledger says the same as the documents, line by line and over each order.
func allocationsSumToTotals(d *docShop) {
	type at struct {
		invoice store.ID
		line    int
	}
	amounts, sums := map[at]money.Amount{}, map[store.ID]money.Amount{}
	d.read(func(r store.Reader) error {
		for a, err := range Allocations.All(r) {
			if err != nil {
				return err
			}
			k := at{a.Invoice, a.Line}
			amounts[k], sums[a.Invoice] = amounts[k].Add(a.Amount), sums[a.Invoice].Add(a.Amount)
		}
		return nil
	})
	net := map[store.ID]money.Amount{}
	for _, inv := range d.documents() {
		var lines money.Amount
		for _, l := range inv.Lines {
			lines = lines.Add(l.Net)
			if !amounts[at{inv.ID, l.N}].Equal(l.Net) {
				d.rt.Fatalf("%s line %d is %s, allocated are %s", inv.Number, l.N, l.Net, amounts[at{inv.ID, l.N}])
			}
		}
		if !sums[inv.ID].Equal(lines) {
			d.rt.Fatalf("%s has lines of %s, allocated are %s", inv.Number, lines, sums[inv.ID])
		}
		var off money.Amount
		for _, a := range inv.Allowances {
			if a.Surcharge {
				off = off.Sub(a.Net())
			} else {
				off = off.Add(a.Net())
			}
		}
		earned := lines.Sub(off) // what was asked ahead is no less earned
		var vat money.Amount
		for _, t := range inv.Taxes {
			vat = vat.Add(t.VAT)
		}
		for _, t := range inv.Deducted {
			off = off.Add(t.Net)
		}
		if !lines.Sub(off).Equal(inv.Net) || !vat.Equal(inv.VAT) || !inv.Net.Add(inv.VAT).Equal(inv.Gross) {
			d.rt.Fatalf("%s: lines of %s less %s, tax of %s are not %s + %s = %s", inv.Number, lines, off, vat, inv.Net, inv.VAT, inv.Gross)
		}
		switch inv.Kind {
		case KindInvoice:
			net[inv.Order] = net[inv.Order].Add(earned)
		case KindCreditNote:
			if get(d.shop, Invoices, inv.Credits).Kind == KindInvoice {
				net[inv.Order] = net[inv.Order].Sub(earned)
			}
		}
	}
	for o := range d.way {
		if p := d.rollup(o); !p.Billed.Sub(p.Credited).Equal(net[o]) {
			d.rt.Fatalf("the order is billed %s less %s, its documents come to %s", p.Billed, p.Credited, net[o])
		}
	}
}

// live is what of each charge stands on lines that are not credited, read off the documents alone.
func (d *docShop) live() map[store.ID]money.Quantity {
	out, charge := map[store.ID]money.Quantity{}, map[string]store.ID{}
	key := func(id store.ID, n int) string { return fmt.Sprint(id, "/", n) }
	for _, inv := range d.documents() {
		for _, l := range inv.Lines {
			if inv.Kind != KindCreditNote {
				out[l.Charge] = out[l.Charge].Add(l.Qty)
				charge[key(inv.ID, l.N)] = l.Charge
				continue
			}
			n := l.Credits
			if n == 0 {
				n = l.N
			}
			if !l.ByAmount {
				c := charge[key(inv.Credits, n)]
				out[c] = out[c].Sub(l.Qty)
			}
		}
	}
	return out
}

// noUnitIsLiveTwice: of no charge more is live than there is of it, of no source two versions of a charge are, and
// its parts are not more than what was worked.
func noUnitIsLiveTwice(d *docShop) {
	type part struct {
		source store.ID
		name   string
	}
	version, worked := map[part]store.ID{}, map[store.ID]int64{}
	for id, q := range d.live() {
		c := get(d.shop, Charges, id)
		whole := c.Qty
		if whole.Sign() < 0 {
			q, whole = q.Neg(), whole.Neg()
		}
		if q.Sign() < 0 || q.Cmp(whole) > 0 {
			d.rt.Fatalf("of %q %s of %s are live", c.Text, q, whole)
		}
		if q.IsZero() {
			continue
		}
		p := part{c.Source, c.Part}
		if other := version[p]; other != "" {
			d.rt.Fatalf("%q is live by two charges, %s and %s", c.Text, other, id)
		}
		version[p] = id
		worked[c.Source] += c.Worked
	}
	for p := range version {
		if p.name != "" && version[part{p.source, ""}] != "" {
			d.rt.Fatalf("%s is live as a whole and in parts", p.source)
		}
	}
	for id, seconds := range worked {
		if id.Prefix() != TimeEntries.Prefix() {
			continue
		}
		if e := get(d.shop, TimeEntries, id); seconds > int64(e.Worked().Seconds()) {
			d.rt.Fatalf("of %s %d seconds are live", e.Worked(), seconds)
		}
	}
}

// nothingIsLive: when everything is credited, nothing is billed.
func nothingIsLive(d *docShop) {
	noUnitIsLiveTwice(d)
	for id, q := range d.live() {
		if !q.IsZero() {
			d.rt.Fatalf("%s of %s are billed still", q, id)
		}
	}
}

// nothingIsLeft: with its credit notes, each document comes to exactly nothing, in every tax.
func nothingIsLeft(d *docShop) {
	for _, id := range d.originals() {
		inv := get(d.shop, Invoices, id)
		base, vat := map[string]money.Amount{}, map[string]money.Amount{}
		net, gross, pay, off := inv.Net, inv.Gross, inv.Payable(), money.Amount{}
		for _, t := range inv.Taxes {
			k := t.Category + " " + t.Rate.String() + " " + t.Name
			base[k], vat[k] = base[k].Add(t.Base), vat[k].Add(t.VAT)
		}
		for _, a := range inv.Allowances {
			off = off.Add(a.Amount)
		}
		for _, cn := range d.notes(id) {
			net, gross, pay = net.Sub(cn.Net), gross.Sub(cn.Gross), pay.Sub(cn.Payable())
			for _, t := range cn.Taxes {
				k := t.Category + " " + t.Rate.String() + " " + t.Name
				base[k], vat[k] = base[k].Sub(t.Base), vat[k].Sub(t.VAT)
			}
			for _, a := range cn.Allowances {
				off = off.Sub(a.Amount)
			}
		}
		for k := range base {
			if !base[k].IsZero() || !vat[k].IsZero() {
				d.rt.Fatalf("of %s %s and a tax of %s are left at %s", inv.Number, base[k], vat[k], k)
			}
		}
		if !net.IsZero() || !gross.IsZero() || !pay.IsZero() || !off.IsZero() {
			d.rt.Fatalf("of %s %s net, %s gross, %s to pay and %s of its allowances are left", inv.Number, net, gross, pay, off)
		}
	}
	for o := range d.way {
		if p := d.rollup(o); !p.Billed.Equal(p.Credited) || !p.Deposits.IsZero() || !p.Retained.IsZero() {
			d.rt.Fatalf("left are %+v", p)
		}
	}
}

// creditsSumToTheOriginal: the credit notes of a document are its lines, to the cent and to the last unit.
func creditsSumToTheOriginal(d *docShop) {
	for _, id := range d.originals() {
		inv := get(d.shop, Invoices, id)
		net, freed := map[int]money.Amount{}, map[int]money.Quantity{}
		for _, cn := range d.notes(id) {
			for _, l := range cn.Lines {
				n := l.Credits
				if n == 0 {
					n = l.N
				}
				if net[n] = net[n].Add(l.Net); !l.ByAmount {
					freed[n] = freed[n].Add(l.Qty)
				}
			}
		}
		for _, l := range inv.Lines {
			if !net[l.N].Equal(l.Net) || !freed[l.N].Equal(l.Qty) {
				d.rt.Fatalf("of line %d of %s %s of %s and %s of %s are credited", l.N, inv.Number, net[l.N], l.Net, freed[l.N], l.Qty)
			}
		}
	}
}

// orderChangesNothing: a document composed of the same in another order is the same document.
func orderChangesNothing(d *docShop, o store.ID) {
	straight, err := ComposeInOrder(d.snapshot(o), func(n int) []int { return upTo(n) })
	if err != nil {
		if !refusal(err) {
			d.rt.Fatal(err)
		}
		return
	}
	other, err := ComposeInOrder(d.snapshot(o), func(n int) []int {
		if n == 0 {
			return nil
		}
		return rapid.Permutation(upTo(n)).Draw(d.rt, "order")
	})
	if err != nil || canonical(other) != canonical(straight) {
		d.rt.Fatalf("%v: %s\nnot %s", err, canonical(other), canonical(straight))
	}
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// traceIsDeterministic: asked again, every price has the same reasons, word by word.
func traceIsDeterministic(d *docShop, o store.ID) {
	first := canonical(d.chargesOf(o))
	for range 2 {
		if again := canonical(d.chargesOf(o)); again != first {
			d.rt.Fatalf("%s\nnot %s", again, first)
		}
	}
}

// traceIsKept: each billed charge says why it has its price, and the rule that won gives it.
func traceIsKept(d *docShop) {
	for _, inv := range d.documents() {
		for _, l := range inv.Lines {
			if inv.Kind != KindInvoice {
				continue
			}
			c := get(d.shop, Charges, l.Charge)
			var won []money.Price
			for _, s := range c.Trace {
				if s.Verdict == "taken" && s.Price != nil {
					won = append(won, *s.Price)
				}
			}
			if n := len(won); !c.Shown && (n == 0 || !won[n-1].Equal(l.Price)) {
				d.rt.Fatalf("%q of %s at %s: %+v", l.Text, inv.Number, l.Price, c.Trace)
			}
		}
	}
}
