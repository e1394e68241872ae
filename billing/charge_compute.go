package billing

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/store"
)

// source is one thing on an order that may be billed.
type source struct {
	id        store.ID
	at        time.Time // when it was done
	time      *TimeEntry
	visit     *dispatch.Appointment
	item      *LineItem
	milestone *Milestone
	progress  *Progress
	measure   *Measure
	deposit   *Deposit
}

func (x source) kind() SourceKind {
	switch {
	case x.time != nil:
		return FromTime
	case x.visit != nil:
		return FromVisit
	case x.item != nil:
		return FromItem
	case x.progress != nil:
		return FromProgress
	case x.measure != nil:
		return FromMeasure
	case x.deposit != nil:
		return FromDeposit
	default:
		return FromMilestone
	}
}

// rank is the order in which documents show sources: what was agreed, visits, time, items.
func (x source) rank() int {
	return slices.Index([]SourceKind{FromDeposit, FromMilestone, FromProgress, FromMeasure, FromVisit, FromTime, FromItem}, x.kind())
}

// sources lists what may be billed: milestones with an amount or a share, visits that bear a
// charge of their own, approved time, items. A milestone for what was worked bills the time and items themselves.
func (s *Snapshot) sources() []source {
	out := make([]source, 0, len(s.Milestones)+len(s.Times)+len(s.Items))
	for i := range s.Milestones {
		if m := &s.Milestones[i]; m.Basis() != ByActuals {
			out = append(out, s.milestoneSource(m))
		}
	}
	out = append(out, s.visitSources()...)
	for i := range s.Times {
		if e := &s.Times[i]; e.Status == TimeApproved {
			out = append(out, source{id: e.ID, at: e.From, time: e})
		}
	}
	for i := range s.Items {
		out = append(out, source{id: s.Items[i].ID, at: s.Items[i].At, item: &s.Items[i]})
	}
	return append(out, s.agreedSources()...)
}

// byID gives the sources by their ids.
func (s *Snapshot) byID() map[store.ID]source {
	all := map[store.ID]source{}
	for _, x := range s.sources() {
		all[x.id] = x
	}
	return all
}

// milestoneSource dates a milestone by the completion of the work, which is when the
// service was supplied; before that, by when it became ready.
func (s *Snapshot) milestoneSource(m *Milestone) source {
	at := s.Order.CompletedAt
	if at.IsZero() || m.Needs != nil {
		at = m.ReadyAt
	}
	return source{id: m.ID, at: at, milestone: m}
}

// covered reports whether time and items are covered by milestones with amounts or shares,
// by a schedule of values or by unit prices.
func (s *Snapshot) covered() bool {
	fixed := len(s.Schedule)+len(s.Positions) > 0
	for i := range s.Milestones {
		if s.Milestones[i].Basis() == ByActuals {
			return false
		}
		fixed = true
	}
	return fixed
}

// coveredText is what a covered charge says of itself.
const coveredText = "covered by the agreed price"

// charges computes what a source comes to now: one charge, or one for each of its parts.
func (s *Snapshot) charges(x source) []Charge {
	switch {
	case x.time != nil:
		return s.timeCharges(x)
	case x.visit != nil:
		return s.visitCharges(x)
	}
	c := s.blank(x)
	switch {
	case x.item != nil:
		s.chargeItem(&c, x.item)
	case x.milestone != nil:
		s.chargeMilestone(&c, x.milestone)
	default:
		s.chargeAgreed(&c, x)
	}
	return []Charge{s.finished(c, x)}
}

// blank begins a charge of a source.
func (s *Snapshot) blank(x source) Charge {
	return Charge{
		Order: s.Order.ID, Source: x.id, Kind: x.kind(), State: ChargeProposed, On: s.dateAt(x.at),
		Rules: s.RulesPin, Tax: s.TaxPin,
	}
}

// finished covers a charge where the price of the order is agreed, or else finishes it.
func (s *Snapshot) finished(c Charge, x source) Charge {
	s.conclude(&c, x)
	return c
}

// conclude is what makes a charge finished.
func (s *Snapshot) conclude(c *Charge, x source) {
	if (x.time != nil || x.visit != nil || x.item != nil) && s.covered() {
		c.cover(coveredText)
		c.Trace[0].Level = "milestones"
	}
	if c.Covered == "" {
		s.finish(c, x)
	}
}

// finish taxes a charge that has its quantity and price, gives it its discount, and sets
// what it comes to.
func (s *Snapshot) finish(c *Charge, x source) {
	s.tax(c)
	s.lessen(c, x)
	if err := c.value(s.Company.Currency, s.Rules.Rounding); err != nil {
		c.problems = append(c.problems, problem{ReqTax, err.Error(), "callout tax set " + c.TaxClass + " …"})
	}
}

// chargeItem prices an item.
func (s *Snapshot) chargeItem(c *Charge, i *LineItem) {
	c.Qty, c.Unit, c.Text = i.Qty, i.Unit, i.Text
	if i.Cost.Unit != nil {
		c.Cost.Amount = money.KnownCost(money.LineAmount(i.Qty, *i.Cost.Unit, s.Company.Currency, s.Rules.Rounding))
	}
	q := s.asks(i.At)
	q.explicit, q.kind, q.exact, q.general = i.Price, string(i.Kind), itemKey(i), groupKey(i.Group)
	q.cost, q.unit, q.markup = i.Cost.Unit, i.Unit, s.Rules.Markup
	a := resolve(&q)
	if i.Price == nil && a.Price != nil && a.Unit != i.Unit {
		a.Price, a.Problem = nil, "its price is per "+a.Unit.String()+", but it is counted in "+i.Unit.String()
	}
	if i.BelowFloor != nil && c.Named == "" {
		c.Named = i.BelowFloor.By
	}
	s.answered(c, a, func() string { return "callout item edit " + string(i.ID) + " --price …" })
	if c.TaxClass = i.TaxClass; c.TaxClass == "" {
		c.TaxClass = a.TaxClass
	}
}

// chargeMilestone gives a milestone its amount. What it cost is in the time and items.
func (s *Snapshot) chargeMilestone(c *Charge, m *Milestone) {
	c.Qty, c.Unit, c.Text, c.TaxClass = money.NewQuantity(1, 0), Piece, m.Title, m.TaxClass
	c.Cost.Amount = money.KnownCost(money.Amount{})
	amount, why := s.milestoneAmount(m)
	if why != "" {
		c.problems = append(c.problems, problem{
			ReqPrice, `"` + m.Title + `": ` + why, "callout milestone terms " + s.Order.Number + " --agreed …",
		})
		return
	}
	price, err := money.ParsePrice("amount", amount.Fixed(s.Company.Currency))
	if err != nil {
		c.problems = append(c.problems, problem{ReqPrice, err.Error(), ""})
		return
	}
	c.Price, c.WithTax = &price, s.Terms.WithTax
	c.Trace = []PriceStep{{Level: "milestones", Rule: m.rule(), Price: &price, Verdict: verdictWon}}
}

// rule says what a milestone's amount follows from.
func (m *Milestone) rule() string {
	if m.Percent != nil {
		return m.Percent.Format() + " of the agreed price, cumulative"
	}
	if m.Rest {
		return "what is left of the agreed price"
	}
	return "agreed amount"
}

// milestoneAmount is what a milestone bills: its amount, or its share of the agreed
// price up to it, less what the shares before it come to, so that shares of 100 % in all
// bill the price exactly. What was billed of an earlier one counts as it was billed.
func (s *Snapshot) milestoneAmount(m *Milestone) (money.Amount, string) {
	if m.Amount != nil {
		return *m.Amount, ""
	}
	if s.Terms.Price == nil {
		return money.Amount{}, "nobody has said what price it is a share of"
	}
	if m.Rest {
		return s.restAmount(m)
	}
	var upTo money.Percent
	var before money.Amount
	for i := range s.Milestones {
		o := &s.Milestones[i]
		if o.Percent == nil {
			continue
		}
		upTo = upTo.Add(*o.Percent)
		share := money.CumulativeShare(*s.Terms.Price, upTo, before, s.Company.Currency, s.Rules.Rounding)
		if o.ID == m.ID {
			return share, ""
		}
		if billed, ok := s.Milestoned[o.ID]; ok && !billed.IsZero() && !s.Terms.WithTax { // billed before tax
			share = billed
		}
		before = before.Add(share)
	}
	return money.Amount{}, "it is struck"
}

// answered takes over what resolving a price gave. Where it gave none, fix is how to get one.
func (s *Snapshot) answered(c *Charge, a answer, fix func() string) {
	c.Price, c.WithTax, c.Trace, c.Book, c.Named = a.Price, a.WithTax, a.Trace, s.Book, a.Named
	switch a.Level {
	case levelContract, levelGroup, levelFormula:
		c.Contract = a.From
	case levelCustomerBook, levelBranchBook:
		c.Book = a.From
	}
	if c.Price == nil {
		c.problems = append(c.problems, problem{ReqPrice, `"` + c.Text + `": ` + a.Problem, fix()})
	}
}

// asks begins the question for the price of what was done at an instant.
func (s *Snapshot) asks(at time.Time) question {
	q := question{in: s.agreed, byHand: s.Terms.Prices, withTax: s.Terms.WithTax, currency: s.Company.Currency, rounding: s.Rules.Rounding}
	q.days.issued = s.Today
	q.days.ordered = s.dateAt(s.Order.OpenedAt)
	if !at.IsZero() {
		q.days.performed = s.dateAt(at)
	}
	if !s.priceOn.IsZero() {
		q.days = pricingDays{s.priceOn, s.priceOn, s.priceOn}
	}
	return q
}

// taxQuestion asks for the tax of something on the order that has a class of its own, or none.
func (s *Snapshot) taxQuestion(own string, on calendar.Date) taxQuestion {
	return taxQuestion{agreed: s.Terms.TaxClass, own: own, on: on, statuses: s.TaxStatuses, table: &s.Tax}
}

// tax classifies a charge by its service date.
func (s *Snapshot) tax(c *Charge) {
	c.ownClass = c.TaxClass
	a := s.taxOf(c.ownClass, c.On)
	c.TaxClass = a.Class
	if a.Rate == nil {
		fix := "callout tax set standard … --default"
		if c.TaxClass != "" {
			fix = "callout tax set " + c.TaxClass + " …"
		}
		c.problems = append(c.problems, problem{ReqTax, `"` + c.Text + `": ` + a.Problem, fix})
		return
	}
	c.Category, c.Rate, c.Legend = a.Rate.Category, a.Rate.Rate, a.legend()
	c.Components, c.ReasonCode = a.Rate.Components, a.Rate.Reason
}
