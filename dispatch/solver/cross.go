package solver

import (
	"cmp"
	"slices"
)

// cross makes the state a child of two plans of the stock: the tours of one, but for those around a place, for which
// tours of the other come in (the selective route exchange of Nagata, Bräysy and Dullaert, Computers & Operations Research 37(4), 2010).
// What is then twice there stays where the first one has it, and what is missing is put back as after a ruin. A child that breaks a
// rule is as the first parent.
func (q *search) cross() {
	plans := q.breed.plans
	if len(plans) < 2 {
		q.load(&q.best)
		return
	}
	i, j := q.r.below(len(plans)), q.r.below(len(plans)-1)
	if j >= i {
		j++
	}
	child := q.child(plans[i], plans[j])
	if q.load(child) && q.sound() {
		q.removed = append(q.removed[:0], q.s.absent...)
		q.recreate()
		if !q.s.broken {
			q.s.commit()
			q.cost = q.s.total()
			return
		}
	}
	q.load(plans[i])
}

// child joins two plans as far as whole visits go.
func (q *search) child(a, b *snapshot) *snapshot {
	c := q.c
	gone := q.around(a)
	tours, has, hold := make([][]int32, len(c.routes)), make([]bool, c.n), make([]bool, c.n)
	add := func(plan *snapshot, from, to int32) {
		for _, x := range plan.tour(from) {
			if !has[x] {
				has[x], hold[x] = true, plan.hold[x]
				tours[to] = append(tours[to], x)
			}
		}
	}
	for r := range int32(len(c.routes)) {
		if !slices.Contains(gone, r) {
			add(a, r, r)
		}
	}
	for i, r := range q.instead(b, gone, has) {
		add(b, r, gone[i])
	}
	out := &snapshot{hold: hold, ends: make([]int32, len(c.routes))}
	whole := c.whole(has)
	for r := range tours {
		for _, x := range tours[r] {
			if whole[c.visitOf[x]] {
				out.stops = append(out.stops, x)
			}
		}
		out.ends[r] = int32(len(out.stops))
	}
	return out
}

// around are some tours of a plan that lie near each other, up to half of those in use.
func (q *search) around(plan *snapshot) (tours []int32) {
	c := q.c
	of, used := c.routesOf(plan)
	many := 1 + q.r.below(max(1, used/2))
	take := func(x int32) {
		if r := of[x]; r >= 0 && len(tours) < many && !slices.Contains(tours, r) {
			tours = append(tours, r)
		}
	}
	seed := int32(q.r.below(c.n))
	take(seed)
	for _, x := range c.adj[seed] {
		take(x)
	}
	return tours
}

// routesOf says for each stop on which tour it is, or -1, and how many tours a plan has.
func (c *compiled) routesOf(plan *snapshot) (of []int32, used int) {
	of = make([]int32, c.n)
	for x := range of {
		of[x] = -1
	}
	for r := range int32(len(c.routes)) {
		stops := plan.tour(r)
		used += int(b2i(len(stops) > 0))
		for _, x := range stops {
			of[x] = r
		}
	}
	return of, used
}

// instead are the tours of a plan that come in for some of another: those of the same shifts, or where all vehicles are alike, those
// with the least of what is there already.
func (q *search) instead(plan *snapshot, gone []int32, has []bool) []int32 {
	c := q.c
	if !c.plain {
		return gone
	}
	type part struct {
		route int32
		fresh float64
	}
	var parts []part
	for r := range int32(len(c.routes)) {
		stops, fresh := plan.tour(r), 0
		for _, x := range stops {
			fresh += int(b2i(!has[x]))
		}
		if fresh > 0 {
			parts = append(parts, part{r, float64(fresh) / float64(len(stops))})
		}
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Or(cmp.Compare(b.fresh, a.fresh), cmp.Compare(a.route, b.route)) })
	var routes []int32
	for _, p := range parts[:min(len(parts), len(gone))] {
		routes = append(routes, p.route)
	}
	return routes
}

// whole says which visits have all their seats, and those of all visits that must be served before them.
func (c *compiled) whole(has []bool) []bool {
	whole := make([]bool, len(c.visits))
	for v := range whole {
		whole[v] = !slices.Contains(has[c.first[v]:c.first[v]+c.seats[v]], false)
	}
	for again := true; again; {
		again = false
		for v := range whole {
			if whole[v] && slices.ContainsFunc(c.depends[v], func(d int32) bool { return !whole[d] }) {
				whole[v], again = false, true
			}
		}
	}
	return whole
}

// tour are the stops of one tour.
func (b *snapshot) tour(r int32) []int32 {
	from := int32(0)
	if r > 0 {
		from = b.ends[r-1]
	}
	return b.stops[from:b.ends[r]]
}
