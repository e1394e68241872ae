package shop

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/postgres"
)

// Database says in which PostgreSQL database a shop lies, in place of a file. The zero value is none.
type Database struct {
	URL    string // libpq's; it may hold a password and is never shown
	Tenant string // the shop's name in it
}

// there reports whether a database is named.
func (d Database) there() bool { return d.URL != "" }

// Place is the database's own name and the shop's in it, for people and logs.
func (d Database) Place() string { return postgres.Place(d.URL) + " (" + d.Tenant + ")" }

// Check refuses a database that cannot be meant.
func (d Database) Check() error {
	if !d.there() {
		return nil
	}
	if err := CheckTenant(d.Tenant); err != nil {
		return err
	}
	return postgres.Check(d.URL)
}

// CheckTenant refuses a name that no shop has in a database: it is the name of a folder, too.
func CheckTenant(name string) error {
	if n := len(name); n == 0 || n > 60 || name[0] == '.' || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
		return fault.Invalidf("tenant", "%.70q is no name of up to 60 letters, digits, -, _ and .", name).With("tenant.name").
			Hint("--tenant north")
	}
	return nil
}

// ShowDatabase is what may be shown of a database's URL: all but what is secret in it.
func ShowDatabase(url string) string {
	if url == "" {
		return ""
	}
	return postgres.Place(url)
}

// Limits of connections of one process: what a server uses at the most, with those that keep snapshots for
// readers from afar, and what a command line does.
const (
	serverConnections = 24
	lineConnections   = 4
)

// openDatabase opens the engine of a shop that lies in a database. A server, and whoever makes a shop, brings the views for
// reports up to date.
func openDatabase(o Options, create bool) (*postgres.Engine, error) {
	ctx := context.Background() // it waits as long as for a turn
	p := postgres.Options{Create: create, LockWait: o.LockWait, Connections: lineConnections}
	if o.Serves != "" {
		p.Connections = serverConnections
	}
	e, err := postgres.Open(ctx, o.Database.URL, o.Database.Tenant, p)
	if err != nil || !create && o.Serves == "" {
		return e, err
	}
	tables, err := store.Tables(Schema(o.Version))
	if err == nil {
		err = e.Show(ctx, tables)
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// Evidence is where the files of a shop lie: beside its file, or in a folder of each tenant's own that all who serve
// it share.
func (o Options) Evidence() EvidenceDir {
	if !o.Database.there() {
		return EvidenceDir(o.Path + ".evidence")
	}
	return EvidenceDir(filepath.Join(o.EvidenceDir, o.Database.Tenant))
}

// keyring is where what must lie outside the store lies.
func (o Options) keyring(makes bool) store.Keyring {
	if o.KeyFile == "" {
		return store.DirKeyring(o.StateDir)
	}
	return store.KeyFile{DirKeyring: store.DirKeyring(o.StateDir), Path: o.KeyFile, Make: makes}
}

// restoreDatabase makes a shop in a database from a backup: as a tenant of another name, which takes the shop's name when it
// is whole and verified. What had that name is kept under another.
func restoreDatabase(ctx context.Context, o Options, dir string, r store.RestoreOptions) (*RestoreReport, string, error) {
	beside := o
	beside.Database.Tenant += ".restoring"
	left, err := openDatabase(beside, true)
	if err == nil {
		err = errors.Join(left.Erase(ctx), left.Close())
	}
	if err != nil {
		return nil, "", err
	}
	e, err := openDatabase(beside, true)
	if err != nil {
		return nil, "", err
	}
	s, err := on(e, o, false)
	if err != nil {
		return nil, "", err
	}
	rep := &RestoreReport{Store: o.Database.Place()}
	found, err := s.Store.Restore(ctx, filepath.Join(dir, backupJournal), r)
	if err == nil {
		rep.Report = *found
		rep.Files, err = restoreEvidence(ctx, s, EvidenceDir(filepath.Join(dir, backupEvidence)), o.Evidence())
	}
	if err == nil && !rep.OK() {
		err = fault.Internalf("the restored store has %d findings", len(rep.Findings)).With("audit.findings")
	}
	if err != nil {
		return nil, "", errors.Join(err, e.Erase(context.WithoutCancel(ctx)), s.Close())
	}
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	aside := o.Database.Tenant + ".before-" + now().UTC().Format("20060102T150405Z")
	was, err := e.Supplant(ctx, o.Database.Tenant, aside)
	if !was {
		aside = ""
	}
	return rep, aside, errors.Join(err, s.Close())
}

// There reports whether there is a shop, whole, where the options say.
func There(ctx context.Context, o Options) (bool, error) {
	there, err := stateAt(ctx, o)
	return there == whole, err
}

// Founded waits until the shop that somebody else is making in a database has its company.
func Founded(ctx context.Context, o Options) error {
	s, err := Open(o)
	if err != nil {
		return err
	}
	for over := time.Now().Add(o.LockWait); ; {
		err = s.View(ctx, func(r store.Reader) error {
			_, err := party.TheCompany(r)
			return err
		})
		if !fault.Is(err, fault.NotFound) || time.Now().After(over) {
			return errors.Join(err, s.Close())
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), s.Close())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
