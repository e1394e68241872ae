package dispatch

import (
	"cmp"
	"time"

	"callout/calendar"
	"callout/store"
	"callout/work"
)

// Booking is one visit as a plan would have it: a planned one that moves, one that waits for
// a time and gets it, or a new one.
type Booking struct {
	Order       store.ID          `json:"order"`
	Appointment store.ID          `json:"appointment,omitempty"`
	Tasks       []store.ID        `json:"tasks,omitempty"`
	Technicians []store.ID        `json:"technicians"`
	Start       time.Time         `json:"start"`
	End         time.Time         `json:"end"`
	Arrival     calendar.Interval `json:"arrival,omitzero"`
}

// What a plan does to an errand, and what becomes of a promise.
const (
	Placed        = "placed"
	Moved         = "moved"
	PromiseKept   = "kept"
	PromiseBroken = "broken"
)

// PlanChange is a booking with what people want to know of it.
type PlanChange struct {
	Booking
	What     string        `json:"what"`
	Number   string        `json:"number"` // of the visit, or of the order where it has none yet
	Title    string        `json:"title"`
	Site     string        `json:"site"`
	Zone     string        `json:"zone"`
	Priority work.Priority `json:"priority"`
	Names    []string      `json:"names"`
	WasStart time.Time     `json:"was_start,omitzero"`
	WasNames []string      `json:"was_names,omitempty"`
	Promise  string        `json:"promise,omitempty"`
	Late     int           `json:"late_minutes,omitempty"`
}

func (c PlanChange) compare(o PlanChange) int {
	return cmp.Or(c.Start.Compare(o.Start), cmp.Compare(c.Number, o.Number), cmp.Compare(c.Appointment, o.Appointment))
}
