package dispatch

import (
	"strings"
	"time"

	"callout/calendar"
)

// tell gives a slot its reasons, in the words of the people who plan.
func (ro *Roster) tell(s *Slot) {
	say := func(words string) { s.Reasons = append(s.Reasons, words) }
	zone := zoneOf(s.Zone)
	where := "has no other visit on that tour"
	switch {
	case s.After != "" && s.Before != "":
		where = "comes from " + s.After + " and goes on to " + s.Before
	case s.After != "":
		where = "comes from " + s.After
	case s.Before != "":
		where = "goes on to " + s.Before
	}
	say(s.Names[0] + " " + where + ": " + spelled(s.Extra) + " more on the road")
	if e := s.errand; e.pace != 0 && len(s.team) == 1 && s.team[0].pace() != usualPace && e.persons() == 1 {
		say("takes " + calendar.FormatDuration(e.length) + " at a pace of " + itoa(s.team[0].pace()) + " %")
	}
	if s.Assumed {
		say("a way is not known and taken to be " + spelled(ro.plans.UnknownWay))
	}
	if s.Overtime > 0 {
		say("the way home ends " + spelled(s.Overtime) + " after the shift")
	}
	switch {
	case s.Late > 0:
		say("starts " + spelled(s.Late) + " too late for the SLA, due " + show(s.Due, zone))
	case !s.Due.IsZero():
		say("keeps the SLA with " + calendar.FormatDuration(s.Due.Sub(s.Start).Truncate(time.Minute)) + " to spare")
	}
	if s.Before != "" && len(s.Moves) == 0 {
		say(spelled(s.Spare) + " left before " + s.Before)
	}
	for _, w := range s.errand.asked.asked {
		if w.code != NotPreferred {
			continue
		}
		if s.errand.wish(w, s.team) {
			say(w.by + " prefers " + strings.Join(w.names, " or "))
		} else {
			say(w.by + " would rather have " + strings.Join(w.names, " or "))
		}
	}
	for _, m := range s.Moves {
		say(m.words(zone))
	}
}

// wish reports whether one of those comes who are asked for.
func (e *errand) wish(w asked, team []*person) bool {
	for _, p := range team {
		for _, id := range w.who {
			if id == p.ID {
				return true
			}
		}
	}
	return false
}

// words says what becomes of a visit that gives way.
func (m Shifted) words(zone calendar.Zone) string {
	out := m.Number + " starts " + show(m.To, zone) + " instead of " + showAfter(m.From, m.To, zone)
	if m.Broken {
		out += ", after the promised " + showAfter(m.Promise, m.To, zone)
	} else {
		out += ", within what was promised"
	}
	if m.Late > m.LateAlready {
		out += ", " + spelled(m.Late) + " too late for its SLA"
	}
	return out
}

// spelled is a number of minutes as people say it.
func spelled(minutes int) string {
	return calendar.FormatDuration(time.Duration(minutes) * time.Minute)
}
