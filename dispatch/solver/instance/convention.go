package instance

import (
	"fmt"
	"math"
	"strings"

	"callout/dispatch/solver"
)

// Convention is how distances are rounded and what is made small; the same file has another best
// known value under each.
type Convention string

// The conventions, as the lists of best known values name them.
const (
	// DIMACS cuts every distance and time to one decimal and makes the distance small, with the fleet as the limit
	// (12th DIMACS Implementation Challenge, 2021/22).
	DIMACS Convention = "dimacs_trunc1"
	// Distance makes the distance in double precision small, with the fleet as the limit.
	Distance Convention = "dist_double"
	// Vehicles makes the number of vehicles small, and then the distance in double precision (SINTEF).
	Vehicles Convention = "hier_double"
)

// scale is how many ticks a unit of distance has. Under DIMACS ticks are tenths, and everything is exact. For
// double precision they are ten-thousandths.
func (c Convention) scale() int {
	if c == DIMACS {
		return 10
	}
	return 10_000
}

// ticks is the way between two nodes. In double precision it is rounded up: a plan that is in time by these ticks
// is in time by the real distances, at the price that one which has less than a thousandth to spare
// may be passed over. What it costs is worked out anew in double precision, see [Solomon.Length].
func (c Convention) ticks(a, b Node) int {
	dx, dy, scale := a.X-b.X, a.Y-b.Y, c.scale()
	square := scale * scale * (dx*dx + dy*dy)
	root := int(math.Sqrt(float64(square)))
	for root*root > square {
		root--
	}
	for (root+1)*(root+1) <= square {
		root++
	}
	if c != DIMACS && root*root < square {
		root++
	}
	return root
}

// load is the part of which every customer needs as many as his demand.
const load = "load"

// Problem makes every vehicle a technician with one shift from the depot to the depot, and every customer a visit.
// A visit that is left out costs more than any tour, and with [Vehicles] so does a vehicle.
func (s *Solomon) Problem(c Convention) *solver.Problem {
	scale := c.scale()
	p := &solver.Problem{Weights: solver.Weights{Travel: 1}}
	matrix := make(solver.Matrix, len(s.Nodes))
	all := int64(1)
	for i, a := range s.Nodes {
		matrix[i] = make([]int, len(s.Nodes))
		for j, b := range s.Nodes {
			matrix[i][j] = c.ticks(a, b)
		}
		all += 2 * int64(matrix[i][0])
	}
	p.Travel = matrix
	var use int64
	if c == Vehicles {
		use = all
	}
	depot := s.Nodes[0]
	for k := range s.Fleet {
		p.Technicians = append(p.Technicians, solver.Technician{
			ID: fmt.Sprintf("v%04d", k), Stock: map[string]int{load: s.Capacity}, Use: use,
			Shifts: []solver.Shift{{From: depot.Ready * scale, Until: depot.Due * scale}},
		})
	}
	for i, n := range s.Nodes[1:] {
		v := solver.Visit{
			ID: fmt.Sprintf("c%04d", i+1), Place: solver.Place(i + 1), Duration: n.Service * scale, Prize: 4*all + use,
			Windows: []solver.Window{{From: n.Ready * scale, To: n.Due * scale}},
		}
		if n.Demand > 0 {
			v.Parts = map[string]int{load: n.Demand}
		}
		p.Visits = append(p.Visits, v)
	}
	return p
}

// Length is how long the tours of a plan are under a convention, and how many vehicles drive.
func (s *Solomon) Length(c Convention, plan *solver.Plan) (distance float64, vehicles int) {
	var ticks int
	for _, tour := range plan.Tours {
		at := s.Nodes[0]
		add := func(to Node) {
			ticks += c.ticks(at, to)
			distance += math.Sqrt(float64((at.X-to.X)*(at.X-to.X) + (at.Y-to.Y)*(at.Y-to.Y)))
			at = to
		}
		for _, stop := range tour.Stops {
			add(s.Nodes[s.node(stop.Visit)])
		}
		if len(tour.Stops) > 0 {
			add(s.Nodes[0])
			vehicles++
		}
	}
	if c == DIMACS {
		return float64(ticks) / 10, vehicles
	}
	return distance, vehicles
}

// InTime walks the tours of a plan by the distances as they are, apart from any ticks, and says what comes too late. A
// billionth is forgiven, for sums of doubles.
func (s *Solomon) InTime(plan *solver.Plan) error {
	const hair = 1e-9
	depot := s.Nodes[0]
	for _, tour := range plan.Tours {
		at, from := float64(depot.Ready), depot
		for _, stop := range tour.Stops {
			to := s.Nodes[s.node(stop.Visit)]
			at = max(at+math.Hypot(float64(from.X-to.X), float64(from.Y-to.Y)), float64(to.Ready))
			if at > float64(to.Due)+hair {
				return fmt.Errorf("%s: at %s at %v, due %d", tour.Technician, stop.Visit, at, to.Due)
			}
			at, from = at+float64(to.Service), to
		}
		if at += math.Hypot(float64(from.X-depot.X), float64(from.Y-depot.Y)); at > float64(depot.Due)+hair {
			return fmt.Errorf("%s: back at %v, due %d", tour.Technician, at, depot.Due)
		}
	}
	return nil
}

// node is the number in a visit's identifier.
func (s *Solomon) node(visit string) int {
	var n int
	if _, err := fmt.Sscanf(strings.TrimPrefix(visit, "c"), "%d", &n); err != nil || n >= len(s.Nodes) {
		return 0
	}
	return n
}
