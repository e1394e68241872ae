package billing

import (
	"slices"
	"time"

	"callout/money"
	"callout/store"
	"callout/work"
)

// covering applies what covers a source to what it comes to. What an agreed price covers already
// is left as it is.
func (s *Snapshot) covering(x source, charges []Charge) []Charge {
	if x.scope("") == "" || s.coverage == nil {
		return charges
	}
	var out []Charge
	left := s.coverage.drawn[x.id]
	// What an agreement covered when the order was billed stays so, whatever is agreed afterwards.
	settled := left > 0 && s.coverage.decisions[x.id] == nil && s.settled()
	for _, c := range charges {
		q := s.coverage.question(&s.Order, x.id, x.scope(c.Part), c.On)
		if x.visit != nil {
			q.byVisit, q.included = true, s.coverage.includes(q.scope, c.On)
		}
		list, byPrice := q.covers(), false
		if settled {
			list = []cover{agreed(q.agreement, 0)}
			if byPrice = c.Covered == coveredText; byPrice {
				c.Covered = ""
			}
		}
		if c.Covered != "" || len(list) == 0 {
			out = append(out, c)
			continue
		}
		switch win := list[0]; win.kind {
		case CoverNone:
			c.CoverBy = win.by
			c.Trace = append(c.Trace, coverSteps(list)...)
			out = append(out, c)
		case CoverAgreement:
			if x.visit != nil {
				c.coverBy(list)
				out = append(out, c)
				continue
			}
			take := min(left, c.Worked)
			left -= take
			parts := s.drawing(c, list, take)
			for i := range parts {
				if byPrice && parts[i].Covered == "" { // what the agreement leaves of it, the agreed price covers
					parts[i].Covered = coveredText
				}
			}
			out = append(out, parts...)
		default:
			c.coverBy(list)
			out = append(out, c)
		}
	}
	return out
}

// settled reports whether anything of the order is billed, or it is closed: what it draws on agreements stands.
func (s *Snapshot) settled() bool {
	if s.Order.Status == work.Closed {
		return true
	}
	for _, q := range s.Live {
		if !q.IsZero() {
			return true
		}
	}
	return false
}

// levelCover is what the steps of a trace are called that tell of covers.
const levelCover = "cover"

// coverSteps tells what was considered, the winner first.
func coverSteps(list []cover) []PriceStep {
	var out []PriceStep
	for i, k := range list {
		step := PriceStep{Level: levelCover, Rule: k.title, Verdict: verdictOutranked}
		if i == 0 {
			step.Verdict = verdictWon
		}
		out = append(out, step)
	}
	return out
}

// How what is covered begins to say so.
const (
	coveredBy          = "covered by "
	coveredByAgreement = coveredBy + "the agreement "
)

// coverBy sets the price of a charge to nothing and leaves its cost.
func (c *Charge) coverBy(list []cover) {
	win, zero := list[0], money.Price{}
	steps := coverSteps(list)
	steps[0].Price = &zero
	c.Trace = slices.Clone(c.Trace)
	for i := range c.Trace { // the price that it would have had counts no longer
		if c.Trace[i].Verdict == verdictWon {
			c.Trace[i].Verdict = verdictOutranked
		}
	}
	c.Trace = append(c.Trace, steps...)
	c.Covered, c.Shown, c.CoverBy = coveredBy+win.title, !win.hide, win.by
	c.Text += " (" + c.Covered + ")"
	c.Price, c.Amount, c.Named, c.DiscountBy = &zero, money.Amount{}, "", ""
	c.Discount, c.Off, c.WithTax = nil, money.Amount{}, false
	c.problems = slices.DeleteFunc(c.problems, func(p problem) bool { return p.code == ReqPrice || !c.Shown })
}

// PartCovered is the part of a source that is covered, where the rest of it is billed.
const PartCovered = "covered"

// drawing divides a charge into what an agreement includes and the rest. Cost goes with the time worked; the
// rounding of the hours stays with what is billed.
func (s *Snapshot) drawing(c Charge, list []cover, take int64) []Charge {
	if take == 0 {
		steps := coverSteps(list)
		steps[0].Verdict = "nothing of it is left"
		c.Trace = append(c.Trace, steps...)
		return []Charge{c}
	}
	in := c
	in.Trace = slices.Clone(c.Trace)
	in.problems = slices.Clone(c.problems)
	const decimals = 4
	q := money.HoursOf(time.Duration(take)*time.Second, decimals, money.Down)
	if take == c.Worked || q.Cmp(c.Qty) >= 0 {
		in.coverBy(list)
		return []Charge{in}
	}
	if q.IsZero() {
		return []Charge{c}
	}
	in.Part, in.Worked, in.Qty = PartCovered, take, q
	if c.Part != "" {
		in.Part = c.Part + " " + PartCovered
	} else {
		c.Part = PartRegular
	}
	if cost, ok := c.Cost.Amount.Amount(); ok {
		share, err := money.Share(cost, money.NewQuantity(take, 0), money.NewQuantity(c.Worked, 0), s.Company.Currency, s.Rules.Rounding)
		if err == nil {
			in.Cost.Amount, c.Cost.Amount = money.KnownCost(share), money.KnownCost(cost.Sub(share))
		}
	}
	in.coverBy(list)
	c.Worked, c.Qty = c.Worked-take, c.Qty.Sub(q)
	c.Trace = append(c.Trace, PriceStep{Level: levelCover, Rule: list[0].title, Verdict: "used up: the rest is billed"})
	if err := c.value(s.Company.Currency, s.Rules.Rounding); err != nil {
		c.problems = append(c.problems, problem{ReqTax, err.Error(), "callout tax set " + c.TaxClass + " …"})
	}
	return []Charge{c, in}
}

// coverMakers lists who decided by hand what is charged on an order.
func (s *Snapshot) coverMakers() []store.ID {
	var out []store.ID
	for _, x := range s.sources() {
		for i := range s.worth[x.id] {
			if by := s.worth[x.id][i].CoverBy; by != "" {
				out = append(out, by)
			}
		}
	}
	return out
}
