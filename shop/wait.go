package shop

import (
	"context"
	"os"
	"time"

	"callout/store"
)

// look is how often a waiting screen looks at the file. Looking costs a few microseconds; the store is
// opened only when the file has been written.
const look = 100 * time.Millisecond

// Wait returns as soon as the journal has more than since entries, and says how many it has; what is decided on a linked
// device counts with them. It never
// holds the store while it waits, so that no writer waits for it.
func (s *Shop) Wait(ctx context.Context, since uint64) (uint64, error) {
	if s.path == "" {
		return s.hear(ctx, since)
	}
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	var seen os.FileInfo
	for {
		info, err := os.Stat(s.path)
		if err != nil || seen == nil || !info.ModTime().Equal(seen.ModTime()) || info.Size() != seen.Size() {
			seen = info // before it is read: what is written from now on shows at the next look
			if n, err := s.changes(ctx); err != nil || n > since {
				return n, err
			}
		}
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case <-ticker.C:
		}
	}
}

// hear is Wait where the engine is told of commits, whoever makes them. Now and then it looks all the same.
func (s *Shop) hear(ctx context.Context, since uint64) (uint64, error) {
	for {
		bell := s.Changed()
		if n, err := s.changes(ctx); err != nil || n > since {
			return n, err
		}
		again := time.NewTimer(lookAnyway)
		select {
		case <-bell:
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return 0, context.Cause(ctx)
		}
		again.Stop()
	}
}

// lookAnyway is how often a database is asked although it has told nothing.
const lookAnyway = 5 * time.Second

// changes is how many entries there are, with what is pending.
func (s *Shop) changes(ctx context.Context) (n uint64, err error) {
	err = s.View(ctx, func(r store.Reader) (err error) {
		n, err = store.Changes(r)
		return err
	})
	return n, err
}
