package store_test

import (
	"context"
	"testing"

	"callout/internal/fault"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// commitCounter counts the transactions that wrote something.
type commitCounter struct {
	store.Engine
	commits int
}

func (c *commitCounter) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	err := c.Engine.Commit(ctx, decide)
	if err == nil {
		c.commits++
	}
	return err
}

// A store is made with what is kept in it in one transaction, or not at all: nobody finds one that was half made by a process that
// was killed.
func TestInitIsOneTransaction(t *testing.T) {
	e := &commitCounter{Engine: memory.New()}
	s := storetest.OpenShop(t, e, storetest.NewKeys())
	good := s.Intent(&storetest.CreateAccount{Called: "Alpine Lifts"})
	refused := s.Intent(&storetest.CreateAccount{})
	if err := s.Init(t.Context(), storetest.Tenant, storetest.Anna, good, refused); err == nil {
		t.Fatal("a store was made with a command that is refused")
	}
	if err := s.View(t.Context(), func(store.Reader) error { return nil }); e.commits != 0 || fault.CodeOf(err) != "store.empty" {
		t.Fatalf("%d commits, and there is a part of it: %v", e.commits, err)
	}
	if err := s.Init(t.Context(), storetest.Tenant, storetest.Anna, good); err != nil || e.commits != 1 {
		t.Fatalf("%d commits, %v", e.commits, err)
	}
	if n := s.Size(); n != 2 {
		t.Errorf("%d entries", n)
	}
	s.Verified()
}
