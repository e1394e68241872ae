package intake

import (
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// CustomerOf names a customer, with what is known of one that has to be made first.
type CustomerOf struct {
	Name    string `json:"name"`
	Create  bool   `json:"create,omitempty"` // make it when it is missing
	Address string `json:"address,omitempty"`
	Country string `json:"country,omitempty"`
	TaxID   string `json:"tax_id,omitempty"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
}

// SiteOf names a site of a customer's.
type SiteOf struct {
	Name    string `json:"name"`
	Create  bool   `json:"create,omitempty"`
	Branch  string `json:"branch,omitempty"`
	Address string `json:"address,omitempty"`
	Zone    string `json:"zone,omitempty"`
	Lat     string `json:"lat,omitempty"`
	Lon     string `json:"lon,omitempty"`
	Access  string `json:"access,omitempty"`
}

// AssetOf names an asset at a site.
type AssetOf struct {
	Name   string `json:"name"`
	Create bool   `json:"create,omitempty"`
	Model  string `json:"model,omitempty"`
	Serial string `json:"serial,omitempty"`
}

// missing refuses a row that names what is not there.
func missing(what, name string) error {
	return fault.NotFoundf("there is no %s %q", what, clip(name, 80)).With("import.missing").
		Hint("create: [%s] in the mapping makes what is missing", what)
}

// find returns the customer, made now if need be.
func (c CustomerOf) find(tx *store.Tx, from Origin) (store.ID, error) {
	for id, err := range work.Customers.IDs(tx, "name", store.K(party.Fold(c.Name))) {
		return id, err
	}
	if !c.Create {
		return "", missing("customer", c.Name)
	}
	return c.add(tx, from)
}

func (c CustomerOf) add(tx *store.Tx, from Origin) (store.ID, error) {
	id, _, err := step(tx, "customer", &work.AddCustomer{
		Customer: c.Name, Address: c.Address, Country: c.Country, TaxID: c.TaxID, Email: c.Email, Phone: c.Phone,
		Imported: from.String(),
	})
	return id, err
}

// find returns the customer's site, made now if need be.
func (s SiteOf) find(tx *store.Tx, customer store.ID, from Origin) (store.ID, error) {
	for id, err := range work.Sites.IDs(tx, "customer", store.K(customer, party.Fold(s.Name))) {
		return id, err
	}
	if !s.Create {
		return "", missing("site", s.Name)
	}
	return s.add(tx, customer, from)
}

func (s SiteOf) add(tx *store.Tx, customer store.ID, from Origin) (store.ID, error) {
	branch, err := findBranch(tx, s.Branch)
	if err != nil {
		return "", err
	}
	id, _, err := step(tx, "site", &work.AddSite{
		Customer: customer, Site: s.Name, Branch: branch, Address: s.Address, Zone: s.Zone,
		Lat: s.Lat, Lon: s.Lon, Access: s.Access, Imported: from.String(),
	})
	return id, err
}

// find returns the asset at the site, made now if need be.
func (a AssetOf) find(tx *store.Tx, site store.ID, from Origin) (store.ID, error) {
	for id, err := range work.Assets.IDs(tx, "site", store.K(site, party.Fold(a.Name))) {
		return id, err
	}
	if !a.Create {
		return "", missing("asset", a.Name)
	}
	return a.add(tx, site, from)
}

func (a AssetOf) add(tx *store.Tx, site store.ID, from Origin) (store.ID, error) {
	id, _, err := step(tx, "asset", &work.AddAsset{
		Site: site, Asset: a.Name, Model: a.Model, Serial: a.Serial, Imported: from.String(),
	})
	return id, err
}

// findBranch returns the branch of a name; of no name, none.
func findBranch(r store.Reader, name string) (store.ID, error) {
	if name == "" {
		return "", nil
	}
	for id, err := range party.Branches.IDs(r, "name", store.K(party.Fold(name))) {
		return id, err
	}
	return "", fault.NotFoundf("there is no branch %q", clip(name, 80)).With("import.missing").Hint("callout branch list")
}

// customer reads a customer off a row. The fields of one that has to be made stand under a
// prefix where the row is about something else.
func (c *cells) customer(name, prefix string) CustomerOf {
	return CustomerOf{
		Name: c.text(name), Create: c.m.creates("customer"),
		Address: c.text(prefix + "address"), Country: c.text(prefix + "country"), TaxID: c.text(prefix + "tax_id"),
		Email: c.text(prefix + "email"), Phone: c.text(prefix + "phone"),
	}
}

func (c *cells) site(name, prefix string) SiteOf {
	return SiteOf{
		Name: c.text(name), Create: c.m.creates("site"), Branch: c.text(prefix + "branch"),
		Address: c.text(prefix + "address"), Zone: c.text(prefix + "zone"),
		Lat: c.number(prefix + "lat"), Lon: c.number(prefix + "lon"), Access: c.text(prefix + "access"),
	}
}

func (c *cells) asset(name, prefix string) AssetOf {
	return AssetOf{
		Name: c.text(name), Create: c.m.creates("asset"), Model: c.text(prefix + "model"), Serial: c.text(prefix + "serial"),
	}
}

// customerFields, siteFields and assetFields are what can be said of each, under a prefix.
func customerFields(prefix string) []field {
	return texts(prefix+"address", prefix+"country", prefix+"tax_id", prefix+"email", prefix+"phone")
}

func siteFields(prefix string) []field {
	return append(texts(prefix+"branch", prefix+"address", prefix+"zone", prefix+"access"),
		field{name: prefix + "lat", form: aNumber}, field{name: prefix + "lon", form: aNumber})
}

func assetFields(prefix string) []field { return texts(prefix+"model", prefix+"serial") }
