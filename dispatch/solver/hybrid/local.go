package hybrid

import "math/rand/v2"

// fine is how many parts a tick has in a price.
const fine = 64

// prices are what breaking bounds costs in a plan under way, in parts of a tick.
type prices struct{ load, warp int64 }

// node is a customer on its tour, or the beginning or end of one.
type node struct {
	next, prev, tour, pos int32
	place, row            int32 // of the ways; row is where those from here begin
	way                   int32 // to the next
	load                  int32 // of the tour, up to here
	tested                int32 // the change up to which its moves have been tried
	own, pre, suf         segment
}

// tour is what a tour breaks, and when it was last changed.
type tour struct {
	load, warp int32
	fines      int64
	changed    int32
	tried      int32 // the change up to which it has been held against others
	stops      int32
}

// local is the local search: a plan as linked lists of nodes. Customers are numbered like places; behind them come the
// beginning and the end of each tour.
type local struct {
	p      *Problem
	near   [][]int32
	chance *rand.Rand
	nodes  []node
	tours  []tour
	prices prices
	order  []int32
	change int32
	empty  int32 // a tour without stops, or -1

	known  []exchanged // by customer
	held   []bool      // by tour
	others []int32
}

func newLocal(p *Problem, near [][]int32, chance *rand.Rand) *local {
	m := len(p.Early)
	l := &local{p: p, near: near, chance: chance, nodes: make([]node, m+2*p.Vehicles), tours: make([]tour, p.Vehicles), known: make([]exchanged, m), held: make([]bool, p.Vehicles)}
	for i := range l.nodes {
		place := 0
		if i < m {
			place = i
		}
		n := &l.nodes[i]
		n.place, n.row = int32(place), int32(place*m)
		n.own = segment{long: p.Service[place], from: p.Early[place], to: p.Late[place]}
		if place == 0 {
			n.own.long = 0
		}
	}
	for i := int32(1); i < int32(m); i++ {
		l.order = append(l.order, i)
	}
	return l
}

// begin and end are the nodes at the ends of a tour.
func (l *local) begin(t int32) int32 { return int32(len(l.p.Early)) + 2*t }
func (l *local) end(t int32) int32   { return l.begin(t) + 1 }

func (l *local) way(a, b *node) int32 { return l.p.Ways[a.row+b.place] }

// clear takes everybody out.
func (l *local) clear() {
	l.change = 0
	for i := range l.p.Early {
		l.nodes[i].tour, l.nodes[i].tested = -1, 0
	}
	for t := range l.tours {
		b, e := l.begin(int32(t)), l.end(int32(t))
		l.nodes[b].next, l.nodes[b].prev, l.nodes[b].tour = e, b, int32(t)
		l.nodes[e].next, l.nodes[e].prev, l.nodes[e].tour = e, b, int32(t)
		l.refresh(int32(t))
		l.tours[t].tried = 0
	}
	l.empty = 0
}

// load makes tours the plan. Those that are settled are left out of what is tried with each other: no move between them pays.
func (l *local) load(tours [][]int32, settled []bool) {
	l.clear()
	for t, stops := range tours {
		last := l.begin(int32(t))
		for _, x := range stops {
			l.nodes[last].next, l.nodes[x].prev = x, last
			last = x
		}
		e := l.end(int32(t))
		l.nodes[last].next, l.nodes[e].prev = e, last
		l.refresh(int32(t))
		if settled != nil && settled[t] {
			l.tours[t].changed = 0
		}
	}
	l.findEmpty()
}

// refresh works out a tour after a change.
func (l *local) refresh(t int32) {
	info := &l.tours[t]
	b, e := l.begin(t), l.end(t)
	at := &l.nodes[b]
	at.pre, at.load, at.pos = at.own, 0, 0
	for i := at.next; ; i = at.next {
		n := &l.nodes[i]
		n.tour, n.pos, n.load = t, at.pos+1, at.load+l.p.Load[n.place]
		at.way = l.way(at, n)
		n.pre = join(at.pre, n.own, at.way)
		at = n
		if i == e {
			break
		}
	}
	info.load, info.warp, info.stops = at.load, at.pre.warp, at.pos-1
	at.suf = at.own
	for i := at.prev; ; i = at.prev {
		n := &l.nodes[i]
		n.suf = join(n.own, at.suf, n.way)
		at = n
		if i == b {
			break
		}
	}
	info.fines = l.fines(info.load, info.warp)
	l.change++
	info.changed = l.change
}

// fines are the price of a load and of time that is turned back.
func (l *local) fines(load, warp int32) int64 {
	return l.prices.load*int64(max(0, load-l.p.Capacity)) + l.prices.warp*int64(warp)
}

// findEmpty looks for a tour without stops.
func (l *local) findEmpty() {
	l.empty = -1
	for t := range l.tours {
		if l.tours[t].stops == 0 {
			l.empty = int32(t)
			return
		}
	}
}

// plan is the state as a plan.
func (l *local) plan() *plan {
	out := newPlan(len(l.p.Early))
	for t := range l.tours {
		info := &l.tours[t]
		if info.stops == 0 {
			continue
		}
		stops := make([]int32, 0, info.stops)
		at := &l.nodes[l.begin(int32(t))]
		for i := at.next; ; i = at.next {
			n := &l.nodes[i]
			out.length += int64(at.way)
			at = n
			if i == l.end(int32(t)) {
				break
			}
			stops = append(stops, i)
		}
		out.add(stops)
		out.over += int64(max(0, info.load-l.p.Capacity))
		out.warp += int64(info.warp)
	}
	return out
}

// improve makes moves that pay until none does; wide ones, too, if that is asked.
func (l *local) improve(wide bool) {
	l.chance.Shuffle(len(l.order), func(i, j int) { l.order[i], l.order[j] = l.order[j], l.order[i] })
	for round := 0; l.sweep(round) || wide && l.exchanges(); round++ {
	}
}

// sweep tries the moves of each customer beside those near it, and reports whether any was made. The first sweep opens no tour.
func (l *local) sweep(round int) (moved bool) {
	for _, u := range l.order {
		since := l.nodes[u].tested
		l.nodes[u].tested = l.change
		for _, v := range l.near[u] {
			if max(l.tours[l.nodes[u].tour].changed, l.tours[l.nodes[v].tour].changed) <= since {
				continue
			}
			if l.pair(u, v) {
				moved = true
				continue
			}
			if b := l.nodes[v].prev; b >= int32(len(l.p.Early)) && l.pair(u, b) {
				moved = true
			}
		}
		if l.empty >= 0 && round > 0 && l.tours[l.nodes[u].tour].changed > since && l.pair(u, l.begin(l.empty)) {
			moved = true
		}
	}
	return moved
}

// limit is by how many ticks less than longer the ways of a move must be to pay, if it mends all that two tours break.
func (l *local) limit(a, b int32) int32 {
	fines := l.tours[a].fines
	if a != b {
		fines += l.tours[b].fines
	}
	return int32(min((fines+fine-1)/fine, 1<<29))
}

// pair tries the moves that bring a customer behind another, or into its place. Most are seen not to pay by the ways alone.
func (l *local) pair(u, v int32) bool {
	nu, nv := &l.nodes[u], &l.nodes[v]
	m := int32(len(l.p.Early))
	limit := l.limit(nu.tour, nv.tour)
	p, x, y := &l.nodes[nu.prev], &l.nodes[nu.next], &l.nodes[nv.next]
	if nu.tour != nv.tour && l.way(nu, y)+l.way(nv, x)-nu.way-nv.way < limit && l.tails(u, v) {
		return true
	}
	in := l.way(nv, nu) - nv.way - p.way
	if in+l.way(nu, y)+l.way(p, x)-nu.way < limit && l.relocate(u, v, 1) {
		return true
	}
	pair := nu.next < m
	z := x // behind the two from u on
	if pair {
		z = &l.nodes[x.next]
		if in+l.way(x, y)+l.way(p, z)-x.way < limit && l.relocate(u, v, 2) {
			return true
		}
		if x.next < m {
			if in+l.way(z, y)+l.way(p, &l.nodes[z.next])-z.way < limit && l.relocate(u, v, 3) {
				return true
			}
		}
	}
	if v >= m {
		return false
	}
	q := &l.nodes[nv.prev]
	in = l.way(p, nv) + l.way(q, nu) - p.way - q.way
	if u < v && in+l.way(nv, x)+l.way(nu, y)-nu.way-nv.way < limit && l.swap(u, v, 1, 1) {
		return true
	}
	if !pair {
		return false
	}
	if in+l.way(nv, z)+l.way(x, y)-x.way-nv.way < limit && l.swap(u, v, 2, 1) {
		return true
	}
	return u < v && nv.next < m && in+l.way(y, z)+l.way(x, &l.nodes[y.next])-x.way-y.way < limit && l.swap(u, v, 2, 2)
}
