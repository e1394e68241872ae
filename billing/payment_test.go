package billing_test

import (
	"fmt"
	"testing"
	"time"

	. "callout/billing"
	"callout/billing/ledger"
	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/store/storetest"

	"pgregory.net/rapid"
)

// taxFree is a shop in which net is gross, so that published figures stand as they are.
func taxFree(tb testing.TB) *shop {
	tb.Helper()
	return newShop(tb, &SetTax{Class: "outside", Rate: percent("0"), Default: true}, &SetPrice{Key: "labour", Price: price("90")})
}

// invoiced releases an invoice over so much, before tax.
func (k *shop) invoiced(net string) *Invoice {
	k.tb.Helper()
	o := k.order()
	k.item(o, "1", net)
	k.complete(o)
	return k.released(o)
}

// paid records a payment for invoices.
func (k *shop) paid(sum string, invoices ...store.ID) *Payment {
	k.tb.Helper()
	c := &AddPayment{Customer: k.customer, Amount: amount(sum)}
	for _, id := range invoices {
		c.Invoices = append(c.Invoices, PaymentShare{Invoice: id})
	}
	return get(k, Payments, k.must(c).Subject)
}

// stands reads how a document stands today.
func (k *shop) stands(id store.ID) (rec Receivable) {
	k.tb.Helper()
	k.read(func(r store.Reader) error {
		inv, err := Invoices.Get(r, id)
		if err != nil {
			return err
		}
		row := InvoiceRow{ID: inv.ID, Kind: inv.Kind, Status: inv.Status, Gross: inv.Gross, Payable: inv.Payable(), DueOn: inv.DueOn, Customer: inv.Customer}
		rec, _, err = ReceivableOf(r, &row, calendar.DateOf(k.clock.Now(), must(calendar.LoadZone("zone", "Europe/Vienna"))))
		return err
	})
	return rec
}

func (k *shop) wantStanding(id store.ID, status PaymentStatus, open string) {
	k.tb.Helper()
	rec := k.stands(id)
	if rec.Status != status || !rec.Open.Equal(amount(open)) {
		k.tb.Errorf("it stands %s with %s open, want %s with %s", rec.Status, rec.Open, status, open)
	}
}

func (k *shop) statement(from, to string) (s *Statement) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		var lo calendar.Date
		if from != "" {
			lo = date(from)
		}
		s, err = StatementOf(r, k.customer, lo, date(to))
		return err
	})
	return s
}

func TestStatusFollowsFromWhatWasPaid(t *testing.T) {
	k := taxFree(t)
	k.must(&SetRules{Rules: Rules{PaymentDays: 14}})
	a, b := k.invoiced("100"), k.invoiced("50")
	k.wantStanding(a.ID, PayOpen, "100")

	part := k.paid("30", a.ID)
	k.wantStanding(a.ID, PayPart, "70")
	k.paid("90", a.ID, b.ID) // one payment over two: 70, then 20
	k.wantStanding(a.ID, PayPaid, "0")
	k.wantStanding(b.ID, PayPart, "30")
	k.clock.set(at("2026-03-20T08:00:00Z"))
	k.wantStanding(b.ID, PayOverdue, "30")
	over := k.paid("40", b.ID)
	k.wantStanding(b.ID, PayOver, "0")

	// What is over pays for the next invoice once somebody says so; then the first is just paid.
	c := k.invoiced("8")
	k.must(&ApplyCredit{From: over.ID, Invoice: c.ID})
	k.wantStanding(c.ID, PayPaid, "0")
	k.wantStanding(b.ID, PayOver, "0")
	k.refused("payment.self", as{cmd: &RefundPayment{Of: over.ID}, reason: "sent too much"})
	k.mustAs(as{name: "boss", reason: "sent too much", cmd: &RefundPayment{Of: over.ID}})
	k.wantStanding(b.ID, PayPaid, "0")

	// A reversed payment leaves open what it paid for.
	k.refused("reason.missing", as{cmd: &ReversePayment{Payment: part.ID}})
	k.mustAs(as{cmd: &ReversePayment{Payment: part.ID}, reason: "bounced"})
	k.wantStanding(a.ID, PayOverdue, "30")
	k.refused("payment.reversed", as{cmd: &ReversePayment{Payment: part.ID}, reason: "again"})
	k.refused("payment.given-back", as{cmd: &ReversePayment{Payment: over.ID}, reason: "no"})

	// What nobody will pay is given up, by somebody else than who asked for it.
	k.refused("payment.self", as{cmd: &WriteOffInvoice{Invoice: a.ID}, reason: "bankrupt"})
	k.mustAs(as{name: "boss", reason: "bankrupt", cmd: &WriteOffInvoice{Invoice: a.ID}})
	k.wantStanding(a.ID, PayWrittenOff, "0")
	k.refused("payment.share", as{name: "boss", reason: "again", cmd: &WriteOffInvoice{Invoice: a.ID}})
	k.audited()
}

func TestWhatIsNoPayment(t *testing.T) {
	k := taxFree(t)
	inv := k.invoiced("100")
	for _, c := range []struct {
		code string
		cmd  store.Command
	}{
		{"payment.amount", &AddPayment{Customer: k.customer, Amount: amount("0")}},
		{"payment.amount", &AddPayment{Customer: k.customer, Amount: amount("-5")}},
		{"payment.future", &AddPayment{Customer: k.customer, Amount: amount("5"), On: date("2026-03-03")}},
		{"payment.customer", &AddPayment{Amount: amount("5")}},
		{"payment.method", &AddPayment{Customer: k.customer, Amount: amount("5"), Method: "barter"}},
		{"payment.share", &AddPayment{Amount: amount("500"), Invoices: []PaymentShare{{Invoice: inv.ID, Amount: amountp("101")}}}},
		{"payment.share", &AddPayment{Amount: amount("5"), Invoices: []PaymentShare{{Invoice: inv.ID, Amount: amountp("6")}}}},
		{"payment.twice-named", &AddPayment{Amount: amount("5"), Invoices: []PaymentShare{{Invoice: inv.ID}, {Invoice: inv.ID}}}},
		{"payment.no-credit", &ApplyCredit{From: k.customer, Invoice: inv.ID}},
	} {
		k.refused(c.code, as{cmd: c.cmd})
	}
	draft := k.order()
	k.item(draft, "1", "5")
	k.complete(draft)
	k.refused("payment.unreleased", as{cmd: &AddPayment{Amount: amount("5"), Invoices: []PaymentShare{{Invoice: k.proposed(draft)}}}})

	// The same transfer is recorded once; after it was reversed, it may come again.
	again := &AddPayment{Customer: k.customer, Amount: amount("5"), Reference: "E2E-77"}
	first := k.must(again).Subject
	k.refused("payment.repeated", as{cmd: again})
	k.mustAs(as{cmd: &ReversePayment{Payment: first}, reason: "bounced"})
	k.must(again)
	k.audited()
}

func TestAStatementSaysWhatMovedAndWhatIsOpen(t *testing.T) {
	k := taxFree(t)
	k.must(&SetRules{Rules: Rules{PaymentDays: 10}})
	a := k.invoiced("100") // 2026-03-02, due 03-12
	k.clock.set(at("2026-04-20T08:00:00Z"))
	b := k.invoiced("60") // due 04-30
	k.must(&AddPayment{Amount: amount("70"), On: date("2026-03-30"), Reference: "E2E-1", Invoices: []PaymentShare{{Invoice: a.ID}}})
	k.paid("5")

	s := k.statement("2026-04-01", "2026-04-30")
	wantAmount(t, "opening", s.Opening, "30")
	wantAmount(t, "closing", s.Closing, "85")
	wantAmount(t, "credit", s.Credit, "5")
	if len(s.Lines) != 2 || len(s.Open) != 2 || s.Open[0].ID != a.ID || s.Open[0].Overdue != 49 || s.Open[1].ID != b.ID {
		t.Errorf("the statement is %+v", s)
	}
	// As of a day before the payment, nothing of it is known.
	early := k.statement("", "2026-03-29")
	wantAmount(t, "closing before it was paid", early.Closing, "100")
	if len(early.Open) != 1 || !early.Open[0].Open.Equal(amount("100")) {
		t.Errorf("open was %+v", early.Open)
	}

	for day, want := range storetest.InOrder(map[string]string{
		"2026-03-12": "100.00 0 0 0 0", "2026-03-13": "0 100.00 0 0 0", "2026-04-11": "0 30.00 0 0 0", "2026-04-12": "0 0 30.00 0 0",
		"2026-05-11": "0 60.00 30.00 0 0", "2026-05-12": "0 60.00 0 30.00 0", "2026-06-10": "0 0 60.00 30.00 0", "2026-06-11": "0 0 60.00 0 30.00",
	}) {
		k.read(func(r store.Reader) error {
			x, err := AgeingOf(r, k.customer, date(day))
			if got := fmt.Sprintf("%s %s %s %s %s", x.Current, x.Days30, x.Days60, x.Days90, x.Older); got != want {
				t.Errorf("on %s: %s, want %s", day, got, want)
			}
			return err
		})
	}
	k.audited()
}

// TestStatementClosesAtWhatIsOpen plays payments, refunds, reversals, credits and
// write-offs at random, day by day. On every day, a statement's closing balance is the sum of what
// is open less the credit that is not used, its ageing says the same, and the audits find nothing.
func TestStatementClosesAtWhatIsOpen(t *testing.T) {
	did := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		k := taxFree(t)
		k.must(&SetRules{Rules: Rules{PaymentDays: rapid.IntRange(0, 40).Draw(rt, "days")}})
		var invoices, payments, credits []store.ID
		day := at("2026-03-02T08:00:00Z")
		sum := func() money.Amount { return money.Minor(rapid.Int64Range(1, 9000).Draw(rt, "cents"), eur) }
		pick := func(ids []store.ID) store.ID {
			if len(ids) == 0 {
				return ""
			}
			return ids[rapid.IntRange(0, len(ids)-1).Draw(rt, "which")]
		}
		some := func() *money.Amount {
			if rapid.Bool().Draw(rt, "all") {
				return nil
			}
			a := sum()
			return &a
		}
		for range rapid.IntRange(5, 25).Draw(rt, "steps") {
			day = day.Add(time.Duration(rapid.IntRange(0, 20).Draw(rt, "later")) * 24 * time.Hour)
			k.clock.set(day)
			var cmd store.Command
			switch rapid.SampledFrom([]string{"invoice", "pay", "pay", "apply", "refund", "reverse", "divide", "off", "credit"}).Draw(rt, "step") {
			case "invoice":
				invoices = append(invoices, k.invoiced(sum().String()).ID)
			case "pay":
				c := &AddPayment{Customer: k.customer, Amount: sum(), On: date(day.Add(-48 * time.Hour).Format(time.DateOnly))}
				for _, id := range invoices {
					if rapid.Bool().Draw(rt, "named") {
						c.Invoices = append(c.Invoices, PaymentShare{Invoice: id})
					}
				}
				cmd = c
			case "apply":
				cmd = &ApplyCredit{From: rapid.SampledFrom([]store.ID{k.customer, pick(payments)}).Draw(rt, "from"), Invoice: pick(invoices), Amount: some()}
			case "refund":
				cmd = &RefundPayment{Of: pick(append(credits, payments...)), Amount: some()}
			case "reverse":
				cmd = &ReversePayment{Payment: pick(payments)}
			case "divide":
				cmd = &DivideCredit{Of: pick(append(credits, payments...)), Refund: sum(), OutOfBand: sum()}
			case "off":
				cmd = &WriteOffInvoice{Invoice: pick(invoices), Amount: some()}
			case "credit":
				if id := pick(invoices); id != "" {
					if _, err := k.doAs(as{cmd: &CreditInvoice{Invoice: id}, reason: "wrong"}); err == nil {
						k.read(func(r store.Reader) error {
							for cn, err := range Invoices.IDs(r, "credits", store.K(id)) {
								credits = append(credits, cn)
								return err
							}
							return nil
						})
						cn := credits[len(credits)-1]
						k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
						k.must(&ReleaseInvoice{Invoice: cn})
					}
				}
			}
			if cmd == nil {
				continue
			}
			if rec, err := k.doAs(as{name: rapid.SampledFrom([]string{"office", "boss"}).Draw(rt, "who"), reason: "so it is", cmd: cmd}); err == nil {
				did[cmd.Name()]++
				if rec.Subject.Prefix() == Payments.Prefix() {
					payments = append(payments, rec.Subject)
				}
			}
		}
		for _, back := range []int{0, rapid.IntRange(0, 100).Draw(rt, "back")} {
			on := day.Add(-time.Duration(back) * 24 * time.Hour).Format(time.DateOnly)
			s := k.statement("", on)
			open := s.Credit.Neg()
			for _, o := range s.Open {
				open = open.Add(o.Open)
			}
			if !open.Equal(s.Closing) {
				rt.Fatalf("on %s it closes at %s, and %s is open", on, s.Closing, open)
			}
			k.read(func(r store.Reader) error {
				x, err := AgeingOf(r, k.customer, date(on))
				if aged := money.Sum(x.Current, x.Days30, x.Days60, x.Days90, x.Older, x.Credit.Neg()); !aged.Equal(s.Closing) || !x.Balance.Equal(s.Closing) {
					rt.Fatalf("on %s it closes at %s, and %s is aged", on, s.Closing, aged)
				}
				return err
			})
			k.booked(on, s)
			if len(s.Lines) > 1 {
				cut := s.Lines[len(s.Lines)/2].On.String()
				if later := k.statement(cut, on); !later.Closing.Equal(s.Closing) {
					rt.Fatalf("from %s it closes at %s, not %s", cut, later.Closing, s.Closing)
				}
			}
		}
		k.audited()
	})
	for _, name := range []string{"payment.add.v1", "payment.apply.v1", "payment.refund.v1", "payment.reverse.v1", "payment.write_off.v1"} {
		if did[name] == 0 {
			t.Errorf("%s was never done: the play proves little (%v)", name, did)
		}
	}
}

// booked holds the ledger to a statement as of a day: the account of what customers owe is the sum of what is open, and the one of
// what stands to their credit is what is not used. Both hold for what is booked up to any day.
func (k *shop) booked(on string, s *Statement) {
	k.tb.Helper()
	var open money.Amount
	for _, o := range s.Open {
		open = open.Add(o.Open)
	}
	k.read(func(r store.Reader) error {
		book, err := ledger.OfDates(r, calendar.Validity{To: date(on).AddDays(1)}, true)
		if err != nil {
			return err
		}
		sums := book.Totals()
		if got := sums["Assets:Receivable"]; !got.Equal(open) {
			k.tb.Fatalf("on %s the books say that %s is owed, the statement %s", on, got, open)
		}
		if got := sums["Liabilities:Customer-Credit"].Neg(); !got.Equal(s.Credit) {
			k.tb.Fatalf("on %s the books say that %s stands to the customer's credit, the statement %s", on, got, s.Credit)
		}
		return nil
	})
}
