package work

import (
	"time"
)

// Target is one of the two promises of an SLA policy.
type Target string

// The targets.
const (
	ToRespond Target = "respond"
	ToResolve Target = "resolve"
)

// SLAState is how a target stands at an instant. It is computed when it is read.
type SLAState string

// The states of a target; none is no target.
const (
	SLARunning  SLAState = "running"
	SLAAtRisk   SLAState = "at-risk" // the share is used up at which the policy warns
	SLAPaused   SLAState = "paused"  // the order is on hold
	SLABreached SLAState = "breached"
	SLAMet      SLAState = "met"
	SLAMissed   SLAState = "missed" // reached, but too late
)

// SLAStates lists the states, those first that ask most of people.
func SLAStates() []SLAState {
	return []SLAState{SLABreached, SLAAtRisk, SLARunning, SLAPaused, SLAMissed, SLAMet}
}

// open reports whether a target is still to be reached.
func (s SLAState) open() bool {
	return s == SLARunning || s == SLAAtRisk || s == SLAPaused || s == SLABreached
}

// ClockRow is what index entries carry of an order's clock, so that lists count down
// without reading orders. It is empty for an order without targets.
type ClockRow struct {
	RespondBy   time.Time `json:"respond_by,omitzero"`
	RespondWarn time.Time `json:"respond_warn,omitzero"`
	Responded   time.Time `json:"responded_at,omitzero"`
	ResolveBy   time.Time `json:"resolve_by,omitzero"`
	ResolveWarn time.Time `json:"resolve_warn,omitzero"`
	Resolved    time.Time `json:"resolved_at,omitzero"`
	Held        time.Time `json:"held_since,omitzero"`
	Off         bool      `json:"off,omitempty"` // the order was called off
}

func (w *WorkOrder) clockRow() ClockRow {
	if w.RespondBy.IsZero() && w.ResolveBy.IsZero() {
		return ClockRow{}
	}
	return ClockRow{
		w.RespondBy, w.RespondWarn, w.Responded(), w.ResolveBy, w.ResolveWarn, w.CompletedAt, w.HeldSince(), w.Status == Canceled,
	}
}

// TargetState is one target as it stands.
type TargetState struct {
	Target Target    `json:"target"`
	State  SLAState  `json:"state"`
	Due    time.Time `json:"due"`
	// Warn is when the target comes to be at risk; zero is never.
	Warn time.Time `json:"warn,omitzero"`
	// Stop is when it was reached, or zero.
	Stop time.Time `json:"reached_at,omitzero"`
}

// Targets lists how the targets stand at an instant. An order that was called off has none
// any more.
func (c ClockRow) Targets(now time.Time) []TargetState {
	var out []TargetState
	add := func(t Target, due, warn, stop time.Time) {
		if due.IsZero() || c.Off {
			return
		}
		s := TargetState{Target: t, Due: due, Warn: warn, Stop: stop}
		switch {
		case !stop.IsZero() && stop.After(due):
			s.State = SLAMissed
		case !stop.IsZero():
			s.State = SLAMet
		case !c.Held.IsZero() && !c.Held.After(due):
			s.State = SLAPaused
		case now.After(due):
			s.State = SLABreached
		case !warn.IsZero() && !now.Before(warn):
			s.State = SLAAtRisk
		default:
			s.State = SLARunning
		}
		out = append(out, s)
	}
	add(ToRespond, c.RespondBy, c.RespondWarn, c.Responded)
	add(ToResolve, c.ResolveBy, c.ResolveWarn, c.Resolved)
	return out
}

// Pressing is the target that a list shows: of those that are still open the one that is
// due first, or else the one that came out worse. It is false where there is none.
func (c ClockRow) Pressing(now time.Time) (TargetState, bool) {
	var best TargetState
	for _, t := range c.Targets(now) {
		switch {
		case best.State == "",
			t.State.open() && !best.State.open(),
			t.State.open() == best.State.open() && t.State.open() && t.Due.Before(best.Due),
			!t.State.open() && !best.State.open() && (t.State == SLAMissed || best.State == SLAMet):
			best = t
		}
	}
	return best, best.State != ""
}

// SLARisk is the worst state among those of a number of orders, or none.
func SLARisk(states ...SLAState) SLAState {
	for _, worst := range SLAStates() {
		for _, s := range states {
			if s == worst {
				return s
			}
		}
	}
	return ""
}
