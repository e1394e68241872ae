package billing

import (
	"callout/money"
	"callout/store"
)

// costShare is what a quantity of a charge cost, next after what is billed of it: the shares of a charge that
// is billed bit by bit come to its cost exactly.
func (s *Snapshot) costShare(src, charge store.ID, qty money.Quantity) money.Cost {
	for _, c := range s.Charges[src] {
		if c.ID != charge {
			continue
		}
		cost, known := c.Cost.Amount.Amount()
		if !known {
			return money.Cost{}
		}
		live := s.Live[charge]
		if c.Qty.IsZero() {
			return money.Cost{} // a charge of nothing bears no share
		}
		upTo, _ := money.Share(cost, live.Add(qty), c.Qty, s.Company.Currency, s.Rules.Rounding)
		before, _ := money.Share(cost, live, c.Qty, s.Company.Currency, s.Rules.Rounding)
		return money.KnownCost(upTo.Sub(before))
	}
	return money.Cost{}
}

// Margin is what a released document brought in, after what is off the whole, and what that had cost, as frozen at the release. What a credit note
// takes back lowers both.
func (inv *Invoice) Margin(r store.Reader) (money.Margin, error) {
	m := money.Margin{Cost: money.SumCosts(), Revenue: inv.allowed()}
	if inv.Kind == KindCreditNote {
		m.Revenue = m.Revenue.Neg()
	}
	for a, err := range Allocations.By(r, "invoice", store.K(inv.ID)) {
		if err != nil {
			return m, err
		}
		m.Revenue = m.Revenue.Add(a.worth())
		m.Cost = m.Cost.Add(a.frozen())
	}
	return m, nil
}

// frozen is what the allocation adds to the cost of what is billed.
func (a *Allocation) frozen() money.Cost {
	if a.Sign == -1 {
		return a.Cost.Amount.Neg()
	}
	return a.Cost.Amount
}

// costBack is what of an allocation's frozen cost goes back with a quantity that is credited, next after what was
// credited of it before. A credit of an amount frees no work, and takes back no cost.
func (a *Allocation) costBack(r store.Reader, freed money.Quantity, cur money.Currency, mode money.Rounding) (money.Cost, error) {
	cost, known := a.Cost.Amount.Amount()
	switch {
	case freed.IsZero():
		return money.KnownCost(money.Amount{}), nil
	case !known:
		return money.Cost{}, nil
	}
	var before money.Quantity
	for back, err := range Allocations.By(r, "reverses", store.K(a.ID)) {
		if err != nil {
			return money.Cost{}, err
		}
		before = before.Add(back.Qty)
	}
	upTo, err := money.Share(cost, before.Add(freed), a.Qty, cur, mode)
	if err != nil {
		return money.Cost{}, err
	}
	so, err := money.Share(cost, before, a.Qty, cur, mode)
	return money.KnownCost(upTo.Sub(so)), err
}

// Margin is what the allocation adds to a margin that is reported. The cost of an agreed price lies in the time and
// items that it covers, on no document; it is unknown here rather than none.
func (a *Allocation) Margin() money.Margin {
	m := money.Margin{Revenue: a.worth(), Cost: a.frozen()}
	if known, ok := m.Cost.Amount(); ok && known.IsZero() && !a.Qty.IsZero() {
		switch a.Kind {
		case FromMilestone, FromProgress, FromMeasure:
			m.Cost = money.Cost{}
		}
	}
	return m
}
