package billing

import (
	"time"

	"callout/money"
	"callout/store"
	"callout/work"
)

// Job is what an order really came to: its own roll-up, and what going back to its work cost.
// Return visits, callbacks, warranty work and rework, and what goes back to those in turn, are
// charged to the job that they go back to. What a customer pays for one of them counts there
// too: a callback that earns its own keep costs the original nothing.
type Job struct {
	Order     store.ID   `json:"order"`
	Own       *Rollup    `json:"own"`
	Callbacks []Callback `json:"callbacks"`
	Total     *Rollup    `json:"total"`
	// ChargedTo is the job that this one is charged to, where it goes back to another one.
	ChargedTo store.ID `json:"charged_to,omitempty"`
}

// Callback is one order that is charged to a job.
type Callback struct {
	Order   store.ID     `json:"order"`
	Number  string       `json:"number"`
	Title   string       `json:"title"`
	Cause   work.Cause   `json:"cause"`
	Revenue money.Amount `json:"revenue"`
	Cost    money.Cost   `json:"cost"` // null is unknown
}

// JobOf reads what an order came to with everything that is charged to it. Now is the
// authority's time.
func JobOf(r store.Reader, order store.ID, now time.Time) (*Job, error) {
	o, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return nil, err
	}
	own, err := RollupOf(r, order, now)
	if err != nil {
		return nil, err
	}
	j := &Job{Order: order, Own: own, Callbacks: []Callback{}, Total: SumRollups(order, own)}
	if o.CallbackOf != "" {
		if j.ChargedTo, err = originalOf(r, o); err != nil {
			return nil, err
		}
	}
	todo := []store.ID{order}
	for len(todo) > 0 {
		rows, err := work.CallbacksOf(r, todo[0])
		if err != nil {
			return nil, err
		}
		todo = todo[1:]
		for _, row := range rows {
			p, err := RollupOf(r, row.ID, now)
			if err != nil {
				return nil, err
			}
			j.Callbacks = append(j.Callbacks, Callback{row.ID, row.Number, row.Title, row.Cause, p.Revenue(), p.Cost})
			j.Total.Add(p)
			todo = append(todo, row.ID)
		}
	}
	return j, nil
}

// originalOf follows a callback to the job that it is charged to in the end.
func originalOf(r store.Reader, o *work.WorkOrder) (store.ID, error) {
	for o.CallbackOf != "" {
		next, err := work.WorkOrders.Get(r, o.CallbackOf)
		if err != nil {
			return "", err
		}
		o = next
	}
	return o.ID, nil
}

// SumRollups adds up what orders come to, under the id of one. An agreed price stays only
// where there is but one order.
func SumRollups(order store.ID, parts ...*Rollup) *Rollup {
	sum := &Rollup{Order: order, Cost: money.SumCosts()}
	for _, p := range parts {
		sum.Add(p)
	}
	if len(parts) == 1 {
		sum.Agreed = parts[0].Agreed
	}
	return sum
}
