package billing

import (
	"strings"

	"callout/internal/fault"
	"callout/money"
)

// Formula makes a price out of another figure: the book's price times a factor, or what
// a thing cost plus a percentage by tiers. Exactly one of the two is set.
type Formula struct {
	// BookTimes multiplies what the books say: 0.9 is ten per cent off.
	BookTimes *money.Factor `json:"book_times,omitempty"`
	// CostPlus adds to the unit cost; the tier is chosen by the unit cost, and counts for all of it.
	CostPlus Markup `json:"cost_plus,omitempty"`
}

// Markup is a table of percentages by unit cost.
type Markup []MarkupTier

// MarkupTier is a row of the table: for unit costs below Below, or for all that are left.
type MarkupTier struct {
	Below   *money.Price  `json:"below,omitempty"`
	Percent money.Percent `json:"percent"`
}

// check holds a formula for a key to its rules.
func (f *Formula) check(key string) error {
	if (f.BookTimes == nil) == (len(f.CostPlus) == 0) {
		return fault.Invalidf("formula", "a formula is a factor of the book's price, or cost plus a percentage").With("formula.kind").
			Hint("--book-times 0.9").Hint("--cost-plus 50:35,500:25,15")
	}
	if f.BookTimes != nil {
		if err := f.BookTimes.Check("book-times"); err != nil {
			return err
		}
		if f.BookTimes.Sign() < 0 {
			return fault.Invalidf("book-times", "%s makes prices negative", f.BookTimes).With("price.negative")
		}
		if key == string(ExpenseItem) {
			return fault.Invalidf("book-times", "an expense has no price in a book").With("formula.expense").Hint("--cost-plus 10")
		}
		return nil
	}
	if timed(key) {
		return fault.Invalidf("cost-plus", "time is priced by rates, not by what it costs").With("formula.time").
			Hint("--book-times 1.1")
	}
	return f.CostPlus.check("cost-plus")
}

// check holds a table to its rules: costs rise, and only the last tier is without an end.
func (m Markup) check(field string) error {
	var last *money.Price
	for i, t := range m {
		if err := t.Percent.Check(field); err != nil {
			return err
		}
		if t.Percent.Cmp(money.NewPercent(-100, 0)) < 0 {
			return fault.Invalidf(field, "%s makes prices negative", t.Percent.Format()).With("price.negative")
		}
		if t.Below == nil {
			if i != len(m)-1 {
				return fault.Invalidf(field, "only the last tier is for all that is left").With("markup.order")
			}
			continue
		}
		if err := positive(field, *t.Below); err != nil {
			return err
		}
		if last != nil && t.Below.Cmp(*last) <= 0 {
			return fault.Invalidf(field, "the tier below %s follows the tier below %s", t.Below, last).With("markup.order").
				Hint("write the tiers by rising cost: 50:35,500:25,15")
		}
		last = t.Below
	}
	return nil
}

// tier returns the row for a unit cost, or nil.
func (m Markup) tier(cost money.Price) *MarkupTier {
	for i := range m {
		if m[i].Below == nil || cost.Cmp(*m[i].Below) < 0 {
			return &m[i]
		}
	}
	return nil
}

// ParseMarkup reads a table as people write it: "25", or tiers by rising unit cost,
// "50:35,500:25,15": 35 % below 50, 25 % below 500, 15 % on what is left. The error names
// field.
func ParseMarkup(field, s string) (Markup, error) {
	var m Markup
	for part := range strings.SplitSeq(s, ",") {
		var t MarkupTier
		below, pct, tiered := strings.Cut(strings.TrimSpace(part), ":")
		if !tiered {
			pct = below
		} else {
			p, err := money.ParsePrice(field, below)
			if err != nil {
				return nil, err
			}
			t.Below = &p
		}
		var err error
		if t.Percent, err = money.ParsePercent(field, strings.TrimSuffix(strings.TrimSpace(pct), "%")); err != nil {
			return nil, err
		}
		m = append(m, t)
	}
	return m, m.check(field)
}

// String says a tier in words.
func (t *MarkupTier) String() string {
	words := "cost plus " + t.Percent.Format()
	if t.Below != nil {
		words += " (below " + t.Below.String() + ")"
	}
	return words
}

// String returns the table as [ParseMarkup] reads it.
func (m Markup) String() string {
	var parts []string
	for _, t := range m {
		part := t.Percent.String()
		if t.Below != nil {
			part = t.Below.String() + ":" + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// String says a formula in words.
func (f *Formula) String() string {
	if f.BookTimes != nil {
		return "book × " + f.BookTimes.String()
	}
	return "cost plus " + f.CostPlus.String() + " %"
}

// scale is to how many decimals a computed price is rounded, once: as many as what it was
// computed from has, and at least those of the currency, so that the printed price times
// the printed quantity is the printed amount.
func scale(from money.Price, cur money.Currency) int32 {
	return max(cur.Exponent(), -from.Decimal().Exponent())
}
