package billing

import (
	"fmt"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Position is a piece of work at an agreed price per unit: so much was ordered, and what is
// billed is what was measured. Ordered and done are two numbers, and neither is ever
// written over the other.
type Position struct {
	store.Record
	Order    store.ID       `json:"order"`
	N        int            `json:"n"` // 1, 2, … within the order
	Title    string         `json:"title"`
	Unit     Unit           `json:"unit"`
	Ordered  money.Quantity `json:"ordered"`
	Price    money.Price    `json:"price"`
	TaxClass string         `json:"tax_class,omitempty"`
	SetBy    store.ID       `json:"set_by"`
}

// Positions holds the positions, by order and number.
var Positions = store.Define(store.Def[Position, store.NoRow]{
	Name: "position", Prefix: "pos", Title: "position",
	Indexes: []store.Index[Position]{{
		Name: "order", Unique: true,
		Keys: func(p *Position) []store.Key { return []store.Key{store.K(p.Order, p.N)} },
	}},
})

// Measure is a quantity of a position that was found done. It is a fact of its own and is
// billed once; a wrong one is set right by a negative one with the reason.
type Measure struct {
	store.Record
	Order    store.ID       `json:"order"`
	Position store.ID       `json:"position"`
	N        int            `json:"n"` // of the position
	Qty      money.Quantity `json:"qty"`
	At       time.Time      `json:"at"`
	By       store.ID       `json:"by"`
	Note     string         `json:"note,omitempty"`
}

// Measures holds what was measured, by order and time.
var Measures = store.Define(store.Def[Measure, store.NoRow]{
	Name: "measure", Prefix: "msr", Title: "measure",
	Indexes: []store.Index[Measure]{{
		Name: "order", Keys: func(m *Measure) []store.Key { return []store.Key{store.K(m.Order, m.At)} },
	}},
})

// AddPosition agrees a price per unit for a piece of an order's work.
type AddPosition struct {
	Order    store.ID       `json:"order"`
	Title    string         `json:"title"`
	Unit     Unit           `json:"unit"`
	Ordered  money.Quantity `json:"ordered"`
	Price    money.Price    `json:"price"`
	TaxClass string         `json:"tax_class,omitempty"`
}

// Name implements store.Command.
func (c *AddPosition) Name() string { return "position.add.v1" }

// Undoable implements store.Undoable.
func (c *AddPosition) Undoable() {}

// Do implements store.Command.
func (c *AddPosition) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	if err := oneWay(tx, o.ID, wayUnits); err != nil {
		return err
	}
	p := &Position{Order: o.ID, Ordered: c.Ordered, Price: c.Price, SetBy: tx.Env.Actor.ID}
	if p.Title, err = party.ParseName("title", "position", c.Title); err != nil {
		return err
	}
	if p.Unit, err = ParseUnit("unit", string(c.Unit)); err != nil {
		return err
	}
	if p.Unit == "" {
		p.Unit = Piece
	}
	if p.TaxClass, err = taxClass("tax", c.TaxClass); err != nil {
		return err
	}
	if err := p.Ordered.Check("qty"); err != nil {
		return err
	}
	if p.Ordered.Sign() <= 0 {
		return fault.Invalidf("qty", "a position orders more than nothing").With("position.qty")
	}
	if err := positive("price", p.Price); err != nil {
		return err
	}
	for other, err := range Positions.By(tx, "order", store.K(o.ID)) {
		if err != nil {
			return err
		}
		p.N = other.N
	}
	p.N++
	p.ID = Positions.NewID(tx, fmt.Sprintf("%s/%d", o.ID, p.N))
	tx.Returns(p.ID, "")
	return Positions.Put(tx, p)
}

// MeasureWork records what of a position was found done. Less than nothing takes back what
// was measured wrongly, needs a reason, and never takes back more than there is.
type MeasureWork struct {
	Position store.ID       `json:"position"`
	Qty      money.Quantity `json:"qty"`
	Note     string         `json:"note,omitempty"`
}

// Name implements store.Command.
func (c *MeasureWork) Name() string { return "position.measure.v1" }

// Undoable implements store.Undoable.
func (c *MeasureWork) Undoable() {}

// Do implements store.Command.
func (c *MeasureWork) Do(tx *store.Tx) error {
	p, err := Positions.Get(tx, c.Position)
	if err != nil {
		return err
	}
	if _, err := openOrder(tx, p.Order); err != nil {
		return err
	}
	if err := c.Qty.Check("qty"); err != nil {
		return err
	}
	if c.Qty.IsZero() {
		return fault.Invalidf("qty", "nothing was measured").With("measure.zero")
	}
	m := &Measure{Order: p.Order, Position: p.ID, N: p.N, Qty: c.Qty, At: tx.Env.OccurredAt, By: tx.Env.Actor.ID}
	if m.Note, err = line("note", c.Note); err != nil {
		return err
	}
	if m.Qty.Sign() < 0 {
		if m.Note, err = reason(tx.Env.Reason, "taking back what was measured needs a reason"); err != nil {
			return err
		}
		done := m.Qty
		for o, err := range Measures.By(tx, "order", store.K(p.Order)) {
			if err != nil {
				return err
			}
			if o.Position == p.ID {
				done = done.Add(o.Qty)
			}
		}
		if done.Sign() < 0 {
			return fault.Refusedf("%s %s more would be taken back of %q than was measured", done.Abs(), p.Unit, p.Title).
				With("measure.below-zero").Hint("callout position list %s", p.Order)
		}
	}
	m.ID = Measures.NewID(tx, string(p.ID))
	tx.Returns(m.ID, "")
	tx.Emit("position.measured", p.ID, map[string]any{"order": p.Order, "qty": m.Qty.String()})
	return Measures.Put(tx, m)
}

// PositionState is a position with what was done and billed of it.
type PositionState struct {
	Position
	Done     money.Quantity `json:"done"`
	Billed   money.Quantity `json:"billed"`
	Unbilled money.Quantity `json:"unbilled"`
}

// PositionsOf reads an order's positions and how they stand.
func PositionsOf(r store.Reader, order store.ID) ([]PositionState, error) {
	var list []PositionState
	at := map[store.ID]int{}
	for p, err := range Positions.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		at[p.ID] = len(list)
		list = append(list, PositionState{Position: *p})
	}
	for m, err := range Measures.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		b, err := Billed(r, m.ID)
		if err != nil {
			return nil, err
		}
		x := &list[at[m.Position]]
		x.Done, x.Billed = x.Done.Add(m.Qty), x.Billed.Add(b.Live())
	}
	for i := range list {
		list[i].Unbilled = list[i].Done.Sub(list[i].Billed)
	}
	return list, nil
}

// reqOrdered says where more was done than was ordered. It is billed as it was measured, but
// nobody ought to find that out from the invoice.
func reqOrdered(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqOrdered, Title: "no more was done than ordered", Stage: ToPropose, Severity: Warn}
	if len(s.Positions) == 0 {
		q.Status = NotApplicable
	}
	for i := range s.Positions {
		p := &s.Positions[i]
		var done money.Quantity
		for _, m := range s.Measures {
			if m.Position == p.ID {
				done = done.Add(m.Qty)
			}
		}
		if done.Cmp(p.Ordered) > 0 {
			if q.Reason != "" {
				q.Reason += "; "
			}
			q.Reason += fmt.Sprintf("%s: %s %s done, %s ordered", p.Title, done, p.Unit, p.Ordered)
			q.Evidence, q.Fix = append(q.Evidence, p.ID), "callout position list "+s.Order.Number
		}
	}
	return q
}
