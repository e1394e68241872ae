package dispatch

import (
	"time"

	"callout/calendar"
	"callout/dispatch/solver"
	"callout/work"
)

// bounds say when an errand can be done, as far as others decide it: what its order waits
// for, and what waits for it. Orders that are planned together are linked instead.
type bounds struct {
	from, to time.Time // of the start; to is zero without a bound
	promised time.Time // a planned visit does not begin before what was promised, if that leaves a time for it
	links    []solver.Link
	why      string // why it cannot be planned at all
}

// bounds works out what holds an errand.
func (w *Workload) bounds(e *errand) bounds {
	b := bounds{from: w.ro.span.Start}
	notBefore := func(t time.Time) { b.from = later(b.from, t) }
	notBefore(w.ro.now)
	if at := e.order.PlannedFor; !at.IsZero() && e.visit == nil {
		notBefore(w.ro.zone.StartOf(calendar.DateOf(at, w.ro.zone)))
	}
	if e.visit != nil {
		b.promised = e.visit.Promise(w.ro.plans).Start
	}
	for _, p := range e.waits {
		if !w.await(e, p, &b, notBefore) {
			return b
		}
	}
	for _, f := range e.followed {
		if w.isFree(f.AppointmentRow) {
			continue // linked from the other side
		}
		last := f.Start.Add(-time.Duration(f.link.Lag) * time.Minute)
		if f.link.Kind != work.StartToStart {
			last = last.Add(-e.length)
		}
		if b.to.IsZero() || last.Before(b.to) {
			b.to = last
		}
	}
	return b
}

// await takes up one thing that an errand waits for. It is false when there is nothing to wait for.
func (w *Workload) await(e *errand, p pending, b *bounds, notBefore func(time.Time)) bool {
	wt := wait{order: p.order, link: p.link, likely: likelyOf(p.link, w.ro.current(p))}
	if !wt.since().IsZero() {
		notBefore(wt.from())
		return true
	}
	others := w.errandsOf(p.order.ID)
	if len(others) == 0 || !w.together(p) {
		if wt.never() {
			c, _ := wt.conflict(calendar.NewInterval(b.from, b.from.Add(e.length)), zoneOf(e.order.Zone))
			b.why = c.Detail
			return false
		}
		notBefore(wt.from())
		return true
	}
	start := p.link.Kind == work.StartToStart
	for _, o := range others {
		b.links = append(b.links, solver.Link{Before: o.key(), After: e.key(), FromStart: start, Min: p.link.Lag * 60, Max: -1})
		if start {
			break // the first one to start will do, and any of them is that
		}
	}
	for _, row := range w.ro.current(p) { // those that stay where they are
		if row.Status.Open() && row.Status != None && !w.isFree(row) && !start {
			notBefore(row.End.Add(time.Duration(p.link.Lag) * time.Minute))
		}
	}
	return true
}

// together reports whether every part of an order that is waited for is planned, or being planned.
func (w *Workload) together(p pending) bool {
	if p.order.Status == work.Canceled || p.order.Outcome == work.CannotComplete {
		return false
	}
	for _, row := range w.ro.current(p) {
		if row.Status == None && !w.isFree(row) && p.link.Kind != work.StartToStart {
			return false
		}
	}
	return true
}

// isFree reports whether a visit is among the errands that may be moved.
func (w *Workload) isFree(row AppointmentRow) bool {
	for _, o := range w.errandsOf(row.Order) {
		if o.key() == string(row.ID) {
			return true
		}
	}
	return false
}

// windows are the starts that the hours of the site and the bounds leave, in ticks.
func (w *Workload) windows(e *errand, b bounds) []solver.Window {
	if out := w.windowsFrom(e, b, later(b.from, b.promised)); len(out) > 0 {
		return out
	}
	return w.windowsFrom(e, b, b.from)
}

func (w *Workload) windowsFrom(e *errand, b bounds, from time.Time) []solver.Window {
	in := calendar.NewInterval(from, w.ro.span.End)
	open := []calendar.Interval{in}
	if !e.site.Hours.IsZero() {
		open = e.site.Hours.Intervals(zoneOf(e.site.Zone), nil, in.Start, in.End)
	}
	var out []solver.Window
	for _, iv := range open {
		last := iv.End.Add(-e.length)
		if !b.to.IsZero() && b.to.Before(last) {
			last = b.to
		}
		if !last.Before(iv.Start) {
			out = append(out, solver.Window{From: w.ro.tick(iv.Start), To: w.ro.tick(last)})
		}
	}
	return out
}

// tick is an instant in seconds since the span began.
func (ro *Roster) tick(t time.Time) int { return int(t.Sub(ro.span.Start) / time.Second) }

// at is the instant of a tick.
func (ro *Roster) at(tick int) time.Time {
	return ro.span.Start.Add(time.Duration(tick) * time.Second)
}
