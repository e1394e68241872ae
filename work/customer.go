package work

import (
	"strings"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Customer is who asks for work and pays for it.
type Customer struct {
	store.Record
	Name    string `json:"name"`
	Address string `json:"address,omitempty"` // where invoices go
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	TaxID   string `json:"tax_id,omitempty"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
	SLA     string `json:"sla,omitempty"` // the policy of their orders, unless an order says otherwise
	// Imported is the key under which an import brought the record in.
	Imported string `json:"imported,omitempty"`
}

// CustomerRow is what a list of customers shows.
type CustomerRow struct {
	ID      store.ID `json:"id"`
	Name    string   `json:"name"`
	Email   string   `json:"email,omitempty"`
	Country string   `json:"country,omitempty"`
}

// Customers holds the customers, by unique name.
var Customers = store.Define(store.Def[Customer, CustomerRow]{
	Name: "customer", Prefix: "cus", Title: "customer", Lookup: "name", Fold: party.Fold,
	Row: func(c *Customer) CustomerRow { return CustomerRow{c.ID, c.Name, c.Email, c.Country} },
	Indexes: []store.Index[Customer]{{
		Name: "name", Unique: true,
		Keys:  func(c *Customer) []store.Key { return []store.Key{store.K(party.Fold(c.Name))} },
		Clash: func(c *Customer) string { return "there is already a customer " + c.Name },
	}},
})

// check tidies a customer and refuses what cannot be one.
func (c *Customer) check() (err error) {
	if c.Name, err = required("name", c.Name, "a customer needs a name"); err != nil {
		return err
	}
	if c.Address, err = prose("address", c.Address); err != nil {
		return err
	}
	c.Country = strings.ToUpper(strings.TrimSpace(c.Country))
	if c.Country != "" && !isCountry(c.Country) {
		return fault.Invalidf("country", "%q is no ISO 3166 code of two letters", c.Country).With("country.syntax")
	}
	err = lines(
		lineField{"tax_id", &c.TaxID}, lineField{"email", &c.Email},
		lineField{"phone", &c.Phone}, lineField{"imported", &c.Imported},
	)
	if err != nil {
		return err
	}
	if user, host, ok := strings.Cut(c.Email, "@"); c.Email != "" && (!ok || user == "" || host == "") {
		return fault.Invalidf("email", "%q is no address such as office@example.com", c.Email).With("email.syntax")
	}
	return nil
}

// promises checks the SLA policy of a customer.
func (c *Customer) promises(r store.Reader) error {
	if c.SLA == "" {
		return nil
	}
	return defined(r, SLAs, c.SLA, "callout sla add NAME")
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// AddCustomer makes a customer.
type AddCustomer struct {
	Customer string `json:"name"`
	Address  string `json:"address,omitempty"`
	Country  string `json:"country,omitempty"`
	TaxID    string `json:"tax_id,omitempty"`
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty"`
	SLA      string `json:"sla,omitempty"` // name of a policy
	Imported string `json:"imported,omitempty"`
}

// Name implements store.Command.
func (c *AddCustomer) Name() string { return "customer.add.v1" }

// Undoable implements store.Undoable.
func (c *AddCustomer) Undoable() {}

// Do implements store.Command.
func (c *AddCustomer) Do(tx *store.Tx) error {
	rec := &Customer{
		Name: c.Customer, Address: c.Address, Country: c.Country, TaxID: c.TaxID,
		Email: c.Email, Phone: c.Phone, Imported: c.Imported, SLA: c.SLA,
	}
	if err := rec.promises(tx); err != nil {
		return err
	}
	if err := rec.check(); err != nil {
		return err
	}
	rec.ID = Customers.NewID(tx, "")
	tx.Returns(rec.ID, "")
	tx.Emit("customer.added", rec.ID, map[string]any{"name": rec.Name})
	return Customers.Put(tx, rec)
}

// EditCustomer changes the fields that are given.
type EditCustomer struct {
	ID       store.ID `json:"id"`
	Customer *string  `json:"name,omitempty"`
	Address  *string  `json:"address,omitempty"`
	Country  *string  `json:"country,omitempty"`
	TaxID    *string  `json:"tax_id,omitempty"`
	Email    *string  `json:"email,omitempty"`
	Phone    *string  `json:"phone,omitempty"`
	SLA      *string  `json:"sla,omitempty"` // "" leaves it to the work type
}

// Name implements store.Command.
func (c *EditCustomer) Name() string { return "customer.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditCustomer) Undoable() {}

// Do implements store.Command.
func (c *EditCustomer) Do(tx *store.Tx) error {
	rec, err := Customers.Get(tx, c.ID)
	if err != nil {
		return err
	}
	set(&rec.Name, c.Customer)
	set(&rec.Address, c.Address)
	set(&rec.Country, c.Country)
	set(&rec.TaxID, c.TaxID)
	set(&rec.Email, c.Email)
	set(&rec.Phone, c.Phone)
	set(&rec.SLA, c.SLA)
	if err := rec.promises(tx); err != nil {
		return err
	}
	if err := rec.check(); err != nil {
		return err
	}
	tx.Returns(rec.ID, "")
	return Customers.Put(tx, rec)
}
