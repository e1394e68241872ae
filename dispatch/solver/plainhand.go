package solver

import "callout/dispatch/solver/hybrid"

// length is that of the ways of a tour.
func (c *compiled) length(r int32, stops []int32) (sum int64) {
	at := c.routes[r].from
	for _, x := range stops {
		sum += int64(c.way(at, x))
		at = x
	}
	return sum + int64(c.way(at, c.routes[r].to))
}

// handedOver reports whether package hybrid takes the problem: not where it is not plain, tours end elsewhere than they begin or
// cost something by themselves, or a visit may be better left out.
func (c *compiled) handedOver() bool {
	if !c.plain {
		return false
	}
	info := &c.routes[0]
	horizon := info.end - info.start
	if info.from != info.to || info.use != 0 || int64(c.n+2)*int64(horizon) >= 1<<30 {
		return false
	}
	for x := range int32(c.n) {
		alone := int64(c.wayTo(x, info.from)+c.way(x, info.to)) * info.perTick
		if c.prize[c.visitOf[x]] <= alone || min(horizon, c.last[x]-info.start) < max(0, c.early[x]-info.start) {
			return false
		}
	}
	return true
}

// hybrid states the problem of some stops for package hybrid.
func (c *compiled) hybrid(stops []int32, vehicles int) *hybrid.Problem {
	info := &c.routes[0]
	horizon := info.end - info.start
	m := len(stops) + 1
	p := &hybrid.Problem{
		Ways: make([]int32, m*m), Early: make([]int32, m), Late: make([]int32, m), Service: make([]int32, m), Load: make([]int32, m),
		Capacity: c.capacity, Vehicles: vehicles,
	}
	at := append([]int32{info.from}, stops...)
	for i := range m {
		for j := range m {
			p.Ways[i*m+j] = c.way(at[i], at[j])
		}
	}
	p.Late[0] = horizon
	for i, x := range stops {
		p.Early[i+1] = max(0, c.early[x]-info.start)
		p.Late[i+1] = min(horizon, c.last[x]-info.start)
		p.Service[i+1], p.Load[i+1] = c.svc[0][x], c.need[x]
	}
	return p
}
