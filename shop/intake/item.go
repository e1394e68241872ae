package intake

import (
	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"

	"go.yaml.in/yaml/v3"
)

// itemMap says how a row becomes one line item of its order.
type itemMap struct {
	line int
	kind billing.ItemKind
	when string // the column without which the row has no such item

	ref, text, qty, unit, taxClass, cost, price *value
}

// readItems reads the items of the mapping.
func (m *Mapping) readItems(n *yaml.Node) error {
	if !m.kind.items {
		return wrong(n, "only work orders have items")
	}
	if n.Kind != yaml.SequenceNode {
		return wrong(n, "items is a list: each begins with a hyphen")
	}
	for _, node := range n.Content {
		it := &itemMap{line: node.Line}
		var kind string
		value := func(to **value, f field) func(*yaml.Node) error {
			return func(n *yaml.Node) (err error) {
				*to, err = readValue(n, f)
				return err
			}
		}
		ks := keys{
			"kind": word(&kind, string(billing.PartItem), string(billing.ServiceItem), string(billing.ExpenseItem)),
			"when": text(&it.when),
			"ref":  value(&it.ref, field{name: "ref"}), "text": value(&it.text, field{name: "text"}),
			"qty":  value(&it.qty, field{name: "qty", form: aNumber}),
			"unit": value(&it.unit, field{name: "unit"}), "tax_class": value(&it.taxClass, field{name: "tax_class"}),
			"cost":  value(&it.cost, field{name: "cost", form: aNumber}),
			"price": value(&it.price, field{name: "price", form: aNumber}),
		}
		if err := ks.read(node, "an item"); err != nil {
			return err
		}
		it.kind = billing.ItemKind(kind)
		switch {
		case kind == "":
			return wrong(node, "an item needs a kind: part, service or expense")
		case it.kind == billing.ExpenseItem && it.text == nil:
			return wrong(node, "an expense needs a text that says what it was for")
		case it.kind == billing.ExpenseItem && it.ref != nil:
			return wrong(node, "an expense has no ref; parts and services do")
		case it.kind != billing.ExpenseItem && it.ref == nil:
			return wrong(node, "a %s needs a ref: its code", kind)
		}
		m.items = append(m.items, it)
	}
	return nil
}

func (it *itemMap) values() []*value {
	var out []*value
	for _, v := range []*value{it.ref, it.text, it.qty, it.unit, it.taxClass, it.cost, it.price} {
		if v != nil {
			out = append(out, v)
		}
	}
	return out
}

// Item is a line item that a row brings.
type Item struct {
	Kind     billing.ItemKind `json:"kind"`
	Ref      string           `json:"ref,omitempty"`
	Text     string           `json:"text,omitempty"`
	Qty      money.Quantity   `json:"qty"`
	Unit     string           `json:"unit,omitempty"`
	TaxClass string           `json:"tax_class,omitempty"`
	Cost     *money.Price     `json:"cost,omitempty"`  // per unit; nil is unknown
	Price    *money.Price     `json:"price,omitempty"` // per unit; nil leaves it to the price book
}

// items reads the row's items.
func (c *cells) items() []Item {
	var out []Item
	for _, im := range c.m.items {
		if im.when != "" && c.cell(im.when) == "" {
			continue
		}
		if item, ok := c.item(im); ok {
			out = append(out, item)
		}
	}
	return out
}

func (c *cells) item(im *itemMap) (Item, bool) {
	before := len(c.problems)
	item := Item{
		Kind: im.kind, Ref: c.read(im.ref), Text: c.read(im.text), Qty: money.NewQuantity(1, 0),
		Unit: c.read(im.unit), TaxClass: c.read(im.taxClass),
		Cost: c.readPrice(im.cost), Price: c.readPrice(im.price),
	}
	if n := c.readNumber(im.qty); n != "" {
		qty, err := money.ParseQuantity("", n)
		if err != nil {
			c.wrong(im.qty, err.Error())
		}
		item.Qty = qty
	}
	if len(c.problems) > before {
		return item, false
	}
	if err := item.turn(); err != nil {
		c.problems = append(c.problems, Problem{Line: c.row.Line, Message: err.Msg, Code: err.Code})
		return item, false
	}
	return item, true
}

// turn makes a line with a negative cost or price a credit: as many less, at the amount
// without its sign. Prices and costs are never below zero. A zero is a zero.
func (i *Item) turn() *fault.Error {
	var up, down bool
	for _, p := range []*money.Price{i.Cost, i.Price} {
		if p != nil {
			up, down = up || p.Sign() > 0, down || p.Sign() < 0
		}
	}
	switch {
	case !down:
		return nil
	case up:
		return fault.Invalidf("", "cost and price have different signs, so that it is neither a charge nor a credit").With("import.sign")
	}
	for _, p := range []*money.Price{i.Cost, i.Price} {
		if p != nil && p.Sign() < 0 {
			*p = p.Neg()
		}
	}
	i.Qty = i.Qty.Neg()
	return nil
}

// add puts the item on an order.
func (i Item) add(tx *store.Tx, n int, order, task store.ID, from Origin) error {
	unit, err := billing.ParseUnit("unit", i.Unit)
	if err != nil {
		return err
	}
	_, _, err = step(tx, "item/"+itoa(n), &billing.AddItem{
		Order: order, Task: task, Kind: i.Kind, Ref: i.Ref, Text: i.Text, Qty: i.Qty, Unit: unit,
		TaxClass: i.TaxClass, Cost: i.Cost, Price: i.Price, Imported: from.String(),
	})
	return err
}
