package billing_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	. "callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"

	"pgregory.net/rapid"
)

// property is something that holds of whatever a shop issues.
type property struct {
	name string
	// proposal looks at an order that is about to be billed.
	proposal func(d *docShop, order store.ID)
	// end looks at the shop when its documents are issued and some are credited in part; again once everything
	// is credited.
	issued, credited func(d *docShop)
}

// properties lists what the tests of this file hold all documents to.
func properties() []property {
	return []property{
		{name: "allocations sum to totals", issued: allocationsSumToTotals, credited: allocationsSumToTotals},
		{name: "no unit is live on two lines", issued: noUnitIsLiveTwice, credited: nothingIsLive},
		{name: "crediting everything is exactly zero in each tax category", credited: nothingIsLeft},
		{name: "partial credits sum to the original", credited: creditsSumToTheOriginal},
		{name: "the order of lines changes nothing", proposal: orderChangesNothing},
		{name: "the trace is deterministic", proposal: traceIsDeterministic, issued: traceIsKept},
		{name: "big.Rat agrees", issued: rationalsAgree, credited: rationalsAgree},
	}
}

// TestDocuments holds random documents of random shops to one property after another, each by itself.
func TestDocuments(t *testing.T) {
	const shops, documents = 5, 10 // at least, for each; more are played by TestManyDocuments
	for _, p := range properties() {
		t.Run(p.name, func(t *testing.T) {
			c := &census{}
			rapid.Check(t, func(rt *rapid.T) {
				if c.shops < shops || c.documents < documents {
					c.play(t, rt, p)
				}
			})
			t.Logf("%d documents of %d shops", c.documents, c.shops)
			if c.documents < documents && !t.Failed() {
				t.Error("they prove little")
			}
		})
	}
}

// TestManyDocuments holds the same documents to all of the properties, and plays on until every way of billing and
// everything that can stand on a document is among them. In a long run there are 100,000 documents:
//
//	CALLOUT_LONG=1 GOGC=400 go test ./billing -run TestManyDocuments -timeout 3h -v
func TestManyDocuments(t *testing.T) {
	want := 150
	if os.Getenv("CALLOUT_LONG") != "" {
		want = 100_000
	}
	c := &census{}
	enough := func() bool { return c.documents >= want && (c.missing() == "" || c.documents > 20*want) }
	for !t.Failed() && !enough() {
		rapid.Check(t, func(rt *rapid.T) {
			if !enough() {
				c.play(t, rt, properties()...)
			}
		})
	}
	t.Logf("%d documents of %d shops: %v", c.documents, c.shops, c.seen)
	if what := c.missing(); what != "" && !t.Failed() {
		t.Errorf("no document has %q", what)
	}
}

// census counts what was played.
type census struct {
	shops, documents int
	seen             map[string]int
}

// play lets a shop live: it bills its orders in rounds, credits some documents in parts and bills them again, and
// in the end takes everything back.
func (c *census) play(t *testing.T, rt *rapid.T, list ...property) {
	d := drawDocShop(t, rt, func(d *docShop, order store.ID) {
		for _, p := range list {
			if p.proposal != nil {
				p.proposal(d, order)
			}
		}
	})
	for range rapid.IntRange(1, 5).Draw(rt, "orders") {
		o := d.drawOrder(rapid.SampledFrom(ways()).Draw(rt, "way"))
		for range rapid.IntRange(1, 3).Draw(rt, "rounds") {
			d.bill(o)
			d.more(o)
		}
	}
	for _, id := range d.originals() {
		if rapid.IntRange(0, 2).Draw(rt, "credit") > 0 {
			d.creditSome(get(d.shop, Invoices, id))
		}
	}
	for _, p := range list {
		if p.issued != nil {
			p.issued(d)
		}
	}
	d.creditAll()
	c.count(d)
	for _, p := range list {
		if p.credited != nil {
			p.credited(d)
		}
	}
	d.audited()
}

// bill proposes what an order has open, or a part of it, and takes it to its release.
func (d *docShop) bill(o store.ID) {
	d.stage(o)
	c := &ProposeInvoice{Order: o}
	switch rapid.IntRange(0, 5).Draw(d.rt, "proposal") {
	case 0:
		c.Adjustments = []Adjustment{{Discount: Discount{Percent: d.percent("own", 0, 30), Reason: "this once"}}}
	case 1:
		c.Adjustments = []Adjustment{{Surcharge: true, Discount: Discount{Amount: ptr(d.sum("own", 1, 900)), Reason: "urgent"}}}
	case 2:
		if all := d.chargesOf(o); len(all) > 0 {
			some := rapid.SampledFrom(all).Draw(d.rt, "some")
			c.Only = []Selection{{Source: some.Source, Part: some.Part}}
			if d.chance("a part", 2) {
				c.Only[0].Qty = ptr(money.NewQuantity(rapid.Int64Range(1, 300).Draw(d.rt, "part"), 2))
			}
		}
	}
	if id, ok := d.try(c); ok {
		d.through(id)
	}
	if d.way[o] == "progress" && d.chance("retainage", 2) {
		if id, ok := d.try(&ProposeRetainage{Order: o}); ok {
			_ = d.through(id)
		}
	}
}

// more is what comes in after an invoice.
func (d *docShop) more(o store.ID) {
	switch d.way[o] {
	case "progress":
		d.progress(o)
	case "cap":
		if id, ok := d.try(&RequestChange{Order: o, Kind: ChangeCap, Limit: ptr(d.sum("limit", 1, 200_000)), RequestedBy: "Mrs. Ott"}); ok {
			_, _ = d.doAs(as{name: "boss", cmd: &ApproveChange{Change: id}})
		}
	default:
		d.work(o)
	}
}

// through takes a document to its release, or gives it up.
func (d *docShop) through(id store.ID) error {
	_, err := d.doAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	if err == nil {
		_, err = d.doAs(as{name: "clerk", cmd: &ReleaseInvoice{Invoice: id}})
	}
	if err != nil {
		d.must(&DiscardInvoice{Invoice: id})
		return err
	}
	d.issued = append(d.issued, id)
	return nil
}

// originals are the documents that are no credit notes, the newest last.
func (d *docShop) originals() (out []store.ID) {
	for _, inv := range d.documents() {
		if inv.Kind != KindCreditNote {
			out = append(out, inv.ID)
		}
	}
	return out
}

// creditSome credits parts of a document, and bills again what that has freed.
func (d *docShop) creditSome(inv *Invoice) {
	for range rapid.IntRange(1, 3).Draw(d.rt, "notes") {
		ask := CreditAsk{}
		line := 1
		if len(inv.Lines) > 0 {
			line = rapid.IntRange(1, len(inv.Lines)).Draw(d.rt, "line")
		}
		switch rapid.IntRange(0, 3).Draw(d.rt, "kind") {
		case 0:
			ask.Parts = []CreditPart{{Line: line, Qty: ptr(money.NewQuantity(rapid.Int64Range(1, 300).Draw(d.rt, "qty"), 2))}}
		case 1:
			ask.Parts = []CreditPart{{Line: line, Amount: ptr(d.sum("amount", 1, 3_000))}}
		case 2:
			ask.Sum = ptr(d.sum("sum", 1, 9_000))
		default:
			ask.Parts = []CreditPart{{Line: line}}
		}
		if id, ok := d.try(&CreditInvoice{Invoice: inv.ID, CreditAsk: ask}); ok {
			_ = d.through(id)
		}
	}
	if inv.Kind == KindInvoice && d.chance("again", 2) {
		if id, ok := d.try(&RebillInvoice{Of: inv.ID}); ok {
			_ = d.through(id)
		}
	}
}

// creditAll takes back all that is left of every document, the newest first.
func (d *docShop) creditAll() {
	all := d.originals()
	for i := len(all) - 1; i >= 0; i-- {
		rec, err := d.doAs(as{reason: "all of it", cmd: &CreditInvoice{Invoice: all[i]}})
		if fault.CodeOf(err) == "credit.twice" {
			continue // in parts already
		}
		if err == nil {
			err = d.through(rec.Subject)
		}
		if err != nil {
			d.rt.Fatalf("%s cannot be credited: %v", get(d.shop, Invoices, all[i]).Number, err)
		}
	}
}

// documents reads the released documents in their order. They never change, which other tests see to.
func (d *docShop) documents() []*Invoice {
	for _, id := range d.issued[len(d.released):] {
		d.released = append(d.released, get(d.shop, Invoices, id))
	}
	return d.released
}

// notes are the credit notes of a document.
func (d *docShop) notes(of store.ID) (out []*Invoice) {
	for _, inv := range d.documents() {
		if inv.Kind == KindCreditNote && inv.Credits == of {
			out = append(out, inv)
		}
	}
	return out
}

// missing is something that no document has had yet, or "".
func (c *census) missing() string {
	for _, what := range append(ways(), "invoice", "credit-note", "deposit", "retainage", "partial credit", "billed again",
		"discount", "discount of a sum", "allowance", "surcharge", "with tax", "components", "tax per line", "coins", "deducted", "held back",
		"paid ahead", "held by a cap", "shown at nothing", "after hours", "S", "Z", "E", "AE", "O", "EUR", "CHF", "JPY", "KWD") {
		if c.seen[what] == 0 {
			return what
		}
	}
	return ""
}

func (c *census) count(d *docShop) {
	if c.seen == nil {
		c.seen = map[string]int{}
	}
	c.shops++
	see := func(what string, yes bool) {
		if yes {
			c.seen[what]++
		}
	}
	billed := map[store.ID]bool{}
	for _, inv := range d.documents() {
		c.documents++
		see(d.way[inv.Order], true)
		see(string(inv.Kind), true)
		see(inv.Currency.String(), true)
		see("partial credit", inv.Kind == KindCreditNote && (len(inv.Parts) > 0 || inv.Sum != nil))
		see("tax per line", inv.TaxPerLine)
		see("coins", !inv.Rounding.IsZero())
		see("deducted", len(inv.Deducted) > 0)
		see("held back", inv.Retained != nil)
		see("paid ahead", len(inv.OnAccount) > 0)
		see("held by a cap", len(inv.Held) > 0)
		for _, a := range inv.Allowances {
			see("allowance", !a.Surcharge)
			see("surcharge", a.Surcharge)
		}
		for _, l := range inv.Lines {
			see(l.Category, true)
			see("discount", l.Discount != nil && l.Discount.Percent != nil)
			see("discount of a sum", l.Discount != nil && l.Discount.Amount != nil)
			see("with tax", l.WithTax)
			see("components", len(l.Components) > 0)
			see("after hours", l.Part == "after-hours")
			see("shown at nothing", l.Price.IsZero() && l.Kind == FromTime)
			see("billed again", inv.Kind == KindInvoice && billed[l.Charge])
			billed[l.Charge] = true
		}
	}
}

// canonical is a value as text, to compare.
func canonical(v any) string { return string(must(json.Marshal(v))) }

// snapshot loads an order.
func (d *docShop) snapshot(o store.ID) (s *Snapshot) {
	d.read(func(r store.Reader) (err error) {
		s, err = Load(r, o, d.clock.Now())
		return err
	})
	return s
}

// refusal is whether an error is a refusal of the product, and none of the machine.
func refusal(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Kind != fault.Internal
}
