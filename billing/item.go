package billing

import (
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// LineItem is a part, service or expense on a task. A negative quantity is a credit: prices
// are never below zero.
type LineItem struct {
	store.Record
	Order store.ID `json:"order"`
	Task  store.ID `json:"task,omitempty"`
	Kind  ItemKind `json:"kind"`
	// Ref is the code of the part or service, as typed; expenses have none.
	Ref  string   `json:"ref,omitempty"`
	Part store.ID `json:"part,omitempty"` // where Ref is in the catalogue
	// Group is what the part or service belonged to when it was added; contracts may price it as one.
	Group string         `json:"group,omitempty"`
	Text  string         `json:"text"` // what an invoice says
	Qty   money.Quantity `json:"qty"`
	Unit  Unit           `json:"unit"`
	// Price is set where somebody named one by hand instead of taking it from a price book.
	Price     *Override `json:"price,omitempty"`
	TaxClass  string    `json:"tax_class,omitempty"`
	At        time.Time `json:"at"` // when it was done or used; prices go by it
	EnteredBy store.ID  `json:"entered_by"`
	EditedBy  store.ID  `json:"edited_by,omitempty"`
	// Discount is set where somebody gave one on this item.
	Discount *GivenDiscount `json:"discount,omitempty"`
	Revision int            `json:"revision,omitempty"` // the amendment of the order that it was added in
	// Removed is set once somebody has taken the item off the order.
	Removed *Removal `json:"removed,omitempty"`
	// Agreement is the one whose fee the item is.
	Agreement store.ID `json:"agreement,omitempty"`
	// BelowFloor is who accepted that it sells below its floor. They may not approve the invoice.
	BelowFloor *Removal `json:"below_floor,omitempty"`
	Imported   string   `json:"imported,omitempty"`
	Cost       ItemCost `json:"cost,omitzero"`
}

// ItemKind says what an item is.
type ItemKind string

// The kinds of items.
const (
	PartItem    ItemKind = "part"
	ServiceItem ItemKind = "service"
	ExpenseItem ItemKind = "expense"
)

// Override is a price that somebody named by hand. Who did may not approve the invoice.
type Override struct {
	Price  money.Price `json:"price"`
	By     store.ID    `json:"by"`
	At     time.Time   `json:"at"` // authority's time
	Reason string      `json:"reason,omitempty"`
	// Grant says how far it has come where the rules for exceptions ask several people.
	Grant approval.Grant `json:"grant,omitzero"`
}

// Removal says who took an item off its order, or accepted that it sells below its floor, and why.
type Removal struct {
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
	// Grant says how far it has come where the rules for exceptions ask several people.
	Grant approval.Grant `json:"grant,omitzero"`
}

// ItemCost is what the shop paid.
type ItemCost struct {
	Unit *money.Price `json:"unit,omitempty"` // per unit; unknown is not zero
}

// TakeCost implements store.Costed.
func (i *LineItem) TakeCost() any {
	c := i.Cost
	i.Cost = ItemCost{}
	if c.Unit == nil {
		return nil
	}
	return c
}

// ItemContent are the declared facts of an item that a customer signs: what, and how much.
// Prices are not among them, and costs never are.
type ItemContent struct {
	Kind ItemKind       `json:"kind"`
	Ref  string         `json:"ref,omitempty"`
	Text string         `json:"text"`
	Qty  money.Quantity `json:"qty"`
	Unit Unit           `json:"unit"`
}

// Content returns the item's declared facts.
func (i *LineItem) Content() ItemContent { return ItemContent{i.Kind, i.Ref, i.Text, i.Qty, i.Unit} }

// ItemRow is what a list of items shows.
type ItemRow struct {
	ID       store.ID       `json:"id"`
	Order    store.ID       `json:"order"`
	Task     store.ID       `json:"task,omitempty"`
	Kind     ItemKind       `json:"kind"`
	Ref      string         `json:"ref,omitempty"`
	Text     string         `json:"text"`
	Qty      money.Quantity `json:"qty"`
	Unit     Unit           `json:"unit"`
	Price    *money.Price   `json:"price,omitempty"` // named by hand
	Discount *Discount      `json:"discount,omitempty"`
	At       time.Time      `json:"at"`
	Removed  bool           `json:"removed,omitempty"`
}

// LineItems holds the items, by order and time.
var LineItems = store.Define(store.Def[LineItem, ItemRow]{
	Name: "line_item", Prefix: "item", Title: "line item",
	Row: func(i *LineItem) ItemRow {
		row := ItemRow{
			ID: i.ID, Order: i.Order, Task: i.Task, Kind: i.Kind, Ref: i.Ref, Text: i.Text, Qty: i.Qty, Unit: i.Unit,
			At: i.At, Removed: i.Removed != nil,
		}
		if i.Price != nil {
			row.Price = &i.Price.Price
		}
		if i.Discount != nil {
			row.Discount = &i.Discount.Discount
		}
		return row
	},
	Indexes: []store.Index[LineItem]{
		{Name: "order", Keys: func(i *LineItem) []store.Key { return []store.Key{store.K(i.Order, i.At)} }},
	},
})

// nothing refuses an item that is about no quantity.
func nothing() *fault.Error {
	return fault.Invalidf("qty", "an item of nothing is no item").With("item.zero")
}

// check holds an item to its rules.
func (i *LineItem) check() (err error) {
	switch i.Kind {
	case PartItem, ServiceItem:
		if i.Ref, err = code("ref", string(i.Kind), i.Ref); err != nil {
			return err
		}
	case ExpenseItem:
		if i.Ref != "" {
			return fault.Invalidf("ref", "an expense has no code: say in words what it was for")
		}
	default:
		return fault.Invalidf("kind", "%q is no kind of item; there are part, service and expense", i.Kind).With("item.kind")
	}
	if i.Text, err = line("text", i.Text); err != nil {
		return err
	}
	if i.Text == "" {
		if i.Text = i.Ref; i.Text == "" {
			return fault.Invalidf("text", "an expense needs words that say what it was for").With("text.missing")
		}
	}
	if err := i.Qty.Check("qty"); err != nil {
		return err
	}
	if i.Qty.IsZero() {
		return nothing()
	}
	if i.Unit, err = ParseUnit("unit", string(i.Unit)); err != nil {
		return err
	}
	if i.TaxClass, err = taxClass("tax", i.TaxClass); err != nil {
		return err
	}
	if i.Price != nil {
		if err := positive("price", i.Price.Price); err != nil {
			return err
		}
	}
	if d := i.Discount; d != nil && d.Amount != nil && i.Qty.Sign() < 0 {
		return fault.Invalidf("discount", "what is given back bears a discount of so many per cent, not of an amount").With("discount.amount")
	}
	if i.Cost.Unit != nil {
		return positive("cost", *i.Cost.Unit)
	}
	return nil
}
