package billing

import (
	"maps"
	"slices"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Snapshot is everything that pricing and the gate look at for one order, read once.
// What is computed from it is pure: no clock, no reader, no chance.
type Snapshot struct {
	Delivery
	Company     party.Company
	Policy      approval.Policy
	Customer    work.Customer
	Site        work.Site
	Times       []TimeEntry // by start
	foreseen    []TimeEntry // of planned visits, where they are weighed
	reckoned    reckoned
	contracts   map[store.ID]contractNow // that the order holds to, as they are today
	Items       []LineItem               // by time; removed ones left out
	Milestones  []Milestone              // by number; canceled ones left out
	Terms       Terms
	Technicians map[store.ID]dispatch.Technician
	Book        store.Pin // the company's
	Rules       Rules
	RulesPin    store.Pin
	Tax         TaxTable
	TaxPin      store.Pin
	TaxStatuses []TaxStatus                 // the customer's, by date
	Charges     map[store.ID][]*Charge      // the standing ones of each source, by part
	Live        map[store.ID]money.Quantity // how much of each charge is billed
	Milestoned  map[store.ID]money.Amount   // net billed, by milestone
	Invoices    []Invoice                   // of the order, open and released
	Schedule    []ScheduleRow
	Progress    []Progress // oldest application first
	Positions   []Position
	Measures    []Measure
	Deposits    []Deposit
	caps        []capState // that the order counts against
	retainers   []retainerState
	agreed      *agreements  // contracts and books, with the prices that the work may need
	Floors      Floors       // of margins
	billedNet   money.Amount // on released invoices, but for deposits, and what of it was credited
	creditedNet money.Amount
	Visits      []dispatch.Appointment // where something is billed by them
	Trips       map[store.ID]Trip      // by visit
	Tours       map[store.ID]*tour     // that the visits were reached on, by visit
	Opening     calendar.Hours         // of the branch, and its holidays, where rates depend on them
	Holidays    calendar.Holidays
	coverage    *coverage
	names       map[store.ID]string        // of those who let something go
	ungranted   []openException            // what was let go and does not count yet
	belowFloor  []dispatch.Exception       // by which visits were booked that bring in too little
	Waivers     []GateWaiver               // of the order, and of its customer
	Purchase    Purchase                   // the customer's order that it refers to
	Overlaps    []string                   // time that a person has given twice
	worth       map[store.ID][]Charge      // what each source comes to now, by part
	divided     map[store.ID][]timePart    // what approved time comes to in hours
	elsewhere   []Worked                   // what its people worked on other orders, where that counts
	onOpen      map[store.ID][]reservation // what of each source stands on open invoices
	// Zone is the site's; its clock tells on which date something was done.
	Zone calendar.Zone
	// Today is the company's date, LastIssued that of the newest document, by kind.
	Today      calendar.Date
	LastIssued map[InvoiceKind]calendar.Date
	// Closed is the last closed month; Late is the order's work that was recorded too late for its month.
	Closed PeriodRow
	Late   []LateRow
	// priceOn is the day that was chosen to price by, where it is not the service date.
	priceOn calendar.Date
}

// Load reads the snapshot of an order. Now is the authority's time.
func Load(r store.Reader, order store.ID, now time.Time) (*Snapshot, error) {
	return loadAs(r, order, now, asIf{})
}

// asIf is what a snapshot takes for given that is not so, or not yet.
type asIf struct {
	pins   map[string]store.Pin // in place of the order's own, if there are any
	worked []TimeEntry          // as if it had been worked and approved
}

// loadAs reads the snapshot of an order as if something were so.
func loadAs(r store.Reader, order store.ID, now time.Time, as asIf) (*Snapshot, error) {
	d, err := loadDelivery(r, order)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{
		Delivery: *d, Technicians: map[store.ID]dispatch.Technician{},
		Charges: map[store.ID][]*Charge{}, Live: map[store.ID]money.Quantity{}, Milestoned: map[store.ID]money.Amount{},
		LastIssued: map[InvoiceKind]calendar.Date{}, worth: map[store.ID][]Charge{}, onOpen: map[store.ID][]reservation{},
		Trips: map[store.ID]Trip{}, Tours: map[store.ID]*tour{},
	}
	if as.pins != nil {
		s.Order.Pins = as.pins
	}
	s.foreseen = as.worked
	for _, load := range []func(store.Reader) error{
		s.loadParties, s.loadWork, s.loadRules, s.loadVisits, s.loadPlace, s.loadElsewhere, s.loadPrices, s.loadBilling, s.loadCoverage, s.loadOpenExceptions,
		s.loadNames, s.loadAgreed, s.loadCaps, s.loadRetainers,
	} {
		if err := load(r); err != nil {
			return nil, err
		}
	}
	for _, all := range s.Charges {
		slices.SortFunc(all, func(a, b *Charge) int { return comparePart(a.Part, b.Part) })
	}
	home, err := calendar.LoadZone("zone", s.Company.Zone)
	if err != nil {
		return nil, err
	}
	s.Today = calendar.DateOf(now, home)
	s.divided = s.divide(nil)
	for _, x := range s.sources() {
		s.worth[x.id] = s.covering(x, s.charges(x))
	}
	return s, nil
}

func (s *Snapshot) loadParties(r store.Reader) error {
	company, err := party.TheCompany(r)
	if err != nil {
		return err
	}
	s.Company = *company
	if s.Policy, _, err = approval.Current(r); err != nil {
		return err
	}
	floors, _, err := CurrentFloors(r)
	if err != nil {
		return err
	}
	s.Floors = *floors
	customer, err := work.Customers.Get(r, s.Order.Customer)
	if err != nil {
		return err
	}
	s.Customer = *customer
	site, ok, err := work.Sites.Try(r, s.Order.Site)
	if err != nil {
		return err
	}
	if ok {
		s.Site = *site
	}
	s.Zone, err = calendar.LoadZone("zone", s.Order.Zone)
	return err
}

// loadWork reads what was done: time, items, milestones, terms.
func (s *Snapshot) loadWork(r store.Reader) error {
	key := store.K(s.Order.ID)
	for e, err := range TimeEntries.By(r, "order", key) {
		if err != nil {
			return err
		}
		s.Times = append(s.Times, *e)
	}
	if len(s.foreseen) > 0 {
		s.Times = append(s.Times, s.foreseen...)
		slices.SortStableFunc(s.Times, func(a, b TimeEntry) int { return a.From.Compare(b.From) })
	}
	for i := range s.Times {
		id := s.Times[i].Technician
		if _, ok := s.Technicians[id]; ok {
			continue
		}
		t, err := dispatch.Technicians.Get(r, id)
		if err != nil {
			return err
		}
		s.Technicians[id] = *t
	}
	if err := s.loadOverlaps(r); err != nil {
		return err
	}
	for i, err := range LineItems.By(r, "order", key) {
		if err != nil {
			return err
		}
		if i.Removed == nil {
			s.Items = append(s.Items, *i)
		}
	}
	for m, err := range Milestones.By(r, "order", key) {
		if err != nil {
			return err
		}
		if m.Status != MilestoneCanceled {
			s.Milestones = append(s.Milestones, *m)
		}
	}
	t, err := termsOf(r, s.Order.ID)
	if err == nil {
		s.Terms = *t
	}
	s.withhold()
	return err
}

// loadOverlaps looks for time that the same person gave twice. Capturing refuses it; what
// came in by sync or import is found here. Each stretch of a person's time is read once.
func (s *Snapshot) loadOverlaps(r store.Reader) error {
	windows := map[store.ID][]calendar.Interval{}
	mine := map[store.ID]bool{}
	for i := range s.Times {
		if e := &s.Times[i]; e.Status != TimeRejected && !e.To.IsZero() {
			windows[e.Person] = append(windows[e.Person], calendar.Interval{Start: e.From.Add(-MaxTime), End: e.To})
			mine[e.ID] = true
		}
	}
	for _, person := range unique(slices.Collect(maps.Keys(windows))) {
		for _, w := range calendar.Merge(windows[person]) {
			rng := store.Range{Lo: store.K(person, w.Start), Hi: store.K(person, w.End)}
			var last TimeRow // of those read so far, the one that ends last
			for row, err := range TimeEntries.Rows(r, "person", rng) {
				if err != nil {
					return err
				}
				if row.To.IsZero() {
					continue // it runs, and so is not approved: that is found elsewhere
				}
				if row.From.Before(last.To) && (mine[row.ID] || mine[last.ID]) {
					s.Overlaps = append(s.Overlaps, string(last.ID)+" and "+string(row.ID))
				}
				if row.To.After(last.To) {
					last = row
				}
			}
		}
	}
	return nil
}

// loadRules reads the rules that the order is billed by.
func (s *Snapshot) loadRules(r store.Reader) error {
	pin, ok := s.Order.Pins[PinRules]
	if !ok {
		return nil
	}
	rules, err := RuleBook.At(r, pin)
	if err == nil {
		s.Rules, s.RulesPin = *rules, pin
	}
	return err
}

// loadPrices reads the prices that the order's work may need, and taxes.
func (s *Snapshot) loadPrices(r store.Reader) error {
	var err error
	if s.Book, err = bookOf(r, &s.Order); err != nil {
		return err
	}
	if s.agreed, err = agreementsOf(r, &s.Order, view{}); err != nil {
		return err
	}
	if err := s.loadContractsNow(r); err != nil {
		return err
	}
	for _, e := range s.Times {
		q := question{kind: string(e.Kind)}
		q.exact, q.general = timeKeys(e.Kind, s.Technicians[e.Technician].Role)
		if err := s.agreed.load(r, s.Order.Site, q.keys()...); err != nil {
			return err
		}
	}
	for i := range s.Items {
		x := &s.Items[i]
		if x.Price != nil {
			continue
		}
		q := question{kind: string(x.Kind), exact: itemKey(x), general: groupKey(x.Group)}
		if err := s.agreed.load(r, s.Order.Site, q.keys()...); err != nil {
			return err
		}
	}
	if err := s.loadRulePrices(r); err != nil {
		return err
	}
	if s.TaxStatuses, err = taxStatuses(r, s.Order.Customer); err != nil {
		return err
	}
	s.Tax, s.TaxPin, err = CurrentTax(r)
	return err
}

// loadBilling reads what was billed so far.
func (s *Snapshot) loadBilling(r store.Reader) error {
	key := store.K(s.Order.ID)
	for c, err := range Charges.By(r, "order", key) {
		if err != nil {
			return err
		}
		if c.State != ChargeSuperseded {
			s.Charges[c.Source] = append(s.Charges[c.Source], c)
		}
	}
	for a, err := range Allocations.By(r, "order", key) {
		if err != nil {
			return err
		}
		s.Live[a.Charge] = s.Live[a.Charge].Add(a.effect())
		switch {
		case a.Kind == FromDeposit: // asked ahead of the work, and deducted from what bills it
		case a.Sign == -1:
			s.creditedNet = s.creditedNet.Add(a.Amount)
		default:
			s.billedNet = s.billedNet.Add(a.Amount)
		}
		if a.Kind == FromMilestone && !a.Qty.IsZero() { // a price reduction is not billed again with the next share
			s.Milestoned[a.Source] = s.Milestoned[a.Source].Add(a.worth())
		}
	}
	for inv, err := range Invoices.By(r, "order", key) {
		if err != nil {
			return err
		}
		if inv.Status == InvoiceDiscarded {
			continue
		}
		s.Invoices = append(s.Invoices, *inv)
		if inv.Status == InvoiceReleased && !inv.asksAhead() { // what is off the whole is in no allocation
			if inv.Kind == KindCreditNote {
				s.creditedNet = s.creditedNet.Add(inv.allowed())
			} else {
				s.billedNet = s.billedNet.Add(inv.allowed())
			}
		}
		if !inv.bills() || !inv.Open() {
			continue
		}
		for _, l := range inv.Lines {
			s.onOpen[l.Source] = append(s.onOpen[l.Source], reservation{inv.ID, l.Part, l.Qty})
		}
	}
	for w, err := range GateWaivers.By(r, "order", key) {
		if err != nil {
			return err
		}
		s.Waivers = append(s.Waivers, *w)
	}
	for w, err := range GateWaivers.By(r, "customer", store.K(s.Order.Customer)) {
		if err != nil {
			return err
		}
		if w.Order != s.Order.ID {
			s.Waivers = append(s.Waivers, *w)
		}
	}
	if err := s.loadPurchase(r); err != nil {
		return err
	}
	for l, err := range LateItems.Rows(r, "order", store.Prefix(key)) {
		if err != nil {
			return err
		}
		s.Late = append(s.Late, l)
	}
	var err error
	if s.Closed, err = closedThrough(r); err != nil {
		return err
	}
	for _, kind := range InvoiceKinds() {
		last, err := lastIssued(r, kind)
		if err != nil {
			return err
		}
		s.LastIssued[kind] = last
	}
	return nil
}

// reservation is what an open invoice bills of a part of a source.
type reservation struct {
	invoice store.ID
	part    string
	qty     money.Quantity
}

// reserved is how much of a part of a source stands on open invoices, but for one.
func (s *Snapshot) reserved(id store.ID, part string, except store.ID) money.Quantity {
	var q money.Quantity
	for _, v := range s.onOpen[id] {
		if v.part == part && v.invoice != except {
			q = q.Add(v.qty)
		}
	}
	return q
}
