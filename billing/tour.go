package billing

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/store"
)

// tour is a round on which several jobs were reached, of one order or of many.
type tour struct {
	name  string
	stops []stop // by visit
}

// stop is one job of a tour.
type stop struct {
	trip     Trip
	labour   time.Duration // worked on the visit
	traveled time.Duration // by everybody who went
	billed   money.Quantity
}

// loadTour reads the tour that a trip is on.
func loadTour(r store.Reader, of *Trip) (*tour, error) {
	out := &tour{name: of.Tour}
	for t, err := range Trips.By(r, "tour", store.K(party.Fold(of.Tour), of.Day.String())) {
		if err != nil {
			return nil, err
		}
		visit, err := dispatch.Appointments.Get(r, t.Visit)
		if err != nil {
			return nil, err
		}
		if visit.Status == dispatch.Canceled {
			continue
		}
		x, err := loadStop(r, t)
		if err != nil {
			return nil, err
		}
		out.stops = append(out.stops, *x)
	}
	slices.SortFunc(out.stops, func(a, b stop) int { return cmp.Compare(a.trip.Visit, b.trip.Visit) })
	return out, nil
}

// loadStop reads what one job of a tour weighs, and what of its share is billed.
func loadStop(r store.Reader, t *Trip) (*stop, error) {
	x := &stop{trip: *t}
	visits, err := visitsOf(r, t.Order)
	if err != nil {
		return nil, err
	}
	for e, err := range TimeEntries.By(r, "order", store.K(t.Order)) {
		if err != nil {
			return nil, err
		}
		if e.Status == TimeRejected || e.To.IsZero() {
			continue
		}
		if v := visitOf(visits, e); v == nil || v.ID != t.Visit {
			continue
		}
		if e.Kind == Travel {
			x.traveled += e.Worked()
		} else {
			x.labour += e.Worked()
		}
	}
	for c, err := range Charges.By(r, "standing", partKey(t.Visit, partTravel)) {
		if err != nil {
			return nil, err
		}
		for a, err := range Allocations.By(r, "charge", store.K(c.ID)) {
			if err != nil {
				return nil, err
			}
			x.billed = x.billed.Add(a.effect())
		}
	}
	return x, nil
}

// tourShare is how much of the way a visit bears: all of it or, on a tour, its share by
// the key of the rules. What other jobs of the tour were billed stays, and only the difference is
// shared among the rest. The shares are in hundredths, by largest remainder, and add up.
func (s *Snapshot) tourShare(v *dispatch.Appointment) (share money.Quantity, why string) {
	trip := s.Trips[v.ID]
	if trip.Tour == "" {
		if s.Rules.Driving.By == ByDistance && trip.Distance != nil {
			return *trip.Distance, ""
		}
		return money.NewQuantity(1, 0), ""
	}
	t := s.Tours[v.ID]
	total := t.total(s.Rules)
	var open []store.ID
	var weights []int64
	for i := range t.stops {
		x := &t.stops[i]
		if !x.billed.IsZero() && x.trip.Visit != v.ID {
			total = total.Sub(x.billed)
			continue
		}
		w, why := x.weight(s.Rules.Driving.Share)
		if why != "" {
			return money.Quantity{}, why
		}
		open, weights = append(open, x.trip.Visit), append(weights, w)
	}
	if total.Sign() < 0 {
		return money.Quantity{}, ""
	}
	shares := shareUnits(total, weights)
	if i := slices.Index(open, v.ID); i >= 0 {
		return shares[i], ""
	}
	return money.Quantity{}, ""
}

// total is what a tour comes to: its kilometres, its hours rounded as one, or one flat price.
func (t *tour) total(rules Rules) money.Quantity {
	var km money.Quantity
	var traveled time.Duration
	for i := range t.stops {
		if d := t.stops[i].trip.Distance; d != nil {
			km = km.Add(*d)
		}
		traveled += t.stops[i].traveled
	}
	switch rules.Driving.By {
	case ByDistance:
		return km
	case ByZone:
		return money.NewQuantity(1, 0)
	default:
		return rules.Travel.Hours(traveled, rules.Rounding)
	}
}

// weight is what a job weighs by a key.
func (x *stop) weight(key ShareKey) (int64, string) {
	switch key {
	case ShareTime:
		return x.labour.Milliseconds(), ""
	case ShareWeight:
		if x.trip.Weight == nil {
			return 0, "nobody has said what every job weighs on the tour " + x.trip.Tour
		}
		return x.trip.Weight.Decimal().Shift(hourDecimals).IntPart(), ""
	default:
		return 1, ""
	}
}

// rule says how a share was found.
func (t *tour) rule(d Driving, share money.Quantity, unit Unit) string {
	key := map[ShareKey]string{ShareEqual: "each the same", ShareTime: "by the labour on each visit", ShareWeight: "by weight"}[d.Share]
	return fmt.Sprintf("%s %s of the tour %s, which %d jobs share: %s", share, unit, t.name, len(t.stops), key)
}

// farFromVisit is how long before or after a visit somebody may have travelled for it.
const farFromVisit = 12 * time.Hour

// visitOf finds the visit on which time was worked: the one that it was drafted from, else
// the technician's visit that it overlaps most. Travel that overlaps none was for the visit nearest
// to it in time, the later one of two that are as near. Other time on no visit has none.
func visitOf(visits []dispatch.Appointment, e *TimeEntry) *dispatch.Appointment {
	var best, next *dispatch.Appointment
	var most time.Duration
	near := farFromVisit
	mine := calendar.NewInterval(e.From, e.To)
	for i := range visits {
		v := &visits[i]
		if v.ID == e.Visit {
			return v
		}
		if v.Status == dispatch.Canceled || !slices.Contains(v.Technicians, e.Technician) {
			continue
		}
		when := span(v)
		common, _ := mine.Intersect(when)
		if d := common.Duration(); d > most {
			best, most = v, d
		}
		if gap := max(when.Start.Sub(mine.End), mine.Start.Sub(when.End)); gap <= near {
			next, near = v, gap
		}
	}
	if best == nil && e.Kind == Travel {
		return next
	}
	return best
}
