package billing

import (
	"time"

	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

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
	own, err := billedByItself(r, o)
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
		if own != nil {
			d.worked = own[e.ID]
		}
		d.fixed = !live[e.ID].IsZero() || billed && cov.drawn[e.ID] > 0 && cov.decisions[e.ID] == nil
		if !d.fixed {
			list := cov.question(o, e.ID, d.scope, d.on).covers()
			if d.worked == 0 || s.covered() || len(list) == 0 || list[0].kind != CoverAgreement {
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

// billedByItself is how many seconds of each entry of an order are not in the call-out charge, the kilometres or the tour
// of its visit. What is charged so is not charged against an agreement as well. It is nil where
// all of every entry is billed by itself.
func billedByItself(r store.Reader, o *work.WorkOrder) (map[store.ID]int64, error) {
	s := &Snapshot{}
	s.Order = *o
	if err := s.loadRules(r); err != nil {
		return nil, err
	}
	some := s.Rules.CallOut != nil && s.Rules.CallOut.Included > 0 || s.Rules.Driving.By != ByHour
	for t, err := range Trips.By(r, "order", store.K(o.ID)) {
		if err != nil {
			return nil, err
		}
		some = some || t.Tour != ""
	}
	if !some {
		return nil, nil
	}
	s, err := Load(r, o.ID, o.OpenedAt)
	if err != nil {
		return nil, err
	}
	out := map[store.ID]int64{}
	for id, parts := range s.divided {
		var worked time.Duration
		for i := range parts {
			if parts[i].covered == "" {
				worked += parts[i].worked
			}
		}
		out[id] = int64(worked / time.Second)
	}
	return out, nil
}
