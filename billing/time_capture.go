package billing

import (
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// AddTime records time that has passed.
type AddTime struct {
	Order      store.ID  `json:"order"`
	Task       store.ID  `json:"task,omitempty"`
	Technician store.ID  `json:"technician"`
	Kind       TimeKind  `json:"kind,omitempty"` // labour when empty
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	Note       string    `json:"note,omitempty"`
}

// Name implements store.Command.
func (c *AddTime) Name() string { return "time.add.v1" }

// Undoable implements store.Undoable.
func (c *AddTime) Undoable() {}

// Do implements store.Command.
func (c *AddTime) Do(tx *store.Tx) error {
	if c.From.IsZero() || c.To.IsZero() {
		return fault.Invalidf("to", "a time entry needs a beginning and an end").With("time.incomplete").
			Hint("callout time start, for time that begins now")
	}
	_, err := capture(tx, c.Order, c.Task, c.Technician, c.Kind, c.From, c.To, c.Note)
	return err
}

// StartTime begins an entry at the moment at which the command happened.
type StartTime struct {
	Order      store.ID `json:"order"`
	Task       store.ID `json:"task,omitempty"`
	Technician store.ID `json:"technician"`
	Kind       TimeKind `json:"kind,omitempty"`
	Note       string   `json:"note,omitempty"`
}

// Name implements store.Command.
func (c *StartTime) Name() string { return "time.start.v1" }

// Undoable implements store.Undoable.
func (c *StartTime) Undoable() {}

// Do implements store.Command.
func (c *StartTime) Do(tx *store.Tx) error {
	_, err := capture(tx, c.Order, c.Task, c.Technician, c.Kind, tx.Env.OccurredAt, time.Time{}, c.Note)
	return err
}

// StopTime ends a running entry at the moment at which the command happened.
type StopTime struct {
	Entry store.ID `json:"entry"`
}

// Name implements store.Command.
func (c *StopTime) Name() string { return "time.stop.v1" }

// Undoable implements store.Undoable.
func (c *StopTime) Undoable() {}

// Do implements store.Command.
func (c *StopTime) Do(tx *store.Tx) error {
	e, err := TimeEntries.Get(tx, c.Entry)
	if err != nil {
		return err
	}
	tx.Returns(e.ID, "")
	if !e.To.IsZero() {
		z, err := calendar.LoadZone("zone", e.Zone)
		if err != nil {
			return err
		}
		return fault.Refusedf("the time entry was stopped at %s", reading(e.To, z)).With("time.stopped").
			Hint(`callout time edit %s --to … --reason "…"`, e.ID)
	}
	e.To = tx.Env.OccurredAt
	return settle(tx, e)
}

// EditTime corrects an entry that nobody has been asked to approve, or that was rejected. A nil
// field stays as it is. What the entry said before is kept.
type EditTime struct {
	Entry      store.ID   `json:"entry"`
	Order      *store.ID  `json:"order,omitempty"`
	Task       *store.ID  `json:"task,omitempty"` // "" takes it off
	Technician *store.ID  `json:"technician,omitempty"`
	Kind       *TimeKind  `json:"kind,omitempty"`
	From       *time.Time `json:"from,omitempty"`
	To         *time.Time `json:"to,omitempty"`
	Note       *string    `json:"note,omitempty"`
}

// Name implements store.Command.
func (c *EditTime) Name() string { return "time.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditTime) Undoable() {}

// Do implements store.Command.
func (c *EditTime) Do(tx *store.Tx) error {
	e, err := TimeEntries.Get(tx, c.Entry)
	if err != nil {
		return err
	}
	tx.Returns(e.ID, "")
	if err := e.move("edit"); err != nil {
		return err
	}
	why, err := reason(tx.Env.Reason, "correcting recorded time needs a reason")
	if err != nil {
		return err
	}
	e.Before = append(e.Before, TimeEdit{e.Content(), tx.Env.Actor.ID, tx.Env.RecordedAt, why})
	if c.Order != nil && *c.Order != e.Order {
		e.Order, e.Task, e.Visit = *c.Order, "", ""
	}
	set(&e.Task, c.Task)
	set(&e.Technician, c.Technician)
	set(&e.Kind, c.Kind)
	set(&e.From, c.From)
	set(&e.To, c.To)
	set(&e.Note, c.Note)
	e.EditedBy, e.Draft = tx.Env.Actor.ID, ""
	return settle(tx, e)
}

func set[T any](old, edited *T) {
	if edited != nil {
		*old = *edited
	}
}

// capture makes a new entry.
func capture(tx *store.Tx, order, task, tech store.ID, kind TimeKind, from, to time.Time, note string) (*TimeEntry, error) {
	if kind == "" {
		kind = Labour
	}
	o, err := openOrder(tx, order)
	if err != nil {
		return nil, err
	}
	e := &TimeEntry{
		Order: order, Task: task, Technician: tech, Kind: kind, From: from, To: to, Note: note,
		Status: TimeNew, EnteredBy: tx.Env.Actor.ID, Revision: o.Amending(),
	}
	e.ID = TimeEntries.NewID(tx, "")
	tx.Returns(e.ID, "")
	return e, settle(tx, e)
}

// settle completes what follows from an entry's facts, checks them and writes it.
func settle(tx *store.Tx, e *TimeEntry) error {
	if e.Kind != Labour && e.Kind != Travel {
		return fault.Invalidf("kind", "%q is no kind of time; there are labour and travel", e.Kind).With("time.kind")
	}
	order, err := openOrder(tx, e.Order)
	if err != nil {
		return err
	}
	if err := taskOf(tx, e.Order, e.Task); err != nil {
		return err
	}
	tech, err := dispatch.Technicians.Get(tx, e.Technician)
	if err != nil {
		return err
	}
	if e.Person = tech.Person; e.Person == "" {
		e.Person = tech.ID
	}
	if e.Note, err = line("note", e.Note); err != nil {
		return err
	}
	if err := e.place(tx, order.Zone); err != nil {
		return err
	}
	e.Cost.Rate = tech.RateAt(e.From)
	if err := refuseOverlap(tx, e); err != nil {
		return err
	}
	return TimeEntries.Put(tx, e)
}

// place checks the entry's instants and reads its offset off the site's zone. Raw time is kept to the second.
func (e *TimeEntry) place(tx *store.Tx, zone string) error {
	z, err := calendar.LoadZone("zone", zone)
	if err != nil {
		return err
	}
	e.From, e.To = e.From.UTC().Truncate(time.Second), e.To.UTC().Truncate(time.Second)
	e.Zone = zone
	_, seconds := e.From.In(z.Location()).Zone()
	e.Offset = seconds / 60
	now := tx.Env.RecordedAt
	switch {
	case e.From.After(now):
		return fault.Invalidf("from", "%s is in the future", reading(e.From, z)).With("time.future")
	case e.To.IsZero():
		return nil
	case e.To.After(now):
		return fault.Invalidf("to", "%s is in the future", reading(e.To, z)).With("time.future")
	case !e.To.After(e.From):
		return fault.Invalidf("to", "the end, %s, is not after the beginning, %s", reading(e.To, z), reading(e.From, z)).With("time.order")
	case e.To.Sub(e.From) > MaxTime:
		return fault.Invalidf("to", "%s is longer than one entry may be (%s): somebody forgot to stop",
			calendar.FormatDuration(e.To.Sub(e.From)), calendar.FormatDuration(MaxTime)).With("time.long").
			Hint("--to …   (its true end; or make two entries of it)")
	}
	return nil
}

// reading is an instant as a clock in a zone shows it, for messages.
func reading(t time.Time, z calendar.Zone) string {
	return t.In(z.Location()).Format("2006-01-02 15:04 MST")
}

// refuseOverlap refuses an entry that shares time with another one of the same person, on
// whatever order. Drafts of the same order that nobody has touched give way: the person knows better.
func refuseOverlap(tx *store.Tx, e *TimeEntry) error {
	rows, err := overlapping(tx, e)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Draft && e.Draft == "" && row.Order == e.Order && row.Status == TimeNew {
			if err := TimeEntries.Delete(tx, row.ID); err != nil {
				return err
			}
			continue
		}
		who, err := party.NameOf(tx, e.Person)
		if err != nil {
			return err
		}
		z, err := calendar.LoadZone("zone", row.Zone)
		if err != nil {
			return err
		}
		until := "now"
		if !row.To.IsZero() {
			until = reading(row.To, z)
		}
		f := fault.Refusedf("%s already has %s time from %s to %s, which overlaps", who, row.Kind, reading(row.From, z), until).With("time.overlap").Hint("callout time show %s", row.ID)
		if row.To.IsZero() {
			f.Hint("callout time stop %s", row.ID)
		}
		return f
	}
	return nil
}

// overlapping lists the counting entries of the same person that share time with e.
// Entries are no longer than MaxTime, so only so far back can one begin; the one that
// still runs may have begun at any time.
func overlapping(r store.Reader, e *TimeEntry) ([]TimeRow, error) {
	var out []TimeRow
	hit := func(row TimeRow) {
		if row.ID != e.ID && (row.To.IsZero() || row.To.After(e.From)) && (e.To.IsZero() || row.From.Before(e.To)) {
			out = append(out, row)
		}
	}
	rng := store.Prefix(store.K(e.Person))
	rng.Lo = store.K(e.Person, e.From.Add(-MaxTime))
	if !e.To.IsZero() {
		rng.Hi = store.K(e.Person, e.To)
	}
	for row, err := range TimeEntries.Rows(r, "person", rng) {
		if err != nil {
			return nil, err
		}
		if !row.To.IsZero() {
			hit(row)
		}
	}
	for row, err := range TimeEntries.Rows(r, "running", store.Prefix(store.K(e.Person))) {
		if err != nil {
			return nil, err
		}
		hit(row)
	}
	return out, nil
}

// openOrder returns an order that time and items may still be recorded on: late ones also
// on a completed order, none on one that is closed or canceled.
func openOrder(r store.Reader, id store.ID) (*work.WorkOrder, error) {
	order, err := work.WorkOrders.Get(r, id)
	if err != nil {
		return nil, err
	}
	switch order.Status {
	case work.Closed:
		return nil, fault.Refusedf("%s is closed: nothing can be recorded on it any more", order.Number).
			With("work_order.closed").Hint("callout wo create …   (new work is a new order)")
	case work.Canceled:
		return nil, fault.Refusedf("%s is canceled: nothing can be recorded on it", order.Number).
			With("work_order.canceled").Hint(`callout wo reopen %s --reason "…"`, order.Number)
	}
	return order, nil
}

// taskOf checks that a task, where one is named, is the order's.
func taskOf(r store.Reader, order, task store.ID) error {
	if task == "" {
		return nil
	}
	var of store.ID
	var title string
	err := work.Tasks.Peek(r, task, func(t *work.Task) { of, title = t.Order, t.Title })
	if err == nil && of != order {
		err = fault.Invalidf("task", "%q is a task of another work order", title).With("task.order")
	}
	return err
}
