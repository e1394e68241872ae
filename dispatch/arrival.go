package dispatch

import (
	"time"

	"callout/calendar"
)

// Promise is the window in which a customer was told to expect a planned visit: the one that
// was recorded, or else the policy's, which begins with the planned start. Its end is part of it.
func (r AppointmentRow) Promise(p Planning) calendar.Interval {
	if r.Start.IsZero() || !r.Arrival.IsEmpty() {
		return r.Arrival
	}
	return p.promise(r.Start)
}

// promise is the window that goes with a start.
func (p Planning) promise(start time.Time) calendar.Interval {
	return calendar.NewInterval(start, start.Add(p.arrival()))
}

// keeps reports whether a start keeps a promise.
func keeps(promise calendar.Interval, start time.Time) bool {
	return !start.Before(promise.Start) && !start.After(promise.End)
}

// keepArrival forgets a recorded window that the planned start has left: whoever moved the
// visit tells the customer anew.
func (a *Appointment) keepArrival() {
	if !keeps(a.Arrival, a.Start) {
		a.Arrival = calendar.Interval{}
	}
}
