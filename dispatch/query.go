package dispatch

import (
	"cmp"
	"slices"

	"callout/calendar"
	"callout/store"
)

// OfOrder returns an order's visits by planned start, unscheduled ones first.
func OfOrder(r store.Reader, order store.ID) ([]AppointmentRow, error) {
	var out []AppointmentRow
	for row, err := range Appointments.Rows(r, "order", store.Prefix(store.K(order))) {
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// OpenVisits returns those of an order's visits that may still take place or go on.
func OpenVisits(r store.Reader, order store.ID) ([]AppointmentRow, error) {
	rows, err := OfOrder(r, order)
	var out []AppointmentRow
	for _, row := range rows {
		if row.Status.Open() {
			out = append(out, row)
		}
	}
	return out, err
}

// DayOf returns the visits that take place, in whole or in part, on a date in a zone, by
// start. A visit that was canceled is among them.
func DayOf(r store.Reader, d calendar.Date, z calendar.Zone) ([]AppointmentRow, error) {
	return Between(r, z.Day(d))
}

// Between returns the visits that have time in common with an interval, by start.
func Between(r store.Reader, iv calendar.Interval) ([]AppointmentRow, error) {
	return onDays(r, "day", nil, iv)
}

// Agenda returns a technician's visits that have time in common with an interval, by start.
func Agenda(r store.Reader, technician store.ID, iv calendar.Interval) ([]AppointmentRow, error) {
	found, err := Between(r, iv)
	return slices.DeleteFunc(found, func(row AppointmentRow) bool { return !slices.Contains(row.Technicians, technician) }), err
}

// onDays reads an index that ends in the number of a day, for each day that an interval
// touches, and returns the visits that have time in common with it, by start.
func onDays(r store.Reader, ix string, prefix store.Key, iv calendar.Interval) ([]AppointmentRow, error) {
	var out []AppointmentRow
	seen := map[store.ID]bool{} // a visit stands under each of its days
	for _, d := range daysOf(iv) {
		for row, err := range Appointments.Rows(r, ix, store.Prefix(slices.Concat(prefix, store.K(d)))) {
			if err != nil {
				return nil, err
			}
			if !seen[row.ID] && iv.Overlaps(calendar.NewInterval(row.Start, row.End)) {
				seen[row.ID] = true
				out = append(out, row)
			}
		}
	}
	slices.SortFunc(out, func(a, b AppointmentRow) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// NextVisits returns a technician's open visits by start, some of them at most.
func NextVisits(r store.Reader, technician store.ID, some int) ([]AppointmentRow, error) {
	out := []AppointmentRow{}
	for row, err := range Appointments.Rows(r, "open", store.Prefix(store.K(technician))) {
		if err != nil {
			return nil, err
		}
		if out = append(out, row); len(out) == some {
			break
		}
	}
	return out, nil
}
