package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// callback opens an order that goes back to another one's work, and begins work on it.
func (k *shop) callback(of store.ID, cause work.Cause) store.ID {
	k.tb.Helper()
	id := k.must(&work.CreateWorkOrder{
		Customer: k.customer, Site: k.site, Title: "Again", CallbackOf: of, Cause: cause,
	}).Subject
	k.must(&work.StartWorkOrder{ID: id})
	return id
}

func (k *shop) job(order store.ID) (j *Job) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		j, err = JobOf(r, order, k.clock.Now())
		return err
	})
	return j
}

// TestCallbacksAreChargedToTheOriginal: what going back to a job cost counts there, over any
// number of steps and only once, with what was paid for it.
func TestCallbacksAreChargedToTheOriginal(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "2", "100") // costs 10 each
	first := k.callback(o, work.CauseWarranty)
	k.item(first, "1", "0")
	second := k.callback(first, work.CauseRework)
	k.item(second, "3", "5")
	other := k.order()
	k.item(other, "1", "50")

	j := k.job(o)
	if j.ChargedTo != "" || len(j.Callbacks) != 2 {
		t.Fatalf("%+v", j)
	}
	wantAmount(t, "its own revenue", j.Own.Revenue(), "200")
	wantAmount(t, "the job's revenue", j.Total.Revenue(), "215")
	wantAmount(t, "the job's cost", j.Total.Cost.KnownPart(), "60")
	margin, known := j.Total.Margin()
	left, ok := margin.Amount()
	if !known || !ok {
		t.Fatal("the margin is not known")
	}
	wantAmount(t, "what the job left over", left, "155")
	for id, cause := range storetest.InOrder(map[store.ID]work.Cause{first: work.CauseWarranty, second: work.CauseRework}) {
		if got := k.job(id); got.ChargedTo != o {
			t.Errorf("the %s is charged to %s", cause, got.ChargedTo)
		}
	}
	if j := k.job(other); len(j.Callbacks) != 0 || j.ChargedTo != "" {
		t.Errorf("another job: %+v", j)
	}
	// A cost that is not known anywhere makes the job's unknown, never less.
	k.mustAs(as{name: "store", cmd: &AddItem{Order: second, Kind: ExpenseItem, Text: "Taxi", Qty: qty("1"), Price: pricep("30")}})
	if _, known := k.job(o).Total.Margin(); known {
		t.Error("a margin was made up")
	}
}
