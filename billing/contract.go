package billing

import (
	"fmt"
	"slices"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Contract is what a customer and the shop have agreed about prices, for all of the
// customer's sites or for some. It has revisions, and a work order pins the ones that it was created
// under: the pin fixes the revision, the date by which the contract prices chooses
// within it.
type Contract struct {
	store.Record
	Name     string        `json:"name"`
	Customer store.ID      `json:"customer"`
	Rev      int           `json:"rev"`
	Terms    ContractTerms `json:"terms"` // of the newest revision
}

// ContractTerms is what counts for a whole contract.
type ContractTerms struct {
	Sites    []store.ID        `json:"sites,omitempty"` // all of the customer's when empty
	Valid    calendar.Validity `json:"valid,omitzero"`
	PricedBy PricingDate       `json:"priced_by,omitempty"` // the service date when empty
	// Rules are billing rules that go before the shop's, as a whole.
	Rules store.Pin `json:"rules,omitzero"`
}

// PricingDate says by which day prices are chosen.
type PricingDate string

// The pricing dates.
const (
	ByService PricingDate = "performed" // the day the work was done
	ByOrder   PricingDate = "ordered"   // the day the customer asked
	ByIssue   PricingDate = "issued"    // the day the document is made
)

func (p PricingDate) check(field string) error {
	switch p {
	case "", ByService, ByOrder, ByIssue:
		return nil
	}
	return fault.Invalidf(field, "%q is no day to price by; there are performed, ordered and issued", p).With("contract.priced-by")
}

// Covers reports whether the terms are about a site.
func (t *ContractTerms) Covers(site store.ID) bool {
	return len(t.Sites) == 0 || slices.Contains(t.Sites, site)
}

// Pin returns the pin of the newest revision.
func (c *Contract) Pin() store.Pin { return store.Pin{Name: c.Name, Rev: c.Rev, ID: c.ID} }

// PinContract begins the kinds of pins by which an order holds to revisions of contracts, one
// kind for each contract.
const PinContract = "contract."

// ContractRow is what a list of contracts shows.
type ContractRow struct {
	ID       store.ID          `json:"id"`
	Name     string            `json:"name"`
	Customer store.ID          `json:"customer"`
	Rev      int               `json:"rev"`
	Sites    int               `json:"sites,omitempty"` // how many; all when 0
	Valid    calendar.Validity `json:"valid,omitzero"`
	PricedBy PricingDate       `json:"priced_by,omitempty"`
}

// Contracts holds the contracts, by unique name and by customer.
var Contracts = store.Define(store.Def[Contract, ContractRow]{
	Name: "contract", Prefix: "ctr", Title: "contract", Lookup: "name", Fold: party.Fold,
	Row: func(c *Contract) ContractRow {
		return ContractRow{c.ID, c.Name, c.Customer, c.Rev, len(c.Terms.Sites), c.Terms.Valid, c.Terms.PricedBy}
	},
	Indexes: []store.Index[Contract]{
		{
			Name: "name", Unique: true,
			Keys:  func(c *Contract) []store.Key { return []store.Key{store.K(party.Fold(c.Name))} },
			Clash: func(c *Contract) string { return "there is already a contract " + c.Name },
		},
		{Name: "customer", Keys: func(c *Contract) []store.Key { return []store.Key{store.K(c.Customer, party.Fold(c.Name))} }},
		{Name: "site", Keys: func(c *Contract) []store.Key {
			var keys []store.Key
			for _, s := range c.Terms.Sites {
				keys = append(keys, store.K(s))
			}
			return keys
		}},
	},
})

// contractVersion keeps the terms of revisions of a contract.
type contractVersion struct {
	store.Record
	Contract store.ID      `json:"contract"`
	Terms    ContractTerms `json:"terms"`
	Span
}

var contractVersions = store.Define(store.Def[contractVersion, store.NoRow]{
	Name: "contract_version", Prefix: "ctrv", Title: "contract's terms",
	Indexes: []store.Index[contractVersion]{{
		Name: "contract", Unique: true,
		Keys: func(v *contractVersion) []store.Key { return []store.Key{store.K(v.Contract, v.Since)} },
	}},
})

// termsAt returns the terms that a view of a contract has, or nil where it was not known
// yet.
func termsAt(r store.Reader, contract store.ID, v view) (*ContractTerms, error) {
	for t, err := range contractVersions.By(r, "contract", store.K(contract)) {
		if err != nil {
			return nil, err
		}
		if v.sees(t.Span) {
			return &t.Terms, nil
		}
	}
	return nil, nil
}

// revise makes a new revision of the contract in which its terms are as they are now on
// the record, and returns its number.
func (c *Contract) revise(tx *store.Tx) error {
	c.Rev++
	next := &contractVersion{Contract: c.ID, Terms: c.Terms, Span: begun(tx, c.Rev)}
	next.ID = contractVersions.NewID(tx, fmt.Sprintf("%s/%d", c.ID, c.Rev))
	for old, err := range contractVersions.By(tx, "contract", store.K(c.ID)) {
		if err != nil {
			return err
		}
		if old.Until != 0 {
			continue
		}
		old.end(tx, c.Rev)
		if err := contractVersions.Put(tx, old); err != nil {
			return err
		}
	}
	tx.Returns(c.ID, c.Name)
	return firstError(contractVersions.Put(tx, next), Contracts.Put(tx, c))
}

// AddContract agrees a contract with a customer. What it prices is set by [SetClause]. It is not
// undone: orders may have pinned it. [EndContract] ends it.
type AddContract struct {
	Contract string            `json:"name"`
	Customer store.ID          `json:"customer"`
	Sites    []store.ID        `json:"sites,omitempty"`
	Valid    calendar.Validity `json:"valid,omitzero"`
	PricedBy PricingDate       `json:"priced_by,omitempty"`
	Rules    *Rules            `json:"rules,omitempty"`
}

// Name implements store.Command.
func (c *AddContract) Name() string { return "contract.add.v1" }

// Do implements store.Command.
func (c *AddContract) Do(tx *store.Tx) error {
	k := &Contract{Customer: c.Customer}
	var err error
	if k.Name, err = party.ParseName("name", "contract", c.Contract); err != nil {
		return err
	}
	if _, err := work.Customers.Get(tx, c.Customer); err != nil {
		return err
	}
	k.ID = Contracts.NewID(tx, party.Fold(k.Name))
	edit := EditContract{Sites: &c.Sites, Valid: &c.Valid, PricedBy: &c.PricedBy, Rules: c.Rules}
	if err := edit.apply(tx, k); err != nil {
		return err
	}
	return k.revise(tx)
}

// EditContract changes what counts for a whole contract, as a new revision. A nil field
// stays as it is.
type EditContract struct {
	Contract store.ID           `json:"contract"`
	Sites    *[]store.ID        `json:"sites,omitempty"`
	Valid    *calendar.Validity `json:"valid,omitempty"`
	PricedBy *PricingDate       `json:"priced_by,omitempty"`
	Rules    *Rules             `json:"rules,omitempty"`
	// ShopRules lets the shop's billing rules count again.
	ShopRules bool `json:"shop_rules,omitempty"`
}

// Name implements store.Command.
func (c *EditContract) Name() string { return "contract.edit.v1" }

// Do implements store.Command.
func (c *EditContract) Do(tx *store.Tx) error {
	k, err := Contracts.Get(tx, c.Contract)
	if err != nil {
		return err
	}
	if err := c.apply(tx, k); err != nil {
		return err
	}
	return k.revise(tx)
}

func (c *EditContract) apply(tx *store.Tx, k *Contract) error {
	tx.Returns(k.ID, k.Name) // rules are published on the way
	t := &k.Terms
	if c.Sites != nil {
		t.Sites = unique(slices.Clone(*c.Sites))
		for _, id := range t.Sites {
			if err := siteOf(tx, k.Customer, id); err != nil {
				return err
			}
		}
	}
	if c.Valid != nil {
		if err := c.Valid.Check("from"); err != nil {
			return err
		}
		t.Valid = *c.Valid
	}
	if c.PricedBy != nil {
		if err := c.PricedBy.check("priced-by"); err != nil {
			return err
		}
		t.PricedBy = *c.PricedBy
	}
	switch {
	case c.Rules != nil && c.ShopRules:
		return fault.Invalidf("rules", "either the contract has billing rules or the shop's count")
	case c.ShopRules:
		t.Rules = store.Pin{}
	case c.Rules != nil:
		if err := c.Rules.check(); err != nil {
			return err
		}
		pin, err := RuleBook.Publish(tx, PinContract+string(k.ID), *c.Rules)
		if err != nil {
			return err
		}
		t.Rules = pin
	}
	return nil
}

// siteOf refuses a site that is not the customer's.
func siteOf(r store.Reader, customer, site store.ID) error {
	s, err := work.Sites.Get(r, site)
	if err != nil {
		return err
	}
	if s.Customer != customer {
		return fault.Invalidf("site", "%s is not a site of that customer", s.Name).With("contract.site").
			Hint("callout site list")
	}
	return nil
}

// EndContract lets a contract hold no longer from a day on, as a new revision.
type EndContract struct {
	Contract store.ID      `json:"contract"`
	On       calendar.Date `json:"on"` // the first day on which it holds no longer
}

// Name implements store.Command.
func (c *EndContract) Name() string { return "contract.end.v1" }

// Do implements store.Command.
func (c *EndContract) Do(tx *store.Tx) error {
	k, err := Contracts.Get(tx, c.Contract)
	if err != nil {
		return err
	}
	if c.On.IsZero() {
		return fault.Invalidf("on", "say from which day on %s holds no longer", k.Name).With("contract.end").
			Hint("callout contract end %q --on …", k.Name)
	}
	if to := k.Terms.Valid.To; !to.IsZero() && to.Before(c.On) {
		return fault.Refusedf("%s ends on %s already", k.Name, to).With("contract.ended").
			Hint("callout contract edit %q --to …", k.Name)
	}
	k.Terms.Valid.To = c.On
	if err := k.Terms.Valid.Check("on"); err != nil {
		return err
	}
	return k.revise(tx)
}
