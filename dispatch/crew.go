package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Crew is technicians who go together, with one who leads. It holds for a range of dates
// as the lead's calendar shows them. A visit keeps the technicians who were in the crew when it was planned.
type Crew struct {
	store.Record
	Name        string            `json:"name"`
	Lead        store.ID          `json:"lead"`
	Technicians []store.ID        `json:"technicians"` // the lead is the first
	Valid       calendar.Validity `json:"valid,omitzero"`
}

// Crews holds the crews by unique name.
var Crews = store.Define(store.Def[Crew, Crew]{
	Name: "crew", Prefix: "crew", Title: "crew", Lookup: "name", Fold: party.Fold,
	Row: func(c *Crew) Crew { return *c },
	Indexes: []store.Index[Crew]{{
		Name: "name", Unique: true,
		Keys:  func(c *Crew) []store.Key { return []store.Key{store.K(party.Fold(c.Name))} },
		Clash: func(c *Crew) string { return "there is already a crew " + c.Name },
	}},
})

// AddCrew puts a crew together.
type AddCrew struct {
	Crew        string            `json:"name"`
	Lead        store.ID          `json:"lead"`
	Technicians []store.ID        `json:"technicians"` // besides the lead
	Valid       calendar.Validity `json:"valid,omitzero"`
}

// Name implements store.Command.
func (c *AddCrew) Name() string { return "crew.add.v1" }

// Undoable implements store.Undoable.
func (c *AddCrew) Undoable() {}

// Do implements store.Command.
func (c *AddCrew) Do(tx *store.Tx) error {
	name, err := party.ParseName("name", "crew", c.Crew)
	if err != nil {
		return err
	}
	crew := &Crew{Name: name, Lead: c.Lead, Technicians: c.Technicians, Valid: c.Valid}
	crew.ID = Crews.NewID(tx, "")
	return crew.put(tx)
}

// EditCrew changes a crew. A nil field stays. Visits that are planned keep their technicians.
type EditCrew struct {
	Crew        store.ID           `json:"crew"`
	NewName     *string            `json:"name,omitempty"`
	Lead        *store.ID          `json:"lead,omitempty"`
	Technicians *[]store.ID        `json:"technicians,omitempty"`
	Valid       *calendar.Validity `json:"valid,omitempty"`
}

// Name implements store.Command.
func (c *EditCrew) Name() string { return "crew.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditCrew) Undoable() {}

// Do implements store.Command.
func (c *EditCrew) Do(tx *store.Tx) error {
	crew, err := Crews.Get(tx, c.Crew)
	if err != nil {
		return err
	}
	if c.NewName != nil {
		if crew.Name, err = party.ParseName("name", "crew", *c.NewName); err != nil {
			return err
		}
	}
	if c.Lead != nil {
		crew.Lead = *c.Lead
	}
	if c.Technicians != nil {
		crew.Technicians = *c.Technicians
	}
	if c.Valid != nil {
		crew.Valid = *c.Valid
	}
	return crew.put(tx)
}

// put checks a crew and writes it, with the lead first.
func (c *Crew) put(tx *store.Tx) error {
	if c.Lead == "" {
		return fault.Invalidf("lead", "say who leads the crew").With("crew.lead").Hint("add --lead NAME")
	}
	rest := slices.DeleteFunc(slices.Clone(c.Technicians), func(id store.ID) bool { return id == c.Lead })
	c.Technicians = append([]store.ID{c.Lead}, rest...)
	if err := team(tx, c.Technicians); err != nil {
		return err
	}
	if len(c.Technicians) < 2 {
		return fault.Invalidf("technician", "a crew is two people at least").With("crew.one").Hint("add --technician NAME")
	}
	if err := c.Valid.Check("until"); err != nil {
		return err
	}
	tx.Returns(c.ID, "")
	return Crews.Put(tx, c)
}

// RemoveCrew breaks a crew up. Its visits keep their technicians.
type RemoveCrew struct {
	Crew store.ID `json:"crew"`
}

// Name implements store.Command.
func (c *RemoveCrew) Name() string { return "crew.remove.v1" }

// Undoable implements store.Undoable.
func (c *RemoveCrew) Undoable() {}

// Do implements store.Command.
func (c *RemoveCrew) Do(tx *store.Tx) error {
	tx.Returns(c.Crew, "")
	return Crews.Delete(tx, c.Crew)
}

// crewAt returns who goes when a crew is sent, and refuses a crew that does not exist on
// the day on which the visit starts. Without a crew it is the technicians who were named.
func crewAt(r store.Reader, id store.ID, start time.Time, named []store.ID) ([]store.ID, error) {
	if id == "" {
		return named, nil
	}
	c, err := Crews.Get(r, id)
	if err != nil {
		return nil, err
	}
	if len(named) > 0 {
		return nil, fault.Invalidf("crew", "a crew or single technicians are sent, not both").With("crew.both")
	}
	lead, err := Technicians.Get(r, c.Lead)
	if err != nil {
		return nil, err
	}
	if on := calendar.DateOf(start, zoneOf(lead.Zone)); !start.IsZero() && !c.Valid.Contains(on) {
		return nil, fault.Refusedf("the crew %s exists %s, the visit would start on %s", c.Name, c.Valid, on).With("crew.validity").
			Hint("callout crew show %q", c.Name)
	}
	return slices.Clone(c.Technicians), nil
}
