package billing

import (
	"time"

	"callout/calendar"
	"callout/store"
	"callout/work"
)

// LateWork marks time or an item that was recorded, or moved there, after the month of its
// service date had been closed. It is billed like any other work, and counts for the first
// month that was open then: nothing is lost, and nothing changes a closed month.
type LateWork struct {
	store.Record
	Source  store.ID      `json:"source"` // the time entry or item
	Order   store.ID      `json:"order"`
	On      calendar.Date `json:"on"`     // its service date
	Month   Month         `json:"month"`  // the closed month that it lies in
	Counts  Month         `json:"counts"` // the month that it counts for
	By      store.ID      `json:"by"`
	Noticed time.Time     `json:"noticed"` // authority's time
}

// LateRow is what a list of late work shows.
type LateRow struct {
	Source  store.ID      `json:"source"`
	Order   store.ID      `json:"order"`
	On      calendar.Date `json:"on"`
	Month   Month         `json:"month"`
	Counts  Month         `json:"counts"`
	By      store.ID      `json:"by"`
	Noticed time.Time     `json:"noticed"`
}

// LateItems holds the marks: by the month that they lie in, by the one they count for, and by order.
var LateItems = store.Define(store.Def[LateWork, LateRow]{
	Name: "late_work", Prefix: "late", Title: "late work",
	Row: func(l *LateWork) LateRow { return LateRow{l.Source, l.Order, l.On, l.Month, l.Counts, l.By, l.Noticed} },
	Indexes: []store.Index[LateWork]{
		{Name: "month", Keys: func(l *LateWork) []store.Key { return []store.Key{store.K(l.Month.String(), l.Noticed)} }},
		{Name: "counts", Keys: func(l *LateWork) []store.Key { return []store.Key{store.K(l.Counts.String(), l.Noticed)} }},
		{Name: "order", Keys: func(l *LateWork) []store.Key { return []store.Key{store.K(l.Order)} }},
		{
			Name: "source", Unique: true,
			Keys: func(l *LateWork) []store.Key { return []store.Key{store.K(l.Source, l.Month.String())} },
		},
	},
})

// markLate is the derivation that marks work whose service date comes to lie in a closed month.
func markLate(tx *store.Tx) error {
	closed, err := closedThrough(tx)
	if err != nil || closed.Month.IsZero() {
		return err
	}
	times, err := TimeEntries.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range times {
		if ch.After == nil || ch.Before != nil && ch.Before.From.Equal(ch.After.From) {
			continue
		}
		if err := late(tx, closed, ch.ID, ch.After.Order, ch.After.From); err != nil {
			return err
		}
	}
	items, err := LineItems.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range items {
		if ch.After == nil || ch.Before != nil && ch.Before.At.Equal(ch.After.At) {
			continue
		}
		if err := late(tx, closed, ch.ID, ch.After.Order, ch.After.At); err != nil {
			return err
		}
	}
	return nil
}

// late marks one record, by the date that the clock at the site showed.
func late(tx *store.Tx, closed PeriodRow, source, order store.ID, at time.Time) error {
	o, err := work.WorkOrders.Get(tx, order)
	if err != nil {
		return err
	}
	zone, err := calendar.LoadZone("zone", o.Zone)
	if err != nil {
		return err
	}
	on := calendar.DateOf(at, zone)
	if !closed.shuts(on) {
		return nil
	}
	for _, err := range LateItems.IDs(tx, "source", store.K(source, MonthOf(on).String())) {
		return err // it is marked for that month already
	}
	l := &LateWork{
		Source: source, Order: order, On: on, Month: MonthOf(on), Counts: closed.Month.Next(), By: tx.Env.Actor.ID, Noticed: tx.Env.RecordedAt,
	}
	l.ID = LateItems.NewID(tx, string(source)+"/"+l.Month.String())
	tx.Emit("work.late", source, map[string]any{"order": order, "month": l.Month.String(), "counts": l.Counts.String()})
	return LateItems.Put(tx, l)
}
