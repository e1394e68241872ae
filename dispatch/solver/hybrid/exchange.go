package hybrid

// gaps is how many places on the other tour are kept in mind for a customer of an exchange.
const gaps = 3

// exchanged is what is known of a customer whose tour is held against another.
type exchanged struct {
	out    int64       // what it saves, below zero, that its tour goes on without it
	behind [gaps]int32 // the best places on the other tour, or -1
	cost   [gaps]int64 // what they cost
}

// exchange looks for two customers of two tours each of which goes to its best place on the other's, or for one that does (SWAP* of
// Vidal, Computers & Operations Research 140, 2022). What one that goes leaves behind is known only nearly while pairs are compared; the best pair
// is worked out in full before it moves.
func (l *local) exchange(a, b int32) bool {
	l.lookInto(a, b)
	l.lookInto(b, a)
	best, bu, bv, pu, pv := int64(0), int32(0), int32(0), int32(-1), int32(-1)
	alone := func(t int32) {
		for u := l.nodes[l.begin(t)].next; u < int32(len(l.p.Early)); u = l.nodes[u].next {
			if k := &l.known[u]; k.behind[0] >= 0 && k.out+k.cost[0] < best {
				best, bu, bv, pu = k.out+k.cost[0], u, 0, k.behind[0]
			}
		}
	}
	alone(a)
	alone(b)
	for u := l.nodes[l.begin(a)].next; u < int32(len(l.p.Early)); u = l.nodes[u].next {
		for v := l.nodes[l.begin(b)].next; v < int32(len(l.p.Early)); v = l.nodes[v].next {
			toB, uAt := l.instead(u, v)
			toA, vAt := l.instead(v, u)
			if toA+toB < best {
				best, bu, bv, pu, pv = toA+toB, u, v, uAt, vAt
			}
		}
	}
	switch {
	case bu == 0:
		return false
	case bv == 0:
		return l.relocate(bu, pu, 1)
	}
	return l.cross(bu, bv, pu, pv)
}

// exchanges tries to exchange customers of tours that lie near each other, and reports whether any moved.
func (l *local) exchanges() (moved bool) {
	m := int32(len(l.p.Early))
	for a := range int32(len(l.tours)) {
		since := l.tours[a].tried
		l.tours[a].tried = l.change
		for i := range l.held {
			l.held[i] = false
		}
		l.others = l.others[:0]
		for u := l.nodes[l.begin(a)].next; u < m; u = l.nodes[u].next {
			for _, v := range l.near[u][:min(besides, len(l.near[u]))] {
				if b := l.nodes[v].tour; b > a && !l.held[b] {
					l.held[b] = true
					l.others = append(l.others, b)
				}
			}
		}
		for _, b := range l.others {
			if max(l.tours[a].changed, l.tours[b].changed) > since && l.exchange(a, b) {
				moved = true
			}
		}
	}
	return moved
}

// besides is how many of a customer's neighbours make their tours ones that lie near.
const besides = 8

// lookInto finds the best places on tour b for the customers of tour a.
func (l *local) lookInto(a, b int32) {
	from, to := &l.tours[a], &l.tours[b]
	for u := l.nodes[l.begin(a)].next; u < int32(len(l.p.Early)); u = l.nodes[u].next {
		nu, k := &l.nodes[u], &l.known[u]
		before, after := &l.nodes[nu.prev], &l.nodes[nu.next]
		load, home := l.p.Load[nu.place], l.way(before, after)
		k.out = fine*int64(home-before.way-nu.way) + l.fines(from.load-load, warpOf(before.pre, after.suf, home)) - from.fines
		k.behind, k.cost = [gaps]int32{-1, -1, -1}, [gaps]int64{1 << 60, 1 << 60, 1 << 60}
		end := l.end(b)
		for v := l.begin(b); v != end; v = l.nodes[v].next {
			nv := &l.nodes[v]
			y := &l.nodes[nv.next]
			in, back := l.way(nv, nu), l.way(nu, y)
			cost := fine * int64(in+back-nv.way)
			if cost-to.fines >= k.cost[gaps-1] {
				continue
			}
			cost += l.fines(to.load+load, warpOf(join(nv.pre, nu.own, in), y.suf, back)) - to.fines
			at := v
			for i := range gaps {
				if cost < k.cost[i] {
					cost, k.cost[i] = k.cost[i], cost
					at, k.behind[i] = k.behind[i], at
				}
			}
		}
	}
}

// instead is what it costs the tour of v that u comes there and v goes. The place is v where u comes in its place.
func (l *local) instead(u, v int32) (cost int64, behind int32) {
	nu, nv := &l.nodes[u], &l.nodes[v]
	q, y := &l.nodes[nv.prev], &l.nodes[nv.next]
	t := &l.tours[nv.tour]
	in, back := l.way(q, nu), l.way(nu, y)
	cost = fine*int64(in+back-q.way-nv.way) - t.fines
	cost += l.fines(t.load-l.p.Load[nv.place]+l.p.Load[nu.place], warpOf(join(q.pre, nu.own, in), y.suf, back))
	behind = v
	k := &l.known[u]
	for i, at := range k.behind {
		if at >= 0 && at != v && at != nv.prev {
			if c := k.cost[i] + l.known[v].out; c < cost {
				cost, behind = c, at
			}
			break
		}
	}
	return cost, behind
}

// cross has u and v change tours if that pays when it is worked out in full.
func (l *local) cross(u, v, uBehind, vBehind int32) bool {
	a, b := l.nodes[u].tour, l.nodes[v].tour
	costs := func(t, out, in, behind int32) int64 {
		info := &l.tours[t]
		at := &l.nodes[l.begin(t)]
		s, length := at.own, int32(0)
		step := func(n *node) {
			d := l.way(at, n)
			length += d
			s, at = join(s, n.own, d), n
		}
		was := int32(0)
		for i := l.begin(t); ; {
			n := &l.nodes[i]
			if i != l.begin(t) && i != out {
				step(n)
			}
			if i == behind {
				step(&l.nodes[in])
			}
			if i == l.end(t) {
				break
			}
			was += n.way
			i = n.next
		}
		load := info.load - l.p.Load[l.nodes[out].place] + l.p.Load[l.nodes[in].place]
		return fine*int64(length-was) + l.fines(load, s.warp) - info.fines
	}
	if costs(a, u, v, vBehind)+costs(b, v, u, uBehind) >= 0 {
		return false
	}
	// Where one comes into the place of the other, it goes behind that one's predecessor.
	if uBehind == v {
		uBehind = l.nodes[v].prev
	}
	if vBehind == u {
		vBehind = l.nodes[u].prev
	}
	for _, x := range [2]int32{u, v} {
		n := &l.nodes[x]
		l.nodes[n.prev].next, l.nodes[n.next].prev = n.next, n.prev
	}
	for _, m := range [2][2]int32{{u, uBehind}, {v, vBehind}} {
		n, at := &l.nodes[m[0]], &l.nodes[m[1]]
		n.prev, n.next = m[1], at.next
		l.nodes[at.next].prev, at.next = m[0], m[0]
	}
	l.moved(a, b)
	return true
}
