package check

import (
	"slices"

	"callout/dispatch/solver"
)

// endWithBreaks is when a tour is over at the soonest if every break that is due is taken, and whether
// they can be. A break is due unless the tour is over by its latest beginning. It tries
// every way to lay the breaks between the stops.
func endWithBreaks(b book, shift solver.Shift, tour solver.Tour) (end int, fits bool) {
	breaks := slices.Clone(shift.Breaks)
	slices.SortFunc(breaks, func(x, y solver.Break) int {
		if x.From != y.From {
			return x.From - y.From
		}
		return x.To - y.To
	})
	for _, taken := range subsets(len(breaks)) {
		var due []solver.Break
		for i, yes := range taken {
			if yes {
				due = append(due, breaks[i])
			}
		}
		over, ok := layer{b, shift, tour}.lay(0, shift.From, false, due)
		if !ok {
			continue
		}
		right := true
		for i, yes := range taken {
			if !yes && over > breaks[i].To {
				right = false
			}
		}
		if right && (!fits || over < end) {
			end, fits = over, true
		}
	}
	return end, fits
}

// subsets are all choices among n things.
func subsets(n int) [][]bool {
	if n == 0 {
		return [][]bool{nil}
	}
	var all [][]bool
	for _, rest := range subsets(n - 1) {
		all = append(all, append(slices.Clone(rest), false), append(slices.Clone(rest), true))
	}
	return all
}

// layer lays breaks into the gaps of a tour. Gap i is the one before stop i; the last is that after all stops.
type layer struct {
	book  book
	shift solver.Shift
	tour  solver.Tour
}

// lay takes the breaks in order from a moment on in a gap, with the way of the gap behind or ahead, and returns
// the soonest end of the tour.
func (l layer) lay(gap, at int, arrived bool, breaks []solver.Break) (best int, ok bool) {
	keep := func(end int, fits bool) {
		if fits && (!ok || end < best) {
			best, ok = end, true
		}
	}
	// Rest now.
	if len(breaks) > 0 {
		if from := max(at, breaks[0].From); from <= breaks[0].To {
			keep(l.lay(gap, from+breaks[0].Duration, arrived, breaks[1:]))
		}
	}
	last := gap == len(l.tour.Stops)
	switch {
	case !arrived:
		keep(l.lay(gap, at+l.way(gap), true, breaks))
	case last && len(breaks) == 0:
		keep(at, true)
	case !last && at <= l.tour.Stops[gap].Start:
		keep(l.lay(gap+1, l.tour.Stops[gap].End, false, breaks))
	}
	return best, ok
}

// way is the one in a gap.
func (l layer) way(gap int) int {
	from, to := l.shift.Start, l.shift.End
	if gap > 0 {
		from = l.book.visits[l.tour.Stops[gap-1].Visit].Place
	}
	if gap < len(l.tour.Stops) {
		to = l.book.visits[l.tour.Stops[gap].Visit].Place
	}
	return l.book.way(from, to)
}
