package billing

import (
	"fmt"
	"slices"

	"callout/approval"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// OrderPrice is a price that somebody named by hand for everything of one kind on an
// order. It goes before every contract and book; a price that is named on an item itself
// goes before it.
type OrderPrice struct {
	Key  string `json:"key"` // see [ParsePriceKey]
	Unit Unit   `json:"unit"`
	Override
}

// NamePrice names the price of a key for one order, or takes back the one that was named. Who
// names it may not approve an invoice with it.
type NamePrice struct {
	Order store.ID     `json:"order"`
	Key   string       `json:"key"`
	Price *money.Price `json:"price,omitempty"` // nil takes it back
	Unit  Unit         `json:"unit,omitempty"`  // hours for time, the part's own, or pieces
}

// Name implements store.Command.
func (c *NamePrice) Name() string { return "price.name.v1" }

// Undoable implements store.Undoable.
func (c *NamePrice) Undoable() {}

// Do implements store.Command.
func (c *NamePrice) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	tx.Returns(o.ID, o.Number)
	key, err := ParsePriceKey("key", c.Key)
	if err != nil {
		return err
	}
	t, err := termsOf(tx, o.ID)
	if err != nil {
		return err
	}
	if t.ID == "" {
		t.ID, t.SetBy = OrderTerms.NewID(tx, string(o.ID)), tx.Env.Actor.ID
	}
	had := len(t.Prices)
	for _, p := range t.Prices {
		if foldKey(p.Key) == foldKey(key) {
			if err := approval.Drop(tx, p.Grant); err != nil {
				return err
			}
		}
	}
	t.Prices = slices.DeleteFunc(t.Prices, func(p OrderPrice) bool { return foldKey(p.Key) == foldKey(key) })
	if c.Price == nil && len(t.Prices) == had {
		return fault.NotFoundf("nobody has named a price of %s for %s", key, o.Number).With("price.not-named").
			Hint("callout price explain %s", o.Number)
	}
	if c.Price != nil {
		if err := positive("price", *c.Price); err != nil {
			return err
		}
		p := OrderPrice{Key: key}
		if p.Unit, err = unitOf(tx, key, c.Unit); err != nil {
			return err
		}
		given, err := override(tx, o, c.Price)
		if err != nil {
			return err
		}
		p.Override = *given
		p.Grant, err = approval.LetGo(tx, approval.Letting{ // for how many, nobody knows yet
			Subject: t.ID, Order: o.ID, Title: fmt.Sprintf("the price of %s on %s named by hand", key, o.Number), What: p.said(),
		})
		if err != nil {
			return err
		}
		t.Prices = append(t.Prices, p)
	}
	return OrderTerms.Put(tx, t)
}

// named is the price that somebody named for the question's thing on its order, the most
// specific key first, or nil.
func (q *question) named() *OrderPrice {
	for _, key := range [...]string{q.exact, q.general} {
		for i := range q.byHand {
			if key != "" && foldKey(q.byHand[i].Key) == foldKey(key) {
				return &q.byHand[i]
			}
		}
	}
	return nil
}

// explicitPrice is the price that somebody named by hand, for the item or for the order.
func explicitPrice(q *question, w *walk) []hit {
	rule, given, unit := "named by hand", q.explicit, Unit("")
	if given == nil {
		p := q.named()
		if p == nil {
			return nil
		}
		rule, given, unit = p.Key+" named by hand for this order", &p.Override, p.Unit
	}
	if given.Reason != "" {
		rule += ": " + given.Reason
	}
	c := &candidate{rule: rule, unit: unit, withTax: q.withTax, namedBy: given.By}
	w.step(c, &given.Price, verdictWon)
	return []hit{c.gives(given.Price)}
}

// byHandOn reads the prices that were named for an order.
func byHandOn(r store.Reader, order store.ID) ([]OrderPrice, error) {
	t, err := termsOf(r, order)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(t.Prices, func(p OrderPrice) bool { return !p.Grant.Counts() }), nil
}
