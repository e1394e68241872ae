package dispatch

import (
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// labour is what the time of technicians costs, in points: by the cost of their hour, as it stands when the days begin.

// priced refuses to weigh what labour costs while nobody said what an hour of somebody does: it is not known, which is not 0.
func (ro *Roster) priced() error {
	if ro.plans.Weights[WeighLabour] == 0 {
		return nil
	}
	for _, p := range ro.people {
		if p.RateAt(ro.span.Start) == nil {
			return fault.Refusedf("the dispatch policy weighs what labour costs, and nobody said what an hour of %s does", p.Name).
				With("dispatch.rate").Hint("callout technician edit %q --cost-rate 38", p.Name).Hint("callout policy set-dispatch --weight labour=0")
		}
	}
	return nil
}

// dearest bounds what an hour counts for: sums of it stay in range, and nobody costs as much.
const dearest = 100_000

// hourly is what an hour of somebody's costs; zero where that is not weighed.
func (ro *Roster) hourly(p *person) money.Price {
	rate := p.RateAt(ro.span.Start)
	if rate == nil || ro.plans.Weights[WeighLabour] == 0 {
		return money.Price{}
	}
	if most := money.NewPrice(dearest, 0); rate.Cmp(most) > 0 {
		return most
	}
	return *rate
}

// times is a price so many times, rounded to a whole number.
func times(p money.Price, n int64) int64 {
	return money.RateTimes(p, money.NewFactor(n, 0), 0, money.HalfAway).Decimal().IntPart()
}

// rate is what a tick of somebody costs in the solver's points, rounded to the nearest.
func (w *Workload) rate(p *person) int64 {
	const hour = 3600
	return (times(w.ro.hourly(p), int64(w.ro.plans.Weights[WeighLabour])*w.perPoint()) + hour/2) / hour
}

// finer is by how much finer the solver counts where labour is weighed: what a second costs is too small a number otherwise.
const finer = 100

// perTick is what a minute's point is in the solver's points, for each second.
func (w *Workload) perTick() int64 {
	if w.ro.plans.Weights[WeighLabour] > 0 {
		return perTick * finer
	}
	return perTick
}

// perPoint is what one point of the policy is in the solver's points.
func (w *Workload) perPoint() int64 { return 60 * w.perTick() }

// labour adds up what minutes of work and of way cost, in points, rounded once at the end.
func (ro *Roster) labour(minutes map[store.ID]int64) int64 {
	const hour = 60
	if ro.plans.Weights[WeighLabour] == 0 {
		return 0
	}
	sum := int64(0) // of sixtieths
	for _, p := range ro.people {
		sum += times(ro.hourly(p), minutes[p.ID]*int64(ro.plans.Weights[WeighLabour]))
	}
	return (sum + hour/2) / hour
}
