package solver

import "slices"

// findRich returns the cheapest place of a stop under all rules; route is -1 if there is none below the limit.
func (q *search) findRich(x int32, limit int64) place {
	s, c := q.s, q.c
	q.options = q.options[:0]
	q.asked++
	best := place{route: -1, cost: limit}
	bound := int32(never)
	if c.linked[x] {
		bound = s.net.bound(s, x)
	}
	try := func(r, p int32) {
		s.hold[x] = false
		cost, pushes, ok := s.leastCost(x, r, p, bound, best.cost)
		switch {
		case !ok:
		case pushes:
			q.options = append(q.options, place{route: r, pos: p, cost: cost})
		default:
			if q.blink--; q.blink < 0 {
				q.drawBlink()
				return
			}
			best = place{route: r, pos: p, cost: cost}
		}
		if int(s.tours[r].bk[p]) < len(c.routes[r].breaks) {
			s.hold[x] = true
			if cost, _, ok := s.leastCost(x, r, p, bound, best.cost); ok {
				q.options = append(q.options, place{r, p, cost, true})
			}
		}
	}
	if c.near == nil {
		q.scan(x, try)
	} else {
		for _, v := range c.near[x] {
			if r := s.at[v]; r >= 0 && q.fits(x, c.routes[r].tech) {
				try(r, s.pos[v])
				try(r, s.pos[v]-1)
			}
		}
		if best.route < 0 && len(q.options) == 0 {
			q.scan(x, try)
		}
	}
	return q.findLone(x, bound, q.weigh(x, bound, best))
}

// weigh prices the places whose effect on other stops is not known yet, beginning with those that look cheapest,
// until none can be cheaper than the best.
func (q *search) weigh(x, bound int32, best place) place {
	q.options = slices.DeleteFunc(q.options, func(o place) bool { return o.cost >= best.cost })
	heap := q.options
	for i := len(heap)/2 - 1; i >= 0; i-- {
		sink(heap, i)
	}
	for len(heap) > 0 && heap[0].cost < best.cost {
		o := heap[0]
		heap[0] = heap[len(heap)-1]
		heap = heap[:len(heap)-1]
		sink(heap, 0)
		if q.blink--; q.blink < 0 {
			q.drawBlink()
			continue
		}
		q.s.hold[x] = o.hold
		if cost, ok := q.s.insertCost(x, o.route, o.pos, bound, best.cost); ok {
			best = place{o.route, o.pos, cost, o.hold}
		}
	}
	return best
}

// sink restores a heap with the cheapest place on top after its place i has been replaced.
func sink(heap []place, i int) {
	for {
		least := i
		for _, k := range [2]int{2*i + 1, 2*i + 2} {
			if k < len(heap) && heap[k].cost < heap[least].cost {
				least = k
			}
		}
		if least == i {
			return
		}
		heap[i], heap[least] = heap[least], heap[i]
		i = least
	}
}

// scan tries every position of the tours in use.
func (q *search) scan(x int32, try func(r, p int32)) {
	s, c := q.s, q.c
	for _, r := range q.used {
		if !q.fits(x, c.routes[r].tech) {
			continue
		}
		for p := range int32(len(s.tours[r].nodes) - 1) {
			try(r, p)
		}
	}
}

// answer is whether a technician fits, as it was found for some question.
type answer struct {
	asked int64
	fits  bool
}

// fits is [state.fits], found once for each technician while a stop's places are looked through.
func (q *search) fits(x, tech int32) bool {
	a := &q.answers[tech]
	if a.asked != q.asked {
		*a = answer{q.asked, q.s.fits(x, tech)}
	}
	return a.fits
}

// fits reports whether a technician may have a stop beside what is there.
func (s *state) fits(x, tech int32) bool {
	c := s.c
	if !c.can[tech][x] {
		return false
	}
	for k := range c.parts {
		if n := c.need[int(x)*c.parts+k]; n > 0 && s.load[int(tech)*c.parts+k]+n > c.stock[int(tech)*c.parts+k] {
			return false
		}
	}
	for _, o := range c.sames[x] {
		if r := s.at[o.other]; r >= 0 && (c.routes[r].tech == tech) != o.must {
			return false
		}
	}
	return true
}

// leastCost is the least that a stop can cost behind position p of a tour whose technician it fits: all but what it
// pushes. It is false where a hard bound forbids the place or the cost reaches the limit. Pushes says whether the
// stops behind it, or those of other tours, may come to cost more.
func (s *state) leastCost(x, r, p, bound int32, limit int64) (cost int64, pushes, ok bool) {
	c, t := s.c, &s.tours[r]
	info := &c.routes[r]
	if info.start > c.last[x] || info.end < c.early[x] {
		return 0, false, false
	}
	cost, longer := s.ownCost(x, r, p)
	if cost >= limit || info.maxTravel > 0 && t.travel+longer > info.maxTravel {
		return 0, false, false
	}
	svc := c.svc[info.tech][x]
	start, _, ok := c.arrive(info, x, c.wayTo(x, t.nodes[p]), s.leaves(r, p), bound, svc, t.bk[p], s.hold[x])
	if !ok || start+svc+c.way(x, t.nodes[p+1]) > t.ls[p+1] {
		return 0, false, false
	}
	if cost += c.costAt(x, start); cost >= limit && !c.turns {
		return 0, false, false
	}
	pushes = c.linked[x] || t.linked > 0 || t.soft > 0 || len(info.breaks) > 0 || info.overtime > 0
	return cost, pushes, cost < limit
}

// insertCost is what putting a stop behind position p of a tour costs with all that it pushes. It
// is false where a hard bound forbids it or the cost reaches the limit.
func (s *state) insertCost(x, r, p, bound int32, limit int64) (int64, bool) {
	cost, pushes, ok := s.leastCost(x, r, p, bound, limit)
	if !ok || !pushes {
		return cost, ok
	}
	c, t := s.c, &s.tours[r]
	info := &c.routes[r]
	svc := c.svc[info.tech][x]
	start, bk, _ := c.arrive(info, x, c.wayTo(x, t.nodes[p]), s.leaves(r, p), bound, svc, t.bk[p], s.hold[x])
	more, ok := s.push(r, p+1, start+svc, x, bk, limit-cost)
	if cost += more; !ok || cost >= limit {
		return 0, false
	}
	if c.linked[x] || t.linked > 0 {
		return s.net.probe(s, x, r, p, limit)
	}
	return cost, true
}

// push is what it costs the rest of a tour that position p is reached from node i, left at
// dep. It gives up where that reaches the limit.
func (s *state) push(r, p, dep, i int32, bk int8, limit int64) (cost int64, ok bool) {
	c, t := s.c, &s.tours[r]
	info := &c.routes[r]
	svc := c.svc[info.tech]
	end := int32(len(t.nodes) - 1)
	for ; p < end; p++ {
		x := t.nodes[p]
		start, taken, ok := c.arrive(info, x, c.way(i, x), dep, never, svc[x], bk, s.hold[x])
		if t.linked > 0 {
			start = max(start, t.es[p]) // it may wait for another tour
		}
		if !ok || start > t.ls[p] {
			return 0, false
		}
		if start == t.es[p] && taken == t.bk[p] {
			return cost, true
		}
		if c.soft[x] {
			cost += c.costAt(x, start) - c.costAt(x, t.es[p])
			if cost >= limit && !c.turns {
				return 0, false
			}
		}
		i, dep, bk = x, start+svc[x], taken
	}
	over, _, ok := c.finish(info, c.way(i, t.nodes[end]), dep, bk)
	if !ok {
		return 0, false
	}
	before := int64(0)
	if end > 1 {
		before = info.over(t.es[end])
	}
	return cost + info.over(over) - before, true
}
