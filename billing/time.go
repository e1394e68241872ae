package billing

import (
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// TimeEntry is the raw start and end of one person on one task. What it is rounded to,
// how it falls on days and what it costs are derived, never written back.
type TimeEntry struct {
	store.Record
	Order      store.ID `json:"order"`
	Task       store.ID `json:"task,omitempty"`
	Technician store.ID `json:"technician"`
	// Person is the technician's, at capture; nobody can be at two places at once.
	Person store.ID  `json:"person"`
	Kind   TimeKind  `json:"kind"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"` // zero while it runs
	Zone   string    `json:"zone"`        // of the site
	// Offset is the zone's distance from UTC at From, in minutes, as it was known at capture.
	Offset    int        `json:"offset_minutes"`
	Status    TimeStatus `json:"status"`
	Note      string     `json:"note,omitempty"`
	EnteredBy store.ID   `json:"entered_by"`
	EditedBy  store.ID   `json:"edited_by,omitempty"` // who edited it last
	Revision  int        `json:"revision,omitempty"`  // the amendment of the order that it was entered in
	// Draft is the visit whose stamps this entry was drafted from, until somebody edits or submits it.
	Draft store.ID `json:"draft,omitempty"`
	// Visit is the visit whose stamps it was drafted from. It stays when the entry is edited.
	Visit store.ID `json:"visit,omitempty"`
	// Before are the raw facts that edits replaced, oldest first.
	Before []TimeEdit `json:"before,omitempty"`
	Cost   TimeCost   `json:"cost,omitzero"`
}

// TimeCost is what the shop pays for the time.
type TimeCost struct {
	// Rate is the technician's per hour when the time was captured, or approved where it
	// was not known before. Unknown is not zero.
	Rate *money.Price `json:"rate,omitempty"`
}

// TakeCost implements store.Costed.
func (e *TimeEntry) TakeCost() any {
	c := e.Cost
	e.Cost = TimeCost{}
	if c.Rate == nil {
		return nil
	}
	return c
}

// TimeEdit is what an entry said before somebody corrected it.
type TimeEdit struct {
	Content TimeContent `json:"content"`
	By      store.ID    `json:"by"` // who corrected it
	At      time.Time   `json:"at"`
	Reason  string      `json:"reason"`
}

// TimeContent are the declared facts of an entry: what is approved and what a customer signs.
type TimeContent struct {
	Order      store.ID  `json:"order"`
	Task       store.ID  `json:"task,omitempty"`
	Technician store.ID  `json:"technician"`
	Kind       TimeKind  `json:"kind"`
	From       time.Time `json:"from"`
	To         time.Time `json:"to,omitzero"`
	Zone       string    `json:"zone"`
	Note       string    `json:"note,omitempty"`
}

// Content returns the entry's declared facts.
func (e *TimeEntry) Content() TimeContent {
	return TimeContent{e.Order, e.Task, e.Technician, e.Kind, e.From, e.To, e.Zone, e.Note}
}

// TimeKind says what the time was spent on.
type TimeKind string

// The kinds of time.
const (
	Labour TimeKind = "labour"
	Travel TimeKind = "travel"
)

// TimeStatus is where an entry stands. That it is billed or credited is derived from
// allocations, see [Billed].
type TimeStatus string

// The statuses of a time entry.
const (
	TimeNew       TimeStatus = "new"
	TimeSubmitted TimeStatus = "submitted"
	TimeApproved  TimeStatus = "approved"
	TimeRejected  TimeStatus = "rejected" // it does not count until it is edited or submitted again
)

// TimeTransitions is what may happen to an entry. Editing is for entries that nobody has
// been asked to approve; an approved one may only be rejected, and only while no part of it is billed.
func TimeTransitions() map[TimeStatus]map[string]TimeStatus {
	return map[TimeStatus]map[string]TimeStatus{
		TimeNew:       {"edit": TimeNew, "submit": TimeSubmitted},
		TimeSubmitted: {"approve": TimeApproved, "reject": TimeRejected, "withdraw": TimeNew},
		TimeRejected:  {"edit": TimeNew, "submit": TimeSubmitted},
		TimeApproved:  {"reject": TimeRejected},
	}
}

// MaxTime is how long one entry may be. It covers a day of 25 hours and a double shift;
// what is longer is a stop that somebody forgot. It also bounds the search for overlaps.
const MaxTime = 36 * time.Hour

// Span returns the entry's interval; a running one ends at now.
func (e *TimeEntry) Span(now time.Time) calendar.Interval {
	if e.To.IsZero() {
		return calendar.NewInterval(e.From, now)
	}
	return calendar.NewInterval(e.From, e.To)
}

// Worked is how long the entry lasted; a running one has no length yet.
func (e *TimeEntry) Worked() time.Duration {
	if e.To.IsZero() {
		return 0
	}
	return e.To.Sub(e.From)
}

// ByDay cuts the entry at the midnights of its zone. The parts add up to it, also over
// the nights on which clocks change.
func (e *TimeEntry) ByDay() ([]calendar.DayPart, error) {
	z, err := calendar.LoadZone("zone", e.Zone)
	if err != nil || e.To.IsZero() {
		return nil, err
	}
	return calendar.SplitByDay(calendar.NewInterval(e.From, e.To), z), nil
}

// TimeRow is what a list of entries shows.
type TimeRow struct {
	ID         store.ID   `json:"id"`
	Order      store.ID   `json:"order"`
	Task       store.ID   `json:"task,omitempty"`
	Technician store.ID   `json:"technician"`
	Kind       TimeKind   `json:"kind"`
	From       time.Time  `json:"from"`
	To         time.Time  `json:"to,omitzero"`
	Zone       string     `json:"zone"`
	Status     TimeStatus `json:"status"`
	Draft      bool       `json:"draft,omitempty"`
}

// TimeEntries holds the entries: by order, by status, by person and start, and those that run.
var TimeEntries = store.Define(store.Def[TimeEntry, TimeRow]{
	Name: "time_entry", Prefix: "time", Title: "time entry",
	Row: func(e *TimeEntry) TimeRow {
		return TimeRow{e.ID, e.Order, e.Task, e.Technician, e.Kind, e.From, e.To, e.Zone, e.Status, e.Draft != ""}
	},
	Indexes: []store.Index[TimeEntry]{
		{Name: "order", Keys: func(e *TimeEntry) []store.Key { return []store.Key{store.K(e.Order, e.From)} }},
		{Name: "status", Keys: func(e *TimeEntry) []store.Key { return []store.Key{store.K(string(e.Status), e.From)} }},
		{Name: "technician", Keys: func(e *TimeEntry) []store.Key { return []store.Key{store.K(e.Technician, e.From)} }},
		{Name: "person", Keys: func(e *TimeEntry) []store.Key {
			if e.Status == TimeRejected {
				return nil // it does not count
			}
			return []store.Key{store.K(e.Person, e.From)}
		}},
		{
			Name: "running", Unique: true,
			Keys: func(e *TimeEntry) []store.Key {
				if !e.To.IsZero() {
					return nil
				}
				return []store.Key{store.K(e.Person)}
			},
			Clash: func(*TimeEntry) string { return "another time entry of the same person is still running" },
		},
		{Name: "draft", Keys: func(e *TimeEntry) []store.Key {
			if e.Draft == "" {
				return nil
			}
			return []store.Key{store.K(e.Draft)}
		}},
	},
})

// move takes an entry through its table, or says why not.
func (e *TimeEntry) move(action string) error {
	next, ok := TimeTransitions()[e.Status][action]
	if ok {
		e.Status = next
		return nil
	}
	f := fault.Refusedf("the time entry is %s and so cannot be %s", e.Status, participle(action)).With("time.status")
	switch e.Status {
	case TimeNew, TimeRejected:
		f.Hint("callout time submit %s", e.ID)
	case TimeSubmitted:
		f.Hint("callout time withdraw %s", e.ID)
	case TimeApproved:
		f.Hint(`callout time reject %s --reason "…"`, e.ID)
	}
	return f
}

// participle turns an action into what is done to a thing by it.
func participle(action string) string {
	switch action {
	case "submit":
		return "submitted"
	case "withdraw":
		return "withdrawn"
	case "approve", "propose", "release", "remove":
		return action + "d"
	default:
		return action + "ed"
	}
}
