package solver

import "slices"

// recreate puts visits back at their cheapest places, in an order that is drawn anew each time.
func (q *search) recreate() {
	s := q.s
	if extra := len(s.absent) - len(q.removed); extra > 0 {
		q.addLeftOut(extra)
	}
	q.sort(q.removed)
	q.later = q.later[:0]
	for i := range q.order {
		if v := q.order[i].visit; !q.ready(v) {
			q.later = append(q.later, v)
		} else {
			q.putVisit(v)
		}
	}
	// Those that wait for others come after them, in rounds until nothing moves.
	for moved := true; moved && len(q.later) > 0; {
		moved = false
		rest := q.later[:0]
		for _, v := range q.later {
			if !q.ready(v) {
				rest = append(rest, v)
				continue
			}
			q.putVisit(v)
			moved = true
		}
		q.later = rest
	}
	q.prune()
}

// mostLeftOut is how many of the visits that have long been without a place are tried again in a step.
const mostLeftOut = 12

// addLeftOut adds some of the visits that were left out before the ruin.
func (q *search) addLeftOut(extra int) {
	if extra <= mostLeftOut {
		q.removed = append(q.removed, q.absent...)
		return
	}
	from := q.r.below(len(q.absent))
	for i := range mostLeftOut {
		q.removed = append(q.removed, q.absent[(from+i)%len(q.absent)])
	}
}

// ready reports whether all that a visit waits for is served.
func (q *search) ready(v int32) bool {
	for _, d := range q.c.depends[v] {
		if q.s.isOut[d] {
			return false
		}
	}
	return true
}

// prune takes the visits that found a place from the list of those without one.
func (q *search) prune() {
	s := q.s
	kept := s.absent[:0]
	for _, v := range s.absent {
		if s.isOut[v] {
			kept = append(kept, v)
		}
	}
	s.absent = kept
}

// The orders of recreation, with their weights.
const (
	byChance = iota
	byDemand
	byFar
	byNear
	byNarrow
	byOpening
	byClosing
)

var orders = [...]int{
	byChance, byChance, byChance, byChance, byDemand, byDemand, byDemand, byDemand, byFar, byFar, byNear,
	byNarrow, byNarrow, byOpening, byOpening, byClosing, byClosing,
}

// sort fills the order in which visits are put back.
func (q *search) sort(list []int32) {
	c := q.c
	rule := orders[q.r.below(len(orders))]
	q.order = q.order[:0]
	for _, v := range list {
		x := c.first[v]
		var key int64
		switch rule {
		case byChance:
			key = int64(q.r.next() >> 1)
		case byDemand:
			key = -c.demand[v]
		case byFar:
			key = -c.far[v]
		case byNear:
			key = c.far[v]
		case byNarrow:
			key = c.latestUseful(x) - int64(c.early[x])
		case byOpening:
			key = int64(c.early[x])
		case byClosing:
			key = -c.latestUseful(x)
		}
		k := keyed{v, key}
		i := len(q.order)
		q.order = append(q.order, k)
		for ; i > 0 && (q.order[i-1].key > k.key || q.order[i-1].key == k.key && q.order[i-1].visit > v); i-- {
			q.order[i] = q.order[i-1]
		}
		q.order[i] = k
	}
}

// putVisit gives a visit its cheapest place, if that is cheaper than leaving it out.
func (q *search) putVisit(v int32) {
	c := q.c
	if !c.plain && q.r.next()&63 == 0 {
		return // what always goes back in is never found to be better left out
	}
	if c.seats[v] > 1 {
		q.putCrew(v)
		return
	}
	x := c.first[v]
	var at place
	if c.plain {
		at = q.findPlain(x)
		if at.cost >= c.prize[v] {
			return
		}
	} else {
		if len(c.dependents[v]) > 0 {
			q.overlook()
		}
		at = q.findRich(x, q.worth(v))
	}
	if at.route < 0 {
		return
	}
	q.insert(x, at)
	q.seated(v)
}

// worth is what placing a visit may cost: its prize and those of the visits that wait for it.
// Now and then it is anything, for some visits pay only together.
func (q *search) worth(v int32) int64 {
	if q.r.next()&63 == 0 {
		return infinite
	}
	worth := q.c.prize[v]
	for _, d := range q.c.dependents[v] {
		if q.s.isOut[d] {
			worth += q.c.prize[d]
		}
	}
	return worth
}

// overlook makes the search pass by cheap places more often: for a stop whose place decides where others can
// go, the cheapest one is often not the best.
func (q *search) overlook() {
	if q.r.next()&1 == 0 {
		q.blink = q.r.geometric(inverseLogOverlook)
	}
}

func (q *search) seated(v int32) {
	q.s.isOut[v] = false
	q.s.cost -= q.c.prize[v]
}

// insert puts a stop at its place and brings the tour up to date.
func (q *search) insert(x int32, at place) {
	s := q.s
	s.put(x, at.route, at.pos)
	s.hold[x] = at.hold
	q.list(at.route, len(s.tours[at.route].nodes) > 3)
	s.changed(at.route, at.pos+1, at.pos+2)
	s.settle()
}

// putCrew seats a crew one by one: the first seat where it is cheap, the others at the same
// moment. Any seat may be the first.
func (q *search) putCrew(v int32) {
	s, c := q.s, q.c
	limit := q.worth(v)
	before := s.cost
	k := c.seats[v]
	offset := int32(q.r.below(int(k)))
	for i := range k {
		x := c.first[v] + (offset+i)%k
		if i == 0 {
			q.overlook()
		}
		at := q.findRich(x, limit-(s.cost-before))
		if at.route < 0 {
			q.unseat(v)
			return
		}
		q.insert(x, at)
	}
	if s.cost-before >= limit {
		q.unseat(v)
		return
	}
	q.seated(v)
}

// unseat takes the seats of a visit out that have a place.
func (q *search) unseat(v int32) {
	s, c := q.s, q.c
	q.hit = q.hit[:0]
	for i := range c.seats[v] {
		x := c.first[v] + i
		if r := s.at[x]; r >= 0 {
			s.at[x] = -1
			if !slices.Contains(q.hit, r) {
				q.hit = append(q.hit, r)
			}
		}
	}
	q.dropFrom(q.hit)
}
