package ledger

import (
	"cmp"
	"slices"
	"strings"

	"callout/billing"
	"callout/calendar"
	"callout/party"
	"callout/store"
	"callout/work"
)

// A movement is what is handed on beside documents: a payment, a settlement, or money into or out of a retainer. What
// customers owe stands in one account (invoices, money given back) and what stands to their credit in another (payments,
// credit notes, debts given up). A settlement carries from the second to the first. So the first is at every
// date what the statements of all customers list as open, and the second what they list as credit that is not used.

// movements reads what moved on the days that are asked for, by id.
func movements(r store.Reader, days func(calendar.Date) bool) ([]store.ID, error) {
	var out []store.ID
	for p, err := range billing.Payments.Rows(r, "on", store.Range{}) {
		if err != nil {
			return nil, err
		}
		if days(p.On) {
			out = append(out, p.ID)
		}
	}
	for s, err := range billing.Settlements.Rows(r, "customer", store.Range{}) {
		if err != nil {
			return nil, err
		}
		if days(s.On) {
			out = append(out, s.ID)
		}
	}
	for e, err := range billing.RetainerEntries.All(r) {
		if err != nil {
			return nil, err
		}
		if e.Kind != billing.RetainerPaid && e.Kind != billing.RetainerRefunded {
			continue // what a document draws stands in the entry of the document
		}
		on, err := companyDay(r, e)
		if err != nil {
			return nil, err
		}
		if days(on) {
			out = append(out, e.ID)
		}
	}
	return out, nil
}

// companyDay is the day of a retainer's entry on the company's clock.
func companyDay(r store.Reader, e *billing.RetainerEntry) (calendar.Date, error) {
	company, err := party.TheCompany(r)
	if err != nil {
		return calendar.Date{}, err
	}
	zone, err := calendar.LoadZone("zone", company.Zone)
	return calendar.DateOf(e.At, zone), err
}

// addMovements makes the entries of movements. A settlement is booked with what it was made of where both are of one
// day and one book: a payment then goes straight to what it paid for, and only what is left of it to the customer's
// credit. Otherwise it is an entry of its own.
func (b *Book) addMovements(r store.Reader, ids []store.ID) error {
	var settled []*billing.Settlement
	for _, id := range ids {
		var err error
		switch id.Prefix() {
		case billing.Payments.Prefix():
			err = b.addPayment(r, id)
		case billing.RetainerEntries.Prefix():
			err = b.addRetainer(r, id)
		default:
			var s *billing.Settlement
			if s, err = billing.Settlements.Get(r, id); err == nil {
				settled = append(settled, s)
			}
		}
		if err != nil {
			return err
		}
	}
	slices.SortFunc(settled, func(x, y *billing.Settlement) int { return cmp.Compare(x.ID, y.ID) })
	for _, s := range settled {
		if err := b.addSettlement(r, s); err != nil {
			return err
		}
	}
	for i := range b.Entries {
		if err := b.Entries[i].close(); err != nil {
			return err
		}
	}
	b.Entries = slices.DeleteFunc(b.Entries, func(e Entry) bool { return len(e.Postings) == 0 && e.Kind == kindSettlement })
	slices.SortStableFunc(b.Entries, func(x, y Entry) int {
		return cmp.Or(x.On.Compare(y.On), x.rank()-y.rank(), cmp.Compare(len(x.Number), len(y.Number)), cmp.Compare(x.Number, y.Number))
	})
	return nil
}

// kindSettlement is the kind of entries that carry a credit to what it pays for.
const kindSettlement = "settlement"

// rank puts the entries of a day in the order in which they follow from one another.
func (e *Entry) rank() int {
	switch {
	case e.Kind == kindSettlement:
		return 3
	case e.Kind == string(billing.KindCreditNote):
		return 1
	case e.Document.Prefix() == billing.Invoices.Prefix():
		return 0
	}
	return 2
}

// begin makes the entry of something on a customer's account.
func (b *Book) begin(r store.Reader, customer store.ID, e Entry) (*Entry, error) {
	c, err := work.Customers.Get(r, customer)
	if err != nil {
		return nil, err
	}
	e.Customer, e.Currency = c.Name, b.Currency
	b.Entries = append(b.Entries, e)
	return &b.Entries[len(b.Entries)-1], nil
}

// addPayment books what moved between the bank, or what else gave or took it, and the customer's account.
func (b *Book) addPayment(r store.Reader, id store.ID) error {
	p, err := billing.Payments.Get(r, id)
	if err != nil {
		return err
	}
	kind := p.Kind
	if kind == billing.Reversal {
		of, err := billing.Payments.Get(r, p.Reverses)
		if err != nil {
			return err
		}
		kind = of.Kind
	}
	against := keyBank
	switch kind {
	case billing.WriteOff:
		against = keyWriteOff
	case billing.OutOfBand:
		against = keyOutOfBand
	}
	e, err := b.begin(r, p.Customer, Entry{
		Document: p.ID, Kind: string(p.Kind), Number: p.Number, On: p.On, Text: cmp.Or(p.Reference, p.Reason, string(p.Method)),
	})
	if err != nil {
		return err
	}
	if p.Owed {
		e.post(keyReceivable, b.Chart.receivable(), "", p.Amount)
		e.post(against, b.Chart.only(against), "", p.Amount.Neg())
		return nil
	}
	e.post(against, b.Chart.only(against), "", p.Amount)
	e.post(keyCredit, b.Chart.only(keyCredit), "", p.Amount.Neg())
	return nil
}

// addRetainer books money that was paid ahead, or back.
func (b *Book) addRetainer(r store.Reader, id store.ID) error {
	m, err := billing.RetainerEntries.Get(r, id)
	if err != nil {
		return err
	}
	x, err := billing.Retainers.Get(r, m.Retainer)
	if err != nil {
		return err
	}
	on, err := companyDay(r, m)
	if err != nil {
		return err
	}
	e, err := b.begin(r, x.Customer, Entry{
		Document: m.ID, Kind: "retainer " + string(m.Kind), Number: string(m.ID), On: on, Text: strings.TrimSpace(x.Title + " " + m.Reference),
	})
	if err != nil {
		return err
	}
	e.post(keyBank, b.Chart.only(keyBank), "", m.Amount)
	e.post(keyRetainer, b.Chart.only(keyRetainer), "", m.Amount.Neg())
	return nil
}

// addSettlement carries a credit to what it pays for, or back.
func (b *Book) addSettlement(r store.Reader, s *billing.Settlement) error {
	amount := s.Amount
	if s.Sign == -1 {
		amount = amount.Neg()
	}
	of := func(id store.ID) *Entry {
		i := slices.IndexFunc(b.Entries, func(e Entry) bool { return e.Document == id && e.On == s.On && e.Kind != kindSettlement })
		if i < 0 {
			return nil
		}
		return &b.Entries[i]
	}
	var e *Entry
	if s.To.Prefix() == billing.Payments.Prefix() { // what is given back is settled with what it gives back
		e = of(s.To)
	}
	if e == nil {
		e = of(s.From)
	}
	if e == nil {
		var err error
		from, err := nameOf(r, s.From)
		if err != nil {
			return err
		}
		to, err := nameOf(r, s.To)
		if err != nil {
			return err
		}
		if e, err = b.begin(r, s.Customer, Entry{Document: s.ID, Kind: kindSettlement, Number: from, On: s.On, Text: from + " for " + to}); err != nil {
			return err
		}
	}
	e.post(keyCredit, b.Chart.only(keyCredit), "", amount)
	e.post(keyReceivable, b.Chart.receivable(), "", amount.Neg())
	return nil
}

// nameOf is what people call a document or payment.
func nameOf(r store.Reader, id store.ID) (string, error) {
	if id.Prefix() == billing.Payments.Prefix() {
		p, err := billing.Payments.Get(r, id)
		if err != nil {
			return "", err
		}
		return p.Number, nil
	}
	inv, err := billing.Invoices.Get(r, id)
	if err != nil {
		return "", err
	}
	return inv.Name(), nil
}
