package intake

import (
	"slices"

	"callout/store"
)

// ImportCustomer brings in one customer.
type ImportCustomer struct {
	From     Origin     `json:"from"`
	Customer CustomerOf `json:"customer"`
}

// Name implements store.Command.
func (c *ImportCustomer) Name() string { return "customer.import.v1" }

// Undoable implements store.Undoable.
func (c *ImportCustomer) Undoable() {}

// Do implements store.Command.
func (c *ImportCustomer) Do(tx *store.Tx) error { return bring(tx, c) }

func (c *ImportCustomer) from() *Origin { return &c.From }

func (c *ImportCustomer) steps(tx *store.Tx) (store.ID, string, error) {
	id, err := c.Customer.add(tx, c.From)
	return id, c.Customer.Name, err
}

func customers() *kind {
	return &kind{
		name:   "customers",
		fields: append([]field{{name: "name", required: true}}, customerFields("")...),
		empty:  func() rowCommand { return &ImportCustomer{} },
		command: func(c *cells, from Origin) rowCommand {
			return &ImportCustomer{From: from, Customer: c.customer("name", "")}
		},
	}
}

// ImportSite brings in one site.
type ImportSite struct {
	From     Origin     `json:"from"`
	Customer CustomerOf `json:"customer"`
	Site     SiteOf     `json:"site"`
}

// Name implements store.Command.
func (c *ImportSite) Name() string { return "site.import.v1" }

// Undoable implements store.Undoable.
func (c *ImportSite) Undoable() {}

// Do implements store.Command.
func (c *ImportSite) Do(tx *store.Tx) error { return bring(tx, c) }

func (c *ImportSite) from() *Origin { return &c.From }

func (c *ImportSite) steps(tx *store.Tx) (store.ID, string, error) {
	customer, err := c.Customer.find(tx, c.From)
	if err != nil {
		return "", "", err
	}
	id, err := c.Site.add(tx, customer, c.From)
	return id, c.Site.Name, err
}

func sites() *kind {
	return &kind{
		name: "sites",
		fields: slices.Concat(
			[]field{{name: "customer", required: true}, {name: "name", required: true}},
			siteFields(""), customerFields("customer_"),
		),
		creates: []string{"customer"},
		empty:   func() rowCommand { return &ImportSite{} },
		command: func(c *cells, from Origin) rowCommand {
			return &ImportSite{From: from, Customer: c.customer("customer", "customer_"), Site: c.site("name", "")}
		},
	}
}

// ImportAsset brings in one asset.
type ImportAsset struct {
	From     Origin     `json:"from"`
	Customer CustomerOf `json:"customer"`
	Site     SiteOf     `json:"site"`
	Asset    AssetOf    `json:"asset"`
}

// Name implements store.Command.
func (c *ImportAsset) Name() string { return "asset.import.v1" }

// Undoable implements store.Undoable.
func (c *ImportAsset) Undoable() {}

// Do implements store.Command.
func (c *ImportAsset) Do(tx *store.Tx) error { return bring(tx, c) }

func (c *ImportAsset) from() *Origin { return &c.From }

func (c *ImportAsset) steps(tx *store.Tx) (store.ID, string, error) {
	customer, err := c.Customer.find(tx, c.From)
	if err != nil {
		return "", "", err
	}
	site, err := c.Site.find(tx, customer, c.From)
	if err != nil {
		return "", "", err
	}
	id, err := c.Asset.add(tx, site, c.From)
	return id, c.Asset.Name, err
}

func assets() *kind {
	return &kind{
		name: "assets",
		fields: slices.Concat(
			[]field{{name: "customer", required: true}, {name: "site", required: true}, {name: "name", required: true}},
			assetFields(""), siteFields("site_"), customerFields("customer_"),
		),
		creates: []string{"customer", "site"},
		empty:   func() rowCommand { return &ImportAsset{} },
		command: func(c *cells, from Origin) rowCommand {
			return &ImportAsset{
				From: from, Customer: c.customer("customer", "customer_"), Site: c.site("site", "site_"),
				Asset: c.asset("name", ""),
			}
		},
	}
}
