package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"callout/internal/fault"
)

// A Pin names one revision of a definition that has revisions: a policy, a template,
// a price book. A record that keeps a pin keeps the rules it was made under.
type Pin struct {
	Name string `json:"name"`
	Rev  int    `json:"rev"`
	ID   ID     `json:"id"`
}

// revision is one published state of one definition. Revisions are never rewritten.
type revision struct {
	Record
	Kind string          `json:"kind"`
	Name string          `json:"name"`
	Rev  int             `json:"rev"`
	Body json.RawMessage `json:"body"`
}

var revisions = Define(Def[revision, Pin]{
	Name: "revision", Prefix: "rev", Title: "revision",
	Row: func(r *revision) Pin { return Pin{Name: r.Name, Rev: r.Rev, ID: r.ID} },
	Indexes: []Index[revision]{{
		Name: "name", Unique: true,
		Keys: func(r *revision) []Key { return []Key{K(r.Kind, foldName(r.Name), r.Rev)} },
	}},
})

func foldName(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Revised is a kind of definition with revisions, e.g. all SLA policies.
type Revised[T any] struct {
	Kind  string // e.g. "sla"
	Title string // e.g. "SLA policy"
}

// Publish makes body the newest revision of the definition called name, beginning
// with 1. Publishing what is already the newest changes nothing and returns its pin.
func (v Revised[T]) Publish(tx *Tx, name string, body T) (Pin, error) {
	if strings.TrimSpace(name) == "" {
		return Pin{}, fault.Invalidf("name", "a %s needs a name", v.Title)
	}
	doc, err := encodeJSON(body)
	if err != nil {
		return Pin{}, err
	}
	newest, found, err := v.newest(tx, name)
	if err != nil {
		return Pin{}, err
	}
	if found {
		rec, err := revisions.Get(tx, newest.ID)
		if err != nil {
			return Pin{}, err
		}
		if string(rec.Body) == string(doc) {
			tx.Returns(newest.ID, newest.Name)
			return newest, nil
		}
		name = newest.Name
	}
	rec := &revision{Kind: v.Kind, Name: strings.Join(strings.Fields(name), " "), Rev: newest.Rev + 1, Body: doc}
	rec.ID = revisions.NewID(tx, fmt.Sprintf("%s/%s/%d", v.Kind, foldName(name), rec.Rev))
	if err := revisions.Put(tx, rec); err != nil {
		return Pin{}, err
	}
	tx.Returns(rec.ID, rec.Name)
	return Pin{Name: rec.Name, Rev: rec.Rev, ID: rec.ID}, nil
}

// At returns the revision that a pin names.
func (v Revised[T]) At(r Reader, pin Pin) (*T, error) {
	rec, err := revisions.Get(r, pin.ID)
	if err != nil {
		return nil, err
	}
	if rec.Kind != v.Kind {
		return nil, fault.NotFoundf("%s is no revision of a %s", pin.ID, v.Title)
	}
	body := new(T)
	if err := decodeJSON(rec.Body, body); err != nil {
		return nil, fault.Internalf("revision %d of %s %q cannot be read", rec.Rev, v.Title, rec.Name).Because(err)
	}
	return body, nil
}

// Newest returns the newest revision of the definition called name, which may also be
// given as a revision's id.
func (v Revised[T]) Newest(r Reader, name string) (*T, Pin, error) {
	pin, found, err := v.newest(r, name)
	if err != nil {
		return nil, Pin{}, err
	}
	if !found {
		return nil, Pin{}, fault.NotFoundf("no %s %q", v.Title, name)
	}
	body, err := v.At(r, pin)
	return body, pin, err
}

// Has reports whether a definition of that name exists.
func (v Revised[T]) Has(r Reader, name string) (bool, error) {
	_, found, err := v.newest(r, name)
	return found, err
}

// List returns the newest revision of each definition, by name.
func (v Revised[T]) List(r Reader) ([]Pin, error) {
	var out []Pin
	for pin, err := range revisions.Rows(r, "name", Prefix(K(v.Kind))) {
		if err != nil {
			return nil, err
		}
		if n := len(out); n > 0 && foldName(out[n-1].Name) == foldName(pin.Name) {
			out[n-1] = pin
			continue
		}
		out = append(out, pin)
	}
	return out, nil
}

func (v Revised[T]) newest(r Reader, name string) (Pin, bool, error) {
	if ID(name).Valid() && ID(name).Prefix() == revisions.Prefix() {
		rec, err := revisions.Get(r, ID(name))
		if err != nil || rec.Kind != v.Kind {
			return Pin{}, false, err
		}
		name = rec.Name
	}
	key := K(v.Kind, foldName(name))
	tx, ok := r.(*Tx)
	if !ok || tx.publishes {
		return newestOf(r, key)
	}
	if n, ok := tx.memo.newest[string(key)]; ok {
		return n.Pin, n.found, nil
	}
	pin, found, err := newestOf(r, key)
	if err == nil {
		tx.memo.newest[string(key)] = newestPin{pin, found}
	}
	return pin, found, err
}

// newestOf looks for the newest revision under a key of the index.
func newestOf(r Reader, key Key) (Pin, bool, error) {
	rng := Prefix(key)
	rng.Reverse = true
	for pin, err := range revisions.Rows(r, "name", rng) {
		return pin, err == nil, err
	}
	return Pin{}, false, nil
}
