package billing

import (
	"cmp"
	"slices"

	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

// account is a customer's account as of a date: every released document and every payment,
// each with what is open of it on that date.
type account struct {
	customer store.ID
	name     string
	entries  []accountEntry // by date, documents before payments
}

// accountEntry is one line of an account.
type accountEntry struct {
	entry
	kind      string // "invoice", "credit-note", or a kind of payment
	reference string
	left      money.Amount // of the amount, not settled on the date
}

// signed is what the entry adds to what the customer owes.
func (e *accountEntry) signed(a money.Amount) money.Amount {
	if e.owed {
		return a
	}
	return a.Neg()
}

// loadAccount reads the account of a customer as of the end of a day; no date is everything.
func loadAccount(r store.Reader, customer store.ID, on calendar.Date) (*account, error) {
	c, err := work.Customers.Get(r, customer)
	if err != nil {
		return nil, err
	}
	a := &account{customer: c.ID, name: c.Name}
	later := func(d calendar.Date) bool { return !on.IsZero() && d.After(on) }
	for i, err := range Invoices.Rows(r, "customer", store.Prefix(store.K(customer))) {
		if err != nil {
			return nil, err
		}
		if i.Status != InvoiceReleased || later(i.IssuedOn) {
			continue
		}
		a.entries = append(a.entries, accountEntry{kind: string(i.Kind), left: i.Payable, entry: entry{
			id: i.ID, name: i.Number, customer: customer, amount: i.Payable, owed: i.Kind != KindCreditNote, on: i.IssuedOn, due: i.DueOn,
		}})
	}
	for p, err := range Payments.Rows(r, "customer", store.Prefix(store.K(customer))) {
		if err != nil {
			return nil, err
		}
		if later(p.On) {
			continue
		}
		a.entries = append(a.entries, accountEntry{kind: string(p.Kind), reference: p.Reference, left: p.Amount, entry: entry{
			id: p.ID, name: p.Number, customer: customer, amount: p.Amount, owed: p.Owed, on: p.On,
		}})
	}
	slices.SortStableFunc(a.entries, func(x, y accountEntry) int {
		return cmp.Or(x.on.Compare(y.on), x.rank()-y.rank(), cmp.Compare(len(x.name), len(y.name)), cmp.Compare(x.name, y.name))
	})
	at := make(map[store.ID]int, len(a.entries))
	for i := range a.entries {
		at[a.entries[i].id] = i
	}
	for s, err := range Settlements.Rows(r, "customer", store.Prefix(store.K(customer))) {
		if err != nil {
			return nil, err
		}
		if later(s.On) {
			continue
		}
		for _, id := range []store.ID{s.From, s.To} {
			if i, ok := at[id]; ok {
				a.entries[i].left = a.entries[i].left.Sub(s.Amount)
			}
		}
	}
	return a, nil
}

// rank puts the entries of one day in the order in which they follow from one another: documents as they are listed
// here from the end, and what is none, the payments, after them.
func (e *accountEntry) rank() int {
	return -slices.Index([]InvoiceKind{KindCreditNote, KindRetainage, KindDeposit, KindInvoice}, InvoiceKind(e.kind))
}

// balance is what the customer owes in all; what stands to the customer's credit is taken off.
func (a *account) balance() money.Amount {
	var sum money.Amount
	for i := range a.entries {
		e := &a.entries[i]
		sum = sum.Add(e.signed(e.left))
	}
	return sum
}

// credit is what stands to the customer's credit and is not used.
func (a *account) credit() money.Amount {
	var sum money.Amount
	for i := range a.entries {
		if e := &a.entries[i]; !e.owed {
			sum = sum.Add(e.left)
		}
	}
	return sum
}
