package solver

import (
	"slices"

	"callout/dispatch/solver/hybrid"
)

// Settings of what comes before, of how children are counted, and of parts; tuned on the public instances.
const (
	forerunner      = 0.03 // of the budget, in which one plan is annealed that the others begin with
	partsForerunner = 0.2  // the same where parts of that plan are bred
	stopsOfChild    = 3    // a child of [hybrid.Search] takes about as long as a step for each so many stops
	stopsOfWhole    = 500  // up to so many, all stops are bred together
	stopsOfPart     = 200
	sweeps          = 2 // how often each stop is in a part, on average
)

// mates are stops of a plain problem whose tours are crossed apart from the search, where plans may be late for a while: all of them,
// or those of some tours that lie near each other. A plan of many stops has so many tours that two of its kind have hardly one in common, and what is
// good in one part of it does not wait for the others.
type mates struct {
	search *hybrid.Search
	stops  []int32 // customer i+1 of the search is stops[i]
	routes []int32 // where they are
	length int64   // of their tours
	until  float64 // the share of the budget at which another part follows
	begun  []int32 // by stop: in how many parts it was so far
	parts  int     // parts so far
}

// matePlain hands a plain problem over with the plans that there are, if it is one that package hybrid takes.
func (q *search) matePlain(share float64) bool {
	if !q.c.handedOver() || q.best.cost >= infinite || len(q.best.stops) < q.c.n {
		return false
	}
	q.breed.own.copy(&q.best)
	q.breed.mates = mates{begun: make([]int32, q.c.n)}
	q.nextMates(share)
	return true
}

// nextMates chooses what to breed from a share of the budget on: everything until the end, or the next part.
func (q *search) nextMates(share float64) {
	m, c := &q.breed.mates, q.c
	if c.n <= stopsOfWhole {
		m.until = 2 // beyond the end
		q.beginMates(c.inUse(&q.breed.own))
		for _, plan := range q.breed.plans {
			if len(plan.stops) == c.n && plan.cost != q.breed.own.cost {
				m.search.Take(q.customers(plan))
			}
		}
		return
	}
	left := max(1, sweeps*c.n/stopsOfPart-m.parts)
	m.until = share + (1-share)/float64(left)
	if left == 1 {
		m.until = 2
	}
	m.parts++
	q.beginMates(q.part(stopsOfPart))
}

// inUse are the tours of a plan that have stops.
func (c *compiled) inUse(plan *snapshot) (routes []int32) {
	for r := range int32(len(c.routes)) {
		if len(plan.tour(r)) > 0 {
			routes = append(routes, r)
		}
	}
	return routes
}

// beginMates makes the stops of some tours of the best plan a problem of their own.
func (q *search) beginMates(routes []int32) {
	m, c, plan := &q.breed.mates, q.c, &q.breed.own
	m.routes, m.stops, m.length = routes, nil, 0
	for _, r := range routes {
		m.stops = append(m.stops, plan.tour(r)...)
		m.length += c.length(r, plan.tour(r))
	}
	slices.Sort(m.stops)
	for _, x := range m.stops {
		m.begun[x]++
	}
	vehicles := len(c.routes)
	if spare := vehicles - len(c.inUse(plan)); len(m.stops) < c.n {
		vehicles = len(routes) + min(spare, 1+len(routes)/4)
	}
	m.search = hybrid.New(c.hybrid(m.stops, vehicles), q.r.next())
	m.search.Take(q.customers(plan))
}

// mate makes a child and keeps its tours if they are shorter.
func (q *search) mate(share float64) {
	m := &q.breed.mates
	if share >= m.until {
		q.nextMates(share)
	}
	q.steps += 1 + int64(len(m.stops))/stopsOfChild
	m.search.Step()
	tours, length := m.search.Best()
	if tours != nil && length < m.length {
		q.adopt(tours)
		q.breed.own.cost -= (m.length - length) * q.c.routes[0].perTick
		m.length, q.cost = length, q.breed.own.cost
	}
}

// customers are the tours of a plan on which mates are, with the numbers that package hybrid has for them.
func (q *search) customers(plan *snapshot) (tours [][]int32) {
	m := &q.breed.mates
	number := make([]int32, q.c.n)
	for i, x := range m.stops {
		number[x] = int32(i + 1)
	}
	for r := range int32(len(q.c.routes)) {
		var tour []int32
		for _, x := range plan.tour(r) {
			if number[x] > 0 {
				tour = append(tour, number[x])
			}
		}
		if tour != nil {
			tours = append(tours, tour)
		}
	}
	return tours
}

// welcome takes the plan of another search in.
func (q *search) welcome(plan *snapshot) {
	m := &q.breed.mates
	switch {
	case m.search == nil || len(plan.stops) < q.c.n:
	case len(m.stops) == q.c.n:
		m.search.Take(q.customers(plan))
	case plan.cost < q.breed.own.cost:
		q.breed.own.copy(plan)
		q.cost = plan.cost
		q.beginMates(q.part(stopsOfPart))
	}
}
