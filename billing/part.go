package billing

import (
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Part is an entry of the catalogue: what a thing is called and how it is counted and
// taxed. What it sells for is in a price book.
type Part struct {
	store.Record
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Unit     Unit     `json:"unit"`
	TaxClass string   `json:"tax_class,omitempty"`
	Group    string   `json:"group,omitempty"` // which contracts may price as one
	Imported string   `json:"imported,omitempty"`
	Cost     PartCost `json:"cost,omitzero"`
}

// PartCost is what the shop pays for a part at present; items keep what it was when they
// were added.
type PartCost struct {
	Unit *money.Price `json:"unit,omitempty"` // per unit; unknown is not zero
}

// TakeCost implements store.Costed.
func (p *Part) TakeCost() any {
	c := p.Cost
	p.Cost = PartCost{}
	if c.Unit == nil {
		return nil
	}
	return c
}

// PartRow is what a list of parts shows.
type PartRow struct {
	ID       store.ID `json:"id"`
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Unit     Unit     `json:"unit"`
	TaxClass string   `json:"tax_class,omitempty"`
	Group    string   `json:"group,omitempty"`
}

// Parts holds the catalogue, by unique code.
var Parts = store.Define(store.Def[Part, PartRow]{
	Name: "part", Prefix: "part", Title: "part", Lookup: "code", Fold: party.Fold,
	Row: func(p *Part) PartRow { return PartRow{p.ID, p.Code, p.Name, p.Unit, p.TaxClass, p.Group} },
	Indexes: []store.Index[Part]{{
		Name: "code", Unique: true,
		Keys:  func(p *Part) []store.Key { return []store.Key{store.K(party.Fold(p.Code))} },
		Clash: func(p *Part) string { return "there is already a part " + p.Code },
	}},
})

// AddPart puts a part into the catalogue.
type AddPart struct {
	Code     string       `json:"code"`
	Part     string       `json:"name,omitempty"` // the code when empty
	Unit     Unit         `json:"unit,omitempty"` // pieces when empty
	TaxClass string       `json:"tax_class,omitempty"`
	Group    string       `json:"group,omitempty"`
	Cost     *money.Price `json:"cost,omitempty"`
	Imported string       `json:"imported,omitempty"`
}

// Name implements store.Command.
func (c *AddPart) Name() string { return "part.add.v1" }

// Undoable implements store.Undoable.
func (c *AddPart) Undoable() {}

// Do implements store.Command.
func (c *AddPart) Do(tx *store.Tx) error {
	p := &Part{Unit: Piece, Imported: c.Imported}
	var err error
	if p.Code, err = code("code", "part", c.Code); err != nil {
		return err
	}
	p.Name = p.Code
	p.ID = Parts.NewID(tx, party.Fold(p.Code))
	edit := EditPart{Part: p.ID, TaxClass: &c.TaxClass, Group: &c.Group, Cost: c.Cost}
	if c.Part != "" {
		edit.Called = &c.Part
	}
	if c.Unit != "" {
		edit.Unit = &c.Unit
	}
	if err := edit.apply(p); err != nil {
		return err
	}
	tx.Returns(p.ID, p.Code)
	return Parts.Put(tx, p)
}

// EditPart changes a part of the catalogue. A nil field stays as it is. Items that were
// added before keep what they say.
type EditPart struct {
	Part     store.ID     `json:"part"`
	Called   *string      `json:"name,omitempty"`
	Unit     *Unit        `json:"unit,omitempty"`
	TaxClass *string      `json:"tax_class,omitempty"`
	Group    *string      `json:"group,omitempty"` // "" takes it out of its group
	Cost     *money.Price `json:"cost,omitempty"`
}

// Name implements store.Command.
func (c *EditPart) Name() string { return "part.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditPart) Undoable() {}

// Do implements store.Command.
func (c *EditPart) Do(tx *store.Tx) error {
	p, err := Parts.Get(tx, c.Part)
	if err != nil {
		return err
	}
	if err := c.apply(p); err != nil {
		return err
	}
	tx.Returns(p.ID, p.Code)
	return Parts.Put(tx, p)
}

func (c *EditPart) apply(p *Part) (err error) {
	if c.Called != nil {
		if p.Name, err = party.ParseName("name", "part", *c.Called); err != nil {
			return err
		}
	}
	if c.Unit != nil {
		if p.Unit, err = ParseUnit("unit", string(*c.Unit)); err != nil {
			return err
		}
		if p.Unit == "" {
			return fault.Invalidf("unit", "a part needs a unit")
		}
	}
	if c.TaxClass != nil {
		if p.TaxClass, err = taxClass("tax", *c.TaxClass); err != nil {
			return err
		}
	}
	if c.Group != nil {
		if p.Group = ""; *c.Group != "" {
			if p.Group, err = code("group", "group", *c.Group); err != nil {
				return err
			}
		}
	}
	if c.Cost != nil {
		if err := positive("cost", *c.Cost); err != nil {
			return err
		}
		p.Cost.Unit = c.Cost
	}
	return nil
}

// positive checks a stated price or unit cost, which is never below zero: what is given
// back has a negative quantity (EN 16931 BR-27 refuses negative prices).
func positive(field string, p money.Price) error {
	if err := p.Check(field); err != nil {
		return err
	}
	if p.Sign() < 0 {
		return fault.Invalidf(field, "%s is negative", p).With("price.negative").
			Hint("write 0 or more   (what is given back has a negative quantity, not a negative price)")
	}
	return nil
}
