package solver

import (
	"errors"
	"slices"
)

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
	return err == nil && c.handedOver()
}

// Parts breeds one part of a plan of identical vehicles after another, of so many stops, until all have been in one. After each part it shows what the
// search holds the plan to cost, and what that plan costs when it is put together from nothing; it is false as soon as one of them has lost a visit
// or breaks a bound. At last it
// goes back to the first plan, and another search brings it the last one.
func Parts(p *Problem, seed uint64, size, children int, show func(held, counted int64)) (whole bool, err error) {
	c, err := compile(p)
	if err != nil {
		return false, err
	}
	q, anew := newSearch(c, seed), newSearch(c, seed)
	q.begin(nil, 1)
	q.start(q.heat(false), false)
	for range 100 {
		q.step(func(cost int64) bool { return cost <= q.cost })
		q.keepOwn()
	}
	if len(q.breed.own.stops) < c.n {
		return false, errors.New("the first plan leaves somebody out")
	}
	q.breed.mates.begun = make([]int32, c.n)
	var first, last snapshot
	first.copy(&q.breed.own)
	for slices.Min(q.breed.mates.begun) == 0 {
		q.beginMates(q.part(size))
		q.breed.mates.until = 2
		for range children {
			q.mate(0)
		}
		own := &q.breed.own
		if len(own.stops) < c.n || !anew.load(own) {
			return false, nil
		}
		show(own.cost, anew.cost)
	}
	last.copy(&q.breed.own)
	q.breed.own.copy(&first)
	q.welcome(&last)
	show(q.breed.own.cost, last.cost)
	return true, nil
}
