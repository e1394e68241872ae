package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/store"
	"callout/work"
)

// Tie is another order that an order waits for, or that waits for it, with the visits that the other one has.
type Tie struct {
	Order  store.ID
	Number string
	Title  string
	Status work.Status
	// First says that the other one comes first.
	First bool
	// Link is how the one that comes later waits for the one that comes first.
	Link work.Prerequisite
	// Visits are those of the other order that were not called off, by start.
	Visits []AppointmentRow
}

// Ties lists the orders that an order waits for, in the order in which they were named, and then those that wait for it.
func Ties(r store.Reader, w *work.WorkOrder) ([]Tie, error) {
	var out []Tie
	add := func(other *work.WorkOrder, first bool, link work.Prerequisite) error {
		t := Tie{Order: other.ID, Number: other.Number, Title: other.Title, Status: other.Status, First: first, Link: link}
		rows, err := OfOrder(r, other.ID)
		t.Visits = slices.DeleteFunc(rows, func(v AppointmentRow) bool { return v.Status == Canceled })
		out = append(out, t)
		return err
	}
	for _, link := range w.After {
		other, err := work.WorkOrders.Get(r, link.Order)
		if err != nil {
			return nil, err
		}
		if err := add(other, true, link); err != nil {
			return nil, err
		}
	}
	for other, err := range work.WorkOrders.By(r, "after", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		for _, link := range other.After {
			if link.Order != w.ID {
				continue
			}
			if err := add(other, false, link); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// How says in words how the later of the two waits: "completed", or "started and 2h have passed".
func (t Tie) How() string {
	word := "completed"
	if t.Link.Kind == work.StartToStart {
		word = "started"
	}
	if t.Link.Lag > 0 {
		word += " and " + calendar.FormatDuration(time.Duration(t.Link.Lag)*time.Minute) + " have passed"
	}
	return word
}
