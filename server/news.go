package server

import (
	"context"
	"sync"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// news wakes whoever waits for the journal to grow.
type news struct {
	mu   sync.Mutex
	next chan struct{} // closed at the next ring
}

func newNews() *news { return &news{next: make(chan struct{})} }

// ring wakes everybody.
func (n *news) ring() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.next)
	n.next = make(chan struct{})
}

// wait is closed at the next ring. It is taken before one looks, so that nothing in between is missed.
func (n *news) wait() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.next
}

// hear rings for the commits of other processes, where the store hears of them.
func (s *Server) hear() {
	for bell := s.shop.Changed(); bell != nil; {
		select {
		case <-bell:
		case <-s.leaving:
			return
		}
		bell = s.shop.Changed() // before it rings: what comes from now on rings once more
		s.news.ring()
	}
}

// elsewhere is how often one looks at a journal that others may write, too.
const elsewhere = time.Second

// size returns the number of journal entries.
func (s *Server) size(ctx context.Context) (n uint64, err error) {
	err = s.shop.View(ctx, func(r store.Reader) (err error) {
		n, err = store.Size(r)
		return err
	})
	return n, err
}

// grown waits until the journal has more entries than after, the wait is over, or the server goes down.
func (s *Server) grown(ctx context.Context, after uint64, wait time.Duration) error {
	over := time.NewTimer(wait)
	defer over.Stop()
	for {
		bell := s.news.wait()
		n, err := s.size(ctx)
		if err != nil || n > after {
			return err
		}
		again := time.NewTimer(elsewhere)
		select {
		case <-bell:
		case <-again.C:
		case <-over.C:
			again.Stop()
			return nil
		case <-s.leaving:
			again.Stop()
			return nil
		case <-ctx.Done():
			again.Stop()
			return ctx.Err()
		}
		again.Stop()
	}
}

// atLeastWait is how long a read waits for an entry that it asks for to arrive here.
const atLeastWait = 5 * time.Second

// await waits for an entry, so that one reads what one has written.
func (s *Server) await(ctx context.Context, seq uint64) error {
	if err := s.grown(ctx, seq-1, atLeastWait); err != nil {
		return err
	}
	n, err := s.size(ctx)
	if err == nil && n < seq {
		err = fault.Busyf("entry %d has not arrived here; there are %d", seq, n).With("journal.behind")
	}
	return err
}
