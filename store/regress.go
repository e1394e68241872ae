package store

import (
	"context"

	"callout/internal/fault"
)

// acceptRegression journals that the store goes on from an older state than one that
// was seen, so that nobody finds out later: who has the lost entries can still show them.
type acceptRegression struct {
	Seen string `json:"seen"` // the newest head seen, as a signed note
	From string `json:"from"` // the head that the store goes on from
}

// Name implements Command.
func (c *acceptRegression) Name() string { return "store.accept_regression.v1" }

// Do implements Command.
func (c *acceptRegression) Do(tx *Tx) error {
	tx.Returns(metaID, "")
	return nil
}

// AcceptRegression lets a store go on that is behind, or differs from, the newest head
// that this machine has seen. It journals that, with both heads and the reason, and
// takes the store's head as the newest seen. A store that is not behind is left alone.
func (s *Store) AcceptRegression(ctx context.Context, actor Actor, reason string) (Receipt, error) {
	if reason == "" {
		return Receipt{}, fault.Invalidf("reason", "going on from an older state needs a reason")
	}
	cmd := &acceptRegression{}
	behind := false
	err := s.View(ctx, func(r Reader) error {
		m, err := ReadMeta(r)
		if err != nil {
			return err
		}
		now, seen, err := s.trustedHead(r, m)
		if err != nil {
			return err
		}
		if err := notBehind(r, now, seen); fault.CodeOf(err) != "store.regressed" {
			return err
		}
		behind, cmd.Seen, cmd.From = true, seen.Note, now.Note
		return nil
	})
	if err != nil || !behind {
		return Receipt{}, err
	}
	intents, err := s.withIDs([]Intent{{Cmd: cmd, Actor: actor, Reason: reason}})
	if err != nil {
		return Receipt{}, err
	}
	b := &batch{s: s, prelude: true, behind: true}
	recs, err := b.commit(ctx, given(intents...))
	if err != nil {
		return Receipt{}, err
	}
	return recs[0], recs[0].Err
}
