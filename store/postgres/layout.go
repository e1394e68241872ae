package postgres

import (
	"context"
	"crypto/rand"

	"callout/internal/fault"

	"github.com/jackc/pgx/v5"
)

// lockOfLayout is the advisory lock under which tables and views change; the bytes of "callout".
const lockOfLayout = 0x63616c6c6f7574

// steps lead from each version of the tables to the next.
//
//   - head has one row a tenant. It is locked by whoever commits, and changes with each commit, so
//     most of its page is left free for the next versions of the row.
//   - kv has all that the tenants store. Bytes compare as bytes, names of spaces too.
//   - recent has what the last commits wrote, for the memories of others (see told); nothing
//     stands for too much. It is not worth the time to compress it.
var steps = []string{
	`create table layout (version int not null);
	insert into layout values (0);

	create table head (
		tenant int generated always as identity primary key,
		name text collate "C" not null unique,
		version bigint not null,
		stamp uuid not null
	) with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

	create table kv (
		tenant int not null,
		space text collate "C" not null,
		key bytea not null,
		value bytea not null,
		primary key (tenant, space, key)
	) with (fillfactor = 80);

	create table recent (
		tenant int not null,
		version bigint not null,
		stamp uuid not null,
		spaces text[],
		keys bytea[],
		primary key (tenant, version)
	) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`,

	`delete from recent;
	alter table recent drop column spaces, drop column keys, add column told bytea;
	alter table recent alter column told set storage external`,
}

// settle brings the tables up to date, or makes them. Of several processes that come at once, one does.
func settle(ctx context.Context, c *pgx.Conn, create bool) error {
	found, err := layoutOf(ctx, c)
	if err != nil || found == len(steps) {
		return err
	}
	if found < 0 && !create {
		return fault.NotFoundf("there is no store in this database").With("store.missing").
			Hint("callout init --company NAME --currency EUR --tz Europe/Vienna").
			Hint("callout restore DIR   (a shop that has been somewhere else, from its backup)")
	}
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		// Who waits here waits for another's tables, which are there in a moment.
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, lockOfLayout); err != nil {
			return err
		}
		found, err := layoutOf(ctx, c)
		if err != nil {
			return err
		}
		if found < 0 {
			if err := makeSchema(ctx, tx); err != nil {
				return err
			}
			found = 0
		}
		for _, step := range steps[found:] {
			if _, err := tx.Exec(ctx, step, pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `update layout set version = $1`, len(steps))
		return err
	})
}

// makeSchema makes the schema. A database whose text is in another encoding could not hold the documents' views.
func makeSchema(ctx context.Context, tx pgx.Tx) error {
	var encoding string
	if err := tx.QueryRow(ctx, `show server_encoding`).Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fault.Refusedf("the database has the encoding %s; the store needs UTF8", encoding).With("database.encoding").
			Hint("createdb --encoding UTF8 --template template0 NAME")
	}
	_, err := tx.Exec(ctx, `create schema callout_store`)
	return err
}

// layoutOf returns the version of the tables, or -1 where there are none. Tables that are newer than
// this program are refused.
func layoutOf(ctx context.Context, c *pgx.Conn) (version int, err error) {
	var there bool
	// From the catalogue's rows: what a session keeps of them may be older than the lock it has waited for.
	err = c.QueryRow(ctx, `select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'callout_store' and c.relname = 'layout')`).Scan(&there)
	if err != nil || !there {
		return -1, err
	}
	if err := c.QueryRow(ctx, `select version from layout`).Scan(&version); err != nil {
		return 0, err
	}
	if version > len(steps) {
		return 0, fault.Refusedf("the database's tables have version %d; this program knows up to %d", version, len(steps)).
			With("store.newer").Hint("install a newer callout")
	}
	return version, nil
}

// findTenant returns a tenant's number and state.
func findTenant(ctx context.Context, c *pgx.Conn, name string, create bool) (id int32, at state, err error) {
	const find = `select tenant, version, stamp from head where name = $1`
	err = c.QueryRow(ctx, find, name).Scan(&id, &at.version, &at.stamp)
	if err != pgx.ErrNoRows { //nolint:errorlint // it is returned as it is
		return id, at, err
	}
	if !create {
		return 0, at, fault.NotFoundf("the database has no tenant %q", name).With("store.missing").
			Hint("callout init --company NAME --currency EUR --tz Europe/Vienna").
			Hint("callout restore DIR   (a shop that has been somewhere else, from its backup)")
	}
	_, err = c.Exec(ctx, `insert into head (name, version, stamp) values ($1, 0, $2) on conflict (name) do nothing`, name, newStamp())
	if err != nil {
		return 0, at, err
	}
	err = c.QueryRow(ctx, find, name).Scan(&id, &at.version, &at.stamp)
	return id, at, err
}

// newStamp draws what tells a commit from every other.
func newStamp() (s stamp) {
	_, _ = rand.Read(s[:]) // never fails
	return s
}
