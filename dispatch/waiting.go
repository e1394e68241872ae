package dispatch

import (
	"callout/store"
	"callout/work"
)

// WaitsForVisit reports whether an order waits for somebody to plan a visit of it: nobody has begun with it, and it has
// no parts. Where it has, they carry the visits; parts that were called off carry nothing.
func WaitsForVisit(r store.Reader, w work.WorkOrderRow) (bool, error) {
	if w.Status != work.New {
		return false, nil
	}
	for part, err := range work.WorkOrders.Rows(r, "parent", store.Prefix(store.K(w.ID))) {
		if err != nil || part.Status != work.Canceled {
			return false, err
		}
	}
	return true, nil
}
