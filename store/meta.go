package store

import (
	"fmt"
	"time"

	"callout/internal/fault"
)

// Format is the version of the layout that this package writes. A store whose
// MinReader is greater cannot be read by this program.
const Format = 1

// Meta is a store's record of itself. It is an ordinary record, so that the journal vouches for
// it as for any other.
type Meta struct {
	Record
	Format    int       `json:"format"`
	MinReader int       `json:"min_reader"` // the oldest Format whose programs can read it
	WrittenBy string    `json:"written_by"` // the version of the program to install when ours is too old
	Tenant    string    `json:"tenant"`
	Created   time.Time `json:"created"`
	Keys      []string  `json:"keys"` // public keys that have signed heads, in order
}

var metas = Define(Def[Meta, NoRow]{Name: "store", Prefix: "store", Title: "store record"})

// metaID is the same in every store, so that it can be read before anything else is known.
const metaID ID = "store_00000000000000000000000000"

// initStore is the first command of every store.
type initStore struct {
	Format    int    `json:"format"`
	WrittenBy string `json:"written_by"`
	Tenant    string `json:"tenant"`
	Key       string `json:"key"`
}

// Name implements Command.
func (c *initStore) Name() string { return "store.init.v1" }

// Do implements Command.
func (c *initStore) Do(tx *Tx) error {
	m := &Meta{
		Record: Record{metaID}, Format: c.Format, MinReader: c.Format, WrittenBy: c.WrittenBy,
		Tenant: c.Tenant, Created: tx.Env.RecordedAt, Keys: []string{c.Key},
	}
	return metas.Put(tx, m)
}

// addKey journals that another key signs from here on: the shop's file has moved to a
// machine that does not have the old one.
type addKey struct {
	Key string `json:"key"`
}

// Name implements Command.
func (c *addKey) Name() string { return "store.add_key.v1" }

// Do implements Command.
func (c *addKey) Do(tx *Tx) error {
	m, err := metas.Get(tx, metaID)
	if err != nil {
		return err
	}
	m.Keys = append(m.Keys, c.Key)
	return metas.Put(tx, m)
}

// ReadMeta returns the store's record of itself. An empty engine is NotFound; a file from a newer
// program is Refused, with the version to install.
func ReadMeta(r Reader) (*Meta, error) {
	m, ok, err := metas.Try(r, metaID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.NotFoundf("the store is empty").With("store.empty").
			Hint(`callout init --company "My Shop" --currency EUR --tz Europe/Vienna`)
	}
	if m.MinReader > Format {
		return nil, fault.Refusedf("the store has format %d; this program reads up to %d", m.Format, Format).
			With("store.newer").Hint("install callout %s or newer", m.WrittenBy)
	}
	return m, nil
}

// CurrentHead returns the journal's newest signed head, its signature checked.
func CurrentHead(r Reader) (Head, error) {
	m, err := ReadMeta(r)
	if err != nil {
		return Head{}, err
	}
	text, err := r.Get(spaceMeta, metaHead)
	if err != nil {
		return Head{}, err
	}
	h, err := openHead(string(text), m.Keys)
	if err == nil && h.Origin != origin(m.Tenant) {
		err = fmt.Errorf("it is of %s", h.Origin)
	}
	if err != nil {
		return Head{}, fault.Internalf("the journal's head is damaged").Because(err).
			With("store.damaged").Hint("callout audit verify")
	}
	return h, nil
}
