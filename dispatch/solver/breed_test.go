package solver_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"callout/dispatch/solver"
)

// What a step leaves is what the same tours come to when nothing was there before them. Breaks are left aside: a stop that goes before one has
// more than one solution.
func TestStepsLeaveNothingBehind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawRandom(rt)
		for i := range p.Technicians {
			for k := range p.Technicians[i].Shifts {
				p.Technicians[i].Shifts[k].Breaks = nil
			}
		}
		drift, err := solver.Drift(p, rapid.Uint64().Draw(rt, "search"), 100)
		if err != nil {
			rt.Fatal(err)
		}
		if drift > 0 {
			rt.Errorf("%d of 100 steps left something behind", drift)
		}
	})
}

// A child has every visit with all its seats or not at all, and most children keep all rules.
func TestChildrenAreWhole(t *testing.T) {
	var sound, all int
	rapid.Check(t, func(rt *rapid.T) {
		p := drawRandom(rt)
		children, good, err := solver.Children(p, rapid.Uint64().Draw(rt, "search"), 20)
		if err != nil {
			rt.Fatal(err)
		}
		sound, all = sound+good, all+len(children)
		seats := map[string]int{}
		for _, v := range p.Visits {
			seats[v.ID] = max(1, len(v.Seats))
		}
		for _, names := range children {
			has := map[string]int{}
			for _, name := range names {
				has[name]++
			}
			for name, n := range has {
				if n != seats[name] {
					rt.Errorf("%s is there %d times and has %d seats", name, n, seats[name])
				}
			}
			for _, l := range p.Links {
				if has[l.After] > 0 && has[l.Before] == 0 {
					rt.Errorf("%s is there without %s, for which it waits", l.After, l.Before)
				}
			}
		}
	})
	if 2*sound < all {
		t.Errorf("%d of %d children keep all rules", sound, all)
	}
}

func TestSmallestComeFirst(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfNDistinct(rapid.Int64(), 1, 60, rapid.ID[int64]).Draw(rt, "list")
		k := rapid.IntRange(1, len(list)).Draw(rt, "k")
		want := slices.Sorted(slices.Values(list))[:k]
		if got := solver.Least(slices.Clone(list), k); fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Errorf("got %v, want %v", got, want)
		}
	})
}
