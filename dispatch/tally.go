package dispatch

import "callout/store"

// Tally counts the visits of an order, or of a number of orders, by what they say about it.
type Tally struct {
	Planned  int `json:"planned"`   // with a time that is still to come
	UnderWay int `json:"under_way"` // on the way, at work or on a break
	Done     int `json:"done"`      // ended, however they ended
	// Unplanned is how many orders have work for which no visit is planned although visits
	// were: what was left over, or called off.
	Unplanned int `json:"unplanned"`
}

// Add adds the visits of another order.
func (t *Tally) Add(o Tally) {
	t.Planned += o.Planned
	t.UnderWay += o.UnderWay
	t.Done += o.Done
	t.Unplanned += o.Unplanned
}

// TallyOf counts an order's visits. Those that were called off do not count.
func TallyOf(r store.Reader, order store.ID) (Tally, error) {
	rows, err := OfOrder(r, order)
	if err != nil || len(rows) == 0 {
		return Tally{}, err
	}
	var t Tally
	for _, v := range rows {
		switch {
		case v.Status.UnderWay():
			t.UnderWay++
		case v.Status == Scheduled || v.Status == Dispatched:
			t.Planned++
		case !v.Status.Open() && v.Status != Canceled:
			t.Done++
		}
	}
	if RollUpOf(rows).Unplanned {
		t.Unplanned = 1
	}
	return t, nil
}
