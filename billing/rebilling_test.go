package billing_test

import (
	"encoding/json"
	"testing"
	"time"

	. "callout/billing"
	"callout/store"
	"callout/work"
)

// biller plays the scenarios of other products' bug reports: hours logged on an order,
// invoices over some of them, credits.
type biller struct {
	*shop
	order store.ID
	n     int
}

func newBiller(t *testing.T) *biller {
	k := newShop(t)
	k.clock.set(at("2026-09-01T06:00:00Z"))
	b := &biller{shop: k, order: k.order()}
	k.complete(b.order)
	return b
}

// log records approved hours on a day.
func (b *biller) log(day, hours string) store.ID {
	b.tb.Helper()
	from := at(day + "T00:00:00Z").Add(time.Duration(b.n) * time.Second)
	b.n++
	d, err := time.ParseDuration(hours + "h")
	if err != nil {
		b.tb.Fatal(err)
	}
	return b.worked(b.order, from.Format(time.RFC3339), from.Add(d).Format(time.RFC3339))
}

// bill releases an invoice over what is picked, or over all that is open.
func (b *biller) bill(only ...Selection) *Invoice {
	b.tb.Helper()
	id := b.must(&ProposeInvoice{Order: b.order, Only: only}).Subject
	b.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	b.must(&ReleaseInvoice{Invoice: id})
	return get(b.shop, Invoices, id)
}

func hours(inv *Invoice) string {
	q := qty("0")
	for _, l := range inv.Lines {
		q = q.Add(l.Qty)
	}
	return q.String()
}

func TestRebillingScenarios(t *testing.T) {
	type vector struct {
		ID        string
		Last      string                     `json:"expect_last_invoice_h"`
		Open      map[string]string          `json:"expect_open"`
		Allocated []string                   `json:"expect_allocated"`
		Expect    json.RawMessage            `json:"expect"`
		Rest      map[string]json.RawMessage `json:"-"`
	}
	play := map[string]func(t *testing.T, v vector){
		"odoo-280536": func(t *testing.T, v vector) {
			b := newBiller(t)
			b.log("2026-06-15", "4.5")
			b.log("2026-07-23", "3.5")
			inv := b.bill()
			b.creditedPart(inv.ID, CreditPart{Line: 2})
			b.log("2026-07-31", "1")
			if got := hours(b.bill()); got != v.Last {
				t.Errorf("billed %s, want %s", got, v.Last)
			}
			b.audited()
		},
		"odoo-277727": func(t *testing.T, v vector) {
			b := newBiller(t)
			b.log("2026-06-15", "10")
			b.creditedPart(b.bill().ID, CreditPart{Line: 1, Qty: qtyp("4")})
			d := b.log("2026-06-22", "15")
			if got := hours(b.bill(Selection{Source: d})); got != v.Last {
				t.Errorf("billed %s, want %s", got, v.Last)
			}
			if got := hours(b.bill()); got != "4" {
				t.Errorf("the credited hours: billed %s, want 4", got)
			}
			b.audited()
		},
		"odoo-284470": func(t *testing.T, v vector) {
			b := newBiller(t)
			june := b.log("2026-06-01", "1")
			b.log("2026-07-01", "1")
			// Two hours more than were worked are an item of their own; they use up nobody's time.
			more := b.item(b.order, "2", "90")
			if got := hours(b.bill(Selection{Source: june}, Selection{Source: more})); got != "3" {
				t.Errorf("June is billed with %s", got)
			}
			if got := hours(b.bill()); got != v.Last {
				t.Errorf("billed %s, want %s", got, v.Last)
			}
			b.audited()
		},
		"odoo-250946": func(t *testing.T, _ vector) {
			b := newBiller(t)
			a := b.log("2026-06-15", "2")
			b.bill(Selection{Source: a})
			b.log("2026-07-01", "1")
			b.refused("selection.qty", as{cmd: &ProposeInvoice{Order: b.order, Only: []Selection{{Source: a}}}})
			b.audited()
		},
		"odoo-274677": func(t *testing.T, v vector) {
			b := newBiller(t)
			a := b.log("2026-06-15", "8")
			b.bill(Selection{Source: a, Qty: qtyp("5")})
			b.must(&SetPrice{Key: "labour", Price: price("1000")})
			b.must(&RepinPrices{Order: b.order})
			rest := b.bill()
			if got := hours(rest); got != v.Last {
				t.Errorf("billed %s, want %s", got, v.Last)
			}
			wantAmount(t, "at the price of the part that is billed", rest.Net, "270")
			b.audited()
		},
		"odoo-26909": func(t *testing.T, v vector) {
			b := newBiller(t)
			t1 := b.log("2026-06-15", "2")
			b.entered(b.order, "2026-06-16T08:00:00Z", "2026-06-16T09:00:00Z") // T2, not approved
			b.refused("gate.propose", as{cmd: &ProposeInvoice{Order: b.order}})
			b.mustAs(as{name: "chief", reason: "bill what is approved", cmd: &WaiveRequirement{Order: b.order, Code: ReqTime}})
			inv := b.bill()
			if len(inv.Lines) != len(v.Allocated) || inv.Lines[0].Source != t1 {
				t.Errorf("billed %+v, want %v", inv.Lines, v.Allocated)
			}
			b.audited()
		},
		"erpnext-44167": func(t *testing.T, v vector) {
			b := newBiller(t)
			other := b.shop.order()
			b.complete(other)
			b.log("2026-06-15", "10")
			b.worked(other, "2026-06-16T00:00:00Z", "2026-06-16T10:00:00Z")
			b.bill()
			if got := b.rollup(other).Unbilled; !got.Equal(amount("900")) {
				t.Errorf("open on the other order: %s, want %s h", got, v.Open["project2"])
			}
			b.audited()
		},
		"erpnext-34187": func(t *testing.T, _ vector) {
			b := newBiller(t)
			a := b.log("2026-06-15", "8")
			first := b.bill(Selection{Source: a, Qty: qtyp("3")})
			b.bill(Selection{Source: a, Qty: qtyp("5")})
			b.credited(first.ID)
			var state Billing
			b.read(func(r store.Reader) (err error) {
				state, err = Billed(r, a)
				return err
			})
			if state.Live().String() != "5" {
				t.Errorf("%s h are billed, want the 5 of the invoice that stands", state.Live())
			}
			b.audited()
		},
		"erpnext-22558": func(t *testing.T, _ vector) {
			b := newBiller(t)
			b.log("2026-06-15", "8")
			first := b.bill()
			b.credited(first.ID)
			if got := hours(b.bill()); got != "8" {
				t.Errorf("billed again: %s", got)
			}
			b.audited()
		},
	}
	for _, v := range vectors[vector](t, "rebilling-scenarios.json") {
		run, known := play[v.ID]
		if !known {
			t.Errorf("nobody plays the scenario %q", v.ID)
		}
		if run != nil {
			t.Run(v.ID, func(t *testing.T) { run(t, v) })
		}
		delete(play, v.ID)
	}
	for id := range play {
		t.Errorf("the scenario %q was not there to play", id)
	}
}

func TestAProposalReservesWhatItBills(t *testing.T) {
	b := newBiller(t)
	a := b.log("2026-06-15", "8")
	b.must(&ProposeInvoice{Order: b.order, Only: []Selection{{Source: a, Qty: qtyp("5")}}})
	b.refused("selection.qty", as{cmd: &ProposeInvoice{Order: b.order, Only: []Selection{{Source: a, Qty: qtyp("4")}}}})
	rest := b.must(&ProposeInvoice{Order: b.order, Only: []Selection{{Source: a}}}).Subject
	if got := hours(get(b.shop, Invoices, rest)); got != "3" {
		t.Errorf("the rest is %s", got)
	}
	f := b.refused("gate.propose", as{cmd: &ProposeInvoice{Order: b.order}})
	contains(t, f.Msg, "LINES.PRESENT")
	b.must(&DiscardInvoice{Invoice: rest})
	if got := hours(get(b.shop, Invoices, b.proposed(b.order))); got != "3" {
		t.Errorf("after discarding the rest is %s", got)
	}
	b.audited()
}

func TestACreditNoteMirrorsWhateverTheRulesSayNow(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "reduced", Rate: percent("10")})
	o := k.order()
	k.item(o, "3", "33.333333")
	k.item(o, "-1", "7.77") // a credit line
	k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "book", Qty: qty("1"), Price: pricep("9.99"), TaxClass: "reduced"})
	k.complete(o)
	inv := k.released(o)
	k.must(&SetTax{Class: "standard", Rate: percent("25"), Default: true})
	k.must(&SetPrice{Key: "labour", Price: price("1")})
	address := "Elsewhere"
	k.must(&work.EditCustomer{ID: k.customer, Address: &address})
	k.clock.set(at("2026-06-01T06:00:00Z"))
	cn := k.credited(inv.ID)
	if len(cn.Taxes) != len(inv.Taxes) || cn.Buyer != inv.Buyer {
		t.Fatalf("it mirrors %d rates for %+v", len(cn.Taxes), cn.Buyer)
	}
	for i := range inv.Taxes {
		if d := inv.Taxes[i].VAT.Sub(cn.Taxes[i].VAT); !d.IsZero() {
			t.Errorf("tax %s leaves %s", inv.Taxes[i].Category, d)
		}
		if d := inv.Taxes[i].Base.Sub(cn.Taxes[i].Base); !d.IsZero() {
			t.Errorf("base %s leaves %s", inv.Taxes[i].Category, d)
		}
	}
	k.read(func(r store.Reader) error {
		left := amount("0")
		for a, err := range Allocations.All(r) {
			if err != nil {
				return err
			}
			if a.Sign < 0 {
				left = left.Sub(a.Amount)
			} else {
				left = left.Add(a.Amount)
			}
		}
		wantAmount(t, "what is left of the allocations", left, "0")
		return nil
	})
	contains(t, cn.Text(), "CREDIT NOTE CN-2026-00001")
	contains(t, cn.Text(), "INV-2026-00001 of 2026-03-02")
	k.audited()
}
