package ledger

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"callout/internal/fault"
)

// Form is a way of writing a book down.
type Form struct {
	Name  string // for the command line
	Short string
	// write writes the book, and returns what the reader has to know beside it.
	write func(w io.Writer, b *Book) (notes []string, err error)
}

// Forms lists the forms.
func Forms() []Form {
	return []Form{
		{"gl", "general-ledger CSV: a row for each posting", writeGL},
		{"hledger", "a journal for hledger", writeHledger},
		{"beancount", "a journal for beancount 2 and 3", writeBeancount},
		{"quickbooks", "invoices for the CSV import of QuickBooks Online", writeQuickBooks},
		{"xero", "invoices and credit notes for the CSV import of Xero", writeXero},
	}
}

// Write writes a book in a form, and returns notes on what the form does not carry.
func Write(w io.Writer, form string, b *Book) (notes []string, err error) {
	i := slices.IndexFunc(Forms(), func(f Form) bool { return f.Name == form })
	if i < 0 {
		return nil, fault.Invalidf("form", "%q is no form of a ledger", form).With("ledger.form").
			Hint("callout ledger export --help")
	}
	return Forms()[i].write(w, b)
}

// records writes CSV with a header, as RFC 4180 has it but with plain line ends.
func records(w io.Writer, head []string, rows [][]string) error {
	c := csv.NewWriter(w)
	if err := c.Write(head); err != nil {
		return err
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return c.Error()
}

// text keeps a spreadsheet from taking what somebody wrote for a formula (OWASP, "CSV Injection").
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// writeGL writes a row for each posting. Debits and credits of a document are the same.
func writeGL(w io.Writer, b *Book) ([]string, error) {
	var rows [][]string
	for _, e := range b.Entries {
		for _, p := range e.Postings {
			debit, credit := "", ""
			if p.Amount.Sign() > 0 {
				debit = p.Debit().Fixed(e.Currency)
			} else {
				credit = p.Credit().Fixed(e.Currency)
			}
			rows = append(rows, []string{
				e.On.String(), e.Number, e.Kind, text(p.Account.Code), p.Account.Name, debit, credit, e.Currency.Code(), p.TaxCode,
				text(e.Customer), e.Order, text(e.Text), b.Batch,
			})
		}
	}
	return nil, records(w, []string{
		"date", "document", "kind", "account", "account_name", "debit", "credit", "currency", "tax_code",
		"customer", "work_order", "text", "batch",
	}, rows)
}

// needs refuses a form that cannot do without something the chart does not say.
func needs(form, key, what, how string) error {
	return fault.Refusedf("%s needs %s for %s, and the chart of accounts does not say it", form, what, key).
		With("ledger.chart").Hint("callout ledger account %s %s", key, how)
}

// leftOut names documents that a form cannot carry.
func leftOut(numbers []string, why string) []string {
	if len(numbers) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("left out, because %s: %s", why, strings.Join(numbers, ", "))}
}
