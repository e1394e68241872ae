package report

import (
	"cmp"
	"slices"
	"time"

	"callout/dispatch"
	"callout/money"
	"callout/store"
	"callout/work"
)

// FirstVisitLine counts the orders of a group that were completed in a period, by what it took. An order is done on
// the first visit when it is done, one visit took place for it, and no order goes back to its work. So Aberdeen Group
// defines a first-time fix: the issue is resolved on the first service visit, and no repeat visit, second truck roll or
// service call is for the same issue (as quoted by Middlesex Consulting, "The importance of first time fix rate").
//
// An order that goes back to another one's work is no issue of its own and is not counted: it is held against the
// other. A visit took place when somebody began to work, or was on the way and could do nothing; one that
// rested over night is one visit. Each order counts in one of First, Returned, CalledBack and NotDone: as not
// done before all, as returned to before called back.
type FirstVisitLine struct {
	// Group is an id, or the name of a work type. An order whose first visit several technicians made
	// counts for each of them.
	Group      string
	Orders     int // with a visit, completed in the period
	First      int
	Returned   int // it took more than one visit
	CalledBack int // an order goes back to its work
	NotDone    int // it could not be completed
	Visits     int // that took place for these orders
	// WithoutVisit counts orders for which no visit is on record. Nobody can know of them, so they are not in Orders.
	WithoutVisit int
}

// Percent is the share of the orders that were done on the first visit, cut to one decimal; nil where there are none.
func (l FirstVisitLine) Percent() *money.Percent { return share(int64(l.First), int64(l.Orders)) }

// FirstVisits reports on the orders that were completed from an instant until before another; zero instants are open
// ends. An order that goes back to one of them counts whenever it was opened, or, with within, only
// if it was opened no later than so long after the completion: months compare only if all of them had the same time to be called back.
func FirstVisits(r store.Reader, by By, from, to time.Time, within time.Duration) ([]FirstVisitLine, error) {
	if err := by.check("first-visit", FirstVisitGroups()); err != nil {
		return nil, err
	}
	groups := map[string]*FirstVisitLine{}
	for w, err := range work.WorkOrders.All(r) {
		if err != nil {
			return nil, err
		}
		if w.CompletedAt.IsZero() || w.CallbackOf != "" || w.CompletedAt.Before(from) || !to.IsZero() && !w.CompletedAt.Before(to) {
			continue
		}
		visits, err := tookPlace(r, w.ID)
		if err != nil {
			return nil, err
		}
		back, err := calledBack(r, w, within)
		if err != nil {
			return nil, err
		}
		for _, key := range firstVisitKeys(by, w, visits) {
			g := groups[key]
			if g == nil {
				g = &FirstVisitLine{Group: key}
				groups[key] = g
			}
			g.count(w, len(visits), back)
		}
	}
	return sorted(groups, func(l *FirstVisitLine) string { return l.Group }), nil
}

// count takes an order in.
func (l *FirstVisitLine) count(w *work.WorkOrder, visits int, back bool) {
	if visits == 0 {
		l.WithoutVisit++
		return
	}
	l.Orders++
	l.Visits += visits
	switch {
	case w.Outcome != work.Done:
		l.NotDone++
	case visits > 1:
		l.Returned++
	case back:
		l.CalledBack++
	default:
		l.First++
	}
}

// firstVisitKeys says under which groups an order counts.
func firstVisitKeys(by By, w *work.WorkOrder, visits []*dispatch.Appointment) []string {
	switch by {
	case ByCustomer:
		return []string{string(w.Customer)}
	case ByWorkType:
		return []string{w.Pins[work.PinWorkType].Name}
	case ByTechnician:
		if len(visits) == 0 || len(visits[0].Technicians) == 0 {
			return []string{""}
		}
		var keys []string
		for _, t := range visits[0].Technicians {
			keys = append(keys, string(t))
		}
		return keys
	default:
		return []string{string(ByShop)}
	}
}

// tookPlace lists the visits of an order that took place, the earliest first.
func tookPlace(r store.Reader, order store.ID) ([]*dispatch.Appointment, error) {
	var out []*dispatch.Appointment
	for a, err := range dispatch.Appointments.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		if !began(a).IsZero() {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *dispatch.Appointment) int {
		return cmp.Or(began(a).Compare(began(b)), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// began is when somebody began to work on a visit, or found that nothing could be done; zero where nothing happened.
func began(a *dispatch.Appointment) time.Time {
	var first time.Time
	for _, s := range a.Stamps {
		if (s.Status == dispatch.InProgress || s.Status == dispatch.CannotComplete) && (first.IsZero() || s.At.Before(first)) {
			first = s.At
		}
	}
	return first
}

// calledBack reports whether an order goes back to the work of another.
func calledBack(r store.Reader, w *work.WorkOrder, within time.Duration) (bool, error) {
	rows, err := work.CallbacksOf(r, w.ID)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(rows, func(c work.WorkOrderRow) bool {
		return c.Status != work.Canceled && (within == 0 || !c.Opened.After(w.CompletedAt.Add(within)))
	}), nil
}
