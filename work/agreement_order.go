package work

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// GenerateOrder makes the order of an agreement for a day and a place. The days of a place are made one
// after the other and each once; those whose day has passed without anybody making them are made all
// the same, so that what is made does not depend on when and how often somebody looks. A day that
// was agreed to be left out on holidays is noted as skipped.
type GenerateOrder struct {
	Agreement store.ID      `json:"agreement"`
	Place     store.ID      `json:"place"` // an asset, or else a site
	On        calendar.Date `json:"on"`
	// Early makes an order before the agreement says so.
	Early bool `json:"early,omitempty"`
}

// Name implements store.Command.
func (c *GenerateOrder) Name() string { return "agreement.generate.v1" }

// Due names the instant that the command's id is made of, see [store.TickID].
func (c *GenerateOrder) Due() time.Time {
	return time.Date(c.On.Year, c.On.Month, c.On.Day, 0, 0, 0, 0, time.UTC)
}

// Target names what falls due, for [store.TickID].
func (c *GenerateOrder) Target() string { return "order\x00" + string(c.Place) }

// Do implements store.Command.
func (c *GenerateOrder) Do(tx *store.Tx) error {
	a, p, err := occurrence(tx, c.Agreement, c.Place, c.On)
	if err != nil {
		return err
	}
	zone, err := calendar.LoadZone("zone", p.Zone)
	if err != nil {
		return err
	}
	if from := a.makeAt(zone, c.On); !c.Early && tx.Env.RecordedAt.Before(from) {
		return fault.Refusedf("the order for %s is made from %s on", c.On, calendar.DateOf(from, zone)).With("agreement.early").
			Hint("callout agreement generate %q --until %s", a.Name, c.On)
	}
	cmd := &CreateWorkOrder{
		Customer: a.Customer, Site: p.Site, Asset: p.Asset, Title: a.Template.Title, Description: a.Template.Description,
		Priority: a.Template.Priority, WorkType: a.Template.WorkType, SLA: a.Template.SLA, Agreement: a.ID,
	}
	w := &WorkOrder{Occurrence: c.On}
	day, holiday, err := a.moved(tx, p, c.On)
	if err != nil {
		return err
	}
	p.Next = a.after(c.On.AddDays(1))
	if holiday != "" {
		a.Skipped = append(a.Skipped, Skipped{On: c.On, Place: c.Place, Reason: holiday})
		tx.Returns(a.ID, "")
		tx.Emit("agreement.skipped", a.ID, map[string]any{"on": c.On, "place": c.Place, "why": holiday})
		return Agreements.Put(tx, a)
	}
	if w.PlannedFor, err = a.startAt(zone, day); err != nil {
		return err
	}
	if err := Agreements.Put(tx, a); err != nil {
		return err
	}
	return cmd.create(tx, w)
}

// occurrence is the place of an agreement for whose day it is the turn.
func occurrence(r store.Reader, agreement, place store.ID, on calendar.Date) (*Agreement, *Place, error) {
	a, err := Agreements.Get(r, agreement)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(a.Places, func(p Place) bool { return p.ID() == place })
	if i < 0 {
		return nil, nil, fault.Invalidf("place", "%s is not about %s", a.Name, place).With("agreement.place")
	}
	p := &a.Places[i]
	switch {
	case p.Next == on:
		return a, p, nil
	case p.Next.IsZero() || on.Before(p.Next):
		return nil, nil, fault.Conflictf("%s has no order to be made for %s: it is made or skipped already, or is not agreed on", a.Name, on).
			With("agreement.occurrence").Hint("callout agreement show %q", a.Name)
	}
	return nil, nil, fault.Conflictf("before %s it is the turn of %s", on, p.Next).With("agreement.occurrence").
		Hint("callout agreement generate %q --until %s", a.Name, on)
}

// makeAt is when the order for a day is to be made.
func (a *Agreement) makeAt(z calendar.Zone, d calendar.Date) time.Time {
	return z.StartOf(d.AddDays(-a.Ahead))
}

// startAt is when the work of a day is planned for. Where the clock skips or repeats the time of
// day, it is the first instant that can be meant.
func (a *Agreement) startAt(z calendar.Zone, d calendar.Date) (time.Time, error) {
	if a.At == "" {
		return z.StartOf(d), nil
	}
	at, err := calendar.ParseClock("at", a.At)
	return z.Resolve(d, at).First, err
}

// moved is the day on which the work for a day is done, or the holiday for which it is left out.
func (a *Agreement) moved(r store.Reader, p *Place, d calendar.Date) (calendar.Date, string, error) {
	site, err := Sites.Get(r, p.Site)
	if err != nil {
		return d, "", err
	}
	days, err := party.HolidaysAt(r, site.Branch)
	if err != nil {
		return d, "", err
	}
	day, ok := days.Move(d, a.Holidays)
	if ok {
		return day, "", nil
	}
	name := "a holiday"
	if h, ok := days.On(d); ok && h.Name != "" {
		name = h.Name
	}
	return d, name, nil
}

// SkipOccurrence leaves the next day of a place out, for a reason.
type SkipOccurrence struct {
	Agreement store.ID      `json:"agreement"`
	Place     store.ID      `json:"place"`
	On        calendar.Date `json:"on"`
}

// Name implements store.Command.
func (c *SkipOccurrence) Name() string { return "agreement.skip.v1" }

// Undoable implements store.Undoable.
func (c *SkipOccurrence) Undoable() {}

// Do implements store.Command.
func (c *SkipOccurrence) Do(tx *store.Tx) error {
	a, p, err := occurrence(tx, c.Agreement, c.Place, c.On)
	if err != nil {
		return err
	}
	why, err := reasonFor(tx.Env.Reason, "say why no order is made for that day")
	if err != nil {
		return err
	}
	a.Skipped = append(a.Skipped, Skipped{On: c.On, Place: c.Place, Reason: why, By: tx.Env.Actor.ID})
	p.Next = a.after(c.On.AddDays(1))
	tx.Returns(a.ID, "")
	tx.Emit("agreement.skipped", a.ID, map[string]any{"on": c.On, "place": c.Place, "why": why})
	return Agreements.Put(tx, a)
}

// dueKeys are the instants at which the next order of each place is to be made.
func (a *Agreement) dueKeys() []store.Key {
	var keys []store.Key
	for i := range a.Places {
		p := &a.Places[i]
		if zone, err := calendar.LoadZone("zone", p.Zone); err == nil && !p.Next.IsZero() {
			keys = append(keys, store.K(a.makeAt(zone, p.Next), p.ID()))
		}
	}
	return keys
}

// DueOrders lists the orders of all agreements that are to be made by an instant and are not made
// yet, those of each place by day.
func DueOrders(r store.Reader, now time.Time) ([]*GenerateOrder, error) {
	var out []*GenerateOrder
	seen := map[store.ID]bool{}
	for row, err := range Agreements.Rows(r, "due", store.Range{Hi: store.K(now.Add(time.Millisecond))}) {
		if err != nil {
			return nil, err
		}
		if seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		a, err := Agreements.Get(r, row.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, a.due(func(z calendar.Zone, d calendar.Date) (bool, bool) { return !a.makeAt(z, d).After(now), false })...)
	}
	return out, nil
}

// maxEarly is how far ahead orders are made when somebody asks.
const maxEarly = 5

// DueUntil lists the orders of an agreement that are not made yet, up to a day. Those that the
// agreement would make only later are marked as early.
func (a *Agreement) DueUntil(until calendar.Date, now time.Time) ([]*GenerateOrder, error) {
	if until.Year > now.Year()+maxEarly {
		return nil, fault.Invalidf("until", "%s is more than %d years ahead", until, maxEarly).With("agreement.until")
	}
	return a.due(func(z calendar.Zone, d calendar.Date) (bool, bool) {
		late := !a.makeAt(z, d).After(now)
		return late || !d.After(until), !late
	}), nil
}

// due lists the days of all places for as long as they are wanted.
func (a *Agreement) due(want func(calendar.Zone, calendar.Date) (yes, early bool)) []*GenerateOrder {
	var out []*GenerateOrder
	for i := range a.Places {
		p := &a.Places[i]
		zone, err := calendar.LoadZone("zone", p.Zone)
		if err != nil {
			continue
		}
		for d := p.Next; !d.IsZero(); d = a.after(d.AddDays(1)) {
			yes, early := want(zone, d)
			if !yes {
				break
			}
			out = append(out, &GenerateOrder{Agreement: a.ID, Place: p.ID(), On: d, Early: early})
		}
	}
	return out
}

// occurrenceKeys keeps an order from being made twice for the same day and place.
func (w *WorkOrder) occurrenceKeys() []store.Key {
	if w.Occurrence.IsZero() {
		return nil
	}
	return []store.Key{store.K(w.Agreement, w.Occurrence.String(), w.Site, w.Asset)}
}

// clockStart is when the SLA clock of an order begins: when it was opened, or, where it was made
// ahead, when it is planned for.
func (w *WorkOrder) clockStart() time.Time {
	if w.PlannedFor.After(w.OpenedAt) {
		return w.PlannedFor
	}
	return w.OpenedAt
}

// underAgreement checks the agreement of an order.
func (w *WorkOrder) underAgreement(r store.Reader) error {
	if w.Agreement == "" {
		return nil
	}
	a, err := Agreements.Get(r, w.Agreement)
	if err != nil {
		return err
	}
	if a.Customer != w.Customer {
		return fault.Invalidf("agreement", "%s is not one of the customer's", a.Name).With("agreement.customer").
			Hint("callout agreement list")
	}
	if !slices.ContainsFunc(a.Places, func(p Place) bool { return p.Site == w.Site && (p.Asset == "" || p.Asset == w.Asset) }) {
		return fault.Invalidf("agreement", "%s is not about the place of the order", a.Name).With("agreement.place").
			Hint("callout agreement show %q", a.Name)
	}
	return nil
}

// PutUnderAgreement lets an order draw on what an agreement includes, or no longer.
type PutUnderAgreement struct {
	Order     store.ID `json:"order"`
	Agreement store.ID `json:"agreement,omitempty"` // "" takes it off
}

// Name implements store.Command.
func (c *PutUnderAgreement) Name() string { return "work_order.agreement.v1" }

// Undoable implements store.Undoable.
func (c *PutUnderAgreement) Undoable() {}

// Do implements store.Command.
func (c *PutUnderAgreement) Do(tx *store.Tx) error {
	w, err := WorkOrders.Get(tx, c.Order)
	if err != nil {
		return err
	}
	switch {
	case w.Status == Closed:
		return fault.Refusedf("%s is closed: nothing on it changes any more", w.Number).With("work_order.closed")
	case !w.Occurrence.IsZero():
		return fault.Refusedf("%s was made by its agreement and stays under it", w.Number).With("agreement.made").
			Hint("callout agreement show %s", w.Agreement)
	}
	w.Agreement = c.Agreement
	if err := w.underAgreement(tx); err != nil {
		return err
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.agreement", w.ID, map[string]any{"agreement": w.Agreement})
	return WorkOrders.Put(tx, w)
}
