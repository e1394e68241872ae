package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// Ask is a question for a place in the schedule.
type Ask struct {
	Order       store.ID
	Appointment store.ID // an unscheduled visit of the order
	Tasks       []store.ID
	Length      time.Duration // what the estimates add up to when zero
	// Span is where to look, and Now the instant before which nothing can be planned.
	Span calendar.Interval
	Now  time.Time
	Most int // how many slots at most
	// Only names the technicians who may go; none means everybody.
	Only []store.ID
	// At leaves only the slots that begin then; zero leaves all.
	At time.Time
}

// Suggestion is the answer: the best slots, best first.
type Suggestion struct {
	Order  store.ID `json:"order"`
	Number string   `json:"number"`
	Title  string   `json:"title"`
	// Length is in minutes.
	Length  int    `json:"minutes"`
	Persons int    `json:"persons"`
	Slots   []Slot `json:"slots"`
	// Why says what stands against the order itself, where there is nothing to look for.
	Why []Conflict `json:"why,omitempty"`

	pushes *Workload // what an emergency may push; nil for free slots
	span   calendar.Interval
}

// Suggest ranks the places where an order's visit fits into the schedule without moving
// anything. Each has passed the rules that a booking passes. It is exact for one technician: every gap of
// everybody is tried at its earliest start; and for several at once, see [Roster.teams].
func Suggest(r store.Reader, q Ask) (*Suggestion, error) {
	ro, err := ReadRoster(r, q.Span, q.Now)
	if err != nil {
		return nil, err
	}
	e, err := ro.open(r, q.Order, q.Appointment, q.Tasks, q.Length)
	if err != nil {
		return nil, err
	}
	if err := e.needsLength(); err != nil {
		return nil, err
	}
	if err := ro.priced(); err != nil {
		return nil, err
	}
	return ro.suggest(e, q), nil
}

// SuggestMove ranks the places that a planned visit could go to, in the same way: as if it stood nowhere. Whoever
// goes keeps being as many. A length of zero is the one that the visit has; the question's order is the visit's.
func SuggestMove(r store.Reader, visit store.ID, q Ask) (*Suggestion, error) {
	a, err := Appointments.Get(r, visit)
	if err != nil {
		return nil, err
	}
	if err := a.can(r, ActMove); err != nil {
		return nil, err
	}
	if a.locks(LockTime) {
		return nil, a.locked("its time", "moved")
	}
	if a.locks(LockTechnician) {
		q.Only = a.Technicians
	}
	ro, err := ReadRoster(r, q.Span, q.Now)
	if err != nil {
		return nil, err
	}
	j, err := ro.jobs.of(a.Order)
	if err != nil {
		return nil, err
	}
	e, err := ro.planned(r, &stand{AppointmentRow: a.Row(), job: j})
	if err != nil {
		return nil, err
	}
	if q.Length != 0 {
		e.length = q.Length
	}
	if err := ro.priced(); err != nil {
		return nil, err
	}
	return ro.suggest(e, q), nil
}

// suggest is Suggest on what was read.
func (ro *Roster) suggest(e *errand, q Ask) *Suggestion {
	out := &Suggestion{
		Order: e.order.ID, Number: e.order.Number, Title: e.order.Title, Length: minutesUp(e.length), Persons: e.persons(), Slots: []Slot{},
	}
	if out.Why = ro.hopeless(e); len(out.Why) > 0 {
		return out
	}
	people := ro.able(e, q.Only)
	var found []Slot
	if out.Persons == 1 {
		for _, p := range people {
			team := []*person{p}
			own := e.by(team)
			for _, s := range ro.gaps(own, p) {
				found = append(found, ro.slot(own, team, roundUp(s)))
			}
		}
	} else {
		found = ro.teams(e, people, out.Persons)
	}
	found = q.begin(found)
	slices.SortFunc(found, better)
	taken := map[string]bool{} // one slot a day for a team
	for _, s := range found {
		if len(out.Slots) >= q.Most {
			break
		}
		key := slices.Concat(s.Technicians, []store.ID{store.ID(calendar.DateOf(s.Start, ro.zone).String())})
		if taken[join(key)] || len(refusing(ro.conflicts(s.errand, s.team, s.Start))) > 0 {
			continue
		}
		taken[join(key)] = true
		ro.tell(&s)
		out.Slots = append(out.Slots, s)
	}
	return out
}

// begin leaves the slots that begin when it is asked for.
func (q Ask) begin(found []Slot) []Slot {
	return slices.DeleteFunc(found, func(s Slot) bool { return !q.At.IsZero() && !s.Start.Equal(q.At) })
}

func join(ids []store.ID) (key string) {
	for _, id := range ids {
		key += string(id) + " "
	}
	return key
}

// notBefore is from when on the errand may start: not in the past, and after what its order waits for.
func (ro *Roster) notBefore(e *errand) time.Time {
	at := ro.span.Start
	if ro.now.After(at) {
		at = ro.now
	}
	for _, w := range ro.situation(e, nil, at).waits {
		if from := w.from(); from.After(at) {
			at = from
		}
	}
	return at
}

// gaps are the possible starts of an errand in somebody's hands within the span.
func (ro *Roster) gaps(e *errand, p *person) []calendar.Interval {
	var out []calendar.Interval
	from := ro.notBefore(e)
	for _, s := range ro.starts(e, p, ro.span) {
		if s.End.Before(from) {
			continue
		}
		if s.Start.Before(from) {
			s.Start = from
		}
		s.Start, s.End = ro.fromHome(e, p, s.Start), ro.wayHome(e, p, s.End)
		if !s.Start.After(s.End) {
			out = append(out, s)
		}
	}
	return out
}

// fromHome is the first start from an instant on to which the way from home leaves the time,
// where the policy asks for that.
func (ro *Roster) fromHome(e *errand, p *person, start time.Time) time.Time {
	if ro.policy.FromHome() != HomeInShift {
		return start
	}
	s := ro.situation(e, []*person{p}, start)
	for _, c := range s.team[0].fromHome(s.plan, s.site, s.road, s.home) {
		start = start.Add(time.Duration(c.Minutes) * time.Minute)
	}
	return start
}

// wayHome is the last start up to an instant from which there is time for the way home, where the policy asks for that.
func (ro *Roster) wayHome(e *errand, p *person, start time.Time) time.Time {
	if ro.policy.FromHome() != HomeInShift {
		return start
	}
	s := ro.situation(e, []*person{p}, start)
	for _, c := range s.team[0].wayHome(s.plan, s.site, s.road, s.home, s.overtime) {
		start = start.Add(-time.Duration(c.Minutes) * time.Minute)
	}
	return start
}

// hopeless is what stands against an errand at any time and with anybody.
func (ro *Roster) hopeless(e *errand) []Conflict {
	s := ro.situation(e, nil, ro.span.Start)
	out := s.orderConflicts()
	for _, w := range s.waits {
		if w.never() {
			if c, ok := w.conflict(s.plan, zoneOf(e.order.Zone)); ok {
				out = append(out, c)
			}
		}
	}
	return out
}

// able are those who may go at all, alone or with others.
func (ro *Roster) able(e *errand, only []store.ID) []*person {
	var out []*person
	for _, p := range ro.people {
		if len(only) > 0 && !slices.Contains(only, p.ID) {
			continue
		}
		if len(ro.unfit(e, p)) == 0 {
			out = append(out, p)
		}
	}
	return out
}

// unfit is what stands against sending somebody at any time. What a team can meet together
// is asked of a team only.
func (ro *Roster) unfit(e *errand, p *person) []Conflict {
	s := ro.situation(e, []*person{p}, ro.span.Start)
	out := s.team[0].outOfTerritory(e.asked.territory)
	alone := e.persons() == 1
	if alone {
		out = append(out, s.skillGaps()...)
	}
	for _, c := range s.terms.wishes(s.team) {
		if c.Code == Barred || alone && c.Code == Required {
			out = append(out, c)
		}
	}
	return out
}

// nobody says that there is no slot to book.
func (s *Suggestion) nobody(n int) error {
	if len(s.Slots) == 0 {
		return fault.Refusedf("there is no free slot for %s", s.Number).With("dispatch.no_slot").Hint("callout dispatch explain %s", s.Number)
	}
	return fault.Invalidf("book", "there are %d slots, there is no number %d", len(s.Slots), n).With("dispatch.slot").
		Hint("callout dispatch suggest %s", s.Number)
}

// Book is the command that takes the n-th slot, counted from one.
func (s *Suggestion) Book(n int) (store.Command, error) {
	if n < 1 || n > len(s.Slots) {
		return nil, s.nobody(n)
	}
	slot := s.Slots[n-1]
	if s.pushes != nil {
		return s.bookAll(slot), nil
	}
	if v := slot.errand.visit; v != nil {
		return &Move{Appointment: v.ID, Technicians: slot.Technicians, Start: slot.Start, End: slot.End}, nil
	}
	return &Schedule{
		Order: s.Order, Appointment: slot.errand.waiting, Tasks: slot.errand.taskIDs(), Technicians: slot.Technicians,
		Start: slot.Start, End: slot.End, Arrival: slot.Arrival,
	}, nil
}
