package billing

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

// Draw is time that an agreement includes: so much of what was worked counts against one of its
// entitlements, in the period of its day. Draws follow from the approved time in the order in which
// it was worked, see [drawEntitlements]; those of billed work stay what they were.
type Draw struct {
	store.Record
	Agreement   store.ID      `json:"agreement"`
	Entitlement int           `json:"entitlement"` // its place in the agreement, from 0
	Period      calendar.Date `json:"period"`      // its first day
	Order       store.ID      `json:"order"`
	Entry       store.ID      `json:"entry"`
	On          calendar.Date `json:"on"`
	Worked      int64         `json:"worked_seconds"`
}

// Draws holds the draws: by agreement, by order, and one for each entry and entitlement.
var Draws = store.Define(store.Def[Draw, store.NoRow]{
	Name: "draw", Prefix: "drw", Title: "draw on an agreement",
	Indexes: []store.Index[Draw]{
		{Name: "agreement", Keys: func(d *Draw) []store.Key { return []store.Key{store.K(d.Agreement, d.On.String(), d.Entry)} }},
		{Name: "order", Keys: func(d *Draw) []store.Key { return []store.Key{store.K(d.Order, d.Entry)} }},
		{Name: "entry", Unique: true, Keys: func(d *Draw) []store.Key { return []store.Key{store.K(d.Agreement, d.Entry, d.Entitlement)} }},
	},
})

// drawable is approved time that an agreement may include.
type drawable struct {
	entry, order store.ID
	from         time.Time
	on           calendar.Date
	worked       int64 // seconds
	scope        work.CoverScope
	role         string
	fixed        bool // it is billed, and so are its draws
}

// balance counts what is drawn from one entitlement.
type balance struct {
	a      *work.Agreement
	e      *work.Entitlement
	used   map[calendar.Date]int64 // seconds or visits, by period
	visits map[visit]bool
}

// visit is one day on one order.
type visit struct {
	order store.ID
	on    calendar.Date
}

func newBalance(a *work.Agreement, i int) *balance {
	return &balance{a, &a.Includes[i], map[calendar.Date]int64{}, map[visit]bool{}}
}

// included is what a period comes with: seconds or visits.
func (b *balance) included() int64 {
	if b.e.Hours == nil {
		return int64(b.e.Visits)
	}
	return b.e.Hours.Mul(money.NewQuantity(3600, 0)).Round(0, money.Down).Decimal().IntPart()
}

// carried is what the periods before one left to it. Work that was billed when more was included may
// have used more than there is; that is not held against later periods.
func (b *balance) carried(period calendar.Date) int64 {
	if !b.e.Carry {
		return 0
	}
	var left int64
	for at := b.a.Valid.From; at.Before(period); {
		left = max(left+b.included()-b.used[at], 0)
		p, ok := b.e.Period(b.a.Valid, at)
		if !ok || p.To.IsZero() {
			break
		}
		at = p.To
	}
	return left
}

// take notes a use and returns how many seconds of it are included.
func (b *balance) take(d *drawable, period calendar.Date, want int64) int64 {
	left := b.included() + b.carried(period) - b.used[period]
	if b.e.Hours != nil {
		n := max(min(want, left), 0)
		b.used[period] += n
		return n
	}
	v := visit{d.order, d.on}
	if !b.visits[v] {
		if left < 1 {
			return 0
		}
		b.visits[v] = true
		b.used[period]++
	}
	return want
}

// note counts a draw that stands.
func (b *balance) note(d *Draw) {
	if b.e.Hours != nil {
		b.used[d.Period] += d.Worked
		return
	}
	if v := (visit{d.Order, d.On}); !b.visits[v] {
		b.visits[v] = true
		b.used[d.Period]++
	}
}

// allot says what of the time an agreement includes: in the order in which it was worked, and for each
// entitlement in the order in which the agreement names them. The draws of billed time stand as they are.
func allot(a *work.Agreement, list []drawable, standing []Draw) []Draw {
	fixed := map[store.ID]bool{}
	rest := map[store.ID]int64{}
	for _, d := range list {
		fixed[d.entry], rest[d.entry] = d.fixed, d.worked
		if d.fixed {
			rest[d.entry] = 0
		}
	}
	slices.SortFunc(list, func(x, y drawable) int { return cmp.Or(x.from.Compare(y.from), cmp.Compare(x.entry, y.entry)) })
	var out []Draw
	for i := range a.Includes {
		b := newBalance(a, i)
		for j := range standing {
			if d := &standing[j]; d.Entitlement == i && fixed[d.Entry] {
				b.note(d)
				out = append(out, *d)
			}
		}
		for j := range list {
			d := &list[j]
			period, ok := b.e.Period(a.Valid, d.on)
			if !ok || rest[d.entry] == 0 || !b.e.Fits(d.scope, d.role) {
				continue
			}
			n := b.take(d, period.From, rest[d.entry])
			if n == 0 {
				continue
			}
			rest[d.entry] -= n
			out = append(out, Draw{
				Agreement: a.ID, Entitlement: i, Period: period.From, Order: d.order, Entry: d.entry, On: d.on, Worked: n,
			})
		}
	}
	return out
}

// drawables reads the time that an agreement may include: approved, on an order under it without an
// agreed price, and not covered by something that goes before.
func drawables(r store.Reader, a *work.Agreement) ([]drawable, error) {
	var out []drawable
	for o, err := range work.WorkOrders.By(r, "agreement", store.K(a.ID)) {
		if err != nil {
			return nil, err
		}
		some, err := drawablesOn(r, a, o)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func drawablesOn(r store.Reader, a *work.Agreement, o *work.WorkOrder) ([]drawable, error) {
	s := &Snapshot{}
	s.Order = *o
	for m, err := range Milestones.By(r, "order", store.K(o.ID)) {
		if err != nil {
			return nil, err
		}
		if m.Status != MilestoneCanceled {
			s.Milestones = append(s.Milestones, *m)
		}
	}
	if err := s.loadAgreed(r); err != nil {
		return nil, err
	}
	cov, err := loadCoverage(r, o)
	if err != nil {
		return nil, err
	}
	zone, err := calendar.LoadZone("zone", o.Zone)
	if err != nil {
		return nil, err
	}
	live := map[store.ID]money.Quantity{}
	billed := o.Status == work.Closed
	for al, err := range Allocations.By(r, "order", store.K(o.ID)) {
		if err != nil {
			return nil, err
		}
		live[al.Source] = live[al.Source].Add(al.effect())
	}
	for _, q := range live {
		billed = billed || !q.IsZero()
	}
	var out []drawable
	for e, err := range TimeEntries.By(r, "order", store.K(o.ID)) {
		if err != nil {
			return nil, err
		}
		if e.Status != TimeApproved {
			continue
		}
		d := drawable{
			entry: e.ID, order: o.ID, from: e.From, on: calendar.DateOf(e.From, zone), worked: int64(e.Worked() / time.Second), scope: timeScope(e.Kind),
		}
		d.fixed = !live[e.ID].IsZero() || billed && cov.drawn[e.ID] > 0
		if !d.fixed {
			list := cov.question(o, e.ID, d.scope, d.on).covers()
			if s.covered() || len(list) == 0 || list[0].kind != CoverAgreement {
				continue
			}
		}
		if d.role, err = roleOf(r, e.Technician); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// drawEntitlements is the derivation by which approved time counts against what agreements
// include. What was counted is given back when the time is rejected, credited or covered otherwise.
func drawEntitlements(tx *store.Tx) error {
	agreements, err := touchedAgreements(tx)
	if err != nil {
		return err
	}
	for _, id := range agreements {
		if err := redraw(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// touchedAgreements lists the agreements of which a command may have changed what is drawn.
func touchedAgreements(tx *store.Tx) ([]store.ID, error) {
	var orders, ids []store.ID
	err := firstError(
		touched(tx, TimeEntries, &orders, func(e *TimeEntry) store.ID { return e.Order }),
		touched(tx, CoverDecisions, &orders, func(d *CoverDecision) store.ID { return d.Order }),
		touched(tx, Milestones, &orders, func(m *Milestone) store.ID { return m.Order }),
		touched(tx, ScheduleRows, &orders, func(x *ScheduleRow) store.ID { return x.Order }),
		touched(tx, Positions, &orders, func(x *Position) store.ID { return x.Order }),
		touched(tx, Allocations, &orders, func(x *Allocation) store.ID { return x.Order }),
		touched(tx, work.WorkOrders, &ids, func(o *work.WorkOrder) store.ID { return o.Agreement }),
		touched(tx, work.Agreements, &ids, func(a *work.Agreement) store.ID { return a.ID }),
	)
	if err != nil {
		return nil, err
	}
	for _, id := range unique(orders) {
		o, ok, err := work.WorkOrders.Try(tx, id)
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, o.Agreement)
		}
	}
	assets, err := work.Assets.Changed(tx)
	if err != nil {
		return nil, err
	}
	for _, ch := range assets {
		if ch.Before == nil || ch.After == nil {
			continue
		}
		site, err := work.Sites.Get(tx, ch.After.Site)
		if err != nil {
			return nil, err
		}
		for id, err := range work.Agreements.IDs(tx, "customer", store.K(site.Customer)) {
			if err != nil {
				return nil, err
			}
			ids = append(ids, id)
		}
	}
	return slices.DeleteFunc(unique(ids), func(id store.ID) bool { return id == "" }), nil
}

// redraw computes the draws on an agreement and writes what is different.
func redraw(tx *store.Tx, id store.ID) error {
	a, ok, err := work.Agreements.Try(tx, id)
	if err != nil {
		return err
	}
	was := map[string]Draw{}
	var standing []Draw
	for d, err := range Draws.By(tx, "agreement", store.K(id)) {
		if err != nil {
			return err
		}
		was[d.key()] = *d
		standing = append(standing, *d)
	}
	var now []Draw
	if ok && len(a.Includes) > 0 {
		list, err := drawables(tx, a)
		if err != nil {
			return err
		}
		now = allot(a, list, standing)
	}
	for i := range now {
		d := &now[i]
		old, had := was[d.key()]
		delete(was, d.key())
		d.Record = old.Record
		switch {
		case had && old.same(d):
			continue
		case !had:
			d.ID = Draws.NewID(tx, d.key())
		}
		if err := Draws.Put(tx, d); err != nil {
			return err
		}
	}
	for i := range standing {
		if _, gone := was[standing[i].key()]; gone {
			if err := Draws.Delete(tx, standing[i].ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Draw) key() string {
	return string(d.Agreement) + "/" + string(d.Entry) + "/" + strconv.Itoa(d.Entitlement)
}

func (d *Draw) same(o *Draw) bool {
	return d.Worked == o.Worked && d.Period == o.Period && d.Order == o.Order && d.On == o.On
}

// coveredOrders lists the orders of which a command changed what is covered.
func coveredOrders(tx *store.Tx) ([]store.ID, error) {
	var ids []store.ID
	err := firstError(
		touched(tx, Draws, &ids, func(d *Draw) store.ID { return d.Order }),
		touched(tx, CoverDecisions, &ids, func(d *CoverDecision) store.ID { return d.Order }),
	)
	return ids, err
}
