package billing

import (
	"slices"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Terms are what was agreed about the price of one work order: a sum for the whole of it, a
// tax class that counts for everything on it. An order without terms is billed by what
// was worked.
type Terms struct {
	store.Record
	Order store.ID `json:"order"`
	// Price is the agreed sum before tax, which milestones by per cent are shares of.
	Price    *money.Amount `json:"price,omitempty"`
	TaxClass string        `json:"tax_class,omitempty"` // goes before the classes of parts and prices
	// WithTax says that the agreed price, amounts of milestones and prices named by hand
	// include the tax.
	WithTax bool `json:"with_tax,omitempty"`
	// Adjustments are the discounts and surcharges that were agreed.
	Adjustments []Adjustment `json:"adjustments,omitempty"`
	// Unbilled is the part of the price that is agreed not to be billed.
	Unbilled *money.Amount `json:"unbilled,omitempty"`
	// Retainage is what may be held back of progress.
	Retainage *Retainage `json:"retainage,omitempty"`
	SetBy     store.ID   `json:"set_by"`
	// Prices were named by hand for the order, see [NamePrice].
	Prices []OrderPrice `json:"prices,omitempty"`
}

// OrderTerms holds the terms, at most one of an order.
var OrderTerms = store.Define(store.Def[Terms, store.NoRow]{
	Name: "order_terms", Prefix: "terms", Title: "order's terms",
	Indexes: []store.Index[Terms]{{
		Name: "order", Unique: true,
		Keys: func(t *Terms) []store.Key { return []store.Key{store.K(t.Order)} },
	}},
})

// termsOf returns an order's terms; without any they are empty.
func termsOf(r store.Reader, order store.ID) (*Terms, error) {
	for t, err := range OrderTerms.By(r, "order", store.K(order)) {
		return t, err
	}
	return &Terms{Order: order}, nil
}

// SetTerms agrees the price of an order. A nil field stays as it is.
type SetTerms struct {
	Order    store.ID      `json:"order"`
	Price    *money.Amount `json:"price,omitempty"`
	TaxClass *string       `json:"tax_class,omitempty"`
	WithTax  *bool         `json:"with_tax,omitempty"`
	// Adjustments go in the place of those on the same kind of work or with the same
	// reason; one of nothing takes it back.
	Adjustments []Adjustment `json:"adjustments,omitempty"`
	// Unbilled names the rest of the price that no milestone is to bill; 0 is none.
	Unbilled  *money.Amount `json:"unbilled,omitempty"`
	Retainage *Retainage    `json:"retainage,omitempty"`
}

// Name implements store.Command.
func (c *SetTerms) Name() string { return "milestone.terms.v1" }

// Undoable implements store.Undoable.
func (c *SetTerms) Undoable() {}

// Do implements store.Command.
func (c *SetTerms) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	tx.Returns(o.ID, o.Number)
	return c.apply(tx, o)
}

func (c *SetTerms) apply(tx *store.Tx, o *work.WorkOrder) error {
	t, err := termsOf(tx, o.ID)
	if err != nil {
		return err
	}
	if c.Price != nil {
		if err := c.setPrice(tx, t); err != nil {
			return err
		}
	}
	if err := c.setRests(tx, t); err != nil {
		return err
	}
	if c.TaxClass != nil {
		if t.TaxClass, err = taxClass("tax", *c.TaxClass); err != nil {
			return err
		}
	}
	t.SetBy = tx.Env.Actor.ID
	if t.ID == "" {
		t.ID = OrderTerms.NewID(tx, string(o.ID))
	}
	if err := c.adjust(tx, t, o.Number); err != nil {
		return err
	}
	return OrderTerms.Put(tx, t)
}

// adjust takes over discounts, surcharges and whether prices include the tax. The latter
// does not change under what is billed.
func (c *SetTerms) adjust(tx *store.Tx, t *Terms, number string) error {
	if c.WithTax != nil && *c.WithTax != t.WithTax {
		for a, err := range Allocations.By(tx, "order", store.K(t.Order)) {
			if err != nil {
				return err
			}
			return fault.Refusedf("the order is billed, so what its prices mean cannot change").With("terms.billed").
				Hint("callout log %s", a.Invoice)
		}
		t.WithTax = *c.WithTax
	}
	if len(c.Adjustments) == 0 {
		return nil
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	for _, a := range c.Adjustments {
		if err := a.check(tx, company.Currency); err != nil {
			return err
		}
		if err := t.letGo(tx, &a, number); err != nil {
			return err
		}
		before := slices.Clone(t.Adjustments)
		t.Adjustments = agree(t.Adjustments, a)
		if err := dropReplaced(tx, before, t.Adjustments); err != nil {
			return err
		}
	}
	return nil
}

// setPrice refuses to move a price that milestones have been billed as shares of: what
// is agreed on top is a milestone of its own, with an amount.
func (c *SetTerms) setPrice(tx *store.Tx, t *Terms) error {
	p, err := stated(tx, "price", *c.Price)
	if err != nil {
		return err
	}
	if p.Sign() <= 0 {
		return fault.Invalidf("price", "an agreed price is more than nothing").With("terms.price")
	}
	if t.Price != nil && !t.Price.Equal(p) {
		for m, err := range Milestones.By(tx, "order", store.K(t.Order)) {
			if err != nil {
				return err
			}
			if m.Status == MilestoneReleased && m.Percent != nil {
				return fault.Refusedf("a part of the agreed price is billed (%s), so it cannot change", m.Title).
					With("terms.billed").Hint(`callout change-order add … --sum … --by "…" --reason "…"   (what is agreed on top)`)
			}
		}
	}
	t.Price = &p
	return nil
}

// setRests sets what is not billed at all, and what is billed later.
func (c *SetTerms) setRests(tx *store.Tx, t *Terms) error {
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	if c.Unbilled != nil {
		rest, err := c.Unbilled.In("unbilled", company.Currency)
		if err != nil {
			return err
		}
		if rest.Sign() < 0 || t.Price == nil || rest.Cmp(*t.Price) > 0 {
			return fault.Invalidf("unbilled", "%s is no part of the agreed price", rest.Format(company.Currency)).With("terms.unbilled").
				Hint("callout milestone terms … --agreed …")
		}
		if t.Unbilled = &rest; rest.IsZero() {
			t.Unbilled = nil
		}
	}
	if c.Retainage == nil {
		return nil
	}
	if err := c.Retainage.check(); err != nil {
		return err
	}
	if c.Retainage.Max != nil {
		most, err := c.Retainage.Max.In("max", company.Currency)
		if err != nil {
			return err
		}
		c.Retainage.Max = &most
	}
	t.Retainage = c.Retainage
	return nil
}
