package work

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// Prerequisite says that an order waits for another one.
type Prerequisite struct {
	Order store.ID `json:"order"`
	Kind  Link     `json:"kind"`
	Lag   int      `json:"lag_minutes,omitempty"` // at least so long after
}

// Link says what must have happened to the prerequisite before the order may start.
type Link string

// The links.
const (
	FinishToStart Link = "finish-to-start" // it is completed, and was done
	StartToStart  Link = "start-to-start"  // work on it has begun
)

// maxLagMinutes is a year; a longer lag is a typing mistake.
const maxLagMinutes = 366 * 24 * 60

// waitFor adds a prerequisite, or replaces the one on the same order.
func (w *WorkOrder) waitFor(r store.Reader, p Prerequisite) error {
	if p.Kind == "" {
		p.Kind = FinishToStart
	}
	if p.Kind != FinishToStart && p.Kind != StartToStart {
		return fault.Invalidf("kind", "%q is no link; there are finish-to-start and start-to-start", p.Kind).With("link.kind")
	}
	if p.Lag < 0 || p.Lag > maxLagMinutes {
		return fault.Invalidf("lag", "a lag of %d minutes is not between 0 and a year", p.Lag).With("link.lag")
	}
	other, err := WorkOrders.Get(r, p.Order)
	if err != nil {
		return err
	}
	if other.Status == Canceled {
		return fault.Refusedf("%s is canceled: nothing can wait for it", other.Number).With("link.canceled")
	}
	if w.Begun() {
		return fault.Refusedf("work on %s has begun: it can wait for nothing any more", w.Number).With("link.begun")
	}
	w.After = slices.DeleteFunc(w.After, func(q Prerequisite) bool { return q.Order == p.Order })
	w.After = append(w.After, p)
	return nil
}

// blocker says why a prerequisite is not met at an instant, or nil where it is.
//
// A prerequisite that was canceled or that could not be completed does not count as
// finished, nor is it passed over in silence: what the order was to build on does not
// exist. Somebody decides, by taking the link away or by opening the other order again.
func (p Prerequisite) blocker(r store.Reader, w *WorkOrder, at time.Time) (*Blocker, error) {
	o, err := WorkOrders.Get(r, p.Order)
	if err != nil {
		return nil, err
	}
	b := &Blocker{Refs: []store.ID{o.ID}, Fix: "callout wo unlink " + w.Number + " --after " + o.Number}
	since, word := o.CompletedAt, "completed"
	if p.Kind == StartToStart {
		since, word = o.StartedAt, "started"
		if since.IsZero() && o.Outcome == Done {
			since = o.CompletedAt // done without a recorded start: begun by then at the latest
		}
	}
	switch {
	case o.Status == Canceled:
		b.Code, b.Text = "prerequisite.canceled", o.Number+" ("+o.Title+"), which it waits for, was canceled: decide whether it can do without"
	case o.Outcome == CannotComplete && (p.Kind == FinishToStart || since.IsZero()):
		b.Code, b.Text = "prerequisite.failed", o.Number+" ("+o.Title+"), which it waits for, could not be completed: decide whether it can do without"
	case since.IsZero():
		b.Code, b.Text = "prerequisite.open", o.Number+" ("+o.Title+"), which it waits for, is "+string(o.Status)+" and not yet "+word
		b.Fix = "callout wo why " + o.Number
	case at.Before(since.Add(p.lag())):
		b.Code = "prerequisite.lag"
		b.Text = o.Number + " was " + word + " less than " + calendar.FormatDuration(p.lag()) + " before: wait until " +
			since.Add(p.lag()).Format(timeLayout)
		b.Fix = ""
	default:
		return nil, nil
	}
	return b, nil
}

func (p Prerequisite) lag() time.Duration { return time.Duration(p.Lag) * time.Minute }

// LinkWorkOrder makes an order wait for another one. A link between the two that is
// there already is replaced. What would make an order wait for itself is refused.
type LinkWorkOrder struct {
	ID    store.ID     `json:"id"`
	After Prerequisite `json:"after"`
}

// Name implements store.Command.
func (c *LinkWorkOrder) Name() string { return "work_order.link.v1" }

// Undoable implements store.Undoable.
func (c *LinkWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *LinkWorkOrder) Do(tx *store.Tx) error {
	w, err := openOrder(tx, c.ID, "it can wait for nothing any more")
	if err != nil {
		return err
	}
	if err := w.waitFor(tx, c.After); err != nil {
		return err
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.linked", w.ID, map[string]any{"after": c.After.Order, "kind": c.After.Kind})
	return WorkOrders.Put(tx, w)
}

// UnlinkWorkOrder takes a prerequisite away.
type UnlinkWorkOrder struct {
	ID    store.ID `json:"id"`
	After store.ID `json:"after"`
}

// Name implements store.Command.
func (c *UnlinkWorkOrder) Name() string { return "work_order.unlink.v1" }

// Undoable implements store.Undoable.
func (c *UnlinkWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *UnlinkWorkOrder) Do(tx *store.Tx) error {
	w, err := openOrder(tx, c.ID, "its links stay")
	if err != nil {
		return err
	}
	other, err := WorkOrders.Get(tx, c.After)
	if err != nil {
		return err
	}
	n := len(w.After)
	w.After = slices.DeleteFunc(w.After, func(q Prerequisite) bool { return q.Order == c.After })
	if len(w.After) == n {
		return fault.NotFoundf("%s does not wait for %s", w.Number, other.Number).With("link.unknown").
			Hint("callout wo chain %s", w.Number)
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.unlinked", w.ID, map[string]any{"after": c.After})
	return WorkOrders.Put(tx, w)
}
