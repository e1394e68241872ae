package billing

import (
	"callout/calendar"
	"callout/money"
	"callout/store"
)

// Receivable is how a released document stands: what was paid, credited and given up of it,
// and what is open. It is read off the settlements whenever somebody asks.
type Receivable struct {
	Invoice    store.ID      `json:"invoice"`
	Gross      money.Amount  `json:"gross"`
	Paid       money.Amount  `json:"paid"`
	Credited   money.Amount  `json:"credited"`    // by its own credit notes
	WrittenOff money.Amount  `json:"written_off"` // given up
	Open       money.Amount  `json:"open"`        // of a credit note: what is not used of it
	Surplus    money.Amount  `json:"surplus"`     // came in or was credited beyond it, and is not used
	Status     PaymentStatus `json:"status"`
	// Overdue is for how many days it has been due, with something open.
	Overdue int `json:"overdue_days,omitempty"`
}

// PaymentStatus is the derived word for how a document stands.
type PaymentStatus string

// The words. The last two are those of credit notes.
const (
	PayOpen       PaymentStatus = "open"
	PayPart       PaymentStatus = "part-paid"
	PayPaid       PaymentStatus = "paid"
	PayOver       PaymentStatus = "over-paid"
	PayOverdue    PaymentStatus = "overdue"
	PayCredited   PaymentStatus = "credited"
	PayWrittenOff PaymentStatus = "written-off"
	PayCredit     PaymentStatus = "credit"  // something of it stands to the customer's credit
	PaySettled    PaymentStatus = "settled" // all of it is used
)

// PaymentStatuses lists the words in the order in which people should see them.
func PaymentStatuses() []PaymentStatus {
	return []PaymentStatus{PayOpen, PayPart, PayOverdue, PayPaid, PayOver, PayCredited, PayWrittenOff, PayCredit, PaySettled}
}

// ReceivableOf reads how a document stands on a day; for one that is not released there is
// nothing to pay yet, and ok is false.
func ReceivableOf(r store.Reader, inv *InvoiceRow, today calendar.Date) (rec Receivable, ok bool, err error) {
	if inv.Status != InvoiceReleased {
		return rec, false, nil
	}
	rec = Receivable{Invoice: inv.ID, Gross: inv.Gross, Open: inv.Payable}
	e := entry{id: inv.ID, owed: inv.Kind != KindCreditNote}
	for s, err := range Settlements.Rows(r, e.index(), store.Prefix(store.K(inv.ID))) {
		if err != nil {
			return rec, false, err
		}
		rec.Open = rec.Open.Sub(s.Amount)
		if !e.owed {
			continue
		}
		sum, err := rec.column(r, s.From)
		if err != nil {
			return rec, false, err
		}
		*sum = sum.Add(s.Amount)
	}
	if !e.owed {
		rec.Status = PaySettled
		if !rec.Open.IsZero() {
			rec.Status = PayCredit
		}
		return rec, true, nil
	}
	if rec.Surplus, err = surplusOf(r, inv.ID); err != nil {
		return rec, false, err
	}
	rec.derive(inv.DueOn, today)
	return rec, true, nil
}

// column is the sum that a credit counts under.
func (rec *Receivable) column(r store.Reader, from store.ID) (*money.Amount, error) {
	if from.Prefix() == Invoices.Prefix() {
		cn, err := Invoices.Get(r, from)
		if err == nil && cn.Credits == rec.Invoice {
			return &rec.Credited, nil
		}
		return &rec.Paid, err
	}
	p, err := Payments.Get(r, from)
	if err == nil && p.Kind == WriteOff {
		return &rec.WrittenOff, nil
	}
	return &rec.Paid, err
}

// derive says the word for the sums.
func (rec *Receivable) derive(due, today calendar.Date) {
	switch {
	case rec.Open.Sign() > 0 && today.After(due):
		rec.Status, rec.Overdue = PayOverdue, due.DaysUntil(today)
	case rec.Open.Sign() > 0 && rec.Paid.Sign() > 0:
		rec.Status = PayPart
	case rec.Open.Sign() > 0:
		rec.Status = PayOpen
	case rec.Surplus.Sign() > 0:
		rec.Status = PayOver
	case rec.WrittenOff.Sign() > 0:
		rec.Status = PayWrittenOff
	case rec.Paid.IsZero() && rec.Credited.Sign() > 0:
		rec.Status = PayCredited
	default:
		rec.Status = PayPaid
	}
}

// surplusOf is what came in for an invoice, or was credited of it, beyond what it asked
// for, as far as nothing was done with it since.
func surplusOf(r store.Reader, invoice store.ID) (money.Amount, error) {
	var sum money.Amount
	add := func(id store.ID) error {
		e, err := entryOf(r, id)
		if err != nil {
			return err
		}
		left, err := e.open(r)
		sum = sum.Add(left)
		return err
	}
	for id, err := range Payments.IDs(r, "for", store.K(invoice)) {
		if err != nil {
			return sum, err
		}
		if err := add(id); err != nil {
			return sum, err
		}
	}
	for cn, err := range Invoices.By(r, "credits", store.K(invoice)) {
		if err != nil {
			return sum, err
		}
		if cn.Status != InvoiceReleased {
			continue
		}
		if err := add(cn.ID); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// payOriginal lets a credit note that was just released take off what is open of its invoice.
// What it credits beyond that stands to the customer's credit.
func (inv *Invoice) payOriginal(tx *store.Tx) error {
	from := entry{id: inv.ID, customer: inv.Customer, amount: inv.Payable(), on: inv.IssuedOn}
	to, err := entryOf(tx, inv.Credits)
	if err != nil {
		return err
	}
	open, err := to.open(tx)
	if err != nil {
		return err
	}
	return payOff(tx, &from, &to, less(open, inv.Payable()))
}
