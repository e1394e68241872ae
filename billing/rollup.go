package billing

import (
	"time"

	"callout/money"
	"callout/store"
)

// Rollup is what an order costs, what of it is billed, and what is still open. Time and
// items count as they are now; what is billed is read off the allocations.
type Rollup struct {
	Order      store.ID      `json:"order"`
	Worked     int64         `json:"worked_seconds"` // of all persons; rejected time left out
	Traveled   int64         `json:"traveled_seconds"`
	Cost       money.Cost    `json:"cost"` // null is unknown
	Billed     money.Amount  `json:"billed"`
	Credited   money.Amount  `json:"credited"`
	OnInvoice  money.Amount  `json:"on_open_invoices"`
	Unbilled   money.Amount  `json:"unbilled"`             // priced, approved, on no document
	Planned    money.Amount  `json:"planned"`              // of milestones that are not reached yet
	Adjusted   money.Amount  `json:"adjusted,omitzero"`    // of both: agreed on documents as a whole; discounts are less than nothing
	Unapproved int           `json:"unapproved,omitempty"` // time entries that nobody has decided upon
	Unpriced   int           `json:"unpriced,omitempty"`   // what has no price
	Agreed     *money.Amount `json:"agreed,omitempty"`     // the price of the whole order, where one is agreed
	Deposits   money.Amount  `json:"deposits,omitzero"`    // invoiced ahead, before tax, and not deducted yet
	Retained   money.Amount  `json:"retained,omitzero"`    // held back of released invoices, and not asked for yet
}

// Revenue is what the order brings in as far as that is known: billed less credited, on its way,
// open, and planned.
func (p *Rollup) Revenue() money.Amount {
	return money.Sum(p.Billed, p.Credited.Neg(), p.OnInvoice, p.Unbilled, p.Planned)
}

// Margin is the revenue against the cost. It is not known while a cost or a price is not.
func (p *Rollup) Margin() (money.Margin, bool) {
	return money.Margin{Revenue: p.Revenue(), Cost: p.Cost}, p.Unpriced == 0 && p.Cost.IsKnown()
}

// Add adds what another order comes to, for a chain. Agreed prices are not added up:
// not every order has one.
func (p *Rollup) Add(o *Rollup) {
	p.Worked += o.Worked
	p.Traveled += o.Traveled
	p.Cost = p.Cost.Add(o.Cost)
	p.Billed, p.Credited = p.Billed.Add(o.Billed), p.Credited.Add(o.Credited)
	p.OnInvoice, p.Unbilled, p.Planned = p.OnInvoice.Add(o.OnInvoice), p.Unbilled.Add(o.Unbilled), p.Planned.Add(o.Planned)
	p.Adjusted = p.Adjusted.Add(o.Adjusted)
	p.Unapproved += o.Unapproved
	p.Unpriced += o.Unpriced
	p.Agreed = nil
	p.Deposits, p.Retained = p.Deposits.Add(o.Deposits), p.Retained.Add(o.Retained)
}

// RollupOf reads what an order comes to. Now is the authority's time.
func RollupOf(r store.Reader, order store.ID, now time.Time) (*Rollup, error) {
	s, err := Load(r, order, now)
	if err != nil {
		return nil, err
	}
	return s.rollup(), nil
}

// rollup adds up what the snapshot knows.
func (s *Snapshot) rollup() *Rollup {
	p := &Rollup{Order: s.Order.ID, Cost: money.SumCosts(), Agreed: s.Terms.Price, Billed: s.billedNet, Credited: s.creditedNet}
	for i := range s.Times {
		e := &s.Times[i]
		if e.Status == TimeRejected {
			continue
		}
		if e.Kind == Travel {
			p.Traveled += int64(e.Worked() / time.Second)
		} else {
			p.Worked += int64(e.Worked() / time.Second)
		}
		if e.Status != TimeApproved {
			p.Unapproved++
			p.addCost(s.charges(source{id: e.ID, at: e.From, time: e}))
		}
	}
	reached := map[store.ID]bool{}
	for i := range s.Milestones {
		reached[s.Milestones[i].ID] = s.Milestones[i].Status != MilestonePlanned
	}
	var now, later []pick
	for _, x := range s.sources() {
		if x.deposit != nil {
			continue
		}
		if x.milestone == nil {
			p.addCost(s.worth[x.id])
		}
		for _, u := range s.open(x, "") {
			if u.qty.IsZero() {
				continue
			}
			if u.charge.Price == nil {
				p.Unpriced++
				continue
			}
			if x.milestone != nil && !reached[x.id] {
				later = append(later, pick{src: x, charge: u.charge, qty: u.qty})
			} else {
				now = append(now, pick{src: x, charge: u.charge, qty: u.qty})
			}
		}
	}
	onNow, onLater := s.onWhole(now, later)
	p.Unbilled, p.Planned, p.Adjusted = s.openNet(onNow, now), s.openNet(onLater, later), onNow.allowed().Add(onLater.allowed())
	for _, d := range s.undeducted("") {
		p.Deposits = p.Deposits.Add(d.Net)
	}
	p.Retained = s.heldBack("").Held
	for i := range s.Invoices {
		if inv := &s.Invoices[i]; inv.Kind == KindInvoice && inv.Open() {
			p.OnInvoice = p.OnInvoice.Add(inv.Net).Add(inv.deductedNet())
		}
	}
	return p
}

// addCost adds what the charges of one source cost.
func (p *Rollup) addCost(charges []Charge) {
	for i := range charges {
		p.Cost = p.Cost.Add(charges[i].Cost.Amount)
	}
}

// ChargesOf lists what everything on an order comes to now: milestones, approved time
// and items, each with its price trace and, where a part is billed, as it was billed.
func ChargesOf(r store.Reader, order store.ID, now time.Time) ([]Charge, error) {
	s, err := Load(r, order, now)
	if err != nil {
		return nil, err
	}
	var out []Charge
	for _, x := range s.sources() {
		for _, u := range s.open(x, "") {
			out = append(out, u.charge)
		}
	}
	return out, nil
}

// Problems lists in words why a charge cannot be billed as it is.
func (c *Charge) Problems() []string {
	var out []string
	for _, p := range c.problems {
		out = append(out, p.text)
	}
	return out
}
