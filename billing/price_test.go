package billing_test

import (
	"fmt"
	"testing"

	. "callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
	"callout/work"

	"pgregory.net/rapid"
)

func valid(from, to string) calendar.Validity {
	var v calendar.Validity
	if from != "" {
		v.From = date(from)
	}
	if to != "" {
		v.To = date(to)
	}
	return v
}

func (k *shop) explain(order store.ID, key, on string) (x *Explanation) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		x, err = Explain(r, order, key, date(on))
		return err
	})
	return x
}

func TestPricesHoldFromADayToTheDayBeforeAnother(t *testing.T) {
	k := newShop(t)
	k.must(&SetPrice{Key: "labour", Price: price("95"), Valid: valid("2026-07-01", "")})
	k.must(&SetPrice{Key: "labour", Price: price("99"), Valid: valid("2026-12-24", "2026-12-27")})
	for _, c := range []struct{ on, want string }{
		{"2020-01-01", "90"}, {"2026-06-30", "90"}, {"2026-07-01", "95"}, {"2026-12-23", "95"},
		{"2026-12-24", "99"}, {"2026-12-26", "99"}, {"2026-12-27", "95"}, {"2030-01-01", "95"},
	} {
		x := k.explain("", "labour", c.on)
		if x.Price == nil || !x.Price.Equal(price(c.want)) {
			t.Errorf("on %s: %v, want %s", c.on, x.Price, c.want)
		}
	}
}

func TestAnOrderSeesThePricesItWasCreatedUnder(t *testing.T) {
	k := newShop(t)
	old := k.order()
	k.must(&SetPrice{Key: "labour", Price: price("120")})
	k.must(&SetPrice{Key: "part:NEW", Price: price("7")})
	young := k.order()
	for _, c := range []struct {
		order     store.ID
		key, want string
	}{{old, "labour", "90"}, {young, "labour", "120"}, {young, "part:NEW", "7"}, {old, "part:NEW", ""}} {
		x := k.explain(c.order, c.key, "2026-03-01")
		switch {
		case c.want == "" && x.Price != nil:
			t.Errorf("%s: %s, although the order's revision has no price", c.key, x.Price)
		case c.want == "" && x.Problem == "":
			t.Errorf("%s: no price and no reason", c.key)
		case c.want != "" && (x.Price == nil || !x.Price.Equal(price(c.want))):
			t.Errorf("%s: %v, want %s", c.key, x.Price, c.want)
		}
	}
	k.must(&RepinOrder{Order: old})
	if x := k.explain(old, "labour", "2026-03-01"); !x.Price.Equal(price("120")) {
		t.Errorf("after repinning: %s", x.Price)
	}
	if pin := get(k, work.WorkOrders, old).Pins[PinPriceBook]; pin.Rev != 5 || pin.Name != StandardBook {
		t.Errorf("pinned %+v", pin)
	}
}

func TestTheServiceDateCountsAndNotToday(t *testing.T) {
	k := newShop(t)
	k.must(&SetPrice{Key: "labour", Price: price("100"), Valid: valid("2026-03-01", "")})
	o := k.order()
	k.worked(o, "2026-02-28T08:00:00Z", "2026-02-28T09:00:00Z") // 90
	k.worked(o, "2026-02-28T23:30:00Z", "2026-03-01T00:30:00Z") // the first of March in Vienna: 100
	k.complete(o)
	k.clock.set(at("2027-01-10T08:00:00Z"))
	wantAmount(t, "net", get(k, Invoices, k.proposed(o)).Net, "190")
}

func TestThePriceOfARoleGoesBeforeThePriceOfLabour(t *testing.T) {
	k := newShop(t)
	k.must(&SetPrice{Key: "labour:fitter", Price: price("77"), Valid: valid("2026-01-01", "2026-02-01")})
	for on, want := range storetest.InOrder(map[string]string{"2026-01-31": "77", "2026-02-01": "90"}) {
		x := k.explain("", "labour:fitter", on)
		if !x.Price.Equal(price(want)) {
			t.Errorf("on %s: %s, want %s", on, x.Price, want)
		}
		if len(x.Trace) != 2 {
			t.Fatalf("on %s the trace is %+v", on, x.Trace)
		}
		role, any := x.Trace[0].Verdict, x.Trace[1].Verdict
		if want == "77" && (role != "taken" || any != "outranked") || want == "90" && (role != "not valid on "+on || any != "taken") {
			t.Errorf("on %s the trace is %+v", on, x.Trace)
		}
	}
}

func TestWithoutAPriceNothingIsBilled(t *testing.T) {
	k := newShop(t)
	o := k.order()
	id := k.must(&AddItem{Order: o, Kind: PartItem, Ref: "BOLT", Qty: qty("4")}).Subject
	k.complete(o)
	f := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	contains(t, f.Msg, "PRICE.RESOLVED")
	contains(t, f.Msg, "part:BOLT")
	if p := k.rollup(o); p.Unpriced != 1 {
		t.Errorf("%d unpriced", p.Unpriced)
	} else if _, known := p.Margin(); known {
		t.Error("a margin is known although a price is not")
	}
	k.must(&EditItem{Item: id, Price: pricep("0")}) // zero, because somebody says so
	wantAmount(t, "given away", get(k, Invoices, k.proposed(o)).Gross, "0")
}

func TestAPriceIsPerTheUnitThatIsCounted(t *testing.T) {
	k := newShop(t)
	k.must(&SetPrice{Key: "service:KM", Price: price("0.55"), Unit: Kilometre, Text: "Kilometres"})
	o := k.order()
	id := k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "km", Qty: qty("41.5")}).Subject
	if i := get(k, LineItems, id); i.Unit != Kilometre || i.Text != "Kilometres" {
		t.Errorf("the item is %q in %s", i.Text, i.Unit)
	}
	other := k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "KM", Qty: qty("3"), Unit: Piece, Text: "trips"}).Subject
	k.complete(o)
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "per km")
	k.must(&RemoveItem{Item: other})
	wantAmount(t, "41.5 × 0.55", get(k, Invoices, k.proposed(o)).Net, "22.83")
}

func TestPriceKeysAndPrices(t *testing.T) {
	k := newShop(t)
	for _, c := range []struct {
		cmd  SetPrice
		code string
	}{
		{SetPrice{Key: "hammer", Price: price("1")}, "price.key"},
		{SetPrice{Key: "part:", Price: price("1")}, "code.missing"},
		{SetPrice{Key: "part", Price: price("1")}, "code.missing"},
		{SetPrice{Key: "labour:", Price: price("1")}, "code.missing"},
		{SetPrice{Key: "labour", Price: money.NewPrice(-1, 0)}, "price.negative"},
		{SetPrice{Key: "labour", Price: price("1"), Unit: Piece}, "price.unit"},
		{SetPrice{Key: "part:X", Price: price("1"), Unit: "furlong"}, "unit.unknown"},
		{SetPrice{Key: "part:X", Price: price("1"), Valid: valid("2026-02-02", "2026-02-02")}, "validity.empty"},
	} {
		k.refused(c.code, as{cmd: &c.cmd})
	}
}

// TestEveryRevisionKeepsItsPrices changes a book at random and compares every revision's
// answer on every day with a plain table.
func TestEveryRevisionKeepsItsPrices(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
		const days = 12
		first := date("2026-01-01")
		now := [days]string{}
		revisions := [][days]string{now}
		var pins []store.Pin
		pins = append(pins, store.Pin{})
		for i := range rapid.IntRange(1, 6).Draw(rt, "changes") {
			from, to := rapid.IntRange(-1, days-1).Draw(rt, "from"), rapid.IntRange(0, days).Draw(rt, "to")
			var v calendar.Validity
			if from >= 0 {
				v.From = first.AddDays(from)
			}
			if to > from && to < days {
				v.To = first.AddDays(to)
			} else {
				to = days
			}
			p := fmt.Sprint(i + 1)
			k.must(&SetPrice{Key: "labour", Price: price(p), Valid: v})
			for d := max(from, 0); d < to; d++ {
				now[d] = p
			}
			revisions = append(revisions, now)
			k.read(func(r store.Reader) error {
				b, err := PriceBooks.Find(r, StandardBook)
				pins = append(pins, b.Pin())
				return err
			})
		}
		o := k.order()
		for rev := 1; rev < len(revisions); rev++ {
			if pins[rev].Rev != rev {
				rt.Fatalf("revision %d is called %d", rev, pins[rev].Rev)
			}
			k.must(&forge{What: "pin", ID: o, do: func(tx *store.Tx) error {
				w, err := work.WorkOrders.Get(tx, o)
				if err != nil {
					return err
				}
				w.Pins[PinPriceBook] = pins[rev]
				return work.WorkOrders.Put(tx, w)
			}})
			for d := range days {
				x := k.explain(o, "labour", first.AddDays(d).String())
				got := ""
				if x.Price != nil {
					got = x.Price.String()
				}
				if got != revisions[rev][d] {
					rt.Fatalf("revision %d on day %d: %q, want %q (%+v)", rev, d, got, revisions[rev][d], x.Trace)
				}
			}
		}
	})
}
