package billing

import (
	"cmp"
	"slices"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// ShownBilling is the key of this room's part of what a sign-off shows: who was there when,
// and what was used. Prices are not part of it, and costs never are.
const ShownBilling = "billing"

type shownBilling struct {
	Time  []shownTime `json:"time,omitempty"`
	Items []shownItem `json:"items,omitempty"`
}

type shownTime struct {
	Entry store.ID `json:"entry"`
	TimeContent
}

type shownItem struct {
	Item store.ID `json:"item"`
	ItemContent
}

// shownOf gathers what an order's time and items are now. Rejected time and removed
// items are no part of the work.
func shownOf(r store.Reader, order store.ID) (*shownBilling, error) {
	out := &shownBilling{}
	for e, err := range TimeEntries.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		if e.Status != TimeRejected {
			out.Time = append(out.Time, shownTime{e.ID, e.Content()})
		}
	}
	for i, err := range LineItems.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		if i.Removed == nil {
			out.Items = append(out.Items, shownItem{i.ID, i.Content()})
		}
	}
	slices.SortFunc(out.Time, func(a, b shownTime) int { return cmp.Compare(a.Entry, b.Entry) })
	slices.SortFunc(out.Items, func(a, b shownItem) int { return cmp.Compare(a.Item, b.Item) })
	return out, nil
}

// showWork is the derivation that puts time and items before whoever signs.
func showWork(tx *store.Tx) error {
	changed, err := work.SignOffs.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.Before != nil || ch.After == nil {
			continue
		}
		content, err := shownOf(tx, ch.After.Order)
		if err != nil {
			return err
		}
		if err := ch.After.Show(ShownBilling, content); err != nil {
			return err
		}
		if err := ch.After.ShowChanges(tx, ShownBilling); err != nil {
			return err
		}
		if err := work.SignOffs.Put(tx, ch.After); err != nil {
			return err
		}
	}
	return nil
}

// supersedeBilled is the derivation by which time or items that are edited after a
// sign-off, or after one was asked for, need a new one. The old one stays and says so.
func supersedeBilled(tx *store.Tx) error {
	for _, id := range workedOrders(tx) {
		err := work.SupersedeChanged(tx, id, ShownBilling, "time or items were changed afterwards",
			func() (any, error) { return shownOf(tx, id) })
		if err != nil {
			return err
		}
	}
	return nil
}

// workedOrders lists the orders whose time or items a command touched.
func workedOrders(tx *store.Tx) []store.ID {
	var orders []store.ID
	touched(tx, TimeEntries, &orders, func(e *TimeEntry) store.ID { return e.Order })
	touched(tx, LineItems, &orders, func(i *LineItem) store.ID { return i.Order })
	return unique(orders)
}

// checkShown holds that a sign-off which counts shows time and items as they are. Edits
// supersede it before this runs; what is left is taking back something from before the
// signature.
func checkShown(tx *store.Tx) error {
	orders := workedOrders(tx)
	for _, id := range orders {
		s, err := work.CurrentSignOff(tx, id)
		if err != nil {
			return err
		}
		if s == nil {
			continue
		}
		content, err := shownOf(tx, id)
		if err != nil {
			return err
		}
		differs, err := s.Differs(ShownBilling, content)
		if err != nil {
			return err
		}
		if differs {
			return fault.Refusedf("%s has signed for the time and items as they are; they are changed by editing, which asks for a new signature, not by taking back", s.Name).
				With("signoff.stands").Hint("callout signoff show %s", s.Order)
		}
	}
	return nil
}
