package billing_test

import (
	"slices"
	"strings"
	"testing"

	. "callout/billing"
	"callout/dispatch"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// TestBoundsOfPayments: a payment pays for no more than is open and no more than it has, a cent more is refused, and so is nothing.
func TestBoundsOfPayments(t *testing.T) {
	share := func(k *shop, sum string, inv *Invoice, part string) as {
		return as{cmd: &AddPayment{Customer: k.customer, Amount: amount(sum), Invoices: []PaymentShare{{Invoice: inv.ID, Amount: amountp(part)}}}}
	}
	for _, c := range []struct {
		name, code string
		cmd        func(k *shop, inv *Invoice) as
	}{
		{"all of it", "", func(k *shop, inv *Invoice) as { return share(k, "150", inv, "100") }},
		{"all that was paid", "", func(k *shop, inv *Invoice) as { return share(k, "50", inv, "50") }},
		{"more than is open", "payment.share", func(k *shop, inv *Invoice) as { return share(k, "150", inv, "100.01") }},
		{"more than was paid", "payment.share", func(k *shop, inv *Invoice) as { return share(k, "50", inv, "50.01") }},
		{"a share of nothing", "payment.share", func(k *shop, inv *Invoice) as { return share(k, "50", inv, "0") }},
		{"a credit for all", "", func(k *shop, inv *Invoice) as {
			return as{cmd: &ApplyCredit{From: k.paid("200").ID, Invoice: inv.ID, Amount: amountp("100")}}
		}},
		{"a credit for more than is open", "payment.share", func(k *shop, inv *Invoice) as {
			return as{cmd: &ApplyCredit{From: k.paid("200").ID, Invoice: inv.ID, Amount: amountp("100.01")}}
		}},
		{"a credit for nothing", "payment.share", func(k *shop, inv *Invoice) as {
			return as{cmd: &ApplyCredit{From: k.paid("200").ID, Invoice: inv.ID, Amount: amountp("0")}}
		}},
		{"a credit for more than it has", "payment.no-credit", func(k *shop, inv *Invoice) as {
			return as{cmd: &ApplyCredit{From: k.paid("20").ID, Invoice: inv.ID, Amount: amountp("20.01")}}
		}},
		{"an invoice for a credit", "payment.no-credit", func(k *shop, inv *Invoice) as {
			return as{cmd: &ApplyCredit{From: inv.ID, Invoice: inv.ID}}
		}},
		{"all written off", "", func(k *shop, inv *Invoice) as {
			return as{name: "boss", reason: "gone", cmd: &WriteOffInvoice{Invoice: inv.ID, Amount: amountp("100")}}
		}},
		{"more written off than is open", "payment.share", func(k *shop, inv *Invoice) as {
			return as{name: "boss", reason: "gone", cmd: &WriteOffInvoice{Invoice: inv.ID, Amount: amountp("100.01")}}
		}},
		{"nothing written off", "payment.share", func(k *shop, inv *Invoice) as {
			return as{name: "boss", reason: "gone", cmd: &WriteOffInvoice{Invoice: inv.ID, Amount: amountp("0")}}
		}},
		{"back before it came", "payment.order", func(k *shop, inv *Invoice) as {
			return as{reason: "bounced", cmd: &ReversePayment{Payment: k.paid("20", inv.ID).ID, On: date("2026-03-01")}}
		}},
		{"on the day it came", "", func(k *shop, inv *Invoice) as {
			return as{reason: "bounced", cmd: &ReversePayment{Payment: k.paid("20", inv.ID).ID, On: date("2026-03-02")}}
		}},
		{"a reversal of a reversal", "payment.reversal", func(k *shop, inv *Invoice) as {
			back := k.mustAs(as{reason: "bounced", cmd: &ReversePayment{Payment: k.paid("20", inv.ID).ID}}).Subject
			return as{reason: "and again", cmd: &ReversePayment{Payment: back}}
		}},
		{"given back before it came", "payment.order", func(k *shop, inv *Invoice) as {
			p := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("20")}}).Subject
			return as{reason: "too much", cmd: &RefundPayment{Of: p, On: date("2026-03-01")}}
		}},
		{"given back without a reason", "reason.missing", func(k *shop, inv *Invoice) as {
			p := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("20")}}).Subject
			return as{cmd: &RefundPayment{Of: p}}
		}},
		{"more given back than came", "payment.no-credit", func(k *shop, inv *Invoice) as {
			p := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("20"), Invoices: []PaymentShare{{Invoice: inv.ID}}}}).Subject
			return as{reason: "too much", cmd: &RefundPayment{Of: p, Amount: amountp("20.01")}}
		}},
		{"all given back of what paid", "", func(k *shop, inv *Invoice) as {
			p := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("20"), Invoices: []PaymentShare{{Invoice: inv.ID}}}}).Subject
			return as{reason: "too much", cmd: &RefundPayment{Of: p, Amount: amountp("20")}}
		}},
		{"an invoice given back", "payment.no-credit", func(k *shop, inv *Invoice) as {
			return as{reason: "so", cmd: &RefundPayment{Of: inv.ID}}
		}},
		{"a debt written off given back", "payment.no-credit", func(k *shop, inv *Invoice) as {
			p := k.mustAs(as{name: "boss", reason: "gone", cmd: &WriteOffInvoice{Invoice: inv.ID}}).Subject
			return as{reason: "so", cmd: &RefundPayment{Of: p}}
		}},
		{"divided into less than nothing", "payment.amount", func(k *shop, inv *Invoice) as {
			p := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("20")}}).Subject
			return as{reason: "so", cmd: &DivideCredit{Of: p, Refund: amount("21"), Keep: amount("-1")}}
		}},
		{"divided into parts of which two are nothing", "", func(k *shop, inv *Invoice) as {
			p := k.mustAs(as{name: "clerk", cmd: &AddPayment{Customer: k.customer, Amount: amount("20")}}).Subject
			return as{reason: "so", cmd: &DivideCredit{Of: p, Keep: amount("20")}}
		}},
		{"for a credit note", "invoice.kind", func(k *shop, inv *Invoice) as {
			return as{cmd: &AddPayment{Customer: k.customer, Amount: amount("20"), Invoices: []PaymentShare{{Invoice: k.credited(inv.ID).ID}}}}
		}},
		{"for another customer", "payment.customer", func(k *shop, inv *Invoice) as {
			guest := k.must(&work.AddCustomer{Customer: "Guest"}).Subject
			return as{cmd: &AddPayment{Customer: guest, Amount: amount("20"), Invoices: []PaymentShare{{Invoice: inv.ID}}}}
		}},
		{"twice", "payment.repeated", func(k *shop, inv *Invoice) as {
			k.must(&AddPayment{Customer: k.customer, Amount: amount("20"), Reference: "R1"})
			return as{cmd: &AddPayment{Customer: k.customer, Amount: amount("20"), Reference: "R1"}}
		}},
		{"twice, another sum", "", func(k *shop, inv *Invoice) as {
			k.must(&AddPayment{Customer: k.customer, Amount: amount("20"), Reference: "R1"})
			return as{cmd: &AddPayment{Customer: k.customer, Amount: amount("21"), Reference: "R1"}}
		}},
		{"twice, another reference", "", func(k *shop, inv *Invoice) as {
			k.must(&AddPayment{Customer: k.customer, Amount: amount("20"), Reference: "R1"})
			return as{cmd: &AddPayment{Customer: k.customer, Amount: amount("20"), Reference: "R2"}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := taxFree(t)
			inv := k.invoiced("100")
			if a := c.cmd(k, inv); c.code == "" {
				k.mustAs(a)
			} else {
				k.refused(c.code, a)
			}
			k.audited()
		})
	}
}

// TestBoundsOfCredits: of a line, and of an invoice, as much goes back as is left, and not a cent more.
func TestBoundsOfCredits(t *testing.T) {
	for _, c := range []struct {
		name, code string
		ask        CreditAsk
	}{
		{"all of a line", "", CreditAsk{Parts: []CreditPart{{Line: 1, Amount: amountp("100")}}}},
		{"more than a line", "credit.exceeds", CreditAsk{Parts: []CreditPart{{Line: 1, Amount: amountp("100.01")}}}},
		{"nothing of a line", "credit.exceeds", CreditAsk{Parts: []CreditPart{{Line: 1, Amount: amountp("0")}}}},
		{"a cent of a line", "", CreditAsk{Parts: []CreditPart{{Line: 1, Amount: amountp("0.01")}}}},
		{"a line that there is not", "credit.line", CreditAsk{Parts: []CreditPart{{Line: 3, Amount: amountp("1")}}}},
		{"all, with tax", "", CreditAsk{Sum: amountp("144")}},
		{"more than all, with tax", "credit.exceeds", CreditAsk{Sum: amountp("144.01")}},
		{"nothing, with tax", "credit.exceeds", CreditAsk{Sum: amountp("0")}},
		{"a cent, with tax", "", CreditAsk{Sum: amountp("0.01")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newShop(t)
			o := k.order()
			k.item(o, "2", "50")
			k.item(o, "1", "20")
			k.complete(o)
			a := as{reason: "wrong", cmd: &CreditInvoice{Invoice: k.released(o).ID, CreditAsk: c.ask}}
			if c.code != "" {
				k.refused(c.code, a)
				return
			}
			cn := k.mustAs(a).Subject
			k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
			k.must(&ReleaseInvoice{Invoice: cn})
			k.audited()
		})
	}
}

// TestOnlyWhoOwesIsListedByAge: whoever owes nothing and has nothing to their credit is left out; who has a credit is not. Who
// has seen enough is told no more.
func TestOnlyWhoOwesIsListedByAge(t *testing.T) {
	k := taxFree(t)
	owes := k.invoiced("100").Buyer.Name
	for _, name := range []string{"Ahead", "Even"} {
		id := k.must(&work.AddCustomer{Customer: name}).Subject
		if name == "Ahead" {
			k.must(&AddPayment{Customer: id, Amount: amount("5")})
		}
	}
	for n := 1; n <= 3; n++ {
		var got []string
		k.read(func(r store.Reader) error {
			for row, err := range AgeingOfAll(r, date("2026-03-02")) {
				if err != nil {
					return err
				}
				if got = append(got, row.Name); len(got) == n {
					break
				}
			}
			return nil
		})
		if want := []string{"Ahead", owes}; !slices.Equal(got, want[:min(n, 2)]) {
			t.Errorf("of %d it lists %q, want %q", n, got, want)
		}
	}
}

// TestForgedChargesAreRefused: of a charge that was approved nothing changes, also where its hash is left as it was.
func TestForgedChargesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name  string
		forge func(c *Charge)
	}{
		{"its source", func(c *Charge) { c.Source = "itm_06eat8eg1nxy1cnesbm91rb8b0" }},
		{"its kind", func(c *Charge) { c.Kind = "travel" }},
		{"its day", func(c *Charge) { c.On = c.On.AddDays(1) }},
		{"its text", func(c *Charge) { c.Text += "!" }},
		{"its time", func(c *Charge) { c.Worked++ }},
		{"its quantity", func(c *Charge) { c.Qty = qty("7") }},
		{"its unit", func(c *Charge) { c.Unit = Kilometre }},
		{"its amount", func(c *Charge) { c.Amount = amount("1") }},
		{"its price", func(c *Charge) { c.Price = nil }},
		{"its tax class", func(c *Charge) { c.TaxClass = "reduced" }},
		{"its category", func(c *Charge) { c.Category = "Z" }},
		{"its rate", func(c *Charge) { c.Rate = percent("19") }},
		{"its legend", func(c *Charge) { c.Legend = "exempt" }},
		{"what covers it", func(c *Charge) { c.Covered = "agreed" }},
		{"its hash", func(c *Charge) { c.Hash = c.Hash[1:] + "0" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newShop(t)
			inv := k.invoiced("100")
			k.refused("charge.fixed", as{cmd: change(Charges, inv.Lines[0].Charge, func(_ *store.Tx, x *Charge) { c.forge(x) })})
		})
	}
	k := newShop(t)
	id := k.invoiced("100").Lines[0].Charge
	k.refused("charge.fixed", as{cmd: &forge{What: "delete", ID: id, do: func(tx *store.Tx) error { return Charges.Delete(tx, id) }}})
}

// TestWhoSharesATour: a visit that was canceled does not, time that was rejected or is on another visit weighs nothing, and where
// one job has no weight nobody's share is known.
func TestWhoSharesATour(t *testing.T) {
	north := "north"
	tour := func(share ShareKey) (*shop, []store.ID, []store.ID) {
		k := visiting(t, Rules{Driving: Driving{By: ByDistance, Service: "KM", Share: share}})
		var orders, visits []store.ID
		for _, day := range []string{"10:00:00Z 11:00:00Z", "12:00:00Z 13:00:00Z"} {
			o := k.jobWithTask()
			v := k.visited(o, "2026-03-02T"+day[:9], "2026-03-02T"+day[10:], k.ana)
			k.must(&SetTrip{Visit: v, Tour: &north, Distance: qtyp("30"), Weight: qtyp("1")})
			orders, visits = append(orders, o), append(visits, v)
		}
		return k, orders, visits
	}
	way := func(k *shop, o store.ID) string {
		t.Helper()
		return linesOf(get(k, Invoices, k.proposed(o)))[0]
	}
	want := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}

	k, orders, _ := tour(ShareEqual)
	o := k.order()
	v := k.must(&dispatch.Schedule{Order: o, Technicians: []store.ID{k.ana}, Start: at("2026-03-02T15:00:00Z"), End: at("2026-03-02T16:00:00Z")}).Subject
	k.must(&SetTrip{Visit: v, Tour: &north, Distance: qtyp("30")})
	k.mustAs(as{cmd: &dispatch.CancelVisit{Appointment: v}, reason: "away"})
	k.refused("trip.canceled", as{cmd: &SetTrip{Visit: v, Distance: qtyp("1")}})
	k.complete(orders[0])
	want("with a canceled visit", way(k, orders[0]), "travel 30 × 0.585")

	k, orders, _ = tour(ShareTime)
	var entry store.ID
	k.read(func(r store.Reader) error {
		for id, err := range TimeEntries.IDs(r, "order", store.K(orders[0])) {
			entry = id
			return err
		}
		return nil
	})
	k.must(change(TimeEntries, entry, func(tx *store.Tx, e *TimeEntry) {
		e.ID, e.Status = TimeEntries.NewID(tx, "x"), TimeRejected
	}))
	k.complete(orders[0])
	want("with rejected time", way(k, orders[0]), "travel 30 × 0.585")

	k, orders, visits := tour(ShareWeight)
	k.must(change(Trips, tripOf(k, visits[1]), func(_ *store.Tx, x *Trip) { x.Weight = nil }))
	k.complete(orders[0])
	f := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: orders[0]}})
	contains(t, f.Msg, "nobody has said what every job weighs on the tour north")
}

func tripOf(k *shop, visit store.ID) (id store.ID) {
	k.tb.Helper()
	k.read(func(r store.Reader) error {
		for t, err := range Trips.By(r, "visit", store.K(visit)) {
			id = t.ID
			return err
		}
		return nil
	})
	return id
}

// TestAMilestoneWaitsForWhatIsOfItsOrder: and for something at all.
func TestAMilestoneWaitsForWhatIsOfItsOrder(t *testing.T) {
	k := newShop(t)
	o, other := k.order(), k.order()
	mine := k.must(&work.AddDeliverable{Order: o, Title: "picture", Needs: work.NeedsPhoto}).Subject
	theirs := k.must(&work.AddDeliverable{Order: other, Title: "picture", Needs: work.NeedsPhoto}).Subject
	add := func(n MilestoneNeeds) as {
		return as{cmd: &AddMilestone{Order: o, Milestone: "Roof", Amount: amountp("10"), Needs: &n}}
	}
	k.refused("milestone.needs", add(MilestoneNeeds{}))
	k.refused("milestone.needs", add(MilestoneNeeds{Deliverables: []store.ID{theirs}}))
	k.refused("milestone.needs", add(MilestoneNeeds{Stage: "nearly"}))
	k.mustAs(add(MilestoneNeeds{Deliverables: []store.ID{mine}}))
	k.mustAs(add(MilestoneNeeds{SignOff: true}))
}

// TestEachFigureOfAClosedMonthCounts: whichever of them was closed over is found.
func TestEachFigureOfAClosedMonthCounts(t *testing.T) {
	for name, forge := range storetest.InOrder(map[string]func(f *MonthFigures){
		"":         func(*MonthFigures) {},
		"invoices": func(f *MonthFigures) { f.Invoices++ },
		"credits":  func(f *MonthFigures) { f.Credits++ },
		"net":      func(f *MonthFigures) { f.Net = amount("1") },
		"tax":      func(f *MonthFigures) { f.VAT = amount("1") },
		"gross":    func(f *MonthFigures) { f.Gross = amount("1") },
		"received": func(f *MonthFigures) { f.Received = amount("1") },
		"given up": func(f *MonthFigures) { f.GivenUp = amount("1") },
	}) {
		k := openShop(t, nil)
		k.paid("20", k.invoiced("100").ID)
		k.clock.set(at("2026-04-02T08:00:00Z"))
		id := k.must(&ClosePeriod{Month: month("2026-03")}).Subject
		k.must(change(Periods, id, func(_ *store.Tx, p *Period) { forge(&p.Figures) }))
		if found := strings.Join(k.findings(), "\n"); strings.Contains(found, "2026-03 was closed over") != (name != "") {
			t.Errorf("%q: the audits find %q", name, found)
		}
	}
}
