package billing

import (
	"callout/calendar"
	"callout/money"
	"callout/store"
)

// PaymentView is a payment with what it is settled with.
type PaymentView struct {
	Payment     Payment          `json:"payment"`
	Settlements []SettlementView `json:"settlements"` // by age, those taken back as negative sums
	Unused      money.Amount     `json:"unused"`
}

// SettlementView is one settlement, seen from one side.
type SettlementView struct {
	On     calendar.Date `json:"on"`
	ID     store.ID      `json:"id"` // the other side
	With   string        `json:"with"`
	Amount money.Amount  `json:"amount"`
}

// PaymentOf reads a payment with its settlements.
func PaymentOf(r store.Reader, id store.ID) (*PaymentView, error) {
	p, err := Payments.Get(r, id)
	if err != nil {
		return nil, err
	}
	e, err := entryOf(r, id)
	if err != nil {
		return nil, err
	}
	v := &PaymentView{Payment: *p, Settlements: []SettlementView{}}
	for s, err := range Settlements.Rows(r, e.index(), store.Prefix(store.K(id))) {
		if err != nil {
			return nil, err
		}
		other := s.To
		if e.owed {
			other = s.From
		}
		o, err := entryOf(r, other)
		if err != nil {
			return nil, err
		}
		v.Settlements = append(v.Settlements, SettlementView{On: s.On, ID: other, With: o.name, Amount: s.Amount})
	}
	v.Unused, err = e.open(r)
	return v, err
}
