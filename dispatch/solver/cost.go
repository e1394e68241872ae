package solver

import "math"

// infinite is a limit that no cost reaches.
const infinite = math.MaxInt64 / 4

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

// ownCost is what a stop behind position p of a tour costs wherever the tour's other stops then start: the
// way, the technician and the share of the work. It also says how much longer the way becomes.
func (s *state) ownCost(x, r, p int32) (cost int64, longer int32) {
	c, t := s.c, &s.tours[r]
	info := &c.routes[r]
	longer = c.wayTo(x, t.nodes[p]) + c.way(x, t.nodes[p+1])
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
