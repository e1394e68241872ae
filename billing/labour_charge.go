package billing

import (
	"time"

	"callout/calendar"
	"callout/money"
)

// timeCharges prices time: the hours that the rules make of it, at the rate of the
// technician's role, under the multipliers that were agreed.
func (s *Snapshot) timeCharges(x source) []Charge {
	parts, ok := s.divided[x.id]
	if !ok {
		parts = s.divide(x.time)[x.id]
	}
	out := make([]Charge, len(parts))
	var worked, before time.Duration
	costs, blank := s.timeCosts(x.time, parts), s.blank(x)
	for i := range parts {
		c, p := &out[i], &parts[i]
		*c = blank
		c.Part = p.name
		// Whole seconds of what was worked so far, less those before: they add up to the entry's.
		worked += p.worked
		c.Worked = int64(worked/time.Second) - int64(before/time.Second)
		before = worked
		c.Cost.Amount = costs[i]
		s.chargeTime(c, x.time, p)
		s.conclude(c, x)
	}
	return out
}

// chargeTime prices a part of an entry.
func (s *Snapshot) chargeTime(c *Charge, e *TimeEntry, p *timePart) {
	tech := s.Technicians[e.Technician]
	c.Qty, c.Unit, c.Text = p.qty, Hour, "Labour, "+tech.Name
	if e.Kind == Travel {
		c.Text = "Travel, " + tech.Name
	}
	if p.label != "" {
		c.Text += " (" + p.label + ")"
	}
	if e.Note != "" {
		c.Text += ": " + e.Note
	}
	if p.covered != "" {
		c.cover(p.covered)
		c.Trace = append([]PriceStep{p.step()}, c.Trace...)
		return
	}
	s.rateOf(c, e.Kind, tech.Role, e.From)
	s.surcharge(c, p)
	if name := s.Rules.needsHours(); name != "" && s.Opening.IsZero() && (e.Kind == Labour || s.Rules.window(name).Travel) {
		c.Price = nil // nobody knows whether the window was open
		c.problems = append(c.problems, problem{
			ReqPrice, `"` + c.Text + `": ` + name + " is outside the opening hours, and " + s.Order.Number + " is of no branch that has any",
			`callout policy set-billing --window "` + name + " " + s.Rules.window(name).Factor.String() + ` outside Mon-Fri 08:00-17:00"   then: callout price repin ` + s.Order.Number,
		})
	}
}

// surcharge sets the rate of a part under its surcharges, and tells of the way to it.
func (s *Snapshot) surcharge(c *Charge, p *timePart) {
	var steps []PriceStep
	if p.under != nil && c.Price != nil {
		steps = p.under.steps
	}
	trace := make([]PriceStep, 0, 1+len(c.Trace)+len(steps))
	if p.counted != "" {
		trace = append(trace, p.step())
	}
	trace = append(trace, c.Trace...)
	if len(steps) > 0 {
		rate := s.rateUnder(*c.Price, p.under.factor)
		c.Price = &rate
		trace = append(trace, steps...)
		if p.under.multiplied {
			rated(trace, rate)
		}
	}
	c.Trace = trace
}

// rateOf prices an hour of a person's time.
func (s *Snapshot) rateOf(c *Charge, kind TimeKind, role string, at time.Time) {
	exact, general := timeKeys(kind, role)
	a := s.rate(rateAsked{kind, role, c.On, s.priceOn}, func() answer {
		q := s.asks(at)
		q.kind, q.unit, q.exact, q.general = string(kind), Hour, exact, general
		return resolve(&q)
	})
	s.answered(c, a, func() string {
		return "callout price set " + exact + " …   then: callout price repin " + s.Order.Number
	})
	c.TaxClass = a.TaxClass
}

// times is a rate under a multiplier, rounded once: to the decimals of the currency, or to
// those of the rate where it has more.
func (s *Snapshot) times(rate money.Price, by money.Factor) money.Price {
	return money.RateTimes(rate, by, max(s.Company.Currency.Exponent(), -rate.Decimal().Exponent()), s.Rules.Rounding)
}

// timeCosts shares what an entry cost among its parts, by what was worked on each. It is
// computed once over the whole, so that cutting an entry changes nothing about what it cost.
func (s *Snapshot) timeCosts(e *TimeEntry, parts []timePart) []money.Cost {
	rate := e.Cost.Rate
	if rate == nil {
		tech := s.Technicians[e.Technician]
		rate = tech.RateAt(e.From)
	}
	if rate == nil {
		return make([]money.Cost, len(parts)) // unknown
	}
	key := costKey(rate, e.Worked(), parts)
	out, ok := s.reckoned.costs[string(key)]
	if !ok {
		out = s.shareCost(costOf(e.Worked(), *rate, s.Company.Currency, s.Rules.Rounding), parts)
		if s.reckoned.costs == nil {
			s.reckoned.costs = map[string][]money.Cost{}
		}
		s.reckoned.costs[string(key)] = out
	}
	return out
}

// shareCost shares a cost among parts by what was worked on them.
func (s *Snapshot) shareCost(whole money.Cost, parts []timePart) []money.Cost {
	out := make([]money.Cost, len(parts))
	amount, known := whole.Amount()
	if len(parts) == 1 || !known {
		for i := range out {
			out[i] = whole
		}
		return out
	}
	weights := make([]money.Quantity, len(parts))
	for i := range parts {
		weights[i] = money.NewQuantity(int64(parts[i].worked), 0)
	}
	shares, err := money.Allocate(amount, weights, s.Company.Currency)
	if err != nil { // no time was worked, so there is nothing to share
		return out
	}
	for i := range out {
		out[i] = money.KnownCost(shares[i])
	}
	return out
}

// cover says why a charge costs, but is not billed by itself.
func (c *Charge) cover(why string) {
	zero := money.Price{}
	c.Covered, c.Price, c.problems = why, &zero, nil
	c.Trace = []PriceStep{{Level: "rules", Rule: why, Price: &zero, Verdict: verdictWon}}
}

// dateAt is the site's date at an instant.
func (s *Snapshot) dateAt(t time.Time) calendar.Date {
	d, ok := s.reckoned.dates[t]
	if ok {
		return d
	}
	d = calendar.DateOf(t, s.Zone)
	if s.reckoned.dates == nil {
		s.reckoned.dates = make(map[time.Time]calendar.Date, len(s.Times)) // most are the begin of one
	}
	s.reckoned.dates[t] = d
	return d
}
