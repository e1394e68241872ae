package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"

	"callout/store"
)

// Brittle is an engine of which one read fails: the one that so many others go before.
type Brittle struct {
	store.Engine
	spare  int // how many reads succeed before; less than nothing are all
	failed bool
	where  []byte // the read that failed
}

// ErrRead is what a read of a brittle engine fails with.
var ErrRead = errors.New("the disk cannot be read")

// NewBrittle is an engine that is whole until something is tried on it.
func NewBrittle(e store.Engine) *Brittle { return &Brittle{Engine: e, spare: -1} }

// after makes the read fail that comes after n others; -1 mends the engine.
func (e *Brittle) after(n int) { e.spare, e.failed = n, false }

func (e *Brittle) fails() bool {
	e.spare--
	if e.spare != -1 {
		return false
	}
	e.failed, e.where = true, debug.Stack()
	return true
}

// View implements store.Engine.
func (e *Brittle) View(ctx context.Context, fn func(store.Reader) error) error {
	return e.Engine.View(ctx, func(r store.Reader) error { return fn(brittleReader{r, e}) })
}

// Commit implements store.Engine.
func (e *Brittle) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	return e.Engine.Commit(ctx, func(r store.Reader) (store.Batch, error) { return decide(brittleReader{r, e}) })
}

type brittleReader struct {
	store.Reader
	e *Brittle
}

func (r brittleReader) Get(space string, key []byte) ([]byte, error) {
	if r.e.fails() {
		return nil, ErrRead
	}
	return r.Reader.Get(space, key)
}

func (r brittleReader) Scan(space string, rg store.Range, yield func(key, value []byte) bool) error {
	if r.e.fails() {
		return ErrRead
	}
	return r.Reader.Scan(space, rg, yield)
}

// Each tries something with one read after another failing, until there is none left that could, and mends the engine.
// Whatever was tried must have told of it: who takes what cannot be read for what is not there decides on half the
// truth. What is refused as a whole may be refused with another reason.
func (e *Brittle) Each(tb testing.TB, what string, try func() error) {
	tb.Helper()
	defer e.after(-1)
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
		if !errors.Is(err, ErrRead) && other == "" {
			other = fmt.Sprintf("read fails, number %d, with: %v\n%s", n, err, e.where)
		}
	}
}

// First tries a command with one read after another failing if it is one of the first of its name in a run of the tests,
// whatever test it is in, or if all are to be tried, and is done then; else it is done as it is. Before each try rewind puts
// back what a failure must leave no trace of: the clock.
func (e *Brittle) First(tb testing.TB, cmd store.Command, all bool, rewind func(), do func() (store.Receipt, error)) (rec store.Receipt, err error) {
	tb.Helper()
	first := rarely(tb, cmd)
	if !all && first == nil {
		return do()
	}
	e.Each(tb, cmd.Name(), func() error {
		rewind()
		rec, err = do()
		return err
	})
	if first != nil && err == nil {
		first.done.Add(1)
	}
	return rec, err
}

// rare counts how often commands of one name were tried on an engine that fails, and were done in the end.
type rare struct{ tried, done atomic.Int32 }

// rarely returns the count of a command that is one of the first of its name, and else nil.
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
