package dispatch_test

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"callout/calendar"
	"callout/dispatch"
	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
	"callout/dispatch/solver/file"
	"callout/store"
)

// stated reads the problem of some days.
func (s *street) stated(from string, days int) (p *file.Problem) {
	s.tb.Helper()
	z, first := zone(s.tb, "Europe/Vienna"), day(s.tb, from)
	s.read(func(r store.Reader) error {
		w, err := dispatch.ReadWorkload(r, calendar.NewInterval(z.StartOf(first), z.StartOf(first.AddDays(days))), s.now)
		if err == nil {
			p = w.Stated()
		}
		return err
	})
	return p
}

// TestShopsAreWrittenDown keeps the problems of drawn shops in files: they are read again, and plan as they did.
func TestShopsAreWrittenDown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawShop(t, rt).stated("2026-03-02", rapid.IntRange(1, 2).Draw(rt, "days"))
		var text bytes.Buffer
		if err := file.Write(&text, p); err != nil {
			rt.Fatal(err)
		}
		again, err := file.Read(bytes.NewReader(text.Bytes()))
		if err != nil {
			rt.Fatalf("%v\n%s", err, &text)
		}
		if at := again.Clock.At(0); !at.Equal(vienna(t, "2026-03-02 00:00")) || at.Location().String() != "Europe/Vienna" {
			rt.Errorf("tick zero is %s", at)
		}
		o := solver.Options{Seed: 1, Iterations: 40}
		want, err := solver.Solve(t.Context(), p.Problem, o)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := solver.Solve(t.Context(), again.Problem, o)
		if err != nil || !reflect.DeepEqual(got, want) {
			rt.Fatalf("it plans (%v)\n%+v\nwas\n%+v", err, got, want)
		}
		if found := check.Plan(again.Problem, got); len(found) > 0 {
			rt.Errorf("%v\n%s", found, &text)
		}
	})
}
