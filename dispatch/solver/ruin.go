package solver

// ruin takes strings of neighbouring visits out of tours that lie near each other.
func (q *search) ruin() {
	c := q.c
	q.removed, q.hit = q.removed[:0], q.hit[:0]
	if len(q.used) == 0 {
		return
	}
	length, mean := float64(c.n)/float64(len(q.used)), meanRemoved
	if length > longTour {
		mean = meanOfLong
	}
	longest := min(longestString, length)
	most := 4*mean/(1+longest) - 1
	strings := int(q.r.unit()*most + 1)
	seed := q.center()
	// A crew and what waits for others go with the strings, and do not count as one: where they did, a ruin in a day of crews was
	// mostly a single string.
	strings -= int(b2i(q.ruinAt(seed, longest)))
	for _, x := range c.adj[seed] {
		if strings <= 0 {
			break
		}
		strings -= int(b2i(q.ruinAt(x, longest)))
	}
	q.closeRuin()
}

// centers is how many neighbours of a visit that lost its place are where a ruin may begin.
const centers = 30

// center draws where a ruin begins: anywhere; in every other step near one of those that had no place in the plan in force, if there were any.
func (q *search) center() int32 {
	if len(q.upset) == 0 || q.r.next()&1 == 0 {
		return int32(q.r.below(q.c.n))
	}
	x := q.c.first[q.upset[q.r.below(len(q.upset))]]
	near := q.c.adj[x]
	if len(near) == 0 {
		return x
	}
	return near[q.r.below(min(centers, len(near)))]
}

// ruinAt takes a string out of the tour of a stop, unless one was taken there already, and reports whether it did.
func (q *search) ruinAt(x int32, longest float64) bool {
	s := q.s
	r := s.at[x]
	if r < 0 || q.cutAt[r] == s.step {
		return false
	}
	q.cutAt[r] = s.step
	q.mark(r)
	nodes := s.tours[r].nodes
	m := len(nodes) - 2
	length := min(m, int(q.r.unit()*min(float64(m), longest)+1))
	at := int(s.pos[x])
	if length == m || q.r.next()&1 == 0 {
		from := q.window(at, length, m)
		for p := from; p < from+length; p++ {
			q.take(nodes[p])
		}
		return true
	}
	kept := 1
	for length+kept < m && q.r.unit() > 0.01 {
		kept++
	}
	from := q.window(at, length+kept, m)
	skip := from + q.r.below(length+1)
	for p := from; p < from+length+kept; p++ {
		if p < skip || p >= skip+kept {
			q.take(nodes[p])
		}
	}
	return true
}

// mark notes once that a tour is hit in this step.
func (q *search) mark(r int32) {
	if q.isHit[r] != q.s.step {
		q.isHit[r] = q.s.step
		q.hit = append(q.hit, r)
	}
}

// window draws where a block of some length that holds the position begins, in a tour of m stops.
func (q *search) window(at, length, m int) int {
	lowest, highest := max(1, at-length+1), min(at, m-length+1)
	return lowest + q.r.below(highest-lowest+1)
}

// take marks the visit of a stop as taken out, with all its seats and whatever depends on it.
func (q *search) take(x int32) {
	s, c := q.s, q.c
	v := c.visitOf[x]
	if s.isOut[v] || q.fixed[v] && len(c.depends[v]) == 0 {
		return // what waits for others goes with them, however it is pinned
	}
	s.leaveOut(v)
	q.removed = append(q.removed, v)
	for i := range c.seats[v] {
		q.mark(s.at[c.first[v]+i])
	}
	for _, d := range c.dependents[v] {
		if !s.isOut[d] {
			q.take(c.first[d])
		}
	}
}

// closeRuin closes the gaps in the tours that were hit.
func (q *search) closeRuin() {
	s, c := q.s, q.c
	for _, v := range q.removed {
		for i := range c.seats[v] {
			s.at[c.first[v]+i] = -1
		}
	}
	q.dropFrom(q.hit)
}

// dropFrom closes the gaps in some tours. All of them are closed before any time is worked
// out, for times follow arcs from one to another.
func (q *search) dropFrom(tours []int32) {
	s := q.s
	q.gaps = q.gaps[:0]
	for _, r := range tours {
		s.touch(r)
		first, last := s.drop(r)
		q.list(r, true)
		q.gaps = append(q.gaps, gap{r, first, last})
	}
	for _, g := range q.gaps {
		s.changed(g.route, g.first, g.last)
	}
	s.net.release(s)
	s.settle()
}

// gap is the part of a tour whose stops follow others than before.
type gap struct{ route, first, last int32 }
