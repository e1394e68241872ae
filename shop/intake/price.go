package intake

import (
	"callout/billing"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// ImportPrice brings one price into a price book. Like every price it makes a revision of
// the book and is not taken back.
type ImportPrice struct {
	From     Origin            `json:"from"`
	Book     string            `json:"book,omitempty"`
	Key      string            `json:"key"` // "labour:fitter", "part:CODE"
	Price    *money.Price      `json:"price"`
	Unit     string            `json:"unit,omitempty"`
	Text     string            `json:"text,omitempty"`
	TaxClass string            `json:"tax_class,omitempty"`
	Valid    calendar.Validity `json:"valid,omitzero"`
}

// Name implements store.Command.
func (c *ImportPrice) Name() string { return "price.import.v1" }

// Do implements store.Command.
func (c *ImportPrice) Do(tx *store.Tx) error { return bring(tx, c) }

func (c *ImportPrice) from() *Origin { return &c.From }

func (c *ImportPrice) steps(tx *store.Tx) (store.ID, string, error) {
	if c.Price == nil {
		return "", "", fault.Invalidf("price", "a price is missing; no price is not a price of zero").With("price.missing")
	}
	unit, err := billing.ParseUnit("unit", c.Unit)
	if err != nil {
		return "", "", err
	}
	id, _, err := step(tx, "price", &billing.SetPrice{
		Book: c.Book, Key: c.Key, Price: *c.Price, Unit: unit, Text: c.Text, TaxClass: c.TaxClass, Valid: c.Valid,
	})
	return id, c.Key, err
}

func prices() *kind {
	return &kind{
		name: "prices",
		fields: append([]field{
			{name: "key", required: true}, {name: "price", form: aNumber, required: true},
			{name: "from", form: aDay}, {name: "to", form: aDay},
		}, texts("book", "unit", "text", "tax_class")...),
		empty: func() rowCommand { return &ImportPrice{} },
		command: func(c *cells, from Origin) rowCommand {
			return &ImportPrice{
				From: from, Book: c.text("book"), Key: c.text("key"), Price: c.price("price"), Unit: c.text("unit"),
				Text: c.text("text"), TaxClass: c.text("tax_class"),
				Valid: calendar.Validity{From: c.day("from"), To: c.day("to")},
			}
		},
	}
}
