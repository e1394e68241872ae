package dispatch

import (
	"callout/calendar"
	"callout/internal/fault"
)

// employ takes over the first and the last day of an employment; nil leaves one as it is, and the zero day is none.
func (t *Technician) employ(first, last *calendar.Date) error {
	if first != nil {
		t.FirstDay = *first
	}
	if last != nil {
		t.LastDay = *last
	}
	if !t.FirstDay.IsZero() && !t.LastDay.IsZero() && t.LastDay.Before(t.FirstDay) {
		return fault.Invalidf("last-day", "%s works until %s, and only from %s on", t.Name, t.LastDay, t.FirstDay).With("technician.days").
			Hint("callout technician edit %q --last-day ''   (until further notice)", t.Name)
	}
	return nil
}

// employed is what of an interval lies between the first and the last day of the employment, both included, by the clock of
// the technician's zone. It is empty where nothing does.
func (t *Technician) employed(iv calendar.Interval, zone calendar.Zone) calendar.Interval {
	if !t.FirstDay.IsZero() {
		iv.Start = later(iv.Start, zone.StartOf(t.FirstDay))
	}
	if !t.LastDay.IsZero() {
		if end := zone.StartOf(t.LastDay.AddDays(1)); end.Before(iv.End) {
			iv.End = end
		}
	}
	if iv.End.Before(iv.Start) {
		iv.End = iv.Start
	}
	return iv
}

// Employs reports whether the technician works here on any day from one until before another.
func (t *Technician) Employs(from, to calendar.Date) bool {
	return (t.FirstDay.IsZero() || t.FirstDay.Before(to)) && (t.LastDay.IsZero() || !t.LastDay.Before(from))
}

// outOfEmployment names a plan that is not wholly within the employment.
func (m member) outOfEmployment(plan calendar.Interval) []Conflict {
	if in := m.employed(plan, m.zone); in.Start.Equal(plan.Start) && in.End.Equal(plan.End) {
		return nil
	}
	word := m.Name + ": works here"
	if !m.FirstDay.IsZero() {
		word += " from " + m.FirstDay.String()
	}
	if !m.LastDay.IsZero() {
		word += " until " + m.LastDay.String()
	}
	return []Conflict{{Code: Inactive, Technician: m.ID, Detail: word + ", the visit would be from " + show(plan.Start, m.zone) + " to " + showAfter(plan.End, plan.Start, m.zone)}}
}
