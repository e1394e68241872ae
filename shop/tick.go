package shop

import (
	"context"
	"time"

	"callout/store"
	"callout/work"
)

// Ticks lists what time itself has made happen by an instant and nobody has journaled yet, as intents of
// the product: SLA targets that fell due or came to be at risk, and orders of agreements that are to be made. Their command ids are made
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
		if err != nil {
			return err
		}
		orders, err := work.DueOrders(r, now)
		out = append(out, GenerateIntents(orders)...)
		return err
	})
	return out, err
}

// GenerateIntents makes intents of orders that agreements are to make. Their ids are made of
// what falls due, so that each is made once, whoever asks.
func GenerateIntents(orders []*work.GenerateOrder) []store.Intent {
	out := make([]store.Intent, len(orders))
	for i, c := range orders {
		out[i] = store.Intent{
			ID: store.TickID(c.Agreement, c.Target(), c.Due()), Cmd: c,
			Actor: store.Actor{Name: "callout", How: store.Process},
		}
	}
	return out
}
