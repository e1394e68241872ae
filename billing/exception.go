package billing

import (
	"cmp"
	"fmt"

	"callout/approval"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"
)

// putLetting writes an item, having asked the rules for exceptions about whatever of it lets something go: a price that the
// actor names by hand (an expense has no other), a margin below its floor, and a discount. What several people have to
// grant stands on the item from now on, and counts once they have.
func (i *LineItem) putLetting(tx *store.Tx, before *LineItem, named, belowFloor bool) error {
	i.BelowFloor = nil
	if belowFloor {
		why, err := reason(tx.Env.Reason, "selling below a floor needs a reason")
		if err != nil {
			return err
		}
		i.BelowFloor = &Removal{By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: why}
	}
	given := i.givesMore(before)
	if given && before != nil && before.Discount.same(i.Discount) { // the same on more: by whoever made it more
		again := *i.Discount
		again.By, again.At, again.Grant = tx.Env.Actor.ID, tx.Env.RecordedAt, approval.Grant{}
		i.Discount = &again
	}
	if err := LineItems.Put(tx, i); err != nil { // what it comes to is read off the order with the item
		return err
	}
	if ruled, err := approval.Ruled(tx); err != nil || !ruled {
		return err
	}
	let := func(what, title string, amount *money.Amount, why string, says any) (approval.Grant, error) {
		return approval.LetGo(tx, approval.Letting{
			Subject: i.ID, Order: i.Order, Title: title, Amount: amount, Reason: why,
			What: map[string]any{"what": what, "item": i.Content(), "says": says},
		})
	}
	worth, err := i.worth(tx)
	if err != nil {
		return err
	}
	if named && i.Kind != ExpenseItem {
		p := *i.Price
		if p.Grant, err = let("price", "the price of "+i.Text+" named by hand", worth, "", p.Price); err != nil {
			return err
		}
		i.Price = &p
	}
	if belowFloor {
		i.BelowFloor.Grant, err = let("floor", "a price of "+i.Text+" below its floor", worth, "", i.Price)
		if err != nil {
			return err
		}
	}
	if given {
		d := i.Discount
		off, err := i.takesOff(tx)
		if err != nil {
			return err
		}
		if d.Grant, err = let("discount", d.words()+" off "+i.Text, off, d.Reason, d.words()); err != nil {
			return err
		}
	}
	if before != nil {
		if err := before.dropAsked(tx, i); err != nil {
			return err
		}
	}
	return LineItems.Put(tx, i)
}

// givesMore reports whether an item's discount was given, or takes off more than it did: the same per cent of more, or
// of a higher price.
func (i *LineItem) givesMore(before *LineItem) bool {
	d := i.Discount
	switch {
	case d == nil:
		return false
	case before == nil || !before.Discount.same(d) || !before.Discount.At.Equal(d.At):
		return true
	case d.Percent == nil:
		return false
	}
	dearer := i.Price != nil && (before.Price == nil || i.Price.Price.Cmp(before.Price.Price) > 0)
	return dearer || i.Price == nil && before.Price != nil || i.Qty.Abs().Cmp(before.Qty.Abs()) > 0
}

// same reports whether two given discounts are one.
func (d *GivenDiscount) same(o *GivenDiscount) bool {
	if d == nil || o == nil {
		return d == o
	}
	return d.Discount.same(&o.Discount)
}

// takesOff is what the item's discount takes off, or nil where nobody knows, without a price.
func (i *LineItem) takesOff(tx *store.Tx) (*money.Amount, error) {
	s, err := Load(tx, i.Order, tx.Env.RecordedAt)
	if err != nil {
		return nil, err
	}
	var off money.Amount
	for _, c := range s.worth[i.ID] {
		if c.Price == nil || len(c.problems) > 0 {
			return nil, nil
		}
		off = off.Add(c.Off.Abs())
	}
	return &off, nil
}

// words says a discount: "5 %" or an amount.
func (d *Discount) words() string {
	if d.Percent != nil {
		return d.Percent.Format()
	}
	return d.Amount.String()
}

// dropAsked takes back what is asked for about an item and does not stand on it any more as it is after.
func (i *LineItem) dropAsked(tx *store.Tx, after *LineItem) error {
	kept := map[store.ID]bool{}
	for _, g := range after.grants() {
		kept[g.Exception] = true
	}
	for _, g := range i.grants() {
		if kept[g.Exception] {
			continue
		}
		if err := approval.Drop(tx, *g); err != nil {
			return err
		}
	}
	return nil
}

// grants are those of whatever the item lets go.
func (i *LineItem) grants() []*approval.Grant {
	var out []*approval.Grant
	switch {
	case i == nil:
		return nil
	case i.Price != nil:
		out = append(out, &i.Price.Grant)
	}
	if i.Discount != nil {
		out = append(out, &i.Discount.Grant)
	}
	if i.BelowFloor != nil {
		out = append(out, &i.BelowFloor.Grant)
	}
	return out
}

// said is what an order's price says, for those who grant it.
func (p *OrderPrice) said() map[string]any {
	return map[string]any{"key": p.Key, "unit": p.Unit, "price": p.Price}
}

// letGo asks the rules for exceptions about a discount that is agreed for an order. An amount is known; what so
// many per cent come to is not, before the work is done.
func (t *Terms) letGo(tx *store.Tx, a *Adjustment, number string) (err error) {
	if a.Surcharge || a.none() {
		return nil
	}
	title := fmt.Sprintf("%s off %s", a.words(), cmp.Or(a.On, "the invoices"))
	a.Grant, err = approval.LetGo(tx, approval.Letting{
		Subject: t.ID, Order: t.Order, Title: title + " of " + number, Amount: a.Amount, Reason: a.Reason,
		What: map[string]any{"on": a.On, "discount": a.words()},
	})
	return err
}

// mayGive refuses a discount on one document to whom the rules for exceptions do not let give it. Several people are
// asked about what is agreed for the order, before there is a document.
func (a *Adjustment) mayGive(tx *store.Tx, inv *Invoice) error {
	if !a.lets() {
		return nil
	}
	several, err := approval.TakesSeveral(tx, approval.ForException, a.Amount)
	if err != nil {
		return err
	}
	if !several {
		return approval.MayGrant(tx, approval.ForException, a.words()+" off the invoice", a.Amount)
	}
	o, err := work.WorkOrders.Get(tx, inv.Order)
	if err != nil {
		return err
	}
	return fault.Refusedf("%s off the invoice takes several people: agree it for the order, and they are asked", a.words()).With("policy.several").
		Hint(`callout milestone terms %s --discount … --reason "…"`, o.Number)
}

// dropReplaced takes back what is asked for about discounts that are agreed no longer.
func dropReplaced(tx *store.Tx, before, after []Adjustment) error {
	kept := map[store.ID]bool{}
	for _, a := range after {
		kept[a.Grant.Exception] = true
	}
	for _, a := range before {
		if kept[a.Grant.Exception] {
			continue
		}
		if err := approval.Drop(tx, a.Grant); err != nil {
			return err
		}
	}
	return nil
}

// letGo asks the rules for exceptions about what somebody decides not to charge. That something is charged although it
// is covered lets nothing go.
func (d *CoverDecision) letGo(tx *store.Tx) error {
	if d.As == CoverNone {
		return nil
	}
	if ruled, err := approval.Ruled(tx); err != nil || !ruled {
		return err
	}
	s, err := Load(tx, d.Order, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	worth, text := s.forgone(d.Source)
	d.Grant, err = approval.LetGo(tx, approval.Letting{
		Subject: d.ID, Order: d.Order, Title: fmt.Sprintf("%s on %s as %s", cmp.Or(text, string(d.Source)), s.Order.Number, d.As),
		Amount: worth, Reason: d.Reason, What: map[string]any{"source": d.Source, "as": d.As, "hide": d.Hide},
	})
	return err
}

// forgone is what a source would bring in, and what it is called; nil where nobody knows.
func (s *Snapshot) forgone(source store.ID) (*money.Amount, string) {
	var sum money.Amount
	text, known := "", len(s.worth[source]) > 0
	for _, c := range s.worth[source] {
		text, known = cmp.Or(text, c.Text), known && c.Price != nil
		sum = sum.Add(c.Amount)
	}
	if !known {
		return nil, text
	}
	return &sum, text
}
