package dispatch

import (
	"time"

	"callout/calendar"
	"callout/store"
)

// Outlook is when a visit of a day will take place as things stand: work under way takes as
// long as was planned, nobody leaves before the last visit is done, and what has not begun begins now
// at the earliest.
type Outlook struct {
	Appointment store.ID   `json:"appointment"`
	Number      string     `json:"number"`
	Order       store.ID   `json:"order"`
	OrderNumber string     `json:"order_number"`
	Status      Status     `json:"status"`
	Technicians []store.ID `json:"technicians"`
	Names       []string   `json:"names"`
	Zone        string     `json:"zone"`
	Planned     time.Time  `json:"planned"`
	Start       time.Time  `json:"expected_start"`
	End         time.Time  `json:"expected_end"`
	// Promise is until when the customer was told to expect it, and Late by how many minutes it
	// will miss that.
	Promise time.Time `json:"promised_until"`
	Late    int       `json:"late_minutes,omitempty"`
	// Due is what of the SLA will be missed first, and Overdue by how many minutes.
	Due     time.Time `json:"sla_due,omitzero"`
	Overdue int       `json:"sla_late_minutes,omitempty"`
	Because string    `json:"because,omitempty"`
}

// Misses reports whether a promise or an SLA will not be kept.
func (o Outlook) Misses() bool { return o.Late > 0 || o.Overdue > 0 }

// ReadOutlook tells of each open visit that begins within a span when it will take place, by planned start.
func ReadOutlook(r store.Reader, span calendar.Interval, now time.Time) ([]Outlook, error) {
	ro, err := ReadRoster(r, span, now)
	if err != nil {
		return nil, err
	}
	return ro.outlook(), nil
}

// whereabouts is when and where somebody becomes free.
type whereabouts struct {
	at    time.Time
	place place
	after *stand
}

// outlook follows the visits in the order of their planned starts. A team begins when the last
// of it can be there.
func (ro *Roster) outlook() []Outlook {
	out := []Outlook{}
	free := map[store.ID]whereabouts{}
	for _, v := range ro.visits {
		begins := ro.span.Contains(v.Start)
		if !begins && !v.Status.UnderWay() {
			continue
		}
		iv := ro.expected(v)
		var held *stand
		if v.Status == Scheduled || v.Status == Dispatched {
			iv, held = ro.forecast(v, free)
		}
		for _, id := range v.Technicians {
			if !v.Status.Open() || iv.End.After(free[id].at) {
				free[id] = whereabouts{iv.End, v.job.place(), v}
			}
		}
		if v.Status.Open() && begins {
			out = append(out, ro.lookout(v, iv, held))
		}
	}
	return out
}

// forecast is when a visit that has not begun will take place, and after which other one it has to wait.
func (ro *Roster) forecast(v *stand, free map[store.ID]whereabouts) (calendar.Interval, *stand) {
	start := later(v.Start, ro.now)
	var held *stand
	for _, id := range v.Technicians {
		f, ok := free[id]
		if !ok {
			continue
		}
		if at := f.at.Add(ro.way(f.place, v.job.place())); at.After(start) {
			start, held = at, f.after
		}
	}
	return calendar.NewInterval(start, start.Add(v.End.Sub(v.Start))), held
}

// freeAt is when the team leaves the visit before.
func (ro *Roster) freeAt(held *stand, iv calendar.Interval, v *stand) time.Time {
	return iv.Start.Add(-ro.way(held.job.place(), v.job.place()))
}

// lookout says what a visit will keep and miss.
func (ro *Roster) lookout(v *stand, iv calendar.Interval, held *stand) Outlook {
	o := Outlook{
		Appointment: v.ID, Number: v.Number, Order: v.Order, OrderNumber: v.job.order.Number, Status: v.Status, Technicians: v.Technicians,
		Zone: v.Zone, Planned: v.Start, Start: iv.Start, End: iv.End, Promise: v.Promise(ro.plans).End, Names: []string{},
	}
	for _, id := range v.Technicians {
		if p := ro.person(id); p != nil {
			o.Names = append(o.Names, p.Name)
		}
	}
	if iv.Start.After(o.Promise) {
		o.Late = minutesUp(iv.Start.Sub(o.Promise))
	}
	w := v.job.order
	for _, d := range []struct{ due, is time.Time }{{w.RespondBy, iv.Start}, {w.ResolveBy, iv.End}} {
		answered := d.due.Equal(w.RespondBy) && !w.Responded().IsZero()
		if !d.due.IsZero() && !answered && d.is.After(d.due) && o.Overdue == 0 {
			o.Due, o.Overdue = d.due, minutesUp(d.is.Sub(d.due))
		}
	}
	zone := zoneOf(v.Zone)
	switch {
	case held != nil:
		o.Because = held.Number + " comes before it, until " + showAfter(ro.freeAt(held, iv, v), iv.Start, zone)
	case !v.Status.UnderWay() && iv.Start.After(v.Start):
		o.Because = "it was to begin " + show(v.Start, zone) + " and has not"
	case v.Status.UnderWay() && iv.Start.After(v.Start):
		o.Because = "it began " + spelled(minutesUp(iv.Start.Sub(v.Start))) + " after its time"
	}
	return o
}
