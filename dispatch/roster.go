package dispatch

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Roster is what planning rests on for a range of time, read at once: who can be sent and
// when, what is planned, and where. What it says about conflicts is what the booking
// commands say, for both put the same questions to the same rules.
type Roster struct {
	span   calendar.Interval
	now    time.Time
	zone   calendar.Zone // the company's: days are counted in it
	policy Policy
	pin    store.Pin
	plans  Planning
	road   Road
	own    bool      // the way from home is the technician's own time, and so is the one back
	people []*person // by name
	byID   map[store.ID]*person
	visits []*stand // by start: all that have time in common with a day around the span
	jobs   *jobs
}

// person is an active technician with what the rules ask about them.
type person struct {
	*Technician
	zone     calendar.Zone
	hours    calendar.Hours // the shift, or else the branch's hours; none is any time
	holidays []calendar.Date
	away     []*Absence
	serves   []string
	agenda   []*stand // open visits, by start
	past     []*stand // visits that are over, by start
	home     position
	settled  bool // home is known
}

// stand is a visit as it stands.
type stand struct {
	AppointmentRow
	job    *job
	begun  time.Time     // when work began, if the visit is under way
	worked time.Duration // until it came into its status
}

// readProgress reads how far a visit is on which somebody is at work.
func (v *stand) readProgress(r store.Reader) error {
	if v.Status != InProgress && v.Status != OnBreak {
		return nil
	}
	a, err := Appointments.Get(r, v.ID)
	if err != nil {
		return err
	}
	for i, s := range a.Stamps {
		if s.Status != InProgress {
			continue
		}
		if v.begun.IsZero() {
			v.begun = s.At
		}
		if i+1 < len(a.Stamps) {
			v.worked += a.Stamps[i+1].At.Sub(s.At)
		}
	}
	return nil
}

// job is an order at its site.
type job struct {
	order *work.WorkOrder
	site  *work.Site
	at    position
	known bool // at is
	terms *terms
}

// ReadRoster reads the roster of a span as it stands at an instant. Days are the company's.
func ReadRoster(r store.Reader, span calendar.Interval, now time.Time) (*Roster, error) {
	ro := &Roster{span: span, now: now.UTC().Truncate(time.Second)}
	var err error
	if ro.policy, ro.pin, err = CurrentPolicy(r); err != nil {
		return nil, err
	}
	ro.plans, ro.road, ro.own = ro.policy.Plans(), ro.policy.Roads(), ro.policy.FromHome() == HomeOwnTime
	company, err := party.TheCompany(r)
	if err != nil {
		return nil, err
	}
	ro.zone = zoneOf(company.Zone)
	ro.jobs = &jobs{r: r, orders: map[store.ID]*job{}, sites: map[store.ID]*work.Site{}}
	if err := ro.readPeople(r); err != nil {
		return nil, err
	}
	rows, err := Between(r, calendar.NewInterval(span.Start.Add(-within), span.End.Add(within)))
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.Status == Canceled {
			continue
		}
		j, err := ro.jobs.of(row.Order)
		if err != nil {
			return nil, err
		}
		v := &stand{AppointmentRow: row, job: j}
		if err := v.readProgress(r); err != nil {
			return nil, err
		}
		ro.visits = append(ro.visits, v)
	}
	ro.fillAgendas()
	return ro, nil
}

// readPeople reads the active technicians.
func (ro *Roster) readPeople(r store.Reader) error {
	serves := map[store.ID][]string{}
	for t, err := range Territories.All(r) {
		if err != nil {
			return err
		}
		for _, id := range t.Technicians {
			serves[id] = append(serves[id], t.Name)
		}
	}
	type keeper struct {
		days  []calendar.Date
		hours calendar.Hours
	}
	branches := map[store.ID]keeper{}
	around := calendar.NewInterval(ro.span.Start.Add(-within), ro.span.End.Add(within))
	for t, err := range Technicians.By(r, "name", nil) {
		if err != nil {
			return err
		}
		if t.Inactive {
			continue
		}
		k, ok := branches[t.Branch]
		if !ok {
			days, err := party.HolidaysAt(r, t.Branch)
			if err != nil {
				return err
			}
			k.days = days.Closed()
			if t.Branch != "" {
				b, err := party.Branches.Get(r, t.Branch)
				if err != nil {
					return err
				}
				k.hours = b.Hours
			}
			branches[t.Branch] = k
		}
		p := &person{Technician: t, zone: zoneOf(t.Zone), hours: t.Shift, holidays: k.days, serves: serves[t.ID]}
		if p.hours.IsZero() {
			p.hours = k.hours
		}
		slices.Sort(p.serves)
		p.home, p.settled = degrees(t.HomeLat, t.HomeLon)
		if p.away, err = absencesIn(r, t.ID, around); err != nil {
			return err
		}
		ro.people = append(ro.people, p)
	}
	slices.SortFunc(ro.people, func(a, b *person) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return nil
}

// fillAgendas gives everybody their visits.
func (ro *Roster) fillAgendas() {
	ro.byID = make(map[store.ID]*person, len(ro.people))
	for _, p := range ro.people {
		p.agenda, p.past = nil, nil
		ro.byID[p.ID] = p
	}
	for _, v := range ro.visits {
		for _, id := range v.Technicians {
			p := ro.byID[id]
			switch {
			case p == nil:
			case v.Status.Open():
				p.agenda = append(p.agenda, v)
			default:
				p.past = append(p.past, v)
			}
		}
	}
}

// with is the roster as it would be if some visits stood as these do: those with the same id
// are replaced, and the others are new.
func (ro *Roster) with(changed []*stand) *Roster {
	out := *ro
	out.people = make([]*person, len(ro.people))
	for i, p := range ro.people {
		q := *p
		out.people[i] = &q
	}
	next := make(map[store.ID]*stand, len(changed))
	for _, v := range changed {
		next[v.ID] = v
	}
	out.visits = nil
	for _, v := range ro.visits {
		if _, again := next[v.ID]; !again {
			out.visits = append(out.visits, v)
		}
	}
	out.visits = append(out.visits, changed...)
	slices.SortFunc(out.visits, func(a, b *stand) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	out.fillAgendas()
	return &out
}

// person finds an active technician; nil where there is none.
func (ro *Roster) person(id store.ID) *person { return ro.byID[id] }

// shifts are when somebody works between two instants: holidays of the branch are off, and
// time away is. Who has no shift, and no branch with hours, works at any time.
func (p *person) shifts(iv calendar.Interval) []calendar.Interval {
	var away []calendar.Interval
	for _, a := range p.away {
		away = append(away, a.time())
	}
	return calendar.Subtract(p.working(iv), away)
}

// working is shifts with absences left in.
func (p *person) working(iv calendar.Interval) []calendar.Interval {
	hours := p.hours
	if hours.IsZero() {
		hours = calendar.Always()
	}
	iv = p.employed(iv, p.zone)
	return hours.Intervals(p.zone, p.holidays, iv.Start, iv.End)
}

// jobs reads orders with their sites, each once.
type jobs struct {
	r      store.Reader
	orders map[store.ID]*job
	sites  map[store.ID]*work.Site
}

func (js *jobs) of(order store.ID) (*job, error) {
	if j, ok := js.orders[order]; ok {
		return j, nil
	}
	w, err := work.WorkOrders.Get(js.r, order)
	if err != nil {
		return nil, err
	}
	s, ok := js.sites[w.Site]
	if !ok {
		if s, err = work.Sites.Get(js.r, w.Site); err != nil {
			return nil, err
		}
		js.sites[w.Site] = s
	}
	j := &job{order: w, site: s}
	j.at, j.known = positionOf(s)
	js.orders[order] = j
	return j, nil
}

// asks reads what the customer and the site ask of those who come.
func (js *jobs) asks(j *job) (terms, error) {
	if j.terms == nil {
		t, err := termsAt(js.r, j.site)
		if err != nil {
			return t, err
		}
		j.terms = &t
	}
	return *j.terms, nil
}
