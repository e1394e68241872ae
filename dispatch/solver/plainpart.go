package solver

import "slices"

// part are tours of the best plan, with about so many stops, near a stop that was in no more parts than any other.
func (q *search) part(size int) (routes []int32) {
	m, c := &q.breed.mates, q.c
	of, _ := c.routesOf(&q.breed.own)
	var least []int32
	fewest := slices.Min(m.begun)
	for x, n := range m.begun {
		if n == fewest {
			least = append(least, int32(x))
		}
	}
	seed, stops := least[q.r.below(len(least))], 0
	take := func(x int32) {
		if r := of[x]; stops < size && !slices.Contains(routes, r) {
			routes = append(routes, r)
			stops += len(q.breed.own.tour(r))
		}
	}
	take(seed)
	for _, x := range c.adj[seed] {
		take(x)
	}
	return routes
}

// adopt puts tours of the mates into the best plan.
func (q *search) adopt(tours [][]int32) {
	m, c, plan := &q.breed.mates, q.c, &q.breed.own
	all := make([][]int32, len(c.routes))
	for r := range int32(len(all)) {
		if !slices.Contains(m.routes, r) {
			all[r] = slices.Clone(plan.tour(r))
		}
	}
	for r := int32(0); len(m.routes) < len(tours); r++ {
		if len(all[r]) == 0 && !slices.Contains(m.routes, r) {
			m.routes = append(m.routes, r)
		}
	}
	for i, tour := range tours {
		for _, x := range tour {
			all[m.routes[i]] = append(all[m.routes[i]], m.stops[x-1])
		}
	}
	plan.stops, plan.ends = plan.stops[:0], plan.ends[:0]
	for _, stops := range all {
		plan.stops = append(plan.stops, stops...)
		plan.ends = append(plan.ends, int32(len(plan.stops)))
	}
}
