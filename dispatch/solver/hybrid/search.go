package hybrid

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Settings of the search.
const (
	adjustEvery  = 50   // children after which prices follow from how many were sound
	soundAim     = 0.4  // of the children
	soundSlack   = 0.05 // around it, within which prices stay
	repairShare  = 2    // one child in so many that is not sound is improved again at high prices
	repairFactor = 10
	wideShare    = 0.15 // of the children are improved by wide moves, too
	founders     = 100  // plans made up by chance, beside those that are given
	patience     = 6000 // children without a better plan, after which the population begins anew
)

// Search is a search under way.
type Search struct {
	p             *Problem
	chance        *rand.Rand
	local         *local
	byWay         [][]int32 // by customer: all others by the way
	prices        prices
	sound, broken members
	best          *plan
	childs        int // since prices were adjusted
	soundLoad     int // of them, those that are not overloaded
	soundWarp     int // and those that turn no time back
	founded       int // founders that have been made
	idle          int // children since the best plan became better
}

// New begins a search. The same problem, seed and calls find the same plan.
func New(p *Problem, seed uint64) *Search {
	chance := rand.New(rand.NewPCG(seed, 0x5eed)) //nolint:gosec // a search, no secret
	near := p.layNear()
	s := &Search{p: p, chance: chance, local: newLocal(p, near, chance), byWay: layByWay(p)}
	most := int32(1)
	for _, d := range p.Ways {
		most = max(most, d)
	}
	load := slices.Max(p.Load)
	s.prices = prices{load: max(1, fine*int64(most)/int64(max(1, load))), warp: fine}
	return s
}

// layByWay lists for each customer the others by how far they are.
func layByWay(p *Problem) [][]int32 {
	m := len(p.Early)
	out := make([][]int32, m)
	for i := 1; i < m; i++ {
		for j := int32(1); j < int32(m); j++ {
			if int(j) != i {
				out[i] = append(out[i], j)
			}
		}
		slices.SortFunc(out[i], func(a, b int32) int {
			return cmp.Or(cmp.Compare(p.Ways[i*m+int(a)], p.Ways[i*m+int(b)]), cmp.Compare(a, b))
		})
	}
	return out
}

// Take takes a plan of other origin in.
func (s *Search) Take(tours [][]int32) {
	s.local.prices = s.prices
	s.local.load(tours, nil)
	s.enter(s.local.plan())
}

// Best is the best plan that keeps all bounds, and its length; nothing if there is none yet.
func (s *Search) Best() (tours [][]int32, length int64) {
	if s.best == nil {
		return nil, 0
	}
	return s.best.tours, s.best.length
}

// Step makes one plan: by chance as long as there are few, then as a child of two.
func (s *Search) Step() {
	l := s.local
	l.prices = s.prices
	if s.founded < founders {
		s.founded++
		l.clear()
		l.putIn(s.mixed())
	} else {
		a := parent(s.chance, &s.sound, &s.broken)
		b := parent(s.chance, &s.sound, &s.broken)
		for tries := 0; b == a && tries < 10; tries++ {
			b = parent(s.chance, &s.sound, &s.broken)
		}
		tours, settled, missing := s.cross(a, b)
		s.chance.Shuffle(len(missing), func(i, j int) { missing[i], missing[j] = missing[j], missing[i] })
		l.load(tours, settled)
		l.putIn(missing)
	}
	l.improve(s.chance.Float64() < wideShare)
	p := l.plan()
	s.tally(p)
	s.enter(p)
	if !p.sound() && s.chance.IntN(repairShare) == 0 {
		l.prices = prices{s.prices.load * repairFactor, s.prices.warp * repairFactor}
		l.load(p.tours, nil)
		l.improve(true)
		if p := l.plan(); p.sound() {
			s.enter(p)
		}
	}
	if s.idle++; s.idle > patience {
		s.again()
	}
}

// again begins from nothing: a population that brings nothing new has become one family.
func (s *Search) again() {
	s.sound, s.broken = members{}, members{}
	s.founded, s.idle = 0, 0
}

// mixed are all customers in an order of chance.
func (s *Search) mixed() []int32 {
	out := slices.Clone(s.local.order)
	s.chance.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// enter takes a plan into the population.
func (s *Search) enter(p *plan) {
	if !p.sound() {
		s.broken.enter(p, s.prices)
		return
	}
	if s.best == nil || p.length < s.best.length {
		s.best, s.idle = p, 0
	}
	s.sound.enter(p, s.prices)
}

// tally counts which bounds children break, and makes that dearer where too many do and cheaper where few do.
func (s *Search) tally(p *plan) {
	s.childs++
	if p.over == 0 {
		s.soundLoad++
	}
	if p.warp == 0 {
		s.soundWarp++
	}
	if s.childs < adjustEvery {
		return
	}
	s.prices.load = adjusted(s.prices.load, float64(s.soundLoad)/float64(s.childs))
	s.prices.warp = adjusted(s.prices.warp, float64(s.soundWarp)/float64(s.childs))
	s.childs, s.soundLoad, s.soundWarp = 0, 0, 0
	s.broken.rank(s.prices)
}

func adjusted(price int64, share float64) int64 {
	switch {
	case share < soundAim-soundSlack:
		return min(price*6/5+1, 1<<28)
	case share > soundAim+soundSlack:
		return max(price*17/20, fine/16)
	}
	return price
}
