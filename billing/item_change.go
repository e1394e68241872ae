package billing

import (
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// AddItem records a part that was used, a service that was done or an expense. It
// happened when the command did.
type AddItem struct {
	Order    store.ID       `json:"order"`
	Task     store.ID       `json:"task,omitempty"`
	Kind     ItemKind       `json:"kind"`
	Ref      string         `json:"ref,omitempty"` // code of the part or service
	Text     string         `json:"text,omitempty"`
	Qty      money.Quantity `json:"qty"`
	Unit     Unit           `json:"unit,omitempty"`
	Price    *money.Price   `json:"price,omitempty"` // named by hand, per unit
	TaxClass string         `json:"tax_class,omitempty"`
	Cost     *money.Price   `json:"cost,omitempty"` // per unit
	Discount *Discount      `json:"discount,omitempty"`
	Imported string         `json:"imported,omitempty"`
	// AcceptMargin sells it below the floor of its kind, knowingly; that takes a reason.
	AcceptMargin bool `json:"accept_margin,omitempty"`
}

// Name implements store.Command.
func (c *AddItem) Name() string { return "item.add.v1" }

// Undoable implements store.Undoable.
func (c *AddItem) Undoable() {}

// Do implements store.Command.
func (c *AddItem) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	if err := taskOf(tx, c.Order, c.Task); err != nil {
		return err
	}
	i := &LineItem{
		Order: c.Order, Task: c.Task, Kind: c.Kind, Ref: c.Ref, Text: c.Text, Qty: c.Qty, Unit: c.Unit,
		TaxClass: c.TaxClass, At: tx.Env.OccurredAt, EnteredBy: tx.Env.Actor.ID, Imported: c.Imported,
		Cost: ItemCost{Unit: c.Cost}, Revision: o.Amending(),
	}
	if i.Price, err = override(tx, o, c.Price); err != nil {
		return err
	}
	i.ID = LineItems.NewID(tx, "")
	tx.Returns(i.ID, "")
	if err := i.fromCatalogue(tx); err != nil {
		return err
	}
	if err := i.fromBook(tx, o); err != nil {
		return err
	}
	if i.Unit == "" {
		i.Unit = Piece
	}
	if err := i.give(tx, c.Discount); err != nil {
		return err
	}
	if err := i.check(); err != nil {
		return err
	}
	return i.putLetting(tx, nil, c.Price != nil, c.AcceptMargin)
}

// worth is what the item comes to at the price that was named by hand, or nil without one.
func (i *LineItem) worth(r store.Reader) (*money.Amount, error) {
	if i.Price == nil {
		return nil, nil
	}
	company, err := party.TheCompany(r)
	if err != nil {
		return nil, err
	}
	a := money.LineAmount(i.Qty, i.Price.Price, company.Currency, money.HalfAway)
	return &a, nil
}

// override keeps who named a price by hand, and why. The order's billing rules may ask for
// a reason.
func override(tx *store.Tx, o *work.WorkOrder, p *money.Price) (*Override, error) {
	if p == nil {
		return nil, nil
	}
	if pin, ok := o.Pins[PinRules]; ok && tx.Env.Reason == "" {
		rules, err := RuleBook.At(tx, pin)
		if err != nil {
			return nil, err
		}
		if rules.PriceReason {
			return nil, fault.Invalidf("reason", "a price that is named by hand needs a reason").With("price.reason").
				Hint(`--price … --reason "…"`).Hint("callout policy billing")
		}
	}
	return &Override{Price: *p, By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: tx.Env.Reason}, nil
}

// fromCatalogue takes over what the catalogue says of a part and nobody said otherwise.
// A part that is not in it is no error: its words, unit and cost are what was typed.
func (i *LineItem) fromCatalogue(r store.Reader) error {
	if i.Kind != PartItem || i.Ref == "" {
		return nil
	}
	for id, err := range Parts.IDs(r, "code", store.K(party.Fold(i.Ref))) {
		if err != nil {
			return err
		}
		p, err := Parts.Get(r, id)
		if err != nil {
			return err
		}
		i.Part, i.Ref, i.Group = p.ID, p.Code, p.Group
		if i.Text == "" {
			i.Text = p.Name
		}
		if i.Unit == "" {
			i.Unit = p.Unit
		}
		if i.TaxClass == "" {
			i.TaxClass = p.TaxClass
		}
		if i.Cost.Unit == nil {
			i.Cost.Unit = p.Cost.Unit
		}
	}
	return nil
}

// fromBook takes a service's words, unit and group from the first of the order's price
// books that has it.
func (i *LineItem) fromBook(r store.Reader, o *work.WorkOrder) error {
	if i.Kind != ServiceItem || i.Ref == "" {
		return nil
	}
	in, err := agreementsOf(r, o, view{})
	if err != nil {
		return err
	}
	zone, err := calendar.LoadZone("zone", o.Zone)
	if err != nil {
		return err
	}
	for _, g := range in.books {
		entries, err := pricesAt(r, g.pin.ID, g.view, itemKey(i))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			continue
		}
		entry := entries[len(entries)-1]
		for _, p := range entries {
			if p.Valid.Contains(calendar.DateOf(i.At, zone)) {
				entry = p
			}
		}
		if i.Text == "" {
			i.Text = entry.Text
		}
		if i.Unit == "" {
			i.Unit = entry.Unit
		}
		if i.Group == "" {
			i.Group = entry.Group
		}
	}
	return nil
}

// EditItem changes an item that is not billed. A nil field stays as it is.
type EditItem struct {
	Item     store.ID        `json:"item"`
	Task     *store.ID       `json:"task,omitempty"` // "" takes it off
	Text     *string         `json:"text,omitempty"`
	Qty      *money.Quantity `json:"qty,omitempty"`
	Unit     *Unit           `json:"unit,omitempty"`
	Price    *money.Price    `json:"price,omitempty"`
	BookOnly bool            `json:"book_price,omitempty"` // drop the price named by hand
	TaxClass *string         `json:"tax_class,omitempty"`
	Cost     *money.Price    `json:"cost,omitempty"`
	Discount *Discount       `json:"discount,omitempty"` // of nothing takes it back
	// AcceptMargin sells it below the floor of its kind, knowingly; that takes a reason.
	AcceptMargin bool `json:"accept_margin,omitempty"`
}

// Name implements store.Command.
func (c *EditItem) Name() string { return "item.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditItem) Undoable() {}

// Do implements store.Command.
func (c *EditItem) Do(tx *store.Tx) error {
	i, err := changeable(tx, c.Item)
	if err != nil {
		return err
	}
	if c.Task != nil {
		if err := taskOf(tx, i.Order, *c.Task); err != nil {
			return err
		}
	}
	before := *i
	// More at a price that was named by hand is asked about again.
	named := c.Price != nil || i.Price != nil && c.Qty != nil && c.Qty.Abs().Cmp(i.Qty.Abs()) > 0
	set(&i.Task, c.Task)
	set(&i.Text, c.Text)
	set(&i.Qty, c.Qty)
	set(&i.Unit, c.Unit)
	set(&i.TaxClass, c.TaxClass)
	switch {
	case c.Price != nil && c.BookOnly:
		return fault.Invalidf("price", "a price is either named by hand or taken from the book")
	case c.Price != nil:
		o, err := work.WorkOrders.Get(tx, i.Order)
		if err != nil {
			return err
		}
		if i.Price, err = override(tx, o, c.Price); err != nil {
			return err
		}
	case c.BookOnly:
		i.Price = nil
	}
	if c.Cost != nil {
		i.Cost.Unit = c.Cost
	}
	if c.Discount != nil {
		if err := i.give(tx, c.Discount); err != nil {
			return err
		}
	}
	i.EditedBy = tx.Env.Actor.ID
	if i.Qty.IsZero() {
		return nothing().Hint("callout item remove %s", i.ID)
	}
	if err := i.check(); err != nil {
		return err
	}
	return i.putLetting(tx, &before, named && !c.BookOnly, c.AcceptMargin)
}

// RemoveItem takes an item that is not billed off its order. The record stays and says so.
type RemoveItem struct {
	Item store.ID `json:"item"`
}

// Name implements store.Command.
func (c *RemoveItem) Name() string { return "item.remove.v1" }

// Undoable implements store.Undoable.
func (c *RemoveItem) Undoable() {}

// Do implements store.Command.
func (c *RemoveItem) Do(tx *store.Tx) error {
	i, err := changeable(tx, c.Item)
	if err != nil {
		return err
	}
	if err := i.dropAsked(tx, nil); err != nil {
		return err
	}
	i.Removed = &Removal{By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: tx.Env.Reason}
	return LineItems.Put(tx, i)
}

// changeable returns an item that may still be changed.
func changeable(tx *store.Tx, id store.ID) (*LineItem, error) {
	i, err := LineItems.Get(tx, id)
	if err != nil {
		return nil, err
	}
	tx.Returns(i.ID, "")
	if i.Removed != nil {
		return nil, fault.Refusedf("the item was removed").With("item.removed").Hint("callout log %s", i.ID)
	}
	if err := refuseBilled(tx, i.ID, "the item"); err != nil {
		return nil, err
	}
	_, err = openOrder(tx, i.Order)
	return i, err
}

// checkItems holds that what stands on a released invoice, and is not credited, does not
// change, whatever command comes along.
func checkItems(tx *store.Tx) error {
	changed, err := LineItems.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.Before == nil {
			continue
		}
		if err := refuseBilled(tx, ch.ID, "the item"); err != nil {
			return err
		}
	}
	return nil
}
