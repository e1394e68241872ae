package solver_test

import (
	"callout/dispatch/solver"
)

// way is the one before a stop of a tour; behind the last stop, the way back.
func (e *exact) way(r, i int) int {
	from, to := e.shifts[r].Start, e.shifts[r].End
	if i > 0 {
		from = e.p.Visits[e.tours[r][i-1].visit].Place
	}
	if i < len(e.tours[r]) {
		to = e.p.Visits[e.tours[r][i].visit].Place
	}
	if from == solver.Nowhere || to == solver.Nowhere {
		return 0
	}
	return e.p.Travel.Ticks(from, to)
}

// lasts is how long the technician of a tour needs for a seat.
func (e *exact) lasts(r int, s seat) int {
	v, t := &e.p.Visits[s.visit], &e.p.Technicians[e.techs[r]]
	if own, ok := v.DurationBy[t.ID]; ok {
		return own
	}
	d := v.Duration
	if s.seat < len(v.Seats) && v.Seats[s.seat].Duration > 0 {
		d = v.Seats[s.seat].Duration
	}
	if t.Pace > 0 {
		d = (d*t.Pace + 99) / 100
	}
	return d
}

// eachPromise tries which promised windows are kept at any price; the others may be kept or not.
func (e *exact) eachPromise(v int, kept []bool, try func([]bool)) {
	if v == len(kept) {
		try(kept)
		return
	}
	e.eachPromise(v+1, kept, try)
	if pr := e.p.Visits[v].Promise; pr != nil && pr.WindowCost > 0 && !e.out[v] {
		kept[v] = true
		e.eachPromise(v+1, kept, try)
		kept[v] = false
	}
}

// skipped is the place of a break that is not taken.
const skipped = -1

// eachRest tries every place for every break: 2i is before the way to stop i, 2i+1 after it.
func (e *exact) eachRest(r int, rests [][]int, try func([][]int)) {
	switch {
	case r == len(rests):
		try(rests)
	case len(e.tours[r]) == 0 || len(rests[r]) == len(e.shifts[r].Breaks):
		e.eachRest(r+1, rests, try)
	default:
		had := rests[r]
		least := 0
		for _, at := range had {
			least = max(least, at)
		}
		rests[r] = append(had[:len(had):len(had)], skipped)
		e.eachRest(r, rests, try)
		for at := least; at <= 2*len(e.tours[r])+1; at++ {
			rests[r] = append(had[:len(had):len(had)], at)
			e.eachRest(r, rests, try)
		}
		rests[r] = had
	}
}

// schedule times an arrangement: every start is the least that the windows, ways, breaks and links allow, found by
// raising them until nothing is too soon. No cost that is left grows smaller by waiting.
func (e *exact) schedule(kept []bool, rests [][]int) (cost int64, ok bool) {
	start := make([]int, len(e.p.Visits))
	ends := make([]int, len(e.tours))
	for again := true; again; {
		again = false
		for r := range e.tours {
			if len(e.tours[r]) > 0 && !e.walk(r, kept, rests[r], start, ends, &again) {
				return 0, false
			}
		}
		if !e.lags(start, &again) {
			return 0, false
		}
	}
	latest := 0
	for r, stops := range e.tours {
		for _, s := range stops {
			v := &e.p.Visits[s.visit]
			if late := start[s.visit] - v.Due; v.Late > 0 && late > 0 {
				cost += v.Late * int64(late)
				latest = max(latest, late)
			}
			if pr := v.Promise; pr != nil && s.seat == 0 && (start[s.visit] < pr.Window.From || start[s.visit] > pr.Window.To) {
				cost += pr.WindowCost
			}
		}
		if over := ends[r] - e.shifts[r].OvertimeFrom; len(stops) > 0 && over > 0 {
			cost += e.shifts[r].Overtime * int64(over)
		}
	}
	return cost + e.p.Weights.MaxLate*int64(latest), true
}

// walk raises the starts of a tour.
func (e *exact) walk(r int, kept []bool, rests, start, ends []int, again *bool) bool {
	shift := e.shifts[r]
	at := shift.From
	rest := func(place int) bool {
		for i, b := range shift.Breaks {
			if rests[i] != place {
				continue
			}
			if at = max(at, b.From); at > b.To {
				return false
			}
			at += b.Duration
		}
		return true
	}
	for i := range len(e.tours[r]) + 1 {
		if !rest(2 * i) {
			return false
		}
		at += e.way(r, i)
		if !rest(2*i + 1) {
			return false
		}
		if i == len(e.tours[r]) {
			break
		}
		s := e.tours[r][i]
		begin, ok := e.opens(s.visit, kept[s.visit], max(at, start[s.visit]))
		if !ok {
			return false
		}
		if begin > start[s.visit] {
			start[s.visit], *again = begin, true
		}
		at = begin + e.lasts(r, s)
	}
	for i, b := range shift.Breaks {
		if rests[i] == skipped && at > b.To {
			return false
		}
	}
	ends[r] = at
	return at <= shift.Until
}

// opens is the first moment from t on at which a visit may start.
func (e *exact) opens(visit int, kept bool, t int) (int, bool) {
	v := &e.p.Visits[visit]
	windows := v.Windows
	if v.Pin != nil && v.Pin.Start != nil {
		windows = []solver.Window{{From: *v.Pin.Start, To: *v.Pin.Start}}
	}
	if len(windows) == 0 {
		windows = []solver.Window{{To: solver.MaxTime}}
	}
	for _, w := range windows {
		if kept {
			w.From, w.To = max(w.From, v.Promise.Window.From), min(w.To, v.Promise.Window.To)
		}
		if from := max(t, w.From); from <= w.To {
			return from, true
		}
	}
	return 0, false
}

// lags raises starts that are too soon by a link. Beyond the end of all shifts nothing can become right any more.
func (e *exact) lags(start []int, again *bool) bool {
	end := 0
	for _, s := range e.shifts {
		end = max(end, s.Until)
	}
	raise := func(v, to int) bool {
		if to > start[v] {
			start[v], *again = to, true
		}
		return start[v] <= end
	}
	for _, l := range e.p.Links {
		before, after := -1, -1
		for i := range e.p.Visits {
			if id := e.p.Visits[i].ID; id == l.Before {
				before = i
			} else if id == l.After {
				after = i
			}
		}
		if e.out[before] || e.out[after] {
			continue
		}
		for r, stops := range e.tours {
			for _, s := range stops {
				if s.visit != before {
					continue
				}
				lasts := e.lasts(r, s)
				if l.FromStart {
					lasts = 0
				}
				if !raise(after, start[before]+lasts+l.Min) || l.Max >= l.Min && !raise(before, start[after]-l.Max-lasts) {
					return false
				}
			}
		}
	}
	return true
}
