package billing

import (
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
	// PerLine rounds tax on every line of a document; else once for each category and rate.
	PerLine bool `json:"round_per_line,omitempty"`
}

// TaxRate is what a class bears in a time. Category is the code of UNTDID 5305 as EN
// 16931 uses it: S standard rated, Z zero rated, E exempt, AE reverse charge, K goods
// supplied within the European Union, G export outside it, O outside the scope of VAT.
type TaxRate struct {
	Class    string            `json:"class"`
	Category string            `json:"category"`
	Rate     money.Percent     `json:"rate"`
	Valid    calendar.Validity `json:"valid,omitzero"`
	Legend   string            `json:"legend,omitempty"` // what an invoice has to say
	// Reason is the code of the VATEX list for why no tax is charged (EN 16931 BT-121).
	Reason string `json:"reason_code,omitempty"`
	// Components are the taxes that Rate is the sum of: a state's, a county's, a city's.
	Components []money.Component `json:"components,omitempty"`
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
