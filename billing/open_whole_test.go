package billing_test

import (
	"fmt"
	"testing"

	. "callout/billing"
	"callout/money"
	"callout/store"

	"pgregory.net/rapid"
)

// What is agreed on documents is in the sums before there is a document, so that margins of orders are held against what will be
// billed.
func TestOpenSumsBearWhatIsAgreedOnDocuments(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "200")
	k.must(&AddMilestone{Order: o, Milestone: "later", Amount: amountp("1000")})
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{
		{Discount: *lessPercent("10", "loyalty")}, {Discount: *lessAmount("250", "goodwill")}, {Surcharge: true, Discount: *lessAmount("30", "freight")},
	}})
	p := k.rollup(o)
	// The milestone covers the item: 1,000 − 100 − 250 + 30.
	wantAmount(t, "planned", p.Planned, "680")
	wantAmount(t, "unbilled", p.Unbilled, "0")
	wantAmount(t, "of it on documents", p.Adjusted, "-320")

	two := k.order()
	k.item(two, "1", "200")
	k.must(&SetTerms{Order: two, Adjustments: []Adjustment{{Discount: *lessAmount("250", "goodwill")}, {Surcharge: true, Discount: *lessAmount("30", "freight")}}})
	p = k.rollup(two)
	wantAmount(t, "more is never taken off than there is", p.Unbilled, "30")
	var sum money.Amount
	var texts []string
	k.read(func(r store.Reader) error {
		open, err := OpenWorkOf(r, two, k.clock.Now())
		for _, w := range open {
			sum, texts = sum.Add(*w.Worth), append(texts, fmt.Sprint(w.Charge.Kind, " ", w.Charge.Text))
		}
		return err
	})
	wantAmount(t, "the lines of the report", sum, "30")
	if len(texts) != 3 || texts[1] != "adjustment goodwill" || texts[2] != "adjustment freight" {
		t.Errorf("the report lists %v", texts)
	}
	// A floor of the order is held against what it will bring in.
	k.floor(FloorOrder, "", "80", FloorBlock)
	q, _ := k.gate(two).Get(ReqMargin)
	contains(t, q.Reason, "brings 30.00 EUR")
}

// For random orders with whatever is agreed on their documents, what is open is exactly what a proposal of all of it comes to; it has no
// cent more after a part was billed, nor after a credit.
func TestWhatIsOpenIsWhatAProposalComesTo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := newShop(t)
		k.must(&SetTax{Class: "reduced", Rate: percent("10")})
		o := k.order()
		draw := func(name string, least, most int) string {
			n := rapid.IntRange(least, most).Draw(rt, name)
			return fmt.Sprintf("%d.%02d", n/100, n%100)
		}
		var items []store.ID
		for range rapid.IntRange(1, 4).Draw(rt, "items") {
			items = append(items, k.must(&AddItem{
				Order: o, Kind: ExpenseItem, Text: "x", Qty: qty(draw("qty", 1, 500)), Price: pricep(draw("price", 0, 30_000)), Cost: pricep("1"),
				TaxClass: rapid.SampledFrom([]string{"standard", "reduced"}).Draw(rt, "class"),
			}).Subject)
		}
		var some []Adjustment
		for i := range rapid.IntRange(0, 3).Draw(rt, "agreed") {
			d := Discount{Reason: fmt.Sprint("reason ", i)}
			if rapid.Bool().Draw(rt, "per cent") {
				d.Percent = percentp(draw("percent", 1, 4_000))
			} else {
				d.Amount = amountp(draw("amount", 1, 20_000))
			}
			some = append(some, Adjustment{Surcharge: rapid.IntRange(0, 2).Draw(rt, "surcharge") == 0, Discount: d})
		}
		withTax := rapid.Bool().Draw(rt, "with tax")
		k.must(&SetTerms{Order: o, WithTax: &withTax, Adjustments: some})
		k.complete(o)
		open := func() {
			want := k.rollup(o).Unbilled
			rec, err := k.do(&ProposeInvoice{Order: o, Fresh: true})
			if err != nil {
				rt.Skip(err)
			}
			inv := get(k, Invoices, rec.Subject)
			if !inv.Net.Equal(want) {
				rt.Fatalf("open was %s, and is proposed as %s", want, inv.Net)
			}
			after := k.rollup(o)
			if !after.Unbilled.IsZero() || !after.OnInvoice.Equal(want) {
				rt.Fatalf("proposed, %s is open and %s on invoices, want %s", after.Unbilled, after.OnInvoice, want)
			}
			k.must(&DiscardInvoice{Invoice: inv.ID})
		}
		open()
		if len(items) < 2 {
			return
		}
		rec, err := k.do(&ProposeInvoice{Order: o, Only: []Selection{{Source: items[0]}}, Fresh: true})
		if err != nil {
			rt.Skip(err)
		}
		if _, err := k.doAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: rec.Subject}}); err != nil {
			rt.Skip(err) // together the discounts are more than it comes to
		}
		k.must(&ReleaseInvoice{Invoice: rec.Subject})
		open()
		if rapid.Bool().Draw(rt, "credit") {
			k.credited(rec.Subject)
			open()
		}
	})
}
