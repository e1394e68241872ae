package solver

import "slices"

// layTechnicians works out who can do what, how long it takes and what it costs. Tables
// that come out equal are shared, so that large fleets stay in the cache.
func (c *compiled) layTechnicians() {
	part := map[string]int{}
	for v := range c.visits {
		for name := range c.visits[v].Parts {
			part[name] = 0
		}
	}
	for i, name := range sortedKeys(part) {
		part[name] = i
	}
	c.parts = len(part)
	c.need = make([]int32, c.n*c.parts)
	for v := range c.visits {
		for name, q := range c.visits[v].Parts {
			c.need[int(c.first[v])*c.parts+part[name]] = int32(q)
		}
	}
	c.stock = make([]int32, len(c.techs)*c.parts)
	for t := range c.techs {
		for name, q := range c.techs[t].Stock {
			if i, ok := part[name]; ok {
				c.stock[t*c.parts+i] = int32(q)
			}
		}
		svc, unary, can := make([]int32, c.n), make([]int64, c.n), make([]bool, c.n)
		for i := range c.n {
			v := &c.visits[c.visitOf[i]]
			seat := int(c.seatOf[i])
			svc[i] = int32(v.duration(&c.techs[t], seat))
			unary[i] = v.costOf(&c.techs[t], seat) + c.techs[t].Rate*int64(svc[i])
			can[i] = v.takes(&c.techs[t], seat)
		}
		c.svc, c.unary, c.can = append(c.svc, shared(c.svc, svc)), append(c.unary, shared(c.unary, unary)), append(c.can, shared(c.can, can))
	}
}

// shared returns the last table if it equals the new one.
func shared[T comparable](tables [][]T, next []T) []T {
	for _, t := range tables[max(0, len(tables)-8):] {
		if slices.Equal(t, next) {
			return t
		}
	}
	return next
}

// duration of a seat in the hands of a technician.
func (v *Visit) duration(t *Technician, seat int) int {
	if d, ok := v.DurationBy[t.ID]; ok {
		return d
	}
	d := v.Duration
	if seat < len(v.Seats) && v.Seats[seat].Duration > 0 {
		d = v.Seats[seat].Duration
	}
	if t.Pace == 0 {
		return d
	}
	return (d*t.Pace + 99) / 100
}

// costOf is what it costs that this technician comes, whenever they do.
func (v *Visit) costOf(t *Technician, seat int) (cost int64) {
	if len(v.Preferred) > 0 && !slices.Contains(v.Preferred, t.ID) {
		cost += v.Preference
	}
	if p := v.Promise; p != nil && seat < len(p.Technicians) && p.Technicians[seat] != "" && p.Technicians[seat] != t.ID {
		cost += p.TechnicianCost
	}
	return cost
}

// takes reports whether the technician may have the seat. Who pinned a technician has decided that already.
func (v *Visit) takes(t *Technician, seat int) bool {
	if v.Pin != nil && seat < len(v.Pin.Technicians) && v.Pin.Technicians[seat] != "" {
		return v.Pin.Technicians[seat] == t.ID
	}
	if len(v.Allowed) > 0 && !slices.Contains(v.Allowed, t.ID) || slices.Contains(v.Barred, t.ID) {
		return false
	}
	if seat < len(v.Seats) {
		for skill, level := range v.Seats[seat].Skills {
			if t.Skills[skill] < level {
				return false
			}
		}
	}
	return true
}
