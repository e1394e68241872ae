package solver

import (
	"fmt"
	"slices"
)

// layWays asks for every way once, and lays the ways out from each node and to each node.
func (c *compiled) layWays(places []Place, travel Travel) error {
	c.m = len(places)
	c.d = make([]int32, c.m*c.m)
	e, ok := travel.(Even)
	even := ok && e.Even()
	for i, a := range places {
		row := c.d[i*c.m : (i+1)*c.m]
		for j, b := range places {
			if i == j || a == Nowhere || b == Nowhere {
				continue
			}
			if even && j < i {
				row[j] = c.d[j*c.m+i]
				continue
			}
			ticks := travel.Ticks(a, b)
			if ticks < 0 || ticks > MaxTime {
				return fmt.Errorf("the way from place %d to place %d takes %d ticks", a, b, ticks)
			}
			row[j] = int32(ticks)
		}
	}
	if c.back = c.d; !even {
		c.layBack()
	}
	return nil
}

// layBack turns the ways round. Where they are as long there as back, both tables are one.
func (c *compiled) layBack() {
	back := make([]int32, len(c.d))
	for i := range c.m {
		for j, way := range c.d[i*c.m : (i+1)*c.m] {
			back[j*c.m+i] = way
		}
	}
	if !slices.Equal(back, c.d) {
		c.back = back
	}
}

func (c *compiled) way(i, j int32) int32 { return c.d[int(i)*c.m+int(j)] }

// wayTo is the way to x from i: [compiled.way] for whoever asks for many i, whose answers lie together.
func (c *compiled) wayTo(x, i int32) int32 { return c.back[int(x)*c.m+int(i)] }
