package file

import (
	"cmp"
	"fmt"
	"slices"
)

func (c *checker) technician(path string, i int, t technician) {
	c.fresh(path+".id", "technicians", c.technicians, t.ID, i)
	c.numbers(path+".skills", t.Skills, maxLevel)
	within(c, path+".pace_percent", t.Pace, 0, maxPace)
	c.cost(path+".rate", t.Rate)
	c.cost(path+".use", t.Use)
	c.numbers(path+".stock", t.Stock, maxParts)
	order := make([]int, len(t.Shifts))
	for k, s := range t.Shifts {
		order[k] = k
		c.shift(fmt.Sprintf("%s.shifts[%d]", path, k), s)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t.Shifts[a].From, t.Shifts[b].From) })
	for k := 1; k < len(order); k++ {
		if a, b := order[k-1], order[k]; t.Shifts[b].From < t.Shifts[a].Until {
			c.bad(fmt.Sprintf("%s.shifts[%d]", path, b), "begins before shifts[%d] ends", a)
		}
	}
}

func (c *checker) shift(path string, s shift) {
	c.interval(path, s.From, "until", s.Until)
	if s.Until == s.From {
		c.bad(path+".until", "the shift ends when it begins")
	}
	if s.Start != nil {
		c.place(path+".start", *s.Start)
	}
	if s.End != nil {
		c.place(path+".end", *s.End)
	}
	if s.Overtime != nil {
		c.time(path+".overtime.from", s.Overtime.From)
		c.cost(path+".overtime.cost", s.Overtime.Cost)
	}
	c.duration(path+".max_travel", s.MaxTravel)
	c.few(path+".breaks", len(s.Breaks))
	for i, b := range s.Breaks {
		at := fmt.Sprintf("%s.breaks[%d]", path, i)
		c.interval(at, b.From, "to", b.To)
		c.duration(at+".duration", b.Duration)
	}
}

func (c *checker) few(path string, n int) {
	if n > maxList {
		c.bad(path, "%d are more than %d", n, maxList)
	}
}

func (c *checker) visit(path string, i int, v visit) {
	c.fresh(path+".id", "visits", c.visits, v.ID, i)
	c.place(path+".place", v.Place)
	c.duration(path+".duration", v.Duration)
	c.named(path+".duration_by", sortedKeys(v.DurationBy), false)
	c.numbers(path+".duration_by", v.DurationBy, maxTime)
	c.few(path+".windows", len(v.Windows))
	for k, w := range v.Windows {
		at := fmt.Sprintf("%s.windows[%d]", path, k)
		c.interval(at, w.From, "to", w.To)
		if k > 0 && w.From <= v.Windows[k-1].To {
			c.bad(at+".from", "%d is not after the window before it, which ends at %d", w.From, v.Windows[k-1].To)
		}
	}
	if v.Due != nil {
		c.time(path+".due.at", v.Due.At)
		within(c, path+".due.late", v.Due.Late, 1, maxCost)
	}
	c.cost(path+".prize", v.Prize)
	if len(v.Seats) > maxCrew {
		c.bad(path+".seats", "%d are more than %d", len(v.Seats), maxCrew)
	}
	for k, s := range v.Seats {
		at := fmt.Sprintf("%s.seats[%d]", path, k)
		c.numbers(at+".skills", s.Skills, maxLevel)
		c.duration(at+".duration", s.Duration)
	}
	c.numbers(path+".parts", v.Parts, maxParts)
	c.people(path, v)
}

// people holds whom a visit names.
func (c *checker) people(path string, v visit) {
	if v.Allowed != nil && len(v.Allowed) == 0 {
		c.bad(path+".allowed", "names nobody; without it everybody may come")
	}
	c.named(path+".allowed", v.Allowed, false)
	c.named(path+".barred", v.Barred, false)
	c.named(path+".preferred", v.Preferred, false)
	c.cost(path+".preference", v.Preference)
	crew := func(path string, ids []string) {
		c.named(path, ids, true)
		if n := max(1, len(v.Seats)); len(ids) > n {
			c.bad(path, "%d for %d seats", len(ids), n)
		}
	}
	if p := v.Promise; p != nil {
		c.interval(path+".promise.window", p.Window.From, "to", p.Window.To)
		c.cost(path+".promise.window_cost", p.WindowCost)
		c.cost(path+".promise.technician_cost", p.TechnicianCost)
		crew(path+".promise.technicians", p.Technicians)
	}
	if v.Pin != nil {
		if v.Pin.Start != nil {
			c.time(path+".pin.start", *v.Pin.Start)
		}
		crew(path+".pin.technicians", v.Pin.Technicians)
	}
}

// links join two visits that are there, and make none wait for itself.
func (c *checker) links() {
	if n := len(c.d.Links); n > maxStops {
		c.bad("links", "%d are more than %d", n, maxStops)
	}
	waits := make([]int, len(c.d.Visits)) // for how many others
	then := map[int][]int{}
	for i, l := range c.d.Links {
		path := fmt.Sprintf("links[%d]", i)
		before, ok := c.visits[l.Before]
		if !ok {
			c.bad(path+".before", "there is no visit %q", l.Before)
		}
		after, ok := c.visits[l.After]
		if !ok {
			c.bad(path+".after", "there is no visit %q", l.After)
		}
		if _, ok := sameness[l.Same]; !ok {
			c.bad(path+".same", "%q is neither yes nor no", l.Same)
		}
		c.time(path+".min", l.Min)
		if l.Max != nil {
			c.time(path+".max", *l.Max)
			if *l.Max < l.Min {
				c.bad(path+".max", "%d is below the least, %d", *l.Max, l.Min)
			}
		}
		if c.wrong == nil {
			waits[after]++
			then[before] = append(then[before], after)
		}
	}
	var ready []int
	for v, n := range waits {
		if n == 0 {
			ready = append(ready, v)
		}
	}
	for i := 0; i < len(ready); i++ {
		for _, v := range then[ready[i]] {
			if waits[v]--; waits[v] == 0 {
				ready = append(ready, v)
			}
		}
	}
	for v, n := range waits {
		if n > 0 {
			c.bad("links", "%q waits for itself", c.d.Visits[v].ID)
		}
	}
}
