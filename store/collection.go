package store

import (
	"bytes"
	"fmt"
	"iter"

	"callout/internal/fault"
)

// Collection is a set of records of type T. Lists read rows of type R from the indexes' values
// and decode no records.
type Collection[T, R any] struct {
	def     Def[T, R]
	records string   // the space of the records
	spaces  []string // the spaces of the indexes, in order
}

// Def describes a collection. It is fixed in the source: changing a name, a prefix or
// an index's keys is a change of the file format.
type Def[T, R any] struct {
	Name   string // e.g. "work_order"
	Prefix string // of the ids, e.g. "wo"
	Title  string // for messages: "work order"
	// Row gives the columns that lists show. They are stored in every index entry.
	Row     func(*T) R
	Indexes []Index[T]
	// Lookup names the unique index by which people may name a record, if any.
	Lookup string
	// Fold is applied to what a person typed before it is looked up; it must be what
	// the Lookup index's keys use.
	Fold func(string) string
	// Permanent records stay when the command that made them is undone: other entries
	// name them (people).
	Permanent bool
}

// NoRow is the row type of collections that are not listed by columns.
type NoRow struct{}

// Index is a sorted way into a collection.
type Index[T any] struct {
	Name string
	// Keys returns the keys under which a record stands; none leaves it out.
	Keys func(*T) []Key
	// Unique refuses a second record under the same key; Clash says it for people.
	Unique bool
	Clash  func(*T) string
}

// Define makes a collection. T must embed Record.
func Define[T, R any](d Def[T, R]) *Collection[T, R] {
	if _, ok := any(new(T)).(recorder); !ok {
		panic(fmt.Sprintf("store: %T does not embed store.Record", *new(T)))
	}
	c := &Collection[T, R]{def: d, records: recordSpace(d.Name)}
	for _, ix := range d.Indexes {
		c.spaces = append(c.spaces, "x/"+d.Name+"."+ix.Name)
	}
	return c
}

// indexSpace returns the space of an index. There is no such index, and nothing in it,
// under a name that is not defined.
func (c *Collection[T, R]) indexSpace(ix string) string {
	for i := range c.def.Indexes {
		if c.def.Indexes[i].Name == ix {
			return c.spaces[i]
		}
	}
	return "x/" + c.def.Name + "." + ix
}

// Name returns the collection's name.
func (c *Collection[T, R]) Name() string { return c.def.Name }

// Prefix returns the prefix of the collection's ids.
func (c *Collection[T, R]) Prefix() string { return c.def.Prefix }

// Title returns what people call one record of the collection.
func (c *Collection[T, R]) Title() string { return c.def.Title }

// NewID derives the id of a record that this command creates. One command that creates
// several records of a collection gives each its own natural key. The time in it is the command's, also
// where it brings in something older: records lie in the order in which they came.
func (c *Collection[T, R]) NewID(tx *Tx, key string) ID {
	return makeID(tx.Env.CommandID, tx.at, c.def.Prefix, key)
}

// Get returns a record; a missing one is a fault of kind NotFound.
func (c *Collection[T, R]) Get(r Reader, id ID) (*T, error) {
	rec, ok, err := c.Try(r, id)
	if err == nil && !ok {
		err = c.missing(id)
	}
	return rec, err
}

// Try returns a record and whether it exists.
func (c *Collection[T, R]) Try(r Reader, id ID) (*T, bool, error) {
	rec, lent, err := c.look(r, id)
	if lent {
		rec = clone(rec)
	}
	return rec, rec != nil, err
}

// look returns a record, or nil where there is none, and whether it is lent by the memo of a transaction.
func (c *Collection[T, R]) look(r Reader, id ID) (rec *T, lent bool, err error) {
	env, err := r.Get(c.records, []byte(id))
	if err != nil || env == nil {
		return nil, false, err
	}
	if tx, ok := r.(*Tx); ok {
		rec, _, _, err := tx.memo.recordOf(c, id, env)
		if err != nil {
			return nil, false, err
		}
		return rec.(*T), true, nil
	}
	_, doc, err := unseal(c.records, []byte(id), env)
	if err != nil {
		return nil, false, err
	}
	if rec, err = c.decode(doc); err != nil {
		return nil, false, err
	}
	return rec, false, nil
}

// missing is the fault of a record that is not there.
func (c *Collection[T, R]) missing(id ID) error { return fault.NotFoundf("no %s %s", c.def.Title, id) }

// Peek shows fn a record, in a transaction not a copy: fn looks at it, changes nothing and keeps nothing that it points
// to. A missing one is a fault of kind NotFound.
func (c *Collection[T, R]) Peek(r Reader, id ID, fn func(*T)) error {
	rec, _, err := c.look(r, id)
	if err != nil {
		return err
	}
	if rec == nil {
		return c.missing(id)
	}
	fn(rec)
	return nil
}

// Has reports whether there is such a record, without decoding it.
func (c *Collection[T, R]) Has(r Reader, id ID) (bool, error) {
	env, err := r.Get(c.records, []byte(id))
	return env != nil, err
}

// Writer returns the sequence number of the entry that last wrote the record, or 0.
func (c *Collection[T, R]) Writer(r Reader, id ID) (uint64, error) {
	return lastWriter(r, c.def.Name, id)
}

func (c *Collection[T, R]) decode(doc []byte) (*T, error) {
	rec := new(T)
	if err := decodeJSON(doc, rec); err != nil {
		return nil, fault.Internalf("a stored %s cannot be read", c.def.Title).Because(err)
	}
	return rec, nil
}

func (c *Collection[T, R]) decodeAny(doc []byte) (any, error) { return c.decode(doc) }

// Put writes a record into the transaction's buffer, new or in place of what is there.
func (c *Collection[T, R]) Put(tx *Tx, rec *T) error {
	id := any(rec).(recorder).record().ID
	if id.Prefix() != c.def.Prefix || !id.Valid() {
		return fault.Internalf("%q is no id of a %s", id, c.def.Title)
	}
	doc, cost, bare, err := c.encode(rec)
	if err != nil {
		return err
	}
	// The index entries are those of the document as stored, not of the value in
	// memory: what JSON does not keep (invalid UTF-8, an empty list) must not be in a key,
	// or the entry would be lost when the record is next changed.
	if cost == nil {
		rec = bare
	}
	if kept(rec) {
		return tx.write(c, id, doc, cost, clone(rec))
	}
	stored, err := c.decode(join(doc, cost))
	if err != nil {
		return err
	}
	return tx.write(c, id, doc, cost, stored)
}

// encode splits a record into its document and its cost block, which may be nil. It returns the record
// without the block, too.
func (c *Collection[T, R]) encode(rec *T) (doc, cost []byte, bare *T, err error) {
	if _, ok := any(rec).(Costed); ok {
		shallow := *rec
		block := any(&shallow).(Costed).TakeCost()
		if block != nil {
			if cost, err = encodeJSON(block); err != nil {
				return nil, nil, nil, err
			}
			if string(cost) == "null" { // a nil pointer in the interface
				cost = nil
			}
		}
		rec = &shallow
	}
	doc, err = encodeJSON(rec)
	return doc, cost, rec, err
}

// Delete removes a record. A missing one is a fault of kind NotFound.
func (c *Collection[T, R]) Delete(tx *Tx, id ID) error {
	if _, err := c.Get(tx, id); err != nil {
		return err
	}
	return tx.write(c, id, nil, nil, nil)
}

// Find resolves what a person typed: a human number, an id, or a unique name.
func (c *Collection[T, R]) Find(r Reader, ref string) (*T, error) {
	id, err := c.FindID(r, ref)
	if err != nil {
		return nil, err
	}
	return c.Get(r, id)
}

// FindID is Find without reading the record.
func (c *Collection[T, R]) FindID(r Reader, ref string) (ID, error) {
	if ref == "" {
		return "", fault.Invalidf(c.def.Name, "no %s was named", c.def.Title)
	}
	id, err := Resolve(r, ref)
	if err != nil {
		return "", err
	}
	if id.Prefix() == c.def.Prefix {
		return id, nil
	}
	if c.def.Lookup != "" {
		folded := ref
		if c.def.Fold != nil {
			folded = c.def.Fold(ref)
		}
		for found, err := range c.IDs(r, c.def.Lookup, K(folded)) {
			return found, err
		}
	}
	if id != "" {
		return "", fault.NotFoundf("%s is no %s", ref, c.def.Title)
	}
	return "", fault.NotFoundf("no %s %q", c.def.Title, ref)
}

// All yields every record in order of id.
func (c *Collection[T, R]) All(r Reader) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		err := r.Scan(c.records, Range{}, func(key, env []byte) bool {
			_, doc, err := unseal(c.records, key, env)
			if err != nil {
				return yield(nil, err)
			}
			rec, err := c.decode(doc)
			return yield(rec, err)
		})
		if err != nil {
			yield(nil, err)
		}
	}
}

// By yields the records under a key prefix of an index, in its order.
func (c *Collection[T, R]) By(r Reader, ix string, prefix Key) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for id, err := range c.IDs(r, ix, prefix) {
			if err != nil {
				yield(nil, err)
				return
			}
			rec, err := c.Get(r, id)
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// IDs yields the ids under a key prefix of an index, in its order.
func (c *Collection[T, R]) IDs(r Reader, ix string, prefix Key) iter.Seq2[ID, error] {
	return func(yield func(ID, error) bool) {
		err := r.Scan(c.indexSpace(ix), Prefix(prefix), func(key, _ []byte) bool {
			return yield(c.idOf(key), nil)
		})
		if err != nil {
			yield("", err)
		}
	}
}

// Rows yields the list columns under a key range of an index.
func (c *Collection[T, R]) Rows(r Reader, ix string, rng Range) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		err := r.Scan(c.indexSpace(ix), rng, func(key, value []byte) bool {
			var row R
			if err := decodeJSON(value, &row); err != nil {
				return yield(row, damaged(c.indexSpace(ix), key, "cannot be read"))
			}
			return yield(row, nil)
		})
		if err != nil {
			var none R
			yield(none, err)
		}
	}
}

// idOf cuts the id off the end of an index key.
func (c *Collection[T, R]) idOf(key []byte) ID { return idAtEnd(c.def.Prefix, key) }

func idAtEnd(prefix string, key []byte) ID {
	n := len(prefix) + 1 + idChars
	if len(key) < n {
		return ""
	}
	return ID(bytes.Clone(key[len(key)-n:]))
}
