package store

import (
	"encoding/json"
	"slices"
)

// Opened hands the JSON of a record's stored envelope to show, and seals what that returns in its place, so
// that a reader above this one can leave fields out of it. Nil hides the record.
func Opened(space string, key, env []byte, show func(doc []byte) ([]byte, error)) ([]byte, error) {
	seq, doc, err := unseal(space, key, env)
	if err != nil {
		return nil, err
	}
	shown, err := show(doc)
	if err != nil || shown == nil {
		return nil, err
	}
	return seal(seq, shown), nil
}

// Changes lists what the command has done to records so far, leaving out what ends as it began.
func (tx *Tx) Changes() []Change { return tx.changes() }

// Args is the JSON of the command as it was before it ran.
func (tx *Tx) Args() json.RawMessage { return slices.Clone(tx.args) }
