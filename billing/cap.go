package billing

import (
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Cap is the most that may be billed for an order, or for an order and all its parts, before
// tax: time and materials, not to exceed so much. It bounds what is billed and never what
// is recorded. It is agreed once; from then on only an approved change order moves it.
// Nothing makes it run out or become nothing: there is a cap of more than 0, or none.
type Cap struct {
	store.Record
	Order store.ID     `json:"order"`
	Chain bool         `json:"chain,omitempty"` // its parts count as well
	Limit money.Amount `json:"limit"`
	// Cost is the most that the work may cost the shop, where that is agreed too. It holds nothing back; it is told of.
	Cost *money.Amount `json:"cost_limit,omitempty"`
	// Notices are the shares of the limit that are told of when they are reached.
	Notices []money.Percent `json:"notices"`
	Rev     int             `json:"rev"`                    // 1, and one more with each change order
	Change  store.ID        `json:"change_order,omitempty"` // that moved it last
	SetBy   store.ID        `json:"set_by"`
	SetAt   time.Time       `json:"set_at"` // authority's time
}

// Caps holds the caps, at most one of an order.
var Caps = store.Define(store.Def[Cap, store.NoRow]{
	Name: "cap", Prefix: "cap", Title: "cap",
	Indexes: []store.Index[Cap]{{
		Name: "order", Unique: true,
		Keys: func(c *Cap) []store.Key { return []store.Key{store.K(c.Order)} },
	}},
})

// CapOf returns the cap that was agreed for an order itself, or nil.
func CapOf(r store.Reader, order store.ID) (*Cap, error) {
	for c, err := range Caps.By(r, "order", store.K(order)) {
		return c, err
	}
	return nil, nil
}

// capsOver lists the caps that what is billed for an order counts against: its own, and
// those of the orders that it is a part of, where they cover their parts.
func capsOver(r store.Reader, order store.ID) ([]Cap, error) {
	var caps []Cap
	seen := map[store.ID]bool{} // a circle is refused, but by a check that runs later
	for id, own := order, true; id != "" && !seen[id]; own = false {
		seen[id] = true
		c, err := CapOf(r, id)
		if err != nil {
			return nil, err
		}
		if c != nil && (own || c.Chain) {
			caps = append(caps, *c)
		}
		if err := work.WorkOrders.Peek(r, id, func(o *work.WorkOrder) { id = o.Parent }); err != nil {
			return nil, err
		}
	}
	return caps, nil
}

// covers lists the orders that count against a cap.
func (c *Cap) covers(r store.Reader) ([]store.ID, error) {
	ids := []store.ID{c.Order}
	seen := map[store.ID]bool{c.Order: true}
	for i := 0; c.Chain && i < len(ids); i++ {
		for part, err := range work.WorkOrders.IDs(r, "parent", store.K(ids[i])) {
			if err != nil {
				return nil, err
			}
			if !seen[part] {
				seen[part], ids = true, append(ids, part)
			}
		}
	}
	return ids, nil
}

// DefaultNotices are the shares of a cap that are told of where nothing else is agreed: 85 %,
// as FAR 52.232-7 has it, and all of it.
func DefaultNotices() []money.Percent {
	return []money.Percent{money.NewPercent(85, 0), money.NewPercent(100, 0)}
}

// SetCap agrees a cap. Where there is one, it may change what is told of when, and nothing else.
type SetCap struct {
	Order   store.ID        `json:"order"`
	Limit   *money.Amount   `json:"limit,omitempty"`
	Cost    *money.Amount   `json:"cost_limit,omitempty"`
	Chain   bool            `json:"chain,omitempty"`
	Notices []money.Percent `json:"notices,omitempty"`
}

// Name implements store.Command.
func (c *SetCap) Name() string { return "cap.set.v1" }

// Do implements store.Command. It is not undone: taking a cap away is a matter of the customer's.
func (c *SetCap) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	tx.Returns(o.ID, o.Number)
	have, err := CapOf(tx, o.ID)
	if err != nil {
		return err
	}
	switch {
	case have == nil && c.Limit == nil:
		return fault.Invalidf("amount", "%s has no cap yet: say how much", o.Number).With("cap.amount").
			Hint("callout wo cap %s --amount …", o.Number)
	case have != nil && (c.Limit != nil || c.Cost != nil || c.Chain && !have.Chain):
		return fault.Refusedf("%s has a cap, and only a change order moves it", o.Number).With("cap.agreed").
			Hint(`callout change-order cap %s --amount … --by "…" --reason "…"`, o.Number)
	case have == nil:
		have = &Cap{Order: o.ID, Chain: c.Chain, Rev: 1, Notices: DefaultNotices()}
		have.ID = Caps.NewID(tx, string(o.ID))
	}
	if err := have.limits(tx, c.Limit, c.Cost); err != nil {
		return err
	}
	for _, p := range c.Notices {
		if err := p.Check("notice"); err != nil {
			return err
		}
		if p.Sign() <= 0 {
			return fault.Invalidf("notice", "%s is no share of a cap", p.Format()).With("cap.notice")
		}
	}
	if len(c.Notices) > 0 {
		have.Notices = c.Notices
	}
	have.SetBy, have.SetAt = tx.Env.Actor.ID, tx.Env.RecordedAt
	tx.Emit("cap.set", o.ID, map[string]any{"limit": have.Limit.String(), "chain": have.Chain})
	return Caps.Put(tx, have)
}

// limits sets the limits that are given. Neither is ever nothing, and what is billed already stays within.
func (c *Cap) limits(tx *store.Tx, limit, cost *money.Amount) error {
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		field string
		given *money.Amount
		set   func(money.Amount)
	}{
		{"amount", limit, func(a money.Amount) { c.Limit = a }},
		{"cost", cost, func(a money.Amount) { c.Cost = &a }},
	} {
		if f.given == nil {
			continue
		}
		a, err := f.given.In(f.field, company.Currency)
		if err != nil {
			return err
		}
		if a.Sign() <= 0 {
			return fault.Invalidf(f.field, "a cap of nothing would hold everything back").With("cap.zero").
				Hint("write more than 0   (a cap that no longer counts is raised)")
		}
		f.set(a)
	}
	st, err := c.state(tx)
	if err != nil {
		return err
	}
	if gone := st.room(""); gone.Sign() < 0 {
		taken := c.Limit.Sub(gone)
		return fault.Refusedf("%s are billed or on open invoices already, more than %s", taken.Format(company.Currency), c.Limit.Format(company.Currency)).
			With("cap.below-billed").Hint("callout invoice list --order %s", c.Order)
	}
	return nil
}

// capState is a cap with what counts against it: what is billed, and what stands on open invoices.
type capState struct {
	Cap
	number string // of the order
	billed money.Amount
	open   []capped
}

// capped is what an open invoice takes of a cap.
type capped struct {
	invoice store.ID
	net     money.Amount
}

// room is what a cap leaves for one invoice, whose own figures do not count.
func (c *capState) room(except store.ID) money.Amount {
	left := c.Limit.Sub(c.billed)
	for _, x := range c.open {
		if x.invoice != except {
			left = left.Sub(x.net)
		}
	}
	return left
}

// state reads what counts against a cap. Deposits do not: they are deducted from what does.
func (c *Cap) state(r store.Reader) (*capState, error) {
	o, err := work.WorkOrders.Get(r, c.Order)
	if err != nil {
		return nil, err
	}
	st := &capState{Cap: *c, number: o.Number}
	orders, err := c.covers(r)
	if err != nil {
		return nil, err
	}
	for _, id := range orders {
		for a, err := range Allocations.By(r, "order", store.K(id)) {
			if err != nil {
				return nil, err
			}
			if a.Kind != FromDeposit {
				st.billed = st.billed.Add(a.worth())
			}
		}
		for inv, err := range Invoices.By(r, "order", store.K(id)) {
			if err != nil {
				return nil, err
			}
			switch {
			case inv.Kind == KindInvoice && inv.Open():
				st.open = append(st.open, capped{inv.ID, inv.asks()})
			case inv.Kind == KindInvoice && inv.Status == InvoiceReleased:
				st.billed = st.billed.Add(inv.asks().Sub(inv.linesNet()))
			case inv.Kind == KindCreditNote && inv.Status == InvoiceReleased:
				st.billed = st.billed.Sub(inv.asks().Sub(inv.linesNet()))
			}
		}
	}
	return st, nil
}

// linesNet is what the lines of a document come to, whatever is deducted from them.
func (inv *Invoice) linesNet() money.Amount {
	var sum money.Amount
	for _, l := range inv.Lines {
		sum = sum.Add(l.Net)
	}
	return sum
}

// asks is what a document takes of a cap: its lines, with what is added to the whole. What is
// taken off the whole leaves no more room.
func (inv *Invoice) asks() money.Amount {
	lines := inv.linesNet()
	if all := inv.Net.Add(inv.deductedNet()); all.Cmp(lines) > 0 {
		return all
	}
	return lines
}

// loadCaps reads the caps over the order with what counts against them.
func (s *Snapshot) loadCaps(r store.Reader) error {
	caps, err := capsOver(r, s.Order.ID)
	if err != nil {
		return err
	}
	for i := range caps {
		st, err := caps[i].state(r)
		if err != nil {
			return err
		}
		s.caps = append(s.caps, *st)
	}
	return nil
}

// checkCaps holds that no more is billed than a cap allows, whichever command brings it about.
func checkCaps(tx *store.Tx) error {
	var orders []store.ID
	touched(tx, Allocations, &orders, func(a *Allocation) store.ID { return a.Order })
	touched(tx, Caps, &orders, func(c *Cap) store.ID { return c.Order })
	moved(tx, &orders)
	for _, id := range unique(orders) {
		caps, err := capsOver(tx, id)
		if err != nil {
			return err
		}
		for i := range caps {
			st, err := caps[i].state(tx)
			if err != nil {
				return err
			}
			if st.billed.Cmp(st.Limit) > 0 {
				return fault.Refusedf("%s would be billed against the cap of %s on %s", st.billed, st.Limit, st.number).
					With("cap.over").Hint(`callout change-order cap %s --amount … --by "…" --reason "…"`, st.number)
			}
		}
	}
	return nil
}

// moved adds the orders that became parts of another order.
func moved(tx *store.Tx, into *[]store.ID) {
	work.WorkOrders.Look(tx, func(id store.ID, before, after *work.WorkOrder) {
		if store.Edited(before, after) && before.Parent != after.Parent {
			*into = append(*into, id)
		}
	})
}
