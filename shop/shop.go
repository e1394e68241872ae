package shop

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/bolt"

	"github.com/google/uuid"
)

// Shop is one business, open for work.
type Shop struct {
	*store.Store
	Evidence EvidenceDir
	path     string // of the file; "" for one in a database
}

// Options say where a shop lies and how it is opened.
type Options struct {
	Path     string   // the store's file; evidence lies beside it
	Database Database // where it lies instead of a file
	// EvidenceDir is the folder for the evidence of shops in a database, each in one of its own. All who serve a shop share it.
	EvidenceDir string
	StateDir    string // signing keys and seen heads, outside the store
	// KeyFile is the file with the signing key, where that is not in the state folder.
	KeyFile  string
	Version  string // of the program
	Now      func() time.Time
	LockWait time.Duration
	Holder   string // what others are told while this process holds the store
	// OnWait is called while another process holds the store.
	OnWait func(holder string, waited time.Duration)
	// AllowNetwork permits a store on a network file system, where locks may not hold.
	AllowNetwork bool
	// Serves makes this process keep the store for as long as it is open, and says where it answers
	// those who find it taken, e.g. "http://localhost:8765".
	Serves string
}

// Open opens a shop that exists. It reads nothing yet: a missing or empty file shows at
// the first use, with the command that makes one.
func Open(o Options) (*Shop, error) { return open(o, false) }

func open(o Options, create bool) (*Shop, error) {
	if o.Database.there() {
		e, err := openDatabase(o, create)
		if err != nil {
			return nil, err
		}
		return on(e, o, create)
	}
	b := bolt.Options{
		Create: create, LockWait: o.LockWait, Holder: o.Holder, OnWait: o.OnWait, AllowNetwork: o.AllowNetwork, Serves: o.Serves,
	}
	var e store.Engine
	var err error
	if o.Serves != "" {
		e, err = bolt.Hold(context.Background(), o.Path, b)
	} else {
		e, err = bolt.Open(o.Path, b)
	}
	if err != nil {
		return nil, err
	}
	return on(e, o, create)
}

// on puts the business on an engine. One that is being made may make its signing key.
func on(e store.Engine, o Options, create bool) (*Shop, error) {
	s, err := store.Open(e, Schema(o.Version), store.Options{
		Keys: o.keyring(create), Now: o.Now, Refusals: o.Serves != "",
	})
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	made := &Shop{Store: s, Evidence: o.Evidence(), path: o.Path}
	if o.Database.there() {
		made.path = ""
	}
	return made, nil
}

// Path returns where the store's file lies; "" where the shop lies in a database.
func (s *Shop) Path() string { return s.path }

// Found is what a new shop is told about itself.
type Found struct {
	Company party.InitCompany
	Policy  approval.Mode
	Actor   store.Actor
}

// Create makes a new shop in an empty place, or gives one that was left half made what it lacks. A whole one is never touched.
func Create(ctx context.Context, o Options, f Found) (*Shop, error) {
	if err := f.valid(); err != nil { // before there is a place for it
		return nil, err
	}
	if !o.Database.there() {
		if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
			return nil, fault.Internalf("cannot make the folder of %s", o.Path).Because(err)
		}
	}
	there, err := stateAt(ctx, o)
	if err != nil || there == whole {
		return nil, cmp.Or(err, occupied(o))
	}
	s, err := open(o, true)
	if err != nil {
		return nil, err
	}
	if err := s.found(ctx, there, f); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// valid checks the founding commands by themselves.
func (f *Found) valid() error {
	if f.Policy == "" {
		f.Policy = approval.FourEyes
	}
	if err := f.Company.Validate(); err != nil {
		return err
	}
	return (&approval.SetPolicy{Mode: f.Policy}).Validate()
}

// found makes the store and its company in one transaction: whoever is killed in it leaves nothing. Versions that made one
// after the other could leave the store alone; that gets its company now.
func (s *Shop) found(ctx context.Context, there part, f Found) error {
	founding := []store.Intent{
		{Cmd: &f.Company, Actor: f.Actor},
		{Cmd: &approval.SetPolicy{Mode: f.Policy}, Actor: f.Actor},
	}
	if there == nothing {
		tenant, err := uuid.NewRandom()
		if err != nil {
			return fault.Internalf("no randomness for a tenant id").Because(err)
		}
		return s.Init(ctx, tenant, f.Actor, founding...)
	}
	recs, err := s.Do(ctx, founding...)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		if rec.Err != nil {
			return rec.Err
		}
	}
	return nil
}

// part is how much of a shop there is.
type part int

const (
	nothing part = iota
	half         // a store without its company
	whole
)

// stateAt looks how much of a shop there is where the options say. A device's copy of one, however little it has yet, counts as
// whole, and so does a file that cannot be read: it is somebody's.
func stateAt(ctx context.Context, o Options) (part, error) {
	var e store.Engine
	var err error
	if o.Database.there() {
		e, err = openDatabase(Options{Database: o.Database, LockWait: o.LockWait}, false)
	} else {
		e, err = bolt.Open(o.Path, bolt.Options{LockWait: o.LockWait, Holder: o.Holder, OnWait: o.OnWait, AllowNetwork: o.AllowNetwork})
	}
	if err == nil {
		var there part
		there, err = stateOf(ctx, e)
		if err = errors.Join(err, e.Close()); err == nil {
			return there, nil
		}
	}
	switch {
	case fault.CodeOf(err) == "store.missing" || fault.CodeOf(err) == "store.empty":
		return nothing, nil
	case fault.Is(err, fault.Internal) && !o.Database.there():
		return whole, nil
	}
	return whole, err
}

func stateOf(ctx context.Context, e store.Engine) (there part, err error) {
	there = whole
	err = e.View(ctx, func(r store.Reader) error {
		if link, err := store.LinkOf(r); err != nil || link != nil {
			return err
		}
		if _, err := store.ReadMeta(r); err != nil {
			return err
		}
		_, err := party.TheCompany(r)
		if fault.Is(err, fault.NotFound) {
			there, err = half, nil
		}
		return err
	})
	return there, err
}

// occupied says that there is a shop already.
func occupied(o Options) error {
	if o.Database.there() {
		return fault.Conflictf("there is already a shop %q in the database", o.Database.Tenant).With("store.exists").
			Hint("--tenant NAME   (another one in the same database)")
	}
	return fault.Conflictf("there is already a store at %s", o.Path).With("store.exists").Hint("--store PATH   (another place)")
}
