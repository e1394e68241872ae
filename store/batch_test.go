package store_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// counted counts transactions that write.
type counted struct {
	store.Engine
	commits int
}

func (c *counted) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	c.commits++
	return c.Engine.Commit(ctx, decide)
}

// queued knows whether somebody waits.
type queued struct {
	*counted
	waiting bool
}

func (q *queued) Waiting() bool { return q.waiting }

// A transaction is cut after 100 ms when somebody waits, or when that is not known, and goes on for some
// time when nobody does.
func TestTransactionsAreCut(t *testing.T) {
	transactions := func(e store.Engine, c *counted) int {
		t.Helper()
		now := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
		s, err := store.Open(e, storetest.Business(), store.Options{
			Keys: storetest.NewKeys(), Random: bytes.NewReader(make([]byte, 1<<20)),
			Now: func() time.Time { now = now.Add(10 * time.Millisecond); return now },
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Init(t.Context(), storetest.Tenant, storetest.Anna); err != nil {
			t.Fatal(err)
		}
		c.commits = 0
		intents := creates(0, 100)
		for i := range intents {
			intents[i].ID = storetest.ID(i + 1)
		}
		recs, err := s.Do(t.Context(), intents...)
		if err != nil || len(recs) != 100 {
			t.Fatalf("%d receipts, %v", len(recs), err)
		}
		return c.commits
	}
	unknown := &counted{Engine: memory.New()}
	asked := &queued{&counted{Engine: memory.New()}, true}
	alone := &queued{&counted{Engine: memory.New()}, false}
	cut, same, long := transactions(unknown, unknown), transactions(asked, asked.counted), transactions(alone, alone.counted)
	if cut != same || cut < 15 {
		t.Errorf("where somebody waits there are %d transactions, where that is not known %d", same, cut)
	}
	if long < 2 || long > cut/3 {
		t.Errorf("where nobody waits there are %d transactions, otherwise %d", long, cut)
	}
}
