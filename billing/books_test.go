package billing_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	. "callout/billing"
	"callout/billing/ledger"
	"callout/calendar"
	"callout/money"
	"callout/store"
)

// TestTheBooksOfADay goes through everything that moves an account, with sums by hand, and has the programs read it that the
// journals are for. No tax is charged. Ahead: 500 paid into a retainer, of which 100 are drawn for an invoice over 100 and 50 go
// back. Invoices over 300 (paid with 400, of the rest 60 go to one over 100 a day later, 30 are given back) and the 40
// left of that are given up. One over 80 is paid, credited as a whole, and its 80 stand to the customer's credit. Then a payment of 25
// is taken back.
func TestTheBooksOfADay(t *testing.T) {
	k := taxFree(t)
	ret := k.must(&OpenRetainer{Customer: k.customer, Title: "Service; 2026", Amount: amount("500"), Reference: "bank) 1"}).Subject
	first := k.invoiced("100") // drawn from the retainer
	k.mustAs(as{reason: "too much", cmd: &PayRetainer{Retainer: ret, Amount: amount("-400")}})
	big := k.invoiced("300")
	p := k.paid("400", big.ID)
	k.clock.set(at("2026-03-03T08:00:00Z"))
	small := k.invoiced("100")
	k.must(&ApplyCredit{From: p.ID, Invoice: small.ID, Amount: amountp("60")})
	k.mustAs(as{name: "boss", reason: "wants it back", cmd: &RefundPayment{Of: p.ID, Amount: amountp("30")}})
	k.mustAs(as{name: "boss", reason: "bankrupt", cmd: &WriteOffInvoice{Invoice: small.ID}})
	gone := k.invoiced("80")
	k.paid("80", gone.ID)
	k.credited(gone.ID)
	wrong := k.paid("25")
	k.mustAs(as{name: "boss", reason: "another's", cmd: &ReversePayment{Payment: wrong.ID}})
	if !first.Payable().IsZero() {
		t.Fatalf("the retainer does not pay: %s", first.Payable())
	}

	want := map[string]string{
		"Income:Services":             "-500", // 100 + 300 + 100
		"Assets:Bank":                 "550",  // 500 − 400 + 400 − 30 + 80 + 25 − 25
		"Liabilities:Retainers":       "0",
		"Assets:Receivable":           "0",
		"Liabilities:Customer-Credit": "-90", // 10 of the 400, and 80
		"Expenses:Bad-Debts":          "40",
	}
	var book, batch *ledger.Book
	id := k.must(&ledger.CutBatch{}).Subject
	k.refused("ledger.moves", as{cmd: &ledger.CutBatch{DocumentsOnly: true}})
	k.refused("ledger.nothing", as{cmd: &ledger.CutBatch{}})
	k.read(func(r store.Reader) (err error) {
		if book, err = ledger.OfDates(r, calendar.Validity{}, true); err != nil {
			return err
		}
		batch, err = ledger.OfBatch(r, id)
		return err
	})
	totals := book.Totals()
	for account, sum := range want {
		wantAmount(t, account, totals[account], sum)
		wantAmount(t, account+" of the batch", batch.Totals()[account], sum)
	}
	for account := range totals {
		if _, known := want[account]; !known {
			t.Errorf("%s gets %s", account, totals[account])
		}
	}
	for _, e := range book.Entries {
		var sum money.Amount
		for _, x := range e.Postings {
			sum = sum.Add(x.Amount)
		}
		if !sum.IsZero() || len(e.Postings) < 2 {
			t.Errorf("%s %s does not balance: %+v", e.Kind, e.Number, e.Postings)
		}
	}
	// What is paid straight away is one entry, and what is applied later one of its own.
	kinds := map[string]int{}
	for _, e := range book.Entries {
		kinds[e.Kind]++
	}
	if kinds["settlement"] != 1 {
		t.Errorf("entries: %v", kinds)
	}
	for _, c := range []struct{ form, program, ext string }{{"hledger", "hledger", "journal"}, {"beancount", "bean-check", "beancount"}} {
		t.Run(c.form, func(t *testing.T) {
			if _, err := exec.LookPath(c.program); err != nil {
				t.Skipf("%s is not installed here", c.program)
			}
			var out, again bytes.Buffer
			if _, err := ledger.Write(&out, c.form, book); err != nil {
				t.Fatal(err)
			}
			if _, err := ledger.Write(&again, c.form, book); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
				t.Fatalf("written twice it differs: %v", err)
			}
			file := filepath.Join(t.TempDir(), "books."+c.ext)
			if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{file}
			if c.form == "hledger" {
				args = []string{"-f", file, "check", "accounts", "commodities"}
			}
			run := exec.CommandContext(t.Context(), c.program, args...) //nolint:gosec // fixed words and a temporary file
			run.Env = append(os.Environ(), "LANG=C.UTF-8", "HOME="+t.TempDir())
			if said, err := run.CombinedOutput(); err != nil {
				t.Errorf("%s minds: %v\n%s\n%s", c.program, err, said, out.Bytes())
			}
		})
	}
}
