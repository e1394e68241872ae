package billing

import (
	"fmt"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Settlement says that a part of what stands to a customer's credit pays for a part of
// what the customer owes. Credit are payments, credit notes, write-offs and reversed
// refunds; owed are invoices, refunds and reversed payments. Settlements are never changed
// and never deleted: one that no longer holds is taken back by another. What is open of
// anything is its amount less its settlements, and nothing else says so.
type Settlement struct {
	store.Record
	Customer store.ID      `json:"customer"`
	From     store.ID      `json:"from"` // the credit
	To       store.ID      `json:"to"`   // what is owed
	Amount   money.Amount  `json:"amount"`
	Sign     int           `json:"sign"` // +1 settles, −1 takes back
	Reverses store.ID      `json:"reverses,omitempty"`
	On       calendar.Date `json:"on"` // no earlier than either side
}

// effect is what the settlement adds to what is settled.
func (s *Settlement) effect() money.Amount {
	if s.Sign == -1 {
		return s.Amount.Neg()
	}
	return s.Amount
}

// SettlementRow is what sums are made of.
type SettlementRow struct {
	ID     store.ID      `json:"id"`
	From   store.ID      `json:"from"`
	To     store.ID      `json:"to"`
	Amount money.Amount  `json:"amount"` // negative where it takes back
	On     calendar.Date `json:"on"`
}

// Settlements holds the settlements: by customer, by each side, and those that take one back.
var Settlements = store.Define(store.Def[Settlement, SettlementRow]{
	Name: "settlement", Prefix: "stl", Title: "settlement",
	Row: func(s *Settlement) SettlementRow { return SettlementRow{s.ID, s.From, s.To, s.effect(), s.On} },
	Indexes: []store.Index[Settlement]{
		{Name: "customer", Keys: func(s *Settlement) []store.Key { return []store.Key{store.K(s.Customer)} }},
		{Name: "from", Keys: func(s *Settlement) []store.Key { return []store.Key{store.K(s.From)} }},
		{Name: "to", Keys: func(s *Settlement) []store.Key { return []store.Key{store.K(s.To)} }},
		{Name: "reverses", Keys: func(s *Settlement) []store.Key {
			if s.Reverses == "" {
				return nil
			}
			return []store.Key{store.K(s.Reverses)}
		}},
	},
})

// entry is one side of a settlement: a document or a payment on a customer's account.
type entry struct {
	id       store.ID
	name     string
	customer store.ID
	amount   money.Amount
	owed     bool // the customer owes it
	on       calendar.Date
	due      calendar.Date // of an invoice
}

// entryOf reads a released document or a payment as an entry of its customer's account.
func entryOf(r store.Reader, id store.ID) (entry, error) {
	if id.Prefix() == Payments.Prefix() {
		p, err := Payments.Get(r, id)
		if err != nil {
			return entry{}, err
		}
		return entry{id: p.ID, name: p.Number, customer: p.Customer, amount: p.Amount, owed: p.Owed, on: p.On}, nil
	}
	inv, err := Invoices.Get(r, id)
	if err != nil {
		return entry{}, err
	}
	if inv.Status != InvoiceReleased {
		return entry{}, fault.Refusedf("the %s %s is %s; only a released one is paid", inv.word(), inv.Name(), inv.Status).
			With("payment.unreleased").Hint("callout invoice gate %s", inv.Name())
	}
	return entry{
		id: inv.ID, name: inv.Number, customer: inv.Customer, amount: inv.Payable(), owed: inv.Kind != KindCreditNote,
		on: inv.IssuedOn, due: inv.DueOn,
	}, nil
}

// index is the index of settlements that an entry's side stands in.
func (e *entry) index() string {
	if e.owed {
		return "to"
	}
	return "from"
}

// open is how much of the entry no settlement covers.
func (e *entry) open(r store.Reader) (money.Amount, error) {
	left := e.amount
	for s, err := range Settlements.Rows(r, e.index(), store.Prefix(store.K(e.id))) {
		if err != nil {
			return left, err
		}
		left = left.Sub(s.Amount)
	}
	return left, nil
}

// payOff lets a credit pay for what is owed: so much of it, and no more than is open on either side.
func payOff(tx *store.Tx, from, to *entry, amount money.Amount) error {
	if amount.IsZero() {
		return nil
	}
	s := &Settlement{Customer: from.customer, From: from.id, To: to.id, Amount: amount, Sign: 1, On: latest(from.on, to.on)}
	s.ID = Settlements.NewID(tx, string(from.id)+"/"+string(to.id))
	return Settlements.Put(tx, s)
}

// unsettle takes so much of a settlement back, as of a date.
func (s *Settlement) unsettle(tx *store.Tx, amount money.Amount, on calendar.Date) error {
	back := *s
	back.Record = store.Record{ID: Settlements.NewID(tx, "back/"+string(s.ID))}
	back.Amount, back.Sign, back.Reverses, back.On = amount, -1, s.ID, latest(s.On, on)
	return Settlements.Put(tx, &back)
}

// standing lists the settlements of an entry that hold, each with how much of it, oldest first.
func (e *entry) standing(r store.Reader) ([]Settlement, error) {
	var out []Settlement
	for s, err := range Settlements.By(r, e.index(), store.K(e.id)) {
		if err != nil {
			return nil, err
		}
		if s.Sign == -1 {
			continue
		}
		for back, err := range Settlements.By(r, "reverses", store.K(s.ID)) {
			if err != nil {
				return nil, err
			}
			s.Amount = s.Amount.Sub(back.Amount)
		}
		if !s.Amount.IsZero() {
			out = append(out, *s)
		}
	}
	return out, nil
}

func latest(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// less is the smaller of two amounts.
func less(a, b money.Amount) money.Amount {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

// checkLedger holds the ledger of payments: nothing in it changes, every settlement joins a
// credit and a debt of one customer, and no side is settled beyond its amount.
func checkLedger(tx *store.Tx) error {
	payments, err := Payments.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range payments {
		if ch.Before != nil {
			return broken("payment.fixed", "a payment never changes; it is reversed")
		}
	}
	settlements, err := Settlements.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range settlements {
		if ch.Before != nil {
			return broken("settlement.fixed", "a settlement never changes; it is taken back")
		}
		if err := ch.After.balance(tx); err != nil {
			return err
		}
	}
	return nil
}

// balance holds one settlement to its two sides, and to the settlement that it takes back.
func (s *Settlement) balance(r store.Reader) error {
	for _, side := range []struct {
		id   store.ID
		owed bool
	}{{s.From, false}, {s.To, true}} {
		e, err := entryOf(r, side.id)
		if err != nil {
			return err
		}
		if e.owed != side.owed || e.customer != s.Customer || s.On.Before(e.on) {
			return broken("settlement.sides", "a settlement joins a credit and a debt of one customer, no earlier than either; %s does not fit", e.name)
		}
		left, err := e.open(r)
		if err != nil {
			return err
		}
		if left.Sign() < 0 || left.Cmp(e.amount) > 0 {
			return broken("settlement.over", "%s is over %s, and %s of it would be settled", e.name, e.amount, e.amount.Sub(left))
		}
	}
	if s.Amount.Sign() <= 0 || (s.Sign == -1) != (s.Reverses != "") {
		return broken("settlement.amount", "a settlement is over more than nothing, and takes back only what it names")
	}
	if s.Sign == 1 {
		return nil
	}
	orig, err := Settlements.Get(r, s.Reverses)
	if err != nil {
		return err
	}
	left := orig.Amount
	for back, err := range Settlements.By(r, "reverses", store.K(orig.ID)) {
		if err != nil {
			return err
		}
		left = left.Sub(back.Amount)
	}
	if orig.Sign == -1 || orig.From != s.From || orig.To != s.To || left.Sign() < 0 || s.On.Before(orig.On) {
		return broken("settlement.reversal", "a settlement takes back what it does not fit")
	}
	return nil
}

// auditLedger recomputes every settlement, and looks for gaps in the numbers of payments.
func auditLedger(r store.Reader, report func(store.ID, string)) error {
	for s, err := range Settlements.All(r) {
		if err != nil {
			return err
		}
		if err := s.balance(r); err != nil {
			report(s.ID, err.Error())
		}
	}
	n := 0
	for p, err := range Payments.All(r) {
		if err != nil {
			return err
		}
		n++
		if id, err := store.Resolve(r, p.Number); err != nil || id != p.ID {
			report(p.ID, fmt.Sprintf("its number %q does not lead to it", p.Number))
		}
	}
	last, err := store.LastNumber(r, paymentSeries().Name)
	if given := max(int(last)-int(paymentSeries().First)+1, 0); err == nil && given != n { //nolint:gosec // far below the limits
		report("", fmt.Sprintf("%d payments were numbered, but %d are there", given, n))
	}
	return err
}
