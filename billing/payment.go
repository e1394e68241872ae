package billing

import (
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Payment is money that moved between the shop and a customer, or a debt that was given
// up, as somebody recorded it. It is never edited: a wrong one is reversed by another.
// What it pays for is said by settlements, see [Settlement].
type Payment struct {
	store.Record
	Number    string        `json:"number"`
	Kind      PaymentKind   `json:"kind"`
	Customer  store.ID      `json:"customer"`
	Amount    money.Amount  `json:"amount"` // more than nothing; the kind says which way
	On        calendar.Date `json:"on"`
	Method    PaymentMethod `json:"method,omitempty"`
	Reference string        `json:"reference,omitempty"` // the bank's, or the customer's
	// For are the invoices that it was paid for, as the customer or the clerk said.
	For []store.ID `json:"for,omitempty"`
	// Of is what a refund gives back of: a payment or a credit note.
	Of       store.ID  `json:"of,omitempty"`
	Reverses store.ID  `json:"reverses,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	By       store.ID  `json:"by"`
	At       time.Time `json:"at"` // authority's time
	// Owed says on which side of the account it stands: the customer owes it, as after a refund.
	Owed bool `json:"owed,omitempty"`
}

// PaymentKind says what moved.
type PaymentKind string

// The kinds. A reversal stands on the other side than what it reverses.
const (
	MoneyIn   PaymentKind = "payment"
	Refund    PaymentKind = "refund"
	OutOfBand PaymentKind = "out-of-band" // given back in another way, such as goods or another account
	WriteOff  PaymentKind = "write-off"   // a debt that is given up
	Reversal  PaymentKind = "reversal"
)

// PaymentMethod says how money moved.
type PaymentMethod string

// PaymentMethods lists the methods.
func PaymentMethods() []PaymentMethod {
	return []PaymentMethod{"transfer", "cash", "card", "cheque", "direct-debit", "other"}
}

// PaymentRow is what a list of payments shows.
type PaymentRow struct {
	ID        store.ID      `json:"id"`
	Number    string        `json:"number"`
	Kind      PaymentKind   `json:"kind"`
	Customer  store.ID      `json:"customer"`
	Amount    money.Amount  `json:"amount"`
	On        calendar.Date `json:"on"`
	Method    PaymentMethod `json:"method,omitempty"`
	Reference string        `json:"reference,omitempty"`
	Owed      bool          `json:"owed,omitempty"`
	Of        store.ID      `json:"of,omitempty"`
	Reverses  store.ID      `json:"reverses,omitempty"`
}

// Payments holds the payments: by customer and date, by date, by the invoice that they
// were paid for last, and by what they reverse.
var Payments = store.Define(store.Def[Payment, PaymentRow]{
	Name: "payment", Prefix: "pay", Title: "payment",
	Row: func(p *Payment) PaymentRow {
		return PaymentRow{p.ID, p.Number, p.Kind, p.Customer, p.Amount, p.On, p.Method, p.Reference, p.Owed, p.Of, p.Reverses}
	},
	Indexes: []store.Index[Payment]{
		{Name: "customer", Keys: func(p *Payment) []store.Key { return []store.Key{store.K(p.Customer, p.On.String())} }},
		{Name: "on", Keys: func(p *Payment) []store.Key { return []store.Key{store.K(p.On.String())} }},
		{Name: "for", Keys: func(p *Payment) []store.Key {
			if len(p.For) == 0 {
				return nil
			}
			return []store.Key{store.K(p.For[len(p.For)-1])}
		}},
		{
			Name: "reverses", Unique: true,
			Keys: func(p *Payment) []store.Key {
				if p.Reverses == "" {
					return nil
				}
				return []store.Key{store.K(p.Reverses)}
			},
			Clash: func(*Payment) string { return "it is reversed already" },
		},
	},
})

// paymentSeries is the run of numbers of payments. They do not go on documents, so it
// runs through the years.
func paymentSeries() store.Series { return store.Series{Name: "PAY", Format: "PAY-%d", First: 1001} }

// record writes a new payment with its number, after the checks that hold for every kind.
func (p *Payment) record(tx *store.Tx) error {
	var err error
	if p.Amount, err = stated(tx, "amount", p.Amount); err != nil {
		return err
	}
	if p.Amount.Sign() <= 0 {
		return fault.Invalidf("amount", "it is more than nothing that is paid, given back or given up").With("payment.amount").
			Hint("callout payment refund PAY-… (for money that goes back)")
	}
	if p.On, err = bookingDate(tx, p.On); err != nil {
		return err
	}
	if p.Reference, err = line("reference", p.Reference); err != nil {
		return err
	}
	if p.Method != "" && !slices.Contains(PaymentMethods(), p.Method) {
		return fault.Invalidf("method", "%q is no way to pay", p.Method).With("payment.method").
			Hint("--method %s", joined(PaymentMethods(), "|"))
	}
	if _, err := work.Customers.Get(tx, p.Customer); err != nil {
		return err
	}
	p.ID = Payments.NewID(tx, string(p.Kind)+"/"+string(p.Of)+"/"+string(p.Reverses))
	p.By, p.At = tx.Env.Actor.ID, tx.Env.RecordedAt
	if p.Number, err = tx.TakeNumber(paymentSeries(), p.ID); err != nil {
		return err
	}
	tx.Returns(p.ID, p.Number)
	tx.Emit("payment."+string(p.Kind), p.ID, map[string]any{
		"number": p.Number, "customer": p.Customer, "amount": p.Amount.String(), "on": p.On.String(),
	})
	return Payments.Put(tx, p)
}

// bookingDate is the date under which something is booked: today by the company's clock
// where none is given, never later, and never in a period that is closed.
func bookingDate(tx *store.Tx, on calendar.Date) (calendar.Date, error) {
	today, err := companyDate(tx, tx.Env.RecordedAt)
	if err != nil {
		return on, err
	}
	if on.IsZero() {
		if on, err = companyDate(tx, tx.Env.OccurredAt); err != nil {
			return on, err
		}
	}
	if on.After(today) {
		return on, fault.Invalidf("on", "%s is in the future; today is %s", on, today).With("payment.future").Hint("--on %s", today)
	}
	return on, refuseClosed(tx, on)
}

// companyDate is the date that the company's clock shows at an instant.
func companyDate(r store.Reader, at time.Time) (calendar.Date, error) {
	company, err := party.TheCompany(r)
	if err != nil {
		return calendar.Date{}, err
	}
	zone, err := calendar.LoadZone("zone", company.Zone)
	return calendar.DateOf(at, zone), err
}

// joined lists words of any text type.
func joined[T ~string](words []T, sep string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, sep)
}
