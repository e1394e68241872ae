package store

import (
	"errors"

	"callout/internal/fault"
)

// A shared authority journals what it refuses, too: exactly one entry for each command that reaches it. So a
// repeated command gets the same answer for ever, and a device learns from the journal what became of what it did
// while it was alone. A refused entry has the intent, the actor and the refusal, and touches nothing.

// refuse ends a command that a rule has refused. Where refusals are journaled it hands over what is: the command,
// and nothing that it wrote.
func (b *batch) refuse(rec Receipt, tx *Tx, why error) (Receipt, *Tx, error) {
	rec.Err = why
	if !b.s.refusals || b.trial || b.link != nil {
		return rec, nil, nil
	}
	bare := newTx(b.s.schema, tx.layer.under, b.memo, tx.Env, tx.seq)
	bare.args, bare.refusal = tx.args, refusalOf(why)
	rec.Seq = tx.seq
	return rec, bare, nil
}

// refusalOf is the refusal as it is journaled: causes are of the machine that decided.
func refusalOf(err error) *fault.Error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fault.Internalf("%s", err)
	}
	kept := *f
	kept.Err = nil
	return &kept
}

// Refusal returns why the entry's command was refused, or nil where it was accepted. A refusal whose words were
// withheld still says of which kind it was.
func (e *Entry) Refusal() error {
	if e.Leaf.Refused == "" {
		return nil
	}
	f := &fault.Error{Kind: e.Leaf.Refused, Msg: "the command was refused"}
	if _, err := e.part(PartRefusal, f); err != nil {
		return fault.Internalf("the refusal in entry %d cannot be read", e.Leaf.Seq).Because(err)
	}
	return f
}
