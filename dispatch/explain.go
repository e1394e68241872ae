package dispatch

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// Explanation says of every technician whether they could take an errand, and if not, why not.
type Explanation struct {
	Order   store.ID  `json:"order"`
	Number  string    `json:"number"`
	Title   string    `json:"title"`
	Zone    string    `json:"zone"`
	Length  int       `json:"minutes"`
	Persons int       `json:"persons"`
	At      time.Time `json:"at,omitzero"` // the time that was asked about; none is any time of the span
	// Why stands against the order itself, whoever goes.
	Why         []Conflict   `json:"why,omitempty"`
	Technicians []Verdict    `json:"technicians"`
	Relax       []Relaxation `json:"relax,omitempty"`
}

// Verdict is what the rules say of one technician: a start at which they can go, or the start
// at which least stands against it, and what that is.
type Verdict struct {
	Technician store.ID   `json:"technician"`
	Name       string     `json:"name"`
	Can        bool       `json:"can"`
	Assigned   bool       `json:"assigned,omitempty"` // has the visit now
	Start      time.Time  `json:"start"`
	Length     int        `json:"minutes,omitempty"` // where it takes them longer or shorter than others
	Against    []Conflict `json:"against,omitempty"`
}

// Relaxation is a smallest set of conflicts that would have to be accepted for an order to get
// a place, or done away with.
type Relaxation struct {
	Accept      []Code    `json:"accept"`
	Technicians []string  `json:"technicians"`
	Start       time.Time `json:"start"`
	Length      int       `json:"takes_minutes"`
	Minutes     int       `json:"minutes,omitempty"` // by how much in all, where time says it
	Details     []string  `json:"details"`
	// Never are those of the conflicts that the dispatch policy lets nobody accept.
	Never []Code `json:"never,omitempty"`

	weight burden
}

// Explain answers for an order: over the span, or at one start if that is not zero.
func Explain(r store.Reader, q Ask, at time.Time) (*Explanation, error) {
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
	return ro.explain(e, q.Only, at), nil
}

// ExplainVisit answers for a visit at the time that it is planned for.
func ExplainVisit(r store.Reader, visit store.ID, now time.Time) (*Explanation, error) {
	a, err := Appointments.Get(r, visit)
	if err != nil {
		return nil, err
	}
	if a.Start.IsZero() || a.Status == Canceled {
		return nil, fault.Refusedf("%s is not planned for a time", a.Number).With("appointment.time").
			Hint("callout dispatch suggest %s", a.Number)
	}
	ro, err := ReadRoster(r, calendar.NewInterval(a.Start, a.End), now)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(ro.visits, func(v *stand) bool { return v.ID == visit })
	e, err := ro.planned(r, ro.visits[i])
	if err != nil {
		return nil, err
	}
	return ro.explain(e, nil, a.Start), nil
}

// explain is Explain on what was read.
func (ro *Roster) explain(e *errand, only []store.ID, at time.Time) *Explanation {
	out := &Explanation{
		Order: e.order.ID, Number: e.number(), Title: e.order.Title, Zone: e.order.Zone, Length: minutesUp(e.length), Persons: e.persons(),
		At: at, Why: ro.hopeless(e), Technicians: []Verdict{},
	}
	free := false
	for _, p := range ro.people {
		if len(only) > 0 && !slices.Contains(only, p.ID) {
			continue
		}
		own := e.by([]*person{p})
		v := ro.verdict(own, p, at)
		if own != e {
			v.Length = minutesUp(own.length)
		}
		if e.visit != nil {
			v.Assigned = slices.Contains(e.visit.Technicians, p.ID)
		}
		free = free || v.Can
		out.Technicians = append(out.Technicians, v)
	}
	slices.SortStableFunc(out.Technicians, func(a, b Verdict) int { return cmp.Compare(len(a.Against), len(b.Against)) })
	if !free && e.visit == nil && out.Persons == 1 {
		out.Relax = ro.relax(e, out.Technicians)
	}
	return out
}

// verdict looks for a start at which somebody can go, and else for the one at which least
// stands against it.
func (ro *Roster) verdict(e *errand, p *person, at time.Time) Verdict {
	best := Verdict{Technician: p.ID, Name: p.Name, Start: at}
	tries := []time.Time{at}
	if at.IsZero() {
		tries = ro.tries(e, p)
	}
	least := burden{}
	for i, start := range tries {
		found := ro.against(e, p, start)
		if weight := ro.weigh(found); i == 0 || weight.compare(least) < 0 {
			best.Start, best.Against, least = start, found, weight
		}
		if len(found) == 0 {
			break
		}
	}
	best.Can = len(best.Against) == 0
	return best
}

// burden is how much stands against a start: first what nobody may accept counts, then how
// many rules, then for how long.
type burden struct{ never, kinds, minutes int }

func (b burden) compare(o burden) int {
	return cmp.Or(cmp.Compare(b.never, o.never), cmp.Compare(b.kinds, o.kinds), cmp.Compare(b.minutes, o.minutes))
}

func (ro *Roster) weigh(found []Conflict) (b burden) {
	for _, code := range codesOf(found) {
		b.kinds++
		if ro.policy.Rule(code).Never {
			b.never++
		}
	}
	for _, c := range found {
		b.minutes += c.Minutes
	}
	return b
}

// against is what refuses somebody at a time, alone. What only a team can meet is not asked of one of it.
func (ro *Roster) against(e *errand, p *person, start time.Time) []Conflict {
	found := refusing(ro.conflicts(e, []*person{p}, start))
	if e.persons() > 1 {
		found = slices.DeleteFunc(found, func(c Conflict) bool { return c.Code == TooFew || c.Code == SkillGap || c.Code == Required })
	}
	return found
}

// tries are the starts that decide: where a gap begins, and, where there is none, at the edges
// of shifts and next to what is planned.
func (ro *Roster) tries(e *errand, p *person) []time.Time {
	from := ro.notBefore(e)
	var out []time.Time
	for _, s := range ro.gaps(e, p) {
		out = append(out, roundUp(s))
	}
	for _, s := range p.shifts(ro.span) {
		out = append(out, s.Start, s.End.Add(-e.length))
	}
	if !e.site.Hours.IsZero() {
		for _, s := range e.site.Hours.Intervals(zoneOf(e.site.Zone), nil, ro.span.Start, ro.span.End) {
			out = append(out, s.Start, s.End.Add(-e.length))
		}
	}
	for _, v := range p.agenda {
		way := ro.way(e.place(), v.job.place())
		out = append(out, v.End.Add(way), v.Start.Add(-way-e.length))
	}
	out = slices.DeleteFunc(append(out, from), func(t time.Time) bool { return t.Before(from) || !t.Before(ro.span.End) })
	slices.SortFunc(out, time.Time.Compare)
	if out = slices.CompactFunc(out, time.Time.Equal); len(out) == 0 {
		out = []time.Time{from}
	}
	return out
}

// codesOf lists the kinds of conflicts, each once, by name.
func codesOf(found []Conflict) (codes []Code) {
	for _, c := range found {
		codes = append(codes, c.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// someRelaxations is how many ways out are named.
const someRelaxations = 3

// relax finds the smallest sets of conflicts that stand between an order and a place: of those
// with the fewest kinds, the ones with the fewest minutes, each set of kinds once.
func (ro *Roster) relax(e *errand, verdicts []Verdict) []Relaxation {
	var all []Relaxation
	for _, v := range verdicts {
		x := Relaxation{Accept: codesOf(v.Against), Technicians: []string{v.Name}, Start: v.Start, Length: cmp.Or(v.Length, minutesUp(e.length)), weight: ro.weigh(v.Against)}
		x.Minutes = x.weight.minutes
		for _, c := range v.Against {
			x.Details = append(x.Details, c.Detail)
		}
		for _, code := range x.Accept {
			if ro.policy.Rule(code).Never {
				x.Never = append(x.Never, code)
			}
		}
		all = append(all, x)
	}
	slices.SortStableFunc(all, func(a, b Relaxation) int { return a.weight.compare(b.weight) })
	var out []Relaxation
	seen := map[string]bool{}
	for _, x := range all {
		var words []string
		for _, c := range x.Accept {
			words = append(words, string(c))
		}
		key := strings.Join(words, ",")
		if seen[key] || len(out) > 0 && len(x.Accept) > len(out[0].Accept) || len(out) == someRelaxations {
			continue
		}
		seen[key] = true
		out = append(out, x)
	}
	return out
}
