package dispatch_test

import (
	"testing"

	"callout/calendar"
	"callout/dispatch"
	"callout/dispatch/solver"
	"callout/store"
)

// BenchmarkReplan plans a day of 25 technicians with 200 visits anew after one of them fell sick,
// and reports how many of the other visits were left as they were.
func BenchmarkReplan(b *testing.B) {
	s, _ := crowd(b, 25, 8, 1)
	var sick store.ID
	s.read(func(r store.Reader) (err error) {
		sick, err = dispatch.Technicians.FindID(r, "t003")
		return err
	})
	z := zone(b, "Europe/Vienna")
	d := day(b, "2026-03-02")
	s.must(&dispatch.AddAbsence{Technician: sick, From: z.StartOf(d), To: z.StartOf(d.AddDays(1)), Kind: dispatch.Sick})
	span := calendar.NewInterval(z.StartOf(d), z.StartOf(d.AddDays(1)))
	var p *dispatch.Proposal
	err := s.View(b.Context(), func(r store.Reader) error {
		for b.Loop() {
			w, err := dispatch.ReadWorkload(r, span, s.now)
			if err != nil {
				return err
			}
			if p, err = dispatch.Optimize(b.Context(), w, solver.Options{Seed: 1, Iterations: 500}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	others := 0
	for _, c := range p.Changes {
		if c.What == dispatch.Moved && c.WasNames[0] != "t003" {
			others++
		}
	}
	b.ReportMetric(float64(others), "others-moved")
	b.ReportMetric(float64(p.After.Broken), "broken")
	b.ReportMetric(float64(len(p.LeftOut)), "left-out")
	b.ReportMetric(float64(p.Kept), "kept")
}
