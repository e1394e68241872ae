package report

import (
	"cmp"
	"slices"
	"time"

	"callout/billing"
	"callout/store"
	"callout/work"
)

// WIPLine is an order with work that is not billed.
type WIPLine struct {
	Order *work.WorkOrder
	*billing.Rollup
	// Days are full days since work began, or since the order was opened where it has not.
	Days int
}

// WIP lists the orders with work that is on no released document, by number. Orders that were called off are
// among them where something is left to bill.
func WIP(r store.Reader, now time.Time) ([]WIPLine, error) {
	var out []WIPLine
	for w, err := range work.WorkOrders.All(r) {
		if err != nil {
			return nil, err
		}
		p, err := billing.RollupOf(r, w.ID, now)
		if err != nil {
			return nil, err
		}
		if p.Unbilled.IsZero() && p.OnInvoice.IsZero() && p.Unapproved+p.Unpriced == 0 {
			continue
		}
		since := w.OpenedAt
		if w.Begun() {
			since = w.StartedAt
		}
		const day = 24 * time.Hour
		out = append(out, WIPLine{Order: w, Rollup: p, Days: max(0, int(now.Sub(since)/day))})
	}
	slices.SortFunc(out, func(a, b WIPLine) int { return byNumber(a.Order, b.Order) })
	return out, nil
}

// UnbilledLine is an approved charge that is on no document.
type UnbilledLine struct {
	Order *work.WorkOrder
	billing.OpenWork
}

// Unbilled lists the approved charges that are on no document, by order; those of one customer if one is given.
func Unbilled(r store.Reader, customer store.ID, now time.Time) ([]UnbilledLine, error) {
	var out []UnbilledLine
	for w, err := range work.WorkOrders.All(r) {
		if err != nil {
			return nil, err
		}
		if customer != "" && w.Customer != customer {
			continue
		}
		open, err := billing.OpenWorkOf(r, w.ID, now)
		if err != nil {
			return nil, err
		}
		for _, o := range open {
			out = append(out, UnbilledLine{w, o})
		}
	}
	slices.SortStableFunc(out, func(a, b UnbilledLine) int { return byNumber(a.Order, b.Order) })
	return out, nil
}

// byNumber puts WO-999 before WO-1000.
func byNumber(a, b *work.WorkOrder) int {
	return cmp.Or(cmp.Compare(len(a.Number), len(b.Number)), cmp.Compare(a.Number, b.Number))
}
