package billing

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/store"
)

// Worked is a stretch of one person's time, as [Split] needs to know it.
type Worked struct {
	ID     store.ID
	Person store.ID
	Kind   TimeKind
	From   time.Time
	To     time.Time
	// Elsewhere is work on another order. It counts towards the thresholds that say so, and
	// comes to nothing here.
	Elsewhere bool
}

// Place is where time was worked, as its windows are read there.
type Place struct {
	Zone     calendar.Zone
	Opening  calendar.Hours
	Holidays []calendar.Date
}

// Segment is a stretch of worked time on one date that stands under the same surcharges throughout.
type Segment struct {
	Entry store.ID
	calendar.Interval
	Date       calendar.Date
	surcharges []surcharge
}

// Split cuts worked time where it passes midnight, a window begins or ends, or a
// threshold is met. The pieces of an entry follow one another without a gap and add up to it, also
// in the nights in which clocks change. It is pure: the same minutes can be split by
// terms of billing and again by terms of pay.
func (s *Surcharges) Split(work []Worked, at Place) []Segment {
	inOrder := func(a, b Worked) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), a.From.Compare(b.From), cmp.Compare(a.ID, b.ID))
	}
	ordered := work
	if !slices.IsSortedFunc(work, inOrder) {
		ordered = slices.Clone(work)
		slices.SortFunc(ordered, inOrder)
	}
	out := make([]Segment, 0, 2*len(work)) // many are cut once
	terms := s.read(at)
	count := counter{}
	for i := range ordered {
		w := &ordered[i]
		if i > 0 && ordered[i-1].Person != w.Person {
			count = counter{}
		}
		for _, day := range terms.byDay(calendar.NewInterval(w.From, w.To)) {
			for _, p := range terms.windows(w, day) {
				all := terms.thresholds(out, w, p, count)
				if !w.Elsewhere {
					out = all
				}
			}
		}
	}
	return out
}

// terms are surcharges as they are read at a place: in words, and with the hours of their
// windows on the dates that were asked for.
type terms struct {
	*Surcharges
	at       Place
	inWindow []surcharge
	over     []surcharge
	days     map[calendar.Date]*openDay
	last     *openDay // that was asked for: work is looked at in its order
	sets     map[uint64][]surcharge
	// What one piece needs for a moment is written over by the next.
	cuts   []time.Time
	pieces []Segment
	mine   []counted
}

// under returns a set of surcharges, made once for all the pieces that stand under it.
func (t *terms) under(key uint64) []surcharge {
	if key == 0 {
		return nil
	}
	set, ok := t.sets[key]
	if !ok {
		for _, x := range slices.Concat(t.inWindow, t.over) {
			if key&x.bit != 0 {
				set = append(set, x)
			}
		}
		t.sets[key] = set
	}
	return set
}

// openDay is a date, and when each window is open on it.
type openDay struct {
	date calendar.Date
	calendar.Interval
	known bool // the windows were looked at
	open  [][]calendar.Interval
}

// day returns a date from midnight to midnight.
func (t *terms) day(d calendar.Date) *openDay {
	day, ok := t.days[d]
	if !ok {
		day = &openDay{date: d, Interval: t.at.Zone.Day(d)}
		t.days[d] = day
	}
	return day
}

// byDay cuts an interval at midnights. Most lie within one date.
func (t *terms) byDay(i calendar.Interval) []calendar.DayPart {
	if t.last == nil || !t.last.Contains(i.Start) {
		t.last = t.day(calendar.DateOf(i.Start, t.at.Zone))
	}
	if day := t.last; !i.IsEmpty() && !i.End.After(day.End) {
		return []calendar.DayPart{{Date: day.date, Interval: i}}
	}
	return calendar.SplitByDays(i, t.last.date, func(d calendar.Date) calendar.Interval {
		t.last = t.day(d)
		return t.last.Interval
	})
}

func (s *Surcharges) read(at Place) *terms {
	t := &terms{Surcharges: s, at: at, days: map[calendar.Date]*openDay{}, sets: map[uint64][]surcharge{}}
	for i := range s.Windows {
		w := &s.Windows[i]
		t.inWindow = append(t.inWindow, surcharge{w.Name, w.Factor, w.rule(at.Opening), 1 << i})
	}
	for i := range s.Overtime {
		o := &s.Overtime[i]
		t.over = append(t.over, surcharge{o.Name, o.Factor, o.rule(), 1 << (maxSurcharges + i)})
	}
	return t
}

// on returns when each window is open on a date.
func (t *terms) on(d calendar.Date) [][]calendar.Interval {
	day := t.day(d)
	if !day.known {
		day.known = true
		for i := range t.Windows {
			day.open = append(day.open, t.Windows[i].during(calendar.DayPart{Date: d, Interval: day.Interval}, t.at))
		}
	}
	return day.open
}

// windows cuts a part of a day where windows begin and end. What it returns is written over by the next call.
func (t *terms) windows(w *Worked, day calendar.DayPart) []Segment {
	whole := Segment{Entry: w.ID, Interval: day.Interval, Date: day.Date}
	if w.Elsewhere || len(t.Windows) == 0 {
		t.pieces = append(t.pieces[:0], whole)
		return t.pieces
	}
	open := t.on(day.Date)
	cuts := append(t.cuts[:0], day.Start, day.End)
	for i, during := range open {
		if w.Kind == Travel && !t.Windows[i].Travel {
			continue
		}
		for _, iv := range during {
			for _, cut := range []time.Time{iv.Start, iv.End} {
				if cut.After(day.Start) && cut.Before(day.End) {
					cuts = append(cuts, cut)
				}
			}
		}
	}
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.CompactFunc(cuts, time.Time.Equal)
	out := t.pieces[:0]
	for i := range len(cuts) - 1 {
		p := whole
		p.Interval = calendar.Interval{Start: cuts[i], End: cuts[i+1]}
		var key uint64
		for n, during := range open {
			if w.Kind == Travel && !t.Windows[n].Travel {
				continue
			}
			if slices.ContainsFunc(during, func(iv calendar.Interval) bool { return iv.Contains(cuts[i]) }) {
				key |= t.inWindow[n].bit
			}
		}
		p.surcharges = t.under(key)
		out = append(out, p)
	}
	t.cuts, t.pieces = cuts, out
	return out
}

// keyOf names a set of surcharges.
func keyOf(set []surcharge) (key uint64) {
	for _, x := range set {
		key |= x.bit
	}
	return key
}

// during is when a window is open in a part of a day.
func (w *Window) during(day calendar.DayPart, at Place) []calendar.Interval {
	whole := []calendar.Interval{day.Interval}
	switch w.When {
	case Within:
		return w.Hours.Intervals(at.Zone, nil, day.Start, day.End)
	case Outside:
		hours := w.Hours
		if hours.IsZero() {
			hours = at.Opening
		}
		return calendar.Subtract(whole, hours.Intervals(at.Zone, at.Holidays, day.Start, day.End))
	case Weekend:
		if d := day.Date.Weekday(); d == time.Saturday || d == time.Sunday {
			return whole
		}
	case Holiday:
		if slices.Contains(at.Holidays, day.Date) {
			return whole
		}
	}
	return nil
}

// counter is how much a person has worked, by threshold and by its date or week.
type counter map[counted]time.Duration

type counted struct {
	threshold int
	span      calendar.Date // the date, or the Monday of its week
}

// mondayOf is the first day of a date's week.
func mondayOf(d calendar.Date) calendar.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

// thresholds cuts a piece where thresholds are met, counts it, and appends what comes of it.
func (t *terms) thresholds(out []Segment, w *Worked, p Segment, count counter) []Segment {
	if len(t.Overtime) == 0 {
		return append(out, p)
	}
	monday := mondayOf(p.Date)
	mine := t.mine[:0]
	for i := range t.Overtime {
		o := &t.Overtime[i]
		if w.Kind == Travel && !o.Travel || w.Elsewhere && !o.Across {
			continue
		}
		span := p.Date
		if o.Per == PerWeek {
			span = monday
		}
		mine = append(mine, counted{i, span})
	}
	t.mine = mine
	for !p.IsEmpty() {
		piece := p
		best := -1
		for _, m := range mine {
			o := &t.Overtime[m.threshold]
			left := time.Duration(o.After)*time.Minute - count[m]
			if left <= 0 {
				if best < 0 || o.Factor.Cmp(t.Overtime[best].Factor) > 0 {
					best = m.threshold
				}
			} else if end := p.Start.Add(left); end.Before(piece.End) {
				piece.End = end
			}
		}
		if best >= 0 {
			piece.surcharges = t.under(keyOf(p.surcharges) | t.over[best].bit)
		}
		for _, m := range mine {
			count[m] += piece.Duration()
		}
		out = append(out, piece)
		p.Start = piece.End
	}
	return out
}
