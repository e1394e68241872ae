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

// TaxTable says what tax the classes of goods and services bear, by date. It has
// revisions; a charge names the one it was taxed by.
type TaxTable struct {
	Rates []TaxRate `json:"rates"` // by class, then date
	// Default is the class of what nobody classified, where the shop has chosen one.
	Default string `json:"default,omitempty"`
}

// TaxRate is what a class bears in a time. Category is the code of UNTDID 5305 as EN
// 16931 uses it: S standard rated, Z zero rated, E exempt, AE reverse charge, O outside
// the scope of VAT.
type TaxRate struct {
	Class    string            `json:"class"`
	Category string            `json:"category"`
	Rate     money.Percent     `json:"rate"`
	Valid    calendar.Validity `json:"valid,omitzero"`
	Legend   string            `json:"legend,omitempty"` // what an invoice has to say
}

// Taxes holds the revisions of the table.
var Taxes = store.Revised[TaxTable]{Kind: "tax", Title: "tax table"}

const taxName = "tax"

// CurrentTax returns the newest tax table; before the first rate it is empty.
func CurrentTax(r store.Reader) (TaxTable, store.Pin, error) {
	has, err := Taxes.Has(r, taxName)
	if err != nil || !has {
		return TaxTable{}, store.Pin{}, err
	}
	t, pin, err := Taxes.Newest(r, taxName)
	if err != nil {
		return TaxTable{}, pin, err
	}
	return *t, pin, nil
}

// At returns what a class bears on a date, or nil and why not.
func (t *TaxTable) At(class string, on calendar.Date) (*TaxRate, string) {
	if class == "" {
		if class = t.Default; class == "" {
			return nil, "nobody has said how it is taxed"
		}
	}
	known := false
	for i := range t.Rates {
		if t.Rates[i].Class != class {
			continue
		}
		if known = true; t.Rates[i].Valid.Contains(on) {
			return &t.Rates[i], ""
		}
	}
	if known {
		return nil, "the tax class " + class + " has no rate on " + on.String()
	}
	return nil, "there is no tax class " + class
}

// taxClass tidies the name of a tax class; none is allowed.
func taxClass(field, s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(s) > 40 {
		return "", fault.Invalidf(field, "%q is no tax class", s).With("tax.class").
			Hint("write a word such as standard, reduced, zero, exempt, reverse-charge or outside")
	}
	return s, nil
}

// SetTax makes a new revision of the tax table in which a class bears a rate on the dates
// from From up to, but not including, To. It is not undone: charges name the revision.
type SetTax struct {
	Class    string            `json:"class"`
	Rate     money.Percent     `json:"rate"`
	Category string            `json:"category,omitempty"` // by the class's name when empty
	Valid    calendar.Validity `json:"valid,omitzero"`
	Legend   string            `json:"legend,omitempty"`
	Default  bool              `json:"default,omitempty"` // of what nobody classified
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
	next := TaxTable{Default: table.Default}
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
	if n.Category == "" {
		n.Category = categoryOf(n.Class, n.Rate)
	}
	return n, n.check()
}

// categoryOf reads the category off a class's usual name.
func categoryOf(class string, rate money.Percent) string {
	switch class {
	case "zero":
		return "Z"
	case "exempt":
		return "E"
	case "reverse-charge":
		return "AE"
	case "outside":
		return "O"
	}
	if rate.Sign() > 0 {
		return "S"
	}
	return ""
}

// check holds a rate to what its category means (EN 16931 BR-S-05 to BR-O-05, and the
// reasons that BR-E-10, BR-AE-10 and BR-O-10 ask for).
func (t *TaxRate) check() error {
	if t.Rate.Sign() < 0 || t.Rate.Cmp(money.NewPercent(100, 0)) > 0 {
		return fault.Invalidf("rate", "%s is no rate of tax", t.Rate.Format()).With("tax.rate")
	}
	switch t.Category {
	case "S":
		if t.Rate.IsZero() {
			return fault.Invalidf("rate", "what is standard rated bears more than 0 %%").With("tax.rate").
				Hint("for a rate of 0 name the category: --category Z, E, AE or O")
		}
		return nil
	case "Z":
	case "AE":
		if t.Legend == "" {
			t.Legend = "Reverse charge: VAT is to be accounted for by the recipient"
		}
	case "O":
		if t.Legend == "" {
			t.Legend = "Not subject to VAT"
		}
	case "E":
		if t.Legend == "" {
			return fault.Invalidf("legend", "an invoice has to say why %s is exempt", t.Class).With("tax.legend").
				Hint(`--legend "Exempt under …"`)
		}
	default:
		return fault.Invalidf("category", "%q is no tax category", t.Category).With("tax.category").
			Hint("use S, Z, E, AE or O")
	}
	if !t.Rate.IsZero() {
		return fault.Invalidf("rate", "category %s bears 0 %%, not %s", t.Category, t.Rate.Format()).With("tax.rate")
	}
	return nil
}
