package dispatch

import (
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
	day := z.Day(d)
	return within(r, "start", nil, day)
}

// Agenda returns a technician's visits that have time in common with an interval, by start.
func Agenda(r store.Reader, technician store.ID, iv calendar.Interval) ([]AppointmentRow, error) {
	return within(r, "technician", store.K(technician), iv)
}

// within scans an index that ends in the start. [MaxVisit] bounds how far it looks back.
func within(r store.Reader, ix string, prefix store.Key, iv calendar.Interval) ([]AppointmentRow, error) {
	key := func(k store.Key) store.Key { return append(append(store.Key{}, prefix...), k...) }
	window := store.Range{Lo: key(store.K(iv.Start.Add(-MaxVisit))), Hi: key(store.K(iv.End))}
	var out []AppointmentRow
	for row, err := range Appointments.Rows(r, ix, window) {
		if err != nil {
			return nil, err
		}
		if iv.Overlaps(calendar.NewInterval(row.Start, row.End)) {
			out = append(out, row)
		}
	}
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
