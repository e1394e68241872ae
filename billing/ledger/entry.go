package ledger

import (
	"cmp"
	"slices"

	"callout/billing"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Entry is one document, payment or settlement in double entry. Its postings come to zero, always.
type Entry struct {
	Document store.ID       `json:"document"`
	Kind     string         `json:"kind"` // of the document or payment, or settlement
	Number   string         `json:"number"`
	On       calendar.Date  `json:"on"`
	Customer string         `json:"customer"`
	Order    string         `json:"work_order"`
	Text     string         `json:"text"`
	Currency money.Currency `json:"currency"`
	Postings []Posting      `json:"postings"`
}

// Posting is one side of an entry.
type Posting struct {
	Key     string       `json:"key"` // of the chart
	Account Account      `json:"account"`
	TaxCode string       `json:"tax_code,omitempty"` // category and rate: "S 20"
	Amount  money.Amount `json:"amount"`             // a debit is positive, a credit negative
}

// Debit is what stands in the debit column of a journal: zero, where the posting is a credit.
func (p Posting) Debit() money.Amount { return positive(p.Amount) }

// Credit is what stands in the credit column: zero, where the posting is a debit.
func (p Posting) Credit() money.Amount { return positive(p.Amount.Neg()) }

func positive(a money.Amount) money.Amount {
	if a.Sign() < 0 {
		return money.Amount{}
	}
	return a
}

// entryOf brings a released document into double entry: what was earned and its tax, less discounts on the whole, is what the
// customer owes now, holds back, or has paid ahead. A deposit was not earned yet: the shop owes work for it until an invoice
// deducts it. A bill of retainage moves what was held back to what is owed. A credit note is the same with the sides
// changed; on its own it stands to the customer's credit, unless credits are not told apart, as in books without payments.
func entryOf(c *Chart, inv *billing.Invoice, credits bool) (Entry, error) {
	e := Entry{
		Document: inv.ID, Kind: string(inv.Kind), Number: inv.Number, On: inv.IssuedOn, Customer: inv.Buyer.Name,
		Order: inv.OrderNumber, Text: inv.Title, Currency: inv.Currency,
	}
	sign, owed := int64(1), keyReceivable
	if inv.Kind == billing.KindCreditNote {
		sign = -1
		e.Text = cmp.Or(inv.CreditsNumber, e.Text)
		if credits {
			owed = keyCredit
		}
	}
	e.post(owed, c.only(owed), "", inv.Payable().Mul(sign))
	if inv.Retained != nil {
		e.post(keyRetainage, c.only(keyRetainage), "", inv.Retained.Amount.Mul(sign))
	}
	for _, x := range inv.Releases {
		e.post(keyRetainage, c.only(keyRetainage), "", x.Amount.Mul(-sign))
	}
	for _, d := range inv.OnAccount {
		e.post(keyRetainer, c.only(keyRetainer), "", d.Amount.Mul(sign))
	}
	e.post(keyRounding, c.only(keyRounding), "", inv.Rounding.Mul(-sign))
	for _, l := range inv.Lines {
		key, a := c.revenue(l.Kind)
		e.post(key, a, taxCode(l.Category, l.Rate), l.Net.Mul(-sign))
	}
	for i := range inv.Allowances {
		key, way := keyDiscount, sign
		if inv.Allowances[i].Surcharge {
			key, way = keySurcharge, -sign
		}
		for _, p := range inv.Allowances[i].Parts {
			e.post(key, c.only(key), taxCode(p.Category, p.Rate), p.Net.Mul(way))
		}
	}
	for _, d := range inv.Deducted { // what the deposit invoice was booked as goes out again
		e.post(keyDeposit, c.only(keyDeposit), taxCode(d.Category, d.Rate), d.Net.Mul(sign))
	}
	for _, t := range inv.Taxes {
		key, a := c.tax(t.Category, t.Rate)
		e.post(key, a, taxCode(t.Category, t.Rate), t.VAT.Mul(-sign))
	}
	return e, e.close()
}

// close leaves out what comes to nothing. An entry that does not come to zero is never handed on: neither hledger nor
// beancount minds half a cent.
func (e *Entry) close() error {
	e.Postings = slices.DeleteFunc(e.Postings, func(p Posting) bool { return p.Amount.IsZero() })
	var sum money.Amount
	for _, p := range e.Postings {
		sum = sum.Add(p.Amount)
	}
	if !sum.IsZero() {
		return fault.Internalf("the entry of %s does not come to zero but to %s", e.Number, sum).With("ledger.unbalanced").
			Hint("callout audit verify")
	}
	return nil
}

// post adds to the posting of an account and tax, or makes it.
func (e *Entry) post(key string, a Account, tax string, amount money.Amount) {
	i := slices.IndexFunc(e.Postings, func(p Posting) bool { return p.Account == a && p.TaxCode == tax })
	if i < 0 {
		e.Postings = append(e.Postings, Posting{key, a, tax, amount})
		return
	}
	e.Postings[i].Amount = e.Postings[i].Amount.Add(amount)
}

// taxCode is a tax in a few characters: category and rate.
func taxCode(category string, rate money.Percent) string { return category + " " + rate.String() }

// Book is what is handed on at once: documents with their entries, in order of date, invoices before credit notes, and number.
type Book struct {
	Chart    *Chart
	Batch    string // number of the batch, if it is one
	Currency money.Currency
	Invoices []*billing.Invoice
	Entries  []Entry
}

// newBook sorts documents and makes their entries. With credits, what stands to a customer's credit is told apart from
// what the customer owes.
func newBook(c *Chart, batch string, cur money.Currency, docs []*billing.Invoice, credits bool) (*Book, error) {
	slices.SortFunc(docs, func(a, b *billing.Invoice) int {
		return cmp.Or(a.IssuedOn.Compare(b.IssuedOn), cmp.Compare(b.Kind, a.Kind), // what is credited goes before the credit
			cmp.Compare(len(a.Number), len(b.Number)), cmp.Compare(a.Number, b.Number))
	})
	b := &Book{Chart: c, Batch: batch, Currency: cur, Invoices: docs}
	for _, inv := range docs {
		e, err := entryOf(c, inv, credits)
		if err != nil {
			return nil, err
		}
		b.Entries = append(b.Entries, e)
	}
	return b, nil
}
