package hybrid

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawProblem is a small problem in which loads and windows are tight.
func drawProblem(rt *rapid.T) *Problem {
	m := rapid.IntRange(3, 24).Draw(rt, "nodes")
	chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)) //nolint:gosec // a problem, no secret
	p := &Problem{
		Ways: make([]int32, m*m), Early: make([]int32, m), Late: make([]int32, m), Service: make([]int32, m), Load: make([]int32, m),
		Capacity: 10 + chance.Int32N(20), Vehicles: m,
	}
	for i := range p.Ways {
		if i/m != i%m {
			p.Ways[i] = 5 + chance.Int32N(60) // ways of there and back differ, and the triangle inequality does not hold
		}
	}
	p.Late[0] = 600
	for i := 1; i < m; i++ {
		p.Early[i] = chance.Int32N(400)
		p.Late[i] = p.Early[i] + chance.Int32N(120)
		p.Service[i], p.Load[i] = 5+chance.Int32N(20), 1+chance.Int32N(9)
	}
	return p
}

func drawLocal(rt *rapid.T) *local {
	p := drawProblem(rt)
	chance := rand.New(rand.NewPCG(2, 3)) //nolint:gosec // a search, no secret
	l := newLocal(p, p.layNear(), chance)
	l.prices = prices{load: fine * rapid.Int64Range(1, 60).Draw(rt, "load"), warp: fine * rapid.Int64Range(1, 8).Draw(rt, "warp")}
	var tours [][]int32
	for x := range int32(len(p.Early) - 1) {
		t := chance.IntN(1 + len(p.Early)/4)
		for len(tours) <= t {
			tours = append(tours, nil)
		}
		tours[t] = append(tours[t], x+1)
	}
	l.load(tours, nil)
	return l
}

// recounted is the cost of the state by its lists alone.
func (l *local) recounted(rt *rapid.T) int64 {
	seen := map[int32]bool{}
	cost := int64(0)
	for t := range int32(len(l.tours)) {
		now, load, warp, at := int32(0), int32(0), int32(0), int32(0)
		last := l.begin(t)
		for i := l.nodes[last].next; ; i = l.nodes[i].next {
			if l.nodes[i].prev != last {
				rt.Fatalf("%d comes after %d, which it does not know", i, last)
			}
			x := l.nodes[i].place
			cost += fine * int64(l.p.Ways[int(at)*len(l.p.Early)+int(x)])
			now = max(now+l.p.Service[at]+l.p.Ways[int(at)*len(l.p.Early)+int(x)], l.p.Early[x])
			if now > l.p.Late[x] {
				warp += now - l.p.Late[x]
				now = l.p.Late[x]
			}
			at, last = x, i
			if x == 0 {
				break
			}
			if seen[x] {
				rt.Fatalf("%d is there twice", x)
			}
			seen[x] = true
			load += l.p.Load[x]
		}
		cost += l.fines(load, warp)
	}
	if len(seen) != len(l.p.Early)-1 {
		rt.Fatalf("%d of %d customers are there", len(seen), len(l.p.Early)-1)
	}
	return cost
}

// A move is made only if it makes the plan cheaper, counted again from nothing; and what the state says of its cost is true.
func TestMovesPay(t *testing.T) {
	made := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLocal(rt)
		m := int32(len(l.p.Early))
		before := l.recounted(rt)
		for range 60 {
			u, v := 1+l.chance.Int32N(m-1), 1+l.chance.Int32N(m-1)
			if u == v {
				continue
			}
			name := []string{"near", "begin", "exchange", "relocate", "swap", "tails"}[l.chance.IntN(6)]
			moved := false
			switch name {
			case "near":
				moved = l.pair(u, v)
			case "begin":
				moved = l.pair(u, l.begin(l.chance.Int32N(int32(len(l.tours)))))
			case "relocate":
				moved = l.relocate(u, v, 1+l.chance.IntN(3))
			case "swap":
				moved = l.swap(u, v, 1+l.chance.IntN(2), 1+l.chance.IntN(2))
			case "tails":
				moved = l.tails(u, v)
			case "exchange":
				if a, b := l.nodes[u].tour, l.nodes[v].tour; a != b {
					moved = l.exchange(a, b)
				}
			}
			after := l.recounted(rt)
			if moved {
				made[name]++
			}
			if moved && after >= before || !moved && after != before {
				rt.Fatalf("%s moved: %v, and made %d of %d", name, moved, after, before)
			}
			before = after
			if l.plan().cost(l.prices) != after {
				rt.Fatalf("the plan costs %d, not %d", l.plan().cost(l.prices), after)
			}
		}
	})
	for _, name := range []string{"near", "begin", "exchange", "relocate", "swap", "tails"} {
		if made[name] == 0 {
			t.Errorf("no move of the kind %s was made", name)
		}
	}
}

// Two that are joined take as long as when they are driven.
func TestJoinIsDriving(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLocal(rt)
		for i := range l.tours {
			b, e := l.begin(int32(i)), l.end(int32(i))
			for x := b; x != e; x = l.nodes[x].next {
				n, y := &l.nodes[x], &l.nodes[l.nodes[x].next]
				if got := warpOf(n.pre, y.suf, n.way); got != l.tours[i].warp {
					rt.Fatalf("cut behind %d, the tour turns %d back, not %d", x, got, l.tours[i].warp)
				}
			}
		}
	})
}

// A child has every customer, once, on no more tours than there are vehicles.
func TestChildrenAreWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawProblem(rt)
		p.Vehicles = max(1, len(p.Early)/3)
		s := New(p, rapid.Uint64().Draw(rt, "search"))
		for range founders + 5 {
			s.Step()
		}
		all := slices.Concat(s.sound.plans, s.broken.plans)
		for range 20 {
			a, b := all[s.chance.IntN(len(all))], all[s.chance.IntN(len(all))]
			tours, settled, missing := s.cross(a, b)
			if len(tours) > p.Vehicles || len(settled) != len(tours) {
				rt.Fatalf("%d tours, %d of which it is known whether they are settled, with %d vehicles", len(tours), len(settled), p.Vehicles)
			}
			s.local.load(tours, settled)
			s.local.putIn(missing)
			s.local.recounted(rt)
		}
	})
}

// The best plan keeps all bounds and is as long as it says; the same seed finds the same.
func TestBestIsSound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawProblem(rt)
		seed := rapid.Uint64().Draw(rt, "search")
		s, twin := New(p, seed), New(p, seed)
		for range 60 {
			s.Step()
			twin.Step()
		}
		tours, length := s.Best()
		if _, other := twin.Best(); other != length {
			rt.Fatalf("one search finds %d, the other %d", length, other)
		}
		if tours == nil {
			return
		}
		s.local.prices = prices{1 << 40, 1 << 40}
		s.local.load(tours, nil)
		if got := s.local.recounted(rt); got != fine*length {
			rt.Fatalf("the best plan costs %d, not %d", got, fine*length)
		}
	})
}
