package dispatch

import (
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/store"
)

// Appointment is a scheduled visit of one or more technicians for tasks of one work order.
type Appointment struct {
	store.Record
	Number      string     `json:"number"`
	Order       store.ID   `json:"order"`
	Tasks       []store.ID `json:"tasks"`          // what is to be done on this visit
	Technicians []store.ID `json:"technicians"`    // may be empty while it is only planned
	Start       time.Time  `json:"start,omitzero"` // planned; none while the visit is unscheduled
	End         time.Time  `json:"end,omitzero"`
	Zone        string     `json:"zone"` // of the site
	Status      Status     `json:"status"`
	Lock        Lock       `json:"lock,omitempty"`
	// Arrival is the window that the customer was told, where it is not the one that begins
	// with the planned start, see [AppointmentRow.Promise].
	Arrival calendar.Interval `json:"arrival,omitzero"`
	// Stamps are the raw facts of the visit, in order. They are never edited.
	Stamps []Stamp `json:"stamps,omitempty"`
	// Accepted are the conflicts that the present plan knowingly books over.
	Accepted []Exception `json:"accepted,omitempty"`
	// FollowOn is the visit that took over what this one left undone, or that was booked in
	// its place after it was called off.
	FollowOn store.ID `json:"follow_on,omitempty"`
	Crew     store.ID `json:"crew,omitempty"` // the crew that it was given to as a whole
	Why      string   `json:"why,omitempty"`  // why it was cut short or canceled
}

// MaxVisit is how long a visit may be. It bounds under how many days a visit stands in
// the indexes by day, through which overlaps are found: looking for them costs as much as
// there is on the days in question, and does not become slower with the years.
const MaxVisit = 31 * 24 * time.Hour

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
	Conflict Code   `json:"conflict"` // e.g. "shift"
	Detail   string `json:"detail"`
	// Technician and With are the conflict's own; they stay what they are when its words change.
	Technician store.ID  `json:"technician,omitempty"`
	With       store.ID  `json:"with,omitempty"`
	By         store.ID  `json:"by"`
	At         time.Time `json:"at"`
	Reason     string    `json:"reason"`
	// Grant says how far it has come where the rules ask several people.
	Grant approval.Grant `json:"grant,omitzero"`
}

// AppointmentRow is what a list of appointments shows.
type AppointmentRow struct {
	ID          store.ID   `json:"id"`
	Number      string     `json:"number"`
	Order       store.ID   `json:"order"`
	Status      Status     `json:"status"`
	Start       time.Time  `json:"start,omitzero"`
	End         time.Time  `json:"end,omitzero"`
	Zone        string     `json:"zone"`
	Technicians []store.ID `json:"technicians"`
	Lock        Lock       `json:"lock,omitempty"`
	FollowOn    store.ID   `json:"follow_on,omitempty"`
	// Since is when the visit came into its status.
	Since   time.Time         `json:"since,omitzero"`
	Arrival calendar.Interval `json:"arrival,omitzero"`
}

// Appointments holds the visits: by order, by start, by status and start, by each day
// (of UTC) on which they take place, and by technician and start. Those that are open
// stand by technician once more, by start and by day, and so do those on which a technician is on the
// way or at work now.
var Appointments = store.Define(store.Def[Appointment, AppointmentRow]{
	Name: "appointment", Prefix: "appt", Title: "appointment",
	Row: (*Appointment).Row,
	Indexes: []store.Index[Appointment]{
		{Name: "order", Keys: func(a *Appointment) []store.Key { return []store.Key{store.K(a.Order, a.Start)} }},
		{Name: "status", Keys: func(a *Appointment) []store.Key { return []store.Key{store.K(string(a.Status), a.Start)} }},
		{Name: "start", Keys: func(a *Appointment) []store.Key { return []store.Key{store.K(a.Start)} }},
		{Name: "day", Keys: func(a *Appointment) (keys []store.Key) {
			for _, d := range daysOf(calendar.NewInterval(a.Start, a.End)) {
				keys = append(keys, store.K(d))
			}
			return keys
		}},
		{Name: "technician", Keys: func(a *Appointment) []store.Key { return a.keysByTechnician(true) }},
		{Name: "open", Keys: func(a *Appointment) []store.Key { return a.keysByTechnician(a.Status.Open()) }},
		{Name: "busy", Keys: func(a *Appointment) (keys []store.Key) {
			if !a.Status.Open() {
				return nil
			}
			for _, t := range a.Technicians {
				for _, d := range daysOf(calendar.NewInterval(a.Start, a.End)) {
					keys = append(keys, store.K(t, d))
				}
			}
			return keys
		}},
		{Name: "under_way", Keys: func(a *Appointment) []store.Key {
			return a.keysByTechnician(a.Status == Traveling || a.Status == InProgress)
		}},
	},
})

// Row is what a list shows of the visit.
func (a *Appointment) Row() AppointmentRow {
	return AppointmentRow{
		a.ID, a.Number, a.Order, a.Status, a.Start, a.End, a.Zone, a.Technicians, a.Lock, a.FollowOn, a.since(), a.Arrival,
	}
}

func (a *Appointment) keysByTechnician(stands bool) []store.Key {
	if !stands {
		return nil
	}
	keys := make([]store.Key, len(a.Technicians))
	for i, t := range a.Technicians {
		keys[i] = store.K(t, a.Start)
	}
	return keys
}

// daysOf numbers the days of UTC that an interval touches; none for an empty one.
func daysOf(iv calendar.Interval) (days []int64) {
	if iv.IsEmpty() {
		return nil
	}
	const day = 24 * 60 * 60
	for d := floorDiv(iv.Start.Unix(), day); d <= floorDiv(iv.End.Add(-1).Unix(), day); d++ {
		days = append(days, d)
	}
	return days
}

func floorDiv(n, by int64) int64 {
	if n < 0 {
		return (n+1)/by - 1
	}
	return n / by
}

// since is when the visit came into its status.
func (a *Appointment) since() time.Time {
	if len(a.Stamps) == 0 {
		return time.Time{}
	}
	return a.Stamps[len(a.Stamps)-1].At
}

// locks reports whether a re-plan must leave the time, or the technicians, alone.
func (a *Appointment) locks(l Lock) bool { return a.Lock == l || a.Lock == LockBoth }

var numbers = store.Series{Name: "APPT", Format: "APPT-%d", First: 1001}
