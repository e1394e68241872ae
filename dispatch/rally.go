package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
)

// rally finds places for an emergency that takes several at once: at each moment at which somebody could begin if others
// waited, the team that breaks the fewest promises, makes others the least late, and drives the least.
func (w *Workload) rally(e *errand, people []*person, n int) []Slot {
	open := make([][]opening, len(people))
	var starts []time.Time
	for i, p := range people {
		open[i] = w.openings(e, p)
		for _, o := range open[i] {
			starts = append(starts, o.start)
		}
	}
	slices.SortFunc(starts, time.Time.Compare)
	var out []Slot
	seen := map[string]bool{}
	for _, at := range slices.CompactFunc(starts, time.Time.Equal) {
		var there []seat
		for i, p := range people {
			if moves, ok := w.squeezeIn(e, p, at, open[i]); ok {
				there = append(there, seat{person: p, own: w.burden(e, p, at, moves), moves: moves})
			}
		}
		team := cheapest(there, n, func(team []seat) (cost int64, ok bool) {
			for _, s := range team {
				cost += s.own
			}
			return cost, len(e.teamGaps(persons(team))) == 0
		})
		if team == nil {
			continue
		}
		var moves []*placed
		key := calendar.DateOf(at, w.ro.zone).String()
		for _, s := range team {
			moves = append(moves, s.moves...)
			key += " " + string(s.ID)
		}
		for _, m := range moves {
			key += " " + m.key()
		}
		if seen[key] {
			continue // the same people later, for whom the same others wait
		}
		if s, ok := w.makeWay(e, persons(team), at, moves); ok {
			out, seen[key] = append(out, s), true
		}
	}
	return out
}

// squeezeIn is what gives way on somebody's tour if an errand begins at an instant: what they do not reach before it. It is
// false where they cannot begin then.
func (w *Workload) squeezeIn(e *errand, p *person, at time.Time, open []opening) ([]*placed, bool) {
	for _, o := range slices.Backward(open) {
		if o.start.After(at) || !o.Contains(at) {
			continue
		}
		if first, ok := w.ro.firstStart(e, p, at, o.End); !ok || !first.Equal(at) {
			return nil, false
		}
		return w.push(e, p, at, o.next)
	}
	return nil, false
}

// The steps by which a team for an emergency is chosen are so far apart that none outweighs the one before.
const (
	perLate   = 100_000     // a minute that others become later, against the points of a road
	perBroken = 100_000_000 // a promise
)

// burden is what it means for others that somebody goes, in one number: promises, lateness, road.
func (w *Workload) burden(e *errand, p *person, at time.Time, moves []*placed) int64 {
	sum := min(max(0, w.ro.slot(e, []*person{p}, at).own), perLate-1)
	for _, m := range moves {
		s := w.shifted(m)
		if s.Broken {
			sum += perBroken
		}
		sum += int64(min(max(0, s.Late-s.LateAlready), perBroken/perLate-1)) * perLate
	}
	return sum
}

// teamGaps are what only the whole of a team can meet: skills, numbers, and whom the customer insists on.
func (e *errand) teamGaps(team []*person) []Conflict {
	s := situation{order: e.order, tasks: e.tasks, terms: e.asked}
	for _, p := range team {
		s.team = append(s.team, member{Technician: p.Technician, zone: p.zone})
	}
	return refusing(slices.Concat(s.skillGaps(), s.tooFew(), s.terms.wishes(s.team)))
}
