package solver

import "math"

// refreshPlain brings a plain tour's times and length up to date after a change between positions from and to:
// nothing before from starts later or earlier than it did, and nothing behind to has other slack.
func (s *state) refreshPlain(r, from, to int32) {
	c, t := s.c, &s.tours[r]
	info, svc, m := &c.routes[r], c.svc[0], c.m
	nodes, es, ls := t.nodes, t.es, t.ls
	end := int32(len(nodes) - 1)
	for p := max(1, from); p <= end; p++ {
		i, j := nodes[p-1], nodes[p]
		dep := es[p-1]
		if p > 1 {
			dep += svc[i]
		}
		at := dep + c.d[int(i)*m+int(j)]
		if p < end {
			at = max(at, c.early[j])
			s.broken = s.broken || at > c.last[j]
		} else {
			s.broken = s.broken || at > info.end
		}
		if p > to && at == es[p] {
			break
		}
		es[p] = at
	}
	ls[end] = info.end
	for p := min(end-1, to); p >= 1; p-- {
		i, j := nodes[p], nodes[p+1]
		at := min(c.last[i], ls[p+1]-c.d[int(i)*m+int(j)]-svc[i])
		if p < from && at == ls[p] {
			break
		}
		ls[p] = at
	}
	ls[0] = info.end
}

// place is where a stop can go, and what that costs.
type place struct {
	route, pos int32 // behind this position
	cost       int64
	hold       bool // do it before the break
}

// findPlain returns the cheapest place of a stop that keeps every hard bound; route is -1 if there is none.
// Blink is how many improving places are still taken before one is overlooked.
func (q *search) findPlain(x int32) place {
	s, c := q.s, q.s.c
	m := c.m
	best := int32(math.MaxInt32)
	route, pos := int32(-1), int32(0)
	need, early, last, svc := c.need[x], c.early[x], c.last[x], c.svc[0][x]
	row, to := c.d[int(x)*m:(int(x)+1)*m], c.back[int(x)*m:(int(x)+1)*m] // the ways from it, and to it
	svcs := c.svc[0]
	limit := c.capacity - need
	if c.near == nil {
		for _, r := range q.used {
			t := &s.tours[r]
			if t.load > limit {
				continue
			}
			nodes, es, ls := t.nodes, t.es, t.ls
			i := nodes[0]
			dep := es[0]
			into := to[i]
			for p := 1; p < len(nodes); p++ {
				j := nodes[p]
				arr := dep + into
				if arr > last {
					break
				}
				delta := into + row[j] - c.d[int(i)*m+int(j)]
				if delta < best && max(arr, early)+svc+row[j] <= ls[p] {
					if q.blink--; q.blink < 0 {
						q.drawBlink()
					} else {
						best, route, pos = delta, r, int32(p-1)
					}
				}
				if p == len(nodes)-1 {
					break
				}
				i, into = j, to[j]
				dep = es[p] + svcs[j]
			}
		}
	} else {
		for _, v := range c.near[x] {
			r := s.at[v]
			if r < 0 {
				continue
			}
			t := &s.tours[r]
			if t.load > limit {
				continue
			}
			p := s.pos[v]
			nodes, es, ls := t.nodes, t.es, t.ls
			before, after := nodes[p-1], nodes[p+1]
			xv, vx := row[v], to[v]
			if delta := vx + row[after] - c.d[int(v)*m+int(after)]; delta < best {
				if arr := es[p] + svcs[v] + vx; arr <= last && max(arr, early)+svc+row[after] <= ls[p+1] {
					if q.blink--; q.blink < 0 {
						q.drawBlink()
					} else {
						best, route, pos = delta, r, p
					}
				}
			}
			if delta := to[before] + xv - c.d[int(before)*m+int(v)]; delta < best {
				dep := es[p-1]
				if p > 1 {
					dep += svcs[before]
				}
				if arr := dep + to[before]; arr <= last && max(arr, early)+svc+xv <= ls[p] {
					if q.blink--; q.blink < 0 {
						q.drawBlink()
					} else {
						best, route, pos = delta, r, p-1
					}
				}
			}
		}
	}
	cost := int64(math.MaxInt64)
	info := &c.routes[0]
	if route >= 0 {
		cost = int64(best) * info.perTick
	}
	if len(q.used) < q.most && need <= c.capacity {
		r := q.empty[len(q.empty)-1]
		out, back := to[info.from], row[info.to]
		start := max(info.start+out, early)
		if alone := int64(out+back)*info.perTick + info.use; alone < cost && start <= last && start+svc+back <= info.end {
			cost, route, pos = alone, r, 0
		}
	}
	return place{route: route, pos: pos, cost: cost}
}
