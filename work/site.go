package work

import (
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Site is a place of a customer's where work is done.
type Site struct {
	store.Record
	Customer store.ID `json:"customer"`
	Branch   store.ID `json:"branch,omitempty"` // the branch that serves it
	Name     string   `json:"name"`
	Address  string   `json:"address,omitempty"`
	Zone     string   `json:"zone"` // IANA; local times of work here are read in it
	// Lat and Lon are WGS 84 degrees as typed, for example "48.2082"; empty when unknown.
	Lat    string `json:"lat,omitempty"`
	Lon    string `json:"lon,omitempty"`
	Access string `json:"access,omitempty"` // how to get in
	// Hours are when visits may take place, weekly in the site's local time; none means any time.
	Hours    calendar.Hours `json:"hours,omitzero"`
	Imported string         `json:"imported,omitempty"`
}

// SiteRow is what a list of sites shows.
type SiteRow struct {
	ID       store.ID `json:"id"`
	Customer store.ID `json:"customer"`
	Name     string   `json:"name"`
	Address  string   `json:"address,omitempty"`
	Zone     string   `json:"zone"`
}

// Sites holds the sites; a site's name is unique within its customer.
var Sites = store.Define(store.Def[Site, SiteRow]{
	Name: "site", Prefix: "site", Title: "site",
	Row: func(s *Site) SiteRow { return SiteRow{s.ID, s.Customer, s.Name, s.Address, s.Zone} },
	Indexes: []store.Index[Site]{
		{
			Name: "customer", Unique: true,
			Keys:  func(s *Site) []store.Key { return []store.Key{store.K(s.Customer, party.Fold(s.Name))} },
			Clash: func(s *Site) string { return "the customer already has a site " + s.Name },
		},
		{Name: "name", Keys: func(s *Site) []store.Key { return []store.Key{store.K(party.Fold(s.Name))} }},
	},
})

// check tidies a site and refuses what cannot be one.
func (s *Site) check(r store.Reader) (err error) {
	if s.Name, err = required("name", s.Name, "a site needs a name or an address"); err != nil {
		return err
	}
	if s.Address, err = prose("address", s.Address); err != nil {
		return err
	}
	if s.Access, err = prose("access", s.Access); err != nil {
		return err
	}
	if _, err := calendar.LoadZone("zone", s.Zone); err != nil {
		return err
	}
	if s.Branch != "" {
		if _, err := party.Branches.Get(r, s.Branch); err != nil {
			return err
		}
	}
	if err := degrees("lat", s.Lat, 90); err != nil {
		return err
	}
	if err := degrees("lon", s.Lon, 180); err != nil {
		return err
	}
	if (s.Lat == "") != (s.Lon == "") {
		return fault.Invalidf("lat", "latitude and longitude are given together or not at all").With("site.position")
	}
	return lines(lineField{"imported", &s.Imported})
}

// maxDegreeDecimals is 9: a tenth of a millimetre, more than any receiver knows.
const maxDegreeDecimals = 9

// degrees refuses what is no plain decimal of degrees between −most and most. The text
// is kept as it was typed, so a position has the accuracy that somebody gave it.
func degrees(field, s string, most int) error {
	if s == "" {
		return nil
	}
	bad := fault.Invalidf(field, "%.40q is no number of degrees such as 48.2082", s).With("site.position")
	whole, frac, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if !digits(whole) || len(whole) > 3 || dot && !digits(frac) || len(frac) > maxDegreeDecimals {
		return bad
	}
	n := 0
	for _, c := range whole {
		n = n*10 + int(c-'0')
	}
	if n > most || n == most && strings.Trim(frac, "0") != "" {
		return fault.Invalidf(field, "%s is beyond %d degrees", s, most).With("site.position")
	}
	return nil
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// AddSite makes a site of a customer's. Without a zone it gets its branch's, or the company's.
type AddSite struct {
	Customer store.ID `json:"customer"`
	Site     string   `json:"name,omitempty"` // the first line of the address when empty
	Branch   store.ID `json:"branch,omitempty"`
	Address  string   `json:"address,omitempty"`
	Zone     string   `json:"zone,omitempty"`
	Lat      string   `json:"lat,omitempty"`
	Lon      string   `json:"lon,omitempty"`
	Access   string   `json:"access,omitempty"`
	Hours    string   `json:"hours,omitempty"` // "Mon-Fri 07:00-16:00"
	Imported string   `json:"imported,omitempty"`
}

// Name implements store.Command.
func (c *AddSite) Name() string { return "site.add.v1" }

// Undoable implements store.Undoable.
func (c *AddSite) Undoable() {}

// Do implements store.Command.
func (c *AddSite) Do(tx *store.Tx) error {
	if _, err := Customers.Get(tx, c.Customer); err != nil {
		return err
	}
	s := &Site{
		Customer: c.Customer, Branch: c.Branch, Name: c.Site, Address: c.Address, Zone: c.Zone,
		Lat: c.Lat, Lon: c.Lon, Access: c.Access, Imported: c.Imported,
	}
	if err := s.open(&c.Hours); err != nil {
		return err
	}
	if strings.TrimSpace(s.Name) == "" {
		s.Name, _, _ = strings.Cut(strings.TrimSpace(s.Address), "\n")
	}
	if s.Zone == "" {
		zone, err := homeZone(tx, s.Branch)
		if err != nil {
			return err
		}
		s.Zone = zone
	}
	if err := s.check(tx); err != nil {
		return err
	}
	s.ID = Sites.NewID(tx, "")
	tx.Returns(s.ID, "")
	tx.Emit("site.added", s.ID, map[string]any{"name": s.Name, "customer": s.Customer})
	return Sites.Put(tx, s)
}

// homeZone is the zone of a branch, or of the company where there is no branch.
func homeZone(r store.Reader, branch store.ID) (string, error) {
	if branch != "" {
		b, err := party.Branches.Get(r, branch)
		if err != nil {
			return "", err
		}
		return b.Zone, nil
	}
	c, err := party.TheCompany(r)
	if err != nil {
		return "", err
	}
	return c.Zone, nil
}

// EditSite changes the fields that are given. Orders keep the zone that they were made under.
type EditSite struct {
	ID      store.ID  `json:"id"`
	Site    *string   `json:"name,omitempty"`
	Branch  *store.ID `json:"branch,omitempty"`
	Address *string   `json:"address,omitempty"`
	Zone    *string   `json:"zone,omitempty"`
	Lat     *string   `json:"lat,omitempty"`
	Lon     *string   `json:"lon,omitempty"`
	Access  *string   `json:"access,omitempty"`
	Hours   *string   `json:"hours,omitempty"`
}

// Name implements store.Command.
func (c *EditSite) Name() string { return "site.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditSite) Undoable() {}

// Do implements store.Command.
func (c *EditSite) Do(tx *store.Tx) error {
	s, err := Sites.Get(tx, c.ID)
	if err != nil {
		return err
	}
	set(&s.Name, c.Site)
	set(&s.Branch, c.Branch)
	set(&s.Address, c.Address)
	set(&s.Zone, c.Zone)
	set(&s.Lat, c.Lat)
	set(&s.Lon, c.Lon)
	set(&s.Access, c.Access)
	if err := s.open(c.Hours); err != nil {
		return err
	}
	if err := s.check(tx); err != nil {
		return err
	}
	tx.Returns(s.ID, "")
	return Sites.Put(tx, s)
}

// open sets the hours in which visits may take place; an empty text takes them away.
func (s *Site) open(hours *string) (err error) {
	if hours == nil {
		return nil
	}
	if s.Hours = (calendar.Hours{}); strings.TrimSpace(*hours) != "" {
		s.Hours, err = calendar.ParseHours("hours", *hours)
	}
	return err
}

// FindSite resolves what a person typed for a site: an id, or a name that is unique
// among the customer's sites, or among all where no customer is given.
func FindSite(r store.Reader, customer store.ID, ref string) (store.ID, error) {
	if ref == "" {
		return "", fault.Invalidf("site", "no site was named")
	}
	if id := store.ID(ref); id.Valid() && id.Prefix() == Sites.Prefix() {
		return id, nil
	}
	if customer != "" {
		return soleMatch(Sites.IDs(r, "customer", store.K(customer, party.Fold(ref))), "site", ref)
	}
	return soleMatch(Sites.IDs(r, "name", store.K(party.Fold(ref))), "site", ref)
}
