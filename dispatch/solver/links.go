package solver

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// layLinks turns crews and links into arcs between stops, and orders the visits by what must be served before them.
func (c *compiled) layLinks(links []Link) error {
	c.arcs, c.sames, c.linked = make([][]arc, c.n), make([][]same, c.n), make([]bool, c.n)
	c.depends, c.dependents = make([][]int32, len(c.visits)), make([][]int32, len(c.visits))
	for v := range c.visits {
		for a := range c.seats[v] {
			for b := range c.seats[v] {
				if a != b {
					i, j := c.first[v]+a, c.first[v]+b
					c.arcs[i] = append(c.arcs[i], arc{other: j})
					c.sames[i] = append(c.sames[i], same{other: j})
				}
			}
		}
	}
	at := map[string]int32{}
	for v := range c.visits {
		at[c.visits[v].ID] = int32(v)
	}
	sorted := slices.Clone(links)
	slices.SortStableFunc(sorted, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	for _, l := range sorted {
		before, ok := at[l.Before]
		after, ok2 := at[l.After]
		if !ok || !ok2 || before == after {
			return fmt.Errorf("the link from %s to %s does not join two visits", l.Before, l.After)
		}
		c.depends[after] = append(c.depends[after], before)
		c.dependents[before] = append(c.dependents[before], after)
		for i := range c.seats[before] {
			for j := range c.seats[after] {
				c.join(l, c.first[before]+i, c.first[after]+j)
			}
		}
	}
	for i := range c.n {
		c.anySame = c.anySame || len(c.sames[i]) > 0
		if len(c.arcs[i]) > 0 {
			c.linked[i], c.anyLink = true, true
		}
	}
	return c.acyclic()
}

func (c *compiled) join(l Link, before, after int32) {
	c.arcs[after] = append(c.arcs[after], arc{other: before, lag: int32(l.Min), addOther: !l.FromStart})
	// The other end must know that it has a partner, also where no bound leads back.
	back := arc{other: after, lag: -2 * MaxTime}
	if l.Max >= l.Min {
		back = arc{other: after, lag: -int32(l.Max), minusOwn: !l.FromStart}
	}
	c.arcs[before] = append(c.arcs[before], back)
	if l.Same != Anybody {
		must := l.Same == SameTechnician
		c.sames[before] = append(c.sames[before], same{after, must})
		c.sames[after] = append(c.sames[after], same{before, must})
	}
}

// acyclic refuses links that make a visit wait for itself.
func (c *compiled) acyclic() error {
	open := make([]int, len(c.visits))
	var ready []int32
	for v := range c.visits {
		open[v] = len(c.depends[v])
		if open[v] == 0 {
			ready = append(ready, int32(v))
		}
	}
	for i := 0; i < len(ready); i++ {
		for _, d := range c.dependents[ready[i]] {
			if open[d]--; open[d] == 0 {
				ready = append(ready, d)
			}
		}
	}
	if len(ready) < len(c.visits) {
		for v, k := range open {
			if k > 0 {
				return fmt.Errorf("visit %s waits for itself through its links", c.visits[v].ID)
			}
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
