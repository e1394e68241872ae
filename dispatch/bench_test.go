package dispatch_test

import (
	"fmt"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
)

// BenchmarkConflicts asks for the conflicts of a plan of a technician who has been here
// for a while: with few and with many visits behind them and ahead of them. The window
// that is looked at does not grow, so neither should the time.
func BenchmarkConflicts(b *testing.B) {
	for _, n := range []int{100, 5_000} {
		b.Run(fmt.Sprintf("visits=%d", n), func(b *testing.B) {
			d := newDepot(b)
			ana := d.technician("ana", "", "Mon-Fri 08:00-17:00")
			base := vienna(b, "2020-01-06 09:00")
			const apart = 12 * time.Hour
			var intents []store.Intent
			var order store.ID
			for i := range n {
				if i%10 == 0 {
					order = d.order()
				}
				start := base.Add(time.Duration(i) * apart)
				intents = append(intents, store.Intent{
					Cmd: &dispatch.Schedule{
						Order: order, Technicians: []store.ID{ana}, Start: start, End: start.Add(time.Hour),
						Accept: []dispatch.Code{dispatch.Shift},
					},
					Actor: store.Actor{Name: "office", How: store.Asserted}, Reason: "to have many",
				})
			}
			recs, err := d.Do(b.Context(), intents...)
			if err != nil {
				b.Fatal(err)
			}
			for _, rec := range recs {
				if rec.Err != nil {
					b.Fatal(rec.Err)
				}
			}
			middle := base.Add(time.Duration(n/2)*apart + 2*time.Hour)
			plan := dispatch.Plan{Order: order, Technicians: []store.ID{ana}, Start: middle, End: middle.Add(time.Hour)}
			err = d.View(b.Context(), func(r store.Reader) error {
				for b.Loop() {
					if _, err := dispatch.Conflicts(r, plan); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
