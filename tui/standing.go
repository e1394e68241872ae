package tui

import (
	"callout/dispatch"
	"callout/store"
)

// conflictsOf finds what stands against the visits of a day that have not begun, less what somebody accepted.
func conflictsOf(r store.Reader, d *Day) (map[store.ID][]dispatch.Conflict, error) {
	out := map[store.ID][]dispatch.Conflict{}
	for id, v := range d.Visits {
		if v.Status != dispatch.Scheduled && v.Status != dispatch.Dispatched {
			continue
		}
		a, ok, err := dispatch.Appointments.Try(r, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if out[id], err = dispatch.Unaccepted(r, a); err != nil {
			return nil, err
		}
	}
	return out, nil
}
