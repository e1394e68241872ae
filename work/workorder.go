package work

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// WorkOrder is a customer's request with context, tasks and a place in a chain.
type WorkOrder struct {
	store.Record
	Number      string         `json:"number"`
	Customer    store.ID       `json:"customer"`
	Site        store.ID       `json:"site"`
	Asset       store.ID       `json:"asset,omitempty"`
	Branch      store.ID       `json:"branch,omitempty"`
	Title       string         `json:"title"`
	Description string         `json:"description,omitempty"`
	Reference   string         `json:"reference,omitempty"` // the customer's order number
	Priority    Priority       `json:"priority"`
	Status      Status         `json:"status"`
	Outcome     Outcome        `json:"outcome,omitempty"` // once completed
	Why         string         `json:"why,omitempty"`     // why it could not be completed, or was canceled
	Zone        string         `json:"zone"`              // the site's, at creation
	Parent      store.ID       `json:"parent,omitempty"`
	After       []Prerequisite `json:"after,omitempty"`
	// CallbackOf is the order whose work this one goes back to, and Cause says why.
	CallbackOf store.ID `json:"callback_of,omitempty"`
	Cause      Cause    `json:"cause,omitempty"`
	// Agreement is the one whose included hours and visits the order may draw on. Occurrence is the
	// day of the agreement that it was made for, and PlannedFor when the work is to be done.
	Agreement  store.ID      `json:"agreement,omitempty"`
	Occurrence calendar.Date `json:"occurrence,omitzero"`
	PlannedFor time.Time     `json:"planned_for,omitzero"`
	// Pins are the revisions that the order was created under, by kind: "work_type",
	// "sla", and those that higher rooms add, such as "price_book".
	Pins        map[string]store.Pin `json:"pins,omitempty"`
	CreatedBy   store.ID             `json:"created_by"`
	OpenedAt    time.Time            `json:"opened_at"` // when the customer asked
	RespondBy   time.Time            `json:"respond_by,omitzero"`
	ResolveBy   time.Time            `json:"resolve_by,omitzero"`
	Clock       *Clock               `json:"sla_clock,omitempty"`
	RespondWarn time.Time            `json:"respond_warn,omitzero"` // when the target comes to be at risk
	ResolveWarn time.Time            `json:"resolve_warn,omitzero"`
	StartedAt   time.Time            `json:"started_at,omitzero"` // when work first began
	CompletedAt time.Time            `json:"completed_at,omitzero"`
	CompletedBy store.ID             `json:"completed_by,omitempty"` // who recorded it
	ClosedAt    time.Time            `json:"closed_at,omitzero"`
	CanceledAt  time.Time            `json:"canceled_at,omitzero"`
	// Revision is 2, 3, … once the order was amended, see [WorkOrder.Rev].
	Revision int         `json:"revision,omitempty"`
	Holds    []Hold      `json:"holds,omitempty"`
	Reopened []Reopening `json:"reopened,omitempty"`
	Imported string      `json:"imported,omitempty"`
}

// Kinds of pins that this room sets on an order.
const (
	PinWorkType = "work_type"
	PinSLA      = "sla"
)

// Begun reports whether work on the order has begun, however it stands now.
func (w *WorkOrder) Begun() bool { return !w.StartedAt.IsZero() }

// Hold is a time in which work waits for something outside our hands.
type Hold struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"` // zero while it lasts
	Reason string    `json:"reason"`
	By     store.ID  `json:"by"`
}

// Reopening is one time that a finished order was opened again. What was recorded until
// then (sign-offs above all) stays where it is.
type Reopening struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	By     store.ID  `json:"by"`
	From   Status    `json:"from"`
	// Until then the order counted as completed since:
	CompletedAt time.Time `json:"completed_at,omitzero"`
	// or was called off at:
	CanceledAt  time.Time `json:"canceled_at,omitzero"`
	CompletedBy store.ID  `json:"completed_by,omitempty"`
	Outcome     Outcome   `json:"outcome,omitempty"`
	Why         string    `json:"why,omitempty"` // why it could not be completed
	// Amendment is the revision that began with it, where what was finished had been signed
	// or billed; After says which.
	Amendment int    `json:"amendment,omitempty"`
	After     string `json:"after,omitempty"`
}

// Priority is how urgent an order is.
type Priority string

// The priorities.
const (
	Low       Priority = "low"
	Normal    Priority = "normal"
	High      Priority = "high"
	Emergency Priority = "emergency"
)

// Priorities lists all priorities, least urgent first.
func Priorities() []Priority { return []Priority{Low, Normal, High, Emergency} }

// Validate refuses what is no priority.
func (p Priority) Validate() error {
	if !slices.Contains(Priorities(), p) {
		return fault.Invalidf("priority", "%q is no priority; there are low, normal, high and emergency", p).
			With("priority.unknown")
	}
	return nil
}

// WorkOrderRow is what a list of orders shows. It is stored in every index entry.
type WorkOrderRow struct {
	ID       store.ID  `json:"id"`
	Number   string    `json:"number"`
	Status   Status    `json:"status"`
	Priority Priority  `json:"priority"`
	Title    string    `json:"title"`
	Customer store.ID  `json:"customer"`
	Site     store.ID  `json:"site"`
	Parent   store.ID  `json:"parent,omitempty"`
	Zone     string    `json:"zone"` // of the site; its times are read in it
	Opened   time.Time `json:"opened_at"`
	Resolve  time.Time `json:"resolve_by,omitzero"`
	Clock    ClockRow  `json:"sla,omitzero"`

	CallbackOf store.ID `json:"callback_of,omitempty"`
	Cause      Cause    `json:"cause,omitempty"`
}

// Row returns what a list shows of the order.
func (w *WorkOrder) Row() WorkOrderRow {
	return WorkOrderRow{
		w.ID, w.Number, w.Status, w.Priority, w.Title, w.Customer, w.Site, w.Parent, w.Zone, w.OpenedAt, w.ResolveBy,
		w.clockRow(), w.CallbackOf, w.Cause,
	}
}

// WorkOrders holds the orders: by status and by customer with when they were opened, by
// parent, and by prerequisite.
var WorkOrders = store.Define(store.Def[WorkOrder, WorkOrderRow]{
	Name: "work_order", Prefix: "wo", Title: "work order",
	Row: (*WorkOrder).Row,
	Indexes: []store.Index[WorkOrder]{
		{Name: "status", Keys: func(w *WorkOrder) []store.Key { return []store.Key{store.K(string(w.Status), w.OpenedAt)} }},
		{Name: "due", Keys: (*WorkOrder).dueKeys},
		{Name: "customer", Keys: func(w *WorkOrder) []store.Key {
			return []store.Key{store.K(w.Customer, w.OpenedAt)}
		}},
		{Name: "parent", Keys: func(w *WorkOrder) []store.Key {
			if w.Parent == "" {
				return nil
			}
			return []store.Key{store.K(w.Parent, w.OpenedAt)}
		}},
		{Name: "callback_of", Keys: func(w *WorkOrder) []store.Key {
			if w.CallbackOf == "" {
				return nil
			}
			return []store.Key{store.K(w.CallbackOf, w.OpenedAt)}
		}},
		{Name: "agreement", Keys: func(w *WorkOrder) []store.Key {
			if w.Agreement == "" {
				return nil
			}
			return []store.Key{store.K(w.Agreement, w.OpenedAt)}
		}},
		{
			Name: "occurrence", Unique: true, Keys: (*WorkOrder).occurrenceKeys,
			Clash: func(w *WorkOrder) string {
				return "the agreement's order for " + w.Occurrence.String() + " is made already"
			},
		},
		{Name: "after", Keys: func(w *WorkOrder) []store.Key {
			var keys []store.Key
			for _, p := range w.After {
				keys = append(keys, store.K(p.Order))
			}
			return keys
		}},
	},
})

// numbers is the series of work order numbers.
var numbers = store.Series{Name: "WO", Format: "WO-%d", First: 1001}
