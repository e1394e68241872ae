package work

import (
	"slices"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Notice is that a target of an order fell due unreached, or came to be at risk. It is
// written once for each due time, by whoever notices first, and never taken back: what
// became of the target later is computed when it is read.
type Notice struct {
	store.Record
	Order  store.ID  `json:"order"`
	Target Target    `json:"target"`
	Warn   bool      `json:"warn,omitempty"` // at risk, not yet due
	Due    time.Time `json:"due"`
	At     time.Time `json:"at"` // authority's time
	Policy store.Pin `json:"policy"`
}

// Notices holds what was noticed of the SLA clocks, once for each order, target and due time.
var Notices = store.Define(store.Def[Notice, store.NoRow]{
	Name: "sla_notice", Prefix: "slan", Title: "SLA notice", Permanent: true,
	Indexes: []store.Index[Notice]{
		{Name: "order", Unique: true, Keys: func(n *Notice) []store.Key {
			return []store.Key{store.K(n.Order, n.Due, n.word())}
		}, Clash: func(n *Notice) string { return "this has been noticed already" }},
	},
})

// word names what fell due, as tick ids are made of it.
func (n *Notice) word() string { return tickWord(n.Target, n.Warn) }

func tickWord(t Target, warn bool) string {
	if warn {
		return string(t) + "-warning"
	}
	return string(t)
}

// dueKeys are the instants at which something about the order's clock has to be noticed: of
// each target that was not met, and does not stand still by then, when it comes to be at
// risk and when it is due. Once an order is closed nobody looks any more.
func (w *WorkOrder) dueKeys() []store.Key {
	if w.Status == Closed {
		return nil
	}
	var keys []store.Key
	for _, t := range w.clockRow().Targets(time.Time{}) {
		if !t.Stop.IsZero() && !t.Stop.After(t.Due) {
			continue
		}
		for _, at := range []time.Time{t.Warn, t.Due} {
			if !at.IsZero() && (t.State != SLAPaused || at.Before(w.HeldSince())) {
				keys = append(keys, store.K(at, string(t.Target)))
			}
		}
	}
	return keys
}

// DueTicks lists what of all SLA clocks fell due by an instant and was not noticed yet, in
// the order in which it fell due.
func DueTicks(r store.Reader, now time.Time) ([]*ClockTick, error) {
	var out []*ClockTick
	seen := map[store.ID]bool{}
	for row, err := range WorkOrders.Rows(r, "due", store.Range{Hi: store.K(now.Add(time.Millisecond))}) {
		if err != nil {
			return nil, err
		}
		if seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		w, err := WorkOrders.Get(r, row.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range w.ticks(now) {
			known, err := noticed(r, t)
			if err != nil {
				return nil, err
			}
			if !known {
				out = append(out, t)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *ClockTick) int { return a.Due.Compare(b.Due) })
	return out, nil
}

// ticks lists what of the order's clock fell due by an instant, whether noticed or not.
func (w *WorkOrder) ticks(now time.Time) []*ClockTick {
	var out []*ClockTick
	for _, t := range w.clockRow().Targets(now) {
		stopped := func(at time.Time) bool {
			return !t.Stop.IsZero() && !t.Stop.After(at) || t.State == SLAPaused && !w.HeldSince().After(at)
		}
		if !t.Warn.IsZero() && !now.Before(t.Warn) && !stopped(t.Warn) {
			out = append(out, &ClockTick{Subject: w.ID, Target: tickWord(t.Target, true), Due: t.Warn})
		}
		if now.After(t.Due) && !stopped(t.Due) {
			out = append(out, &ClockTick{Subject: w.ID, Target: tickWord(t.Target, false), Due: t.Due})
		}
	}
	return out
}

func noticed(r store.Reader, c *ClockTick) (bool, error) {
	for _, err := range Notices.IDs(r, "order", store.K(c.Subject, c.Due, c.Target)) {
		return true, err
	}
	return false, nil
}

// ClockTick journals that a target of an order's SLA clock fell due unreached, or came to be at
// risk. Its command id is [store.TickID] of its fields.
type ClockTick struct {
	Subject store.ID  `json:"subject"`
	Target  string    `json:"target"` // respond, resolve, respond-warning or resolve-warning
	Due     time.Time `json:"due"`
}

// Name implements store.Command.
func (c *ClockTick) Name() string { return "clock.tick.v1" }

// Do implements store.Command.
func (c *ClockTick) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.Subject)
	if err != nil {
		return err
	}
	is := func(t *ClockTick) bool { return t.Target == c.Target && t.Due.Equal(c.Due) }
	if !slices.ContainsFunc(w.ticks(tx.Env.RecordedAt), is) {
		return fault.Conflictf("%s is not due to %s at %s (any more, or yet)", w.Number, c.Target, c.Due.Format(timeLayout)).
			With("clock.moved").Hint("callout sla clock %s", w.Number)
	}
	n := &Notice{Order: w.ID, Due: c.Due, At: tx.Env.RecordedAt, Policy: w.Pins[PinSLA]}
	n.Target, n.Warn = ToRespond, c.Target == tickWord(ToRespond, true)
	if c.Target == tickWord(ToResolve, false) || c.Target == tickWord(ToResolve, true) {
		n.Target, n.Warn = ToResolve, c.Target == tickWord(ToResolve, true)
	}
	n.ID = Notices.NewID(tx, c.Target)
	tx.Returns(w.ID, w.Number)
	event := "sla.breached"
	if n.Warn {
		event = "sla.at_risk"
	}
	tx.Emit(event, w.ID, map[string]any{"target": n.Target, "due": n.Due})
	return Notices.Put(tx, n)
}
