package billing

import (
	"cmp"
	"slices"
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// SetTax makes a new revision of the tax table in which a class bears a rate on the dates
// from From up to, but not including, To. It is not undone: charges name the revision.
type SetTax struct {
	Class    string            `json:"class"`
	Rate     money.Percent     `json:"rate"`
	Category string            `json:"category,omitempty"` // by the class's name when empty
	Valid    calendar.Validity `json:"valid,omitzero"`
	Legend   string            `json:"legend,omitempty"`
	Default  bool              `json:"default,omitempty"` // of what nobody classified
	// Reason is by the category where the law knows one reason only.
	Reason string `json:"reason_code,omitempty"`
	// Components make up the rate, which may be left out then.
	Components []money.Component `json:"components,omitempty"`
}

// Name implements store.Command.
func (c *SetTax) Name() string { return "tax.set.v1" }

// Do implements store.Command.
func (c *SetTax) Do(tx *store.Tx) error {
	n, err := c.rate()
	if err != nil {
		return err
	}
	table, _, err := CurrentTax(tx)
	if err != nil {
		return err
	}
	next := TaxTable{Default: table.Default, PerLine: table.PerLine}
	for _, old := range table.Rates {
		if old.Class != n.Class || !old.Valid.Overlaps(n.Valid) {
			next.Rates = append(next.Rates, old)
			continue
		}
		for _, rest := range cut(old.Valid, n.Valid) {
			piece := old
			piece.Valid = rest
			next.Rates = append(next.Rates, piece)
		}
	}
	next.Rates = append(next.Rates, n)
	slices.SortStableFunc(next.Rates, func(a, b TaxRate) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), a.Valid.From.Compare(b.Valid.From))
	})
	if c.Default {
		next.Default = n.Class
	}
	_, err = Taxes.Publish(tx, taxName, next)
	return err
}

// compose takes over what the rate is made of: named taxes that add up to it.
func (t *TaxRate) compose(parts []money.Component) error {
	var sum money.Percent
	seen := map[string]bool{}
	for _, p := range parts {
		var err error
		if p.Name, err = line("component", p.Name); err != nil {
			return err
		}
		switch {
		case p.Name == "":
			return fault.Invalidf("component", "a part of a tax needs the name of who levies it").With("tax.component").
				Hint(`--component "Travis County=1.00"`)
		case seen[p.Name]:
			return fault.Invalidf("component", "%s stands there twice", p.Name).With("tax.component")
		case p.Rate.Sign() < 0:
			return fault.Invalidf("component", "%s cannot levy %s", p.Name, p.Rate.Format()).With("tax.component")
		}
		if err := p.Rate.Check("component"); err != nil {
			return err
		}
		seen[p.Name] = true
		sum = sum.Add(p.Rate)
		t.Components = append(t.Components, p)
	}
	if len(parts) == 0 {
		return nil
	}
	if !t.Rate.IsZero() && !t.Rate.Equal(sum) {
		return fault.Invalidf("rate", "the parts come to %s, not %s", sum.Format(), t.Rate.Format()).With("tax.component")
	}
	t.Rate = sum
	return nil
}

// rate checks the command's fields.
func (c *SetTax) rate() (TaxRate, error) {
	n := TaxRate{Rate: c.Rate, Valid: c.Valid, Category: strings.ToUpper(strings.TrimSpace(c.Category))}
	var err error
	if n.Class, err = taxClass("class", c.Class); err != nil {
		return n, err
	}
	if n.Class == "" {
		return n, fault.Invalidf("class", "a tax rate needs a class").With("tax.class")
	}
	if err := c.Rate.Check("rate"); err != nil {
		return n, err
	}
	if err := c.Valid.Check("from"); err != nil {
		return n, err
	}
	if n.Legend, err = line("legend", c.Legend); err != nil {
		return n, err
	}
	if n.Reason, err = reasonCode(c.Reason); err != nil {
		return n, err
	}
	if err := n.compose(c.Components); err != nil {
		return n, err
	}
	if n.Category == "" {
		n.Category = categoryOf(n.Class, n.Rate)
	}
	return n, n.check()
}

// SetTaxRounding says whether tax is rounded on every line, which some of the United
// States ask for, or once for each category and rate of a document. It makes a new
// revision of the table; documents that were proposed keep their figures until they are
// proposed again.
type SetTaxRounding struct {
	PerLine bool `json:"per_line"`
}

// Name implements store.Command.
func (c *SetTaxRounding) Name() string { return "tax.set_rounding.v1" }

// Do implements store.Command.
func (c *SetTaxRounding) Do(tx *store.Tx) error {
	table, _, err := CurrentTax(tx)
	if err != nil || table.PerLine == c.PerLine {
		return err
	}
	table.PerLine = c.PerLine
	_, err = Taxes.Publish(tx, taxName, table)
	return err
}
