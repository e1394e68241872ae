package solver

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Options say how long and how to search.
type Options struct {
	Seed uint64
	// Iterations is the budget of each worker. The same problem, seed, iterations and workers give the same plan.
	Iterations int
	// Limit ends the search by the clock, if it is above zero. A plan found under it depends on
	// the machine; without iterations it is also what the cooling follows.
	Limit time.Duration
	// Workers search side by side and tell each other of their best at fixed points; 0 means one.
	Workers int
	// Clock is what Limit is measured with: the time that passes, or that of the processor.
	Clock func() time.Duration
	// Progress is called now and then, from one goroutine at a time.
	Progress func(Progress)
}

// Progress is how far a search is.
type Progress struct {
	Share      float64 // of the budget
	Iterations int64   // of all workers
	Cost       int64   // of the best plan
	LeftOut    int     // visits without a place in it
}

// exchanges is how often the workers compare their plans.
const exchanges = 10

// Solve searches for a plan of small cost. It returns the best one found also if the context ends before the budget.
func Solve(ctx context.Context, p *Problem, o Options) (*Plan, error) {
	if o.Iterations <= 0 && o.Limit <= 0 {
		return nil, errors.New("a search needs a number of iterations or a limit of time")
	}
	c, err := compile(p)
	if err != nil {
		return nil, err
	}
	b := budget{iterations: int64(o.Iterations)}
	if o.Limit > 0 {
		if o.Clock == nil {
			return nil, errors.New("a limit of time needs a clock")
		}
		b.limit, b.clock, b.begun = o.Limit, o.Clock, o.Clock()
	}
	chains := make([]*search, max(1, o.Workers))
	for i := range chains {
		chains[i] = newSearch(c, o.Seed*1_000_003+uint64(i))
	}
	warm := chains[0].begin(p.Current, b.tries())
	for _, q := range chains[1:] {
		q.load(&chains[0].best)
		q.upset = chains[0].upset
		q.best.copy(&chains[0].best)
	}
	hot := chains[0].heat(warm)
	for _, q := range chains {
		q.start(hot, warm)
	}
	over := false
	for round := 1; round <= exchanges && !over; round++ {
		until := float64(round) / exchanges
		var wg sync.WaitGroup
		for _, q := range chains {
			wg.Go(func() { q.anneal(ctx, &b, until) })
		}
		wg.Wait()
		lead := slices.MinFunc(chains, func(a, b *search) int { return cmp.Compare(a.best.cost, b.best.cost) })
		share(chains, lead)
		if o.Progress != nil {
			o.Progress(lead.progress(chains, until))
		}
		over = ctx.Err() != nil
	}
	best := slices.MinFunc(chains, func(a, b *search) int { return cmp.Compare(a.best.cost, b.best.cost) })
	best.load(&best.best)
	return best.plan(), nil
}

// share has the chain that is worst off go on from the best plan, or breed from it.
func share(chains []*search, lead *search) {
	if len(chains) == 1 {
		return
	}
	last := slices.MaxFunc(chains, func(a, b *search) int { return cmp.Compare(a.cost, b.cost) })
	if last == lead {
		return
	}
	if last.best.cost > lead.best.cost {
		last.best.copy(&lead.best)
	}
	if last.breed.single {
		last.load(&lead.best)
		last.breed.own.copy(&lead.best)
	} else {
		last.enter(&lead.best)
		last.welcome(&lead.best)
	}
}

func (q *search) progress(chains []*search, share float64) Progress {
	p := Progress{Share: share, Cost: q.best.cost, LeftOut: len(q.s.absent)}
	for _, o := range chains {
		p.Iterations += o.steps
	}
	return p
}

// begin makes the first plan: the one in force as far as it can be, then everything else at its
// cheapest place, the best of so many tries. It reports whether there was a plan in force.
func (q *search) begin(current []Assignment, tries int) bool {
	warm := q.warm(current)
	if q.s.broken {
		q.clear()
	}
	q.s.commit()
	q.cost = q.s.total()
	q.best.take(q.s, q.cost)
	if warm {
		q.upset = slices.Clone(q.s.absent)
	}
	left := len(q.s.absent)
	switch {
	case left == 0:
	case !warm:
		q.fillIn(1) // the steps that follow go on with it
	default:
		for rounds := (left + mostLeftOut - 1) / mostLeftOut; left > 0; left -= mostLeftOut {
			q.fillIn(max(1, tries/rounds))
		}
	}
	return warm
}

// fillIn puts those who have no place into a plan, as often as is said, each time in another order and with other visits around them taken
// out, and goes on from the best of that. Who gives way to whom decides what a plan can still become, for no
// later step pays the price of several broken promises to change it, and a single order is a matter of luck.
func (q *search) fillIn(tries int) {
	for range tries {
		q.step(func(cost int64) bool {
			if cost < q.best.cost {
				q.best.take(q.s, cost)
			}
			return false
		})
	}
	q.load(&q.best)
}

// mostTries is how often a plan in force is filled in at the beginning, and triesOf the part of a budget in steps that this may take.
const (
	mostTries = 100
	triesOf   = 5
)

// tries is how often to fill in a plan in force.
func (b *budget) tries() int {
	if b.iterations == 0 {
		return mostTries
	}
	return int(min(mostTries, max(1, b.iterations/triesOf)))
}

// clear leaves everything out.
func (q *search) clear() {
	none := snapshot{ends: make([]int32, len(q.c.routes)), hold: make([]bool, q.c.n)}
	q.s.broken = false
	q.load(&none)
}

// heat is the first temperature: the mean cost of a visit in the first plan, which lets the
// search leave it; a third of that where the plan is one that people already know.
func (q *search) heat(warm bool) float64 {
	cost, placed := q.cost, int64(0)
	if q.c.fewest() {
		cost -= int64(len(q.used)) * q.c.routes[0].use // which no step weighs against a way
	}
	for v := range q.c.visits {
		if q.s.isOut[v] {
			cost -= q.c.prize[v]
		} else {
			placed++
		}
	}
	hot := max(1, float64(cost)/float64(max(1, placed)))
	if warm {
		hot /= 3
	}
	return hot
}
