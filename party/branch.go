package party

import (
	"iter"
	"strings"

	"callout/calendar"
	"callout/store"
)

// Branch is a place of business with its own time zone and working hours.
type Branch struct {
	store.Record
	Name    string         `json:"name"`
	Zone    string         `json:"zone"`
	Hours   calendar.Hours `json:"hours,omitzero"` // opening hours in the zone's local time
	Address string         `json:"address,omitempty"`
	// Holidays are the branch's own, beside the company's. See [HolidaysAt].
	Holidays calendar.Holidays `json:"holidays,omitempty"`
}

// BranchRow is what a list of branches shows.
type BranchRow struct {
	ID    store.ID `json:"id"`
	Name  string   `json:"name"`
	Zone  string   `json:"zone"`
	Hours string   `json:"hours,omitempty"`
}

// Branches holds the branches, by unique name.
var Branches = store.Define(store.Def[Branch, BranchRow]{
	Name: "branch", Prefix: "br", Title: "branch", Lookup: "name", Fold: Fold,
	Row: func(b *Branch) BranchRow { return BranchRow{b.ID, b.Name, b.Zone, b.Hours.String()} },
	Indexes: []store.Index[Branch]{{
		Name: "name", Unique: true,
		Keys:  func(b *Branch) []store.Key { return []store.Key{store.K(Fold(b.Name))} },
		Clash: func(b *Branch) string { return "there is already a branch " + b.Name },
	}},
})

// ListBranches yields the branches by name.
func ListBranches(r store.Reader) iter.Seq2[BranchRow, error] {
	return Branches.Rows(r, "name", store.Range{})
}

// AddBranch opens a branch.
type AddBranch struct {
	Branch  string `json:"name"`
	Zone    string `json:"zone"`            // empty means the company's
	Hours   string `json:"hours,omitempty"` // "Mon-Fri 08:00-17:00"
	Address string `json:"address,omitempty"`
}

// Name implements store.Command.
func (c *AddBranch) Name() string { return "branch.add.v1" }

// Undoable implements store.Undoable.
func (c *AddBranch) Undoable() {}

// Do implements store.Command.
func (c *AddBranch) Do(tx *store.Tx) error {
	company, err := TheCompany(tx)
	if err != nil {
		return err
	}
	b := &Branch{Zone: company.Zone}
	if err := b.set(&c.Branch, notEmpty(c.Zone), notEmpty(c.Hours), notEmpty(c.Address)); err != nil {
		return err
	}
	b.ID = Branches.NewID(tx, "")
	tx.Returns(b.ID, "")
	return Branches.Put(tx, b)
}

// EditBranch changes a branch. A nil field stays as it is. What was made under the old
// zone or hours keeps them: sites, orders and visits carry their own.
type EditBranch struct {
	Branch  store.ID `json:"branch"`
	NewName *string  `json:"name,omitempty"`
	Zone    *string  `json:"zone,omitempty"`
	Hours   *string  `json:"hours,omitempty"` // "" means no fixed hours
	Address *string  `json:"address,omitempty"`
}

// Name implements store.Command.
func (c *EditBranch) Name() string { return "branch.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditBranch) Undoable() {}

// Do implements store.Command.
func (c *EditBranch) Do(tx *store.Tx) error {
	b, err := Branches.Get(tx, c.Branch)
	if err != nil {
		return err
	}
	if err := b.set(c.NewName, c.Zone, c.Hours, c.Address); err != nil {
		return err
	}
	tx.Returns(b.ID, "")
	return Branches.Put(tx, b)
}

// set takes over the fields that are given.
func (b *Branch) set(name, zone, hours, address *string) (err error) {
	if name != nil {
		if b.Name, err = ParseName("name", "branch", *name); err != nil {
			return err
		}
	}
	if zone != nil {
		if _, err := calendar.LoadZone("tz", *zone); err != nil {
			return err
		}
		b.Zone = *zone
	}
	if hours != nil {
		b.Hours = calendar.Hours{}
		if *hours != "" {
			if b.Hours, err = calendar.ParseHours("hours", *hours); err != nil {
				return err
			}
		}
	}
	if address != nil {
		b.Address = strings.TrimSpace(*address)
	}
	return nil
}

// notEmpty is a field that was given, or nil.
func notEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
