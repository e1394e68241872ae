package party

import (
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Company is the one legal entity whose business the store keeps.
type Company struct {
	store.Record
	Name     string         `json:"name"`
	Currency money.Currency `json:"currency"`
	Zone     string         `json:"zone"` // IANA name; branches may differ
	Address  string         `json:"address,omitempty"`
	Country  string         `json:"country,omitempty"` // ISO 3166-1 alpha-2
	TaxID    string         `json:"tax_id,omitempty"`
	Email    string         `json:"email,omitempty"`
	Bank     string         `json:"bank,omitempty"` // how to pay, as printed
	// Holidays are kept by every branch that does not say otherwise.
	Holidays calendar.Holidays `json:"holidays,omitempty"`
	// CashStep is the smallest coin that sums are asked for in, such as 0.05 francs.
	CashStep money.CashStep `json:"cash_step,omitzero"`
}

// Companies holds the one company.
var Companies = store.Define(store.Def[Company, store.NoRow]{
	Name: "company", Prefix: "company", Title: "company",
})

const companyID store.ID = "company_00000000000000000000000000"

// TheCompany returns the company; before `callout init` it is NotFound.
func TheCompany(r store.Reader) (*Company, error) {
	c, ok, err := Companies.Try(r, companyID)
	if err == nil && !ok {
		err = fault.NotFoundf("the store has no company yet").With("store.empty").
			Hint(`callout init --company "My Shop" --currency EUR --tz Europe/Vienna`)
	}
	return c, err
}

// ParseCountry reads an ISO 3166-1 code of two letters; an empty one is no country.
func ParseCountry(field, s string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(s))
	if code == "" {
		return "", nil
	}
	if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", fault.Invalidf(field, "%q is no country code of two letters", s).With("country.syntax").
			Hint("write a code such as AT, DE or US")
	}
	return code, nil
}

// InitCompany names the company. It is the first business command of a store.
type InitCompany struct {
	Company string `json:"name"`
	Code    string `json:"currency"` // ISO 4217; it never changes
	Zone    string `json:"zone"`
	Address string `json:"address,omitempty"`
	Country string `json:"country,omitempty"`
	TaxID   string `json:"tax_id,omitempty"`
	Email   string `json:"email,omitempty"`
	Bank    string `json:"bank,omitempty"`
}

// Name implements store.Command.
func (c *InitCompany) Name() string { return "company.init.v1" }

// Validate checks the fields, so that a bad one is refused before a store is made.
func (c *InitCompany) Validate() error {
	_, err := c.record()
	return err
}

func (c *InitCompany) record() (*Company, error) {
	name, err := ParseName("company", "company", c.Company)
	if err != nil {
		return nil, err
	}
	cur, err := money.ParseCurrency("currency", c.Code)
	if err != nil {
		return nil, err
	}
	if _, err := calendar.LoadZone("tz", c.Zone); err != nil {
		return nil, err
	}
	country, err := ParseCountry("country", c.Country)
	if err != nil {
		return nil, err
	}
	return &Company{
		Record: store.Record{ID: companyID}, Name: name, Currency: cur, Zone: c.Zone, Country: country,
		Address: strings.TrimSpace(c.Address), TaxID: strings.TrimSpace(c.TaxID),
		Email: strings.TrimSpace(c.Email), Bank: strings.TrimSpace(c.Bank),
	}, nil
}

// Do implements store.Command.
func (c *InitCompany) Do(tx *store.Tx) error {
	if _, ok, err := Companies.Try(tx, companyID); err != nil || ok {
		if ok {
			err = fault.Conflictf("the company is named already").With("company.exists").
				Hint("callout company edit")
		}
		return err
	}
	rec, err := c.record()
	if err != nil {
		return err
	}
	tx.Returns(companyID, "")
	return Companies.Put(tx, rec)
}

// EditCompany changes what the company says about itself. A nil field stays as it is.
// The currency is not among them: every amount in the store is in it.
type EditCompany struct {
	Company *string `json:"name,omitempty"`
	Zone    *string `json:"zone,omitempty"`
	Address *string `json:"address,omitempty"`
	Country *string `json:"country,omitempty"`
	TaxID   *string `json:"tax_id,omitempty"`
	Email   *string `json:"email,omitempty"`
	Bank    *string `json:"bank,omitempty"`
	// CashStep is the smallest coin that sums are rounded to; 0 is no such rounding.
	CashStep *money.CashStep `json:"cash_step,omitempty"`
}

// Name implements store.Command.
func (c *EditCompany) Name() string { return "company.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditCompany) Undoable() {}

// Do implements store.Command.
func (c *EditCompany) Do(tx *store.Tx) error {
	rec, err := TheCompany(tx)
	if err != nil {
		return err
	}
	if c.Company != nil {
		if rec.Name, err = ParseName("name", "company", *c.Company); err != nil {
			return err
		}
	}
	if c.Zone != nil {
		if _, err := calendar.LoadZone("tz", *c.Zone); err != nil {
			return err
		}
		rec.Zone = *c.Zone
	}
	if c.Country != nil {
		if rec.Country, err = ParseCountry("country", *c.Country); err != nil {
			return err
		}
	}
	if c.CashStep != nil {
		if err := c.CashStep.Check("cash_step", rec.Currency); err != nil {
			return err
		}
		rec.CashStep = *c.CashStep
	}
	for to, from := range map[*string]*string{
		&rec.Address: c.Address, &rec.TaxID: c.TaxID, &rec.Email: c.Email, &rec.Bank: c.Bank,
	} {
		if from != nil {
			*to = strings.TrimSpace(*from)
		}
	}
	tx.Returns(companyID, "")
	return Companies.Put(tx, rec)
}
