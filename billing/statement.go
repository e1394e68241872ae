package billing

import (
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Statement is a customer's account over some days: what was owed before, what moved, what
// is owed after, and of what that consists. The closing balance is the sum of what is open
// less the credit that is not used; both are reached on different ways.
type Statement struct {
	Customer store.ID        `json:"customer"`
	Name     string          `json:"name"`
	Currency money.Currency  `json:"currency"`
	From     calendar.Date   `json:"from,omitzero"`
	To       calendar.Date   `json:"to"`
	Opening  money.Amount    `json:"opening"`
	Lines    []StatementLine `json:"lines"`
	Closing  money.Amount    `json:"closing"`
	Open     []OpenItem      `json:"open"`
	Credit   money.Amount    `json:"credit"` // not used
}

// StatementLine is one document or payment, and what is owed after it.
type StatementLine struct {
	On        calendar.Date `json:"on"`
	ID        store.ID      `json:"id"`
	Name      string        `json:"name"`
	Kind      string        `json:"kind"`
	Reference string        `json:"reference,omitempty"`
	Amount    money.Amount  `json:"amount"` // what it adds to what is owed
	Balance   money.Amount  `json:"balance"`
}

// OpenItem is what is open of one invoice at the end of a statement.
type OpenItem struct {
	ID      store.ID      `json:"id"`
	Name    string        `json:"name"`
	Due     calendar.Date `json:"due,omitzero"`
	Amount  money.Amount  `json:"amount"`
	Open    money.Amount  `json:"open"`
	Overdue int           `json:"overdue_days,omitempty"`
}

// StatementOf reads a customer's statement from a day to a day, both included. Without a
// first day it begins with the account.
func StatementOf(r store.Reader, customer store.ID, from, to calendar.Date) (*Statement, error) {
	if !from.IsZero() && to.Before(from) {
		return nil, fault.Invalidf("to", "%s is before %s", to, from).With("statement.days").Hint("--to %s", from)
	}
	a, err := loadAccount(r, customer, to)
	if err != nil {
		return nil, err
	}
	company, err := party.TheCompany(r)
	if err != nil {
		return nil, err
	}
	s := &Statement{Currency: company.Currency, Customer: a.customer, Name: a.name, From: from, To: to, Credit: a.credit()}
	for i := range a.entries {
		e := &a.entries[i]
		s.Closing = s.Closing.Add(e.signed(e.amount))
		if !from.IsZero() && e.on.Before(from) {
			s.Opening = s.Closing
		} else {
			s.Lines = append(s.Lines, StatementLine{
				On: e.on, ID: e.id, Name: e.name, Kind: e.kind, Reference: e.reference, Amount: e.signed(e.amount), Balance: s.Closing,
			})
		}
		if !e.owed || e.left.IsZero() {
			continue
		}
		s.Open = append(s.Open, OpenItem{ID: e.id, Name: e.name, Due: e.due, Amount: e.amount, Open: e.left, Overdue: overdue(e.due, to)})
	}
	return s, nil
}

// overdue is for how many days something has been due.
func overdue(due, on calendar.Date) int {
	if due.IsZero() || !on.After(due) {
		return 0
	}
	return due.DaysUntil(on)
}
