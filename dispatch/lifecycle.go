package dispatch

import (
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// Status is where an appointment stands.
type Status string

// The statuses of an appointment.
const (
	None               Status = "none" // there is something to do, and no time for it yet
	Scheduled          Status = "scheduled"
	Dispatched         Status = "dispatched"
	Traveling          Status = "traveling"
	InProgress         Status = "in-progress"
	OnBreak            Status = "on-break"
	Completed          Status = "completed"
	PartiallyCompleted Status = "partially-completed"
	CannotComplete     Status = "cannot-complete"
	Canceled           Status = "canceled"
)

// Statuses lists the statuses in the order of a visit's life.
func Statuses() []Status {
	return []Status{
		None, Scheduled, Dispatched, Traveling, InProgress, OnBreak,
		Completed, PartiallyCompleted, CannotComplete, Canceled,
	}
}

// Open reports whether a visit may still take place or go on.
func (s Status) Open() bool {
	return s != Completed && s != PartiallyCompleted && s != CannotComplete && s != Canceled
}

// UnderWay reports whether somebody is on the way, at work or on a break.
func (s Status) UnderWay() bool { return s == Traveling || s == InProgress || s == OnBreak }

// Action is what can be done with an appointment.
type Action string

// The actions. The last three but one are the outcomes of `finish`.
const (
	ActSchedule Action = "schedule"
	ActMove     Action = "move"
	ActAssign   Action = "assign"
	ActLock     Action = "lock"
	ActSplit    Action = "split"
	ActDispatch Action = "dispatch"
	ActTravel   Action = "travel"
	ActStart    Action = "start"
	ActPause    Action = "pause"
	ActResume   Action = "resume"
	ActComplete Action = "finish"
	ActPart     Action = "finish in part"
	ActGiveUp   Action = "give up"
	ActCancel   Action = "cancel"
)

// Actions lists the actions in the order in which people should see them.
func Actions() []Action {
	return []Action{
		ActSchedule, ActMove, ActAssign, ActLock, ActSplit, ActDispatch, ActTravel, ActStart, ActPause,
		ActResume, ActComplete, ActPart, ActGiveUp, ActCancel,
	}
}

// transitions is the life of an appointment, and no command goes round it. A visit that
// is moved or given to others after it was dispatched has to be dispatched again: whoever was
// told is told anew. A visit may be started without having been dispatched, as in a
// shop of one. What is under way cannot be canceled, only given up: something happened.
var transitions = map[Status]map[Action]Status{
	None: {ActSchedule: Scheduled, ActCancel: Canceled},
	Scheduled: {
		ActMove: Scheduled, ActAssign: Scheduled, ActLock: Scheduled, ActSplit: Scheduled, ActDispatch: Dispatched,
		ActTravel: Traveling, ActStart: InProgress, ActCancel: Canceled,
	},
	Dispatched: {
		ActMove: Scheduled, ActAssign: Scheduled, ActLock: Dispatched, ActSplit: Scheduled,
		ActTravel: Traveling, ActStart: InProgress, ActCancel: Canceled,
	},
	Traveling: {ActStart: InProgress, ActGiveUp: CannotComplete, ActCancel: Canceled},
	InProgress: {
		ActPause: OnBreak, ActComplete: Completed, ActPart: PartiallyCompleted, ActGiveUp: CannotComplete,
	},
	OnBreak: {
		ActResume: InProgress, ActComplete: Completed, ActPart: PartiallyCompleted, ActGiveUp: CannotComplete,
	},
}

// Next returns the status that an action leads to, and whether it is possible at all.
func Next(s Status, a Action) (Status, bool) {
	to, ok := transitions[s][a]
	return to, ok
}

// verb is what one types for an action.
func (a Action) verb(number string) string {
	switch a {
	case ActPart:
		return "callout appt finish " + number + ` --outcome partially-completed --reason "…"`
	case ActGiveUp:
		return "callout appt finish " + number + ` --outcome cannot-complete --reason "…"`
	case ActSchedule, ActMove:
		return "callout appt " + string(a) + " " + number + ` --start "tomorrow 09:00"`
	case ActSplit:
		return "callout appt split " + number + " --first 2h"
	case ActAssign:
		return "callout appt assign " + number + " --technician NAME"
	default:
		return "callout appt " + string(a) + " " + number
	}
}

// Refusal says why a visit in this status does not take an action, and what it takes instead. It is
// empty where the action is possible. Number is what the visit is called.
func (s Status) Refusal(number string, act Action) string {
	if _, ok := Next(s, act); ok {
		return ""
	}
	can := s.possible()
	if can == nil {
		return number + " is " + string(s) + ", which is final: one cannot " + string(act) + " it"
	}
	words := make([]string, len(can))
	for i, a := range can {
		words[i] = string(a)
	}
	return number + " is " + string(s) + ": one cannot " + string(act) + " it, only " + orList(words)
}

// possible are the actions that a status takes, in the order in which people should see them.
func (s Status) possible() []Action {
	var can []Action
	for _, a := range Actions() {
		if _, ok := Next(s, a); ok {
			can = append(can, a)
		}
	}
	return can
}

// refuse says what is possible instead of an action.
func (a *Appointment) refuse(r store.Reader, act Action) error {
	why := a.Status.Refusal(a.Number, act)
	can := a.Status.possible()
	if can == nil {
		order, err := work.WorkOrders.Get(r, a.Order)
		if err != nil {
			return err
		}
		return fault.Refusedf("%s", why).With("appointment.final").
			Hint(`callout appt schedule %s --start "tomorrow 09:00"   (a new visit)`, order.Number)
	}
	first := can[0]
	for _, other := range can[1:] {
		if first == ActSchedule || first == ActMove || first == ActAssign || first == ActLock || first == ActSplit {
			first = other // what takes the visit on is a better hint than what plans it anew
		}
	}
	return fault.Refusedf("%s", why).With("appointment.status").Hint("%s", first.verb(a.Number))
}

// orList is "a, b or c".
func orList(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// can refuses an action that the present status does not allow.
func (a *Appointment) can(r store.Reader, act Action) error {
	if _, ok := Next(a.Status, act); !ok {
		return a.refuse(r, act)
	}
	return nil
}

// advance makes the transition of an action and stamps it.
func (a *Appointment) advance(tx *store.Tx, act Action) error {
	to, ok := Next(a.Status, act)
	if !ok {
		return a.refuse(tx, act)
	}
	if to == a.Status {
		return nil
	}
	if err := a.mayGo(tx, act); err != nil {
		return err
	}
	if err := a.inOrder(to, tx.Env.OccurredAt); err != nil {
		return err
	}
	a.Status = to
	a.Stamps = append(slices.Clip(a.Stamps), Stamp{Status: to, At: tx.Env.OccurredAt, By: tx.Env.Actor.ID})
	return nil
}

// inTheField reports whether a status comes from what happens at or on the way to the
// site. Only these happen in an order: a visit may be entered in the books long after it took
// place, and so be planned later than it was started.
func (s Status) inTheField() bool {
	return s.UnderWay() || s == Completed || s == PartiallyCompleted || s == CannotComplete
}

// inOrder refuses a fact that would have happened before an earlier one.
func (a *Appointment) inOrder(to Status, at time.Time) error {
	if !to.inTheField() {
		return nil
	}
	for _, s := range a.Stamps {
		if s.Status.inTheField() && at.Before(s.At) {
			return fault.Invalidf("at", "%s was %s at %s, so it cannot be %s at %s already", a.Number, s.Status,
				a.clock(s.At), to, a.clock(at)).With("appointment.sequence")
		}
	}
	return nil
}

// clock shows an instant as the clock at the site reads it.
func (a *Appointment) clock(t time.Time) string { return show(t, zoneOf(a.Zone)) }
