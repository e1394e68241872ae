package hybrid

// plan is a member of the population.
type plan struct {
	tours      [][]int32
	next, prev []int32 // by customer; 0 at the ends of a tour
	length     int64
	over, warp int64 // load above the capacity, and time that is turned back
	ranked     float64
}

func newPlan(nodes int) *plan { return &plan{next: make([]int32, nodes), prev: make([]int32, nodes)} }

// add adds a tour.
func (p *plan) add(stops []int32) {
	p.tours = append(p.tours, stops)
	for i := 1; i < len(stops); i++ {
		p.next[stops[i-1]], p.prev[stops[i]] = stops[i], stops[i-1]
	}
}

// sound reports whether the plan keeps all bounds.
func (p *plan) sound() bool { return p.over == 0 && p.warp == 0 }

// cost is the length and what is broken at its price, in parts of a tick.
func (p *plan) cost(at prices) int64 {
	return fine*p.length + at.load*p.over + at.warp*p.warp
}

// apart is after how many customers another one comes in two plans, or in front of how many of the first.
func (p *plan) apart(o *plan) (n int32) {
	for i := 1; i < len(p.next); i++ {
		if p.next[i] != o.next[i] {
			n++
		}
		if (p.prev[i] == 0) != (o.prev[i] == 0) {
			n++
		}
	}
	return n
}
