package billing_test

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	. "callout/billing"
	"callout/store"

	"pgregory.net/rapid"
)

// brittle is an engine of which one read fails: the one that so many others go before.
type brittle struct {
	store.Engine
	spare  int // how many reads succeed before; less than nothing are all
	failed bool
	where  []byte // the read that failed
}

var errRead = errors.New("the disk cannot be read")

// after makes the read fail that comes after n others.
func (e *brittle) after(n int) { e.spare, e.failed = n, false }

// whole mends the engine.
func (e *brittle) whole() { e.after(-1) }

func (e *brittle) fails() bool {
	e.spare--
	if e.spare != -1 {
		return false
	}
	e.failed, e.where = true, debug.Stack()
	return true
}

func (e *brittle) View(ctx context.Context, fn func(store.Reader) error) error {
	return e.Engine.View(ctx, func(r store.Reader) error { return fn(brittleReader{r, e}) })
}

func (e *brittle) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	return e.Engine.Commit(ctx, func(r store.Reader) (store.Batch, error) { return decide(brittleReader{r, e}) })
}

type brittleReader struct {
	store.Reader
	e *brittle
}

func (r brittleReader) Get(space string, key []byte) ([]byte, error) {
	if r.e.fails() {
		return nil, errRead
	}
	return r.Reader.Get(space, key)
}

func (r brittleReader) Scan(space string, rg store.Range, yield func(key, value []byte) bool) error {
	if r.e.fails() {
		return errRead
	}
	return r.Reader.Scan(space, rg, yield)
}

// each tries something with one read after another failing, until there is none left that could, and mends the engine.
// Whatever was tried must have told of it: who takes what cannot be read for what is not there decides on half the
// truth. What is refused as a whole may be refused with another reason.
func (e *brittle) each(tb testing.TB, what string, try func() error) {
	tb.Helper()
	defer e.whole()
	var other string
	for n := 0; ; n += 1 + n/20 {
		e.after(n)
		err := try()
		if !e.failed {
			if err == nil && other != "" {
				tb.Fatalf("%s is refused when a %s", what, other)
			}
			return
		}
		if err == nil {
			tb.Fatalf("%s is done although read %d fails\n%s", what, n, e.where)
		}
		if !errors.Is(err, errRead) && other == "" {
			other = fmt.Sprintf("read fails, number %d, with: %v\n%s", n, err, e.where)
		}
	}
}

// rare counts how often commands of one name were tried on an engine that fails, and were done in the end.
type rare struct{ tried, done atomic.Int32 }

// rarely returns the count of a command that is one of the first of its name in a run of the tests, whatever test it is
// in, and else nil.
func rarely(tb testing.TB, cmd store.Command) *rare {
	if _, measured := tb.(*testing.B); measured {
		return nil
	}
	v, _ := seldom.LoadOrStore(cmd.Name(), &rare{})
	n := v.(*rare)
	if n.done.Load() == 2 || n.tried.Add(1) > 8 {
		return nil
	}
	return n
}

var seldom sync.Map

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
			k.engine.each(t, q.about, func() error {
				return k.View(t.Context(), func(r store.Reader) error {
					v, err := q.ask(r)
					if found, audit := v.([]string); audit && err == nil && len(found) > 0 {
						return errRead // an audit finds that something is not as it should be
					}
					return err
				})
			})
		}
	})
}
