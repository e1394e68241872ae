package dispatch

import (
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/store"
	"callout/work"
)

// Code names a kind of conflict. Scripts branch on it, and --accept takes it.
type Code string

// The conflicts.
const (
	Overlap      Code = "overlap"      // a technician has another visit in that time
	Shift        Code = "shift"        // some of it lies outside a technician's shift
	SkillGap     Code = "skill"        // nobody of the team has a skill at the level that a task needs
	Prerequisite Code = "prerequisite" // what the order waits for will not have happened by then
	Inactive     Code = "inactive"     // a technician does not work here any more
	OrderState   Code = "order"        // the order is on hold, completed, closed or canceled
	Locked       Code = "lock"         // the visit is not to be moved, or not to be given to others

	TravelTime   Code = "travel"     // the way from or to a neighbouring visit takes longer than there is
	Absent       Code = "absence"    // a technician is away in that time
	OutOfReach   Code = "territory"  // the site lies in a territory that a technician does not serve
	SiteHours    Code = "site-hours" // the site is closed for some of it
	Barred       Code = "barred"     // the customer does not want this technician
	Required     Code = "required"   // nobody comes of those whom the customer insists on
	NotPreferred Code = "preferred"  // nobody comes of those whom the customer likes best; never refuses
	TooFew       Code = "persons"    // a task needs more people than come
	LongRoad     Code = "road"       // a technician would be longer on the road that day than they are to be
	Pace         Code = "pace"       // planned for less than the technician is likely to take; never refuses
	// Margin is raised by what comes above dispatch, before a booking is committed. Here it
	// is only accepted, so that the visit carries who did so and why.
	Margin Code = "margin"
)

// AnyMargin is what an accepted margin says until the room above has weighed the booking.
const AnyMargin = "a margin below the floor"

// Codes lists the conflicts.
func Codes() []Code {
	return []Code{
		Overlap, TravelTime, Shift, Absent, SkillGap, TooFew, OutOfReach, Prerequisite, SiteHours, Barred, Required, NotPreferred,
		LongRoad, Pace, Inactive, OrderState, Locked, Margin,
	}
}

// Acceptable lists the conflicts that a policy may let a person knowingly book over, with
// a reason. The others never: a lock or a hold is ended, not passed over.
func Acceptable() []Code {
	return []Code{Overlap, TravelTime, Shift, Absent, SkillGap, TooFew, OutOfReach, Prerequisite, SiteHours, Barred, Required, LongRoad, Margin}
}

// Conflict is one reason why a visit should not be planned so, in numbers.
type Conflict struct {
	Code       Code     `json:"code"`
	Technician store.ID `json:"technician,omitempty"`
	With       store.ID `json:"with,omitempty"` // the other visit, or the order that is waited for
	Detail     string   `json:"detail"`
	// Minutes is by how much, where time says it: of an overlap, short of the way, outside the hours.
	Minutes int `json:"minutes,omitempty"`
	// Note marks what should be known but refuses nothing: a wish, or a way that nobody knows.
	Note bool `json:"note,omitempty"`
}

// situation is everything that the conflicts of a plan depend on.
type situation struct {
	plan  calendar.Interval
	order *work.WorkOrder
	site  *work.Site
	tasks []*work.Task
	team  []member
	waits []wait
	terms terms
	road  Road
	home  HomeTravel
	// unknown is how long a way is taken to be that nobody knows.
	unknown time.Duration
	// overtime is by how much the way home may outlast the shift.
	overtime time.Duration
}

// member is a technician with what else they have to do around the time of the plan.
type member struct {
	*Technician
	zone   calendar.Zone
	busy   []AppointmentRow
	away   []*Absence
	near   []neighbour
	serves []string // names of territories
}

// wait is what an order waits for.
type wait struct {
	order  *work.WorkOrder
	link   work.Prerequisite
	likely time.Time // when it is planned to be satisfied, without the lag; zero when nothing is planned
}

// conflicts is the whole of conflict detection: it looks at the plan's interval as a
// whole, not at its start, and names everything that is wrong with it at once.
func (s situation) conflicts() []Conflict {
	out := s.orderConflicts()
	for _, m := range s.team {
		out = append(out, m.conflicts(s.plan)...)
		out = append(out, m.absences(s.plan)...)
		out = append(out, m.ways(s.plan, s.site, s.road)...)
		out = append(out, m.fromHome(s.plan, s.site, s.road, s.home)...)
		out = append(out, m.wayHome(s.plan, s.site, s.road, s.home, s.overtime)...)
		out = append(out, m.outOfTerritory(s.terms.territory)...)
		out = append(out, m.tooFar(s)...)
	}
	out = append(out, s.tooQuick()...)
	out = append(out, s.skillGaps()...)
	out = append(out, s.tooFew()...)
	out = append(out, s.terms.wishes(s.team)...)
	out = append(out, s.closed()...)
	for _, w := range s.waits {
		if c, ok := w.conflict(s.plan, zoneOf(s.order.Zone)); ok {
			out = append(out, c)
		}
	}
	return out
}

func (s situation) orderConflicts() []Conflict {
	switch w := s.order; w.Status {
	case work.OnHold:
		detail := w.Number + " is on hold"
		if n := len(w.Holds); n > 0 {
			detail += " since " + show(w.Holds[n-1].From, zoneOf(w.Zone)) + ": " + w.Holds[n-1].Reason
		}
		return []Conflict{{Code: OrderState, With: w.ID, Detail: detail}}
	case work.Completed, work.Closed, work.Canceled:
		return []Conflict{{Code: OrderState, With: w.ID, Detail: w.Number + " is " + string(w.Status)}}
	}
	return nil
}

func (m member) conflicts(plan calendar.Interval) []Conflict {
	var out []Conflict
	if m.Inactive {
		out = append(out, Conflict{Code: Inactive, Technician: m.ID, Detail: m.Name + " is no longer active"})
	}
	out = append(out, m.outOfEmployment(plan)...)
	for _, b := range m.busy {
		other := calendar.NewInterval(b.Start, b.End)
		common, ok := plan.Intersect(other)
		if !ok {
			continue
		}
		out = append(out, Conflict{
			Code: Overlap, Technician: m.ID, With: b.ID,
			Detail: m.Name + ": " + b.Number + " from " + show(b.Start, m.zone) + " to " + showAfter(b.End, b.Start, m.zone) +
				" overlaps by " + calendar.FormatDuration(common.Duration()),
			Minutes: minutesUp(common.Duration()),
		})
	}
	return append(out, m.offShift(plan)...)
}

// offShift names each part of the plan that lies outside the shift.
func (m member) offShift(plan calendar.Interval) []Conflict {
	if m.Shift.IsZero() {
		return nil
	}
	// The day around it, so that a part at the edge of a shift is told from a day off.
	const around = 24 * time.Hour
	working := m.Shift.Intervals(m.zone, nil, plan.Start.Add(-around), plan.End.Add(around))
	var out []Conflict
	for _, off := range calendar.Subtract([]calendar.Interval{plan}, working) {
		out = append(out, Conflict{Code: Shift, Technician: m.ID, Detail: m.Name + ": " + m.tellOff(plan, off, working), Minutes: minutesUp(off.Duration())})
	}
	return out
}

// tellOff says in numbers how a part of a plan lies to the shift.
func (m member) tellOff(plan, off calendar.Interval, working []calendar.Interval) string {
	ends := slices.ContainsFunc(working, func(w calendar.Interval) bool { return w.End.Equal(off.Start) })
	begins := slices.ContainsFunc(working, func(w calendar.Interval) bool { return w.Start.Equal(off.End) })
	first, last := off.Start.Equal(plan.Start), off.End.Equal(plan.End)
	switch {
	case last && ends && !first:
		return "shift ends " + showAfter(off.Start, plan.Start, m.zone) + ", visit would end " + showAfter(off.End, plan.Start, m.zone)
	case first && begins && !last:
		return "shift begins " + showAfter(off.End, plan.End, m.zone) + ", visit would start " + show(off.Start, m.zone)
	case !first && !last:
		return "off from " + showAfter(off.Start, plan.Start, m.zone) + " to " + showAfter(off.End, plan.Start, m.zone) + ", in the middle of the visit"
	}
	return "wholly outside the shift " + m.Shift.String() + ": the visit would be from " + show(off.Start, m.zone) + " to " +
		showAfter(off.End, off.Start, m.zone)
}

// skillGaps names the needs of the tasks that nobody of the team meets. A team meets
// them together. Without a team nobody is missing anything yet.
func (s situation) skillGaps() []Conflict {
	var out []Conflict
	if len(s.team) == 0 {
		return nil
	}
	for _, t := range s.tasks {
		for _, need := range t.Skills {
			if slices.ContainsFunc(s.team, func(m member) bool { return levelOf(m.Skills, need.Skill) >= needed(need) }) {
				continue
			}
			var have []string
			for _, m := range s.team {
				if l := levelOf(m.Skills, need.Skill); l > 0 {
					have = append(have, m.Name+" has level "+itoa(l))
				} else {
					have = append(have, m.Name+" does not have it")
				}
			}
			c := Conflict{Code: SkillGap, Detail: "task " + itoa(t.N) + " (" + t.Title + ") needs " + need.Skill +
				" at level " + itoa(needed(need)) + ": " + strings.Join(have, ", ")}
			if len(s.team) == 1 {
				c.Technician = s.team[0].ID
			}
			out = append(out, c)
		}
	}
	return out
}

// since is when what is waited for happened, or zero.
func (w wait) since() time.Time {
	if w.link.Kind == work.StartToStart {
		return w.order.StartedAt
	}
	return w.order.CompletedAt
}

// never reports whether no start will do as things stand: what is waited for will not be
// done, or nothing is planned for it.
func (w wait) never() bool {
	o, since := w.order, w.since()
	if o.Status == work.Canceled || o.Outcome == work.CannotComplete && (w.link.Kind != work.StartToStart || since.IsZero()) {
		return true
	}
	return since.IsZero() && w.likely.IsZero()
}

// from is from when on a visit may start, if there is such a time.
func (w wait) from() time.Time {
	at := w.since()
	if at.IsZero() {
		at = w.likely
	}
	if at.IsZero() {
		return at
	}
	return at.Add(time.Duration(w.link.Lag) * time.Minute)
}

// conflict says whether the plan begins before what it waits for will have happened.
func (w wait) conflict(plan calendar.Interval, zone calendar.Zone) (Conflict, bool) {
	o := w.order
	since, word := o.CompletedAt, "completed"
	if w.link.Kind == work.StartToStart {
		since, word = o.StartedAt, "started"
	}
	c := Conflict{Code: Prerequisite, With: o.ID}
	lag := time.Duration(w.link.Lag) * time.Minute
	after := ""
	if lag > 0 {
		after = " and " + calendar.FormatDuration(lag) + " have passed"
	}
	starts := "visit would start " + show(plan.Start, zone)
	switch {
	case o.Status == work.Canceled || o.Outcome == work.CannotComplete && (w.link.Kind != work.StartToStart || since.IsZero()):
		c.Detail = o.Number + ", which it waits for, will not be done (" + string(o.Status) + ")"
	case !since.IsZero():
		if !plan.Start.Before(since.Add(lag)) {
			return Conflict{}, false
		}
		c.Detail = o.Number + " was " + word + " " + show(since, zone) + ": not before " + show(since.Add(lag), zone) + ", " + starts
	case w.likely.IsZero():
		c.Detail = o.Number + " must be " + word + after + " before, and no visit for it is planned"
	case plan.Start.Before(w.likely.Add(lag)):
		c.Detail = o.Number + " must be " + word + after + " before, by plan " + show(w.likely.Add(lag), zone) + ", " + starts
	default:
		return Conflict{}, false
	}
	return c, true
}
