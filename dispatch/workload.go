package dispatch

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/store"
	"callout/work"
)

// Workload is a roster with all that a plan for its days can decide about: the visits that
// may still be moved, and the orders that have none. Nothing of it is read from the store any more.
type Workload struct {
	ro      *Roster
	errands []*errand         // by key
	decided map[store.ID]bool // the planned visits among the errands
	held    map[store.ID]bool
	read    map[store.ID]string
	unknown []*errand // work of which nobody knows how long it takes
	skipped []LeftOut // work for which no plan can be made
}

// LeftOut is work that gets no visit from a plan, or a visit that stays although something
// stands against it, and why.
type LeftOut struct {
	Order    store.ID      `json:"order"`
	Number   string        `json:"number"`
	Title    string        `json:"title"`
	Priority work.Priority `json:"priority"`
	Why      string        `json:"why"`
}

func leftOut(e *errand, why string) LeftOut {
	return LeftOut{Order: e.order.ID, Number: e.number(), Title: e.order.Title, Priority: e.order.Priority, Why: why}
}

// ReadWorkload reads what a plan for a span can decide about at an instant.
func ReadWorkload(r store.Reader, span calendar.Interval, now time.Time) (*Workload, error) {
	ro, err := ReadRoster(r, span, now)
	if err != nil {
		return nil, err
	}
	w := &Workload{ro: ro, held: map[store.ID]bool{}, decided: map[store.ID]bool{}}
	for _, v := range ro.visits {
		if !v.Status.Open() || v.Start.Before(span.Start) || !v.Start.Before(span.End) {
			continue
		}
		if err := w.readPlanned(r, v); err != nil {
			return nil, err
		}
	}
	for _, status := range []work.Status{work.New, work.Scheduled, work.InProgress} {
		for row, err := range work.WorkOrders.Rows(r, "status", store.Prefix(store.K(string(status)))) {
			if err != nil {
				return nil, err
			}
			if err := w.readOpen(r, row.ID); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(w.errands, func(a, b *errand) int { return cmp.Compare(a.key(), b.key()) })
	slices.SortFunc(w.skipped, func(a, b LeftOut) int { return cmp.Compare(a.Number, b.Number) })
	w.read = w.digests()
	return w, nil
}

// readPlanned takes up a visit. It stays where it is once it is under way, while it is
// locked in both ways, when somebody knowingly booked it over a rule, and when its order cannot be worked on.
func (w *Workload) readPlanned(r store.Reader, v *stand) error {
	if v.Status.UnderWay() || v.Lock == LockBoth {
		w.held[v.ID] = true
		return nil
	}
	a, err := Appointments.Get(r, v.ID)
	if err != nil {
		return err
	}
	e, err := w.ro.planned(r, v)
	if err != nil {
		return err
	}
	if len(a.Accepted) > 0 || len((situation{order: e.order}).orderConflicts()) > 0 {
		w.held[v.ID] = true
		return nil
	}
	w.errands = append(w.errands, e)
	w.decided[v.ID] = true
	return nil
}

// readOpen takes up what of an order has no visit yet.
func (w *Workload) readOpen(r store.Reader, order store.ID) error {
	j, err := w.ro.jobs.of(order)
	if err != nil {
		return err
	}
	if !j.order.PlannedFor.IsZero() && !j.order.PlannedFor.Before(w.ro.span.End) {
		return nil
	}
	rows, err := OfOrder(r, order)
	if err != nil {
		return err
	}
	var waiting []store.ID
	for _, row := range rows {
		if row.Status == None {
			waiting = append(waiting, row.ID)
		}
	}
	if waiting == nil {
		if len(rows) > 0 && !RollUpOf(rows).Unplanned {
			return nil
		}
		waiting = []store.ID{""}
	}
	for _, id := range waiting {
		e, err := w.ro.open(r, order, id, nil, 0)
		if err != nil {
			return err
		}
		if e.length == 0 {
			w.unknown = append(w.unknown, e)
			w.skipped = append(w.skipped, leftOut(e, "nobody knows how long it takes: a task has no estimate, or there is none"))
			continue
		}
		w.errands = append(w.errands, e)
	}
	return nil
}

// errandsOf are the errands of an order, by key.
func (w *Workload) errandsOf(order store.ID) (out []*errand) {
	for _, e := range w.errands {
		if e.order.ID == order && !w.isHeld(e) {
			out = append(out, e)
		}
	}
	return out
}

// isHeld reports whether a visit stays where it is.
func (w *Workload) isHeld(e *errand) bool { return e.visit != nil && w.held[e.visit.ID] }

// without is the workload with more visits that stay where they are.
func (w *Workload) without(more map[store.ID]bool) *Workload {
	out := *w
	out.held = map[store.ID]bool{}
	for id := range w.held {
		out.held[id] = true
	}
	for id := range more {
		out.held[id] = true
	}
	return &out
}
