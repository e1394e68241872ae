package postgres

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/postgres/pgtest"

	"github.com/jackc/pgx/v5"
)

func put(e *Engine, key, value string) error {
	return e.Commit(context.Background(), func(store.Reader) (store.Batch, error) {
		return store.Batch{{Space: "a", Key: []byte(key), Value: []byte(value)}}, nil
	})
}

func get(t *testing.T, e *Engine, key string) (value string) {
	t.Helper()
	err := e.View(t.Context(), func(r store.Reader) error {
		v, err := r.Get("a", []byte(key))
		value = string(v)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func run(t *testing.T, url, sql string, args ...any) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context()) //nolint:errcheck // nothing is lost
	if _, err := c.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// TestOpen has ten processes, as it were, find an empty database at once.
func TestOpen(t *testing.T) {
	url := pgtest.Database(t)
	_, err := Open(t.Context(), url, "a", Options{})
	if !fault.Is(err, fault.NotFound) || fault.CodeOf(err) != "store.missing" {
		t.Errorf("an empty database: %v", err)
	}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			e, err := Open(t.Context(), url, "a", Options{Create: true})
			if err != nil {
				t.Error(err)
				return
			}
			_ = e.Close()
		})
	}
	all.Wait()
	if _, err := Open(t.Context(), url, "b", Options{}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a tenant that is not there: %v", err)
	}
	if e, err := Open(t.Context(), url, "a", Options{}); err != nil {
		t.Error(err)
	} else {
		_ = e.Close()
	}
	run(t, url, `update callout_store.layout set version = version + 1`)
	_, err = Open(t.Context(), url, "a", Options{Create: true})
	if !fault.Is(err, fault.Refused) || fault.CodeOf(err) != "store.newer" {
		t.Errorf("tables of a later program: %v", err)
	}
}

// TestOpenRefused has the ways in which there is no store to be had. None of them tells the password.
func TestOpenRefused(t *testing.T) {
	url := pgtest.URL(t)
	for _, tt := range []struct {
		what, url, tenant string
		kind              fault.Kind
		code              string
	}{
		{"no tenant", url, "", fault.Invalid, ""},
		{"no URL", "postgres://me:secret@[", "a", fault.Invalid, "database.url"},
		{"nobody there", "postgres://me:secret@127.0.0.1:1/none", "a", fault.Busy, "store.busy"},
		{"no such database", url + " dbname=none password=secret", "a", fault.Internal, "store.permission"},
	} {
		o := Options{}
		if tt.kind == fault.Busy {
			o.LockWait = 30 * time.Millisecond // in vain
		}
		_, err := Open(t.Context(), tt.url, tt.tenant, o)
		if fault.KindOf(err) != tt.kind || fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", tt.what, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: it tells the password: %v", tt.what, err)
		}
	}
}

// TestEncoding refuses a database that could not show every document.
func TestEncoding(t *testing.T) {
	url := pgtest.Database(t)
	run(t, url, `create database callout_test_latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`)
	defer run(t, url, `drop database callout_test_latin with (force)`)
	_, err := Open(t.Context(), url+" dbname=callout_test_latin", "a", Options{Create: true})
	if !fault.Is(err, fault.Refused) || fault.CodeOf(err) != "database.encoding" {
		t.Errorf("a database in LATIN1: %v", err)
	}
}

// TestTenants writes the same keys for two tenants.
func TestTenants(t *testing.T) {
	a, b := fresh(t), fresh(t)
	if err := errors.Join(put(a, "k", "of a"), put(b, "k", "of b"), put(a, "only a", "")); err != nil {
		t.Fatal(err)
	}
	again := openAt(t, pgtest.URL(t), nameOf(t, a), Options{})
	if va, vb := get(t, again, "k"), get(t, b, "k"); va != "of a" || vb != "of b" {
		t.Errorf("k is %q and %q", va, vb)
	}
	if err := b.View(t.Context(), func(r store.Reader) error {
		return r.Scan("a", store.Range{}, func(k, v []byte) bool {
			if string(k) != "k" || string(v) != "of b" {
				t.Errorf("b sees %q: %q", k, v)
			}
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
}

func nameOf(t *testing.T, e *Engine) (name string) {
	t.Helper()
	if err := e.pool.QueryRow(t.Context(), `select name from head where tenant = $1`, e.tenant).Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestBusy has another process hold the lock for longer than is waited for, by the engine and by the caller.
func TestBusy(t *testing.T) {
	e := fresh(t)
	brief := openAt(t, pgtest.URL(t), nameOf(t, e), Options{LockWait: 30 * time.Millisecond})
	held, release := make(chan struct{}), make(chan struct{})
	var holder sync.WaitGroup
	holder.Go(func() {
		err := e.Commit(context.Background(), func(store.Reader) (store.Batch, error) {
			close(held)
			<-release
			return nil, nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	if err := put(brief, "k", "v"); !fault.Is(err, fault.Busy) {
		t.Errorf("behind a process that holds the lock: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	for _, one := range []*Engine{e, openAt(t, pgtest.URL(t), nameOf(t, e), Options{})} {
		err := one.Commit(ctx, func(store.Reader) (store.Batch, error) { return nil, nil })
		if !fault.Is(err, fault.Busy) && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a deadline: %v", err)
		}
	}
	if v := get(t, e, "k"); v != "" {
		t.Errorf("a view beside the lock: %q", v)
	}
	close(release)
	holder.Wait()
	if err := put(e, "k", "v"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestRegressed puts the rows back to an earlier commit, as from an old backup or by a server that took over
// without the last commits, and goes on there. Nobody may go on with what they remember.
func TestRegressed(t *testing.T) {
	e := fresh(t)
	other := openAt(t, pgtest.URL(t), nameOf(t, e), Options{})
	if err := put(e, "k", "1"); err != nil {
		t.Fatal(err)
	}
	was := e.memory.state()
	if err := put(e, "k", "2"); err != nil {
		t.Fatal(err)
	}
	for _, one := range []*Engine{e, other} {
		if v := get(t, one, "k"); v != "2" {
			t.Fatalf("k is %q", v)
		}
	}
	run(t, pgtest.URL(t), `with back as (update callout_store.head set version = $2, stamp = $3 where tenant = $1),
		gone as (delete from callout_store.recent where tenant = $1 and version > $2)
		update callout_store.kv set value = '1' where tenant = $1`, e.tenant, was.version, was.stamp)
	if v := get(t, e, "k"); v != "1" {
		t.Errorf("k was put back, and is %q", v)
	}
	if err := put(e, "other", "3"); err != nil { // the number of the lost commit, with another stamp
		t.Fatal(err)
	}
	if v, o := get(t, other, "k"), get(t, other, "other"); v != "1" || o != "3" {
		t.Errorf("in the other history: k is %q, other is %q", v, o)
	}
}

var _ store.Announcer = (*Engine)(nil)

// TestChanged waits for commits of others and of this process.
// TestWrittenBeside: a row that somebody has written by hand, where the memory says that there is none, does not fail the commit that
// writes it, and is not taken for one of its own.
func TestWrittenBeside(t *testing.T) {
	e := fresh(t)
	if v := get(t, e, "a"); v != "" {
		t.Fatal(v)
	}
	run(t, pgtest.URL(t), `insert into callout_store.kv (tenant, space, key, value) values ($1, 'a', 'a', '1'), ($1, 'a', 'b', '2')`, e.tenant)
	if err := put(e, "a", "3"); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"a": "3", "b": "2"} {
		if v := get(t, e, key); v != want {
			t.Errorf("%s: %q", key, v)
		}
	}
}

func TestChanged(t *testing.T) {
	e := fresh(t)
	name := pgtest.Tenant()
	other := openAt(t, pgtest.URL(t)+" application_name="+name, nameOf(t, e), Options{})
	next := other.Changed()
	<-next // it listens now, and says that it may have missed something
	for n, by := range []*Engine{e, other, e} {
		next = other.Changed()
		if err := put(by, "k", strings.Repeat("v", n)); err != nil {
			t.Fatal(err)
		}
		<-next
		if v := get(t, other, "k"); len(v) != n {
			t.Errorf("after commit %d: %q", n, v)
		}
	}
	next = other.Changed()
	run(t, pgtest.URL(t), `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`, name+" listens")
	<-next // it listens again
}
