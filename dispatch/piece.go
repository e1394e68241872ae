package dispatch

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
)

// piece is a part of a working day in which somebody can be sent: between the visits that stay
// where they are, and the times away. It begins and ends where these are.
type piece struct {
	calendar.Interval
	start, end *place // nil is anywhere
	shiftEnd   time.Time
	breaks     []calendar.Interval
}

// block is what a piece ends at and the next one begins after.
type block struct {
	calendar.Interval
	at *place
}

// pieces carves somebody's days. Visits that overlap one another are one block, so that what was
// knowingly booked over a rule does not make the rest impossible.
func (w *Workload) pieces(p *person) []piece {
	var out []piece
	for _, t := range p.tours(w.ro.span) {
		open := piece{Interval: t.Interval, shiftEnd: t.End, breaks: t.breaks}
		home := p.base()
		if !w.ro.own {
			open.start = &home
		}
		for _, b := range w.blocks(p, t.Interval) {
			cut := open
			cut.End, cut.end = b.Start, b.at
			if b.Start.After(open.Start) {
				out = append(out, cut)
			}
			if b.End.After(open.Start) {
				open.Start, open.start = b.End, b.at
			}
		}
		open.end = nil
		if !w.ro.own {
			open.end = &home
			w.stretch(p, &open, t)
		}
		if open.End.After(open.Start) {
			out = append(out, open)
		}
	}
	kept := out[:0]
	for _, c := range out {
		if c.Start.Before(w.ro.now) {
			c.Start = w.ro.now
		}
		if n := len(kept); n > 0 && c.Start.Before(kept[n-1].End) {
			c.Start = kept[n-1].End // the way home of the day before reaches into this one
		}
		if c = c.onBreak(); w.ro.holds(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

// blocks are what a working day of somebody is cut at, by time.
func (w *Workload) blocks(p *person, day calendar.Interval) []block {
	var out []block
	for _, a := range p.away {
		if iv, ok := day.Intersect(a.time()); ok {
			out = append(out, block{iv, nil})
		}
	}
	for _, v := range slices.Concat(p.agenda, p.past) {
		iv := w.ro.expected(v)
		if v.Status.Open() && !w.held[v.ID] && w.decided[v.ID] || !iv.Overlaps(day) {
			continue
		}
		at := v.job.place()
		out = append(out, block{iv, &at})
	}
	slices.SortFunc(out, func(a, b block) int { return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End)) })
	return out
}

// stretch lets a day begin earlier and end later by the ways that the visits which are planned
// at its edges take already: what stands is not to be torn up for them.
func (w *Workload) stretch(p *person, c *piece, t tour) {
	for _, v := range p.agenda {
		if w.held[v.ID] || v.Start.Before(t.Start) || v.End.After(t.End) {
			continue
		}
		way := w.ro.way(p.base(), v.job.place())
		if at := v.Start.Add(-way); c.Start.Equal(t.Start) && at.Before(c.Start) {
			c.Start = at
			t.Start = at
		}
		if at := v.End.Add(way); at.After(c.End) {
			c.End = at
		}
	}
	c.End = later(c.End, t.End.Add(time.Duration(w.ro.plans.Overtime)*time.Minute))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// onBreak leaves out the breaks that are not in the piece, and begins after one that has begun.
func (c piece) onBreak() piece {
	var kept []calendar.Interval
	for _, b := range c.breaks {
		switch {
		case b.Contains(c.Start):
			c.Start = b.End
		case b.Contains(c.End):
			c.End, c.end = b.Start, nil
		case b.Start.After(c.Start) && b.End.Before(c.End):
			kept = append(kept, b)
		}
	}
	c.breaks = kept
	return c
}

// holds reports whether a piece has room for the way through it.
func (ro *Roster) holds(c piece) bool {
	way := time.Duration(0)
	if c.start != nil && c.end != nil {
		way = ro.way(*c.start, *c.end)
	}
	return c.End.Sub(c.Start) > way
}

// expected is when a visit takes place as things stand now: work that has begun takes as long
// as was planned, breaks not counted, and goes on at least until now.
func (ro *Roster) expected(v *stand) calendar.Interval {
	iv := calendar.NewInterval(v.Start, v.End)
	length := iv.Duration()
	switch v.Status {
	case InProgress:
		return calendar.NewInterval(v.begun, later(v.Since.Add(length-v.worked), ro.now))
	case OnBreak:
		return calendar.NewInterval(v.begun, later(ro.now.Add(length-v.worked), ro.now))
	case Traveling:
		at := later(v.Start, ro.now)
		return calendar.NewInterval(at, at.Add(length))
	case Completed, PartiallyCompleted, CannotComplete:
		if v.Since.After(v.Start) {
			iv.End = v.Since
		}
	}
	return iv
}
