package tui

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// Day is what the board shows of one or more days: who is there when, and what is planned for whom. It is
// read at once and never changed afterwards.
type Day struct {
	Zone  calendar.Zone
	Span  calendar.Interval
	Lanes []*Lane
	// Visits are all visits of the lanes by their ids.
	Visits map[store.ID]*Visit
	// Crews are the visits to which several go, with the lanes that they reach over.
	Crews []crewSpan
}

// Lane is one technician's row. The first lane, without a technician, holds visits that have a time but
// nobody who goes; it is there only while there are such visits.
type Lane struct {
	ID     store.ID
	Name   string
	Zone   string
	Skills string
	// Work is when the technician is on duty; Always says that nobody knows, and any time may do.
	Work   []calendar.Interval
	Always bool
	Away   []Away
	Breaks []calendar.Interval
	Visits []*Visit // by start
	Legs   []dispatch.Leg
}

// Away is an absence that touches the days shown.
type Away struct {
	calendar.Interval
	Kind, Note string
}

// Visit is one visit of a lane.
type Visit struct {
	dispatch.AppointmentRow
	OrderNumber, Title string
	Customer, Site     string
	Priority           work.Priority
	Clock              work.ClockRow
	Work               *work.WorkOrder // the order as it stands
	// Ties are the orders that its order waits for, and those that wait for it.
	Ties []dispatch.Tie
	// Crew is the letter that all bars of a visit carry to which several go; "" where one goes.
	Crew string
	// Against is what stands against the plan and was accepted by nobody; see [standing].
	Against []dispatch.Conflict
	// Saving says that a change of it was handed over and has not come back yet.
	Saving bool
}

// Time is when the visit is planned.
func (v *Visit) Time() calendar.Interval { return calendar.NewInterval(v.Start, v.End) }

// readDay reads the days of a span.
func readDay(r store.Reader, span calendar.Interval, zone calendar.Zone) (*Day, error) {
	d := &Day{Zone: zone, Span: span, Visits: map[store.ID]*Visit{}}
	if err := d.readLanes(r); err != nil {
		return nil, err
	}
	rows, err := dispatch.Between(r, span)
	if err != nil {
		return nil, err
	}
	open := &Lane{Name: "nobody", Always: true}
	byID := make(map[store.ID]*Lane, len(d.Lanes))
	for _, l := range d.Lanes {
		byID[l.ID] = l
	}
	read, crews := newReader(r), 0
	for _, row := range rows {
		if row.Status == dispatch.Canceled {
			continue
		}
		v, err := read.visit(row)
		if err != nil {
			return nil, err
		}
		if len(row.Technicians) > 1 {
			v.Crew = crewLetter(crews)
			crews++
		}
		d.Visits[v.ID] = v
		if len(row.Technicians) == 0 {
			open.Visits = append(open.Visits, v)
		}
		for _, t := range row.Technicians {
			if l := byID[t]; l != nil {
				l.Visits = append(l.Visits, v)
			}
		}
	}
	legs, err := dispatch.Legs(r, rows)
	if err != nil {
		return nil, err
	}
	for _, l := range d.Lanes {
		l.Legs = legs[l.ID]
	}
	// Somebody who has left is shown as long as there is work of theirs to look at.
	d.Lanes = slices.DeleteFunc(d.Lanes, func(l *Lane) bool { return l.Zone == "" && len(l.Visits) == 0 })
	if len(open.Visits) > 0 {
		d.Lanes = slices.Insert(d.Lanes, 0, open)
	}
	d.Crews = crewSpans(d.Lanes)
	return d, nil
}

// readLanes reads who there is, by name.
func (d *Day) readLanes(r store.Reader) error {
	away := map[store.ID][]Away{}
	for a, err := range dispatch.Absences.All(r) {
		if err != nil {
			return err
		}
		if iv := calendar.NewInterval(a.From, a.To); iv.Overlaps(d.Span) {
			away[a.Technician] = append(away[a.Technician], Away{iv, string(a.Kind), a.Note})
		}
	}
	for t, err := range dispatch.Technicians.All(r) {
		if err != nil {
			return err
		}
		there, known, err := dispatch.Available(r, t, d.Span)
		if err != nil {
			return err
		}
		l := &Lane{ID: t.ID, Name: t.Name, Zone: t.Zone, Skills: dispatch.FormatSkills(t.Skills), Work: there, Always: !known, Away: away[t.ID]}
		if l.Breaks, err = dispatch.Breaks(r, t, d.Span); err != nil {
			return err
		}
		if t.Inactive {
			l.Zone, l.Always = "", false
		}
		d.Lanes = append(d.Lanes, l)
	}
	slices.SortFunc(d.Lanes, func(a, b *Lane) int { return cmp.Compare(a.Name, b.Name) })
	return nil
}

// lane returns the index of a technician's lane, or -1.
func (d *Day) lane(technician store.ID) int {
	return slices.IndexFunc(d.Lanes, func(l *Lane) bool { return l.ID == technician })
}

// at returns the visit of a lane that takes place at an instant, the latest to begin first; nil where
// there is none.
func (l *Lane) at(t time.Time) *Visit {
	for _, v := range slices.Backward(l.Visits) {
		if v.Time().Contains(t) {
			return v
		}
	}
	return nil
}

// reader reads visits with the words that go with them, each order, customer and site once.
type reader struct {
	r      store.Reader
	orders map[store.ID]*work.WorkOrder
	ties   map[store.ID][]dispatch.Tie
	names  map[store.ID]string
}

func newReader(r store.Reader) *reader {
	return &reader{r: r, orders: map[store.ID]*work.WorkOrder{}, ties: map[store.ID][]dispatch.Tie{}, names: map[store.ID]string{}}
}

func (rd *reader) visit(row dispatch.AppointmentRow) (*Visit, error) {
	w, err := rd.order(row.Order)
	if err != nil {
		return nil, err
	}
	v := &Visit{
		AppointmentRow: row, OrderNumber: w.Number, Title: w.Title, Priority: w.Priority,
		Clock: w.Row().Clock, Work: w,
	}
	if v.Customer, err = rd.customer(w.Customer); err != nil {
		return nil, err
	}
	if v.Ties, err = rd.tied(w); err != nil {
		return nil, err
	}
	v.Site, err = rd.site(w.Site)
	return v, err
}

func (rd *reader) order(id store.ID) (*work.WorkOrder, error) {
	if w := rd.orders[id]; w != nil {
		return w, nil
	}
	w, err := work.WorkOrders.Get(rd.r, id)
	if err == nil {
		rd.orders[id] = w
	}
	return w, err
}

func (rd *reader) tied(w *work.WorkOrder) ([]dispatch.Tie, error) {
	if t, ok := rd.ties[w.ID]; ok {
		return t, nil
	}
	t, err := dispatch.Ties(rd.r, w)
	if err == nil {
		rd.ties[w.ID] = t
	}
	return t, err
}

func (rd *reader) customer(id store.ID) (string, error) {
	return rd.name(id, func() (string, error) {
		c, err := work.Customers.Get(rd.r, id)
		if err != nil {
			return "", err
		}
		return c.Name, nil
	})
}

func (rd *reader) site(id store.ID) (string, error) {
	return rd.name(id, func() (string, error) {
		s, err := work.Sites.Get(rd.r, id)
		if err != nil {
			return "", err
		}
		return s.Name, nil
	})
}

func (rd *reader) name(id store.ID, get func() (string, error)) (string, error) {
	if n, ok := rd.names[id]; ok || id == "" {
		return n, nil
	}
	n, err := get()
	if err == nil {
		rd.names[id] = n
	}
	return n, err
}

// readCalledOff reads the visits of a span that were called off and that no other visit took the place of.
func readCalledOff(r store.Reader, span calendar.Interval) ([]*Visit, error) {
	rows, err := dispatch.Between(r, span)
	if err != nil {
		return nil, err
	}
	read := newReader(r)
	var out []*Visit
	for _, row := range rows {
		if !row.Status.Rebookable() || row.FollowOn != "" {
			continue
		}
		v, err := read.visit(row)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
