package billing

import (
	"maps"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// pinOrder is the derivation by which an order holds to the prices and billing rules that
// it was created under. An order that is older than the first price gets its price book
// with the next change of the order: before, nothing on it could be priced at all. One that is older
// than the first billing rules keeps to the plain ones that counted then.
func pinOrder(tx *store.Tx) error {
	changed, err := work.WorkOrders.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After == nil || ch.Before != nil && ch.After.Pins[PinPriceBook].ID != "" {
			continue
		}
		on, err := dayAt(tx, ch.After)
		if err != nil {
			return err
		}
		pins, err := newestPins(tx, ch.After, on)
		if err != nil {
			return err
		}
		if ch.Before != nil {
			maps.DeleteFunc(pins, func(kind string, _ store.Pin) bool { return kind != PinPriceBook })
		}
		maps.Copy(pins, ch.After.Pins)
		if len(pins) == len(ch.After.Pins) {
			continue
		}
		ch.After.Pins = pins
		if err := work.WorkOrders.Put(tx, ch.After); err != nil {
			return err
		}
	}
	return nil
}

// RepinPrices moves an order to the newest contracts, prices and billing rules. What is approved on
// an invoice keeps its price; a proposal that would come out differently becomes a draft again.
type RepinPrices struct {
	Order store.ID `json:"order"`
}

// Name implements store.Command.
func (c *RepinPrices) Name() string { return "price.repin.v1" }

// Undoable implements store.Undoable.
func (c *RepinPrices) Undoable() {}

// Do implements store.Command.
func (c *RepinPrices) Do(tx *store.Tx) error {
	o, err := work.WorkOrders.Get(tx, c.Order)
	if err != nil {
		return err
	}
	if o.Status == work.Closed {
		return fault.Refusedf("%s is closed: its prices cannot change any more", o.Number).With("work_order.closed")
	}
	on, err := dayAt(tx, o)
	if err != nil {
		return err
	}
	pins, err := newestPins(tx, o, on)
	if err != nil {
		return err
	}
	o.Pins = repinned(o.Pins, pins)
	tx.Returns(o.ID, o.Number)
	tx.Emit("work_order.repriced", o.ID, map[string]any{"pins": pins})
	return work.WorkOrders.Put(tx, o)
}

// repinned puts new pins of contracts, prices and billing rules in the place of the old ones.
func repinned(had, pins map[string]store.Pin) map[string]store.Pin {
	out := maps.Clone(pins)
	for kind, pin := range had {
		if !isPricePin(kind) {
			out[kind] = pin
		}
	}
	return out
}

// RepinOrder moves an order to the newest revisions of everything that it pins: what room
// work knows of, prices and billing rules. It is what `wo repin` does.
type RepinOrder struct {
	Order store.ID `json:"order"`
}

// Name implements store.Command.
func (c *RepinOrder) Name() string { return "work_order.repin_all.v1" }

// Undoable implements store.Undoable.
func (c *RepinOrder) Undoable() {}

// Do implements store.Command.
func (c *RepinOrder) Do(tx *store.Tx) error {
	if err := (&work.RepinWorkOrder{ID: c.Order}).Do(tx); err != nil {
		return err
	}
	return (&RepinPrices{Order: c.Order}).Do(tx)
}
