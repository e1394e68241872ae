package hybrid

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Sizes of the population (Vidal et al., 2013; the generation of PyVRP).
const (
	fewestPlans = 25
	generation  = 40
	elite       = 4
	companions  = 5 // the nearest others, by which it is told how much a plan brings that others do not have
)

// members are the plans that are sound, or those that are not.
type members struct {
	plans []*plan
	apart [][]int32 // of the plans with each other
}

// enter takes a plan in; when a generation has come, the least welcome go.
func (m *members) enter(p *plan, at prices) {
	row := make([]int32, 0, fewestPlans+generation+1)
	for i, o := range m.plans {
		d := p.apart(o)
		row = append(row, d)
		m.apart[i] = append(m.apart[i], d)
	}
	m.plans, m.apart = append(m.plans, p), append(m.apart, append(row, 0))
	if len(m.plans) > fewestPlans+generation {
		for len(m.plans) > fewestPlans {
			m.rank(at)
			m.leave(m.leastWelcome())
		}
	}
	m.rank(at)
}

func (m *members) leave(i int) {
	m.plans, m.apart = slices.Delete(m.plans, i, i+1), slices.Delete(m.apart, i, i+1)
	for k := range m.apart {
		m.apart[k] = slices.Delete(m.apart[k], i, i+1)
	}
}

// leastWelcome is a plan that is there twice, or else the one with the worst rank.
func (m *members) leastWelcome() int {
	worst, twin := -1, false
	for i, p := range m.plans {
		isTwin := false
		for k, d := range m.apart[i] {
			isTwin = isTwin || k != i && d == 0
		}
		if worst < 0 || isTwin && !twin || isTwin == twin && p.ranked > m.plans[worst].ranked {
			worst, twin = i, isTwin
		}
	}
	return worst
}

// rank gives each plan its place by cost and, less, by how far it is from its nearest companions.
func (m *members) rank(at prices) {
	n := len(m.plans)
	type entry struct {
		i    int
		cost int64
		far  int32
	}
	list := make([]entry, n)
	for i, p := range m.plans {
		list[i] = entry{i, p.cost(at), nearest(m.apart[i], i)}
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Or(cmp.Compare(b.far, a.far), cmp.Compare(a.i, b.i)) })
	for k, e := range list {
		m.plans[e.i].ranked = float64(k) * (1 - float64(min(elite, n))/float64(n))
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.i, b.i)) })
	for k, e := range list {
		m.plans[e.i].ranked += float64(k)
	}
}

// nearest is the sum of the least distances in a row, apart from the one to itself.
func nearest(row []int32, self int) (sum int32) {
	var least [companions]int32
	n := 0
	for k, d := range row {
		if k == self {
			continue
		}
		i := n
		if n < companions {
			n++
		} else if i = companions - 1; d >= least[i] {
			continue
		}
		for ; i > 0 && least[i-1] > d; i-- {
			least[i] = least[i-1]
		}
		least[i] = d
	}
	for _, d := range least[:n] {
		sum += d
	}
	return sum
}

// parent is the better ranked of two.
func parent(chance *rand.Rand, sound, broken *members) *plan {
	draw := func() *plan {
		i := chance.IntN(len(sound.plans) + len(broken.plans))
		if i < len(sound.plans) {
			return sound.plans[i]
		}
		return broken.plans[i-len(sound.plans)]
	}
	a, b := draw(), draw()
	if b.ranked < a.ranked {
		return b
	}
	return a
}
