package dispatch

import (
	"time"

	"callout/store"
)

// Appointment is a scheduled visit of one or more technicians for tasks of one work order.
type Appointment struct {
	store.Record
	Number      string     `json:"number"`
	Order       store.ID   `json:"order"`
	Tasks       []store.ID `json:"tasks"` // what is to be done on this visit
	Technicians []store.ID `json:"technicians"`
	Start       time.Time  `json:"start"` // planned
	End         time.Time  `json:"end"`
	Zone        string     `json:"zone"` // of the site
	Status      Status     `json:"status"`
	Lock        Lock       `json:"lock,omitempty"`
	// Stamps are the raw facts of the visit, in order. They are never edited.
	Stamps []Stamp `json:"stamps,omitempty"`
	// Accepted are the conflicts that somebody knowingly booked over.
	Accepted []Exception `json:"accepted,omitempty"`
	// FollowOn is the visit that took over what this one left undone.
	FollowOn store.ID `json:"follow_on,omitempty"`
	Why      string   `json:"why,omitempty"` // why it was cut short or canceled
}

// Status is where an appointment stands.
type Status string

// The statuses of an appointment.
const (
	None               Status = "none"
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

// Stamp is one transition of a visit as it happened.
type Stamp struct {
	Status Status    `json:"status"`
	At     time.Time `json:"at"`
	By     store.ID  `json:"by"`
}

// Lock says what a re-plan may not move.
type Lock string

// The locks.
const (
	Unlocked       Lock = ""
	LockTime       Lock = "time"
	LockTechnician Lock = "technician"
	LockBoth       Lock = "both"
)

// Exception is a named conflict that somebody accepted.
type Exception struct {
	Conflict string    `json:"conflict"` // e.g. "shift"
	Detail   string    `json:"detail"`
	By       store.ID  `json:"by"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason"`
}

// AppointmentRow is what a list of appointments shows.
type AppointmentRow struct {
	ID          store.ID   `json:"id"`
	Number      string     `json:"number"`
	Order       store.ID   `json:"order"`
	Status      Status     `json:"status"`
	Start       time.Time  `json:"start"`
	End         time.Time  `json:"end"`
	Zone        string     `json:"zone"`
	Technicians []store.ID `json:"technicians"`
}

// Appointments holds the visits: by order, by technician and end, by status and start.
var Appointments = store.Define(store.Def[Appointment, AppointmentRow]{
	Name: "appointment", Prefix: "appt", Title: "appointment",
	Row: func(a *Appointment) AppointmentRow {
		return AppointmentRow{a.ID, a.Number, a.Order, a.Status, a.Start, a.End, a.Zone, a.Technicians}
	},
	Indexes: []store.Index[Appointment]{
		{Name: "order", Keys: func(a *Appointment) []store.Key { return []store.Key{store.K(a.Order, a.Start)} }},
		{Name: "status", Keys: func(a *Appointment) []store.Key { return []store.Key{store.K(string(a.Status), a.Start)} }},
		{Name: "start", Keys: func(a *Appointment) []store.Key { return []store.Key{store.K(a.Start)} }},
		{Name: "technician", Keys: func(a *Appointment) []store.Key {
			var keys []store.Key
			for _, t := range a.Technicians {
				keys = append(keys, store.K(t, a.Start))
			}
			return keys
		}},
	},
})

var numbers = store.Series{Name: "APPT", Format: "APPT-%d", First: 1001}
