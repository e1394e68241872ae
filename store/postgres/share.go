package postgres

import (
	"context"
	"regexp"

	"callout/internal/fault"
	"callout/store"
)

// Share implements store.Sharer.
func (e *Engine) Share(ctx context.Context, fn func(name string, r store.Reader) error) error {
	var r *reader
	var name string
	err := e.insist(ctx, func() (err error) {
		if r, err = e.look(ctx, ""); err != nil {
			return err
		}
		if err = r.conn.QueryRow(ctx, `select pg_export_snapshot()`).Scan(&name); err != nil {
			r.leave()
		}
		return err
	})
	if err != nil {
		return err
	}
	defer r.leave()
	return fn(name, r)
}

// snapshotName is what PostgreSQL calls a snapshot.
var snapshotName = regexp.MustCompile(`^[0-9A-F-]{1,64}$`)

// The server's words for a snapshot that nobody keeps any more: the first until version 15, the other one since.
const (
	invalidParameter = "22023"
	undefinedObject  = "42704"
)

// Take implements store.Sharer.
func (e *Engine) Take(ctx context.Context, name string, fn func(store.Reader) error) error {
	if !snapshotName.MatchString(name) {
		return notShared(nil)
	}
	var r *reader
	err := e.insist(ctx, func() (err error) {
		r, err = e.look(ctx, name)
		if c := code(err); c == invalidParameter || c == undefinedObject {
			return notShared(err)
		}
		return err
	})
	if err != nil {
		return err
	}
	defer r.leave()
	return fn(r)
}

func notShared(because error) error {
	return fault.NotFoundf("nobody keeps that snapshot any more").With("store.snapshot").Because(because)
}
