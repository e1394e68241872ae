package dispatch

import (
	"time"

	"callout/calendar"
	"callout/work"
)

// closed names each part of a plan in which the site is closed, on the site's own clock.
func (s situation) closed() []Conflict {
	if s.site == nil || s.site.Hours.IsZero() {
		return nil
	}
	zone := zoneOf(s.site.Zone)
	const around = 24 * time.Hour
	open := s.site.Hours.Intervals(zone, nil, s.plan.Start.Add(-around), s.plan.End.Add(around))
	var out []Conflict
	for _, off := range calendar.Subtract([]calendar.Interval{s.plan}, open) {
		out = append(out, Conflict{
			Code: SiteHours, With: s.site.ID, Minutes: minutesUp(off.Duration()),
			Detail: s.site.Name + ": closed from " + show(off.Start, zone) + " to " + showAfter(off.End, off.Start, zone) +
				" (open " + s.site.Hours.String() + ")",
		})
	}
	return out
}

// tooFew names the tasks that take more people than come. Without a team nobody is missing yet.
func (s situation) tooFew() []Conflict {
	var out []Conflict
	for _, t := range s.tasks {
		if n := len(s.team); n > 0 && n < t.Persons {
			out = append(out, Conflict{Code: TooFew, Detail: needsPersons(t) + ", " + itoa(n) + " would come"})
		}
	}
	return out
}

func needsPersons(t *work.Task) string {
	return "task " + itoa(t.N) + " (" + t.Title + ") takes " + itoa(t.Persons) + " people"
}
