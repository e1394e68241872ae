package billing

import (
	"time"

	"callout/money"
	"callout/store"
	"callout/work"
)

// CapUse is how far a cap is used, and by what. Everything counts: what is billed, what stands
// on open invoices, what is approved, and what is only recorded, at the price it would
// have. Work without a price is named, and is not 0.
type CapUse struct {
	Cap
	Number   string         `json:"number"`   // of the order
	Billed   money.Amount   `json:"billed"`   // less what is credited
	Invoices money.Amount   `json:"invoices"` // open ones
	Approved money.Amount   `json:"approved"` // on no invoice yet
	Pending  money.Amount   `json:"pending"`  // running, or not approved yet
	Used     money.Amount   `json:"used"`     // all of it
	Left     money.Amount   `json:"left"`     // less than nothing where work goes beyond
	Percent  *money.Percent `json:"percent"`
	Unpriced []string       `json:"unpriced,omitempty"`
	Spent    money.Cost     `json:"spent"` // what the work costs; null is unknown
	Told     []CapNotice    `json:"told,omitempty"`
}

// CapsOf tells how far the caps over an order are used. Now is the authority's time, up to
// which running time counts.
func CapsOf(r store.Reader, order store.ID, now time.Time) ([]CapUse, error) {
	caps, err := capsOver(r, order)
	if err != nil {
		return nil, err
	}
	var out []CapUse
	for i := range caps {
		u, err := caps[i].use(r, now)
		if err != nil {
			return nil, err
		}
		out = append(out, *u)
	}
	return out, nil
}

// use adds up what counts against a cap.
func (c *Cap) use(r store.Reader, now time.Time) (*CapUse, error) {
	u := &CapUse{Cap: *c, Spent: money.SumCosts()}
	st, err := c.state(r)
	if err != nil {
		return nil, err
	}
	u.Number, u.Billed = st.number, st.billed
	for _, x := range st.open {
		u.Invoices = u.Invoices.Add(x.net)
	}
	orders, err := c.covers(r)
	if err != nil {
		return nil, err
	}
	var mode money.Rounding
	for _, id := range orders {
		o, err := work.WorkOrders.Get(r, id)
		if err != nil {
			return nil, err
		}
		if o.Status == work.Canceled {
			continue
		}
		s, err := Load(r, id, now)
		if err != nil {
			return nil, err
		}
		mode = s.Rules.Rounding
		s.useOf(u, now)
	}
	u.Used = money.Sum(u.Billed, u.Invoices, u.Approved, u.Pending)
	u.Left = u.Limit.Sub(u.Used)
	if p, err := money.PercentFrom(u.Used, u.Limit, sheetDecimals, mode); err == nil {
		u.Percent = &p
	}
	for n, err := range CapNotices.By(r, "cap", store.K(c.ID)) {
		if err != nil {
			return nil, err
		}
		u.Told = append(u.Told, *n)
	}
	return u, nil
}

// useOf adds what one order has open, approved or not.
func (s *Snapshot) useOf(u *CapUse, now time.Time) {
	for _, x := range s.sources() {
		if x.deposit != nil {
			continue
		}
		if x.milestone == nil {
			u.spend(s.worth[x.id])
		} else if x.milestone.Status == MilestonePlanned {
			continue // not earned yet
		}
		for _, open := range s.open(x, "") {
			p := pick{src: x, charge: open.charge, qty: open.qty}
			switch {
			case open.qty.IsZero():
			case open.charge.Price == nil:
				u.Unpriced = append(u.Unpriced, open.charge.Text)
			default:
				u.Approved = u.Approved.Add(s.net(&p))
			}
		}
	}
	for i := range s.Times {
		e := s.Times[i]
		if e.Status != TimeNew && e.Status != TimeSubmitted {
			continue
		}
		if e.To.IsZero() && now.After(e.From) {
			e.To = now
		}
		all := s.charges(source{id: e.ID, at: e.From, time: &e})
		u.spend(all)
		for _, c := range all {
			if c.Price == nil {
				u.Unpriced = append(u.Unpriced, c.Text)
				continue
			}
			u.Pending = u.Pending.Add(c.Amount)
		}
	}
}

// spend adds what charges cost.
func (u *CapUse) spend(charges []Charge) {
	for i := range charges {
		u.Spent = u.Spent.Add(charges[i].Cost.Amount)
	}
}

// OverCost reports whether the work has come to more than it may cost, as far as costs are known.
func (u *CapUse) OverCost() bool { return u.Cost != nil && u.Spent.KnownPart().Cmp(*u.Cost) > 0 }
