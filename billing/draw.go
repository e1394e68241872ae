package billing

import (
	"slices"
	"strconv"
	"time"

	"callout/calendar"
	"callout/dispatch"
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
	touched(tx, TimeEntries, &orders, func(e *TimeEntry) store.ID { return e.Order })
	touched(tx, CoverDecisions, &orders, func(d *CoverDecision) store.ID { return d.Order })
	touched(tx, Milestones, &orders, func(m *Milestone) store.ID { return m.Order })
	touched(tx, ScheduleRows, &orders, func(x *ScheduleRow) store.ID { return x.Order })
	touched(tx, Positions, &orders, func(x *Position) store.ID { return x.Order })
	touched(tx, Trips, &orders, func(t *Trip) store.ID { return t.Order })
	touched(tx, dispatch.Appointments, &orders, func(v *dispatch.Appointment) store.ID { return v.Order })
	touched(tx, Allocations, &orders, func(x *Allocation) store.ID { return x.Order })
	touched(tx, work.WorkOrders, &ids, func(o *work.WorkOrder) store.ID { return o.Agreement })
	touched(tx, work.Agreements, &ids, func(a *work.Agreement) store.ID { return a.ID })
	for _, id := range unique(orders) {
		o, ok, err := work.WorkOrders.Try(tx, id)
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, o.Agreement)
		}
	}
	ids, err := agreementsOfRoles(tx, ids)
	if err != nil {
		return nil, err
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

// agreementsOfRoles adds the agreements on which somebody has worked whose role has changed: some of them include only
// the work of certain roles.
func agreementsOfRoles(tx *store.Tx, ids []store.ID) ([]store.ID, error) {
	var changed []store.ID
	dispatch.Technicians.Look(tx, func(id store.ID, before, after *dispatch.Technician) {
		if store.Edited(before, after) && before.Role != after.Role {
			changed = append(changed, id)
		}
	})
	for _, id := range changed {
		for row, err := range TimeEntries.Rows(tx, "technician", store.Prefix(store.K(id))) {
			if err != nil {
				return nil, err
			}
			o, err := work.WorkOrders.Get(tx, row.Order)
			if err != nil {
				return nil, err
			}
			ids = append(ids, o.Agreement)
		}
	}
	return ids, nil
}

// drawsOf reads the draws on an agreement as they stand, and computes them anew.
func drawsOf(r store.Reader, id store.ID) (standing, now []Draw, err error) {
	a, ok, err := work.Agreements.Try(r, id)
	if err != nil {
		return nil, nil, err
	}
	for d, err := range Draws.By(r, "agreement", store.K(id)) {
		if err != nil {
			return nil, nil, err
		}
		standing = append(standing, *d)
	}
	if !ok {
		return standing, nil, nil
	}
	list, err := drawables(r, a)
	if err != nil {
		return nil, nil, err
	}
	return standing, allot(a, list, standing), nil
}

// redraw computes the draws on an agreement and writes what is different.
func redraw(tx *store.Tx, id store.ID) error {
	standing, now, err := drawsOf(tx, id)
	if err != nil {
		return err
	}
	was := map[string]Draw{}
	for _, d := range standing {
		was[d.key()] = d
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
func coveredOrders(tx *store.Tx) []store.ID {
	var ids []store.ID
	touched(tx, Draws, &ids, func(d *Draw) store.ID { return d.Order })
	touched(tx, CoverDecisions, &ids, func(d *CoverDecision) store.ID { return d.Order })
	return ids
}
