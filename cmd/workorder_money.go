package cmd

import (
	"cmp"
	"fmt"
	"time"

	"callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/party"
	"callout/store"
)

// orderMoney is what an order comes to, as `wo show` and `wo chain` tell it.
type orderMoney struct {
	*billing.Rollup
	Revenue money.Amount  `json:"revenue"`
	Margin  *money.Amount `json:"margin"` // null while a cost or a price is not known
	// Caps are those that the order counts against, by how far they are used.
	Caps []billing.CapUse `json:"caps,omitempty"`

	currency money.Currency
}

// moneyOf is what an order comes to by its roll-up.
func moneyOf(r store.Reader, p *billing.Rollup) (*orderMoney, error) {
	company, err := party.TheCompany(r)
	if err != nil {
		return nil, err
	}
	m := &orderMoney{Rollup: p, Revenue: p.Revenue(), currency: company.Currency}
	if margin, known := p.Margin(); known {
		if a, ok := margin.Amount(); ok {
			m.Margin = &a
		}
	}
	return m, nil
}

// nothing reports whether there is nothing to tell.
func (m *orderMoney) nothing() bool {
	return m.Worked+m.Traveled == 0 && m.Revenue.IsZero() && m.Billed.IsZero() && m.Unpriced+m.Unapproved == 0 &&
		m.Agreed == nil && len(m.Caps) == 0 && m.Cost.KnownPart().IsZero()
}

func (m *orderMoney) draw(p *Page) {
	if m.nothing() {
		return
	}
	p.Section("Money")
	amount := func(key string, a money.Amount) {
		if !a.IsZero() {
			p.Field(key, a.Format(m.currency))
		}
	}
	if m.Agreed != nil {
		amount("Agreed price", *m.Agreed)
	}
	for _, u := range m.Caps {
		p.Field("Cap of "+u.Number, fmt.Sprintf("%s, %s used", u.Limit.Format(m.currency), u.Used.Format(m.currency)))
	}
	p.Field("Worked", hoursWords(m.Worked))
	p.Field("Traveled", hoursWords(m.Traveled))
	p.Field("Cost", m.Cost.Format(m.currency))
	amount("Billed", m.Billed)
	amount("Credited", m.Credited)
	amount("On open invoices", m.OnInvoice)
	amount("Not billed yet", m.Unbilled)
	amount("Planned", m.Planned)
	amount("Of both, on documents", m.Adjusted)
	amount("Deposits not deducted", m.Deposits)
	amount("Held back", m.Retained)
	if m.Unapproved > 0 {
		p.Field("Time not decided upon", m.Unapproved)
	}
	if m.Unpriced > 0 {
		p.Field("Without a price", m.Unpriced)
	}
	switch {
	case m.Margin != nil:
		p.Field("Margin", m.Margin.Format(m.currency))
	default:
		p.Field("Margin", "unknown: a cost or a price is missing")
	}
}

func hoursWords(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return calendar.FormatDuration(time.Duration(seconds) * time.Second)
}

// drawBilling lists an order's milestones and documents.
func drawBilling(p *Page, milestones []billing.MilestoneRow, invoices []billing.InvoiceRow, cur money.Currency) {
	if len(milestones) > 0 {
		p.Section("Milestones")
		var rows [][]any
		for _, m := range milestones {
			bills := "what was worked"
			switch {
			case m.Amount != nil:
				bills = m.Amount.Format(cur)
			case m.Percent != nil:
				bills = m.Percent.Format()
			case m.Basis == billing.ByRest:
				bills = "what is left of the price"
			}
			rows = append(rows, []any{m.N, m.Title, bills, string(m.Status)})
		}
		p.Table([]string{"n", "name", "bills", "status"}, rows)
	}
	if len(invoices) > 0 {
		p.Section("Invoices")
		var rows [][]any
		for _, i := range invoices {
			rows = append(rows, []any{cmp.Or(i.Number, string(i.ID)), string(i.Kind), string(i.Status), i.Gross.Format(cur), dateOrNothing(i.IssuedOn)})
		}
		p.Table([]string{"invoice", "kind", "status", "gross", "issued"}, rows)
	}
}

// drawCovered lists what is not charged, and what stands in for it.
func drawCovered(p *Page, covered []billing.Covered, cur money.Currency) {
	if len(covered) == 0 {
		return
	}
	p.Section("Covered")
	var rows [][]any
	for _, c := range covered {
		shown := "left off"
		if c.Shown {
			shown = "at nothing"
		}
		rows = append(rows, []any{c.On.String(), c.Text, c.Qty.String() + " " + c.Unit.String(), c.By, c.Cost.Format(cur), shown})
	}
	p.Table([]string{"day", "work", "quantity", "covered by", "cost", "on invoices"}, rows)
}
