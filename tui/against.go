package tui

import (
	"time"

	"callout/billing"
	"callout/dispatch"
	"callout/store"
)

// readAgainst finds everything that would stand against a plan if it were booked: what dispatch says, and what it
// would bring in.
func readAgainst(r store.Reader, p dispatch.Plan, now time.Time) ([]dispatch.Conflict, error) {
	p, err := p.Tasked(r)
	if err != nil {
		return nil, err
	}
	found, err := dispatch.Conflicts(r, p)
	if err != nil {
		return nil, err
	}
	v := &dispatch.Appointment{Order: p.Order}
	if p.Appointment != "" {
		if v, err = dispatch.Appointments.Get(r, p.Appointment); err != nil {
			return nil, err
		}
	}
	as := *v
	as.Tasks, as.Technicians, as.Start, as.End, as.Status = p.Tasks, p.Technicians, p.Start, p.End, dispatch.Scheduled
	margins, err := billing.BookingConflicts(r, &as, now)
	return append(found, margins...), err
}

// conflictWords is a conflict in the rule's own words, with its name.
func conflictWords(c dispatch.Conflict) string { return c.Detail + " (" + string(c.Code) + ")" }
