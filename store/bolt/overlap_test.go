package bolt

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

var _ store.Overlapping = (*Engine)(nil)

// careless hands out copies, and spoils them when what they were read for is decided: nothing of them may get into
// a batch, because the file's mapping may have moved by then.
type careless struct{ *Engine }

func (c careless) CommitEach(ctx context.Context, next func(store.Reader) (store.Batch, error), settled func()) error {
	return c.Engine.CommitEach(ctx, func(r store.Reader) (store.Batch, error) {
		l := &lender{Reader: r}
		defer l.spoil()
		return next(l)
	}, settled)
}

type lender struct {
	store.Reader
	lent [][]byte
}

func (l *lender) lend(b []byte) []byte {
	if b == nil {
		return nil
	}
	b = append([]byte{}, b...)
	l.lent = append(l.lent, b)
	return b
}

func (l *lender) spoil() {
	for _, b := range l.lent {
		for i := range b {
			b[i] = 0xee
		}
	}
}

func (l *lender) Get(space string, key []byte) ([]byte, error) {
	v, err := l.Reader.Get(space, key)
	return l.lend(v), err
}

func (l *lender) Scan(space string, r store.Range, yield func(key, value []byte) bool) error {
	return l.Reader.Scan(space, r, func(key, value []byte) bool { return yield(l.lend(key), l.lend(value)) })
}

// A store that is filled by transactions which overlap holds the same bytes as one that is not.
func TestOverlappingLeavesTheSame(t *testing.T) {
	fill := func(e store.Engine) []string {
		t.Helper()
		now := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
		s, err := store.Open(e, storetest.Business(), store.Options{
			Keys: storetest.NewKeys(), Random: rand.NewChaCha8([32]byte{1}), Now: func() time.Time { return now },
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Init(t.Context(), storetest.Tenant, storetest.Anna); err != nil {
			t.Fatal(err)
		}
		var loads [][]store.Intent
		var refused int
		for n := range 5 {
			var load []store.Intent
			for i := range 1000 {
				// Every tenth has the name of one that came before, also in the load that is on its way.
				load = append(load, store.Intent{ID: storetest.ID(1000*n + i + 1), Actor: storetest.Anna, Cmd: &storetest.CreateAccount{
					Called: fmt.Sprint("Account ", max(0, 1000*n+i-i%10/9*900)), City: "Graz", Tags: []string{"a", "b"}, Margin: "0.25",
				}})
			}
			loads = append(loads, load)
		}
		got := 0
		err = s.DoEach(t.Context(), func() []store.Intent {
			if len(loads) == 0 {
				return nil
			}
			load := loads[0]
			loads = loads[1:]
			return load
		}, func(recs []store.Receipt) {
			for _, rec := range recs {
				if got++; rec.CommandID != storetest.ID(got) {
					t.Fatalf("receipt %d is of command %s", got, rec.CommandID)
				}
				if rec.Err != nil {
					refused++
				}
			}
		})
		if err != nil || got != 5000 || refused == 0 {
			t.Fatalf("%d receipts, %d refused, %v", got, refused, err)
		}
		rep, err := s.Verify(t.Context(), store.VerifyOptions{})
		if err != nil || !rep.OK() {
			t.Fatalf("%+v, %v", rep, err)
		}
		return contents(t, s, e)
	}
	want := fill(memory.New())
	if got := fill(fresh(t)); !slices.Equal(got, want) {
		t.Error("overlapping transactions leave something else")
	}
	if got := fill(careless{fresh(t)}); !slices.Equal(got, want) {
		t.Error("what a transaction has read gets into what is written")
	}
}

func contents(t *testing.T, s *store.Store, e store.Engine) (out []string) {
	t.Helper()
	err := e.View(t.Context(), func(r store.Reader) error {
		for _, space := range s.Spaces() {
			err := r.Scan(space, store.Range{}, func(key, value []byte) bool {
				out = append(out, fmt.Sprintf("%s %x %x", space, key, value))
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// rowOf commits the batches that next gives for 0, 1, 2 …, and returns how many are durable.
func rowOf(e *Engine, next func(n int) (store.Batch, error)) (settled int, err error) {
	n := -1
	err = e.CommitEach(context.Background(), func(store.Reader) (store.Batch, error) {
		n++
		return next(n)
	}, func() { settled++ })
	return settled, err
}

func oneWrite(n int) store.Batch {
	return store.Batch{{Space: "r", Key: fmt.Appendf(nil, "%04d", n), Value: []byte("value")}}
}

// holds counts what is in space "r".
func holds(t *testing.T, e *Engine) (n int) {
	t.Helper()
	err := e.View(t.Context(), func(r store.Reader) error {
		n = 0
		return r.Scan("r", store.Range{}, func(_, _ []byte) bool { n++; return true })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Whatever ends a row, what was settled is there, and nothing that was decided on what failed.
func TestRowsThatEnd(t *testing.T) {
	errNo := errors.New("no")
	tests := []struct {
		name    string
		next    func(n int) (store.Batch, error)
		settled int
		fails   bool
	}{
		{"at once", func(int) (store.Batch, error) { return nil, nil }, 0, false},
		{"after one", func(n int) (store.Batch, error) { return oneWrite(n)[:1-min(n, 1)], nil }, 1, false},
		{"after three", func(n int) (store.Batch, error) { return oneWrite(n)[:1-n/3], nil }, 3, false},
		{"by a decision, at once", func(int) (store.Batch, error) { return nil, errNo }, 0, true},
		{"by a decision", func(n int) (store.Batch, error) {
			if n == 2 {
				return nil, errNo
			}
			return oneWrite(n), nil
		}, 2, true},
		{"by a write", func(n int) (store.Batch, error) {
			if n == 2 {
				return store.Batch{{Space: "r", Key: nil, Value: []byte("no key")}}, nil
			}
			return oneWrite(n), nil
		}, 2, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := fresh(t)
			if _, err := appendEntry(e, 1); err != nil { // makes the file
				t.Fatal(err)
			}
			before := holds(t, e)
			settled, err := rowOf(e, tt.next)
			if settled != tt.settled || (err != nil) != tt.fails {
				t.Errorf("%d settled, %v", settled, err)
			}
			if got := holds(t, e) - before; got != settled {
				t.Errorf("the file holds %d", got)
			}
			if err := checkPages(e.path); err != nil {
				t.Error(err)
			}
		})
	}
}

// A decision that panics leaves what was on its way, and the file, in order.
func TestRowThatPanics(t *testing.T) {
	e := fresh(t)
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	before := holds(t, e)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("nothing panicked")
			}
		}()
		_, _ = rowOf(e, func(n int) (store.Batch, error) {
			if n == 1 {
				panic("a defect")
			}
			return oneWrite(n), nil
		})
	}()
	if got := holds(t, e) - before; got != 1 {
		t.Errorf("the file holds %d", got)
	}
}

// A row ends when somebody waits for the file.
func TestRowMakesWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callout.db")
	e, other := openAt(t, path, Options{Create: true}), openAt(t, path, Options{Create: true})
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	seen := make(chan error, 1)
	decided := 0
	settled, err := rowOf(e, func(n int) (store.Batch, error) {
		decided++
		if n == 1 {
			go func() {
				seen <- other.View(context.Background(), func(store.Reader) error { return nil })
			}()
			for !e.Waiting() {
				time.Sleep(time.Millisecond)
			}
		}
		return oneWrite(n), nil
	})
	if err != nil || settled != 2 || decided != 2 {
		t.Errorf("%d decided, %d settled, %v", decided, settled, err)
	}
	if err := <-seen; err != nil {
		t.Error(err)
	}
}

// A row that makes the file many times as large moves its mapping, while snapshots are read.
func TestRowThatGrows(t *testing.T) {
	e := fresh(t)
	if err := appendRowOn(t, e, 400); err != nil {
		t.Fatal(err)
	}
	workers, err := checkFile(e)
	if err != nil || len(workers) != 401 {
		t.Errorf("%d entries, %v", len(workers), err)
	}
	big := make([]byte, 1<<20)
	settled, err := rowOf(e, func(n int) (store.Batch, error) {
		if n == 24 {
			return nil, nil
		}
		return store.Batch{{Space: "big", Key: []byte{byte(n)}, Value: big}}, nil
	})
	if err != nil || settled != 24 {
		t.Fatalf("%d settled, %v", settled, err)
	}
	if err := checkPages(e.path); err != nil {
		t.Error(err)
	}
}

func appendRowOn(t *testing.T, e *Engine, count int) error {
	t.Helper()
	if _, err := appendEntry(e, 1); err != nil {
		return err
	}
	want := uint64(1)
	return appendRow(e, 2, count, func(n uint64) {
		if want++; n != want {
			t.Errorf("entry %d is settled after %d", n, want-1)
		}
	})
}
