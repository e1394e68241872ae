package dispatch

import (
	"callout/calendar"
	"callout/party"
	"callout/store"
)

// Available is when a technician is there to be sent, within an interval: the hours of the shift, by the clock of the
// technician's zone, less the holidays of the branch and less absences. It is false where nobody can know: a
// technician without a shift may come at any time, and of one who is not active nobody has said since when, unless
// the last day is known. Before the first day and after the last nobody is there.
func Available(r store.Reader, t *Technician, iv calendar.Interval) ([]calendar.Interval, bool, error) {
	if t.Shift.IsZero() || t.Inactive && t.LastDay.IsZero() {
		return nil, false, nil
	}
	closed, gone, err := t.off(r, iv)
	if err != nil {
		return nil, false, err
	}
	zone := zoneOf(t.Zone)
	iv = t.employed(iv, zone)
	there := t.Shift.Intervals(zone, closed, iv.Start, iv.End)
	return calendar.Subtract(there, gone), true, nil
}

// Breaks are the breaks of a technician's shift within an interval: what lies between its hours of one local date. There
// are none on a day off, and what an absence takes is no break any more.
func Breaks(r store.Reader, t *Technician, iv calendar.Interval) ([]calendar.Interval, error) {
	if t.Shift.IsZero() || t.Shift.IsAlways() || t.Inactive && t.LastDay.IsZero() {
		return nil, nil
	}
	closed, gone, err := t.off(r, iv)
	if err != nil {
		return nil, err
	}
	zone := zoneOf(t.Zone)
	// From a day before to a day after, so that a break at the edge is told from the end of a shift.
	around := t.employed(calendar.NewInterval(iv.Start.Add(-within), iv.End.Add(within)), zone)
	var out []calendar.Interval
	for _, day := range toursOf(t.Shift.Intervals(zone, closed, around.Start, around.End), zone) {
		out = append(out, day.breaks...)
	}
	return calendar.Subtract(calendar.Intersect(out, []calendar.Interval{iv}), gone), nil
}

// off is when a technician does not work, whatever the shift says: the holidays of the branch, and absences within an
// interval.
func (t *Technician) off(r store.Reader, iv calendar.Interval) (closed []calendar.Date, gone []calendar.Interval, err error) {
	days, err := party.HolidaysAt(r, t.Branch)
	if err != nil {
		return nil, nil, err
	}
	away, err := absencesIn(r, t.ID, iv)
	for _, a := range away {
		gone = append(gone, a.time())
	}
	return days.Closed(), calendar.Merge(gone), err
}
