package shop

import (
	"slices"
	"time"

	"callout/billing"
	"callout/dispatch"
	"callout/money"
	"callout/store"
	"callout/work"
)

// ChainNode is one order of a chain, and what it comes to with everything that stands below
// it: its parts, and what goes back to its work.
type ChainNode struct {
	work.ChainNode
	Own   Standing `json:"own"`
	Total Standing `json:"total"`
	// Costs stand apart from what everybody may see.
	Costs ChainCosts `json:"costs"`
	// ChargedTo is the order that its cost is charged to, where it goes back to one.
	ChargedTo store.ID `json:"charged_to,omitempty"`
}

// Standing is where orders stand, without what they cost.
type Standing struct {
	Orders map[work.Status]int `json:"orders"`
	// Risk is the worst of the SLA targets; Due is when the next one that is open falls due.
	Risk   work.SLAState  `json:"sla_risk,omitempty"`
	Due    time.Time      `json:"sla_due,omitzero"`
	Visits dispatch.Tally `json:"visits"`
	// Effort is what the visits took: by the clock, in person-hours and on the way.
	Effort    dispatch.Effort `json:"effort"`
	Billed    money.Amount    `json:"billed"` // less what was credited
	Open      money.Amount    `json:"open"`   // on open documents, unbilled and planned
	Revenue   money.Amount    `json:"revenue"`
	Unpriced  int             `json:"unpriced"`  // how many things have no price
	Undecided int             `json:"undecided"` // how many entries of time nobody has decided upon
}

// ChainCosts are what orders cost and leave over. A margin is null while a cost or a
// price is not known; for an order that goes back to another one's work its own is
// null, because its cost is not its own.
type ChainCosts struct {
	Own         money.Cost    `json:"own"`
	Total       money.Cost    `json:"total"`
	OwnMargin   *money.Amount `json:"own_margin"`
	TotalMargin *money.Amount `json:"total_margin"`
}

// RolledChain is a chain with what each of its orders comes to.
type RolledChain struct {
	Nodes []ChainNode      `json:"nodes"`
	Edges []work.ChainEdge `json:"edges"`
}

// ChainOf rolls up the chain that an order stands in, as things are at an instant. Each
// order counts once in every total, whichever ways lead to it.
func ChainOf(r store.Reader, order store.ID, now time.Time) (*RolledChain, error) {
	c, err := work.ChainOf(r, order, now)
	if err != nil {
		return nil, err
	}
	own := map[store.ID]Standing{}
	rolled := map[store.ID]*billing.Rollup{}
	for _, n := range c.Nodes {
		if rolled[n.ID], err = billing.RollupOf(r, n.ID, now); err != nil {
			return nil, err
		}
		s := Standing{Orders: map[work.Status]int{n.Status: 1}}
		if s.Visits, err = dispatch.TallyOf(r, n.ID); err != nil {
			return nil, err
		}
		if s.Effort, err = dispatch.EffortOfOrder(r, n.ID); err != nil {
			return nil, err
		}
		for _, t := range n.Clock.Targets(now) {
			s.sla(t.State, t.Due)
		}
		s.bill(rolled[n.ID])
		own[n.ID] = s
	}
	out := &RolledChain{Edges: c.Edges}
	for _, n := range c.Nodes {
		node := ChainNode{ChainNode: n, Own: own[n.ID], Total: Standing{Orders: map[work.Status]int{}}}
		var parts []*billing.Rollup
		for _, id := range c.Below(n.ID) {
			node.Total.add(own[id])
			parts = append(parts, rolled[id])
		}
		total := billing.SumRollups(n.ID, parts...)
		node.Total.bill(total)
		node.Costs.Own, node.Costs.Total = rolled[n.ID].Cost, total.Cost
		node.Costs.TotalMargin = margin(total)
		if n.CallbackOf == "" {
			node.Costs.OwnMargin = margin(rolled[n.ID])
		} else {
			node.ChargedTo = c.Original(n.ID)
		}
		out.Nodes = append(out.Nodes, node)
	}
	return out, nil
}

// sla takes a target's state in.
func (s *Standing) sla(state work.SLAState, due time.Time) {
	s.Risk = work.SLARisk(s.Risk, state)
	open := state != work.SLAMet && state != work.SLAMissed && state != ""
	if open && !due.IsZero() && (s.Due.IsZero() || due.Before(s.Due)) {
		s.Due = due
	}
}

// add takes another order's state, targets and visits in. What it is billed with is summed
// by room billing.
func (s *Standing) add(o Standing) {
	for status, n := range o.Orders {
		s.Orders[status] += n
	}
	s.Risk = work.SLARisk(s.Risk, o.Risk)
	if !o.Due.IsZero() && (s.Due.IsZero() || o.Due.Before(s.Due)) {
		s.Due = o.Due
	}
	s.Visits.Add(o.Visits)
	s.Effort.Add(o.Effort)
}

// bill takes over what a roll-up says beside costs.
func (s *Standing) bill(p *billing.Rollup) {
	s.Billed = p.Billed.Sub(p.Credited)
	s.Open = money.Sum(p.OnInvoice, p.Unbilled, p.Planned)
	s.Revenue, s.Unpriced, s.Undecided = p.Revenue(), p.Unpriced, p.Unapproved
}

// margin is what a roll-up leaves over, or nil while that is not known.
func margin(p *billing.Rollup) *money.Amount {
	m, known := p.Margin()
	if !known {
		return nil
	}
	a, ok := m.Amount()
	if !ok {
		return nil
	}
	return &a
}

// Done says how many of a standing's orders are finished, and how many there are.
func (s Standing) Done() (done, all int) {
	for status, n := range s.Orders {
		all += n
		if slices.Contains([]work.Status{work.Completed, work.Closed, work.Canceled}, status) {
			done += n
		}
	}
	return done, all
}
