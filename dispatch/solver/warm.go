package solver

import (
	"cmp"
	"slices"
)

// given is a visit as the plan in force has it.
type given struct {
	visit, start int32
	techs        []int32 // by seat; -1 where nobody is named
}

// warm puts the plan in force into the state: as a whole if that keeps all bounds, else visit by
// visit in the order of their starts. What does not fit any more stays out.
func (q *search) warm(current []Assignment) bool {
	list := q.given(current)
	if !q.takeOver(list) {
		q.clear()
		for _, g := range list {
			if q.ready(g.visit) {
				q.putBack(g.visit, g.techs, g.start)
			}
		}
		q.prune()
	}
	return len(list) > 0
}

// given lists the visits of the plan in force by their starts.
func (q *search) given(current []Assignment) (list []*given) {
	c := q.c
	tech, visit := map[string]int32{}, map[string]int32{}
	for t := range c.techs {
		tech[c.techs[t].ID] = int32(t)
	}
	for v := range c.visits {
		visit[c.visits[v].ID] = int32(v)
	}
	by := map[int32]*given{}
	for _, a := range current {
		v, ok := visit[a.Visit]
		t, ok2 := tech[a.Technician]
		if !ok || !ok2 || a.Seat < 0 || a.Seat >= int(c.seats[v]) {
			continue
		}
		g := by[v]
		if g == nil {
			g = &given{v, int32(a.Start), slices.Repeat([]int32{-1}, int(c.seats[v]))}
			by[v] = g
			list = append(list, g)
		}
		g.techs[a.Seat] = t
	}
	slices.SortFunc(list, func(a, b *given) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.visit, b.visit)) })
	return list
}

// trail is how far a tour of the plan in force has been followed.
type trail struct {
	stops []int32
	dep   int32 // when the tour goes on from the last of them
	bk    int   // breaks that were taken
}

// takeOver makes the plan in force the state as it stands. It reports whether every rule holds.
func (q *search) takeOver(list []*given) bool {
	c := q.c
	whole := snapshot{ends: make([]int32, len(c.routes)), hold: make([]bool, c.n)}
	tours := make([]trail, len(c.routes))
	for _, g := range list {
		for i, tech := range g.techs {
			r := slices.IndexFunc(c.routes, func(info shiftInfo) bool {
				return info.tech == tech && info.start <= g.start && g.start <= info.end
			})
			if r < 0 {
				return false
			}
			x := c.first[g.visit] + int32(i)
			whole.hold[x] = tours[r].follow(c, &c.routes[r], x, g.start)
		}
	}
	for r := range tours {
		whole.stops = append(whole.stops, tours[r].stops...)
		whole.ends[r] = int32(len(whole.stops))
	}
	return q.load(&whole) && q.sound()
}

// follow adds a stop that starts at a known time, and reports whether a break was put off behind it: one that
// did not fit in before.
func (t *trail) follow(c *compiled, info *shiftInfo, x, start int32) (hold bool) {
	before, dep := info.from, info.start
	if len(t.stops) > 0 {
		before, dep = t.stops[len(t.stops)-1], t.dep
	}
	way := c.way(before, x)
	at := dep + way
	for t.bk < len(info.breaks) && !hold {
		b := &info.breaks[t.bk]
		rested := max(at, int32(b.From)) + int32(b.Duration)
		if at > int32(b.To) {
			rested = max(dep, int32(b.From)) + int32(b.Duration) + way
		}
		if rested > start {
			hold = true
		} else {
			at, dep = rested, rested
			t.bk++
		}
	}
	t.stops, t.dep = append(t.stops, x), start+c.svc[info.tech][x]
	return hold
}

// sound reports whether the rules hold that have nothing to do with time.
func (q *search) sound() bool {
	s, c := q.s, q.c
	for r := range s.tours {
		info := &c.routes[r]
		if info.maxTravel > 0 && s.tours[r].travel > info.maxTravel {
			return false
		}
		for _, x := range s.inner(int32(r)) {
			if !c.can[info.tech][x] || !q.ready(c.visitOf[x]) {
				return false
			}
			for _, o := range c.sames[x] {
				if at := s.at[o.other]; at >= 0 && (c.routes[at].tech == info.tech) != o.must {
					return false
				}
			}
		}
	}
	for i := range s.load {
		if s.load[i] > c.stock[i] {
			return false
		}
	}
	return true
}

// putBack seats a visit with the technicians who have it, behind what they do before it.
func (q *search) putBack(v int32, techs []int32, start int32) {
	for i, t := range techs {
		x := q.c.first[v] + int32(i)
		at := q.placeBack(x, t, start)
		if at.route < 0 {
			q.unseat(v)
			return
		}
		q.insert(x, at)
	}
	q.seated(v)
}

// placeBack is the place at the end of a technician's tour of that time, before or after a break, whichever comes nearest to
// the start that the plan in force has.
func (q *search) placeBack(x, tech, start int32) place {
	s, c := q.s, q.c
	at, off := place{route: -1}, int32(MaxTime)
	bound := int32(never)
	if c.linked[x] {
		bound = s.net.bound(s, x)
	}
	for r := range int32(len(c.routes)) {
		info := &c.routes[r]
		if info.tech != tech || info.start > start || info.end < start || !s.fits(x, tech) {
			continue
		}
		t := &s.tours[r]
		end := int32(len(t.nodes) - 2)
		for _, hold := range []bool{false, true} {
			s.hold[x] = hold
			cost, ok := s.insertCost(x, r, end, bound, infinite)
			if !ok {
				continue
			}
			begins, _, _ := c.arrive(info, x, c.way(t.nodes[end], x), s.leaves(r, end), max(bound, start), c.svc[tech][x], t.bk[end], hold)
			if d := max(begins-start, start-begins); d < off {
				at, off = place{r, end, cost, hold}, d
			}
		}
	}
	return at
}
