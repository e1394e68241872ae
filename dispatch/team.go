package dispatch

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
)

// teams finds places for errands that take several at once. At every moment at which somebody becomes free the
// cheapest team of those who are free then is looked for. No other start can be cheaper: roads depend on the gaps that
// a team's visits leave and not on when in them it begins, and everything else grows with time.
func (ro *Roster) teams(e *errand, people []*person, n int) []Slot {
	free := make([][]calendar.Interval, len(people))
	var starts []time.Time
	for i, p := range people {
		free[i] = ro.gaps(e, p)
		for _, s := range free[i] {
			starts = append(starts, s.Start)
		}
	}
	slices.SortFunc(starts, time.Time.Compare)
	var out []Slot
	for _, at := range slices.CompactFunc(starts, time.Time.Equal) {
		var there []seat
		for i, p := range people {
			for _, s := range free[i] {
				if keeps(s, at) {
					there = append(there, seat{person: p, own: ro.slot(e, []*person{p}, at).own, until: s.End})
					break
				}
			}
		}
		// A round time that all of them have, or else this one.
		start := func(team []seat) time.Time {
			until := team[0].until
			for _, s := range team {
				until = earlier(until, s.until)
			}
			return roundUp(calendar.Interval{Start: at, End: until})
		}
		cost := func(team []seat) (int64, bool) {
			who := persons(team)
			if len(refusing(ro.conflicts(e, who, start(team)))) > 0 {
				return 0, false
			}
			return ro.slot(e, who, start(team)).Cost, true
		}
		if team := cheapest(there, n, cost); team != nil {
			out = append(out, ro.slot(e, persons(team), start(team)))
		}
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// seat is somebody who could be in a team, and what that costs whoever else is.
type seat struct {
	*person
	own   int64
	until time.Time // the last start
	moves []*placed // what has to give way
}

// persons are who sits there; who leads is the first.
func persons(team []seat) []*person {
	out := make([]*person, len(team))
	for i, s := range team {
		out[i] = s.person
	}
	return out
}

// mostTeams is how many teams are looked at for one start before the best one until then is taken.
const mostTeams = 5000

// cheapest finds the team of n with the least cost, which must be at least what its members cost each for
// themselves. It tries teams from the cheapest members on and leaves out what cannot become cheaper than what it has; nil
// where there is none.
func cheapest(there []seat, n int, cost func([]seat) (int64, bool)) (best []seat) {
	if len(there) < n {
		return nil
	}
	slices.SortStableFunc(there, func(a, b seat) int { return cmp.Compare(a.own, b.own) })
	least, looked := int64(0), 0
	team := make([]seat, 0, n)
	var pick func(from int, sum int64)
	pick = func(from int, sum int64) {
		missing := n - len(team)
		if missing == 0 {
			looked++
			if c, ok := cost(team); ok && (best == nil || c < least) {
				best, least = slices.Clone(team), c
			}
			return
		}
		for i := from; i <= len(there)-missing && looked < mostTeams; i++ {
			if best != nil && sum+there[i].own*int64(missing) >= least {
				return
			}
			team = append(team, there[i])
			pick(i+1, sum+there[i].own)
			team = team[:len(team)-1]
		}
	}
	pick(0, 0)
	return best
}
