package store

import (
	"context"
	"crypto/rand"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"callout/internal/fault"
)

// Store runs commands on an engine under a schema.
type Store struct {
	engine Engine
	schema *compiled
	keys   Keyring
	now    func() time.Time
	random io.Reader

	elsewhere func(ctx context.Context, dry bool, intents []Intent) ([]Receipt, error)

	refusals bool
}

// Options are what a store needs from outside.
type Options struct {
	Keys Keyring
	// Now is the authority's clock.
	Now func() time.Time
	// Random is where salts and command ids come from; crypto/rand when nil.
	Random io.Reader
	// Refusals makes an authority that others send their commands to: what it refuses has a journal entry, too.
	Refusals bool
	// Elsewhere decides commands in place of this program, when the store is somebody else's: a server's that is only
	// read from here. Dry says that nothing is to be done.
	Elsewhere func(ctx context.Context, dry bool, intents []Intent) ([]Receipt, error)
}

// Open puts a schema on an engine. It reads nothing yet.
func Open(e Engine, s Schema, o Options) (*Store, error) {
	c, err := compile(s)
	if err != nil {
		return nil, err
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{engine: e, schema: c, keys: o.Keys, now: o.Now, random: o.Random, refusals: o.Refusals, elsewhere: o.Elsewhere}, nil
}

// Changed returns a channel that is closed soon after the next commit of whomever, where the engine hears of those
// of other processes; nil where it does not.
func (s *Store) Changed() <-chan struct{} {
	if a, ok := s.engine.(Announcer); ok {
		return a.Changed()
	}
	return nil
}

// Close releases the engine.
func (s *Store) Close() error { return s.engine.Close() }

// Init makes the store's first entry, and those of the commands that found what is kept in it: all in one transaction, so that there is
// never a part of them. A store that is not empty is refused, and so is all of it if one of the commands is.
func (s *Store) Init(ctx context.Context, tenant uuid.UUID, actor Actor, founding ...Intent) error {
	_, public, err := s.keys.Signer(tenant.String(), true)
	if err != nil {
		return err
	}
	cmd := &initStore{Format: Format, WrittenBy: s.schema.App, Tenant: tenant.String(), Key: public}
	in := Intent{ID: CommandIDFrom(cmd.Name(), cmd.Tenant), Cmd: cmd, Actor: actor}
	if founding, err = s.withIDs(founding); err != nil {
		return err
	}
	b := &batch{s: s, init: tenant.String(), prelude: true}
	_, err = b.commit(ctx, given(append([]Intent{in}, founding...)...))
	return err
}

// View runs fn on a snapshot of a store that this program can read.
func (s *Store) View(ctx context.Context, fn func(Reader) error) error {
	return s.engine.View(ctx, func(r Reader) error {
		if _, err := ReadMeta(r); err != nil {
			return err
		}
		return fn(r)
	})
}

// Share runs fn on a snapshot, as View does, and tells it the name under which other processes take that with Take; "" where
// the engine has no other processes.
func (s *Store) Share(ctx context.Context, fn func(name string, r Reader) error) error {
	e, ok := s.engine.(Sharer)
	if !ok {
		return s.View(ctx, func(r Reader) error { return fn("", r) })
	}
	return e.Share(ctx, func(name string, r Reader) error {
		if _, err := ReadMeta(r); err != nil {
			return err
		}
		return fn(name, r)
	})
}

// Take runs fn on a snapshot that another process shares; where none does, it is NotFound.
func (s *Store) Take(ctx context.Context, name string, fn func(Reader) error) error {
	e, ok := s.engine.(Sharer)
	if !ok {
		return fault.NotFoundf("snapshots of this store are not shared").With("store.snapshot")
	}
	return e.Take(ctx, name, fn)
}

// Chunk limits: how much one engine transaction carries, so that nobody waits long. One that nobody
// waits for goes on a while: a commit costs less a command the more of them it carries.
const (
	chunkCommands = 5000
	chunkTime     = 100 * time.Millisecond
	quietTime     = 500 * time.Millisecond
	askEvery      = 2 * time.Millisecond // whether somebody waits: that takes a system call or two
)

// Do decides intents in order and commits what is accepted. Many intents share engine
// transactions, of up to 5,000 commands or 100 ms each, or 500 ms as long as nobody else waits; every one has its own entry
// and its own receipt, and a refused one does not stop the others. The error is about
// the store itself; the receipts that come with it are of the chunks already committed.
func (s *Store) Do(ctx context.Context, intents ...Intent) ([]Receipt, error) {
	var out []Receipt
	all := func() []Intent {
		given := intents
		intents = nil
		return given
	}
	err := s.DoEach(ctx, all, func(recs []Receipt) { out = append(out, recs...) })
	return out, err
}

// One is Do for a single intent; a refusal is returned as the error.
func (s *Store) One(ctx context.Context, in Intent) (Receipt, error) {
	recs, err := s.Do(ctx, in)
	if err != nil {
		return Receipt{CommandID: in.ID}, err
	}
	return recs[0], recs[0].Err
}

// Preview decides intents as Do would, on a buffer that is thrown away.
func (s *Store) Preview(ctx context.Context, intents ...Intent) ([]Receipt, error) {
	if s.elsewhere != nil {
		intents, err := s.withIDs(intents)
		if err != nil {
			return nil, err
		}
		return s.elsewhere(ctx, true, intents)
	}
	var out []Receipt
	err := s.Trial(ctx, intents, func(_, _ Reader, recs []Receipt) error {
		out = recs
		return nil
	})
	return out, err
}

// Trial decides intents as Do would, lets fn look at the state before and after, and
// throws the result away. Receipts of what would be done have no sequence number. A store that Do would
// refuse to append to is refused.
func (s *Store) Trial(ctx context.Context, intents []Intent, fn func(before, after Reader, recs []Receipt) error) error {
	intents, err := s.withIDs(intents)
	if err != nil {
		return err
	}
	for before := uint64(0); ; {
		size, err := s.trial(ctx, intents, fn)
		if size <= before {
			return err
		}
		before = size
	}
}

// trial is Trial on one snapshot. A snapshot that is behind what this machine has seen is refused with its
// size, and else the size is 0: somebody may have committed after it was taken, and then the next one is larger.
func (s *Store) trial(ctx context.Context, intents []Intent, fn func(before, after Reader, recs []Receipt) error) (behind uint64, err error) {
	err = s.View(ctx, func(r Reader) error {
		size, err := Size(r)
		if err != nil {
			return err
		}
		b := &batch{s: s, prelude: true, trial: true}
		m, err := ReadMeta(r)
		if err != nil {
			return err
		}
		if err := b.appendable(r, m); err != nil {
			if fault.CodeOf(err) == "store.regressed" {
				behind = size
			}
			return err
		}
		l, recs, err := b.decide(r, intents)
		if err != nil {
			return err
		}
		for i := range recs {
			if recs[i].Seq > size {
				recs[i].Seq = 0
			}
		}
		return fn(r, l, recs)
	})
	return behind, err
}

// withIDs gives a command id to each intent that has none.
func (s *Store) withIDs(intents []Intent) ([]Intent, error) {
	out := slices.Clone(intents)
	for i := range out {
		if out[i].ID != uuid.Nil {
			continue
		}
		id, err := s.newCommandID()
		if err != nil {
			return nil, err
		}
		out[i].ID = id
	}
	return out, nil
}

// newCommandID draws a UUIDv7 from the store's own clock and randomness.
func (s *Store) newCommandID() (uuid.UUID, error) { return commandID(s.now(), s.random) }
