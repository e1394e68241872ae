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
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	var seen os.FileInfo
	for {
		info, err := os.Stat(s.path)
		if err != nil || seen == nil || !info.ModTime().Equal(seen.ModTime()) || info.Size() != seen.Size() {
			seen = info // before it is read: what is written from now on shows at the next look
			var n uint64
			if err := s.View(ctx, func(r store.Reader) (err error) { n, err = store.Changes(r); return err }); err != nil {
				return 0, err
			}
			if n > since {
				return n, nil
			}
		}
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case <-ticker.C:
		}
	}
}
