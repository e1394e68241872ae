package dispatch

import (
	"time"

	"callout/calendar"
	"callout/internal/fault"
)

// Paces are percents of what work is estimated to take.
const (
	usualPace   = 100
	leastPace   = 25
	slowestPace = 400
)

// checkPace refuses a pace at which nobody works; 0 is the usual one.
func checkPace(percent int) error {
	if percent == 0 || percent >= leastPace && percent <= slowestPace {
		return nil
	}
	return fault.Invalidf("pace", "%d percent of an estimate are not between %d and %d", percent, leastPace, slowestPace).
		With("technician.pace").Hint("write --pace 130 for somebody who takes 78 minutes for an hour's work")
}

// atPace is how long somebody takes for what others at some pace take so long for, begun minutes counted.
func (t *Technician) atPace(length time.Duration, pace int) time.Duration {
	mine := t.pace()
	if mine == pace {
		return length
	}
	return time.Duration(minutesUp(length*time.Duration(mine)/time.Duration(pace))) * time.Minute
}

func (t *Technician) pace() int {
	if t.Pace == 0 {
		return usualPace
	}
	return t.Pace
}

// by is the errand in the hands of a team: as long as it takes them. Who works alone does so at their own pace; several
// at once take as long as was estimated. What was said to last so long does, whoever goes, as does a visit whose time is locked;
// and a visit that is planned takes its own technician as long as it is planned for.
func (e *errand) by(team []*person) *errand {
	locked := e.visit != nil && (e.visit.Lock == LockTime || e.visit.Lock == LockBoth)
	if len(team) != 1 || e.pace == 0 || e.persons() > 1 || locked {
		return e
	}
	length := team[0].atPace(e.length, e.pace)
	if length == e.length {
		return e
	}
	own := *e
	own.length, own.pace = length, team[0].pace()
	return &own
}

// paceOf is the pace on which the length of a planned visit rests.
func (ro *Roster) paceOf(v *stand) int {
	if len(v.Technicians) != 1 {
		return usualPace
	}
	if p := ro.person(v.Technicians[0]); p != nil {
		return p.pace()
	}
	return usualPace
}

// tooQuick notes that a visit is planned for less than its technician is likely to take. It refuses nothing: an estimate
// is one, and whoever plans by hand may know better.
func (s situation) tooQuick() []Conflict {
	if len(s.team) != 1 || s.team[0].pace() == usualPace || len(s.tasks) == 0 {
		return nil
	}
	length := time.Duration(0)
	for _, t := range s.tasks {
		if t.Minutes == 0 || t.Persons > 1 {
			return nil
		}
		length += time.Duration(t.Minutes) * time.Minute
	}
	m := s.team[0]
	takes, planned := m.atPace(length, usualPace), s.plan.Duration()
	if takes <= planned {
		return nil
	}
	return []Conflict{{
		Code: Pace, Technician: m.ID, Note: true, Minutes: minutesUp(takes - planned),
		Detail: m.Name + ": takes " + calendar.FormatDuration(takes) + " for what is estimated at " + calendar.FormatDuration(length) +
			" (" + itoa(m.pace()) + " %), planned are " + calendar.FormatDuration(planned),
	}}
}
