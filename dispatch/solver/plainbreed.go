package solver

import "callout/dispatch/solver/hybrid"

// Settings of what comes before and how children are counted.
const (
	forerunner   = 0.03 // of the budget, in which one plan is annealed that the others begin with
	stopsOfChild = 3    // a child of [hybrid.Search] takes about as long as a step for each so many stops
)

// mates are the plans of a plain problem that are crossed apart from the search, where plans may be late for a while.
type mates struct {
	search *hybrid.Search
	length int64 // of the best plan that was taken over
}

// matePlain hands a plain problem over with the plans that there are, if it is one that package hybrid takes.
func (q *search) matePlain() bool {
	p := q.c.hybrid()
	if p == nil || q.best.cost >= infinite || len(q.best.stops) < q.c.n {
		return false
	}
	q.breed.mates = mates{search: hybrid.New(p, q.r.next())}
	for _, plan := range q.breed.plans {
		if len(plan.stops) == q.c.n {
			q.breed.mates.search.Take(q.c.customers(plan))
		}
	}
	return true
}

// mate makes a child and keeps it if it is the best plan.
func (q *search) mate() {
	m := &q.breed.mates
	q.steps += 1 + int64(q.c.n)/stopsOfChild
	m.search.Step()
	tours, length := m.search.Best()
	cost := length * q.c.routes[0].perTick
	if tours == nil || length == m.length || cost >= q.breed.own.cost {
		return
	}
	m.length, q.cost = length, cost
	own := &q.breed.own
	own.cost = cost
	q.c.take(own, tours)
}

// take makes tours of package hybrid a plan.
func (c *compiled) take(plan *snapshot, tours [][]int32) {
	plan.stops, plan.ends = plan.stops[:0], plan.ends[:0]
	for r := range c.routes {
		if r < len(tours) {
			for _, x := range tours[r] {
				plan.stops = append(plan.stops, x-1)
			}
		}
		plan.ends = append(plan.ends, int32(len(plan.stops)))
	}
}

// customers are the tours of a plan with the numbers that package hybrid has for the stops.
func (c *compiled) customers(plan *snapshot) (tours [][]int32) {
	for r := range int32(len(c.routes)) {
		var tour []int32
		for _, x := range plan.tour(r) {
			tour = append(tour, x+1)
		}
		if tour != nil {
			tours = append(tours, tour)
		}
	}
	return tours
}

// hybrid states the problem for package hybrid: nil where it is not plain, tours end elsewhere than they begin or
// cost something by themselves, or a visit may be better left out.
func (c *compiled) hybrid() *hybrid.Problem {
	if !c.plain {
		return nil
	}
	info := &c.routes[0]
	horizon := info.end - info.start
	if info.from != info.to || info.use != 0 || int64(c.n+2)*int64(horizon) >= 1<<30 {
		return nil
	}
	m := c.n + 1
	p := &hybrid.Problem{
		Ways: make([]int32, m*m), Early: make([]int32, m), Late: make([]int32, m), Service: make([]int32, m), Load: make([]int32, m),
		Capacity: c.capacity, Vehicles: len(c.routes),
	}
	at := func(i int) int32 {
		if i == 0 {
			return info.from
		}
		return int32(i - 1)
	}
	for i := range m {
		for j := range m {
			p.Ways[i*m+j] = c.way(at(i), at(j))
		}
	}
	p.Late[0] = horizon
	for x := range c.n {
		p.Early[x+1] = max(0, c.early[x]-info.start)
		p.Late[x+1] = min(horizon, c.last[x]-info.start)
		p.Service[x+1], p.Load[x+1] = c.svc[0][x], c.need[x]
		alone := int64(c.wayTo(int32(x), info.from)+c.way(int32(x), info.to)) * info.perTick
		if c.prize[c.visitOf[x]] <= alone || p.Late[x+1] < p.Early[x+1] {
			return nil
		}
	}
	return p
}
