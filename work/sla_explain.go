package work

import (
	"time"

	"callout/calendar"
	"callout/store"
)

// ClockExplained is how an order's due times come about, for people who ask why.
type ClockExplained struct {
	Order    store.ID        `json:"order"`
	Number   string          `json:"number"`
	Policy   store.Pin       `json:"policy"`
	Priority Priority        `json:"priority"`
	Hours    string          `json:"hours"` // "always" for a clock that never stops
	Zone     string          `json:"zone"`
	Opened   time.Time       `json:"opened_at"`
	Holidays []calendar.Date `json:"holidays"` // on which it stood or will stand still before the last due time
	Pauses   []PauseCounted  `json:"pauses"`
	Targets  []TargetCounted `json:"targets"`
	Notices  []*Notice       `json:"notices"`
}

// PauseCounted is a pause and how much of it was working time.
type PauseCounted struct {
	Pause
	Counted calendar.Duration `json:"counted"`
}

// TargetCounted is a target and how much of its working time is used up.
type TargetCounted struct {
	TargetState
	Length  calendar.Duration `json:"length"`
	Elapsed calendar.Duration `json:"elapsed"`
	Left    calendar.Duration `json:"left"` // negative once it is over
}

// ExplainClock tells how an order's SLA clock stands at an instant.
func ExplainClock(r store.Reader, w *WorkOrder, now time.Time) (*ClockExplained, error) {
	e := &ClockExplained{
		Order: w.ID, Number: w.Number, Policy: w.Pins[PinSLA], Priority: w.Priority, Opened: w.OpenedAt,
		Holidays: []calendar.Date{}, Pauses: []PauseCounted{}, Targets: []TargetCounted{}, Notices: []*Notice{},
	}
	for n, err := range Notices.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		e.Notices = append(e.Notices, n)
	}
	if w.Clock == nil {
		return e, nil
	}
	clock, err := w.Clock.WorkingTime()
	if err != nil {
		return nil, err
	}
	e.Hours, e.Zone = clock.Hours.String(), clock.Zone.Name()
	last := now
	for _, t := range w.clockRow().Targets(now) {
		e.Targets = append(e.Targets, w.count(clock, t, now))
		if t.Due.After(last) {
			last = t.Due
		}
	}
	for _, d := range w.Clock.Holidays {
		if !d.After(calendar.DateOf(last, clock.Zone)) {
			e.Holidays = append(e.Holidays, d)
		}
	}
	for _, p := range w.Pauses() {
		to := p.To
		if to.IsZero() {
			to = now
		}
		e.Pauses = append(e.Pauses, PauseCounted{p, whole(clock.Between(p.From, to))})
	}
	return e, nil
}

// count says how much of a target is used up.
func (w *WorkOrder) count(clock calendar.WorkingTime, t TargetState, now time.Time) TargetCounted {
	minutes := w.Clock.Respond
	if t.Target == ToResolve {
		minutes = w.Clock.Resolve
	}
	c := TargetCounted{TargetState: t, Length: calendar.Duration(time.Duration(minutes) * time.Minute)}
	c.Elapsed = whole(w.elapsed(clock, t.Stop, now))
	c.Left = c.Length - c.Elapsed
	return c
}

// elapsed is the working time since the opening until a target was reached, or until now, less
// what the pauses have in common with it.
func (w *WorkOrder) elapsed(clock calendar.WorkingTime, stop, now time.Time) time.Duration {
	end := now
	if !stop.IsZero() {
		end = stop
	}
	paused := w.pausedBefore(stop)
	if held := w.HeldSince(); !held.IsZero() && held.Before(end) {
		paused = append(paused, calendar.NewInterval(held, end))
	}
	return clock.BetweenExcept(w.clockStart(), end, paused)
}

// whole cuts parts of a second off, which no duration in a document has.
func whole(d time.Duration) calendar.Duration { return calendar.Duration(d.Truncate(time.Second)) }

// auditClocks computes every order's due times anew.
func auditClocks(r store.Reader, report func(store.ID, string)) error {
	for w, err := range WorkOrders.All(r) {
		if err != nil {
			return err
		}
		if w.Clock == nil {
			continue
		}
		again := *w
		if err := again.reckon(); err != nil {
			return err
		}
		if again.clockRow() != w.clockRow() {
			report(w.ID, w.Number+" is not due when its SLA clock says")
		}
	}
	return nil
}
