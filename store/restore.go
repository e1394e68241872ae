package store

import (
	"bytes"
	"context"
	"iter"

	"callout/internal/fault"
)

// RestoreOptions say how a restore may go.
type RestoreOptions struct {
	// AcceptRegression lets a backup be restored that is older than, or differs from,
	// the newest head that this machine has seen. Who accepts it, and why, is journaled.
	AcceptRegression bool
	// Recover puts a backup back that is older than what this machine has seen, without giving the newer entries up: the
	// store waits for the devices that have them (see [Store.BeginRecovery]).
	Recover bool
	Actor   Actor
	Reason  string
	// Progress is called with the entries done.
	Progress func(done, total uint64)
}

// Restore fills this store, whose engine must be empty, from the backup in a folder:
// entries, and everything that follows from them. The result is the store that was backed
// up, byte for byte in every space, and it is verified before Restore returns. A restore that fails half-way leaves
// an engine that is no store: callers restore beside the old file and put the new one
// in its place afterwards.
func (s *Store) Restore(ctx context.Context, dir string, o RestoreOptions) (*Report, error) {
	m, seen, err := restorable(s.keys, dir, o)
	if err != nil {
		return nil, err
	}
	if err := s.isEmpty(ctx); err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = func(uint64, uint64) {}
	}
	if err := s.load(ctx, dir, m, seen, func(n uint64) { o.Progress(n, m.Entries) }); err != nil {
		return nil, err
	}
	if o.AcceptRegression {
		if _, err := s.AcceptRegression(ctx, o.Actor, o.Reason); err != nil {
			return nil, err
		}
	}
	if o.Recover {
		if err := s.BeginRecovery(ctx); err != nil {
			return nil, err
		}
		// What was seen on this machine is ahead of it, and is to come back.
		return (&Store{engine: s.engine, schema: s.schema, now: s.now, random: s.random}).Verify(ctx, VerifyOptions{})
	}
	return s.Verify(ctx, VerifyOptions{})
}

// Restorable returns what the backup in a folder holds, or the reason for which Restore would refuse it
// before it reads the entries.
func Restorable(keys Keyring, dir string, o RestoreOptions) (*Manifest, error) {
	m, _, err := restorable(keys, dir, o)
	return m, err
}

// restorable also returns the newest head seen, which the entries must come by; a zero one
// where a regression is accepted.
func restorable(keys Keyring, dir string, o RestoreOptions) (*Manifest, Head, error) {
	if o.AcceptRegression && o.Reason == "" {
		return nil, Head{}, fault.Invalidf("reason", "going on from an older state needs a reason")
	}
	m, err := ReadManifest(dir)
	if err != nil || o.AcceptRegression || o.Recover {
		return m, Head{}, err
	}
	seen, err := lastSeen(keys, m.Tenant)
	if err != nil {
		return nil, Head{}, err
	}
	if h, err := parseNote(m.Head); err == nil && (h.Size < seen.Size || h.Size == seen.Size && h.Root != seen.Root) {
		return nil, Head{}, regressed(h, seen)
	}
	return m, seen, nil
}

func (s *Store) load(ctx context.Context, dir string, m *Manifest, seen Head, done func(uint64)) error {
	want, err := parseNote(m.Head)
	if err != nil {
		return err
	}
	p := &replay{s: s, want: want, seen: seen, done: done}
	return p.run(ctx, m.entries(dir))
}

// isEmpty refuses an engine that holds something.
func (s *Store) isEmpty(ctx context.Context) error {
	return s.engine.View(ctx, func(r Reader) error {
		v := &verifier{s: s, r: r}
		if empty, err := v.empty(); err != nil || empty {
			return err
		}
		return fault.Conflictf("the store is not empty").With("store.exists").
			Hint("--store PATH   (another file)")
	})
}

// lastSeen returns the newest head that this machine has seen, or a zero one.
func lastSeen(keys Keyring, tenant string) (Head, error) {
	if keys == nil {
		return Head{}, nil
	}
	text, err := keys.Seen(tenant)
	if err != nil || text == "" {
		return Head{}, err
	}
	h, err := parseNote(text)
	if err != nil {
		return Head{}, nil //nolint:nilerr // a torn file outside the store proves nothing
	}
	return h, nil
}

// Rebuild fills this store, whose engine must be empty, from another one's journal: from what is
// damaged in anything but its entries comes a store that is whole. The head must be
// sound too, or there is no saying whether entries are missing at the end.
func (s *Store) Rebuild(ctx context.Context, from *Store) (*Report, error) {
	if err := s.isEmpty(ctx); err != nil {
		return nil, err
	}
	err := from.engine.View(ctx, func(r Reader) error {
		text, err := r.Get(spaceMeta, metaHead)
		if err != nil {
			return err
		}
		want, err := parseNote(string(text))
		if err != nil {
			return err
		}
		seen, err := lastSeen(s.keys, want.tenant())
		if err != nil {
			return err
		}
		if want.Size < seen.Size {
			return regressed(want, seen)
		}
		p := &replay{s: s, want: want, seen: seen, done: func(uint64) {}}
		return p.run(ctx, rawEntries(r))
	})
	if err != nil {
		return nil, err
	}
	return s.Verify(ctx, VerifyOptions{})
}

// rawEntries yields the journal's entries as stored, unchecked.
func rawEntries(r Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		err := r.Scan(spaceJournal, Range{}, func(_, text []byte) bool { return yield(bytes.Clone(text), nil) })
		if err != nil {
			yield(nil, err)
		}
	}
}
