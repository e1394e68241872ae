package billing

import (
	"fmt"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Month is an accounting period: a calendar month by the company's clock. It is
// comparable with ==; the zero value is no month.
type Month struct {
	Year  int
	Month time.Month
}

// MonthOf is the month that a date lies in.
func MonthOf(d calendar.Date) Month { return Month{d.Year, d.Month} }

// ParseMonth reads a month as YYYY-MM.
func ParseMonth(field, s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() == 0 {
		return Month{}, fault.Invalidf(field, "%q is no month such as 2026-11", s).With("period.syntax").Hint("callout period list")
	}
	return Month{t.Year(), t.Month()}, nil
}

// First is the first day of the month.
func (m Month) First() calendar.Date { return calendar.NewDate(m.Year, m.Month, 1) }

// Last is the last day of the month.
func (m Month) Last() calendar.Date { return calendar.NewDate(m.Year, m.Month+1, 0) }

// Next is the month after.
func (m Month) Next() Month { return MonthOf(m.Last().AddDays(1)) }

// Before reports whether m is before o.
func (m Month) Before(o Month) bool { return m.First().Before(o.First()) }

// IsZero reports whether m is no month.
func (m Month) IsZero() bool { return m == Month{} }

// String writes YYYY-MM, or "" for no month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month))
}

// MarshalText writes YYYY-MM.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads YYYY-MM; an empty text is no month.
func (m *Month) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*m = Month{}
		return nil
	}
	*m, err = ParseMonth("month", string(b))
	return err
}

// Period is one closing of the books up to the end of a month, with the figures that stood
// then. Months before it are closed with it, whether or not anybody closed them by name.
type Period struct {
	store.Record
	Month    Month        `json:"month"`
	ClosedBy store.ID     `json:"closed_by"`
	ClosedAt time.Time    `json:"closed_at"` // authority's time
	Note     string       `json:"note,omitempty"`
	Figures  MonthFigures `json:"figures"`
	// Reopened is set once the month was opened again; a later closing is another record.
	Reopened *Reopening `json:"reopened,omitempty"`
}

// Reopening says who opened a closed month again, and why.
type Reopening struct {
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// PeriodRow is what tells which months are closed.
type PeriodRow struct {
	ID    store.ID `json:"id"`
	Month Month    `json:"month"`
}

// Periods holds the closings; "closed" has those that stand.
var Periods = store.Define(store.Def[Period, PeriodRow]{
	Name: "period", Prefix: "per", Title: "closed period",
	Row: func(p *Period) PeriodRow { return PeriodRow{p.ID, p.Month} },
	Indexes: []store.Index[Period]{
		{Name: "month", Keys: func(p *Period) []store.Key { return []store.Key{store.K(p.Month.String(), p.ClosedAt)} }},
		{Name: "closed", Keys: func(p *Period) []store.Key {
			if p.Reopened != nil {
				return nil
			}
			return []store.Key{store.K(p.Month.String())}
		}},
	},
})

// closedThrough returns the last month that is closed, or none.
func closedThrough(r store.Reader) (PeriodRow, error) {
	for row, err := range Periods.Rows(r, "closed", store.Range{Reverse: true}) {
		return row, err
	}
	return PeriodRow{}, nil
}

// shuts reports whether a date lies in what is closed.
func (p PeriodRow) shuts(on calendar.Date) bool {
	return !p.Month.IsZero() && !on.After(p.Month.Last())
}

// refuseClosed refuses to book anything on a date in a closed month.
func refuseClosed(r store.Reader, on calendar.Date) error {
	closed, err := closedThrough(r)
	if err != nil || !closed.shuts(on) {
		return err
	}
	return fault.Refusedf("%s lies in a closed period: the books are closed through %s", on, closed.Month).With("period.closed").
		Hint("--on %s", closed.Month.Next().First()).Hint(`callout period reopen %s --reason "…"`, closed.Month)
}

// ClosePeriod closes the books up to the end of a month: nothing is released, credited or
// booked with a date in it from then on. Work that is recorded later with a date in it counts
// for the first month that is open, see [LateWork]. Closing a month before it has ended takes a
// reason; a month that has not begun is not closed.
type ClosePeriod struct {
	Month Month `json:"month"`
}

// Name implements store.Command.
func (c *ClosePeriod) Name() string { return "period.close.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *ClosePeriod) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *ClosePeriod) DecidedByAuthority() {}

// Do implements store.Command.
func (c *ClosePeriod) Do(tx *store.Tx) error {
	today, err := companyDate(tx, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	closed, err := closedThrough(tx)
	if err != nil {
		return err
	}
	switch {
	case closed.shuts(c.Month.First()):
		return fault.Conflictf("%s is closed already: the books are closed through %s", c.Month, closed.Month).With("period.closed").
			Hint("callout period list")
	case today.Before(c.Month.First()):
		return fault.Refusedf("%s has not begun", c.Month).With("period.future").Hint("callout period close %s", MonthOf(today))
	case !today.After(c.Month.Last()) && tx.Env.Reason == "":
		return fault.Refusedf("%s has not ended; until %s nothing could be released any more", c.Month, c.Month.Next().First()).
			With("period.running").Hint(`callout period close %s --reason "…"`, c.Month)
	}
	p := &Period{Month: c.Month, ClosedBy: tx.Env.Actor.ID, ClosedAt: tx.Env.RecordedAt, Note: tx.Env.Reason}
	if p.Figures, err = figuresOf(tx, c.Month); err != nil {
		return err
	}
	p.ID = Periods.NewID(tx, c.Month.String())
	tx.Returns(p.ID, "")
	tx.Emit("period.closed", p.ID, map[string]any{"month": c.Month.String()})
	return Periods.Put(tx, p)
}

// ReopenPeriod opens the last closed month again. The reason is required, and under the
// four-eyes policy it is not done by whoever closed it.
type ReopenPeriod struct {
	Month Month `json:"month"`
}

// Name implements store.Command.
func (c *ReopenPeriod) Name() string { return "period.reopen.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *ReopenPeriod) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *ReopenPeriod) DecidedByAuthority() {}

// Do implements store.Command.
func (c *ReopenPeriod) Do(tx *store.Tx) error {
	why, err := reason(tx.Env.Reason, "opening a closed month again needs a reason")
	if err != nil {
		return err
	}
	closed, err := closedThrough(tx)
	if err != nil {
		return err
	}
	if closed.Month != c.Month {
		f := fault.Refusedf("%s is not closed", c.Month).With("period.open").Hint("callout period list")
		if closed.shuts(c.Month.First()) {
			f = fault.Refusedf("the books are closed through %s; the last month is opened first", closed.Month).
				With("period.order").Hint(`callout period reopen %s --reason "…"`, closed.Month)
		}
		return f
	}
	p, err := Periods.Get(tx, closed.ID)
	if err != nil {
		return err
	}
	policy, _, err := approval.Current(tx)
	if err != nil {
		return err
	}
	if !policy.Allows([]store.ID{p.ClosedBy}, tx.Env.Actor.ID) {
		who, err := party.NameOf(tx, p.ClosedBy)
		if err != nil {
			return err
		}
		return fault.Refusedf("%s closed %s and so does not open it again", who, c.Month).With("period.self").
			Hint(`callout period reopen %s --reason "…" --as NAME`, c.Month)
	}
	p.Reopened = &Reopening{By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: why}
	tx.Returns(p.ID, "")
	tx.Emit("period.reopened", p.ID, map[string]any{"month": c.Month.String(), "reason": why})
	return Periods.Put(tx, p)
}

// MonthFigures is what was booked in a month.
type MonthFigures struct {
	Invoices int          `json:"invoices"`
	Credits  int          `json:"credit_notes"`
	Net      money.Amount `json:"net"` // invoices less credit notes
	VAT      money.Amount `json:"vat"`
	Gross    money.Amount `json:"gross"`
	Received money.Amount `json:"received"` // payments less refunds and reversals
	GivenUp  money.Amount `json:"given_up"` // write-offs and what was given back in other ways
}

// figuresOf sums a month up.
func figuresOf(r store.Reader, m Month) (MonthFigures, error) {
	var f MonthFigures
	for _, kind := range InvoiceKinds() {
		rng := store.Range{Lo: store.K(string(kind), m.First().String()), Hi: store.K(string(kind), m.Next().First().String())}
		for row, err := range Invoices.Rows(r, "issued", rng) {
			if err != nil {
				return f, err
			}
			net, gross := row.Net, row.Gross
			if kind == KindCreditNote {
				f.Credits++
				net, gross = net.Neg(), gross.Neg()
			} else {
				f.Invoices++
			}
			f.Net, f.Gross, f.VAT = f.Net.Add(net), f.Gross.Add(gross), f.VAT.Add(gross.Sub(net))
		}
	}
	rng := store.Range{Lo: store.K(m.First().String()), Hi: store.K(m.Next().First().String())}
	for row, err := range Payments.Rows(r, "on", rng) {
		if err != nil {
			return f, err
		}
		kind, amount := row.Kind, row.Amount
		if row.Owed {
			amount = amount.Neg()
		}
		if kind == Reversal {
			p, err := Payments.Get(r, row.Reverses)
			if err != nil {
				return f, err
			}
			kind = p.Kind
		}
		switch kind {
		case MoneyIn, Refund:
			f.Received = f.Received.Add(amount)
		default:
			f.GivenUp = f.GivenUp.Add(amount)
		}
	}
	return f, nil
}

// equal reports whether two months' figures are the same.
func (f *MonthFigures) equal(o *MonthFigures) bool {
	return f.Invoices == o.Invoices && f.Credits == o.Credits && f.Net.Equal(o.Net) && f.VAT.Equal(o.VAT) &&
		f.Gross.Equal(o.Gross) && f.Received.Equal(o.Received) && f.GivenUp.Equal(o.GivenUp)
}
