package dispatch

import (
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Territory is a part of the country that some technicians serve. Sites belong to one at
// most; a technician may serve several, and one who is in none goes anywhere.
type Territory struct {
	store.Record
	Name        string     `json:"name"`
	Technicians []store.ID `json:"technicians,omitempty"`
}

// TerritoryRow is what a list of territories shows.
type TerritoryRow struct {
	ID          store.ID   `json:"id"`
	Name        string     `json:"name"`
	Technicians []store.ID `json:"technicians,omitempty"`
}

// Territories holds the territories, by unique name and by technician.
var Territories = store.Define(store.Def[Territory, TerritoryRow]{
	Name: "territory", Prefix: "terr", Title: "territory", Lookup: "name", Fold: party.Fold,
	Row: func(t *Territory) TerritoryRow { return TerritoryRow{t.ID, t.Name, t.Technicians} },
	Indexes: []store.Index[Territory]{
		{
			Name: "name", Unique: true,
			Keys:  func(t *Territory) []store.Key { return []store.Key{store.K(party.Fold(t.Name))} },
			Clash: func(t *Territory) string { return "there is already a territory " + t.Name },
		},
		{Name: "technician", Keys: func(t *Territory) (keys []store.Key) {
			for _, id := range t.Technicians {
				keys = append(keys, store.K(id))
			}
			return keys
		}},
	},
})

// AddTerritory draws a territory.
type AddTerritory struct {
	Territory   string     `json:"name"`
	Technicians []store.ID `json:"technicians,omitempty"`
	Sites       []store.ID `json:"sites,omitempty"`
}

// Name implements store.Command.
func (c *AddTerritory) Name() string { return "territory.add.v1" }

// Undoable implements store.Undoable.
func (c *AddTerritory) Undoable() {}

// Do implements store.Command.
func (c *AddTerritory) Do(tx *store.Tx) error {
	name, err := party.ParseName("name", "territory", c.Territory)
	if err != nil {
		return err
	}
	t := &Territory{Name: name}
	t.ID = Territories.NewID(tx, "")
	return (&EditTerritory{AddTechnicians: c.Technicians, AddSites: c.Sites}).apply(tx, t)
}

// EditTerritory renames a territory, or lets technicians and sites come to it or leave it.
type EditTerritory struct {
	Territory         store.ID   `json:"territory"`
	NewName           *string    `json:"name,omitempty"`
	AddTechnicians    []store.ID `json:"add_technicians,omitempty"`
	RemoveTechnicians []store.ID `json:"remove_technicians,omitempty"`
	AddSites          []store.ID `json:"add_sites,omitempty"` // they leave the one that they were in
	RemoveSites       []store.ID `json:"remove_sites,omitempty"`
}

// Name implements store.Command.
func (c *EditTerritory) Name() string { return "territory.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditTerritory) Undoable() {}

// Do implements store.Command.
func (c *EditTerritory) Do(tx *store.Tx) error {
	t, err := Territories.Get(tx, c.Territory)
	if err != nil {
		return err
	}
	if c.NewName != nil {
		if t.Name, err = party.ParseName("name", "territory", *c.NewName); err != nil {
			return err
		}
	}
	return c.apply(tx, t)
}

func (c *EditTerritory) apply(tx *store.Tx, t *Territory) error {
	for _, id := range c.AddTechnicians {
		if _, err := Technicians.Get(tx, id); err != nil {
			return err
		}
		if !slices.Contains(t.Technicians, id) {
			t.Technicians = append(t.Technicians, id)
		}
	}
	t.Technicians = slices.DeleteFunc(t.Technicians, func(id store.ID) bool { return slices.Contains(c.RemoveTechnicians, id) })
	tx.Returns(t.ID, "")
	if err := Territories.Put(tx, t); err != nil {
		return err
	}
	for _, id := range c.AddSites {
		if _, err := work.Sites.Get(tx, id); err != nil {
			return err
		}
		if err := changeTerms(tx, id, func(v *VisitTerms) { v.Territory = t.ID }); err != nil {
			return err
		}
	}
	for _, id := range c.RemoveSites {
		v, err := TermsOf(tx, id)
		if err != nil {
			return err
		}
		if v.Territory != t.ID {
			s, err := work.Sites.Get(tx, id)
			if err != nil {
				return err
			}
			return fault.Refusedf("%s is not in %s", s.Name, t.Name).With("territory.site").Hint("callout territory show %q", t.Name)
		}
		if err := changeTerms(tx, id, func(v *VisitTerms) { v.Territory = "" }); err != nil {
			return err
		}
	}
	return nil
}

// SitesIn returns the sites of a territory.
func SitesIn(r store.Reader, territory store.ID) ([]*work.Site, error) {
	var out []*work.Site
	for v, err := range VisitTermsOf.By(r, "territory", store.K(territory)) {
		if err != nil {
			return nil, err
		}
		s, err := work.Sites.Get(r, v.Subject)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *work.Site) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// served names the territories that a technician serves.
func served(r store.Reader, technician store.ID) ([]string, error) {
	var out []string
	for t, err := range Territories.By(r, "technician", store.K(technician)) {
		if err != nil {
			return nil, err
		}
		out = append(out, t.Name)
	}
	slices.Sort(out)
	return out, nil
}

// outOfTerritory says that a technician who serves some territories does not serve this one.
func (m member) outOfTerritory(at *Territory) []Conflict {
	if at == nil || len(m.serves) == 0 || slices.Contains(at.Technicians, m.ID) {
		return nil
	}
	return []Conflict{{
		Code: OutOfReach, Technician: m.ID, With: at.ID,
		Detail: m.Name + ": serves " + strings.Join(m.serves, ", ") + ", the site is in " + at.Name,
	}}
}
