package tui

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"callout/calendar"
)

// Each column begins at an instant of its own, later columns later; an instant lies in the column before the next one
// begins; and what was cut out lies where the next stretch begins.
func TestAxisAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := axis{step: time.Duration(rapid.SampledFrom(zooms()).Draw(t, "zoom")) * time.Minute}
		at := time.Date(2030, 3, 4, 0, 0, 0, 0, time.UTC)
		for range rapid.IntRange(1, 5).Draw(t, "stretches") {
			start := at.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "night")) * time.Minute)
			at = start.Add(time.Duration(rapid.IntRange(1, 1500).Draw(t, "day")) * time.Minute)
			a.stretches = append(a.stretches, calendar.NewInterval(start, at))
		}
		n := a.columns()
		for c := range n {
			begin := a.time(c)
			if got := a.column(begin); got != c {
				t.Fatalf("column %d begins at %s, which lies in %d", c, begin, got)
			}
			if c > 0 && !a.time(c-1).Before(begin) {
				t.Fatalf("column %d begins no later than the one before", c)
			}
			if got := a.after(begin.Add(time.Second)); got != c+1 && c+1 < n {
				t.Fatalf("the first column after the beginning of %d is %d", c, got)
			}
		}
		when := a.stretches[0].Start.Add(time.Duration(rapid.IntRange(0, 8000).Draw(t, "when")) * time.Minute)
		for _, back := range []bool{false, true} {
			on := a.onto(when, back)
			in := false
			for _, s := range a.stretches {
				in = in || s.Contains(on)
			}
			if !in && len(a.stretches) > 1 {
				t.Fatalf("%s is put onto %s, which is not shown", when, on)
			}
			if in && a.onto(on, !back) != on {
				t.Fatalf("%s is shown and does not stay", on)
			}
		}
	})
}
