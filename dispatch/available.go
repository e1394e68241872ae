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
	days, err := party.HolidaysAt(r, t.Branch)
	if err != nil {
		return nil, false, err
	}
	away, err := absencesIn(r, t.ID, iv)
	if err != nil {
		return nil, false, err
	}
	gone := make([]calendar.Interval, len(away))
	for i, a := range away {
		gone[i] = a.time()
	}
	zone := zoneOf(t.Zone)
	iv = t.employed(iv, zone)
	there := t.Shift.Intervals(zone, days.Closed(), iv.Start, iv.End)
	return calendar.Subtract(there, calendar.Merge(gone)), true, nil
}
