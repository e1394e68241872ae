package billing

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// CallOut is the charge for coming at all, once for each visit that took place. Its price is
// that of a service in the price book.
type CallOut struct {
	Service string `json:"service"` // the code: service:CALLOUT
	// Included is how many minutes of labour on the visit the charge includes, of
	// everybody together, from the first on.
	Included int `json:"included_minutes,omitempty"`
	// NoMinimum says that labour on a visit which bears the charge has no minimum of its own.
	NoMinimum bool `json:"no_minimum,omitempty"`
	// Surcharged multiplies the charge by the windows in which work began.
	Surcharged bool `json:"surcharged,omitempty"`
}

func (c *CallOut) check() error {
	const most = 24 * 60
	if c.Included < 0 || c.Included > most {
		return fault.Invalidf("call_out", "a call-out charge includes between 0 and %d minutes", most).With("callout.included")
	}
	_, err := code("call_out", "service", c.Service)
	return err
}

// The parts of a visit that are charged.
const (
	partCallOut = "call-out"
	partTravel  = "travel"
)

// took reports whether a visit has taken place, to whatever end.
func took(v *dispatch.Appointment) bool { return ended(v.Status) }

// takes reports whether a visit has taken place, or is taken for one that will.
func (s *Snapshot) takes(v *dispatch.Appointment) bool {
	return took(v) || slices.ContainsFunc(s.foreseen, func(e TimeEntry) bool { return e.Visit == v.ID })
}

// arrived is when work on a visit began or, where nobody noted that, when it was planned to.
func arrived(v *dispatch.Appointment) time.Time {
	for _, stamp := range v.Stamps {
		if stamp.Status == dispatch.InProgress {
			return stamp.At
		}
	}
	return v.Start
}

// span is when a visit took place, from the first stamp of its way or work to the last.
func span(v *dispatch.Appointment) calendar.Interval {
	var first, last time.Time
	for _, stamp := range v.Stamps {
		if stamp.Status == dispatch.Traveling || stamp.Status == dispatch.InProgress {
			if first.IsZero() || stamp.At.Before(first) {
				first = stamp.At
			}
		}
		if stamp.At.After(last) {
			last = stamp.At
		}
	}
	if first.IsZero() {
		return calendar.NewInterval(v.Start, v.End)
	}
	return calendar.NewInterval(first, last)
}

// visitOf finds the visit on which time of the order was worked, or nil.
func (s *Snapshot) visitOf(e *TimeEntry) *dispatch.Appointment { return visitOf(s.Visits, e) }

// suppressed reports whether the call-out charge of an entry's visit stands in for the minimum.
func (s *Snapshot) suppressed(e *TimeEntry) bool {
	if s.Rules.CallOut == nil || !s.Rules.CallOut.NoMinimum || e.Kind != Labour {
		return false
	}
	v := s.visitOf(e)
	return v != nil && s.takes(v)
}

// pieceKey names a piece by its entry and start.
type pieceKey struct {
	entry store.ID
	start time.Time
}

// include finds the labour that call-out charges include, and cuts the pieces where they
// stop to. Where several begin at once, the older entry comes first.
func (s *Snapshot) include(entries []*TimeEntry, pieces map[store.ID][]Segment) map[pieceKey]bool {
	if s.Rules.CallOut == nil || s.Rules.CallOut.Included == 0 {
		return nil
	}
	byVisit := map[store.ID][]Segment{}
	for _, e := range entries {
		if v := s.visitOf(e); v != nil && s.takes(v) && e.Kind == Labour {
			byVisit[v.ID] = append(byVisit[v.ID], pieces[e.ID]...)
		}
	}
	out := map[pieceKey]bool{}
	for _, list := range byVisit {
		slices.SortFunc(list, func(a, b Segment) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Entry, b.Entry)) })
		left := time.Duration(s.Rules.CallOut.Included) * time.Minute
		for _, p := range list {
			if left <= 0 {
				break
			}
			out[pieceKey{p.Entry, p.Start}] = true
			if p.Duration() > left {
				pieces[p.Entry] = cutPiece(pieces[p.Entry], p.Start, p.Start.Add(left))
			}
			left -= p.Duration()
		}
	}
	return out
}

// cutPiece cuts the piece that begins at an instant in two.
func cutPiece(list []Segment, start, at time.Time) []Segment {
	i := slices.IndexFunc(list, func(p Segment) bool { return p.Start.Equal(start) })
	tail := list[i]
	tail.Start = at
	list[i].End = at
	return slices.Insert(list, i+1, tail)
}

// visitSources lists the visits that may bear charges of their own.
func (s *Snapshot) visitSources() []source {
	var out []source
	for i := range s.Visits {
		v := &s.Visits[i]
		if s.takes(v) || s.begun(v.ID) {
			out = append(out, source{id: v.ID, at: arrived(v), visit: v})
		}
	}
	return out
}

// visitCharges prices what a visit bears by itself: the call-out charge, and the way there
// where it is not billed by the hours of those who travelled.
func (s *Snapshot) visitCharges(x source) []Charge {
	var out []Charge
	if s.Rules.CallOut != nil {
		out = append(out, s.finished(s.callOutCharge(x), x))
	}
	if s.drives(x.visit) && s.wayKnown(x.visit) {
		out = append(out, s.finished(s.drivingCharge(x), x))
	}
	return out
}

// callOutCharge prices coming at all.
func (s *Snapshot) callOutCharge(x source) Charge {
	rule, c := s.Rules.CallOut, s.blank(x)
	c.Part, c.Qty, c.Unit, c.Text = partCallOut, money.NewQuantity(1, 0), Piece, "Call-out "+x.visit.Number
	c.Cost.Amount = money.KnownCost(money.Amount{}) // what coming cost is in the time
	s.serviceRate(&c, rule.Service, x.at)
	if c.Price == nil || !rule.Surcharged {
		return c
	}
	windows := Surcharges{Windows: s.Rules.Windows, Stacking: s.Rules.Stacking}
	pieces := windows.Split([]Worked{{Kind: Labour, From: x.at, To: x.at.Add(time.Minute)}}, s.place())
	name, factor, steps := windows.combined(pieces[0].surcharges)
	c.Trace = append(c.Trace, steps...)
	if name != PartRegular {
		price := s.times(*c.Price, factor)
		c.Price = &price
		rated(c.Trace, price)
		c.Text += " (" + words(name) + ")"
	}
	return c
}

// serviceRate prices a charge as a service of the price book, which may have words of its own for it.
func (s *Snapshot) serviceRate(c *Charge, service string, at time.Time) {
	key := string(ServiceItem) + ":" + service
	q := s.asks(at)
	q.kind, q.exact, q.unit = string(ServiceItem), key, c.Unit
	a := resolve(&q)
	if a.Price != nil && a.Unit != c.Unit {
		a.Price, a.Problem = nil, "the price of "+key+" is per "+a.Unit.String()+", but it is counted in "+c.Unit.String()
	}
	if a.Text != "" {
		c.Text = a.Text
	}
	s.answered(c, a, func() string {
		return "callout price set " + key + " … --unit " + c.Unit.String() + "   then: callout price repin " + s.Order.Number
	})
	c.TaxClass = a.TaxClass
}

// loadRulePrices reads the prices by which the rules themselves charge visits.
func (s *Snapshot) loadRulePrices(r store.Reader) error {
	q := question{kind: string(Travel), exact: string(Travel)} // a tour's hours are nobody's by role
	keys := q.keys()
	for _, service := range s.ruleServices() {
		q = question{kind: string(ServiceItem), exact: string(ServiceItem) + ":" + service}
		keys = append(keys, q.keys()...)
	}
	return s.agreed.load(r, s.Order.Site, keys...)
}

// ruleServices lists the services that the rules themselves price visits by.
func (s *Snapshot) ruleServices() []string {
	var codes []string
	if s.Rules.CallOut != nil {
		codes = append(codes, s.Rules.CallOut.Service)
	}
	switch s.Rules.Driving.By {
	case ByDistance:
		codes = append(codes, s.Rules.Driving.Service)
	case ByZone:
		for _, t := range s.Trips {
			if t.Zone != "" {
				codes = append(codes, t.Zone)
			}
		}
	}
	return codes
}
