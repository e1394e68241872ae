package billing_test

import (
	"slices"
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/store/storetest"

	"pgregory.net/rapid"
)

// TestWhatCannotBeReadIsTold plays orders in every way of billing. Before each command is done, every read that it makes
// has failed once, and it has said so.
func TestWhatCannotBeReadIsTold(t *testing.T) {
	shops := 0
	rapid.Check(t, func(rt *rapid.T) {
		if shops++; shops > 1 {
			return
		}
		d := drawDocShop(t, rt, func(*docShop, store.ID) {})
		d.brittle = true
		for _, way := range ways() {
			o := d.drawOrder(way)
			d.bill(o)
			d.more(o)
			d.bill(o)
		}
		for _, id := range d.originals() {
			d.creditSome(get(d.shop, Invoices, id))
		}
		d.creditAll()
	})
}

// TestWhatCannotBeReadOfAnExceptionIsTold: also while something is let go, and let go anew in the place of what is
// asked for already.
func TestWhatCannotBeReadOfAnExceptionIsTold(t *testing.T) {
	for name, let := range letGo {
		t.Run(name, func(t *testing.T) {
			k := twoExcept(t)
			o := k.order()
			k.brittle = true
			let(k, o, "mia")
			let(k, o, "carl")
		})
	}
}

// TestQuestionsTellWhatCannotBeRead: whoever asks what an order or a customer comes to hears that it cannot be read, and no
// answer from half of it.
func TestQuestionsTellWhatCannotBeRead(t *testing.T) {
	asked := 0
	rapid.Check(t, func(rt *rapid.T) {
		if asked > 0 {
			return
		}
		w := &witness{t: t}
		w.drawn(rt, 0)
		k := w.k
		k.witness = nil
		list := k.books()
		slices.Sort(w.orders)
		for _, o := range slices.Compact(w.orders) {
			list = append(list, k.questions(o)...)
		}
		for _, q := range list {
			asked++
			k.engine.Each(t, q.about, func() error {
				return k.View(t.Context(), func(r store.Reader) error {
					v, err := q.ask(r)
					if found, audit := v.([]string); audit && err == nil && len(found) > 0 {
						return storetest.ErrRead // an audit finds that something is not as it should be
					}
					return err
				})
			})
		}
	})
}
