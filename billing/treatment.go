package billing

import (
	"slices"

	"callout/money"
)

// Treatment is what a charge or a line has beside quantity × price and one rate of tax.
// Most have none of it.
type Treatment struct {
	Discount *Discount `json:"discount,omitempty"`
	// Off is what the discount takes off this quantity, rounded by itself.
	Off money.Amount `json:"off,omitzero"`
	// WithTax says that the price, and the discount, include the tax: what the customer
	// pays is quantity × price less the discount, and the net is taken out of it.
	WithTax    bool              `json:"with_tax,omitempty"`
	Components []money.Component `json:"components,omitempty"`  // that the rate is made of
	ReasonCode string            `json:"reason_code,omitempty"` // why no tax is charged, of the VATEX list
}

// same reports whether two ask for the same.
func (t *Treatment) same(o *Treatment) bool {
	return t.Discount.same(o.Discount) && t.Off.Equal(o.Off) && t.WithTax == o.WithTax && t.ReasonCode == o.ReasonCode &&
		slices.EqualFunc(t.Components, o.Components, func(a, b money.Component) bool {
			return a.Name == b.Name && a.Rate.Equal(b.Rate)
		})
}

// stated is what a line comes to as its price is stated, gross and after its discount.
// A percentage is rounded here; an amount is what Off says of this quantity.
func (t *Treatment) stated(q money.Quantity, p money.Price, cur money.Currency, mode money.Rounding) (full, rest money.Amount) {
	full = money.LineAmount(q, p, cur, mode)
	switch {
	case t.Discount == nil:
		t.Off = money.Amount{}
	case t.Discount.Percent != nil:
		t.Off = money.PercentOf(full, *t.Discount.Percent, cur, mode)
	}
	return full, full.Sub(t.Off)
}

// taxable is a line's amount under its tax; the net of a price with tax is still to be
// taken out.
func (l *InvoiceLine) taxable(cur money.Currency, mode money.Rounding) money.Taxable {
	_, rest := l.stated(l.Qty, l.Price, cur, mode)
	t := money.Taxable{Net: rest, Category: l.Category, Rate: l.Rate, Components: l.Components}
	if l.WithTax {
		t.Gross = &rest
	}
	return t
}

// value sets what a charge comes to, before tax.
func (c *Charge) value(cur money.Currency, mode money.Rounding) error {
	if c.Price == nil {
		return nil
	}
	if d := c.Discount; d != nil && d.Amount != nil {
		c.Off = *d.Amount
	}
	_, c.Amount = c.stated(c.Qty, *c.Price, cur, mode)
	if !c.WithTax {
		return nil
	}
	var err error
	c.Amount, err = money.NetOf(c.Amount, c.Rate, cur, mode)
	return err
}

// offFor is what a charge's discount takes off a part of its quantity, of which before is
// billed or about to be. A discount of an amount is shared out as the quantity is reached, so
// that the parts take off all of it and no more.
func (c *Charge) offFor(q, before money.Quantity, cur money.Currency, mode money.Rounding) (money.Amount, error) {
	if c.Discount == nil || c.Discount.Amount == nil {
		return money.Amount{}, nil // a percentage follows from the line
	}
	upTo, err := money.Share(c.Off, before.Add(q), c.Qty, cur, mode)
	if err != nil {
		return money.Amount{}, err
	}
	had, err := money.Share(c.Off, before, c.Qty, cur, mode)
	return upTo.Sub(had), err
}

// worthOf is what so much of a charge comes to before tax, for sums of work that is not
// on a document yet.
func (c *Charge) worthOf(q money.Quantity, cur money.Currency, mode money.Rounding) money.Amount {
	if q.Equal(c.Qty) {
		return c.Amount
	}
	part := *c
	part.Qty = q
	if off, err := c.offFor(q, money.Quantity{}, cur, mode); err == nil && c.Discount != nil && c.Discount.Amount != nil {
		d := *c.Discount
		d.Amount, part.Discount = &off, &d
	}
	if err := part.value(cur, mode); err != nil {
		return money.Amount{}
	}
	return part.Amount
}
