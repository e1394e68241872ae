package shop

import (
	"slices"
	"time"

	"callout/billing"
	"callout/store"
	"callout/work"
)

// Why tells everything that stands between an order and its start, its completion and its bill.
type Why struct {
	Order  store.ID    `json:"order"`
	Number string      `json:"number"`
	Title  string      `json:"title"`
	Status work.Status `json:"status"`
	// Start is empty once work has begun.
	Start []work.Blocker `json:"start"`
	// Finish is empty once the order is completed.
	Finish []work.Blocker `json:"finish"`
	// Bill is what the gate still asks for before an invoice can be released, but for the
	// approval of a document that does not exist yet; warnings are in Warn.
	Bill []billing.Requirement `json:"bill"`
	Warn []billing.Requirement `json:"warn"`
}

// WhyNot asks every room what it still misses for an order, as things stand at an instant.
func WhyNot(r store.Reader, order store.ID, now time.Time) (*Why, error) {
	w, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return nil, err
	}
	y := &Why{Order: w.ID, Number: w.Number, Title: w.Title, Status: w.Status}
	if !w.Begun() {
		if y.Start, err = work.StartBlockers(r, w, now); err != nil {
			return nil, err
		}
	}
	if w.CompletedAt.IsZero() {
		if y.Finish, err = work.FinishBlockers(r, w); err != nil {
			return nil, err
		}
	}
	gate, err := billing.OrderGate(r, order, now)
	if err != nil {
		return nil, err
	}
	y.Bill = slices.DeleteFunc(gate.Blocking(billing.ToRelease), func(q billing.Requirement) bool {
		return q.Code == billing.ReqApproved
	})
	y.Warn = gate.Warnings()
	return y, nil
}

// Ready reports whether nothing at all stands in the way.
func (y *Why) Ready() bool { return len(y.Start)+len(y.Finish)+len(y.Bill) == 0 }
