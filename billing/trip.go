package billing

import (
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Trip is how a visit was reached, as a fact: how far, into which zone, on which tour. What
// of it is billed the rules say.
type Trip struct {
	store.Record
	Visit    store.ID        `json:"visit"`
	Order    store.ID        `json:"order"`
	Distance *money.Quantity `json:"distance_km,omitempty"` // driven for this visit, there and back or from the stop before
	Zone     string          `json:"zone,omitempty"`        // the code of a service in the price book
	// Tour is what the visits that were reached on one round are called, on the date of the
	// visit; its jobs share the way.
	Tour   string          `json:"tour,omitempty"`
	Day    calendar.Date   `json:"day,omitzero"`
	Weight *money.Quantity `json:"weight,omitempty"` // of this job on the tour, where tours are shared by weight
	Free   bool            `json:"free,omitempty"`   // nobody is charged for the way
	By     store.ID        `json:"by"`
}

// Trips holds the trips: of a visit, of an order, of a tour.
var Trips = store.Define(store.Def[Trip, store.NoRow]{
	Name: "trip", Prefix: "trip", Title: "trip",
	Indexes: []store.Index[Trip]{
		{
			Name: "visit", Unique: true, Keys: func(t *Trip) []store.Key { return []store.Key{store.K(t.Visit)} },
			Clash: func(*Trip) string { return "how the visit was reached is recorded already" },
		},
		{Name: "order", Keys: func(t *Trip) []store.Key { return []store.Key{store.K(t.Order)} }},
		{Name: "tour", Keys: func(t *Trip) []store.Key {
			if t.Tour == "" {
				return nil
			}
			return []store.Key{store.K(party.Fold(t.Tour), t.Day.String())}
		}},
	},
})

// SetTrip records how a visit was reached. A nil field stays as it is; an empty text clears.
type SetTrip struct {
	Visit    store.ID        `json:"visit"`
	Distance *money.Quantity `json:"distance_km,omitempty"`
	Zone     *string         `json:"zone,omitempty"`
	Tour     *string         `json:"tour,omitempty"`
	Weight   *money.Quantity `json:"weight,omitempty"`
	Free     *bool           `json:"free,omitempty"`
}

// Name implements store.Command.
func (c *SetTrip) Name() string { return "trip.set.v1" }

// Undoable implements store.Undoable.
func (c *SetTrip) Undoable() {}

// Do implements store.Command.
func (c *SetTrip) Do(tx *store.Tx) error {
	v, err := dispatch.Appointments.Get(tx, c.Visit)
	if err != nil {
		return err
	}
	if v.Status == dispatch.Canceled {
		return fault.Refusedf("%s was canceled: nobody went", v.Number).With("trip.canceled").Hint("callout appointment show %s", v.Number)
	}
	if err := refuseBilled(tx, v.ID, "the way to "+v.Number); err != nil {
		return err
	}
	t, err := tripOf(tx, v)
	if err != nil {
		return err
	}
	if err := t.set(c, v); err != nil {
		return err
	}
	t.By = tx.Env.Actor.ID
	tx.Returns(v.ID, v.Number)
	return Trips.Put(tx, t)
}

// tripOf reads a visit's trip, or begins it.
func tripOf(tx *store.Tx, v *dispatch.Appointment) (*Trip, error) {
	for t, err := range Trips.By(tx, "visit", store.K(v.ID)) {
		return t, err
	}
	t := &Trip{Visit: v.ID, Order: v.Order}
	t.ID = Trips.NewID(tx, string(v.ID))
	return t, nil
}

// set takes over the fields that are given.
func (t *Trip) set(c *SetTrip, v *dispatch.Appointment) (err error) {
	if c.Distance != nil {
		if t.Distance, err = measure("distance", c.Distance); err != nil {
			return err
		}
	}
	if c.Weight != nil {
		if t.Weight, err = measure("weight", c.Weight); err != nil {
			return err
		}
	}
	if c.Zone != nil {
		if t.Zone = ""; *c.Zone != "" {
			if t.Zone, err = code("zone", "zone", *c.Zone); err != nil {
				return err
			}
		}
	}
	if c.Free != nil {
		t.Free = *c.Free
	}
	if c.Tour == nil {
		return nil
	}
	if t.Tour, t.Day = "", (calendar.Date{}); *c.Tour == "" {
		return nil
	}
	if t.Tour, err = code("tour", "tour", *c.Tour); err != nil {
		return err
	}
	if v.Start.IsZero() {
		return fault.Refusedf("%s has no date yet, and a tour is one of a date", v.Number).With("trip.undated").
			Hint("callout appointment move %s --start …", v.Number)
	}
	zone, err := calendar.LoadZone("zone", v.Zone)
	t.Day = calendar.DateOf(arrived(v), zone)
	return err
}

// measure holds a distance or weight to what can be: not below zero, with two decimals at most.
func measure(field string, q *money.Quantity) (*money.Quantity, error) {
	if err := q.Check(field); err != nil {
		return nil, err
	}
	if q.Sign() < 0 || !q.Round(hourDecimals, money.HalfAway).Equal(*q) {
		return nil, fault.Invalidf(field, "%s is no %s: it is zero or more, with two decimals at most", q, field).With("trip." + field)
	}
	return q, nil
}

// checkTrips holds that no visit disappears that was reached, or that is charged.
func checkTrips(tx *store.Tx) error {
	return gone(tx, dispatch.Appointments, func(v *dispatch.Appointment) error {
		return firstError(
			rests(v.Number, "has a way there", Trips.IDs(tx, "visit", store.K(v.ID))),
			rests(v.Number, "is charged", Charges.IDs(tx, "source", store.K(v.ID))),
			rests(v.Number, "is not charged", CoverDecisions.IDs(tx, "source", store.K(v.ID))),
		)
	})
}

// loadVisits reads the visits, where something is billed by them, and how they were reached.
func (s *Snapshot) loadVisits(r store.Reader) error {
	key := store.K(s.Order.ID)
	for t, err := range Trips.By(r, "order", key) {
		if err != nil {
			return err
		}
		s.Trips[t.Visit] = *t
	}
	byVisit := s.Rules.CallOut != nil || s.Rules.Driving.By != ByHour || len(s.Trips) > 0 ||
		s.Rules.Labour.Scope == RoundVisit || s.Rules.Travel.Scope == RoundVisit
	if !byVisit {
		return nil
	}
	for v, err := range dispatch.Appointments.By(r, "order", key) {
		if err != nil {
			return err
		}
		s.Visits = append(s.Visits, *v)
	}
	for id, t := range s.Trips {
		if t.Tour == "" {
			continue
		}
		tour, err := loadTour(r, &t)
		if err != nil {
			return err
		}
		s.Tours[id] = tour
	}
	return nil
}

// loadPlace reads the opening hours and holidays by which windows are read: those of the
// branch that the order belongs to, else of the one that serves the site.
func (s *Snapshot) loadPlace(r store.Reader) error {
	if s.Rules.none() {
		return nil
	}
	id := s.Order.Branch
	if id == "" {
		id = s.Site.Branch
	}
	var err error
	if s.Holidays, err = party.HolidaysAt(r, id); err != nil || id == "" {
		return err
	}
	branch, err := party.Branches.Get(r, id)
	if err == nil {
		s.Opening = branch.Hours
	}
	return err
}

// loadElsewhere reads what the order's people worked on other orders in the weeks in
// which they worked on this one, where an agreement counts that, too.
func (s *Snapshot) loadElsewhere(r store.Reader) error {
	if !s.Rules.across() {
		return nil
	}
	weeks := map[store.ID][]calendar.Interval{}
	for i := range s.Times {
		if e := &s.Times[i]; !e.To.IsZero() {
			weeks[e.Person] = append(weeks[e.Person], s.weekOf(e))
		}
	}
	for person, list := range weeks {
		for _, w := range calendar.Merge(list) {
			for row, err := range TimeEntries.Rows(r, "person", store.Range{Lo: store.K(person, w.Start.Add(-MaxTime)), Hi: store.K(person, w.End)}) {
				if err != nil {
					return err
				}
				if row.Order == s.Order.ID || row.To.IsZero() {
					continue
				}
				s.elsewhere = append(s.elsewhere, Worked{ID: row.ID, Person: person, Kind: row.Kind, From: row.From, To: row.To, Elsewhere: true})
			}
		}
	}
	return nil
}

// weekOf is the time from the Monday on or before an entry began to its end. What is worked later in its week counts
// towards no threshold that it could meet.
func (s *Snapshot) weekOf(e *TimeEntry) calendar.Interval {
	return calendar.NewInterval(s.Zone.StartOf(mondayOf(s.dateAt(e.From))), e.To)
}

// visitsOf reads an order's visits.
func visitsOf(r store.Reader, order store.ID) ([]dispatch.Appointment, error) {
	if _, err := work.WorkOrders.Get(r, order); err != nil {
		return nil, err
	}
	var out []dispatch.Appointment
	for v, err := range dispatch.Appointments.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		out = append(out, *v)
	}
	return out, nil
}
