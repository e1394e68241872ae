package solver

// network keeps the start times of tours that depend on each other: every stop starts as early as
// its tour and its arcs allow, which is the least solution of all those bounds together.
type network struct {
	queue  []int32
	queued []bool
	from   []int32 // by tour: the first position in doubt
	doubt  []int32 // tours with positions in doubt
	freed  []int32 // partners of stops that went

	// A probe keeps its times apart from the plan's.
	stamp    int64
	stamped  []int64
	start    []int32
	taken    []int8
	cost     int64
	endStamp []int64
	endAt    []int32
}

func (n *network) init(c *compiled) {
	if !c.anyLink {
		return
	}
	n.queued, n.stamped, n.start, n.taken = make([]bool, c.n), make([]int64, c.n), make([]int32, c.n), make([]int8, c.n)
	n.from, n.endStamp, n.endAt = make([]int32, len(c.routes)), make([]int64, len(c.routes)), make([]int32, len(c.routes))
	for r := range n.from {
		n.from[r] = -1
	}
}

// affect puts a tour in doubt from a position on, and whatever hangs on its stops there.
func (n *network) affect(s *state, r, p int32) {
	s.touch(r)
	t := &s.tours[r]
	end := int32(len(t.nodes) - 1)
	upTo := end
	switch was := n.from[r]; {
	case was < 0:
		n.doubt = append(n.doubt, r)
	case was <= p:
		return
	default:
		upTo = was
	}
	n.from[r] = p
	for q := max(1, p); q < upTo; q++ {
		x := t.nodes[q]
		t.es[q] = never
		for _, a := range s.c.arcs[x] {
			if o := s.at[a.other]; o >= 0 {
				n.affect(s, o, s.pos[a.other])
			}
		}
	}
}

// left notes the partners of a stop that goes: the most time that may pass until it starts had perhaps held them up.
func (n *network) left(c *compiled, x int32) {
	for _, a := range c.arcs[x] {
		n.freed = append(n.freed, a.other)
	}
}

// release puts the partners of what went in doubt, as far as they are still there.
func (n *network) release(s *state) {
	for _, x := range n.freed {
		if r := s.at[x]; r >= 0 {
			n.affect(s, r, s.pos[x])
		}
	}
	n.freed = n.freed[:0]
}

// settle finds the times in doubt anew, from below.
func (n *network) settle(s *state) {
	for _, r := range n.doubt {
		t := &s.tours[r]
		for p := max(1, n.from[r]); p < int32(len(t.nodes)-1); p++ {
			n.push(t.nodes[p])
		}
	}
	for len(n.queue) > 0 {
		x := n.queue[0]
		n.queue = n.queue[1:]
		n.queued[x] = false
		n.relax(s, x)
	}
	n.queue = n.queue[:0]
	for _, r := range n.doubt {
		n.from[r] = -1
		n.closeTour(s, r)
	}
	n.doubt = n.doubt[:0]
}

func (n *network) push(x int32) {
	if !n.queued[x] {
		n.queued[x] = true
		n.queue = append(n.queue, x)
	}
}

// relax moves a stop to where its bounds put it, and whatever it pushes into the queue.
func (n *network) relax(s *state, x int32) {
	c, r, p := s.c, s.at[x], s.pos[x]
	t := &s.tours[r]
	info := &c.routes[r]
	if t.es[p-1] == never {
		return // the one before is still to come, and brings this one
	}
	start, bk, ok := c.arrive(info, x, c.way(t.nodes[p-1], x), s.leaves(r, p-1), n.bound(s, x), c.svc[info.tech][x], t.bk[p-1], s.hold[x])
	if !ok {
		s.broken = true
		return
	}
	if start == t.es[p] && bk == t.bk[p] {
		return
	}
	t.es[p], t.bk[p] = max(start, t.es[p]), bk
	if y := t.nodes[p+1]; int(p+1) < len(t.nodes)-1 {
		n.push(y)
	}
	for _, a := range c.arcs[x] {
		if o := s.at[a.other]; o >= 0 {
			n.affectLater(s, a.other)
		}
	}
}

// affectLater has a partner looked at again.
func (n *network) affectLater(s *state, x int32) {
	if r := s.at[x]; n.from[r] < 0 {
		s.touch(r)
		n.from[r] = int32(len(s.tours[r].nodes) - 1)
		n.doubt = append(n.doubt, r)
	}
	n.push(x)
}

// closeTour works out end, slack and cost of a tour whose times are settled.
func (n *network) closeTour(s *state, r int32) {
	t := &s.tours[r]
	end := int32(len(t.nodes) - 1)
	s.finish(r, end)
	s.slack(r)
	s.price(r)
}

// bound is the earliest start that the arcs of a stop allow.
func (n *network) bound(s *state, x int32) int32 {
	c := s.c
	least := int32(never)
	for _, a := range c.arcs[x] {
		r := s.at[a.other]
		if r < 0 {
			continue
		}
		t := s.tours[r].es[s.pos[a.other]]
		if t == never {
			continue
		}
		least = max(least, n.reach(s, a, x, t))
	}
	return least
}

// reach is the bound that an arc puts on a stop whose other end starts at t.
func (n *network) reach(s *state, a arc, x, t int32) int32 {
	t += a.lag
	if a.addOther {
		t += s.c.svc[s.c.routes[s.at[a.other]].tech][a.other]
	}
	if a.minusOwn {
		if r := s.at[x]; r >= 0 {
			t -= s.c.svc[s.c.routes[r].tech][x]
		}
	}
	return t
}

// timeOf is the start of a placed stop in the probe.
func (n *network) timeOf(s *state, x int32) (int32, int8) {
	if n.stamped[x] == n.stamp {
		return n.start[x], n.taken[x]
	}
	t := &s.tours[s.at[x]]
	return t.es[s.pos[x]], t.bk[s.pos[x]]
}

// probe is the cost of putting stop x behind position p of tour r, all that it pushes on
// other tours included. It changes nothing.
func (n *network) probe(s *state, x, r, p int32, limit int64) (int64, bool) {
	n.stamp++
	n.queue = n.queue[:0]
	n.cost, _ = s.ownCost(x, r, p)
	s.at[x], s.pos[x] = r, p // as if it stood there; its follower is told apart below
	done := false
	n.push(x)
	ok := true
	for head := 0; head < len(n.queue) && ok; head++ {
		y := n.queue[head]
		n.queued[y] = false
		ok = n.probeStop(s, x, r, p, y, &done) && (n.cost < limit || s.c.turns)
	}
	for _, y := range n.queue {
		n.queued[y] = false
	}
	n.queue = n.queue[:0]
	s.at[x] = -1
	return n.cost, ok && n.cost < limit
}

// probeStop moves one stop, and reports whether all bounds can still hold.
func (n *network) probeStop(s *state, x, r, p, y int32, done *bool) bool {
	c := s.c
	o, pos := s.at[y], s.pos[y]
	t := &s.tours[o]
	info := &c.routes[o]
	var before int32
	switch {
	case y == x:
		before = t.nodes[p]
	case o == r && pos == p+1:
		before = x
	default:
		before = t.nodes[pos-1]
	}
	dep, bk := info.start, int8(0)
	if before < int32(c.n) {
		dep, bk = n.timeOf(s, before)
		dep += c.svc[info.tech][before]
	}
	least := int32(never)
	for _, a := range c.arcs[y] {
		if s.at[a.other] >= 0 && (a.other != x || n.stamped[x] == n.stamp) {
			at, _ := n.timeOf(s, a.other)
			least = max(least, n.reach(s, a, y, at))
		}
	}
	start, taken, ok := c.arrive(info, y, c.way(before, y), dep, least, c.svc[info.tech][y], bk, s.hold[y])
	if !ok {
		return false
	}
	if y == x {
		if *done && start > n.start[x] {
			return false // it would wait for itself
		}
		if *done {
			return true
		}
		*done = true
	} else {
		was, had := n.timeOf(s, y)
		if start <= was && taken == had {
			return true
		}
		start = max(start, was)
		if start > t.ls[pos] {
			return false
		}
		n.cost -= c.costAt(y, was)
	}
	n.cost += c.costAt(y, start)
	n.stamped[y] = n.stamp
	n.start[y], n.taken[y] = start, taken
	return n.spread(s, x, r, p, y)
}

// spread queues whatever a stop with a new time pushes.
func (n *network) spread(s *state, x, r, p, y int32) bool {
	c := s.c
	o := s.at[y]
	t := &s.tours[o]
	at := s.pos[y] + 1 // x stands behind p: its follower is the one that p had
	next := t.nodes[at]
	if o == r && y != x && s.pos[y] == p {
		next = x
	}
	if next < int32(c.n) {
		n.push(next)
	} else {
		end, _, ok := c.finish(&c.routes[o], c.way(y, next), n.start[y]+c.svc[c.routes[o].tech][y], n.taken[y])
		if !ok {
			return false
		}
		switch {
		case n.endStamp[o] == n.stamp:
			n.cost -= c.routes[o].over(n.endAt[o])
		case len(t.nodes) > 2:
			n.cost -= c.routes[o].over(t.es[len(t.nodes)-1])
		}
		n.cost += c.routes[o].over(end)
		n.endStamp[o], n.endAt[o] = n.stamp, end
	}
	for _, a := range c.arcs[y] {
		if s.at[a.other] >= 0 { // x counts as placed while it is probed
			n.push(a.other)
		}
	}
	return true
}
