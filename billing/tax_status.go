package billing

import (
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// TaxStatus says that a customer's standard rated work falls under another tax class in
// a time: exempt by a certificate, reverse charge for a business abroad. What bears no
// standard tax anyway stays as it is.
type TaxStatus struct {
	store.Record
	Customer store.ID `json:"customer"`
	Class    string   `json:"class"`
	// Certificate is the number of the paper that proves it; exemption needs one.
	Certificate string            `json:"certificate,omitempty"`
	Valid       calendar.Validity `json:"valid,omitzero"` // of service dates
	SetBy       store.ID          `json:"set_by"`
	SetAt       time.Time         `json:"set_at"`
}

// TaxStatuses holds the statuses, by customer and date. No two of a customer overlap.
var TaxStatuses = store.Define(store.Def[TaxStatus, store.NoRow]{
	Name: "tax_status", Prefix: "txs", Title: "tax status",
	Indexes: []store.Index[TaxStatus]{{
		Name: "customer",
		Keys: func(t *TaxStatus) []store.Key { return []store.Key{store.K(t.Customer, t.Valid.From.String())} },
	}},
})

// taxStatuses reads a customer's statuses, by date.
func taxStatuses(r store.Reader, customer store.ID) ([]TaxStatus, error) {
	var out []TaxStatus
	for t, err := range TaxStatuses.By(r, "customer", store.K(customer)) {
		if err != nil {
			return nil, err
		}
		out = append(out, *t)
	}
	return out, nil
}

// statusAt picks the status that counts on a date, or nil.
func statusAt(list []TaxStatus, on calendar.Date) *TaxStatus {
	for i := range list {
		if list[i].Valid.Contains(on) {
			return &list[i]
		}
	}
	return nil
}

// SetTaxStatus gives a customer a status for service dates from From up to, but not
// including, To. What was said of those dates gives way; of other dates it stays. No class
// means that the customer is taxed like everybody in that time.
type SetTaxStatus struct {
	Customer    store.ID          `json:"customer"`
	Class       string            `json:"class,omitempty"`
	Certificate string            `json:"certificate,omitempty"`
	Valid       calendar.Validity `json:"valid,omitzero"`
}

// Name implements store.Command.
func (c *SetTaxStatus) Name() string { return "tax.set_status.v1" }

// Undoable implements store.Undoable.
func (c *SetTaxStatus) Undoable() {}

// Do implements store.Command.
func (c *SetTaxStatus) Do(tx *store.Tx) error {
	n, err := c.status(tx)
	if err != nil {
		return err
	}
	list, err := taxStatuses(tx, c.Customer)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].giveWay(tx, n.Valid); err != nil {
			return err
		}
	}
	if n.Class == "" {
		tx.Returns(c.Customer, "")
		return nil
	}
	n.ID = TaxStatuses.NewID(tx, "")
	tx.Returns(n.ID, "")
	return TaxStatuses.Put(tx, n)
}

// status checks the command's fields.
func (c *SetTaxStatus) status(tx *store.Tx) (*TaxStatus, error) {
	if _, err := work.Customers.Get(tx, c.Customer); err != nil {
		return nil, err
	}
	n := &TaxStatus{Customer: c.Customer, Valid: c.Valid, SetBy: tx.Env.Actor.ID, SetAt: tx.Env.RecordedAt}
	if err := c.Valid.Check("from"); err != nil {
		return nil, err
	}
	var err error
	if n.Certificate, err = line("certificate", c.Certificate); err != nil {
		return nil, err
	}
	if n.Class, err = taxClass("class", c.Class); err != nil || n.Class == "" {
		return n, err
	}
	table, _, err := CurrentTax(tx)
	if err != nil {
		return nil, err
	}
	known, exempt := false, false
	for _, r := range table.Rates {
		if r.Class == n.Class && r.Valid.Overlaps(n.Valid) {
			known, exempt = true, exempt || r.Category == "E"
		}
	}
	switch {
	case !known:
		return nil, fault.Invalidf("class", "there is no tax class %s in that time", n.Class).With("tax.class").
			Hint("callout tax set %s …", n.Class)
	case exempt && n.Certificate == "":
		return nil, fault.Invalidf("certificate", "a customer is exempt by a certificate").With("tax.certificate").
			Hint(`--certificate "…"`)
	}
	return n, nil
}

// giveWay ends a status for the dates of a new one, and keeps it for the others.
func (t *TaxStatus) giveWay(tx *store.Tx, valid calendar.Validity) error {
	if !t.Valid.Overlaps(valid) {
		return nil
	}
	rest := cut(t.Valid, valid)
	if len(rest) == 0 {
		return TaxStatuses.Delete(tx, t.ID)
	}
	for i, v := range rest {
		piece := *t
		if piece.Valid = v; i > 0 {
			piece.Record = store.Record{ID: TaxStatuses.NewID(tx, string(t.ID))}
		}
		if err := TaxStatuses.Put(tx, &piece); err != nil {
			return err
		}
	}
	return nil
}

// CustomerTax yields a customer's statuses, by date; without a customer, everybody's.
func CustomerTax(r store.Reader, customer store.ID) ([]TaxStatus, error) {
	if customer != "" {
		return taxStatuses(r, customer)
	}
	var out []TaxStatus
	for t, err := range TaxStatuses.All(r) {
		if err != nil {
			return nil, err
		}
		out = append(out, *t)
	}
	return out, nil
}
