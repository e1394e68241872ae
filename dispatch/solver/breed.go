package solver

import "math"

// Settings of breeding, tuned on the public instances.
const (
	worthBreeding = 1000 // steps for each stop from which a budget is better shared among several plans
	worthParts    = 800  // the same where parts of a plain plan are bred, and where a problem is not handed over
	stock         = 8    // plans that are kept for breeding
	firstShare    = 0.3  // of the budget, in which they come up, each by an annealing of its own
	rearing       = 20   // steps for each stop in which a child is annealed
	mild          = 0.1  // of the first temperature, at which that begins
	enoughToTell  = 0.005
)

// breeder divides the budget of a search. A long one is worth more than a single annealing: a stock of plans comes up, each from nothing, and
// then pairs of them are crossed, and the children annealed from a mild temperature. What is good in one plan and what is good in another come
// together in this way, which no step of a single search does. Vidal et al. (Computers & Operations Research 40(1), 2013) breed so, too, and improve
// the children by a local search.
//
// A budget that is too short for that, and one that begins at the plan in force, are one annealing from end to end. Where tours are to be saved
// first, one annealing follows. Plain problems are handed over, big ones part by part ([search.matePlain]).
type breeder struct {
	hot    float64 // the first temperature
	single bool
	worth  float64 // steps for each stop from which it is not
	leg    leg
	own    snapshot    // the best plan of this leg
	plans  []*snapshot // the stock
	mates  mates
}

// leg is one annealing, by shares of the budget.
type leg struct {
	from, to, hot, cold float64
}

// heat is the temperature at a share of the budget.
func (l leg) heat(share float64) float64 {
	return l.hot * math.Pow(l.cold/l.hot, (share-l.from)/(l.to-l.from))
}

// cooling is how many times colder than the first the last temperature is.
const cooling = 100

// start plans the first leg.
func (q *search) start(hot float64, single bool) {
	q.breed = breeder{hot: hot, single: single, worth: worthBreeding, leg: leg{0, 1, hot, hot / cooling}}
	switch {
	case q.c.fewest():
		q.startSaving()
	case single:
	case q.c.handedOver() && q.c.n > stopsOfWhole:
		q.breed.worth, q.breed.leg.to = worthParts, partsForerunner
	case q.c.handedOver():
		q.breed.leg.to = forerunner
	default:
		q.breed.worth, q.breed.leg.to = worthParts, firstShare/stock
	}
	q.breed.own.copy(&q.best)
}

// keepOwn keeps the plan if it is the best of this leg.
func (q *search) keepOwn() {
	if q.cost < q.breed.own.cost {
		q.breed.own.take(q.s, q.cost)
	}
}

// allot falls back to a single annealing as soon as the budget is seen to be too short for more.
func (q *search) allot(b *budget, share float64) {
	if q.breed.single || len(q.breed.plans) > 0 {
		return
	}
	all := float64(b.iterations)
	if b.limit > 0 && share >= enoughToTell {
		all = float64(q.steps) / share
	}
	if all > 0 && all < q.breed.worth*float64(q.c.n) {
		q.breed.single = true
		q.breed.leg = leg{0, 1, q.breed.hot, q.breed.hot / cooling}
	}
}

// turn ends a leg and begins the next one: with nothing while the stock comes up, then with a child; or, once tours were saved, with the best plan.
func (q *search) turn(share float64) {
	q.record()
	if q.breed.single {
		q.endSaving(share)
		return
	}
	q.enter(&q.breed.own)
	hot := q.breed.hot
	if q.matePlain(share) {
		q.breed.leg.to = 2 // beyond the end
		return
	}
	if len(q.breed.plans) < stock && share < firstShare {
		q.breed.leg = leg{share, share + firstShare/stock, hot, hot / cooling}
		q.clear()
		q.step(func(cost int64) bool { return cost < infinite })
	} else {
		rate := float64(q.steps) / share
		q.breed.leg = leg{share, share + rearing*float64(q.c.n)/rate, hot * mild, hot / cooling}
		q.cross()
	}
	q.breed.own.take(q.s, q.cost)
}

// record keeps the best plan of this leg if it is the best of all.
func (q *search) record() {
	if q.breed.own.cost < q.best.cost {
		q.best.copy(&q.breed.own)
	}
}

// enter takes a plan into the stock, in the place of the worst one. Plans of one cost are taken for the same.
func (q *search) enter(plan *snapshot) {
	worst := -1
	for i, p := range q.breed.plans {
		if p.cost == plan.cost {
			return
		}
		if worst < 0 || p.cost > q.breed.plans[worst].cost {
			worst = i
		}
	}
	if len(q.breed.plans) < stock {
		q.breed.plans = append(q.breed.plans, &snapshot{})
		worst = len(q.breed.plans) - 1
	} else if plan.cost > q.breed.plans[worst].cost {
		return
	}
	q.breed.plans[worst].copy(plan)
}
