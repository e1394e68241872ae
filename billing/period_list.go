package billing

import (
	"fmt"

	"callout/calendar"
	"callout/store"
)

// MonthView is one month as a list shows it.
type MonthView struct {
	Month   Month        `json:"month"`
	Status  string       `json:"status"` // "open" or "closed"
	Figures MonthFigures `json:"figures"`
	// Closing is the record that closed it, with later months or by itself.
	Closing *Period `json:"closing,omitempty"`
	Late    int     `json:"late,omitempty"` // records that came in after the closing
}

// maxMonths bounds how far back a list goes: an instant that somebody mistyped must not make
// thousands of rows.
const maxMonths = 600

// MonthsOf lists the months in which something was booked or closed, up to a day's, the oldest first.
func MonthsOf(r store.Reader, today calendar.Date) ([]MonthView, error) {
	last := MonthOf(today)
	first := last
	for _, kind := range InvoiceKinds() {
		for row, err := range Invoices.Rows(r, "issued", store.Prefix(store.K(string(kind)))) {
			if err != nil {
				return nil, err
			}
			if m := MonthOf(row.IssuedOn); m.Before(first) {
				first = m
			}
			break
		}
	}
	for row, err := range Payments.Rows(r, "on", store.Range{}) {
		if err != nil {
			return nil, err
		}
		if m := MonthOf(row.On); m.Before(first) {
			first = m
		}
		break
	}
	for row, err := range Periods.Rows(r, "month", store.Range{}) {
		if err != nil {
			return nil, err
		}
		if row.Month.Before(first) {
			first = row.Month
		}
		if last.Before(row.Month) {
			last = row.Month
		}
	}
	closed, err := closedThrough(r)
	if err != nil {
		return nil, err
	}
	var out []MonthView
	for m := first; !last.Before(m) && len(out) < maxMonths; m = m.Next() {
		v := MonthView{Month: m, Status: "open"}
		if v.Figures, err = figuresOf(r, m); err != nil {
			return nil, err
		}
		if closed.shuts(m.First()) {
			v.Status = "closed"
			if v.Closing, err = closingOf(r, m); err != nil {
				return nil, err
			}
		}
		for _, err := range LateItems.IDs(r, "month", store.K(m.String())) {
			if err != nil {
				return nil, err
			}
			v.Late++
		}
		out = append(out, v)
	}
	return out, nil
}

// closingOf is the closing that shut a month: its own, or the first of a later month.
func closingOf(r store.Reader, m Month) (*Period, error) {
	for row, err := range Periods.Rows(r, "closed", store.Range{Lo: store.K(m.String())}) {
		if err != nil {
			return nil, err
		}
		return Periods.Get(r, row.ID)
	}
	return nil, nil
}

// checkPeriods holds that nothing is booked with a date in a closed month, whichever command
// comes along, and that closings stand.
func checkPeriods(tx *store.Tx) error {
	closed, err := closedThrough(tx)
	if err != nil || closed.Month.IsZero() {
		return err
	}
	shut := func(on calendar.Date, what string) error {
		if closed.shuts(on) {
			return broken("period.closed", "%s would be dated %s, and the books are closed through %s", what, on, closed.Month)
		}
		return nil
	}
	invoices, err := Invoices.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range invoices {
		if ch.After != nil && ch.After.Status == InvoiceReleased && (ch.Before == nil || ch.Before.Status != InvoiceReleased) {
			if err := shut(ch.After.IssuedOn, ch.After.Name()); err != nil {
				return err
			}
		}
	}
	payments, err := Payments.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range payments {
		if err := shut(ch.After.On, ch.After.Number); err != nil {
			return err
		}
	}
	settlements, err := Settlements.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range settlements {
		if err := shut(ch.After.On, "a settlement"); err != nil {
			return err
		}
	}
	return nil
}

// auditPeriods compares what is booked in every closed month with what stood when it was closed.
func auditPeriods(r store.Reader, report func(store.ID, string)) error {
	for p, err := range Periods.All(r) {
		if err != nil {
			return err
		}
		if p.Reopened != nil {
			continue
		}
		now, err := figuresOf(r, p.Month)
		if err != nil {
			return err
		}
		if !now.equal(&p.Figures) {
			report(p.ID, fmt.Sprintf("%s was closed over %s, and comes to %s now", p.Month, p.Figures.Gross, now.Gross))
		}
	}
	return nil
}
