package solver_test

import (
	"fmt"
	"slices"

	"callout/dispatch/solver"
)

// exact finds the optimum of a tiny problem by trying every choice of visits, every technician for every seat and every order. It
// knows nothing of the search and nothing of the checker.
type exact struct {
	p      *solver.Problem
	seats  []seat
	techs  []int // by tour: its technician
	shifts []solver.Shift
	tours  [][]seat
	out    []bool // by visit
	best   int64
	found  string // the best arrangement, for a reader
}

// seat is one of a visit, by its number in the problem.
type seat struct{ visit, seat int }

// optimum is the least cost that any plan of a problem has, and how that plan goes. The shifts of a technician must be listed in the order of time.
func optimum(p *solver.Problem) (cost int64, arrangement string) {
	e := &exact{p: p, out: make([]bool, len(p.Visits)), best: 1 << 60}
	for v := range p.Visits {
		for s := range max(1, len(p.Visits[v].Seats)) {
			e.seats = append(e.seats, seat{v, s})
		}
	}
	for t, tech := range p.Technicians {
		for _, shift := range tech.Shifts {
			e.techs, e.shifts = append(e.techs, t), append(e.shifts, shift)
		}
	}
	e.tours = make([][]seat, len(e.shifts))
	e.place(0)
	return e.best, e.found
}

// place tries every place for the seats from one on.
func (e *exact) place(i int) {
	if i == len(e.seats) {
		e.judge()
		return
	}
	next := e.seats[i]
	if next.seat == 0 {
		after := i + 1
		for after < len(e.seats) && e.seats[after].visit == next.visit {
			after++
		}
		e.out[next.visit] = true
		e.place(after)
		e.out[next.visit] = false
	}
	for r, stops := range e.tours {
		if !e.may(r, next) {
			continue
		}
		for at := range len(stops) + 1 {
			e.tours[r] = slices.Insert(slices.Clone(stops), at, next)
			e.place(i + 1)
		}
		e.tours[r] = stops
	}
}

// may says whether the technician of a tour can have a seat, as far as one can say without the rest.
func (e *exact) may(r int, s seat) bool {
	v, t := &e.p.Visits[s.visit], &e.p.Technicians[e.techs[r]]
	for o, stops := range e.tours {
		if e.techs[o] == e.techs[r] && slices.ContainsFunc(stops, func(x seat) bool { return x.visit == s.visit }) {
			return false
		}
	}
	if v.Pin != nil && s.seat < len(v.Pin.Technicians) && v.Pin.Technicians[s.seat] != "" {
		return v.Pin.Technicians[s.seat] == t.ID
	}
	if s.seat < len(v.Seats) {
		for skill, level := range v.Seats[s.seat].Skills {
			if t.Skills[skill] < level {
				return false
			}
		}
	}
	return !slices.Contains(v.Barred, t.ID) && (len(v.Allowed) == 0 || slices.Contains(v.Allowed, t.ID))
}

// judge prices an arrangement and keeps its cost if it is the least.
func (e *exact) judge() {
	cost, ok := e.timeless()
	if !ok || cost >= e.best {
		return
	}
	e.eachPromise(0, make([]bool, len(e.p.Visits)), func(kept []bool) {
		e.eachRest(0, make([][]int, len(e.tours)), func(rests [][]int) {
			if timed, ok := e.schedule(kept, rests); ok {
				if cost+timed < e.best {
					e.best, e.found = cost+timed, fmt.Sprintf("%v out %v", e.tours, e.out)
				}
			}
		})
	})
}

// timeless is what an arrangement costs whenever it happens, and whether it could be.
func (e *exact) timeless() (cost int64, ok bool) {
	p := e.p
	for v, out := range e.out {
		if out {
			cost += p.Visits[v].Prize
		}
	}
	worked := make([]int64, len(p.Technicians))
	stock := make([]map[string]int, len(p.Technicians))
	for r, stops := range e.tours {
		t, shift := &p.Technicians[e.techs[r]], e.shifts[r]
		if len(stops) == 0 {
			continue
		}
		cost += t.Use
		road := 0
		for i, s := range stops {
			v := &p.Visits[s.visit]
			road += e.way(r, i)
			worked[e.techs[r]] += int64(e.lasts(r, s))
			cost += t.Rate * int64(e.lasts(r, s))
			if len(v.Preferred) > 0 && !slices.Contains(v.Preferred, t.ID) {
				cost += v.Preference
			}
			if pr := v.Promise; pr != nil && s.seat < len(pr.Technicians) && pr.Technicians[s.seat] != "" && pr.Technicians[s.seat] != t.ID {
				cost += pr.TechnicianCost
			}
			for part, n := range v.Parts {
				if s.seat > 0 {
					continue
				}
				if stock[e.techs[r]] == nil {
					stock[e.techs[r]] = map[string]int{}
				}
				stock[e.techs[r]][part] += n
				if stock[e.techs[r]][part] > t.Stock[part] {
					return 0, false
				}
			}
		}
		road += e.way(r, len(stops))
		if shift.MaxTravel > 0 && road > shift.MaxTravel {
			return 0, false
		}
		cost += (p.Weights.Travel + t.Rate) * int64(road)
	}
	unit := int64(p.Weights.FairUnit)
	for _, w := range worked {
		if p.Weights.Fairness > 0 {
			cost += p.Weights.Fairness * w * w / (unit * unit)
		}
	}
	return cost, e.people()
}

// people says whether the links are kept apart from their lags.
func (e *exact) people() bool {
	who := func(id string) (list []int) {
		for r, stops := range e.tours {
			for _, s := range stops {
				if e.p.Visits[s.visit].ID == id {
					list = append(list, e.techs[r])
				}
			}
		}
		return list
	}
	for _, l := range e.p.Links {
		before, after := who(l.Before), who(l.After)
		if len(after) > 0 && len(before) == 0 {
			return false
		}
		for _, a := range before {
			for _, b := range after {
				if l.Same == solver.SameTechnician && a != b || l.Same == solver.OtherTechnician && a == b {
					return false
				}
			}
		}
	}
	return true
}
