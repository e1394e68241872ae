package solver

// state is a plan under way: tours of stops, what is left out, and the running cost. Changes are
// undone tour by tour: before the first change of a step a tour is copied, and [state.rollback] copies it back.
type state struct {
	c      *compiled
	tours  []tour
	at     []int32 // by stop: its tour, or -1
	pos    []int32 // by stop: its position there
	hold   []bool  // by stop: it is done before a break that could be taken first
	absent []int32 // visits without a place; each once
	isOut  []bool  // by visit
	work   []int64 // by technician: ticks of work, where fairness is counted
	load   []int32 // by technician and part
	cost   int64   // of all tours and all that is left out, but for the latest start and fairness

	// broken says that a hard bound is violated. Putting a stop in never does that, but taking one out can, where the
	// direct way is longer than the way over a stop between. The step must then be undone.
	broken bool
	step   int64
	saved  []saved
	net    network
}

// tour is one shift's stops, with its beginning and end as first and last node.
type tour struct {
	nodes  []int32
	es     []int32 // earliest start of work at each position; of the tour at 0, its end at the last
	ls     []int32 // latest start that keeps the rest of this tour within its hard bounds
	bk     []int8  // breaks taken before the work at each position
	load   int32   // of a plain problem
	travel int32
	cost   int64
	late   int32 // the latest start after a due time
	soft   int32 // stops whose cost depends on their start
	linked int32 // stops with arcs
	step   int64 // when it was last copied
}

// saved is a tour as it was before the step.
type saved struct {
	route int32
	tour  tour
	hold  []bool // by position
}

func newState(c *compiled) *state {
	s := &state{
		c: c, tours: make([]tour, len(c.routes)), at: make([]int32, c.n), pos: make([]int32, c.n), hold: make([]bool, c.n),
		isOut: make([]bool, len(c.visits)), work: make([]int64, len(c.techs)), load: make([]int32, len(c.techs)*c.parts), step: 1,
	}
	for r := range s.tours {
		t, info := &s.tours[r], &c.routes[r]
		t.nodes = append(make([]int32, 0, 16), info.from, info.to)
		t.es = append(make([]int32, 0, 16), info.start, info.start)
		t.ls = append(make([]int32, 0, 16), info.end, info.end)
		t.bk = append(make([]int8, 0, 16), 0, 0)
	}
	for i := range s.at {
		s.at[i] = -1
	}
	for v := range c.visits {
		s.leaveOut(int32(v))
	}
	s.net.init(c)
	return s
}

// leaveOut notes that a visit has no place and pays for it.
func (s *state) leaveOut(v int32) {
	if !s.isOut[v] {
		s.isOut[v] = true
		s.absent = append(s.absent, v)
		s.cost += s.c.prize[v]
	}
}

// touch copies a tour before its first change in this step.
func (s *state) touch(r int32) {
	t := &s.tours[r]
	if t.step == s.step {
		return
	}
	if len(s.saved) < cap(s.saved) {
		s.saved = s.saved[:len(s.saved)+1]
	} else {
		s.saved = append(s.saved, saved{})
	}
	old := &s.saved[len(s.saved)-1]
	old.route = r
	nodes, es, ls, bk := old.tour.nodes[:0], old.tour.es[:0], old.tour.ls[:0], old.tour.bk[:0]
	old.tour = *t
	old.tour.nodes, old.tour.es, old.tour.ls = append(nodes, t.nodes...), append(es, t.es...), append(ls, t.ls...)
	old.tour.bk = bk
	if !s.c.plain {
		old.tour.bk = append(bk, t.bk...)
		old.hold = old.hold[:0]
		for _, x := range s.inner(r) {
			old.hold = append(old.hold, s.hold[x])
		}
	}
	t.step = s.step
}

// rollback undoes the step; cost and absent are the caller's to restore.
func (s *state) rollback() {
	// Everybody out of the touched tours first: a stop may have moved from one to another.
	for i := range s.saved {
		for _, x := range s.inner(s.saved[i].route) {
			s.at[x] = -1
			s.account(s.saved[i].route, x, -1)
		}
	}
	for i := range s.saved {
		r := s.saved[i].route
		t, old := &s.tours[r], &s.saved[i].tour
		*t, *old = *old, *t
		for p, x := range s.inner(r) {
			s.at[x], s.pos[x] = r, int32(p+1)
			if !s.c.plain {
				s.hold[x] = s.saved[i].hold[p]
				s.account(r, x, 1)
			}
		}
	}
	s.commit()
}

// commit makes the step's changes stay.
func (s *state) commit() {
	s.broken = false
	s.saved = s.saved[:0]
	s.step++
}

// inner are the stops of a tour, without its ends.
func (s *state) inner(r int32) []int32 {
	n := s.tours[r].nodes
	return n[1 : len(n)-1]
}

// account keeps the sums by technician in step with a stop that comes (+1) or goes (-1).
func (s *state) account(r, x, sign int32) {
	if s.c.plain {
		return
	}
	tech := s.c.routes[r].tech
	s.work[tech] += int64(sign) * int64(s.c.svc[tech][x])
	for k := range s.c.parts {
		s.load[int(tech)*s.c.parts+k] += sign * s.c.need[int(x)*s.c.parts+k]
	}
}

// put places a stop behind position p of a tour. Times and costs are refreshed by the caller.
func (s *state) put(x, r, p int32) {
	s.touch(r)
	t := &s.tours[r]
	was := s.c.way(t.nodes[p], t.nodes[p+1])
	if len(t.nodes) == 2 {
		was = 0
	}
	t.travel += s.c.way(t.nodes[p], x) + s.c.way(x, t.nodes[p+1]) - was
	t.nodes = append(t.nodes, 0)
	copy(t.nodes[p+2:], t.nodes[p+1:])
	t.nodes[p+1] = x
	t.es, t.ls = append(t.es, 0), append(t.ls, 0)
	s.at[x] = r
	for q := p + 1; q < int32(len(t.nodes)-1); q++ {
		s.pos[t.nodes[q]] = q
	}
	copy(t.es[p+2:], t.es[p+1:])
	copy(t.ls[p+2:], t.ls[p+1:])
	if s.c.plain {
		t.load += s.c.need[x]
		return
	}
	t.bk = append(t.bk, 0)
	copy(t.bk[p+2:], t.bk[p+1:])
	t.es[p+1] = never
	if s.c.soft[x] {
		t.soft++
	}
	if s.c.linked[x] {
		t.linked++
	}
	s.account(r, x, 1)
}

// drop takes all stops out of a tour whose place is gone (at is -1). It returns the first
// and the last position whose neighbour before it changed.
func (s *state) drop(r int32) (first, last int32) {
	c, t := s.c, &s.tours[r]
	end := len(t.nodes) - 1
	first = int32(end)
	w, gap := 1, false
	before := t.nodes[0] // the last node that stays
	for p := 1; p <= end; p++ {
		x := t.nodes[p]
		if p < end && s.at[x] != r {
			first = min(first, int32(w))
			t.travel -= c.way(t.nodes[p-1], x)
			gap = true
			s.gone(t, r, x)
			continue
		}
		if gap {
			t.travel += c.way(before, x) - c.way(t.nodes[p-1], x)
			last, gap = int32(w), false
		}
		before = x
		w++
		if w-1 == p {
			continue
		}
		t.nodes[w-1], t.es[w-1], t.ls[w-1] = x, t.es[p], t.ls[p]
		if !c.plain {
			t.bk[w-1] = t.bk[p]
		}
		if p < end {
			s.pos[x] = int32(w - 1)
		}
	}
	t.nodes, t.es, t.ls = t.nodes[:w], t.es[:w], t.ls[:w]
	if !c.plain {
		t.bk = t.bk[:w]
	}
	return first, last
}

// gone takes a stop out of a tour's sums.
func (s *state) gone(t *tour, r, x int32) {
	if s.c.plain {
		t.load -= s.c.need[x]
		return
	}
	if s.c.soft[x] {
		t.soft--
	}
	if s.c.linked[x] {
		t.linked--
	}
	s.account(r, x, -1)
	s.net.left(s.c, x)
}

// total is the cost with the terms that no tour has alone; infinite if the plan is broken.
func (s *state) total() int64 {
	if s.broken {
		return infinite
	}
	total := s.cost
	if w := s.c.w.MaxLate; w != 0 {
		var late int32
		for r := range s.tours {
			late = max(late, s.tours[r].late)
		}
		total += w * int64(late)
	}
	if s.c.w.Fairness != 0 {
		for _, ticks := range s.work {
			total += s.fair(ticks)
		}
	}
	return total
}

func (s *state) fair(ticks int64) int64 {
	return s.c.w.Fairness * ticks * ticks / (s.c.fairUnit * s.c.fairUnit)
}
