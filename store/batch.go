package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"time"

	"callout/internal/fault"

	"golang.org/x/mod/sumdb/note"
)

// batch decides intents over one state and builds what one engine transaction writes.
type batch struct {
	s       *Store
	prelude bool
	init    string        // tenant of a store that is being made
	behind  bool          // the store may be behind the head seen
	trial   bool          // nothing will be committed
	memo    *memo         // of the state that is being decided on
	own     int           // how many intents at the front are the store's own
	link    *Link         // of a device whose authority is elsewhere
	asked   time.Duration // into the transaction, when it was last asked whether somebody waits
	few     []Write       // room for the next command's writes, left by one that is over

	signer note.Signer // of the heads
	tenant string
}

// turn is what one transaction comes to.
type turn struct {
	l    *layer
	recs []Receipt
	head string // signed anew; empty where nothing is written, or the authority signs
}

// commit decides as many of some intents as fit into one transaction and commits them. What the intents are is
// asked when the engine's turn has come. It returns one receipt for each intent that it took.
func (b *batch) commit(ctx context.Context, these func() ([]Intent, error)) ([]Receipt, error) {
	var t turn
	err := b.s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		m, err := b.authority(r)
		if err != nil {
			return nil, err
		}
		intents, err := these()
		if err != nil {
			return nil, err
		}
		if t, err = b.take(r, m, intents); err != nil {
			return nil, err
		}
		return t.l.batch(), nil
	})
	if err != nil {
		return nil, err
	}
	b.see(t.head)
	return t.recs, nil
}

// given are intents that are known already.
func given(intents ...Intent) func() ([]Intent, error) {
	return func() ([]Intent, error) { return intents, nil }
}

// take decides as many of the intents as fit into one transaction, after one of the store's own where
// there is one.
func (b *batch) take(r Reader, m *Intent, intents []Intent) (t turn, err error) {
	todo := intents[:min(len(intents), chunkCommands)]
	b.own = 0
	if m != nil {
		b.own = 1
		if m.ID, err = b.s.newCommandID(); err != nil {
			return t, err
		}
		todo = append([]Intent{*m}, todo...)
	}
	if t.l, t.recs, err = b.decide(r, todo); err != nil {
		return turn{}, err
	}
	t.recs = t.recs[b.own:]
	if b.init != "" {
		for _, rec := range t.recs {
			if rec.Err != nil {
				return turn{}, rec.Err
			}
		}
	}
	if !t.l.empty() && b.link == nil {
		t.head, err = sealHead(t.l, b.tenant, b.signer)
	}
	return t, err
}

// see keeps a head outside the store. The commands are done; a head that could not be kept only weakens
// the next check.
func (b *batch) see(head string) {
	if head != "" {
		_ = b.s.keys.See(b.tenant, head)
	}
}

// decide runs the intents over r. It stops early when the transaction has become long,
// and then returns fewer receipts. A trial is not stopped, and its entries are in no tree.
func (b *batch) decide(r Reader, intents []Intent) (*layer, []Receipt, error) {
	l := newLayer(r)
	b.memo = newMemo()
	t, err := loadTree(l)
	if err != nil {
		return nil, nil, err
	}
	l.scribe = &scribe{l: l, t: t, salts: b.s.random}
	if b.trial {
		l.scribe.t, l.scribe.salts = nil, zeros{}
	}
	b.asked = 0
	if b.link, err = readLink(l); err != nil {
		return nil, nil, err
	}
	began := b.s.now()
	size := t.size
	if b.link != nil {
		if size, err = lastPending(l); err != nil {
			return nil, nil, err
		}
	}
	var recs []Receipt
	for i, in := range intents {
		if !b.trial && b.init == "" && i > b.own && b.full(b.s.now().Sub(began)) {
			break
		}
		rec, tx, err := b.one(l, in, size+1)
		if err != nil {
			return nil, nil, err
		}
		if tx != nil {
			size++
			if err := b.keep(l, tx, in.Cmd); err != nil {
				return nil, nil, err
			}
		}
		recs = append(recs, rec)
	}
	if err := l.scribe.catchUp(); err != nil {
		return nil, nil, err
	}
	l.scribe = nil
	if b.link == nil && t.size > 0 && !l.empty() {
		t.save(l)
	}
	return l, recs, nil
}

// full reports whether a transaction that has taken so long carries enough.
func (b *batch) full(took time.Duration) bool {
	if took <= chunkTime {
		return false
	}
	q, known := b.s.engine.(Queued)
	if !known || took > quietTime {
		return true
	}
	if took-b.asked < askEvery {
		return false
	}
	b.asked = took
	return q.Waiting()
}

// keep makes what a command did a part of the batch: as a journal entry, or as a pending one.
func (b *batch) keep(l *layer, tx *Tx, cmd Command) error {
	if b.link != nil {
		return b.pend(l, tx, cmd)
	}
	tx.layer.fold(l)
	b.few, tx.layer.few = tx.layer.few[:0], nil
	l.put(spaceCommands, tx.Env.CommandID[:], binary.BigEndian.AppendUint64(nil, tx.seq))
	return l.scribe.add(tx, cmd)
}

// zeros are the salts of entries that nobody will keep.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// one decides a single intent. Its transaction is nil when there is nothing to
// journal: refused, or done before, by this command or by another one. The error is about the store, not about the command.
func (b *batch) one(l *layer, in Intent, seq uint64) (Receipt, *Tx, error) {
	rec := Receipt{CommandID: in.ID, Name: in.Cmd.Name()}
	done, err := seqOf(l, in.ID)
	if err != nil {
		return rec, nil, err
	}
	args := in.args
	if args == nil {
		if args, err = encodeJSON(in.Cmd); err != nil {
			return rec, nil, err
		}
	}
	if done != 0 {
		return b.again(l, in, args, done, rec)
	}
	tx := b.tx(l, in, seq)
	tx.args = args
	if err := cmp.Or(in.Barred, dated(in, tx.Env)); err != nil {
		return b.refuse(rec, tx, err)
	}
	if _, waits := in.Cmd.(ForAuthority); waits && b.link != nil && !b.trial {
		return b.request(rec, tx)
	}
	if err := b.run(tx, in.Cmd); err != nil {
		if k := fault.KindOf(err); k == fault.Internal || k == fault.Busy || k == fault.Unknown {
			return rec, nil, err
		}
		return b.refuse(rec, tx, err)
	}
	rec.Subject, rec.Number = tx.subject, tx.number
	rec.Changes, rec.Events = tx.changes(), tx.events
	if _, quiet := in.Cmd.(Repeatable); quiet && len(rec.Changes)+len(rec.Events)+len(tx.numbers) == 0 {
		return rec, nil, nil
	}
	rec.Seq = seq
	return rec, tx, nil
}

// tx begins the transaction of an intent that is decided now.
func (b *batch) tx(l *layer, in Intent, seq uint64) *Tx {
	now := b.s.now().UTC().Truncate(time.Millisecond)
	env := Env{
		CommandID: in.ID, OccurredAt: in.At.UTC().Truncate(time.Millisecond), RecordedAt: now,
		Actor: in.Actor, Device: in.Device, Reason: in.Reason,
	}
	if in.At.IsZero() {
		env.OccurredAt = now
		if _, undated := in.Cmd.(Undated); !undated && !in.Made.IsZero() && in.Made.Before(now) {
			env.OccurredAt = in.Made.UTC()
		}
	}
	if b.link != nil {
		env.Device = b.link.Device
	}
	tx := newTx(b.s.schema, l, b.memo, env, seq)
	tx.link, tx.dated, tx.shown = b.link, in.At, in.Shown
	tx.layer.few, b.few = b.few, nil
	if !in.Made.IsZero() {
		tx.at = in.Made.UTC()
	}
	return tx
}

// dated refuses a time that the command cannot have happened at.
func dated(in Intent, env Env) error {
	if _, undated := in.Cmd.(Undated); undated && !in.At.IsZero() {
		return fault.Invalidf("at", "%s counts from when it is recorded, and cannot be dated", in.Cmd.Name()).
			With("at.refused").Hint("leave out --at")
	}
	return env.NotAhead("at", env.OccurredAt)
}

// run is the fixed order in which a command takes effect.
func (b *batch) run(tx *Tx, cmd Command) error {
	_, first := cmd.(*initStore)
	if b.prelude && !first && b.s.schema.Prelude != nil {
		if err := b.s.schema.Prelude(tx); err != nil {
			return err
		}
	}
	if permit := b.s.schema.Permit; permit != nil {
		if err := permit(tx, cmd); err != nil {
			return err
		}
	}
	if err := cmd.Do(tx); err != nil {
		return err
	}
	if permitted := b.s.schema.Permitted; permitted != nil {
		if err := permitted(tx); err != nil {
			return err
		}
	}
	if _, undo := cmd.(*Undo); !undo {
		for _, derive := range b.s.schema.Derivations {
			if err := derive(tx); err != nil {
				return err
			}
		}
	}
	for _, check := range b.s.schema.Checks {
		if err := check(tx); err != nil {
			return err
		}
	}
	return nil
}

// again answers a command id that was journaled before: the first receipt, if it is
// the same command, and a conflict if somebody reuses the id for something else.
func (b *batch) again(l *layer, in Intent, mine []byte, seq uint64, rec Receipt) (Receipt, *Tx, error) {
	e, err := ReadEntry(l, seq)
	if err != nil {
		return rec, nil, err
	}
	_, args, err := e.Intent()
	if err != nil {
		return rec, nil, err
	}
	if e.Leaf.Type != in.Cmd.Name() || args != nil && string(args) != string(mine) {
		rec.Err = fault.Conflictf("the command id %s was used for another command (entry %d, %s)",
			in.ID, seq, e.Leaf.Type).With("command.reused")
		return rec, nil, nil
	}
	rec.Seq, rec.Again, rec.Subject, rec.Number = seq, true, e.Leaf.Subject, e.Leaf.Number
	rec.Err = e.Refusal()
	if rec.Queued, err = requested(l, seq); err != nil {
		return rec, nil, err
	}
	rec.Events, err = e.Events()
	return rec, nil, err
}
