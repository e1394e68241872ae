package solver

import (
	"math"
	"slices"
)

// search is one chain: a state, its own chance, and the best plan it has seen.
type search struct {
	c *compiled
	s *state
	r random

	used, empty []int32 // tours with and without stops
	usedAt      []int32 // by tour: its index in used or empty
	blink       int32   // improving places until the next one is overlooked

	removed []int32 // visits taken out in this step
	hit     []int32 // tours that the ruin changed
	gaps    []gap
	isHit   []int64 // by tour: the step in which it was hit
	cutAt   []int64 // by tour: the step in which a string was taken out of it
	absent  []int32 // what was left out before the step
	order   []keyed
	options []place  // places to be weighed
	asked   int64    // stops whose places were looked through
	answers []answer // by technician
	later   []int32
	fixed   []bool  // by visit: pinned in every way
	upset   []int32 // visits that had no place in the plan in force
	best    snapshot
	breed   breeder
	saver   saver
	most    int // tours that may be in use
	cost    int64
	steps   int64
}

type keyed struct {
	visit int32
	key   int64
}

// Settings of the ruin and the recreation (Christiaens and Vanden Berghe; tuned on the public instances).
const (
	meanRemoved   = 10.0
	meanOfLong    = 15.0 // where tours have more than longTour stops
	longTour      = 15.0
	longestString = 20
	blinkRate     = 0.01
	overlookRate  = 0.3
)

var (
	inverseLogBlink    = 1 / math.Log(1-blinkRate)
	inverseLogOverlook = 1 / math.Log(1-overlookRate)
)

func newSearch(c *compiled, seed uint64) *search {
	q := &search{
		c: c, s: newState(c), most: len(c.routes), r: newRandom(seed), usedAt: make([]int32, len(c.routes)), isHit: make([]int64, len(c.routes)), cutAt: make([]int64, len(c.routes)),
		fixed: make([]bool, len(c.visits)), answers: make([]answer, len(c.techs)),
	}
	for v := range c.visits {
		p := c.visits[v].Pin
		q.fixed[v] = p != nil && p.Start != nil && len(p.Technicians) >= int(c.seats[v]) && !slices.Contains(p.Technicians, "")
	}
	for r := len(c.routes) - 1; r >= 0; r-- {
		q.usedAt[r] = int32(len(q.empty))
		q.empty = append(q.empty, int32(r))
	}
	q.drawBlink()
	return q
}

func (q *search) drawBlink() { q.blink = q.r.geometric(inverseLogBlink) }

// list moves a tour to the list where it belongs now.
func (q *search) list(r int32, wasUsed bool) {
	isUsed := len(q.s.tours[r].nodes) > 2
	if isUsed == wasUsed {
		return
	}
	from, to := &q.empty, &q.used
	if wasUsed {
		from, to = to, from
	}
	i, last := q.usedAt[r], (*from)[len(*from)-1]
	(*from)[i] = last
	q.usedAt[last] = i
	*from = (*from)[:len(*from)-1]
	q.usedAt[r] = int32(len(*to))
	*to = append(*to, r)
}

// step takes visits out, puts them back and reports the new cost; keep decides whether it stays.
func (q *search) step(keep func(cost int64) bool) {
	s := q.s
	q.steps++
	q.absent = append(q.absent[:0], s.absent...)
	before := s.cost
	q.ruin()
	q.recreate()
	cost := s.total()
	if keep(cost) {
		q.cost = cost
		s.commit()
		return
	}
	touched := q.later[:0]
	for i := range s.saved {
		touched = append(touched, s.saved[i].route<<1|b2i(len(s.tours[s.saved[i].route].nodes) > 2))
	}
	s.rollback()
	for _, t := range touched {
		q.list(t>>1, t&1 == 1)
	}
	q.later = touched[:0]
	for _, v := range s.absent {
		s.isOut[v] = false
	}
	s.absent = append(s.absent[:0], q.absent...)
	for _, v := range s.absent {
		s.isOut[v] = true
	}
	s.cost = before
}

func b2i(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
