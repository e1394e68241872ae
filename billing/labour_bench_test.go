package billing_test

import (
	"testing"
	"time"

	. "callout/billing"
	"callout/money"
	"callout/store"
)

// BenchmarkPricing prices the time of an order of some thousand charges from its snapshot, with
// windows, thresholds and a rounding by day. The baseline is multiplying as many.
func BenchmarkPricing(b *testing.B) {
	k := priced(b, "90", Rules{
		Labour: TimeRounding{Increment: 15, Minimum: 60, Scope: RoundDay},
		Surcharges: Surcharges{
			Windows: []Window{
				{Name: "after-hours", When: Outside, Hours: weekly("Mon-Fri 08:00-17:00"), Factor: factor("1.5")},
				{Name: "weekend", When: Weekend, Factor: factor("2")},
			},
			Overtime: []Overtime{{Name: "overtime", Per: PerDay, After: 8 * 60, Factor: factor("1.25")}},
		},
	})
	o := k.order()
	for i := range 750 {
		from := at("2025-06-02T00:30:00Z").Add(time.Duration(i) * 7 * time.Hour)
		k.worked(o, from.Format(time.RFC3339), from.Add(6*time.Hour).Format(time.RFC3339))
	}
	var s *Snapshot
	k.read(func(r store.Reader) (err error) {
		s, err = Load(r, o, k.clock.Now())
		return err
	})
	n := Price(s)
	if n < 1000 {
		b.Fatalf("only %d charges", n)
	}
	b.Run("baseline-multiply", func(b *testing.B) {
		for b.Loop() {
			for range n {
				money.LineAmount(qty("0.83"), price("90"), eur, money.HalfAway)
			}
		}
	})
	b.Run("price", func(b *testing.B) {
		for b.Loop() {
			Price(s)
		}
		b.ReportMetric(float64(n), "charges")
	})
}
