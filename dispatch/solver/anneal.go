package solver

import (
	"context"
	"math"
	"time"
)

// snapshot is a plan apart from its search: the stops of every tour one after the other.
type snapshot struct {
	cost  int64
	stops []int32
	hold  []bool  // by stop
	ends  []int32 // by tour: where its stops end
}

func (b *snapshot) take(s *state, cost int64) {
	b.cost, b.stops, b.ends = cost, b.stops[:0], b.ends[:0]
	b.hold = append(b.hold[:0], s.hold...)
	for r := range s.tours {
		b.stops = append(b.stops, s.inner(int32(r))...)
		b.ends = append(b.ends, int32(len(b.stops)))
	}
}

func (b *snapshot) copy(o *snapshot) {
	b.cost = o.cost
	b.stops = append(b.stops[:0], o.stops...)
	b.hold = append(b.hold[:0], o.hold...)
	b.ends = append(b.ends[:0], o.ends...)
}

// load makes a snapshot the state of a search, and reports whether its times keep all bounds.
func (q *search) load(b *snapshot) bool {
	s, c := q.s, q.c
	q.hit = q.hit[:0]
	for r := range int32(len(s.tours)) {
		if len(s.inner(r)) == 0 {
			continue
		}
		q.hit = append(q.hit, r)
		for _, x := range s.inner(r) {
			s.leaveOut(c.visitOf[x])
		}
	}
	for x := range s.at {
		s.at[x] = -1
	}
	q.dropFrom(q.hit)
	copy(s.hold, b.hold)
	for r := range b.ends {
		stops := b.tour(int32(r))
		for p, x := range stops {
			s.put(x, int32(r), int32(p))
			if v := c.visitOf[x]; s.isOut[v] {
				q.seated(v)
			}
		}
		if len(stops) > 0 {
			q.list(int32(r), false)
		}
	}
	for r := range int32(len(s.tours)) {
		if n := int32(len(s.inner(r))); n > 0 {
			s.changed(r, 1, n+1)
		}
	}
	s.settle()
	q.prune()
	sound := !s.broken
	s.commit()
	q.cost = s.total()
	return sound
}

// budget says how much of a search is done, from 0 to 1.
type budget struct {
	iterations int64
	limit      time.Duration
	clock      func() time.Duration
	begun      time.Duration
}

func (b *budget) done(steps int64) float64 {
	share := 0.0
	if b.iterations > 0 {
		share = float64(steps) / float64(b.iterations)
	}
	if b.limit > 0 {
		share = max(share, float64(b.clock()-b.begun)/float64(b.limit))
	}
	return share
}

// anneal goes on until a share of the budget is used, leg by leg.
func (q *search) anneal(ctx context.Context, b *budget, until float64) {
	defer q.record()
	heat, share := 0.0, 0.0
	keep := func(cost int64) bool {
		if cost <= q.cost {
			return true
		}
		return float64(cost) < float64(q.cost)-heat*math.Log(1-q.r.unit())
	}
	for n := 0; ; n++ {
		if n&63 == 0 || q.breed.mates.search != nil {
			if share = b.done(q.steps); share >= until || ctx.Err() != nil {
				return
			}
			if q.allot(b, share); share >= q.breed.leg.to {
				q.turn(share)
			}
			heat = q.breed.leg.heat(share)
		}
		if q.breed.mates.search != nil {
			q.mate(share)
			continue
		}
		if q.saver.on {
			q.save(keep)
			continue
		}
		q.step(keep)
		q.keepOwn()
	}
}
