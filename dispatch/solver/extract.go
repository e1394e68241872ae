package solver

import "slices"

// plan is the state as its caller reads it.
func (q *search) plan() *Plan {
	s, c := q.s, q.c
	p := &Plan{Terms: q.terms()}
	for r := range c.routes {
		info, t := &c.routes[r], &s.tours[r]
		tour := Tour{Technician: c.techs[info.tech].ID, Shift: int(info.shift), End: int(info.start)}
		for i, x := range s.inner(int32(r)) {
			start := int(t.es[i+1])
			tour.Stops = append(tour.Stops, Stop{
				Visit: c.visits[c.visitOf[x]].ID, Seat: int(c.seatOf[x]), Start: start, End: start + int(c.svc[info.tech][x]),
			})
		}
		if len(tour.Stops) > 0 {
			tour.End = int(t.es[len(t.es)-1])
		}
		p.Tours = append(p.Tours, tour)
	}
	for _, v := range s.absent {
		p.LeftOut = append(p.LeftOut, c.visits[v].ID)
	}
	slices.Sort(p.LeftOut)
	return p
}

// terms splits the cost of the state by names.
func (q *search) terms() (t Terms) {
	s, c := q.s, q.c
	late := int64(0)
	for r := range c.routes {
		info, tour := &c.routes[r], &s.tours[r]
		tech := &c.techs[info.tech]
		end := len(tour.nodes) - 1
		if end == 1 {
			continue
		}
		t.Labour += info.use + int64(tour.travel)*tech.Rate
		t.Travel += int64(tour.travel) * c.w.Travel
		t.Overtime += info.over(tour.es[end])
		for p, x := range s.inner(int32(r)) {
			v, seat, start := &c.visits[c.visitOf[x]], int(c.seatOf[x]), tour.es[p+1]
			t.Labour += tech.Rate * int64(c.svc[info.tech][x])
			if c.late[x] > 0 && start > c.due[x] {
				t.Late += c.late[x] * int64(start-c.due[x])
				late = max(late, int64(start-c.due[x]))
			}
			if len(v.Preferred) > 0 && !slices.Contains(v.Preferred, tech.ID) {
				t.Preference += v.Preference
			}
			if pr := v.Promise; pr != nil {
				if seat == 0 && pr.WindowCost > 0 && (int(start) < pr.Window.From || int(start) > pr.Window.To) {
					t.Disruption += pr.WindowCost
				}
				if seat < len(pr.Technicians) && pr.Technicians[seat] != "" && pr.Technicians[seat] != tech.ID {
					t.Disruption += pr.TechnicianCost
				}
			}
		}
	}
	for v := range c.visits {
		if s.isOut[v] {
			t.LeftOut += c.prize[v]
		}
	}
	t.MaxLate = c.w.MaxLate * late
	for _, ticks := range s.work {
		t.Fairness += s.fair(ticks)
	}
	return t
}
