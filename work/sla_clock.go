package work

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Clock is an order's SLA clock: what its pinned policy came to for its priority and its branch
// when the order was created, repinned or given another priority. Editing a policy, a branch's hours or its
// holidays moves no order; `wo repin` does, by a command.
type Clock struct {
	Respond int `json:"respond_minutes,omitempty"` // of the hours; 0 is no target
	Resolve int `json:"resolve_minutes,omitempty"`
	Warn    int `json:"warn_percent,omitempty"` // after this share of a target it is at risk; 0 is never
	// Hours are when the clock runs, on the clock in Zone; none is always.
	Hours calendar.Hours `json:"hours,omitzero"`
	Zone  string         `json:"zone"`
	// Holidays are the days on which it stands still, as far as they were known and within two
	// years of the opening.
	Holidays []calendar.Date `json:"holidays,omitempty"`
}

// holidayYears is how far ahead of its opening an order takes over holidays.
const holidayYears = 2

// clockFor sets a policy up for an order.
func (p *SLA) clockFor(r store.Reader, w *WorkOrder) (*Clock, error) {
	i := slices.IndexFunc(p.Targets, func(t SLATarget) bool { return t.Priority == w.Priority })
	if i < 0 {
		return nil, nil
	}
	c := &Clock{Respond: p.Targets[i].Respond, Resolve: p.Targets[i].Resolve, Warn: p.Warn, Hours: p.Hours, Zone: w.Zone}
	if p.BranchHours {
		b, err := branchWithHours(r, w)
		if err != nil {
			return nil, err
		}
		c.Hours, c.Zone = b.Hours, b.Zone
	}
	if c.Hours.IsZero() || p.IgnoreHolidays {
		return c, nil
	}
	days, err := party.HolidaysAt(r, w.Branch)
	if err != nil {
		return nil, err
	}
	zone, err := calendar.LoadZone("zone", c.Zone)
	if err != nil {
		return nil, err
	}
	first := calendar.DateOf(w.clockStart(), zone)
	for _, d := range days.Closed() {
		if !d.Before(first) && d.Year <= first.Year+holidayYears {
			c.Holidays = append(c.Holidays, d)
		}
	}
	return c, nil
}

// branchWithHours is the branch whose opening hours the clock of an order is to run in.
func branchWithHours(r store.Reader, w *WorkOrder) (*party.Branch, error) {
	if w.Branch == "" {
		return nil, fault.Refusedf("the SLA policy counts a branch's hours, and the order belongs to no branch").
			With("sla.hours").Hint("--branch NAME")
	}
	b, err := party.Branches.Get(r, w.Branch)
	if err == nil && b.Hours.IsZero() {
		err = fault.Refusedf("the SLA policy counts a branch's hours, and %s has none", b.Name).With("sla.hours").
			Hint(`callout branch edit %q --hours "Mon-Fri 08:00-17:00"`, b.Name)
	}
	return b, err
}

// WorkingTime is the time in which the clock runs.
func (c *Clock) WorkingTime() (calendar.WorkingTime, error) {
	zone, err := calendar.LoadZone("zone", c.Zone)
	hours := c.Hours
	if hours.IsZero() {
		hours = calendar.Always()
	}
	return calendar.WorkingTime{Hours: hours, Zone: zone, Holidays: c.Holidays}, err
}

// setClock sets the order's clock up anew under the policy that it has pinned, and
// computes the due times.
func (w *WorkOrder) setClock(r store.Reader) error {
	w.Clock = nil
	pin, ok := w.Pins[PinSLA]
	if !ok {
		return nil
	}
	policy, err := SLAs.At(r, pin)
	if err != nil {
		return err
	}
	if w.Clock, err = policy.clockFor(r, w); err != nil {
		return err
	}
	return w.reckon()
}

// Responded is when somebody first answered the order by working on it: the first start of
// work or of a visit, or, where no start was ever recorded, its first completion.
func (w *WorkOrder) Responded() time.Time {
	first := w.StartedAt
	for _, at := range append(w.completions(), w.CompletedAt) {
		if first.IsZero() || !at.IsZero() && at.Before(first) {
			first = at
		}
	}
	return first
}

// completions lists when the order was completed, before it was opened again.
func (w *WorkOrder) completions() []time.Time {
	var out []time.Time
	for _, r := range w.Reopened {
		if !r.CompletedAt.IsZero() {
			out = append(out, r.CompletedAt)
		}
	}
	return out
}

// Pause is a time in which an SLA clock stood still: a hold, or the time in which the order
// counted as finished.
type Pause struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"` // zero while it lasts
	Reason string    `json:"reason"`
}

// Pauses lists the times in which the order's SLA clock stood still, by their beginning.
func (w *WorkOrder) Pauses() []Pause {
	var out []Pause
	for _, h := range w.Holds {
		out = append(out, Pause{h.From, h.To, h.Reason})
	}
	for _, r := range w.Reopened {
		since := r.CompletedAt
		if since.IsZero() {
			since = r.CanceledAt
		}
		if !since.IsZero() {
			out = append(out, Pause{since, r.At, "counted as " + string(r.From)})
		}
	}
	slices.SortStableFunc(out, func(a, b Pause) int { return a.From.Compare(b.From) })
	return out
}

// pausedBefore lists the closed pauses that began before an instant; zero is never. What stops
// the clock later moves no target that was met or missed by then.
func (w *WorkOrder) pausedBefore(stop time.Time) []calendar.Interval {
	var out []calendar.Interval
	for _, p := range w.Pauses() {
		if !p.To.IsZero() && (stop.IsZero() || p.From.Before(stop)) {
			out = append(out, calendar.NewInterval(p.From, p.To))
		}
	}
	return out
}

// HeldSince is when the hold began that still lasts, or zero.
func (w *WorkOrder) HeldSince() time.Time {
	if n := len(w.Holds); n > 0 && w.Holds[n-1].To.IsZero() {
		return w.Holds[n-1].From
	}
	return time.Time{}
}

// reckon computes the due times off the clock. A hold that lasts counts from when it ends:
// until then a target that was not due before stands still.
func (w *WorkOrder) reckon() error {
	w.RespondBy, w.ResolveBy, w.RespondWarn, w.ResolveWarn = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	if w.Clock == nil {
		return nil
	}
	clock, err := w.Clock.WorkingTime()
	if err != nil {
		return err
	}
	due := func(minutes int, stop time.Time, by, warn *time.Time) error {
		if minutes == 0 {
			return nil
		}
		paused := w.pausedBefore(stop)
		length := time.Duration(minutes) * time.Minute
		if *by, err = clock.AddExcept(w.clockStart(), length, paused); err != nil || w.Clock.Warn == 0 {
			return err
		}
		*warn, err = clock.AddExcept(w.clockStart(), length*time.Duration(w.Clock.Warn)/100, paused)
		return err
	}
	if err := due(w.Clock.Respond, w.Responded(), &w.RespondBy, &w.RespondWarn); err != nil {
		return err
	}
	return due(w.Clock.Resolve, w.CompletedAt, &w.ResolveBy, &w.ResolveWarn)
}
