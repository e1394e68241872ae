package storetest

import (
	"strings"

	"callout/internal/fault"
	"callout/store"
)

// CreateAccount creates an account.
type CreateAccount struct {
	Called  string   `json:"name"`
	City    string   `json:"city,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Balance int      `json:"balance,omitempty"`
	Margin  string   `json:"margin,omitempty"`
	Note    string   `json:"note,omitempty"`
}

// Name implements store.Command.
func (c *CreateAccount) Name() string { return "account.create.v1" }

// Undoable implements store.Undoable.
func (c *CreateAccount) Undoable() {}

// Do implements store.Command.
func (c *CreateAccount) Do(tx *store.Tx) error {
	if strings.TrimSpace(c.Called) == "" {
		return fault.Invalidf("name", "an account needs a name")
	}
	a := &Account{Name: c.Called, City: c.City, Tags: c.Tags, Balance: c.Balance, Note: c.Note}
	if c.Margin != "" {
		a.Cost = &Cost{Margin: c.Margin}
	}
	a.ID = Accounts.NewID(tx, "")
	tx.Returns(a.ID, "")
	tx.Emit("account.created", a.ID, map[string]any{"name": a.Name})
	return Accounts.Put(tx, a)
}

// EditAccount changes the fields that are given.
type EditAccount struct {
	ID      store.ID  `json:"id"`
	Called  *string   `json:"name,omitempty"`
	City    *string   `json:"city,omitempty"`
	Tags    *[]string `json:"tags,omitempty"`
	Balance *int      `json:"balance,omitempty"`
	Margin  *string   `json:"margin,omitempty"`
}

// Name implements store.Command.
func (c *EditAccount) Name() string { return "account.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditAccount) Undoable() {}

// Do implements store.Command.
func (c *EditAccount) Do(tx *store.Tx) error {
	a, err := Accounts.Get(tx, c.ID)
	if err != nil {
		return err
	}
	set(&a.Name, c.Called)
	set(&a.City, c.City)
	set(&a.Tags, c.Tags)
	set(&a.Balance, c.Balance)
	if c.Margin != nil {
		a.Cost = nil
		if *c.Margin != "" {
			a.Cost = &Cost{Margin: *c.Margin}
		}
	}
	tx.Returns(a.ID, "")
	return Accounts.Put(tx, a)
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// DeleteAccount removes an account.
type DeleteAccount struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *DeleteAccount) Name() string { return "account.delete.v1" }

// Undoable implements store.Undoable.
func (c *DeleteAccount) Undoable() {}

// Do implements store.Command.
func (c *DeleteAccount) Do(tx *store.Tx) error {
	tx.Returns(c.ID, "")
	for id, err := range Tickets.IDs(tx, "account", store.K(c.ID)) {
		if err != nil {
			return err
		}
		return fault.Refusedf("ticket %s names the account", id).With("account.tickets")
	}
	return Accounts.Delete(tx, c.ID)
}

// SwapNames exchanges the names of two accounts, by way of a third name.
type SwapNames struct {
	A store.ID `json:"a"`
	B store.ID `json:"b"`
}

// Name implements store.Command.
func (c *SwapNames) Name() string { return "account.swap.v1" }

// Undoable implements store.Undoable.
func (c *SwapNames) Undoable() {}

// Do implements store.Command.
func (c *SwapNames) Do(tx *store.Tx) error {
	a, err := Accounts.Get(tx, c.A)
	if err != nil {
		return err
	}
	b, err := Accounts.Get(tx, c.B)
	if err != nil {
		return err
	}
	was := a.Name
	a.Name = "swapping " + was
	if err := Accounts.Put(tx, a); err != nil {
		return err
	}
	a.Name, b.Name = b.Name, was
	if err := Accounts.Put(tx, b); err != nil {
		return err
	}
	return Accounts.Put(tx, a)
}

// OpenTicket opens a numbered ticket on an account.
type OpenTicket struct {
	Account store.ID `json:"account"`
	Policy  string   `json:"policy,omitempty"`
}

// Name implements store.Command.
func (c *OpenTicket) Name() string { return "ticket.open.v1" }

// Undoable implements store.Undoable.
func (c *OpenTicket) Undoable() {}

// Do implements store.Command.
func (c *OpenTicket) Do(tx *store.Tx) error {
	if _, err := Accounts.Get(tx, c.Account); err != nil {
		return err
	}
	t := &Ticket{Account: c.Account, Status: "open"}
	t.ID = Tickets.NewID(tx, "")
	if c.Policy != "" {
		_, pin, err := Policies.Newest(tx, c.Policy)
		if err != nil {
			return err
		}
		t.Policy = &pin
	}
	var err error
	if t.Number, err = tx.TakeNumber(store.Series{Name: "TK", Format: "TK-%d", First: 1001}, t.ID); err != nil {
		return err
	}
	tx.Returns(t.ID, t.Number)
	return Tickets.Put(tx, t)
}

// CloseTicket closes a ticket, for ever.
type CloseTicket struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *CloseTicket) Name() string { return "ticket.close.v1" }

// Do implements store.Command.
func (c *CloseTicket) Do(tx *store.Tx) error {
	t, err := Tickets.Get(tx, c.ID)
	if err != nil {
		return err
	}
	if t.Status == "closed" {
		return fault.Refusedf("ticket %s is closed", t.Number).With("ticket.closed")
	}
	t.Status = "closed"
	tx.Returns(t.ID, t.Number)
	return Tickets.Put(tx, t)
}

// SealTicket gives a closed ticket its legal number, once.
type SealTicket struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *SealTicket) Name() string { return "ticket.seal.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *SealTicket) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *SealTicket) DecidedByAuthority() {}

// Do implements store.Command.
func (c *SealTicket) Do(tx *store.Tx) error {
	t, err := Tickets.Get(tx, c.ID)
	if err != nil {
		return err
	}
	tx.Returns(t.ID, t.Number)
	if t.Status != "closed" {
		return fault.Refusedf("ticket %s is open", t.Number).With("ticket.open")
	}
	if t.Legal != "" {
		return fault.Refusedf("ticket %s is sealed as %s", t.Number, t.Legal).With("ticket.sealed")
	}
	t.Legal, err = tx.TakeNumber(store.Series{Name: "L", Format: "L-%03d", First: 1}, t.ID)
	if err != nil {
		return err
	}
	return Tickets.Put(tx, t)
}

// PublishPolicy publishes a revision.
type PublishPolicy struct {
	Of    string `json:"of"`
	Hours int    `json:"hours"`
}

// Name implements store.Command.
func (c *PublishPolicy) Name() string { return "policy.publish.v1" }

// Undoable implements store.Undoable.
func (c *PublishPolicy) Undoable() {}

// Do implements store.Command.
func (c *PublishPolicy) Do(tx *store.Tx) error {
	_, err := Policies.Publish(tx, c.Of, Policy{Hours: c.Hours})
	return err
}
