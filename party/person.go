package party

import (
	"iter"

	"callout/internal/fault"
	"callout/store"
)

// Person is someone who acts. In a shop that stands alone a name is enough; how a
// person was established is recorded with each thing they do.
type Person struct {
	store.Record
	Name string    `json:"name"`
	How  store.How `json:"how"` // how they first became known
	// Roles are what they may be asked for, in the order of [Roles]. Most shops give none.
	Roles []Role `json:"roles,omitempty"`
}

// PersonRow is what a list of people shows.
type PersonRow struct {
	ID   store.ID  `json:"id"`
	Name string    `json:"name"`
	How  store.How `json:"how"`
	// Roles as in Person.
	Roles []Role `json:"roles,omitempty"`
}

// People holds the people, by unique name. They are permanent: the journal names them.
var People = store.Define(store.Def[Person, PersonRow]{
	Name: "person", Prefix: "person", Title: "person", Lookup: "name", Fold: Fold, Permanent: true,
	Row: func(p *Person) PersonRow { return PersonRow{p.ID, p.Name, p.How, p.Roles} },
	Indexes: []store.Index[Person]{
		{
			Name: "name", Unique: true,
			Keys:  func(p *Person) []store.Key { return []store.Key{store.K(Fold(p.Name))} },
			Clash: func(p *Person) string { return "there is already a person called " + p.Name },
		},
		{Name: "role", Keys: func(p *Person) (keys []store.Key) {
			for _, role := range p.Roles {
				keys = append(keys, store.K(string(role)))
			}
			return keys
		}},
	},
})

// ListPeople yields the people by name.
func ListPeople(r store.Reader) iter.Seq2[PersonRow, error] {
	return People.Rows(r, "name", store.Range{})
}

// Meet is the prelude of every command: it finds the actor's person, and makes one for
// a name that is new. The product itself (a clock tick, a key of its own) is nobody: it
// has no person, and so it can approve nothing.
func Meet(tx *store.Tx) error {
	if tx.Env.Actor.How == store.Process {
		return nil
	}
	if tx.Env.Actor.Name == "" {
		return fault.Invalidf("as", "nobody is named as the one who acts").With("actor.missing").
			Hint("--as NAME").Hint("callout config set as NAME")
	}
	if id := tx.Env.Actor.ID; id != "" { // a login says who it is; the name may have changed since
		p, err := People.Get(tx, id)
		if err == nil {
			tx.Env.Actor.Name = p.Name
		}
		return err
	}
	p, err := Know(tx, "as", tx.Env.Actor.Name, tx.Env.Actor.How)
	if err != nil {
		return err
	}
	tx.Env.Actor.ID, tx.Env.Actor.Name = p.ID, p.Name
	return nil
}

// Know finds the person of a name, and makes one for a name that is new. The error
// names field.
func Know(tx *store.Tx, field, name string, how store.How) (*Person, error) {
	name, err := ParseName(field, "person", name)
	if err != nil {
		return nil, err
	}
	for p, err := range People.By(tx, "name", store.K(Fold(name))) {
		return p, err
	}
	p := &Person{Name: name, How: how}
	p.ID = People.NewID(tx, Fold(name))
	return p, People.Put(tx, p)
}

// Rename gives a person another name. Records and journal entries hold the id and so
// still mean them. A name that someone else has is a Conflict.
func Rename(tx *store.Tx, id store.ID, name string) error {
	p, err := People.Get(tx, id)
	if err != nil {
		return err
	}
	if p.Name, err = ParseName("name", "person", name); err != nil {
		return err
	}
	return People.Put(tx, p)
}

// NameOf returns a person's name, or the id where the person is not known.
func NameOf(r store.Reader, id store.ID) (string, error) {
	p, ok, err := People.Try(r, id)
	if err != nil || !ok {
		return string(id), err
	}
	return p.Name, nil
}
