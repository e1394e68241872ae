package billing

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/store"
	"callout/work"
)

// Balance is what an agreement includes in a period, and what of it is used. Hours are hours
// worked, and visits are days on an order.
type Balance struct {
	Entitlement string            `json:"entitlement"`
	Period      calendar.Validity `json:"period"`
	Unit        string            `json:"unit"` // h or visits
	Included    money.Quantity    `json:"included"`
	Carried     money.Quantity    `json:"carried"` // from the periods before
	Used        money.Quantity    `json:"used"`
	Left        money.Quantity    `json:"left"`
}

// BalancesOf says what is used and left of an agreement in each period up to a day, the newest
// last.
func BalancesOf(r store.Reader, a *work.Agreement, upTo calendar.Date) ([]Balance, error) {
	var draws []*Draw
	for d, err := range Draws.By(r, "agreement", store.K(a.ID)) {
		if err != nil {
			return nil, err
		}
		draws = append(draws, d)
		if upTo.Before(d.On) {
			upTo = d.On // time can be ahead of the company's day in other zones
		}
	}
	out := []Balance{}
	for i := range a.Includes {
		b := newBalance(a, i)
		for _, d := range draws {
			if d.Entitlement == i {
				b.note(d)
			}
		}
		for at := a.Valid.From; !upTo.Before(at); {
			p, ok := b.e.Period(a.Valid, at)
			if !ok {
				break
			}
			out = append(out, b.in(p))
			if p.To.IsZero() {
				break
			}
			at = p.To
		}
	}
	return out, nil
}

// in is the balance of one period.
func (b *balance) in(p calendar.Validity) Balance {
	q := func(n int64) money.Quantity { return money.NewQuantity(n, 0) }
	v := Balance{Entitlement: b.e.String(), Period: p, Unit: "visits"}
	if b.e.Hours != nil {
		q = func(n int64) money.Quantity { return money.HoursOf(time.Duration(n)*time.Second, 4, money.Down) }
		v.Unit = "h"
	}
	carried, used := b.carried(p.From), b.used[p.From]
	v.Included, v.Carried, v.Used = q(b.included()), q(carried), q(used)
	v.Left = v.Included.Add(v.Carried).Sub(v.Used)
	return v
}

// roleOf is the role of a technician.
func roleOf(r store.Reader, technician store.ID) (string, error) {
	t, err := dispatch.Technicians.Get(r, technician)
	if err != nil {
		return "", err
	}
	return t.Role, nil
}

// billFee is the derivation by which the fee of an agreement comes onto the first place's order
// of each time that the orders come round. Its cost is in the work, as that of a milestone is.
func billFee(tx *store.Tx) error {
	changed, err := work.WorkOrders.Changed(tx, store.Created, func(_, o *work.WorkOrder) bool { return o != nil && !o.Occurrence.IsZero() })
	if err != nil {
		return err
	}
	for _, ch := range changed {
		o := ch.After
		a, err := work.Agreements.Get(tx, o.Agreement)
		if err != nil {
			return err
		}
		first := slices.IndexFunc(a.Places, func(p work.Place) bool { return p.Site == o.Site && p.Asset == o.Asset })
		if a.Fee == nil || first != 0 {
			continue
		}
		i := &LineItem{
			Order: o.ID, Kind: ServiceItem, Ref: "agreement", Text: a.Name + ", " + o.Occurrence.String(), Qty: money.NewQuantity(1, 0), Unit: Piece,
			Price:    &Override{Price: *a.Fee, By: a.Made, At: tx.Env.RecordedAt, Reason: "the fee agreed on in " + a.Name},
			TaxClass: a.FeeTax, At: o.PlannedFor, EnteredBy: a.Made, Agreement: a.ID, Cost: ItemCost{Unit: &money.Price{}},
		}
		i.ID = LineItems.NewID(tx, "fee")
		if err := i.check(); err != nil {
			return err
		}
		if err := LineItems.Put(tx, i); err != nil {
			return err
		}
	}
	return nil
}
