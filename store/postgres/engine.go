// Package postgres is the engine for many: one tenant of a PostgreSQL database that any number of
// processes share.
//
// The tenant's row in the table head orders its commits: whoever holds its lock decides on
// the newest state, and writes. Reads come from memory as far as that is of the same state, and
// else from the server, a page at a time; docs/adr/0028 has the reasons.
//
// It is not for a pooler that hands out a connection by the statement, and it does not keep those
// who may read the tables from reading the tenants beside theirs.
package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"callout/internal/fault"
	"callout/store"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Options are how a database is used. The zero value uses a tenant that exists.
type Options struct {
	// Create makes the tenant, and the tables, where they are missing.
	Create bool
	// LockWait is how long a transaction waits for its turn, and for a server that is
	// away, before it fails with a fault of kind Busy; 30 s when zero.
	LockWait time.Duration
	// Connections is the most that the engine opens; 8 when zero. One is for commits.
	Connections int
	// Cache is the room for what is remembered of the newest state, in bytes; 64 MiB when zero.
	Cache int
}

func (o Options) filled() Options {
	if o.LockWait == 0 {
		o.LockWait = 30 * time.Second
	}
	if o.Connections == 0 {
		o.Connections = 8
	}
	if o.Cache == 0 {
		o.Cache = 64 << 20
	}
	return o
}

// Engine is a store.Engine on one tenant. Its methods may be called from many goroutines, and a view
// may be taken within another transaction; a commit within a commit would wait for itself.
type Engine struct {
	pool    *pgxpool.Pool
	name    string // the tenant's, which is looked at each time
	tenant  int32
	channel string // what others hear of a commit: the tenant's number
	o       Options
	memory  *known
	turn    chan struct{} // holds one token while nobody of this process commits
	watch   watch
}

// Open connects to a database, brings its tables up to date and finds the tenant. The URL, or a
// string of keywords, is what libpq understands; the variables PGHOST and so on fill in what it leaves out.
func Open(ctx context.Context, url, tenant string, o Options) (*Engine, error) {
	if tenant == "" {
		return nil, fault.Invalidf("tenant", "no tenant was named")
	}
	o = o.filled()
	pool, err := connect(ctx, url, o)
	if err != nil {
		return nil, err
	}
	e, err := on(ctx, pool, tenant, o)
	if err != nil {
		pool.Close()
	}
	return e, err
}

// on is an engine that uses a pool, which is closed with it.
func on(ctx context.Context, pool *pgxpool.Pool, tenant string, o Options) (*Engine, error) {
	e := &Engine{pool: pool, o: o, name: tenant, turn: make(chan struct{}, 1)}
	e.turn <- struct{}{}
	at, err := e.enter(ctx, tenant)
	if err != nil {
		return nil, err
	}
	e.memory, e.channel = newKnown(o.Cache, at), strconv.Itoa(int(e.tenant))
	return e, nil
}

// enter finds the tenant, in tables that are up to date.
func (e *Engine) enter(ctx context.Context, tenant string) (at state, err error) {
	err = e.insist(ctx, func() error {
		c, err := e.acquire(ctx)
		if err != nil {
			return err
		}
		defer c.Release()
		if err := settle(ctx, c.Conn(), e.o.Create); err != nil {
			return err
		}
		e.tenant, at, err = findTenant(ctx, c.Conn(), tenant, e.o.Create)
		return err
	})
	return at, err
}

// insist tries again what a restart or a change of servers has interrupted, once at least and then until the
// deadline. Faults, and whatever would fail again, are returned as they are.
func (e *Engine) insist(ctx context.Context, try func() error) error {
	began := time.Now()
	for n := 0; ; n++ {
		err := try()
		var f *fault.Error
		var v *verdict
		switch {
		case err == nil || errors.As(err, &v) || errors.As(err, &f):
			return err
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return busy(time.Since(began), err)
		case ctx.Err() != nil:
			return ctx.Err()
		case code(err) == lockNotAvailable || code(err) == queryCanceled:
			return busy(time.Since(began), err)
		case !passing(err):
			return failed(err)
		case n > 0 && time.Since(began) > e.o.LockWait:
			return busy(time.Since(began), err)
		}
		pause(ctx, n)
	}
}

// acquire takes a connection from the pool, or makes one.
func (e *Engine) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, e.o.LockWait)
	defer cancel()
	c, err := e.pool.Acquire(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return nil, busy(e.o.LockWait, err)
	}
	return c, err
}

// pause waits a moment that grows and differs, so that those who were thrown out together do not
// come back together.
func pause(ctx context.Context, n int) {
	most := 5 * time.Millisecond << min(n, 6)
	timer := time.NewTimer(most/2 + rand.N(most/2)) //nolint:gosec // it only spreads them out
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// View implements store.Engine. Views keep nobody from committing.
func (e *Engine) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var r *reader
	err := e.insist(ctx, func() (err error) {
		r, err = e.look(ctx, "")
		return err
	})
	if err != nil {
		return err
	}
	defer r.leave()
	return fn(r)
}

// look begins a view, of the newest state or of a snapshot that another transaction keeps.
func (e *Engine) look(ctx context.Context, snapshot string) (r *reader, err error) {
	c, err := e.acquire(ctx)
	if err != nil {
		return nil, err
	}
	r = &reader{ctx: ctx, conn: c, tenant: e.tenant}
	if r.of, err = e.begin(ctx, c.Conn(), beginView, snapshot); err == nil {
		r.memory, err = e.recall(ctx, c.Conn(), r.of, false)
	}
	if err != nil {
		r.leave()
		return nil, err
	}
	return r, nil
}

// Close implements store.Engine.
func (e *Engine) Close() error {
	e.watch.stop()
	e.pool.Close()
	return nil
}
