package solver

import (
	"cmp"
	"slices"
)

// layLone lists for each stop the tours that it could have to itself, the cheapest first. With hundreds of shifts most empty
// tours are far dearer than a place beside others, and nobody has to look at them.
func (c *compiled) layLone() {
	type lone struct {
		route int32
		cost  int64
	}
	c.lone = make([][]int32, c.n)
	var list []lone
	for x := range int32(c.n) {
		list = list[:0]
		for r := range c.routes {
			info := &c.routes[r]
			out, home, svc := c.wayTo(x, info.from), c.way(x, info.to), c.svc[info.tech][x]
			if !c.can[info.tech][x] || info.start+out > c.last[x] || max(info.start+out, c.early[x])+svc+home > info.end {
				continue
			}
			list = append(list, lone{int32(r), c.loneCost(x, int32(r))})
		}
		slices.SortFunc(list, func(a, b lone) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.route, b.route)) })
		c.lone[x] = make([]int32, len(list))
		for i := range list {
			c.lone[x][i] = list[i].route
		}
	}
}

// loneCost is the least that a tour with nothing but this stop costs.
func (c *compiled) loneCost(x, r int32) int64 {
	info := &c.routes[r]
	return c.unary[info.tech][x] + info.use + int64(c.wayTo(x, info.from)+c.way(x, info.to))*info.perTick
}

// findLone looks for a better place among the empty tours.
func (q *search) findLone(x, bound int32, best place) place {
	s, c := q.s, q.c
	for _, r := range c.lone[x] {
		if len(s.tours[r].nodes) > 2 {
			continue
		}
		if c.loneCost(x, r) >= best.cost {
			break
		}
		if !q.fits(x, c.routes[r].tech) {
			continue
		}
		for _, hold := range []bool{false, true} {
			if hold && len(c.routes[r].breaks) == 0 {
				continue
			}
			s.hold[x] = hold
			cost, ok := s.insertCost(x, r, 0, bound, best.cost)
			if !ok {
				continue
			}
			if q.blink--; q.blink < 0 {
				q.drawBlink()
				continue
			}
			best = place{r, 0, cost, hold}
		}
	}
	return best
}
