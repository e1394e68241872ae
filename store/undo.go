package store

import (
	"bytes"
	"encoding/binary"

	"callout/internal/fault"

	"github.com/google/uuid"
)

// Undo takes back a journal entry by putting every record that it touched back to the
// state before it. It is a command with all checks; derivations do not run, because
// what they did is among the records put back. It is refused when a touched record
// has a later writer (undone ones do not count), or when the entry's command cannot be
// taken back. Undoing an undo is a redo.
type Undo struct {
	Entry uint64 `json:"entry,omitempty"`
	// Command names the entry by its command's id instead: what waits for the authority has no entry yet.
	Command uuid.UUID `json:"command,omitzero"`
}

// UndoOf returns the command that takes back an entry.
func UndoOf(e *Entry) *Undo {
	if IsPending(e.Leaf.Seq) {
		return &Undo{Command: e.Leaf.Cmd}
	}
	return &Undo{Entry: e.Leaf.Seq}
}

// TakesBack returns the number of the entry that is taken back.
func (c *Undo) TakesBack(r Reader) (uint64, error) {
	if c.Command == uuid.Nil {
		return c.Entry, nil
	}
	seq, err := seqOf(r, c.Command)
	if err == nil && seq == 0 {
		err = fault.NotFoundf("there is no journal entry of the command %s", c.Command)
	}
	return seq, err
}

// Name implements Command.
func (c *Undo) Name() string { return "store.undo.v1" }

// Undoable implements Undoable.
func (c *Undo) Undoable() {}

// Do implements Command.
func (c *Undo) Do(tx *Tx) error {
	seq, err := c.TakesBack(tx)
	if err != nil {
		return err
	}
	tx.undoes = seq
	e, err := ReadEntry(tx, seq)
	if err != nil {
		return err
	}
	if err := tx.schema.undoable(e); err != nil {
		return err
	}
	var images []Image
	for _, img := range e.Images() {
		coll := tx.schema.byName[img.Collection]
		if coll == nil {
			return fault.Refusedf("entry %d wrote a %s, which this version does not know", seq, img.Collection)
		}
		if coll.permanent() && img.Prev == 0 {
			continue // other entries name it by now
		}
		if err := notWrittenSince(tx, coll, img, seq); err != nil {
			return err
		}
		images = append(images, img)
	}
	// First all records go, then those that were there before come back: records may
	// have exchanged unique keys, and no order of single steps would do.
	for _, img := range images {
		if err := tx.write(tx.schema.byName[img.Collection], img.ID, nil, nil, nil); err != nil {
			return err
		}
	}
	for _, img := range images {
		if img.Prev == 0 {
			continue
		}
		if err := putBack(tx, img); err != nil {
			return err
		}
	}
	tx.Returns(e.Leaf.Subject, e.Leaf.Number)
	return nil
}

func (c *compiled) undoable(e *Entry) error {
	if e.Leaf.Refused != "" {
		return fault.Refusedf("entry %d was refused: there is nothing to take back", e.Leaf.Seq).With("undo.nothing")
	}
	mk := c.commands[e.Leaf.Type]
	if mk == nil {
		return fault.Refusedf("entry %d is a %s, which this version does not know", e.Leaf.Seq, e.Leaf.Type)
	}
	if _, ok := mk().(Undoable); !ok {
		return fault.Refusedf("entry %d (%s) cannot be taken back", e.Leaf.Seq, e.Leaf.Type).
			With("undo.never").Hint("callout log %d", e.Leaf.Seq)
	}
	return nil
}

// notWrittenSince refuses when a record is no longer as entry seq left it.
func notWrittenSince(tx *Tx, coll AnyCollection, img Image, seq uint64) error {
	writer, err := lastWriter(tx, img.Collection, img.ID)
	if err != nil {
		return err
	}
	if writer == 0 { // the record is gone; only the journal knows since when
		if writer, err = lastNamedBy(tx, img.ID, seq); err != nil {
			return err
		}
	}
	same, err := leftAsBy(tx, img, writer, seq)
	if err != nil || same {
		return err
	}
	return fault.Refusedf("%s %s was changed after entry %d, by entry %d", coll.Title(), img.ID, seq, writer).
		With("undo.later").Hint("callout log %d", writer).Hint("callout undo %d", writer)
}

// leftAsBy reports whether the state that writer gave to a record is the one that
// entry seq gave to it: writer is that entry, or an undo of what came after it. So
// one may undo, and redo, step by step.
func leftAsBy(r Reader, img Image, writer, seq uint64) (bool, error) {
	for writer > seq {
		e, err := ReadEntry(r, writer)
		if err != nil || e.Leaf.Undoes == 0 {
			return false, err
		}
		undone, err := ReadEntry(r, e.Leaf.Undoes)
		if err != nil {
			return false, err
		}
		writer = 0
		for _, was := range undone.Images() {
			if was.Collection == img.Collection && was.ID == img.ID {
				writer = was.Prev
			}
		}
	}
	return writer == seq, nil
}

// lastNamedBy returns the last entry that wrote a record, looking back no further than
// the given one. It parses nothing: a leaf that holds the id in quotes has written it,
// or is about it, which for a record that is gone comes to the same.
func lastNamedBy(r Reader, id ID, since uint64) (last uint64, err error) {
	last = since
	quoted := []byte(`"id":"` + string(id) + `"`)
	err = r.Scan(spaceJournal, Range{Lo: seqKey(since + 1), Hi: nil, Reverse: true}, func(key, text []byte) bool {
		leaf, _, _ := bytes.Cut(text, []byte("\n"))
		if bytes.Contains(leaf, quoted) {
			last = binary.BigEndian.Uint64(key)
			return false
		}
		return true
	})
	return last, err
}

// putBack writes the state that an image replaced.
func putBack(tx *Tx, img Image) error {
	before, err := ReadEntry(tx, img.Prev)
	if err != nil {
		return err
	}
	for _, was := range before.Images() {
		if was.Collection != img.Collection || was.ID != img.ID || was.Gone {
			continue
		}
		if was.Withheld {
			return fault.Refusedf("the state of %s before was erased from the journal", img.ID).With("undo.erased")
		}
		coll := tx.schema.byName[img.Collection]
		rec, err := coll.decodeAny(was.Doc)
		if err != nil {
			return err
		}
		return tx.write(coll, img.ID, was.doc, was.cost, rec)
	}
	return fault.Internalf("entry %d does not hold %s", img.Prev, img.ID).With("store.damaged").
		Hint("callout audit verify")
}

// LastUndoable finds what `undo` takes back when nothing is named: the last entry of
// this actor on this device that did something, or did it again, and still stands.
// With redo set it finds the actor's last undo that still stands, unless the actor
// has done something new since.
func (s *Store) LastUndoable(r Reader, actor, device string, redo bool) (uint64, error) {
	undone := map[uint64]bool{}
	for e, err := range Entries(r, 1<<64-1, true) {
		if err != nil {
			return 0, err
		}
		if undone[e.Leaf.Seq] || e.Leaf.Refused != "" {
			continue // and if it was an undo, what it named stands again
		}
		if e.Leaf.Undoes != 0 {
			undone[e.Leaf.Undoes] = true
		}
		who, err := e.Actor()
		if err != nil {
			return 0, err
		}
		if who.Name != actor || e.Leaf.Device != device {
			continue
		}
		_, takesBack, err := Origin(r, e)
		if err != nil {
			return 0, err
		}
		if takesBack == redo {
			return e.Leaf.Seq, nil
		}
		if redo && e.Leaf.Undoes == 0 {
			break // something new
		}
	}
	if redo {
		return 0, fault.NotFoundf("%s has nothing to redo here", actor).Hint("callout log")
	}
	return 0, fault.NotFoundf("%s has nothing to undo here", actor).Hint("callout log")
}

// Origin is what an entry comes down to: the change that it undoes, does again, or is, and whether it takes that back. The
// undo of an undo does the thing again, the undo of that takes it back, and so on.
func Origin(r Reader, e *Entry) (change *Entry, takesBack bool, err error) {
	for e.Leaf.Undoes != 0 {
		takesBack = !takesBack
		if e, err = ReadEntry(r, e.Leaf.Undoes); err != nil {
			return nil, false, err
		}
	}
	return e, takesBack, nil
}
