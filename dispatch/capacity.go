package dispatch

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/party"
	"callout/store"
)

// Capacity is how much time there is, is booked and is asked for, in minutes of people.
// Somebody with two skills stands in both rows: rows of one kind do not add up.
type Capacity struct {
	// Date is zero in the rows for all days.
	Date calendar.Date `json:"date,omitzero"`
	By   string        `json:"by"` // all, skill or territory
	Name string        `json:"name"`
	// Technicians is how many have the skill at the level or a higher one, or go to the territory.
	Technicians int `json:"technicians"`
	Available   int `json:"available_minutes"` // shifts, less holidays and absences
	Booked      int `json:"booked_minutes"`
	Free        int `json:"free_minutes"` // below zero where more is booked than there is
	// Demanded is what the estimates of the orders without a visit add up to; on one date, of those
	// that are to begin by then for their SLA. Orders counts them, and Unknown those without an estimate.
	Demanded int `json:"demanded_minutes"`
	Orders   int `json:"orders"`
	Unknown  int `json:"orders_without_estimate,omitempty"`
}

// group is whom and what a row of capacity counts.
type group struct {
	by, name string
	has      func(*person) bool
	// wants is how many minutes of people an errand asks for here; known is false where it has no estimate.
	wants func(*errand) (minutes int, known, counts bool)
}

// ReadCapacity reads the capacity of a span, and of each of its days where daily is set.
func ReadCapacity(r store.Reader, span calendar.Interval, now time.Time, daily bool) ([]Capacity, error) {
	w, err := ReadWorkload(r, span, now)
	if err != nil {
		return nil, err
	}
	open := slices.DeleteFunc(slices.Clone(w.errands), func(e *errand) bool { return e.visit != nil })
	open = append(open, w.unknown...)
	territories, err := allTerritories(r)
	if err != nil {
		return nil, err
	}
	var out []Capacity
	for _, g := range w.groups(open, territories) {
		out = append(out, w.capacity(g, span, calendar.Date{}, open))
		if !daily {
			continue
		}
		for d := calendar.DateOf(span.Start, w.ro.zone); w.ro.zone.StartOf(d).Before(span.End); d = d.AddDays(1) {
			out = append(out, w.capacity(g, w.ro.zone.Day(d), d, open))
		}
	}
	return out, nil
}

func allTerritories(r store.Reader) (out []*Territory, err error) {
	for t, err := range Territories.All(r) {
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *Territory) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// capacity adds up one row.
func (w *Workload) capacity(g group, in calendar.Interval, date calendar.Date, open []*errand) Capacity {
	c := Capacity{Date: date, By: g.by, Name: g.name}
	for _, p := range w.ro.people {
		if !g.has(p) {
			continue
		}
		c.Technicians++
		c.Available += int(calendar.Total(p.shifts(in)) / time.Minute)
		var busy []calendar.Interval
		for _, v := range p.agenda {
			if iv, ok := in.Intersect(calendar.NewInterval(v.Start, v.End)); ok {
				busy = append(busy, iv)
			}
		}
		c.Booked += int(calendar.Total(busy) / time.Minute)
	}
	c.Free = c.Available - c.Booked
	for _, e := range open {
		due := e.startBy()
		if date != (calendar.Date{}) && (due.IsZero() || calendar.DateOf(due, w.ro.zone) != date) {
			continue
		}
		minutes, known, counts := g.wants(e)
		if !counts {
			continue
		}
		c.Orders++
		c.Demanded += minutes
		if !known {
			c.Unknown++
		}
	}
	return c
}

// groups are everybody, each skill at each level that somebody has or needs, and each territory.
func (w *Workload) groups(open []*errand, territories []*Territory) []group {
	whole := func(e *errand) (minutes int, known, counts bool) {
		known = len(e.tasks) > 0
		for _, t := range e.tasks {
			minutes += t.Minutes * max(1, t.Persons)
			known = known && t.Minutes > 0
		}
		return minutes, known, true
	}
	out := []group{{"all", "all", func(*person) bool { return true }, whole}}
	for _, s := range w.skills(open) {
		out = append(out, group{"skill", s.String(), func(p *person) bool { return levelOf(p.Skills, s.Name) >= s.Level }, s.wanted})
	}
	for _, t := range territories {
		out = append(out, group{
			"territory", t.Name,
			func(p *person) bool { return len(p.serves) == 0 || slices.Contains(t.Technicians, p.ID) },
			func(e *errand) (int, bool, bool) {
				minutes, known, _ := whole(e)
				return minutes, known, e.asked.territory != nil && e.asked.territory.ID == t.ID
			},
		})
	}
	return out
}

// wanted is how many minutes of people with the skill an errand asks for.
func (s Skill) wanted(e *errand) (minutes int, known, counts bool) {
	known = true
	for _, t := range e.tasks {
		for _, n := range t.Skills {
			if party.Fold(n.Skill) == s.Name && needed(n) >= s.Level {
				counts = true
				minutes += t.Minutes * max(1, t.Persons)
				known = known && t.Minutes > 0
			}
		}
	}
	return minutes, known, counts
}

// skills lists the skills that somebody has or needs, at each of their levels.
func (w *Workload) skills(open []*errand) []Skill {
	var all []Skill
	for _, p := range w.ro.people {
		for _, s := range p.Skills {
			all = append(all, Skill{party.Fold(s.Name), max(s.Level, 1)})
		}
	}
	for _, e := range open {
		for _, t := range e.tasks {
			for _, n := range t.Skills {
				all = append(all, Skill{party.Fold(n.Skill), needed(n)})
			}
		}
	}
	slices.SortFunc(all, func(a, b Skill) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Level, b.Level)) })
	return slices.Compact(all)
}
