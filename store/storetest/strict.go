package storetest

import (
	"bytes"
	"context"

	"callout/store"
)

// Strict returns e with readers whose slices go bad as soon as their time is over: those of a scan
// when yield returns, all others when the transaction ends. An engine may map its file or
// use its buffers again, and most of the time one does not notice who kept a slice.
func Strict(e store.Engine) store.Engine { return strict{e} }

type strict struct{ store.Engine }

// View implements store.Engine.
func (s strict) View(ctx context.Context, fn func(store.Reader) error) error {
	return s.Engine.View(ctx, func(r store.Reader) error {
		t := &strictReader{under: r}
		defer t.spoil()
		return fn(t)
	})
}

// Commit implements store.Engine. A batch may hold slices that the reader gave: they are
// good until it is written.
func (s strict) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	t := &strictReader{}
	defer t.spoil()
	return s.Engine.Commit(ctx, func(r store.Reader) (store.Batch, error) {
		t.under = r
		return decide(t)
	})
}

type strictReader struct {
	under store.Reader
	given [][]byte
}

// spoil overwrites what was given.
func (r *strictReader) spoil() {
	for _, b := range r.given {
		spoil(b)
	}
	r.given = nil
}

func spoil(b []byte) {
	for i := range b {
		b[i] = 0xdb
	}
}

// Get implements store.Reader.
func (r *strictReader) Get(space string, key []byte) ([]byte, error) {
	v, err := r.under.Get(space, key)
	mine := bytes.Clone(v)
	r.given = append(r.given, mine)
	return mine, err
}

// Scan implements store.Reader.
func (r *strictReader) Scan(space string, rg store.Range, yield func(key, value []byte) bool) error {
	return r.under.Scan(space, rg, func(k, v []byte) bool {
		key, value := bytes.Clone(k), bytes.Clone(v)
		defer spoil(key)
		defer spoil(value)
		return yield(key, value)
	})
}
