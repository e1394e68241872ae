package billing_test

import (
	"fmt"
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/store/storetest"
)

// BenchmarkMonthEnd releases all approved invoices of a month in one go, as `invoice release
// --ready` does, each through its gate: so many previews that are thrown away. The baseline
// writes one small record for each of them.
func BenchmarkMonthEnd(b *testing.B) {
	for _, n := range []int{200, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			k := newShop(b)
			var releases, baseline []store.Intent
			who := store.Actor{Name: "office", How: store.Asserted}
			for i := range n {
				o := k.order()
				k.item(o, "2", "50")
				k.item(o, "1", "19.90")
				k.complete(o)
				releases = append(releases, store.Intent{Cmd: &ReleaseInvoice{Invoice: k.approved(o)}, Actor: who})
				baseline = append(baseline, store.Intent{Cmd: &AddPart{Code: fmt.Sprintf("P%05d", i), Part: "part"}, Actor: who})
			}
			for name, intents := range storetest.InOrder(map[string][]store.Intent{"release": releases, "baseline-small-record": baseline}) {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						recs, err := k.Preview(b.Context(), intents...)
						if err != nil {
							b.Fatal(err)
						}
						for _, rec := range recs {
							if rec.Err != nil {
								b.Fatal(rec.Err)
							}
						}
					}
				})
			}
		})
	}
}
