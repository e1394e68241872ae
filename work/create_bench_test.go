package work_test

import (
	"context"
	"testing"

	"callout/store"
	"callout/work"
)

// BenchmarkCreate makes plain orders in batches, as an import does. The baseline is the
// smallest command of this room in the same batches: an asset.
func BenchmarkCreate(b *testing.B) {
	many := func(b *testing.B, cmd func(*bench) store.Command) {
		s := newBench(b)
		intents := make([]store.Intent, 0, 1000)
		for n := 0; n < b.N; {
			intents = intents[:0]
			for ; n < b.N && len(intents) < cap(intents); n++ {
				intents = append(intents, store.Intent{Cmd: cmd(s), Actor: store.Actor{Name: "Ana"}})
			}
			if _, err := s.store.Do(context.Background(), intents...); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("order", func(b *testing.B) {
		many(b, func(s *bench) store.Command {
			return &work.CreateWorkOrder{Customer: s.customer, Site: s.site, Title: "Refit"}
		})
	})
	b.Run("customer", func(b *testing.B) {
		many(b, func(s *bench) store.Command {
			return &work.AddCustomer{Customer: store.CommandIDFrom(s.now.String(), string(s.customer)).String()}
		})
	})
}
