package solver

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
