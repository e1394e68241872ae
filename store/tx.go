package store

import (
	"bytes"
	"encoding/json"
	"time"

	"callout/internal/fault"

	"github.com/google/uuid"
)

// Tx is one command's view: what is stored, its own writes on top, and what it may
// know of the world.
type Tx struct {
	Env Env

	at      time.Time // when the command happened; its steps may set another time in Env
	layer   *layer
	memo    *memo
	schema  *compiled
	seq     uint64 // of the entry this command will get
	touched []*touch
	byKey   map[recordKey]*touch
	numbers []Numbered
	events  []Event
	args    []byte // the command's JSON, as it was before it ran
	subject ID
	number  string

	publishes bool         // it has written a revision, which may not come to stay
	undoes    uint64       // the entry that the command takes back
	refusal   *fault.Error // why the command was refused, where that is journaled

	dated     time.Time     // when it happened, as far as somebody said so
	link      *Link         // of a device whose authority is elsewhere
	requested bool          // taken down for the authority, not decided
	shown     map[ID]string // provisional numbers: taken on a device; on the authority, as which a device showed them
}

// touch is a record that the command has written.
type touch struct {
	coll   AnyCollection
	id     ID
	prev   uint64 // the entry that wrote it before, or 0
	before []byte // whole document, or nil
	doc    []byte // document without the cost block, nil when deleted
	cost   []byte

	was, is any // the record before and after, decoded; nil where there is none
}

func (t *touch) after() []byte {
	if t.doc == nil {
		return nil
	}
	return join(t.doc, t.cost)
}

func newTx(schema *compiled, under Reader, m *memo, env Env, seq uint64) *Tx {
	return &Tx{Env: env, at: env.OccurredAt, layer: newLayer(under), memo: m, schema: schema, seq: seq, byKey: map[recordKey]*touch{}}
}

// Get implements Reader over the transaction's own writes.
func (tx *Tx) Get(space string, key []byte) ([]byte, error) { return tx.layer.Get(space, key) }

// Scan implements Reader over the transaction's own writes. Writes made during the scan are not seen by it.
func (tx *Tx) Scan(space string, r Range, yield func(key, value []byte) bool) error {
	return tx.layer.Scan(space, r, yield)
}

// Returns says which record the command is mainly about, for the receipt and `log`.
// The first call counts; a later one may add the number that the same record was given.
func (tx *Tx) Returns(id ID, number string) {
	switch {
	case tx.subject == "":
		tx.subject, tx.number = id, number
	case tx.subject == id && number != "":
		tx.number = number
	}
}

// Emit names an event.
func (tx *Tx) Emit(name string, subject ID, data map[string]any) {
	tx.events = append(tx.events, Event{Name: name, Subject: subject, Data: data})
}

// Run decides another command inside this transaction, as a part of it and under its
// own command id, so that what it creates gets the ids that it would have got alone.
func (tx *Tx) Run(id uuid.UUID, cmd Command) error {
	outer := tx.Env.CommandID
	tx.Env.CommandID = id
	defer func() { tx.Env.CommandID = outer }()
	return cmd.Do(tx)
}

// Sub is Run for a command that is a step of this one: what it returns as its main record is
// handed back, and does not become what the whole command is about.
func (tx *Tx) Sub(id uuid.UUID, cmd Command) (subject ID, number string, err error) {
	outer, outerNumber := tx.subject, tx.number
	tx.subject, tx.number = "", ""
	err = tx.Run(id, cmd)
	subject, number = tx.subject, tx.number
	tx.subject, tx.number = outer, outerNumber
	return subject, number, err
}

// write buffers one record with its index entries: the document without its cost block, the
// block, and what both decode to, which belongs to the transaction from now on. A nil doc deletes.
func (tx *Tx) write(c AnyCollection, id ID, doc, cost []byte, rec any) error {
	if tx.schema.byName[c.Name()] != c {
		return fault.Internalf("collection %s is not in the schema", c.Name())
	}
	if c == AnyCollection(revisions) {
		tx.publishes = true
		clear(tx.memo.newest)
	}
	space := c.space()
	env, err := tx.layer.Get(space, []byte(id))
	if err != nil {
		return err
	}
	var current, after []byte
	var writer uint64
	var was any
	if env != nil {
		if was, current, writer, err = tx.memo.recordOf(c, id, env); err != nil {
			return err
		}
	}
	if doc != nil {
		after = join(doc, cost)
	}
	if bytes.Equal(current, after) && (current == nil) == (after == nil) {
		return nil
	}
	if doc == nil {
		rec = nil
	}
	if err := tx.reindex(c, was, rec); err != nil {
		return err
	}
	key := recordKey{c.Name(), id}
	t := tx.byKey[key]
	if t == nil {
		t = &touch{coll: c, id: id, prev: writer, before: bytes.Clone(current), was: was}
		tx.byKey[key] = t
		tx.touched = append(tx.touched, t)
	}
	t.doc, t.cost, t.is = doc, cost, rec
	if after == nil {
		tx.layer.put(space, []byte(id), nil)
		return nil
	}
	sealed := seal(tx.seq, after)
	tx.layer.put(space, []byte(id), sealed)
	tx.memo.keep(c, id, sealed, rec)
	return nil
}

// reindex replaces the index entries of the record as it was by those of the record as it is.
func (tx *Tx) reindex(c AnyCollection, was, is any) error {
	if was != nil {
		old, err := c.entriesOf(was)
		if err != nil {
			return err
		}
		for _, e := range old {
			tx.layer.put(e.space, e.key, nil)
		}
	}
	if is == nil {
		return nil
	}
	entries, err := c.entriesOf(is)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.unique {
			var other []byte
			err := tx.layer.Scan(e.space, Prefix(e.bare), func(key, _ []byte) bool {
				other = bytes.Clone(key)
				return false
			})
			if err != nil {
				return err
			}
			if other != nil && !bytes.Equal(other, e.key) {
				return fault.Conflictf("%s", e.clash()).With(c.Name() + ".exists")
			}
		}
		tx.layer.put(e.space, e.key, e.value)
	}
	return nil
}

// changes lists what the transaction would do, leaving out records that end as they began.
func (tx *Tx) changes() []Change {
	var out []Change
	for _, t := range tx.touched {
		after := t.after()
		if bytes.Equal(t.before, after) {
			continue
		}
		out = append(out, Change{
			Collection: t.coll.Name(), ID: t.id,
			Before: json.RawMessage(t.before), After: json.RawMessage(after),
		})
	}
	return out
}

// lastWriter returns the entry that last wrote a record, or 0.
func lastWriter(r Reader, coll string, id ID) (uint64, error) {
	env, err := r.Get(recordSpace(coll), []byte(id))
	if err != nil || env == nil {
		return 0, err
	}
	seq, _, err := unseal(recordSpace(coll), []byte(id), env)
	return seq, err
}
