package billing

import (
	"callout/dispatch"
	"callout/internal/fault"
	"callout/money"
)

// Driving is what the way to a visit is billed by.
type Driving struct {
	By TravelBy `json:"by,omitempty"`
	// Service is the code of a kilometre in the price book: service:KM.
	Service string `json:"service,omitempty"`
	// Share is the key by which the jobs of a tour share it; each the same when empty.
	Share ShareKey `json:"share,omitempty"`
}

// TravelBy is how a way is measured. It is billed once for each visit, however many went.
type TravelBy string

// The ways to bill travel. By the hour, each technician's travel time is billed; otherwise
// that time is still recorded and costs, and the visit bears the way.
const (
	ByHour     TravelBy = ""
	ByDistance TravelBy = "km"
	ByZone     TravelBy = "zone" // a flat price by zone: service:ZONE
)

// ShareKey is how the jobs that were reached on one tour share its way.
type ShareKey string

// The keys.
const (
	ShareEqual  ShareKey = ""       // each job the same
	ShareTime   ShareKey = "time"   // by the labour on each visit
	ShareWeight ShareKey = "weight" // by the weight that was stated for each trip
)

func (d *Driving) check() error {
	switch d.By {
	case ByHour, ByZone:
		if d.Service != "" {
			return fault.Invalidf("driving", "only kilometres have a service of their own").With("driving.service")
		}
	case ByDistance:
		if _, err := code("driving", "service", d.Service); err != nil {
			return err
		}
	default:
		return fault.Invalidf("driving", "%q is nothing that travel is billed by; there are hour, km and zone", d.By).With("driving.by")
	}
	switch d.Share {
	case ShareEqual, ShareTime, ShareWeight:
		return nil
	}
	return fault.Invalidf("driving", "%q is no key to share a tour by; there are equal, time and weight", d.Share).With("driving.share")
}

// drives reports whether a visit bears its way itself.
func (s *Snapshot) drives(v *dispatch.Appointment) bool {
	return s.Rules.Driving.By != ByHour || s.onTour(v)
}

// onTour reports whether a visit was reached on a tour with others.
func (s *Snapshot) onTour(v *dispatch.Appointment) bool {
	t, ok := s.Trips[v.ID]
	return ok && t.Tour != ""
}

// travelCovered says why travel time is not billed by itself, or "".
func (s *Snapshot) travelCovered(e *TimeEntry) string {
	if e.Kind != Travel {
		return ""
	}
	switch s.Rules.Driving.By {
	case ByDistance:
		return "travel is billed by the kilometre"
	case ByZone:
		return "travel is billed by zone"
	}
	if v := s.visitOf(e); v != nil && took(v) && s.onTour(v) {
		return "shared by the jobs of the tour " + s.Trips[v.ID].Tour
	}
	return ""
}

// drivingCharge prices the way to a visit.
func (s *Snapshot) drivingCharge(x source) Charge {
	c := s.blank(x)
	trip := s.Trips[x.id] // nothing is said of one that nobody recorded
	c.Part, c.Text = partTravel, "Travel, "+x.visit.Number
	c.Cost.Amount = money.KnownCost(money.Amount{}) // what it cost is in the time
	missing := func(what, flag string) Charge {
		c.Qty, c.Unit = money.NewQuantity(1, 0), Piece // one way, of a length that is not known
		c.problems = append(c.problems, problem{
			ReqPrice, `"` + c.Text + `": ` + what, "callout appointment trip " + x.visit.Number + " " + flag,
		})
		return c
	}
	share, why := s.tourShare(x.visit)
	switch {
	case why != "":
		return missing(why, "--weight …")
	case trip.Free:
		c.cover("no travel is charged for this visit")
		c.Unit = Piece
		return c
	case s.Rules.Driving.By == ByDistance:
		if trip.Distance == nil && trip.Tour == "" {
			return missing("nobody has said how far it was", "--km …")
		}
		c.Qty, c.Unit = share, Kilometre
		s.serviceRate(&c, s.Rules.Driving.Service, x.at)
	case s.Rules.Driving.By == ByZone:
		if trip.Zone == "" {
			return missing("nobody has said in which zone it lies", "--zone …")
		}
		c.Qty, c.Unit = share, Piece
		s.serviceRate(&c, trip.Zone, x.at)
	default:
		c.Qty, c.Unit = share, Hour
		s.rateOf(&c, Travel, "", x.at)
	}
	if trip.Tour != "" {
		c.Text += " (share of the tour " + trip.Tour + ")"
		c.Trace = append([]PriceStep{{Level: "tour", Rule: s.Tours[x.id].rule(s.Rules.Driving, share, c.Unit), Verdict: verdictWon}}, c.Trace...)
	}
	return c
}
