package billing_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"callout/approval"
	. "callout/billing"
	"callout/money"
	"callout/store"
	"callout/work"

	"pgregory.net/rapid"
)

// TestMain plays fewer games than rapid would by itself, because each of them founds a
// shop: -rapid.checks=1000 plays more.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "40"); err != nil {
			panic(err)
		}
	}
	m.Run()
}

// TestNothingIsBilledTwice plays commands at random. Whatever is refused and whatever is
// done, the released documents must never ask for more of anything than there is, nobody
// may have approved what they made, and the audits must find nothing.
func TestNothingIsBilledTwice(t *testing.T) {
	released := map[InvoiceKind]int{}
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{shop: newShop(t), rt: rt}
		for range 2 {
			o := w.billable()
			w.worked(o, fmt.Sprintf("2026-01-0%dT08:00:00Z", len(w.orders)+1), fmt.Sprintf("2026-01-0%dT11:10:00Z", len(w.orders)+1))
			w.orders = append(w.orders, o)
		}
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			for _, step := range w.draw() {
				_, _ = w.doAs(step) // a refusal is as good as anything
			}
		}
		w.check(released)
		w.audited()
	})
	if released[KindInvoice] < 10 || released[KindCreditNote] < 1 {
		t.Errorf("the play released only %v: it proves little", released)
	}
	t.Logf("released %v", released)
}

type world struct {
	*shop
	rt     *rapid.T
	orders []store.ID
	n      int

	contractID store.ID
}

// one draws one of the ids in a collection.
func one[T, R any](w *world, c *store.Collection[T, R], id func(*T) store.ID) (found store.ID) {
	var ids []store.ID
	w.read(func(r store.Reader) error {
		for rec, err := range c.All(r) {
			if err != nil {
				return err
			}
			ids = append(ids, id(rec))
		}
		return nil
	})
	if len(ids) == 0 {
		return ""
	}
	return rapid.SampledFrom(ids).Draw(w.rt, "id")
}

func (w *world) time() store.ID {
	return one(w, TimeEntries, func(e *TimeEntry) store.ID { return e.ID })
}
func (w *world) anItem() store.ID {
	return one(w, LineItems, func(i *LineItem) store.ID { return i.ID })
}
func (w *world) invoice() store.ID {
	return one(w, Invoices, func(i *Invoice) store.ID { return i.ID })
}

// draw makes the next steps, which may well be refused.
func (w *world) draw() []as {
	who := rapid.SampledFrom([]string{"ana", "boss", "office"}).Draw(w.rt, "who")
	o := rapid.SampledFrom(w.orders).Draw(w.rt, "order")
	by := func(cmds ...store.Command) []as {
		var out []as
		for _, cmd := range cmds {
			out = append(out, as{name: who, reason: "so it is", cmd: cmd})
		}
		return out
	}
	amountOf := func() string {
		return rapid.SampledFrom([]string{"-2", "-1", "0.333", "1", "2.5", "7"}).Draw(w.rt, "qty")
	}
	priceOf := func() *money.Price {
		return pricep(rapid.SampledFrom([]string{"0", "0.005", "9.99", "33.333333", "100"}).Draw(w.rt, "price"))
	}
	switch rapid.IntRange(0, 26).Draw(w.rt, "what") { // small numbers are drawn more often
	case 6:
		return by(&AddItem{Order: o, Kind: PartItem, Ref: "P", Qty: qty(amountOf()), Price: priceOf()})
	case 7:
		w.n++
		from := at("2026-01-05T00:00:00Z").Add(time.Duration(w.n) * time.Hour)
		id := w.must(&AddTime{Order: o, Technician: w.ana, From: from, To: from.Add(time.Duration(7*w.n%60+1) * time.Minute)}).Subject
		return []as{{cmd: &SubmitTime{Entry: id}}, {name: "boss", cmd: &ApproveTime{Entry: id}}}
	case 8:
		return by(&RejectTime{Entry: w.time()})
	case 9:
		return by(&EditItem{Item: w.anItem(), Qty: qtyp(amountOf())})
	case 10:
		return by(&RemoveItem{Item: w.anItem()})
	case 11:
		return by(&SetPrice{Key: "labour", Price: *priceOf()}, &RepinPrices{Order: o})
	case 18:
		return by(&RepriceOrder{Order: o})
	case 19:
		return by(&SetClause{Contract: w.agreed(), Key: "labour", Price: priceOf(), Valid: valid("2026-01-05", "")}, &RepriceOrder{Order: o})
	case 20:
		return by(&NamePrice{Order: o, Key: "part:P", Price: priceOf()}, &AddItem{Order: o, Kind: PartItem, Ref: "P", Qty: qty(amountOf())})
	case 25, 26:
		return by(&SetRules{Rules: Rules{Surcharges: drawRules(w.rt).Surcharges}}, &RepinPrices{Order: o})
	case 12:
		return by(&work.ReopenWorkOrder{ID: o}, &work.CompleteWorkOrder{ID: o, Outcome: work.Done})
	case 13:
		return by(&AddMilestone{Order: o, Milestone: "m", Amount: amountp("50.01")})
	case 14:
		return by(&DiscardInvoice{Invoice: w.invoice()})
	case 2, 3:
		only := []Selection{{Source: w.anItem(), Qty: qtyp(amountOf())}}
		if rapid.Bool().Draw(w.rt, "time") {
			only = []Selection{{Source: w.time(), Qty: qtyp("0.5")}}
		}
		return w.through(w.propose(&ProposeInvoice{Order: o, Only: only}))
	case 0, 1:
		return w.through(w.propose(&ProposeInvoice{Order: o}))
	case 4, 5, 15, 16, 17:
		rec, err := w.doAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: w.invoice()}})
		if err != nil {
			return nil
		}
		for _, ch := range rec.Changes {
			if ch.Collection == Invoices.Name() {
				return w.through(ch.ID)
			}
		}
	}
	return nil
}

// agreed returns the customer's contract.
func (w *world) agreed() store.ID {
	if w.contractID == "" {
		w.contractID = w.contract("Post", valid("", ""))
	}
	return w.contractID
}

// propose returns what a proposal made, or an invoice that was there.
func (w *world) propose(cmd store.Command) store.ID {
	rec, err := w.do(cmd)
	if err != nil {
		return w.invoice()
	}
	return rec.Subject
}

// through takes a document some of the way.
func (w *world) through(id store.ID) []as {
	steps := []as{
		{name: rapid.SampledFrom([]string{"boss", "boss", "office"}).Draw(w.rt, "approver"), cmd: &ApproveInvoice{Invoice: id}},
		{cmd: &ReleaseInvoice{Invoice: id}},
	}
	return steps[:rapid.SampledFrom([]int{0, 1, 2, 2, 2}).Draw(w.rt, "how far")]
}

// check adds the released documents up, line by line and without the allocations.
func (w *world) check(released map[InvoiceKind]int) {
	billed := map[store.ID]money.Quantity{}
	net := map[store.ID]money.Amount{}
	w.read(func(r store.Reader) error {
		for inv, err := range Invoices.All(r) {
			if err != nil {
				return err
			}
			if inv.Status != InvoiceReleased {
				continue
			}
			released[inv.Kind]++
			sum := money.Amount{}
			for _, l := range inv.Lines {
				q := l.Qty
				if inv.Kind == KindCreditNote {
					q = q.Neg()
				}
				billed[l.Source] = billed[l.Source].Add(q)
				sum = sum.Add(l.Net)
			}
			if !sum.Equal(inv.Net) {
				w.rt.Errorf("the lines of %s come to %s, not %s", inv.Number, sum, inv.Net)
			}
			if inv.Kind == KindCreditNote {
				sum = sum.Neg()
			}
			net[inv.Order] = net[inv.Order].Add(sum)
		}
		for id, got := range billed {
			whole := qty("1") // a milestone
			switch id.Prefix() {
			case "item":
				whole = must(LineItems.Get(r, id)).Qty
			case "time":
				whole = money.HoursOf(must(TimeEntries.Get(r, id)).Worked(), 2, money.HalfAway)
			}
			if whole.Sign() < 0 {
				got, whole = got.Neg(), whole.Neg()
			}
			if got.Sign() < 0 || got.Cmp(whole) > 0 {
				w.rt.Errorf("%s is billed %s of %s", id, got, whole)
			}
		}
		for q, err := range approval.Requests.All(r) {
			if err != nil {
				return err
			}
			if q.State == approval.Approved && slices.Contains(q.Makers, q.Decision.By) {
				w.rt.Errorf("%s was approved by somebody who made it", q.Title)
			}
		}
		return nil
	})
	for o, want := range net {
		p := w.rollup(o)
		if got := p.Billed.Sub(p.Credited); !got.Equal(want) {
			w.rt.Errorf("the allocations come to %s, the documents to %s", got, want)
		}
	}
}

// TestCreditingEverythingLeavesNothing bills random items at random taxes and takes all
// of it back: nothing is left in any tax category, to the cent.
func TestCreditingEverythingLeavesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := newShop(t)
		k.must(&SetTax{Class: "reduced", Rate: percent("10.5")})
		k.must(&SetTax{Class: "zero"})
		o := k.order()
		k.item(o, "1", "999999999.99") // the credit lines among the others leave something to ask for
		for range rapid.IntRange(1, 12).Draw(rt, "items") {
			k.must(&AddItem{
				Order: o, Kind: ExpenseItem, Text: "x",
				Qty:      money.NewQuantity(rapid.Int64Range(1, 999_999).Draw(rt, "qty")*rapid.SampledFrom([]int64{1, 1, -1}).Draw(rt, "sign"), 3),
				Price:    ptr(money.NewPrice(rapid.Int64Range(0, 99_999_999).Draw(rt, "price"), 4)),
				TaxClass: rapid.SampledFrom([]string{"standard", "reduced", "zero"}).Draw(rt, "tax"),
			})
		}
		k.complete(o)
		inv := k.released(o)
		if inv.Gross.String() != inv.Net.Add(inv.VAT).String() && !inv.Gross.Equal(inv.Net.Add(inv.VAT)) {
			rt.Fatalf("%s + %s is not %s", inv.Net, inv.VAT, inv.Gross)
		}
		for _, tl := range inv.Taxes {
			if want := money.VAT(tl.Base, tl.Rate, eur, money.HalfAway); !tl.VAT.Equal(want) {
				rt.Errorf("tax on %s at %s is %s, not %s", tl.Base, tl.Rate, tl.VAT, want)
			}
		}
		cn := k.credited(inv.ID)
		for i, tl := range inv.Taxes {
			if !tl.VAT.Sub(cn.Taxes[i].VAT).IsZero() || !tl.Base.Sub(cn.Taxes[i].Base).IsZero() {
				rt.Errorf("category %s %s leaves something", tl.Category, tl.Rate)
			}
		}
		p := k.rollup(o)
		if !p.Billed.Equal(p.Credited) || !p.Unbilled.Equal(inv.Net) {
			rt.Errorf("billed %s, credited %s, open %s of %s", p.Billed, p.Credited, p.Unbilled, inv.Net)
		}
	})
}

func ptr[T any](v T) *T { return &v }

// TestTheOrderOfLinesChangesNothing composes one proposal in random orders.
func TestTheOrderOfLinesChangesNothing(t *testing.T) {
	k := newShop(t)
	o := k.order()
	for i := range 9 {
		k.item(o, fmt.Sprint(i+1), fmt.Sprintf("%d.%03d", i, 7*i))
		k.worked(o, fmt.Sprintf("2026-02-0%dT08:00:00Z", i+1), fmt.Sprintf("2026-02-0%dT08:%02d:00Z", i+1, 3*i+1))
	}
	var s *Snapshot
	k.read(func(r store.Reader) (err error) {
		s, err = Load(r, o, k.clock.Now())
		return err
	})
	straight, err := ComposeInOrder(s, func(n int) []int {
		var is []int
		for i := range n {
			is = append(is, i)
		}
		return is
	})
	if err != nil || len(straight.Lines) != 18 {
		t.Fatalf("%d lines (%v)", len(straight.Lines), err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		other, err := ComposeInOrder(s, func(n int) []int {
			var is []int
			for i := range n {
				is = append(is, i)
			}
			return rapid.Permutation(is).Draw(rt, "order")
		})
		if err != nil || other.Hash != straight.Hash || !other.Gross.Equal(straight.Gross) {
			rt.Fatalf("%s for %s, not %s (%v)", other.Hash, other.Gross, straight.Gross, err)
		}
	})
}
