package billing

import (
	"iter"

	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

// Ageing is what one customer owes on a day, by how long it has been due. Credit that is
// not used is shown beside, not taken off the oldest: nobody has said what it is for.
type Ageing struct {
	Customer store.ID     `json:"customer"`
	Name     string       `json:"name"`
	Current  money.Amount `json:"current"` // not due yet, or due on the day
	Days30   money.Amount `json:"days_1_30"`
	Days60   money.Amount `json:"days_31_60"`
	Days90   money.Amount `json:"days_61_90"`
	Older    money.Amount `json:"days_over_90"`
	Credit   money.Amount `json:"credit"`
	Balance  money.Amount `json:"balance"` // the sum of all, less the credit
}

// bucket is the sum that something so many days overdue counts under.
func (a *Ageing) bucket(days int) *money.Amount {
	const month = 30
	switch {
	case days <= 0:
		return &a.Current
	case days <= month:
		return &a.Days30
	case days <= 2*month:
		return &a.Days60
	case days <= 3*month:
		return &a.Days90
	}
	return &a.Older
}

// AgeingOf reads what a customer owes on a day.
func AgeingOf(r store.Reader, customer store.ID, on calendar.Date) (Ageing, error) {
	a, err := loadAccount(r, customer, on)
	if err != nil {
		return Ageing{}, err
	}
	row := Ageing{Customer: a.customer, Name: a.name, Credit: a.credit(), Balance: a.balance()}
	for i := range a.entries {
		if e := &a.entries[i]; e.owed {
			sum := row.bucket(overdue(e.due, on))
			*sum = sum.Add(e.left)
		}
	}
	return row, nil
}

// AgeingOfAll yields every customer who owes something on a day or has credit, by name.
func AgeingOfAll(r store.Reader, on calendar.Date) iter.Seq2[Ageing, error] {
	return func(yield func(Ageing, error) bool) {
		for c, err := range work.Customers.Rows(r, "name", store.Range{}) {
			if err != nil {
				yield(Ageing{}, err)
				return
			}
			row, err := AgeingOf(r, c.ID, on)
			if err == nil && row.Balance.IsZero() && row.Credit.IsZero() {
				continue
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
