package work

import (
	"slices"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Warranty says that somebody stands in for an asset in a time: the customer is not charged for
// what it covers, on orders about the asset.
type Warranty struct {
	Title  string            `json:"title"` // who gives it: "manufacturer", "our own, on the repair of May"
	Valid  calendar.Validity `json:"valid,omitzero"`
	Covers []CoverScope      `json:"covers"`
	// Rank goes before everything else where several could cover the same: the highest wins.
	Rank int  `json:"rank,omitempty"`
	Hide bool `json:"hide,omitempty"` // covered work is left off invoices
}

// CoverScope is a kind of work that may be covered.
type CoverScope string

// What may be covered.
const (
	CoverLabour   CoverScope = "labour"
	CoverTravel   CoverScope = "travel"
	CoverParts    CoverScope = "parts"
	CoverServices CoverScope = "services"
	CoverExpenses CoverScope = "expenses"
	CoverCallOut  CoverScope = "call-out" // the charge for coming at all
)

// CoverScopes lists what may be covered.
func CoverScopes() []CoverScope {
	return []CoverScope{CoverLabour, CoverTravel, CoverParts, CoverServices, CoverExpenses, CoverCallOut}
}

// maxRank bounds ranks on both sides.
const maxRank = 1000

func checkRank(n int) error {
	if n < -maxRank || n > maxRank {
		return fault.Invalidf("rank", "%d is out of range: %d to %d", n, -maxRank, maxRank).With("rank.range")
	}
	return nil
}

// check holds a warranty to its rules.
func (w *Warranty) check() (err error) {
	if w.Title, err = required("title", w.Title, "say who gives the warranty"); err != nil {
		return err
	}
	if err := w.Valid.Check("from"); err != nil {
		return err
	}
	if len(w.Covers) == 0 {
		return fault.Invalidf("covers", "a warranty covers something: labour, travel, parts, services, expenses or the call-out").With("warranty.covers")
	}
	for _, s := range w.Covers {
		if !slices.Contains(CoverScopes(), s) {
			return fault.Invalidf("covers", "%q is nothing that can be covered; there are labour, travel, parts, services, expenses and call-out", s).
				With("warranty.covers")
		}
	}
	return checkRank(w.Rank)
}

// SetWarranty gives an asset a warranty, or puts another one in the place of that of the same title. One
// that covers nothing takes it back.
type SetWarranty struct {
	Asset    store.ID `json:"asset"`
	Warranty Warranty `json:"warranty"`
}

// Name implements store.Command.
func (c *SetWarranty) Name() string { return "asset.warranty.v1" }

// Undoable implements store.Undoable.
func (c *SetWarranty) Undoable() {}

// Do implements store.Command.
func (c *SetWarranty) Do(tx *store.Tx) error {
	a, err := Assets.Get(tx, c.Asset)
	if err != nil {
		return err
	}
	w := c.Warranty
	same := func(o Warranty) bool { return party.Fold(o.Title) == party.Fold(w.Title) }
	i := slices.IndexFunc(a.Warranties, same)
	tx.Returns(a.ID, "")
	if len(w.Covers) == 0 && i >= 0 {
		a.Warranties = slices.Delete(a.Warranties, i, i+1)
		return Assets.Put(tx, a)
	}
	if err := w.check(); err != nil {
		return err
	}
	if i >= 0 {
		a.Warranties[i] = w
	} else {
		a.Warranties = append(a.Warranties, w)
	}
	tx.Emit("asset.warranty", a.ID, map[string]any{"title": w.Title, "covers": w.Covers})
	return Assets.Put(tx, a)
}
