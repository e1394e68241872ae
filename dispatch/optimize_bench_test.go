package dispatch_test

import (
	"fmt"
	"testing"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/dispatch/solver"
	"callout/store"
)

// fallenSick is a day of 25 technicians with 200 visits on which one of them fell sick.
func fallenSick(b *testing.B) (*street, calendar.Interval) {
	b.Helper()
	s, _ := crowd(b, 25, 8, 1)
	var sick store.ID
	s.read(func(r store.Reader) (err error) {
		sick, err = dispatch.Technicians.FindID(r, "t003")
		return err
	})
	z := zone(b, "Europe/Vienna")
	d := day(b, "2026-03-02")
	s.must(&dispatch.AddAbsence{Technician: sick, From: z.StartOf(d), To: z.StartOf(d.AddDays(1)), Kind: dispatch.Sick})
	return s, calendar.NewInterval(z.StartOf(d), z.StartOf(d.AddDays(1)))
}

// planned reads the days and plans them.
func (s *street) planned(b *testing.B, span calendar.Interval, o solver.Options) (p *dispatch.Proposal) {
	b.Helper()
	s.read(func(r store.Reader) error {
		w, err := dispatch.ReadWorkload(r, span, s.now)
		if err == nil {
			p, err = dispatch.Optimize(b.Context(), w, o)
		}
		return err
	})
	return p
}

// BenchmarkReplan plans such a day anew, and reports how many of the other visits were left as they were.
func BenchmarkReplan(b *testing.B) {
	s, span := fallenSick(b)
	var p *dispatch.Proposal
	for b.Loop() {
		p = s.planned(b, span, solver.Options{Seed: 1, Iterations: 500})
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

// BenchmarkReplanFree gives the same day ten seconds, and reports by how many percent quicker plans cost more, and how long
// they took. Run it with -benchtime 1x.
func BenchmarkReplanFree(b *testing.B) {
	s, span := fallenSick(b)
	var free *dispatch.Proposal
	for b.Loop() {
		begun := time.Now()
		free = s.planned(b, span, solver.Options{Seed: 2, Limit: 10 * time.Second, Clock: func() time.Duration { return time.Since(begun) }})
	}
	b.ReportMetric(float64(free.After.Total), "free-cost")
	for _, steps := range []int{500, 1000, 2000, 5000} {
		begun := time.Now()
		quick := s.planned(b, span, solver.Options{Seed: 1, Iterations: steps})
		b.ReportMetric(float64(time.Since(begun).Milliseconds()), fmt.Sprintf("ms-%d", steps))
		b.ReportMetric(100*(float64(quick.After.Total)/float64(free.After.Total)-1), fmt.Sprintf("%%-over-%d", steps))
	}
}
