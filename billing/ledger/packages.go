package ledger

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"callout/billing"
	"callout/calendar"
	"callout/money"
)

// dueOn is the day by which a document is to be paid, which both programs insist on.
func dueOn(inv *billing.Invoice) calendar.Date {
	if inv.DueOn.IsZero() {
		return inv.IssuedOn
	}
	return inv.DueOn
}

// writeQuickBooks writes invoices as QuickBooks Online imports them: a row for each line, with the columns that its
// import maps. Dates are written year first, which its import lets one choose. It takes no credit notes this
// way, and no more than 21 characters of a number.
func writeQuickBooks(w io.Writer, b *Book) ([]string, error) {
	const longest = 21
	var rows [][]string
	var credits, long []string
	var taken []*billing.Invoice
	for _, inv := range b.Invoices {
		switch {
		case inv.Kind == billing.KindCreditNote:
			credits = append(credits, inv.Number)
			continue
		case len(inv.Number) > longest:
			long = append(long, inv.Number)
			continue
		}
		taken = append(taken, inv)
		for _, l := range sales(b.Chart, inv) {
			key, tax := b.Chart.tax(l.category, l.rate)
			if tax.TaxType == "" {
				return nil, needs("QuickBooks", key, "the name of the tax code", `--tax-type "20.0% S"`)
			}
			rows = append(rows, []string{
				inv.Number, text(inv.Buyer.Name), inv.IssuedOn.String(), dueOn(inv).String(), terms(inv), l.on.String(),
				l.account.ref(), text(l.text), l.qty.String(), l.price.String(), l.amount.Fixed(inv.Currency), text(tax.TaxType),
				text(inv.OrderNumber + " " + inv.Title),
			})
		}
	}
	notes := slices.Concat(leftOut(credits, "QuickBooks imports no credit notes"), leftOut(long, "QuickBooks takes 21 characters of a number"),
		otherwise("QuickBooks", taken))
	return notes, records(w, []string{
		"*Invoice number", "*Customer", "*Invoice date", "*Due date", "Terms", "Service Date",
		"Item(Product/Service)", "Item Description", "Item Quantity", "Item Rate", "*Item Amount", "Item tax code", "Memo",
	}, rows)
}

func terms(inv *billing.Invoice) string {
	if inv.PaymentDays == 0 {
		return "Due on receipt"
	}
	return fmt.Sprintf("Net %d", inv.PaymentDays)
}

// writeXero writes documents as Xero imports them: a row for each line, prices without tax, dates day first, and what a
// credit note takes back as negative quantities. Xero computes tax and totals anew, line by line: where it
// would come to another total, that is said. It takes 500 documents a file.
func writeXero(w io.Writer, b *Book) ([]string, error) {
	const most = 500
	var rows [][]string
	var notes, differ []string
	for _, inv := range b.Invoices {
		for _, l := range sales(b.Chart, inv) {
			key, tax := b.Chart.tax(l.category, l.rate)
			if tax.TaxType == "" {
				return nil, needs("Xero", key, "the name of the tax rate", `--tax-type "20% (VAT on Income)"`)
			}
			if l.account.Code == "" {
				return nil, needs("Xero", l.key, "an account code", "--code 200")
			}
			qty := l.qty
			if inv.Kind == billing.KindCreditNote {
				qty = qty.Neg()
			}
			rows = append(rows, []string{
				text(inv.Buyer.Name), text(inv.Buyer.Email), inv.Number, text(strings.TrimSpace(inv.OrderNumber + " " + inv.Reference)),
				dayFirst(inv.IssuedOn), dayFirst(dueOn(inv)), text(l.text), qty.String(), l.price.String(), text(l.account.Code), text(tax.TaxType),
				inv.Currency.Code(),
			})
		}
		if vat := taxByLine(b.Chart, inv); !vat.Equal(inv.VAT) {
			differ = append(differ, fmt.Sprintf("%s (%s, not %s)", inv.Number, vat.Fixed(inv.Currency), inv.VAT.Fixed(inv.Currency)))
		}
	}
	if len(differ) > 0 {
		notes = append(notes, "Xero computes tax by the line, and would come to another tax: "+strings.Join(differ, ", "))
	}
	notes = append(notes, otherwise("Xero", b.Invoices)...)
	if len(b.Invoices) > most {
		notes = append(notes, fmt.Sprintf("Xero takes 500 documents a file, and these are %d: write the months by themselves (--from, --to)", len(b.Invoices)))
	}
	return notes, records(w, []string{
		"*ContactName", "EmailAddress", "*InvoiceNumber", "Reference", "*InvoiceDate", "*DueDate",
		"*Description", "*Quantity", "*UnitAmount", "*AccountCode", "*TaxType", "Currency",
	}, rows)
}

// taxByLine is what a program comes to that rounds the tax of every line by itself.
func taxByLine(c *Chart, inv *billing.Invoice) money.Amount {
	var sum money.Amount
	for _, l := range sales(c, inv) {
		sum = sum.Add(money.VAT(l.amount, l.rate, inv.Currency, money.HalfAway))
	}
	return sum
}

func dayFirst(d calendar.Date) string { return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year) }
