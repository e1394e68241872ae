package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// Slips of the hand that were planted and not noticed: in what goes back of a payment, and in what is asked about one.

// TestWhatIsGivenBackComesOutOfInvoicesOnly: of a payment what an invoice took can be taken from it again, what went back to the
// customer cannot, and of a credit note neither can be.
func TestWhatIsGivenBackComesOutOfInvoicesOnly(t *testing.T) {
	back := func(of store.ID, sum string) as {
		return as{name: "boss", reason: "sent too much", cmd: &RefundPayment{Of: of, Amount: amountp(sum)}}
	}
	t.Run("a payment of which a part went back", func(t *testing.T) {
		k := taxFree(t)
		p := k.paid("100")
		k.mustAs(back(p.ID, "60"))
		f := k.refused("payment.no-credit", back(p.ID, "40.01"))
		contains(t, f.Msg, "40.00 is left of it")
		k.mustAs(back(p.ID, "40"))
		k.audited()
	})
	t.Run("a payment for two invoices, the newest first", func(t *testing.T) {
		k := taxFree(t)
		first, second := k.invoiced("50"), k.invoiced("50")
		p := k.paid("100")
		k.must(&ApplyCredit{From: p.ID, Invoice: first.ID})
		k.must(&ApplyCredit{From: p.ID, Invoice: second.ID})
		k.mustAs(back(p.ID, "20"))
		k.wantStanding(first.ID, PayPaid, "0")
		k.wantStanding(second.ID, PayPart, "20")
		k.mustAs(back(p.ID, "50"))
		k.wantStanding(first.ID, PayPart, "20")
		k.wantStanding(second.ID, PayOpen, "50")
		k.audited()
	})
	t.Run("a credit note that took off what was open", func(t *testing.T) {
		k := taxFree(t)
		inv := k.invoiced("100")
		k.paid("30", inv.ID)
		cn := k.credited(inv.ID) // 70 was open
		f := k.refused("payment.no-credit", back(cn.ID, "30.01"))
		contains(t, f.Msg, "30.00 is left of it")
		k.mustAs(back(cn.ID, "30"))
		k.wantStanding(inv.ID, PayPaid, "0")
		k.audited()
	})
}

// TestAPaymentOfWhichAPartWasTakenBackBounces: only what still stands of it is taken back, whatever of it was before.
func TestAPaymentOfWhichAPartWasTakenBackBounces(t *testing.T) {
	k := taxFree(t)
	inv := k.invoiced("100")
	p := k.paid("100", inv.ID)
	given := k.mustAs(as{name: "boss", reason: "agreed", cmd: &RefundPayment{Of: p.ID, Amount: amountp("20")}}).Subject
	k.wantStanding(inv.ID, PayPart, "20")
	k.mustAs(as{reason: "came back", cmd: &ReversePayment{Payment: given}})
	k.mustAs(as{reason: "bounced", cmd: &ReversePayment{Payment: p.ID}})
	k.wantStanding(inv.ID, PayOpen, "100")
	k.audited()
}

// TestPaymentsWithoutAReferenceAreNotTheSame: that two sums are equal on a day says nothing where neither has a reference.
func TestPaymentsWithoutAReferenceAreNotTheSame(t *testing.T) {
	k := taxFree(t)
	k.must(&AddPayment{Customer: k.customer, Amount: amount("20")})
	k.must(&AddPayment{Customer: k.customer, Amount: amount("20")})
	k.must(&AddPayment{Customer: k.customer, Amount: amount("20"), Reference: "R1"})
	k.refused("payment.repeated", as{cmd: &AddPayment{Customer: k.customer, Amount: amount("20"), Reference: "R1"}})
}

// TestAPaymentNamesTheOtherSide: what came in names what it paid for, and what went back names what it came out of.
func TestAPaymentNamesTheOtherSide(t *testing.T) {
	k := taxFree(t)
	inv := k.invoiced("100")
	p := k.paid("120", inv.ID)
	given := k.mustAs(as{name: "boss", reason: "sent too much", cmd: &RefundPayment{Of: p.ID}}).Subject
	sides := func(id store.ID) (out []string) {
		k.read(func(r store.Reader) error {
			v, err := PaymentOf(r, id)
			if err != nil {
				return err
			}
			for _, s := range v.Settlements {
				out = append(out, s.With+" "+s.Amount.String())
			}
			return nil
		})
		return out
	}
	number := get(k, Payments, given).Number
	for id, want := range map[store.ID][]string{p.ID: {inv.Number + " 100.00", number + " 20.00"}, given: {p.Number + " 20.00"}} {
		if got := sides(id); canonical(got) != canonical(want) {
			t.Errorf("%s is settled with %q, want %q", id, got, want)
		}
	}
}

// TestAStatementEndsNoEarlierThanItBegins: one day is the least.
func TestAStatementEndsNoEarlierThanItBegins(t *testing.T) {
	k := taxFree(t)
	k.invoiced("100")
	ask := func(from, to calendar.Date) error {
		return k.View(t.Context(), func(r store.Reader) error {
			_, err := StatementOf(r, k.customer, from, to)
			return err
		})
	}
	day := date("2026-03-02")
	for name, c := range map[string]struct {
		from calendar.Date
		code string
	}{"a day": {day, ""}, "all to a day": {calendar.Date{}, ""}, "backwards": {day.AddDays(1), "statement.days"}} {
		wantCode(t, name, ask(c.from, day), c.code)
	}
}

// TestHowADocumentStandsIsToldWholeOrNotAtAll: also where what cannot be read is a payment of it or a credit note.
func TestHowADocumentStandsIsToldWholeOrNotAtAll(t *testing.T) {
	k := taxFree(t)
	inv := k.invoiced("100")
	k.paid("100", inv.ID)
	k.creditedPart(inv.ID, CreditPart{Line: 1, Amount: amountp("30")})
	k.wantStanding(inv.ID, PayOver, "0")
	row := InvoiceRow{ID: inv.ID, Kind: inv.Kind, Status: inv.Status, Gross: inv.Gross, Payable: inv.Payable(), DueOn: inv.DueOn}
	k.engine.Each(t, "how it stands", func() error {
		return k.View(t.Context(), func(r store.Reader) error {
			_, _, err := ReceivableOf(r, &row, date("2026-03-02"))
			return err
		})
	})
}

// wantCode holds what became of something to the code of a refusal, or to none.
func wantCode(tb testing.TB, what string, err error, code string) {
	tb.Helper()
	if got := fault.CodeOf(err); got != code || (err == nil) != (code == "") {
		tb.Errorf("%s: %v, want %q", what, err, code)
	}
}
