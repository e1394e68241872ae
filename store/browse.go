package store

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"callout/internal/fault"
)

// Shape describes a collection to programs that know its records by their JSON only.
type Shape struct {
	Name, Prefix, Title string
	Record              reflect.Type
	Indexes             []string
}

// Shape describes the collection.
func (c *Collection[T, R]) Shape() Shape {
	s := Shape{Name: c.def.Name, Prefix: c.def.Prefix, Title: c.def.Title, Record: reflect.TypeFor[T]()}
	for _, ix := range c.def.Indexes {
		s.Indexes = append(s.Indexes, ix.Name)
	}
	return s
}

// ShapeOf describes a collection of any type.
func ShapeOf(c AnyCollection) Shape {
	s, ok := c.(interface{ Shape() Shape })
	if !ok {
		return Shape{Name: c.Name(), Prefix: c.Prefix(), Title: c.Title()}
	}
	return s.Shape()
}

// Shapes describes the collections of the schema, in its order.
func (s *Store) Shapes() []Shape {
	out := make([]Shape, len(s.schema.Collections))
	for i, c := range s.schema.Collections {
		out[i] = ShapeOf(c)
	}
	return out
}

// Document returns a record's JSON, or nil where there is none.
func (s *Store) Document(r Reader, id ID) ([]byte, error) {
	coll := s.schema.byPrefix[id.Prefix()]
	if coll == nil || !id.Valid() {
		return nil, fault.NotFoundf("there is no %s", id)
	}
	space := recordSpace(coll.Name())
	env, err := r.Get(space, []byte(id))
	if err != nil || env == nil {
		return nil, err
	}
	_, doc, err := unseal(space, []byte(id), env)
	return bytes.Clone(doc), err
}

// LookUp resolves what a person typed for a record of a collection: a number, an id, or a name by
// which the collection is looked up. A missing one is a fault of kind NotFound.
func (s *Store) LookUp(r Reader, collection, ref string) (ID, error) {
	coll := s.schema.byName[collection]
	if coll == nil {
		return "", noCollection(collection)
	}
	finder, ok := coll.(interface {
		FindID(r Reader, ref string) (ID, error)
	})
	if !ok {
		return "", noCollection(collection)
	}
	return finder.FindID(r, ref)
}

func noCollection(name string) error {
	return fault.NotFoundf("there is no collection %q", name).With("collection.unknown")
}

// Found is a record in a list: its id, the key under which the list goes on behind it, and its JSON.
type Found struct {
	ID  ID
	Key []byte
	Doc []byte
}

// Browse calls fn with the records of a collection in the order of an index, or of their ids where the
// index is "", until fn returns false.
func (s *Store) Browse(r Reader, collection, index string, rng Range, fn func(Found) bool) error {
	coll := s.schema.byName[collection]
	if coll == nil {
		return noCollection(collection)
	}
	space := recordSpace(collection)
	if index != "" {
		if space = "x/" + collection + "." + index; !slices.Contains(coll.indexes(), space) {
			return fault.Invalidf("index", "%s has no index %q; there are %s", collection, index,
				strings.Join(ShapeOf(coll).Indexes, ", ")).With("index.unknown")
		}
	}
	var bad error
	err := r.Scan(space, rng, func(key, env []byte) bool {
		f := Found{ID: idAtEnd(coll.Prefix(), key), Key: bytes.Clone(key)}
		if index != "" {
			f.Doc, bad = s.Document(r, f.ID)
		} else {
			var doc []byte
			_, doc, bad = unseal(space, key, env)
			f.Doc = bytes.Clone(doc)
		}
		return bad == nil && (f.Doc == nil || fn(f))
	})
	if bad != nil {
		return bad
	}
	return err
}

// DecodeStrict is Decode that refuses what the command does not know, for callers that no version binds.
func (s *Store) DecodeStrict(name string, args []byte) (Command, error) {
	mk := s.schema.commands[name]
	if mk == nil {
		return nil, fault.Invalidf("name", "%q is not a command of this version", name).With("command.unknown")
	}
	cmd := mk()
	d := json.NewDecoder(bytes.NewReader(args))
	d.DisallowUnknownFields()
	if err := d.Decode(cmd); err != nil {
		return nil, fault.Invalidf("args", "the arguments of %s cannot be read: %s", name, strings.TrimPrefix(err.Error(), "json: ")).With("command.args")
	}
	if d.More() {
		return nil, fault.Invalidf("args", "the arguments of %s go on behind their end", name).With("command.args")
	}
	return cmd, nil
}

// CommandTypes returns an empty value of each command of the schema by its wire name.
func (s *Store) CommandTypes() map[string]Command {
	out := make(map[string]Command, len(s.schema.commands))
	for name, mk := range s.schema.commands {
		out[name] = mk()
	}
	return out
}

// WrittenBy returns the entry that last wrote a record, or 0 where there is none.
func (s *Store) WrittenBy(r Reader, id ID) (uint64, error) {
	coll := s.schema.byPrefix[id.Prefix()]
	if coll == nil {
		return 0, nil
	}
	return lastWriter(r, coll.Name(), id)
}
