package solver

import "slices"

// scanAll is up to how many stops every position is tried for each of them; above it, only those next to a near stop.
const (
	scanAll   = 150
	nearStops = 80
	adjacent  = 400 // how many neighbours the ruin knows of each stop
)

// layNear lists each stop's neighbours: by distance for taking out, by distance and time for putting in.
func (c *compiled) layNear() {
	c.adj = make([][]int32, c.n)
	list := make([]int64, 0, c.n)
	// A neighbour and how near it is are one number, so that they sort fast and ties fall by the stop.
	join := func(key int64, stop int32) int64 { return key<<24 | int64(stop) }
	take := func(k int) []int32 {
		k = min(k, len(list))
		smallest(list, k)
		slices.Sort(list[:k])
		out := make([]int32, k)
		for i := range out {
			out[i] = int32(list[i] & (1<<24 - 1))
		}
		return out
	}
	for i := range int32(c.n) {
		list = list[:0]
		for j := range int32(c.n) {
			if i != j {
				list = append(list, join(int64(c.way(i, j))+int64(c.wayTo(i, j)), j))
			}
		}
		c.adj[i] = take(adjacent)
	}
	if c.n <= scanAll {
		return
	}
	c.near = make([][]int32, c.n)
	for i := range int32(c.n) {
		list = list[:0]
		for j := range int32(c.n) {
			if i != j && c.meet(i, j) {
				list = append(list, join(min(c.nearness(i, j, c.way(i, j)), c.nearness(j, i, c.wayTo(i, j))), j))
			}
		}
		c.near[i] = take(nearStops)
	}
}

// smallest brings the k smallest of some different numbers to the front, in any order (Hoare's selection).
func smallest(list []int64, k int) {
	for from, to := 0, len(list)-1; from < to; {
		pivot := list[from+(to-from)/2]
		i, j := from, to
		for i <= j {
			for list[i] < pivot {
				i++
			}
			for list[j] > pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i++
				j--
			}
		}
		switch {
		case k-1 <= j:
			to = j
		case k-1 >= i:
			from = i
		default:
			return
		}
	}
}

// nearness of j right behind i over a way: the way, a fifth of the waiting and all of the lateness that
// cannot be avoided (Vidal et al., Computers & Operations Research 40(1), 2013).
func (c *compiled) nearness(i, j, way int32) int64 {
	d, svc := int64(way), int64(c.svc[0][i])
	wait := max(0, int64(c.early[j])-svc-int64(c.last[i])-d)
	warp := max(0, int64(c.early[i])+svc+d-c.latestUseful(j))
	return 10*d + 2*wait + 10*warp
}

// latestUseful is the last hard start, or the due time where a later one costs.
func (c *compiled) latestUseful(j int32) int64 {
	if c.late[j] > 0 {
		return int64(min(c.last[j], c.due[j]))
	}
	return int64(c.last[j])
}

// meet reports whether anybody can do both.
func (c *compiled) meet(i, j int32) bool {
	if c.plain {
		return true
	}
	for t := range c.can {
		if c.can[t][i] && c.can[t][j] {
			return true
		}
	}
	return false
}

// layDifficulty works out by what the recreation sorts visits.
func (c *compiled) layDifficulty() {
	c.demand, c.far = make([]int64, len(c.visits)), make([]int64, len(c.visits))
	for v := range c.visits {
		x := c.first[v]
		far := int64(MaxTime)
		for r := range c.routes {
			far = min(far, int64(c.way(c.routes[r].from, x)))
		}
		c.far[v] = far
		if c.plain {
			c.demand[v] = int64(c.need[x])
			continue
		}
		able := 0
		for t := range c.can {
			for i := range c.seats[v] {
				able += int(b2i(c.can[t][x+i]))
			}
		}
		c.demand[v] = int64(c.seats[v])<<40 - int64(able)<<20 + int64(c.visits[v].Duration)
	}
}
