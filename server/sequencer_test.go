package server

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"

	"github.com/google/uuid"
)

// named is a command that does nothing.
type named string

func (n named) Name() string        { return string(n) }
func (named) Do(tx *store.Tx) error { return nil }

func intents(names ...string) []store.Intent {
	out := make([]store.Intent, len(names))
	for i, n := range names {
		out[i] = store.Intent{ID: uuid.NewSHA1(uuid.Nil, []byte(n)), Cmd: named(n)}
	}
	return out
}

// desk is a store that a test looks over the shoulder of.
type desk struct {
	mu      sync.Mutex
	seq     uint64
	first   map[uuid.UUID]uint64
	batches []int
	next    func(in []store.Intent) error // what goes wrong, after what was done
	late    func()                        // what happens while the store waits for its turn
}

func (d *desk) do(_ context.Context, more func() []store.Intent, settled func([]store.Receipt)) error {
	for in := more(); len(in) > 0; in = more() {
		if d.late != nil {
			d.late()
			in = append(in, more()...)
		}
		recs, err := d.decide(in)
		if err != nil {
			return err
		}
		settled(recs)
	}
	return nil
}

func (d *desk) decide(in []store.Intent) ([]store.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.batches = append(d.batches, len(in))
	var recs []store.Receipt
	for _, one := range in {
		rec := store.Receipt{CommandID: one.ID, Name: one.Cmd.Name()}
		if n, again := d.first[one.ID]; again {
			rec.Seq, rec.Again = n, true
		} else {
			d.seq++
			d.first[one.ID], rec.Seq = d.seq, d.seq
		}
		recs = append(recs, rec)
	}
	if d.next != nil {
		if err := d.next(in); err != nil {
			return nil, err
		}
	}
	return recs, nil
}

func newDesk() (*desk, *sequencer) {
	d := &desk{first: map[uuid.UUID]uint64{}}
	return d, newSequencer(d.do, time.Now)
}

// TestOneOrder: whatever is queued at the same time shares transactions, and each command gets its own place.
func TestOneOrder(t *testing.T) {
	d, q := newDesk()
	var all sync.WaitGroup
	var seen sync.Map
	for i := range 600 {
		all.Go(func() {
			recs, err := q.submit(t.Context(), intents(fmt.Sprint("a", i), fmt.Sprint("b", i)))
			if err != nil || len(recs) != 2 || recs[0].Seq+1 != recs[1].Seq {
				t.Errorf("%d: %+v, %v", i, recs, err)
				return
			}
			for _, rec := range recs {
				if _, twice := seen.LoadOrStore(rec.Seq, true); twice {
					t.Errorf("entry %d was given twice", rec.Seq)
				}
			}
		})
	}
	for q.waiting.Load() < 1200 { // everybody has queued
		select {
		case <-t.Context().Done():
			t.Fatal("nobody queues")
		default:
		}
	}
	go q.run()
	all.Wait()
	q.close()
	if d.seq != 1200 || len(d.batches) > 4 {
		t.Errorf("%d entries in the transactions %v", d.seq, d.batches)
	}
	if _, err := q.submit(t.Context(), intents("late")); fault.CodeOf(err) != "server.stopping" {
		t.Errorf("after the end: %v", err)
	}
}

// TestLate: what is queued while the store waits for its turn is decided in it, as far as there is room.
func TestLate(t *testing.T) {
	d, q := newDesk()
	var all sync.WaitGroup
	queue := func(from, n int) {
		for i := range n {
			all.Go(func() {
				if recs, err := q.submit(t.Context(), intents(fmt.Sprint(from+i))); err != nil || len(recs) != 1 {
					t.Errorf("%d: %+v, %v", i, recs, err)
				}
			})
		}
		for q.waiting.Load() < int64(n) {
			if t.Context().Err() != nil {
				t.Fatal("nobody queues")
			}
		}
	}
	d.late = func() {
		d.late = nil
		queue(1, batchCommands)
	}
	queue(0, 1)
	go q.run()
	all.Wait()
	q.close()
	if len(d.batches) != 2 || d.batches[0] < batchCommands-1 || d.batches[0] > batchCommands {
		t.Errorf("the transactions had %v", d.batches)
	}
}

// TestFull: what is too much is refused, and nothing of it is done.
func TestFull(t *testing.T) {
	d, q := newDesk()
	var accepted atomic.Int64
	var all sync.WaitGroup
	for i := range queueCommands + 10 {
		all.Go(func() {
			switch _, err := q.submit(t.Context(), intents(fmt.Sprint(i))); {
			case err == nil:
				accepted.Add(1)
			case fault.CodeOf(err) != codeFull:
				t.Error(err)
			}
		})
	}
	for q.waiting.Load() < queueCommands {
		if t.Context().Err() != nil {
			t.Fatal("nobody queues")
		}
	}
	go q.run()
	all.Wait()
	q.close()
	if int64(d.seq) != accepted.Load() || accepted.Load() < queueCommands || q.waiting.Load() != 0 {
		t.Errorf("%d were accepted, %d done, %d are left", accepted.Load(), d.seq, q.waiting.Load())
	}
}

// TestUnknownIsTriedAgain: a transaction of unknown outcome is repeated, and its commands take effect once.
func TestUnknownIsTriedAgain(t *testing.T) {
	d, q := newDesk()
	fails := 2
	d.next = func([]store.Intent) error {
		if fails--; fails >= 0 {
			return fault.Unknownf("who knows")
		}
		return nil
	}
	go q.run()
	recs, err := q.submit(t.Context(), intents("a", "b"))
	if err != nil || d.seq != 2 || len(d.batches) != 3 || recs[1].Seq != 2 {
		t.Errorf("%+v, %v after %v", recs, err, d.batches)
	}
	fails = 1000
	if _, err := q.submit(t.Context(), intents("c")); !fault.Is(err, fault.Unknown) {
		t.Errorf("never known: %v", err)
	}
	q.close()
}

// TestABrokenCommandIsAlone: one that panics fails whoever sent it, and nobody else in its transaction.
func TestABrokenCommandIsAlone(t *testing.T) {
	d, q := newDesk()
	d.next = func(in []store.Intent) error {
		for _, one := range in {
			if one.Cmd.Name() == "bad" {
				d.seq = 0
				d.first = map[uuid.UUID]uint64{}
				panic("broken")
			}
		}
		return nil
	}
	var all sync.WaitGroup
	for _, name := range []string{"good", "bad", "fine"} {
		all.Go(func() {
			_, err := q.submit(t.Context(), intents(name))
			if (name == "bad") != (fault.CodeOf(err) == "command.panic") {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	for q.waiting.Load() < 3 {
		if t.Context().Err() != nil {
			t.Fatal("nobody queues")
		}
	}
	go q.run()
	all.Wait()
	q.close()
}

// TestNobodyWaits: whoever goes away does not know, and what was queued is done.
func TestNobodyWaits(t *testing.T) {
	d, q := newDesk()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.submit(ctx, intents("a")); !fault.Is(err, fault.Unknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	go q.run()
	q.close()
	if d.seq != 1 {
		t.Errorf("%d were done", d.seq)
	}
}
