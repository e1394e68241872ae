package storetest

import (
	"strings"

	"callout/internal/fault"
	"callout/store"
)

// The business of the store suite: accounts with a unique name, tickets with human
// numbers, people who are created when they first act. It has one of everything that
// the store offers: a costed record, a unique and a many-valued index, a derivation, a
// check, an audit, revisions, and a command that cannot be taken back.

// Account is a costed record.
type Account struct {
	store.Record
	Name    string   `json:"name"`
	City    string   `json:"city,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Note    string   `json:"note,omitempty"` // in no index and no row
	Balance int      `json:"balance"`
	Open    int      `json:"open"` // tickets not closed; derived
	Cost    *Cost    `json:"cost,omitzero"`
}

// Cost is an account's cost block.
type Cost struct {
	Margin string `json:"margin"`
}

// TakeCost implements store.Costed.
func (a *Account) TakeCost() any {
	if a.Cost == nil {
		return nil
	}
	c := a.Cost
	a.Cost = nil
	return c
}

// AccountRow is what lists show of an account.
type AccountRow struct {
	ID      store.ID `json:"id"`
	Name    string   `json:"name"`
	Balance int      `json:"balance"`
}

func foldName(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// Accounts is the collection of accounts.
var Accounts = store.Define(store.Def[Account, AccountRow]{
	Name: "account", Prefix: "ac", Title: "account",
	Row: func(a *Account) AccountRow { return AccountRow{a.ID, a.Name, a.Balance} },
	Indexes: []store.Index[Account]{
		{
			Name: "name", Unique: true,
			Keys:  func(a *Account) []store.Key { return []store.Key{store.K(foldName(a.Name))} },
			Clash: func(a *Account) string { return "there is another account called " + a.Name },
		},
		{Name: "city", Keys: func(a *Account) []store.Key {
			if a.City == "" {
				return nil
			}
			return []store.Key{store.K(a.City, a.Balance)}
		}},
		{Name: "tag", Keys: func(a *Account) (keys []store.Key) {
			for _, t := range a.Tags {
				keys = append(keys, store.K(t))
			}
			return keys
		}},
	},
	Lookup: "name", Fold: foldName,
})

// Ticket is a numbered record.
type Ticket struct {
	store.Record
	Number  string     `json:"number"`
	Account store.ID   `json:"account"`
	Status  string     `json:"status"`
	Policy  *store.Pin `json:"policy,omitempty"`
	Legal   string     `json:"legal,omitempty"` // the number that only the authority gives
}

// Tickets is the collection of tickets.
var Tickets = store.Define(store.Def[Ticket, store.NoRow]{
	Name: "ticket", Prefix: "tk", Title: "ticket",
	Indexes: []store.Index[Ticket]{
		{Name: "account", Keys: func(t *Ticket) []store.Key { return []store.Key{store.K(t.Account, t.Status)} }},
	},
})

// Person is who acted.
type Person struct {
	store.Record
	Name string `json:"name"`
}

// People is the collection of people.
var People = store.Define(store.Def[Person, store.NoRow]{
	Name: "person", Prefix: "pe", Title: "person", Permanent: true, Lookup: "name",
	Indexes: []store.Index[Person]{
		{Name: "name", Unique: true, Keys: func(p *Person) []store.Key { return []store.Key{store.K(p.Name)} }},
	},
})

// Policy is a body with revisions.
type Policy struct {
	Hours int `json:"hours"`
}

// Policies are the revised definitions.
var Policies = store.Revised[Policy]{Kind: "policy", Title: "policy"}

// Business is the schema of the store suite.
func Business() store.Schema {
	return store.Schema{
		App:         "0.0.0-test",
		Collections: []store.AnyCollection{Accounts, Tickets, People},
		Commands: []func() store.Command{
			func() store.Command { return &CreateAccount{} },
			func() store.Command { return &EditAccount{} },
			func() store.Command { return &DeleteAccount{} },
			func() store.Command { return &SwapNames{} },
			func() store.Command { return &OpenTicket{} },
			func() store.Command { return &CloseTicket{} },
			func() store.Command { return &SealTicket{} },
			func() store.Command { return &PublishPolicy{} },
			func() store.Command { return &miscount{} },
		},
		Prelude:     knowActor,
		Derivations: []func(*store.Tx) error{countOpen},
		Checks:      []func(*store.Tx) error{noOverdraft},
		Audits:      []store.Audit{{Name: "open tickets", Run: auditOpen}},
	}
}

// knowActor finds the actor's person record, or makes it.
func knowActor(tx *store.Tx) error {
	for id, err := range People.IDs(tx, "name", store.K(tx.Env.Actor.Name)) {
		tx.Env.Actor.ID = id
		return err
	}
	p := &Person{Name: tx.Env.Actor.Name}
	p.ID = People.NewID(tx, p.Name)
	tx.Env.Actor.ID = p.ID
	return People.Put(tx, p)
}

// countOpen keeps the number of open tickets on their accounts.
func countOpen(tx *store.Tx) error {
	changed, err := Tickets.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		t := ch.After
		if t == nil {
			t = ch.Before
		}
		if t == nil {
			continue
		}
		a, ok, err := Accounts.Try(tx, t.Account)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if a.Open, err = openTickets(tx, a.ID); err != nil {
			return err
		}
		if err := Accounts.Put(tx, a); err != nil {
			return err
		}
	}
	return nil
}

func openTickets(r store.Reader, account store.ID) (n int, err error) {
	for _, err := range Tickets.IDs(r, "account", store.K(account, "open")) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// noOverdraft refuses what would leave an account below zero.
func noOverdraft(tx *store.Tx) error {
	changed, err := Accounts.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After != nil && ch.After.Balance < 0 {
			return fault.Refusedf("account %s would be overdrawn", ch.After.Name).With("account.overdrawn")
		}
	}
	return nil
}

func auditOpen(r store.Reader, report func(store.ID, string)) error {
	for a, err := range Accounts.All(r) {
		if err != nil {
			return err
		}
		n, err := openTickets(r, a.ID)
		if err != nil {
			return err
		}
		if n != a.Open {
			report(a.ID, "the number of open tickets is wrong")
		}
	}
	return nil
}
