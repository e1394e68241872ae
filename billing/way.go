package billing

import (
	"callout/internal/fault"
	"callout/store"
)

// way is how the price of an order is agreed, where it is not what was worked.
type way string

// The ways. An order has one of them, so that nothing is paid for under two headings.
const (
	wayMilestones way = "milestones with amounts or shares"
	wayProgress   way = "a schedule of values"
	wayUnits      way = "unit prices"
)

// oneWay refuses a second way of agreeing an order's price beside the one it has.
func oneWay(r store.Reader, order store.ID, want way) error {
	has, err := wayOf(r, order)
	if err != nil || has == "" || has == want {
		return err
	}
	return fault.Refusedf("the price of this order is agreed by %s, and cannot be agreed by %s as well", has, want).
		With("terms.two-ways").Hint("callout wo create …   (what is priced otherwise is an order of its own, with --parent)")
}

// wayOf returns how the price of an order is agreed; "" is by what was worked.
func wayOf(r store.Reader, order store.ID) (way, error) {
	key := store.K(order)
	for m, err := range Milestones.By(r, "order", key) {
		if err != nil {
			return "", err
		}
		if m.Basis() != ByActuals && m.Status != MilestoneCanceled {
			return wayMilestones, nil
		}
	}
	for _, err := range ScheduleRows.IDs(r, "order", key) {
		return wayProgress, err
	}
	for _, err := range Positions.IDs(r, "order", key) {
		return wayUnits, err
	}
	return "", nil
}
