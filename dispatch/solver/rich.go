package solver

import "math"

// changed brings a tour up to date whose stops from first to last have another node before
// them. Where tours depend on each other, times follow with [state.settle].
func (s *state) changed(r, first, last int32) {
	switch {
	case s.c.plain:
		s.refreshPlain(r, first, last)
		s.price(r)
	case s.c.anyLink:
		s.net.affect(s, r, first)
	default:
		s.refresh(r, first)
	}
}

// settle finishes what changed left open.
func (s *state) settle() {
	if s.c.anyLink {
		s.net.settle(s)
	}
}

// arrive is when work starts at a stop: after the way, within its windows, not before a bound from other
// tours, and with the breaks that come first. A break is taken as soon as it may begin and nobody is at work, for then
// everything behind it is as early as it can be, unless the stop is to be done first (hold) and leaves time for the
// break. Given these choices, an earlier arrival never makes anything later, on which the network of starts rests.
func (c *compiled) arrive(info *shiftInfo, x, way, dep, bound, svc int32, bk int8, hold bool) (start int32, breaks int8, ok bool) {
	at := dep + way
	for {
		start = c.open(x, max(at, bound))
		if start > c.last[x] {
			return 0, 0, false
		}
		if int(bk) == len(info.breaks) {
			return start, bk, true
		}
		b := &info.breaks[bk]
		from, to, long := int32(b.From), int32(b.To), int32(b.Duration)
		switch {
		case (start < from || hold && max(at, from)+long > start) && start+svc <= to:
			return start, bk, true
		case at <= to:
			at = max(at, from) + long
		case dep <= to:
			// The way would be over too late for the break: it is taken before.
			at = max(dep, from) + long + way
		default:
			return 0, 0, false
		}
		dep = at
		bk++
	}
}

// open is the first moment from t on within the windows of a stop, and in the promised one if that
// is near; past the last window, t itself.
func (c *compiled) open(x, t int32) int32 {
	if t < c.waitFor[x] && t >= c.waitAt[x] {
		t = c.waitFor[x]
	}
	if t <= c.early[x] {
		return c.early[x]
	}
	if w := c.windows[x]; len(w) > 1 {
		for i := range w {
			if int(t) <= w[i].To {
				return max(t, int32(w[i].From))
			}
		}
	}
	return t
}

// shut is the last moment up to t within the windows of a stop.
func (c *compiled) shut(x, t int32) int32 {
	if w := c.windows[x]; len(w) > 1 {
		for i := len(w) - 1; i >= 0; i-- {
			if int(t) >= w[i].From {
				return min(t, int32(w[i].To))
			}
		}
		return never
	}
	return min(t, c.last[x])
}

// finish is when a tour is over, and which breaks it had.
func (c *compiled) finish(info *shiftInfo, way, dep int32, bk int8) (end int32, breaks int8, ok bool) {
	at := dep + way
	for int(bk) < len(info.breaks) {
		b := &info.breaks[bk]
		if at <= int32(b.To) {
			break // the tour is over before the break has to begin
		}
		if dep > int32(b.To) {
			return 0, 0, false
		}
		dep = max(dep, int32(b.From)) + int32(b.Duration)
		at = dep + way
		bk++
	}
	return at, bk, at <= info.end
}

// refresh works out times and cost of a tour from a position on.
func (s *state) refresh(r, from int32) {
	c, t := s.c, &s.tours[r]
	info, svc := &c.routes[r], c.svc[c.routes[r].tech]
	end := int32(len(t.nodes) - 1)
	for p := max(1, from); p < end; p++ {
		x := t.nodes[p]
		start, bk, ok := c.arrive(info, x, c.way(t.nodes[p-1], x), s.leaves(r, p-1), never, svc[x], t.bk[p-1], s.hold[x])
		if !ok {
			s.broken = true
			return
		}
		t.es[p], t.bk[p] = start, bk
	}
	s.finish(r, end)
	s.slack(r)
	s.price(r)
}

// finish works out when a tour is over.
func (s *state) finish(r, end int32) {
	t := &s.tours[r]
	over, bk, ok := s.c.finish(&s.c.routes[r], s.c.way(t.nodes[end-1], t.nodes[end]), s.leaves(r, end-1), t.bk[end-1])
	if !ok && end > 1 {
		s.broken = true
		return
	}
	t.es[end], t.bk[end] = over, bk
}

// leaves is when the tour goes on from a position.
func (s *state) leaves(r, p int32) int32 {
	t := &s.tours[r]
	if p == 0 {
		return t.es[0]
	}
	x := t.nodes[p]
	return t.es[p] + s.c.svc[s.c.routes[r].tech][x]
}

// slack works out how late each position of a tour may be for its hard bounds, breaks and other tours left aside.
func (s *state) slack(r int32) {
	c, t := s.c, &s.tours[r]
	svc := c.svc[c.routes[r].tech]
	end := len(t.nodes) - 1
	t.ls[end] = c.routes[r].end
	for p := end - 1; p >= 1; p-- {
		x := t.nodes[p]
		t.ls[p] = c.shut(x, t.ls[p+1]-c.way(x, t.nodes[p+1])-svc[x])
	}
}

// price works out the cost of a tour and keeps the sum of all in step.
func (s *state) price(r int32) {
	c, t := s.c, &s.tours[r]
	info := &c.routes[r]
	s.cost -= t.cost
	end := len(t.nodes) - 1
	t.cost, t.late = 0, 0
	if end > 1 {
		t.cost = info.use
		if !c.plain {
			unary := c.unary[info.tech]
			t.travel = c.way(t.nodes[0], t.nodes[1])
			for p := 1; p < end; p++ {
				x := t.nodes[p]
				t.travel += c.way(x, t.nodes[p+1])
				t.cost += unary[x] + c.costAt(x, t.es[p])
				if c.late[x] > 0 {
					t.late = max(t.late, t.es[p]-c.due[x])
				}
			}
			t.cost += info.over(t.es[end])
		}
		t.cost += int64(t.travel) * info.perTick
	} else {
		t.travel = 0
	}
	s.cost += t.cost
}

// costAt is what a stop costs because of when it starts.
func (c *compiled) costAt(x, start int32) (cost int64) {
	if c.late[x] > 0 && start > c.due[x] {
		cost = c.late[x] * int64(start-c.due[x])
	}
	if p := c.promise[x]; p != nil && (int(start) < p.Window.From || int(start) > p.Window.To) {
		cost += p.WindowCost
	}
	return cost
}

// over is the cost of overtime of a tour that ends at some time.
func (info *shiftInfo) over(end int32) int64 {
	if info.overtime == 0 || end <= info.overFrom {
		return 0
	}
	return info.overtime * int64(end-info.overFrom)
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

// findRich returns the cheapest place of a stop under all rules; route is -1 if there is none below the limit.
func (q *search) findRich(x int32, limit int64) place {
	s, c := q.s, q.c
	q.options = q.options[:0]
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
			if r := s.at[v]; r >= 0 && c.can[c.routes[r].tech][x] {
				try(r, s.pos[v])
				try(r, s.pos[v]-1)
			}
		}
		if best.route < 0 && len(q.options) == 0 {
			q.scan(x, try)
		}
	}
	for _, r := range q.empty {
		if s.fits(x, c.routes[r].tech) {
			try(r, 0)
		}
	}
	return q.weigh(x, bound, best)
}

// weigh prices the places whose effect on other stops is not known yet, beginning with those that look cheapest,
// until none can be cheaper than the best.
func (q *search) weigh(x, bound int32, best place) place {
	for {
		least := -1
		for i := range q.options {
			if o := &q.options[i]; o.cost < best.cost && (least < 0 || o.cost < q.options[least].cost) {
				least = i
			}
		}
		if least < 0 {
			return best
		}
		o := q.options[least]
		q.options[least] = q.options[len(q.options)-1]
		q.options = q.options[:len(q.options)-1]
		if q.blink--; q.blink < 0 {
			q.drawBlink()
			continue
		}
		q.s.hold[x] = o.hold
		if cost, ok := q.s.insertCost(x, o.route, o.pos, bound, best.cost); ok {
			best = place{o.route, o.pos, cost, o.hold}
		}
	}
}

// scan tries every position of the tours in use.
func (q *search) scan(x int32, try func(r, p int32)) {
	s, c := q.s, q.c
	for _, r := range q.used {
		if !s.fits(x, c.routes[r].tech) {
			continue
		}
		for p := range int32(len(s.tours[r].nodes) - 1) {
			try(r, p)
		}
	}
}

// ownCost is what a stop behind position p of a tour costs wherever the tour's other stops then start: the
// way, the technician and the share of the work. It also says how much longer the way becomes.
func (s *state) ownCost(x, r, p int32) (cost int64, longer int32) {
	c, t := s.c, &s.tours[r]
	info := &c.routes[r]
	longer = c.way(t.nodes[p], x) + c.way(x, t.nodes[p+1])
	cost = c.unary[info.tech][x]
	if len(t.nodes) == 2 {
		cost += info.use
	} else {
		longer -= c.way(t.nodes[p], t.nodes[p+1])
	}
	cost += int64(longer) * info.perTick
	if c.w.Fairness != 0 {
		w := s.work[info.tech]
		cost += s.fair(w+int64(c.svc[info.tech][x])) - s.fair(w)
	}
	return cost, longer
}

// leastCost is the least that a stop can cost behind position p of a tour: all but what it
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
	start, _, ok := c.arrive(info, x, c.way(t.nodes[p], x), s.leaves(r, p), bound, svc, t.bk[p], s.hold[x])
	if !ok || start+svc+c.way(x, t.nodes[p+1]) > t.ls[p+1] {
		return 0, false, false
	}
	if cost += c.costAt(x, start); cost >= limit && !c.turns {
		return 0, false, false
	}
	if len(t.nodes) > 2 && !s.fits(x, info.tech) {
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
	start, bk, _ := c.arrive(info, x, c.way(t.nodes[p], x), s.leaves(r, p), bound, svc, t.bk[p], s.hold[x])
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

// infinite is a limit that no cost reaches.
const infinite = math.MaxInt64 / 4
