package hybrid

import (
	"cmp"
	"slices"
)

// Problem is what is to be planned. Node 0 is the depot, whose window bounds every tour, and the others are customers. Times begin at 0, and so many
// times the depot's window as there are nodes must fit in 30 bits.
type Problem struct {
	Ways                       []int32 // from node to node, row by row
	Early, Late, Service, Load []int32 // by node; the window is of the start of the service
	Capacity                   int32
	Vehicles                   int
}

// closest is how many neighbours of a customer the local search puts beside it.
const closest = 30

// layNear lists for each customer those that may well come right before or after it: by the way, and a fifth of the waiting and all
// of the lateness that cannot be avoided.
func (p *Problem) layNear() [][]int32 {
	m := len(p.Early)
	nearness := func(i, j int) int64 {
		d := int64(p.Ways[i*m+j])
		wait := max(0, int64(p.Early[j]-p.Late[i]-p.Service[i])-d)
		warp := max(0, int64(p.Early[i]+p.Service[i]-p.Late[j])+d)
		return 10*d + 2*wait + 10*warp
	}
	type neighbour struct {
		node int32
		key  int64
	}
	near := make([][]int32, m)
	for i := 1; i < m; i++ {
		list := make([]neighbour, 0, m)
		for j := 1; j < m; j++ {
			if i != j {
				list = append(list, neighbour{int32(j), min(nearness(i, j), nearness(j, i))})
			}
		}
		slices.SortFunc(list, func(a, b neighbour) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.node, b.node)) })
		for _, n := range list[:min(closest, len(list))] {
			near[i] = append(near[i], n.node)
		}
	}
	return near
}
