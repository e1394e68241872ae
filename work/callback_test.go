package work_test

import (
	"slices"
	"testing"

	"callout/store"
	"callout/work"
)

func TestCallbacksStandBelowTheOriginal(t *testing.T) {
	b := newBench(t)
	original := b.order("Boiler")
	back := func(of store.ID, cause work.Cause) func(*work.CreateWorkOrder) {
		return func(c *work.CreateWorkOrder) { c.CallbackOf, c.Cause = of, cause }
	}
	make := func(of store.ID, cause work.Cause) *work.CreateWorkOrder {
		c := &work.CreateWorkOrder{Customer: b.customer, Site: b.site, Title: "Again"}
		back(of, cause)(c)
		return c
	}
	b.refused("callback.early", make(original, work.CauseCallback))
	b.do(&work.StartWorkOrder{ID: original})
	b.refused("callback.cause", make(original, "whim"))
	b.refused("callback.original", make("", work.CauseRework))
	other := b.do(&work.AddCustomer{Customer: "Dairy"})
	site := b.do(&work.AddSite{Customer: other, Site: "Barn"})
	b.refused("callback.customer", &work.CreateWorkOrder{
		Customer: other, Site: site, Title: "Again", CallbackOf: original, Cause: work.CauseCallback,
	})

	part := b.order("Flue", func(c *work.CreateWorkOrder) { c.Parent = original })
	first := b.order("Leaks", back(original, work.CauseWarranty))
	b.do(&work.StartWorkOrder{ID: first})
	second := b.order("Leaks still", back(first, work.CauseRework))
	var chain *work.Chain
	b.view(func(r store.Reader) (err error) {
		chain, err = work.ChainOf(r, second, b.now)
		return err
	})
	var got []store.ID
	for _, n := range chain.Nodes {
		got = append(got, n.ID)
	}
	if want := []store.ID{original, part, first, second}; !slices.Equal(got, want) {
		t.Errorf("the chain is %v, want %v", got, want)
	}
	if n := chain.Nodes[3]; n.Depth != 2 || n.Under != first || n.Cause != work.CauseRework {
		t.Errorf("the last one is %+v", n)
	}
	if below := chain.Below(original); len(below) != 4 {
		t.Errorf("below the original stand %v", below)
	}
	b.view(func(r store.Reader) error {
		rows, err := work.CallbacksOf(r, original)
		if err == nil && (len(rows) != 1 || rows[0].ID != first) {
			t.Errorf("callbacks: %v", rows)
		}
		return err
	})

	b.do(&work.StartWorkOrder{ID: second})
	none, cause := store.ID(""), work.CauseCallback
	b.refused("chain.loop", &work.EditWorkOrder{ID: original, Parent: &second})
	b.refused("chain.loop", &work.EditWorkOrder{ID: original, CallbackOf: &second, Cause: &cause})
	b.refused("chain.loop", &work.EditWorkOrder{ID: first, CallbackOf: &first, Cause: &cause})
	b.do(&work.EditWorkOrder{ID: second, CallbackOf: &none})
	if w := b.get(second); w.CallbackOf != "" || w.Cause != "" {
		t.Errorf("no callback any more, and yet %+v", w.Cause)
	}
	b.do(&work.EditWorkOrder{ID: second, CallbackOf: &original, Cause: &cause})
	if err := b.undo("work_order.create.v1"); err == nil {
		t.Error("taken back although it was edited since")
	}
	b.sound()
}
