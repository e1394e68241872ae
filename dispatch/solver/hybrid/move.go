package hybrid

// A move is worked out in three parts, and given up as soon as it cannot pay: by the ways alone, then with what one tour breaks, then
// with the other.

// stretch is some customers in a row: the last of them, what they load and how they are in time. It is false where
// the tour ends before.
func (l *local) stretch(u int32, k int) (last int32, load int32, s segment, ok bool) {
	first := &l.nodes[u]
	last, s = u, first.own
	load = l.p.Load[first.place]
	for at := first; k > 1; k-- {
		last = at.next
		if last >= int32(len(l.p.Early)) {
			return 0, 0, s, false
		}
		n := &l.nodes[last]
		load += l.p.Load[n.place]
		s = join(s, n.own, l.way(at, n))
		at = n
	}
	return last, load, s, true
}

// between appends to a stretch the nodes from one to another of the same tour.
func (l *local) between(s segment, at *node, from, to int32) (segment, *node) {
	for i := from; ; {
		n := &l.nodes[i]
		s = join(s, n.own, l.way(at, n))
		if at = n; i == to {
			return s, at
		}
		i = n.next
	}
}

// relocate moves k customers from u on behind v.
func (l *local) relocate(u, v int32, k int) bool {
	e, load, s, ok := l.stretch(u, k)
	if !ok {
		return false
	}
	nu, nv, ne := &l.nodes[u], &l.nodes[v], &l.nodes[e]
	if nu.prev == v || nu.tour == nv.tour && nu.pos <= nv.pos && nv.pos <= ne.pos {
		return false
	}
	before, after, behind := &l.nodes[nu.prev], &l.nodes[ne.next], &l.nodes[nv.next]
	to, back, home := l.way(nv, nu), l.way(ne, behind), l.way(before, after)
	delta := fine * int64(home-l.way(before, nu)-l.way(ne, after)+to+back-l.way(nv, behind))
	from, into := &l.tours[nu.tour], &l.tours[nv.tour]
	if nu.tour != nv.tour {
		if delta -= from.fines + into.fines; delta >= 0 {
			return false
		}
		if delta += l.fines(from.load-load, warpOf(before.pre, after.suf, home)); delta >= 0 {
			return false
		}
		if delta += l.fines(into.load+load, warpOf(join(nv.pre, s, to), behind.suf, back)); delta >= 0 {
			return false
		}
	} else {
		if delta -= from.fines; delta >= 0 {
			return false
		}
		var warp int32
		if nv.pos > nu.pos {
			t, _ := l.between(before.pre, before, ne.next, v)
			warp = warpOf(join(t, s, to), behind.suf, back)
		} else {
			t, at := l.between(join(nv.pre, s, to), ne, nv.next, nu.prev)
			warp = warpOf(t, after.suf, l.way(at, after))
		}
		if delta += l.fines(from.load, warp); delta >= 0 {
			return false
		}
	}
	a, b := nu.tour, nv.tour
	y := nv.next
	l.nodes[nu.prev].next, l.nodes[ne.next].prev = ne.next, nu.prev
	nv.next, nu.prev, ne.next, l.nodes[y].prev = u, v, y, e
	l.moved(a, b)
	return true
}

// moved works out the tours of a move.
func (l *local) moved(a, b int32) {
	l.refresh(a)
	if a != b {
		l.refresh(b)
	}
	if l.empty < 0 || l.tours[l.empty].stops > 0 || l.tours[a].stops == 0 {
		l.findEmpty()
	}
}

// swap has k customers from u on and m from v on change places.
func (l *local) swap(u, v int32, k, m int) bool {
	if k == m && u > v {
		return false // the other way round it is the same
	}
	ue, uLoad, us, ok := l.stretch(u, k)
	if !ok {
		return false
	}
	ve, vLoad, vs, ok := l.stretch(v, m)
	if !ok {
		return false
	}
	nu, nue, nv, nve := &l.nodes[u], &l.nodes[ue], &l.nodes[v], &l.nodes[ve]
	if nu.tour == nv.tour {
		if nu.pos > nv.pos {
			nu, nue, us, nv, nve, vs = nv, nve, vs, nu, nue, us
			u, ue, v, ve = v, ve, u, ue
		}
		if nue.pos+1 >= nv.pos {
			return false // they touch: what this would do, relocation does
		}
	}
	uBefore, uAfter, vBefore, vAfter := &l.nodes[nu.prev], &l.nodes[nue.next], &l.nodes[nv.prev], &l.nodes[nve.next]
	a, b, c, d := l.way(uBefore, nv), l.way(nve, uAfter), l.way(vBefore, nu), l.way(nue, vAfter)
	delta := fine * int64(a+b+c+d-l.way(uBefore, nu)-l.way(nue, uAfter)-l.way(vBefore, nv)-l.way(nve, vAfter))
	one, other := &l.tours[nu.tour], &l.tours[nv.tour]
	if nu.tour != nv.tour {
		if delta -= one.fines + other.fines; delta >= 0 {
			return false
		}
		if delta += l.fines(one.load-uLoad+vLoad, warpOf(join(uBefore.pre, vs, a), uAfter.suf, b)); delta >= 0 {
			return false
		}
		if delta += l.fines(other.load-vLoad+uLoad, warpOf(join(vBefore.pre, us, c), vAfter.suf, d)); delta >= 0 {
			return false
		}
	} else {
		if delta -= one.fines; delta >= 0 {
			return false
		}
		t, at := l.between(join(uBefore.pre, vs, a), nve, nue.next, nv.prev)
		if delta += l.fines(one.load, warpOf(join(t, us, l.way(at, nu)), vAfter.suf, d)); delta >= 0 {
			return false
		}
	}
	r, q := nu.tour, nv.tour
	up, un, vp, vn := nu.prev, nue.next, nv.prev, nve.next
	l.nodes[up].next, nv.prev, nve.next, l.nodes[un].prev = v, up, un, ve
	l.nodes[vp].next, nu.prev, nue.next, l.nodes[vn].prev = u, vp, vn, ue
	l.moved(r, q)
	return true
}

// tails has two tours change all that comes behind u and behind v.
func (l *local) tails(u, v int32) bool {
	nu, nv := &l.nodes[u], &l.nodes[v]
	if nu.tour == nv.tour {
		return false
	}
	x, y := nu.next, nv.next
	nx, ny := &l.nodes[x], &l.nodes[y]
	a, b := l.way(nu, ny), l.way(nv, nx)
	delta := fine * int64(a+b-l.way(nu, nx)-l.way(nv, ny))
	one, other := &l.tours[nu.tour], &l.tours[nv.tour]
	if delta -= one.fines + other.fines; delta >= 0 {
		return false
	}
	if delta += l.fines(nu.load+other.load-nv.load, warpOf(nu.pre, ny.suf, a)); delta >= 0 {
		return false
	}
	if delta += l.fines(nv.load+one.load-nu.load, warpOf(nv.pre, nx.suf, b)); delta >= 0 {
		return false
	}
	r, q := nu.tour, nv.tour
	rEnd, qEnd := l.end(r), l.end(q)
	rLast, qLast := l.nodes[rEnd].prev, l.nodes[qEnd].prev
	// What hangs behind u goes on to the end of v's tour, and the other way round.
	l.hang(u, y, qLast, qEnd, rEnd)
	l.hang(v, x, rLast, rEnd, qEnd)
	l.moved(r, q)
	return true
}

// hang puts the stops from first to last behind a node, or nothing where the tour that they come from ended there.
func (l *local) hang(at, first, last, wasEnd, end int32) {
	if first == wasEnd {
		l.nodes[at].next, l.nodes[end].prev = end, at
		return
	}
	l.nodes[at].next, l.nodes[first].prev = first, at
	l.nodes[last].next, l.nodes[end].prev = end, last
}
