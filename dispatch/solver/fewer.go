package solver

// savingShare is the part of a budget in which tours are saved, where that is worth more than any way.
const savingShare = 0.4

// saver empties one tour after the other for problems in which a shift costs more than all ways together. The stops of an emptied tour
// have to find places on those that remain. A plan is kept if its missing visits are easier to place than those before, and the more
// plans a visit was missing in, the harder it is taken to be (the fleet minimization of Christiaens and Vanden Berghe).
type saver struct {
	on     bool
	missed []int64 // by visit: plans in which it was missing
}

// fewest reports whether a tour that is saved is worth any longer way.
func (c *compiled) fewest() bool {
	if !c.plain {
		return false
	}
	info := &c.routes[0]
	var ways int64
	for x := range int32(c.n) {
		ways += int64(c.wayTo(x, info.from)) + int64(c.way(x, info.to))
	}
	return info.use > ways*info.perTick
}

// enough is how many tours the load alone takes.
func (c *compiled) enough() int {
	var load int64
	for _, n := range c.need {
		load += int64(n)
	}
	return max(1, int((load+int64(c.capacity)-1)/int64(c.capacity)))
}

// save is a step towards a plan with a tour less, and closes the next tour once everybody has a place.
func (q *search) save(keep func(cost int64) bool) {
	was := q.missing()
	q.step(func(cost int64) bool {
		now := q.missing()
		for _, v := range q.s.absent {
			q.saver.missed[v]++
		}
		if now != was {
			return now < was
		}
		return keep(cost)
	})
	if len(q.s.absent) > 0 {
		return
	}
	q.keepOwn()
	if len(q.used) > q.c.enough() {
		q.closeTour()
		return
	}
	q.saver.on = false
	q.breed.leg.to = 0 // the rest of the budget is for the ways
}

// missing is how hard the visits without a place are to place.
func (q *search) missing() (sum int64) {
	for _, v := range q.s.absent {
		sum += q.saver.missed[v]
	}
	return sum
}

// closeTour empties the tour whose visits are easiest to place, and lets no other be opened.
func (q *search) closeTour() {
	s, c := q.s, q.c
	least, route := int64(infinite), int32(-1)
	for _, r := range q.used {
		var sum int64
		for _, x := range s.inner(r) {
			sum += q.saver.missed[c.visitOf[x]]
		}
		if sum < least || sum == least && r < route {
			least, route = sum, r
		}
	}
	q.most = len(q.used) - 1
	for _, x := range s.inner(route) {
		s.leaveOut(c.visitOf[x])
		s.at[x] = -1
	}
	q.hit = append(q.hit[:0], route)
	q.dropFrom(q.hit)
	s.commit()
	q.cost = s.total()
}

// startSaving begins a search with the part in which tours are saved.
func (q *search) startSaving() {
	q.saver = saver{on: true, missed: make([]int64, len(q.c.visits))}
	q.breed.single = true
	q.breed.leg.to = savingShare
}

// endSaving goes on from the best plan, with no more tours than it has, to the end of the budget.
func (q *search) endSaving(share float64) {
	q.saver.on = false
	q.load(&q.best)
	if len(q.s.absent) == 0 {
		q.most = len(q.used)
	}
	q.breed.leg = leg{share, 1, q.breed.hot, q.breed.hot / cooling}
	q.breed.own.copy(&q.best)
}
