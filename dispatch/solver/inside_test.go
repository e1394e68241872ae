package solver

import "slices"

// Drift takes so many steps, keeps all of them, and says how often the cost was another than that of the same tours put
// together from nothing.
func Drift(p *Problem, seed uint64, steps int) (drift int, err error) {
	c, err := compile(p)
	if err != nil {
		return 0, err
	}
	q, anew := newSearch(c, seed), newSearch(c, seed)
	q.begin(nil, 1)
	var plan snapshot
	for range steps {
		q.step(func(cost int64) bool { return cost < infinite })
		plan.take(q.s, q.cost)
		if !anew.load(&plan) || anew.cost != q.cost {
			drift++
		}
	}
	return drift, nil
}

// Children breeds from a stock of plans, and returns the children before anything is done to them, and how many of them keep all rules.
func Children(p *Problem, seed uint64, many int) (children [][]string, sound int, err error) {
	c, err := compile(p)
	if err != nil {
		return nil, 0, err
	}
	q := newSearch(c, seed)
	var plan snapshot
	for range stock {
		q.clear()
		for range 20 {
			q.step(func(cost int64) bool { return cost < infinite })
		}
		plan.take(q.s, q.cost)
		q.enter(&plan)
	}
	for range many {
		plans := q.breed.plans
		child := q.child(plans[q.r.below(len(plans))], plans[q.r.below(len(plans))])
		var names []string
		for _, x := range child.stops {
			names = append(names, c.visits[c.visitOf[x]].ID)
		}
		children = append(children, names)
		if q.load(child) && q.sound() {
			sound++
		}
	}
	return children, sound, nil
}

// Least is the k smallest numbers of a list, ascending.
func Least(list []int64, k int) []int64 {
	smallest(list, k)
	slices.Sort(list[:k])
	return list[:k]
}

// IsHandedOver reports whether a long search leaves a problem to package hybrid.
func IsHandedOver(p *Problem) bool {
	c, err := compile(p)
	return err == nil && c.hybrid() != nil
}
