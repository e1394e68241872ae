package billing

import (
	"fmt"
	"slices"
	"time"

	"callout/calendar"
	"callout/money"
	"callout/store"
)

// loadAgreed reads what was agreed beside milestones: schedule, progress, positions, deposits.
func (s *Snapshot) loadAgreed(r store.Reader) (err error) {
	if s.Schedule, err = ScheduleOf(r, s.Order.ID); err != nil {
		return err
	}
	if s.Progress, err = progressOf(r, s.Order.ID); err != nil {
		return err
	}
	key := store.K(s.Order.ID)
	for p, err := range Positions.By(r, "order", key) {
		if err != nil {
			return err
		}
		s.Positions = append(s.Positions, *p)
	}
	for m, err := range Measures.By(r, "order", key) {
		if err != nil {
			return err
		}
		s.Measures = append(s.Measures, *m)
	}
	for d, err := range Deposits.By(r, "order", key) {
		if err != nil {
			return err
		}
		s.Deposits = append(s.Deposits, *d)
	}
	return nil
}

// noon is an instant on a date that puts it in order among others.
func noon(d calendar.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
}

// agreedSources lists what may be billed beside milestones, time and items.
func (s *Snapshot) agreedSources() []source {
	var out []source
	for i := range s.Deposits {
		out = append(out, source{id: s.Deposits[i].ID, at: noon(s.Deposits[i].On), deposit: &s.Deposits[i]})
	}
	for i := range s.Progress {
		out = append(out, source{id: s.Progress[i].ID, at: noon(s.Progress[i].Through).Add(time.Duration(s.Progress[i].N) * time.Millisecond), progress: &s.Progress[i]})
	}
	for i := range s.Measures {
		out = append(out, source{id: s.Measures[i].ID, at: s.Measures[i].At, measure: &s.Measures[i]})
	}
	return out
}

// divisible reports whether a part of the source can be billed by quantity: what was
// worked, used or measured can, an agreed sum cannot.
func (x source) divisible() bool { return x.time != nil || x.item != nil || x.measure != nil }

// chargeAgreed gives a source its agreed sum or price. What it cost is in the time and items.
func (s *Snapshot) chargeAgreed(c *Charge, x source) {
	c.Cost.Amount = money.KnownCost(money.Amount{})
	switch {
	case x.measure != nil:
		i := slices.IndexFunc(s.Positions, func(p Position) bool { return p.ID == x.measure.Position })
		p := &s.Positions[i]
		c.Qty, c.Unit, c.Text, c.TaxClass, c.Price = x.measure.Qty, p.Unit, p.Title, p.TaxClass, &p.Price
		if x.measure.Note != "" {
			c.Text += ": " + x.measure.Note
		}
		c.Trace = []PriceStep{{Level: "position", Rule: fmt.Sprintf("agreed for position %d", p.N), Price: c.Price, Verdict: verdictWon}}
	case x.progress != nil:
		row, earned := s.progressed(x.progress)
		c.On, c.TaxClass = x.progress.Through, row.TaxClass
		c.Text = fmt.Sprintf("Application %d: %s", x.progress.Application, row.Title)
		s.lump(c, earned, fmt.Sprintf("row %d of the schedule, less the application before", row.N))
	default:
		c.On, c.TaxClass, c.Text = x.deposit.On, x.deposit.TaxClass, x.deposit.Title
		s.lump(c, x.deposit.Amount, "asked for ahead")
	}
}

// lump makes a charge of one piece of a sum; a negative one is less than one piece at a
// positive price, as EN 16931 BR-27 asks for.
func (s *Snapshot) lump(c *Charge, a money.Amount, rule string) {
	c.Qty, c.Unit, c.Amount = money.NewQuantity(1, 0), Piece, a
	if a.Sign() < 0 {
		c.Qty = c.Qty.Neg()
	}
	if a.IsZero() {
		c.Qty = money.Quantity{}
	}
	price, err := money.ParsePrice("amount", a.Abs().Fixed(s.Company.Currency))
	if err != nil {
		c.problems = append(c.problems, problem{ReqPrice, `"` + c.Text + `": ` + err.Error(), ""})
		return
	}
	c.Price = &price
	c.Trace = []PriceStep{{Level: "agreed", Rule: rule, Price: &price, Verdict: verdictWon}}
}

// progressed is what a row has earned by an application beyond the application before, and the row.
func (s *Snapshot) progressed(p *Progress) (*ScheduleRow, money.Amount) {
	var before money.Amount
	for i := range s.Progress {
		if o := &s.Progress[i]; o.Row == p.Row && o.Application < p.Application {
			before = o.Total() // oldest first: the last one counts
		}
	}
	i := slices.IndexFunc(s.Schedule, func(x ScheduleRow) bool { return x.ID == p.Row })
	return &s.Schedule[i], p.Total().Sub(before)
}

// net is what a pick comes to on a line.
func (s *Snapshot) net(p *pick) money.Amount {
	switch {
	case p.charge.Price == nil:
		return money.Amount{}
	case p.qty.Equal(p.charge.Qty):
		return p.charge.Amount
	}
	c, cur, mode := p.charge, s.Company.Currency, s.Rules.Rounding
	off, err := c.offFor(p.qty, s.before(&c, ""), cur, mode)
	if err == nil {
		c.Off = off
	}
	_, a := c.stated(p.qty, *c.Price, cur, mode)
	if c.WithTax {
		if net, err := money.NetOf(a, c.Rate, cur, mode); err == nil {
			return net
		}
	}
	return a
}
