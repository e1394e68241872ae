package tui

import (
	"time"

	"callout/calendar"
)

// axis is the time that columns stand for: one stretch, or the working hours of several days, one after the other
// without the nights between them. A column belongs to one stretch only.
type axis struct {
	step      time.Duration       // of a column
	stretches []calendar.Interval // in order, none empty
}

// columns is how many the whole axis has.
func (a *axis) columns() int {
	n := 0
	for _, s := range a.stretches {
		n += a.across(s)
	}
	return n
}

func (a *axis) across(s calendar.Interval) int { return int((s.Duration() + a.step - 1) / a.step) }

// column is the one in which an instant lies. What was cut out, and what comes behind the end, lies where the next stretch
// begins; what comes before the first, before it.
func (a *axis) column(t time.Time) int {
	n := 0
	for i, s := range a.stretches {
		switch {
		case t.Before(s.Start) && i > 0:
			return n
		case t.Before(s.Start):
			return -int((s.Start.Sub(t) + a.step - 1) / a.step)
		case t.Before(s.End):
			return n + int(t.Sub(s.Start)/a.step)
		}
		n += a.across(s)
	}
	return n + int(t.Sub(a.stretches[len(a.stretches)-1].End)/a.step)
}

// after is the first column that begins at an instant or later.
func (a *axis) after(t time.Time) int {
	c := a.column(t)
	if a.time(c).Before(t) {
		c++
	}
	return c
}

// time is the instant at which a column begins.
func (a *axis) time(column int) time.Time {
	i := 0
	for ; i < len(a.stretches)-1 && column >= a.across(a.stretches[i]); i++ {
		column -= a.across(a.stretches[i])
	}
	return a.stretches[i].Start.Add(time.Duration(column) * a.step)
}

// begins reports whether a stretch begins with a column.
func (a *axis) begins(column int) bool {
	for _, s := range a.stretches {
		if column == 0 {
			return true
		}
		if column -= a.across(s); column < 0 {
			return false
		}
	}
	return false
}

// beginsWithin reports whether a stretch begins with one of the next columns.
func (a *axis) beginsWithin(column, next int) bool {
	for i := range next {
		if a.begins(column + 1 + i) {
			return true
		}
	}
	return false
}

// onto is the instant itself where it was not cut out, else the nearest one that was not: the last column before it for
// who goes back in time, and the beginning of the next stretch for everybody else.
func (a *axis) onto(t time.Time, back bool) time.Time {
	for i, s := range a.stretches {
		if t.Before(s.Start) && i > 0 {
			if back {
				return a.time(a.column(s.Start) - 1)
			}
			return s.Start
		}
		if t.Before(s.End) {
			return t
		}
	}
	if len(a.stretches) > 1 {
		return a.time(a.columns() - 1)
	}
	return t
}

// stretches are what the board shows of its span: all of it, or the hours of its days in which anybody works or is
// planned for, where there are several days and the nights are not asked for. Every day shows the same hours, so that
// mornings are comparable.
func (b *board) stretches() []calendar.Interval {
	span := b.span()
	if b.days < 2 || b.nights || b.day == nil {
		return []calendar.Interval{span}
	}
	zone := b.m.opts.Zone
	clock := func(t time.Time) calendar.Clock {
		local := t.In(zone.Location())
		return calendar.ClockAt(local.Hour(), local.Minute())
	}
	from, to := calendar.EndOfDay, calendar.Clock(0)
	include := func(iv calendar.Interval) {
		for d := range b.days {
			day := zone.Day(b.from.AddDays(d))
			start, end := later(iv.Start, day.Start), earlier(iv.End, day.End)
			if !start.Before(end) {
				continue
			}
			from = min(from, clock(start))
			if end.Equal(day.End) {
				to = calendar.EndOfDay
			} else {
				to = max(to, clock(end))
			}
		}
	}
	for _, l := range b.day.Lanes {
		for _, w := range l.Work {
			include(w)
		}
		for _, v := range l.Visits {
			include(v.Time())
		}
	}
	if from >= to {
		from, to = calendar.ClockAt(7, 0), calendar.ClockAt(19, 0)
	}
	const half, hour = calendar.Clock(30 * 60), calendar.Clock(60 * 60)
	from = max(from-half, 0) / hour * hour
	to = min((to+half+hour-1)/hour*hour, calendar.EndOfDay)
	var out []calendar.Interval
	for d := range b.days {
		date := b.from.AddDays(d)
		out = append(out, calendar.NewInterval(zone.Resolve(date, from).First, zone.Resolve(date, to).First))
	}
	return out
}
