package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callout/internal/fault"
	"callout/store"

	"github.com/jackc/pgx/v5"
)

// How a transaction begins. Reading in a view is of one snapshot. In a commit each statement sees what is
// newest when it begins, and after the lock that can only be one's own. Whoever holds the lock and has died,
// or stands still, is thrown out by the server.
const (
	beginView   = `begin isolation level repeatable read read only`
	beginCommit = `begin isolation level read committed`
	headOf      = `select version, stamp from head where tenant = $1 and name = $2`
)

// begin begins a transaction and reads the tenant's state, in one round trip. A tenant that has another name by now was
// set aside: what is written to it would be lost.
func (e *Engine) begin(ctx context.Context, c *pgx.Conn, how, snapshot string) (at state, err error) {
	b := &pgx.Batch{}
	b.Queue(how)
	if snapshot != "" { // it takes no parameters
		b.Queue(`set transaction snapshot '` + snapshot + `'`)
	}
	head := headOf
	if how == beginCommit {
		b.Queue(`select set_config('idle_in_transaction_session_timeout', current_setting('lock_timeout'), true)`)
		head += ` for update`
	}
	b.Queue(head, e.tenant, e.name)
	res := c.SendBatch(ctx, b)
	defer func() {
		if e := res.Close(); err == nil {
			err = e
		}
	}()
	for range b.Len() - 1 {
		if _, err := res.Exec(); err != nil {
			return at, err
		}
	}
	err = res.QueryRow().Scan(&at.version, &at.stamp)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.NotFoundf("the shop %q has been replaced or removed in the database", e.name).With("store.replaced").
			Hint("start again what runs on it")
	}
	return at, err
}

// sending is a commit that was sent and not answered.
type sending struct{ from, to state }

// Commit implements store.Engine. It decides again where the server asks for it or breaks the connection; where
// it does so while it commits, the next transaction finds out whether it has.
func (e *Engine) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := e.queue(ctx); err != nil {
		return err
	}
	defer func() { e.turn <- struct{}{} }()
	var sent *sending
	err := e.insist(ctx, func() error {
		own, err := e.attempt(ctx, decide, &sent)
		if own {
			return &verdict{err}
		}
		return err
	})
	var v *verdict
	switch {
	case errors.As(err, &v):
		return v.err
	case err != nil && sent != nil:
		return unknown(err)
	}
	return err
}

// verdict is an error of the decision, which is returned unchanged and not tried again.
type verdict struct{ err error }

func (v *verdict) Error() string { return v.err.Error() }

// queue waits for the others of this process. They need not wait at the server, each with a connection.
func (e *Engine) queue(ctx context.Context) error {
	select {
	case <-e.turn:
		return nil
	default:
	}
	began := time.Now()
	deadline := time.NewTimer(e.o.LockWait)
	defer deadline.Stop()
	select {
	case <-e.turn:
		return nil
	case <-deadline.C:
		return busy(time.Since(began), errors.New("other commits of this process are before it"))
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return busy(time.Since(began), ctx.Err())
		}
		return ctx.Err()
	}
}

// attempt is one try of a commit. It reports whether the error is the decision's own.
func (e *Engine) attempt(ctx context.Context, decide func(store.Reader) (store.Batch, error), sent **sending) (own bool, err error) {
	c, err := e.acquire(ctx)
	if err != nil {
		return false, err
	}
	r := &reader{ctx: ctx, conn: c, tenant: e.tenant}
	defer r.leave()
	if r.of, err = e.begin(ctx, c.Conn(), beginCommit, ""); err != nil {
		return false, err
	}
	if *sent != nil {
		done, err := e.happened(ctx, c.Conn(), r.of, **sent)
		if done || err != nil {
			return false, err
		}
		*sent = nil
	}
	if r.memory, err = e.recall(ctx, c.Conn(), r.of, true); err != nil {
		return false, err
	}
	batch, err := decide(r)
	switch {
	case r.err != nil && ctx.Err() == nil:
		return false, r.err // whatever was decided, it was not on what is stored
	case err != nil:
		return true, err
	case ctx.Err() != nil:
		return false, ctx.Err()
	case len(batch) == 0:
		return false, nil
	}
	if err := sound(batch); err != nil {
		return true, err
	}
	to := state{r.of.version + 1, newStamp()}
	*sent = &sending{r.of, to}
	free, others, replacing := r.memory.part(r.of, batch)
	said := told(batch, replacing)
	e.memory.launch(&flight{r.of, to, batch})
	err = e.write(ctx, c, free, others, said, to)
	e.memory.land(err == nil)
	switch {
	case err == nil:
		e.watch.wake()
	case code(err) == uniqueViolation: // somebody has written beside all engines
		e.memory.restart(r.of, r.of)
		fallthrough
	case !lost(err):
		*sent = nil // the server says that it has not
	}
	return false, err
}

// happened tells whether a commit that was not answered is in the history that leads to a state. The lock
// is held: whoever sent it is gone, or it has happened.
func (e *Engine) happened(ctx context.Context, c *pgx.Conn, now state, sent sending) (bool, error) {
	switch {
	case now == sent.to:
		return true, nil
	case now == sent.from:
		return false, nil
	}
	var s stamp
	err := c.QueryRow(ctx, `select stamp from recent where tenant = $1 and version = $2`, e.tenant, sent.to.version).Scan(&s)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, unknown(fmt.Errorf("the database has gone from commit %d to %d since it was sent", sent.from.version, now.version))
	}
	return s == sent.to.stamp, err
}

// sound refuses a batch that has no place to go.
func sound(batch store.Batch) error {
	for _, w := range batch {
		if len(w.Key) == 0 || w.Space == "" {
			return fault.Internalf("a write to space %q has no key", w.Space)
		}
	}
	return nil
}
