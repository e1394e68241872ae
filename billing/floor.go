package billing

import (
	"cmp"
	"slices"

	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"
)

// Floor is the least margin that a kind of work may have, for everybody or for one customer, and
// what happens below it.
type Floor struct {
	Kind     FloorKind     `json:"kind,omitempty"`     // empty is every kind of line
	Customer store.ID      `json:"customer,omitempty"` // empty is every customer
	Percent  money.Percent `json:"percent"`            // of the revenue before tax
	Action   FloorAction   `json:"action"`
}

// FloorKind says what a floor is under.
type FloorKind string

// The kinds of floors: of lines, and of an order as a whole.
const (
	FloorLabour  FloorKind = "labour"
	FloorTravel  FloorKind = "travel"
	FloorPart    FloorKind = "part"
	FloorService FloorKind = "service"
	FloorExpense FloorKind = "expense"
	FloorOrder   FloorKind = "order" // all that an order brings in against all that it costs
)

// FloorKinds lists the kinds.
func FloorKinds() []FloorKind {
	return []FloorKind{FloorLabour, FloorTravel, FloorPart, FloorService, FloorExpense, FloorOrder}
}

// FloorAction is what happens below a floor.
type FloorAction string

// The actions. None takes a customer or a kind out of a floor that is wider.
const (
	FloorBlock FloorAction = "block"
	FloorWarn  FloorAction = "warn"
	FloorNone  FloorAction = "none"
)

// Floors are the shop's floors. They have revisions; the newest counts until a document is released.
type Floors struct {
	List []Floor `json:"floors"`
}

// find returns the floor that counts for a kind of line: the customer's own goes before everybody's, and among
// these the one for the kind before the one for every kind. An order as a whole has only floors of its own.
func (f *Floors) find(kind FloorKind, customer store.ID) (Floor, bool) {
	for _, want := range []Floor{{Kind: kind, Customer: customer}, {Customer: customer}, {Kind: kind}, {}} {
		if want.Kind == "" && kind == FloorOrder {
			continue
		}
		i := slices.IndexFunc(f.List, func(x Floor) bool { return x.Kind == want.Kind && x.Customer == want.Customer })
		if i >= 0 {
			return f.List[i], f.List[i].Action != FloorNone
		}
	}
	return Floor{}, false
}

// floorBook holds the revisions of the floors.
var floorBook = store.Revised[Floors]{Kind: "margin_floors", Title: "margin floors"}

const floorsName = "margin"

// CurrentFloors returns the newest floors; there are none until some were set.
func CurrentFloors(r store.Reader) (*Floors, store.Pin, error) {
	has, err := floorBook.Has(r, floorsName)
	if err != nil || !has {
		return &Floors{}, store.Pin{}, err
	}
	return floorBook.Newest(r, floorsName)
}

// SetFloor sets one floor, in place of the one for the same kind and customer. No per cent takes it away.
type SetFloor struct {
	Kind     FloorKind      `json:"kind,omitempty"`
	Customer store.ID       `json:"customer,omitempty"`
	Percent  *money.Percent `json:"percent,omitempty"`
	Action   FloorAction    `json:"action,omitempty"` // block when empty
}

// Name implements store.Command.
func (c *SetFloor) Name() string { return "margin.set_floor.v1" }

// Do implements store.Command.
func (c *SetFloor) Do(tx *store.Tx) error {
	if c.Kind != "" && !slices.Contains(FloorKinds(), c.Kind) {
		return fault.Invalidf("kind", "there are no margins of %q", c.Kind).With("floor.kind").
			Hint("there are labour, travel, part, service, expense and order")
	}
	if c.Customer != "" {
		if _, err := work.Customers.Get(tx, c.Customer); err != nil {
			return err
		}
	}
	old, _, err := CurrentFloors(tx)
	if err != nil {
		return err
	}
	next := Floors{List: slices.DeleteFunc(slices.Clone(old.List), func(f Floor) bool {
		return f.Kind == c.Kind && f.Customer == c.Customer
	})}
	if c.Percent != nil {
		f := Floor{Kind: c.Kind, Customer: c.Customer, Percent: *c.Percent, Action: cmp.Or(c.Action, FloorBlock)}
		if err := f.check(); err != nil {
			return err
		}
		next.List = append(next.List, f)
	} else if len(next.List) == len(old.List) {
		return fault.NotFoundf("there is no such floor").With("floor.missing").Hint("callout policy margin")
	}
	slices.SortFunc(next.List, func(a, b Floor) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Kind, b.Kind))
	})
	_, err = floorBook.Publish(tx, floorsName, next)
	return err
}

func (f *Floor) check() error {
	if err := f.Percent.Check("percent"); err != nil {
		return err
	}
	if f.Percent.Cmp(money.NewPercent(100, 0)) >= 0 {
		return fault.Invalidf("percent", "no work has a margin of %s", f.Percent.Format()).With("floor.percent")
	}
	if !slices.Contains([]FloorAction{FloorBlock, FloorWarn, FloorNone}, f.Action) {
		return fault.Invalidf("action", "%q is nothing that happens below a floor; there are block, warn and none", f.Action).
			With("floor.action")
	}
	return nil
}
