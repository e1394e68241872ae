package store

import (
	"encoding/json"

	"callout/internal/fault"
)

// Undo takes back a journal entry by putting every record that it touched back to the
// state before it. It is a command with all checks; derivations do not run, because
// what they did is among the records put back. It is refused when a touched record
// has a later writer, or when the entry's command cannot be taken back. Undoing an undo is a redo.
type Undo struct {
	Entry uint64 `json:"entry"`
}

// Name implements Command.
func (c *Undo) Name() string { return "store.undo.v1" }

// Undoable implements Undoable.
func (c *Undo) Undoable() {}

// Do implements Command.
func (c *Undo) Do(tx *Tx) error {
	e, err := ReadEntry(tx, c.Entry)
	if err != nil {
		return err
	}
	if err := tx.schema.undoable(e); err != nil {
		return err
	}
	for _, img := range e.Images() {
		if coll := tx.schema.byName[img.Collection]; coll != nil && coll.permanent() {
			continue
		}
		if err := restoreBefore(tx, e, img); err != nil {
			return err
		}
	}
	tx.Returns(e.Leaf.Subject, e.Leaf.Number)
	return nil
}

func (c *compiled) undoable(e *Entry) error {
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

// restoreBefore puts one record back to what it was before entry e.
func restoreBefore(tx *Tx, e *Entry, img Image) error {
	coll := tx.schema.byName[img.Collection]
	if coll == nil {
		return fault.Internalf("entry %d names the unknown collection %s", e.Leaf.Seq, img.Collection)
	}
	writer, err := lastWriter(tx, img.Collection, img.ID)
	if err != nil {
		return err
	}
	if (writer != e.Leaf.Seq && img.Doc != nil) || (writer != 0 && img.Doc == nil) {
		return fault.Refusedf("%s %s was changed after entry %d, by entry %d",
			coll.Title(), img.ID, e.Leaf.Seq, writer).
			With("undo.later").Hint("callout log %d", writer).Hint("callout undo %d", writer)
	}
	if img.Prev == 0 {
		return tx.write(coll, img.ID, nil, nil, nil)
	}
	before, err := ReadEntry(tx, img.Prev)
	if err != nil {
		return err
	}
	for i, h := range before.Leaf.Parts {
		if h.Collection != img.Collection || h.ID != img.ID || h.Kind != PartAfter {
			continue
		}
		doc := before.Parts[i].Body
		var cost json.RawMessage
		if i+1 < len(before.Parts) && before.Leaf.Parts[i+1].Kind == PartCost {
			cost = before.Parts[i+1].Body
		}
		entries, err := coll.entries(join(doc, cost))
		if err != nil {
			return err
		}
		return tx.write(coll, img.ID, doc, cost, entries)
	}
	return fault.Internalf("entry %d does not hold %s", img.Prev, img.ID).With("store.damaged").
		Hint("callout audit verify")
}

// LastUndoable finds what `undo` takes back when nothing is named: this actor's last
// entry on this device that is not itself an undo and has not been undone. With redo
// set it finds the actor's last undo that has not been undone.
func (s *Store) LastUndoable(r Reader, actor, device string, redo bool) (uint64, error) {
	size, err := Size(r)
	if err != nil {
		return 0, err
	}
	undone := map[uint64]bool{}
	for e, err := range Entries(r, size, true) {
		if err != nil {
			return 0, err
		}
		who, err := e.Actor()
		if err != nil {
			return 0, err
		}
		if who.Name != actor || e.Leaf.Device != device || undone[e.Leaf.Seq] {
			continue // an undo that was itself undone lets what it named stand again
		}
		if e.Leaf.Undoes != 0 {
			undone[e.Leaf.Undoes] = true
			if isRedo, err := namesUndo(r, e.Leaf.Undoes); err != nil {
				return 0, err
			} else if redo && !isRedo {
				return e.Leaf.Seq, nil
			}
			continue
		}
		if redo {
			break // something new was done after the last undo
		}
		return e.Leaf.Seq, nil
	}
	if redo {
		return 0, fault.NotFoundf("%s has nothing to redo here", actor)
	}
	return 0, fault.NotFoundf("%s has nothing to undo here", actor)
}

func namesUndo(r Reader, seq uint64) (bool, error) {
	e, err := ReadEntry(r, seq)
	return err == nil && e.Leaf.Undoes != 0, err
}
