package server

import (
	"context"
	"errors"
	"sync"
	"testing"

	"callout/store"
)

// TestTogether has reads come while a snapshot is open: they share the next one, each with its own outcome, and a panic is
// nobody else's.
func TestTogether(t *testing.T) {
	views := 0
	opened, through := make(chan struct{}), make(chan struct{})
	g := &together{view: func(_ context.Context, fn func(store.Reader) error) error {
		views++
		if views == 1 {
			close(opened)
			<-through
		}
		return fn(nil)
	}}
	var all sync.WaitGroup
	all.Go(func() {
		if err := g.do(func(store.Reader) error { return nil }); err != nil {
			t.Error(err)
		}
	})
	<-opened
	own := errors.New("its own")
	outcomes := make(chan error, 3)
	for _, fn := range []func(store.Reader) error{
		func(store.Reader) error { return own },
		func(store.Reader) error { panic("broken") },
		func(store.Reader) error { return nil },
	} {
		all.Go(func() { outcomes <- g.do(fn) })
	}
	for { // until all three wait
		g.mu.Lock()
		n := len(g.waiting)
		g.mu.Unlock()
		if n == 3 {
			break
		}
	}
	close(through)
	all.Wait()
	close(outcomes)
	mine, fine := 0, 0
	for err := range outcomes {
		switch {
		case err == nil:
			fine++
		case errors.Is(err, own):
			mine++
		}
	}
	if views != 2 || mine != 1 || fine != 1 {
		t.Errorf("%d snapshots; %d with an error of its own, %d without", views, mine, fine)
	}
	g.view = func(context.Context, func(store.Reader) error) error { return own }
	if err := g.do(func(store.Reader) error { return nil }); !errors.Is(err, own) {
		t.Errorf("there is no snapshot: %v", err)
	}
}
