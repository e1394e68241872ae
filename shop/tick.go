package shop

import (
	"context"
	"time"

	"callout/store"
	"callout/work"
)

// Ticks lists what time itself has made happen by an instant and nobody has journaled yet, as intents of
// the product: SLA targets that fell due or came to be at risk. Their command ids are made
// of what fell due, so that it is journaled once, whoever notices.
func (s *Shop) Ticks(ctx context.Context, now time.Time) ([]store.Intent, error) {
	var out []store.Intent
	err := s.View(ctx, func(r store.Reader) error {
		due, err := work.DueTicks(r, now)
		for _, t := range due {
			out = append(out, store.Intent{
				ID: store.TickID(t.Subject, t.Target, t.Due), Cmd: t,
				Actor: store.Actor{Name: "callout", How: store.Process},
			})
		}
		return err
	})
	return out, err
}
