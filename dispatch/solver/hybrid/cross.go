package hybrid

import (
	"cmp"
	"slices"
)

// cross makes the tours of one plan, but for some that lie near each other, and the tours of another in their place: those that share most with what
// went (the selective route exchange of Nagata, Bräysy and Dullaert, 2010). What is then there twice goes from the tours that
// stayed, or from those that came in; what is missing is returned, to be put in. Settled are the tours that are
// as they were.
func (s *Search) cross(a, b *plan) (tours [][]int32, settled []bool, missing []int32) {
	gone := s.around(a)
	had := make([]bool, len(s.p.Early)) // what went with them
	for _, t := range gone {
		for _, x := range a.tours[t] {
			had[x] = true
		}
	}
	come := sharing(b, had, len(gone))
	has := make([]bool, len(s.p.Early))
	fresh := s.chance.Uint64()&1 == 0 // what comes in is whole
	keep := func(stops []int32, whose bool, ok func(x int32) bool) {
		var out []int32
		for _, x := range stops {
			if ok(x) {
				has[x] = true
				out = append(out, x)
			}
		}
		if len(out) > 0 {
			tours, settled = append(tours, out), append(settled, whose && len(out) == len(stops))
		}
	}
	for _, t := range come {
		keep(b.tours[t], false, func(x int32) bool { return fresh || had[x] })
	}
	came := slices.Clone(has)
	for t := range a.tours {
		if !slices.Contains(gone, t) {
			keep(a.tours[t], true, func(x int32) bool { return !came[x] })
		}
	}
	for x := 1; x < len(has); x++ {
		if !has[x] {
			missing = append(missing, int32(x))
		}
	}
	return tours, settled, missing
}

// around are some tours of a plan that lie near each other, up to half of them and one.
func (s *Search) around(p *plan) (tours []int) {
	of := make([]int, len(s.p.Early))
	for t, stops := range p.tours {
		for _, x := range stops {
			of[x] = t
		}
	}
	many := 1 + s.chance.IntN(max(1, (len(p.tours)+1)/2))
	x := int32(1 + s.chance.IntN(len(s.p.Early)-1))
	tours = append(tours, of[x])
	for _, y := range s.byWay[x] {
		if len(tours) == many {
			break
		}
		if !slices.Contains(tours, of[y]) {
			tours = append(tours, of[y])
		}
	}
	return tours
}

// sharing are so many tours of a plan that have most of some customers and least of others.
func sharing(p *plan, had []bool, many int) []int {
	type part struct {
		tour  int
		alien float64
	}
	var parts []part
	for t, stops := range p.tours {
		alien := 0
		for _, x := range stops {
			if !had[x] {
				alien++
			}
		}
		parts = append(parts, part{t, float64(alien) / float64(len(stops))})
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Or(cmp.Compare(a.alien, b.alien), cmp.Compare(a.tour, b.tour)) })
	var out []int
	for _, p := range parts[:min(many, len(parts))] {
		if p.alien < 1 {
			out = append(out, p.tour)
		}
	}
	return out
}

// putIn puts customers at their cheapest places.
func (l *local) putIn(missing []int32) {
	for _, x := range missing {
		l.putBeside(x)
	}
}

// putBeside puts a customer at its cheapest place beside a near one or on a tour of its own; where that is nowhere, to the end of any tour.
func (l *local) putBeside(x int32) {
	nx := &l.nodes[x]
	best, at := int64(1)<<62, int32(-1)
	try := func(v int32) {
		nv := &l.nodes[v]
		behind := &l.nodes[nv.next]
		to, back := l.way(nv, nx), l.way(nx, behind)
		info := &l.tours[nv.tour]
		delta := fine*int64(to+back-l.way(nv, behind)) - info.fines
		if delta+info.fines >= best {
			return
		}
		if delta += l.fines(info.load+l.p.Load[nx.place], warpOf(join(nv.pre, nx.own, to), behind.suf, back)); delta < best {
			best, at = delta, v
		}
	}
	for _, v := range l.near[x] {
		if l.nodes[v].tour >= 0 {
			try(v)
			try(l.nodes[v].prev)
		}
	}
	if l.empty >= 0 {
		try(l.begin(l.empty))
	}
	if at < 0 {
		for t := range l.tours {
			try(l.nodes[l.end(int32(t))].prev)
		}
	}
	nv := &l.nodes[at]
	y := nv.next
	nv.next, nx.prev, nx.next, l.nodes[y].prev = x, at, y, x
	l.moved(nv.tour, nv.tour)
}
