package storetest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"callout/store"
)

var errNo = errors.New("the decision is no")

func batchOfReaderSlices(t *testing.T, e store.Engine) {
	// Enough that the file must grow, and what a reader gave may move, before the batch is written.
	var batch []store.Write
	for i := range 300 {
		batch = append(batch, write("a", fmt.Sprintf("%04d", i), strings.Repeat("v", 700)))
	}
	commit(t, e, batch...)
	for _, to := range []string{"b", "c", "d"} {
		err := e.Commit(context.Background(), func(r store.Reader) (store.Batch, error) {
			var moved store.Batch
			for i := range 300 {
				key := fmt.Appendf(nil, "%04d", i)
				v, err := r.Get("a", key)
				if err != nil {
					return nil, err
				}
				moved = append(moved, store.Write{Space: to, Key: key, Value: v})
			}
			return moved, nil
		})
		if err != nil {
			t.Fatalf("a to %s: %v", to, err)
		}
	}
	for _, space := range []string{"a", "b", "c", "d"} {
		view(t, e, func(r store.Reader) {
			pairs := all(t, r, space, store.Range{})
			if len(pairs) != 300 {
				t.Errorf("space %s holds %d", space, len(pairs))
			}
			for _, p := range pairs {
				if p.value != strings.Repeat("v", 700) {
					t.Fatalf("space %s: %q has become %.40q", space, p.key, p.value)
				}
			}
		})
	}
}

func failedDecision(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "k", "old"))
	err := e.Commit(context.Background(), func(store.Reader) (store.Batch, error) {
		return store.Batch{write("a", "k", "new"), write("b", "k", "new")}, errNo
	})
	if err != errNo { //nolint:errorlint // unchanged means the same value
		t.Errorf("the error came back as %v", err)
	}
	want(t, e, "a", pair{"k", "old"})
	want(t, e, "b")
}

func emptyBatch(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "k", "v"))
	commit(t, e)
	commit(t, e, []store.Write{}...)
	want(t, e, "a", pair{"k", "v"})
}

func brokenBatch(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "k", "v"))
	for _, bad := range []store.Write{{Space: "a", Value: []byte("no key")}, {Key: []byte("no space"), Value: []byte("v")}} {
		err := e.Commit(context.Background(), func(store.Reader) (store.Batch, error) {
			return store.Batch{write("a", "j", "v"), bad, write("b", "k", "v")}, nil
		})
		if err == nil {
			t.Errorf("%q/%q was stored", bad.Space, bad.Key)
		}
	}
	want(t, e, "a", pair{"k", "v"})
	want(t, e, "b")
}

func panicInDecision(t *testing.T, e store.Engine) {
	func() {
		defer func() {
			if p := recover(); p != "a defect" {
				t.Errorf("the panic became %v", p)
			}
		}()
		_ = e.Commit(context.Background(), func(store.Reader) (store.Batch, error) { panic("a defect") })
	}()
	func() {
		defer func() {
			if p := recover(); p != "another" {
				t.Errorf("the panic became %v", p)
			}
		}()
		_ = e.View(context.Background(), func(store.Reader) error { panic("another") })
	}()
	commit(t, e, write("a", "k", "v"))
	want(t, e, "a", pair{"k", "v"})
}

func viewError(t *testing.T, e store.Engine) {
	if err := e.View(context.Background(), func(store.Reader) error { return errNo }); err != errNo { //nolint:errorlint // see above
		t.Errorf("the error came back as %v", err)
	}
}

func canceledBefore(t *testing.T, e store.Engine) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := e.View(ctx, func(store.Reader) error {
		t.Error("a canceled view ran")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("view: %v", err)
	}
	err = e.Commit(ctx, func(store.Reader) (store.Batch, error) {
		t.Error("a canceled commit decided")
		return nil, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("commit: %v", err)
	}
}

func canceledDuring(t *testing.T, e store.Engine) {
	commit(t, e, write("a", "k", "old"))
	ctx, cancel := context.WithCancel(context.Background())
	err := e.Commit(ctx, func(store.Reader) (store.Batch, error) {
		cancel()
		return store.Batch{write("a", "k", "new")}, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("commit: %v", err)
	}
	want(t, e, "a", pair{"k", "old"})
}

func largeBatch(t *testing.T, e store.Engine) {
	const n = 20000
	batch := make([]store.Write, 0, 2*n)
	for i := range n {
		// One space in the order of its keys, one in an order that has nothing to do with it.
		batch = append(batch, write("ordered", fmt.Sprintf("%06d", i), "v"))
		mixed := binary.BigEndian.AppendUint32(nil, uint32(i)*2654435761)
		batch = append(batch, store.Write{Space: "mixed", Key: mixed, Value: []byte("v")})
	}
	commit(t, e, batch...)
	counts := func() (ordered, mixed int) {
		view(t, e, func(r store.Reader) {
			ordered, mixed = len(all(t, r, "ordered", store.Range{})), len(all(t, r, "mixed", store.Range{}))
		})
		return ordered, mixed
	}
	if a, b := counts(); a != n || b != n {
		t.Errorf("%d and %d of %d stored", a, b, n)
	}
	var half []store.Write
	for i := range n / 2 {
		half = append(half, remove("ordered", fmt.Sprintf("%06d", i*2)))
	}
	commit(t, e, half...)
	if a, b := counts(); a != n/2 || b != n {
		t.Errorf("%d and %d left of %d and %d", a, b, n/2, n)
	}
}
