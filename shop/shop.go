package shop

import (
	"context"
	"errors"
	"io/fs"
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

// Create makes a new shop in an empty place. What is there already is never touched.
func Create(ctx context.Context, o Options, f Found) (*Shop, error) {
	if o.Database.there() {
		return createIn(ctx, o, f)
	}
	if st, err := os.Stat(o.Path); err == nil && st.Size() > 0 {
		return nil, fault.Conflictf("there is already a store at %s", o.Path).With("store.exists").
			Hint("--store PATH   (another place)")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Internalf("cannot look at %s", o.Path).Because(err)
	}
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, fault.Internalf("cannot make the folder of %s", o.Path).Because(err)
	}
	s, err := open(o, true)
	if err != nil {
		return nil, err
	}
	if err := s.found(ctx, f); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// createIn makes a new shop in a database. What is checked first is checked before there is a tenant.
func createIn(ctx context.Context, o Options, f Found) (*Shop, error) {
	if err := f.Company.Validate(); err != nil {
		return nil, err
	}
	s, err := open(o, true)
	if err != nil {
		return nil, err
	}
	if err = vacant(ctx, s, o); err == nil {
		err = s.found(ctx, f)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// found checks the founding commands on a buffer of their own rules before anything is
// written, then makes the store and runs them.
func (s *Shop) found(ctx context.Context, f Found) error {
	tenant, err := uuid.NewRandom()
	if err != nil {
		return fault.Internalf("no randomness for a tenant id").Because(err)
	}
	if f.Policy == "" {
		f.Policy = approval.FourEyes
	}
	if err := f.Company.Validate(); err != nil {
		return err
	}
	policy := &approval.SetPolicy{Mode: f.Policy}
	if err := policy.Validate(); err != nil {
		return err
	}
	if err := s.Init(ctx, tenant, f.Actor); err != nil {
		return err
	}
	recs, err := s.Do(ctx,
		store.Intent{Cmd: &f.Company, Actor: f.Actor},
		store.Intent{Cmd: policy, Actor: f.Actor},
	)
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
