package store

import (
	"reflect"
	"sort"

	"callout/internal/fault"
)

// Schema is what a store may hold and how it may change: the assembled business.
// Room shop builds the one schema of the product; tests build small ones.
type Schema struct {
	// App is the version of the program, written into new stores so that an older
	// program can name what to install.
	App         string
	Collections []AnyCollection
	Commands    []func() Command
	// Prelude runs before each command; it may write (the actor's person record).
	Prelude func(*Tx) error
	// Permit says whether the actor may do a command at all, before it runs; and Permitted, when it has run
	// and before anything is derived from it, whether to these records.
	Permit    func(*Tx, Command) error
	Permitted func(*Tx) error
	// Derivations run after the command, in order, and may write; each sees what the
	// command and the derivations before it touched.
	Derivations []func(*Tx) error
	// Checks run last and may refuse. They do not write.
	Checks []func(*Tx) error
	// Audits look for broken promises in the whole state, for `audit verify`.
	Audits []Audit
}

// Audit is a room's own check of everything that is stored.
type Audit struct {
	Name string
	Run  func(r Reader, report func(subject ID, msg string)) error
}

// AnyCollection is a collection of whatever type.
type AnyCollection interface {
	Name() string
	Prefix() string
	Title() string
	space() string // of the records
	decodeAny(doc []byte) (any, error)
	entries(doc []byte) ([]indexEntry, error)
	entriesOf(rec any) ([]indexEntry, error)
	indexes() []string
	permanent() bool
	recordType() reflect.Type
}

type indexEntry struct {
	space  string
	key    []byte // with the id
	bare   []byte // without it
	value  []byte
	unique bool
	clash  func() string
}

func (c *Collection[T, R]) space() string     { return c.records }
func (c *Collection[T, R]) permanent() bool   { return c.def.Permanent }
func (c *Collection[T, R]) indexes() []string { return c.spaces }

// entries computes all index entries of a document, in a fixed order.
func (c *Collection[T, R]) entries(doc []byte) ([]indexEntry, error) {
	rec, err := c.decode(doc)
	if err != nil {
		return nil, err
	}
	return c.entriesOf(rec)
}

// entriesOf is entries of a document that is decoded, a *T.
func (c *Collection[T, R]) entriesOf(decoded any) ([]indexEntry, error) {
	if len(c.def.Indexes) == 0 {
		return nil, nil
	}
	rec := decoded.(*T)
	id := any(rec).(recorder).record().ID
	row := []byte{}
	if c.def.Row != nil {
		var err error
		if row, err = encodeJSON(c.def.Row(rec)); err != nil {
			return nil, err
		}
	}
	out := make([]indexEntry, 0, len(c.def.Indexes))
	for i, ix := range c.def.Indexes {
		for _, k := range ix.Keys(rec) {
			e := indexEntry{space: c.spaces[i], value: row, unique: ix.Unique}
			e.key = append(append(make([]byte, 0, len(k)+len(id)), k...), id...)
			e.bare = e.key[:len(k):len(k)]
			if ix.Unique {
				e.clash = func() string {
					if ix.Clash == nil {
						return "there is another " + c.def.Title + " with the same " + ix.Name
					}
					return ix.Clash(rec)
				}
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// compiled is a schema indexed for use.
type compiled struct {
	Schema
	byName   map[string]AnyCollection
	byPrefix map[string]AnyCollection
	commands map[string]func() Command
}

func compile(s Schema) (*compiled, error) {
	c := &compiled{
		Schema:   s,
		byName:   map[string]AnyCollection{},
		byPrefix: map[string]AnyCollection{},
		commands: map[string]func() Command{},
	}
	c.Collections = append([]AnyCollection{metas, revisions}, s.Collections...)
	for _, coll := range c.Collections {
		if c.byName[coll.Name()] != nil || c.byPrefix[coll.Prefix()] != nil {
			return nil, fault.Internalf("collection %s (%s) is defined twice", coll.Name(), coll.Prefix())
		}
		c.byName[coll.Name()], c.byPrefix[coll.Prefix()] = coll, coll
	}
	c.Commands = append([]func() Command{
		func() Command { return &initStore{} },
		func() Command { return &addKey{} },
		func() Command { return &acceptRegression{} },
		func() Command { return &Undo{} },
	}, s.Commands...)
	for _, mk := range c.Commands {
		name := mk().Name()
		if c.commands[name] != nil {
			return nil, fault.Internalf("command %s is defined twice", name)
		}
		c.commands[name] = mk
	}
	return c, nil
}

// Decode turns a wire name and JSON arguments back into a command.
func (s *Store) Decode(name string, args []byte) (Command, error) {
	mk := s.schema.commands[name]
	if mk == nil {
		return nil, fault.Invalidf("command", "%q is not a command of this version", name).
			Hint("install a newer callout")
	}
	cmd := mk()
	if err := decodeJSON(args, cmd); err != nil {
		return nil, fault.Invalidf("command", "the arguments of %s cannot be read", name).Because(err)
	}
	return cmd, nil
}

// CommandNames lists the wire names of all commands, sorted.
func (s *Store) CommandNames() []string {
	var out []string
	for name := range s.schema.commands {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
