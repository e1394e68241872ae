package work_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
	"callout/work"

	"github.com/google/uuid"
)

// bench is a small shop in memory for tests: a company in Vienna, one customer with a
// site and an asset, and a clock that moves only when told to.
type bench struct {
	t     tester
	store *store.Store
	now   time.Time
	actor string
	tb    *testing.T // of tests that draw nothing at random
	life  *storetest.Life
	count int // how many commands there were

	engine *storetest.Brittle

	customer, site, asset store.ID
}

var update = flag.Bool("update", false, "write anew what is kept of tests")

var diary = storetest.NewDiary(filepath.Join("testdata", "kept", "tests.txt"), update)

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// call runs any code in a transaction, as rooms above do in their commands.
type call struct{ do func(*store.Tx) error }

func (c *call) Name() string          { return "test.call.v1" }
func (c *call) Do(tx *store.Tx) error { return c.do(tx) }

// morning is a Monday, 09:00 in Vienna.
var morning = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func newBench(t tester) *bench {
	t.Helper()
	b := &bench{t: t, now: morning, actor: "Ana"}
	schema := store.Schema{
		App: "test", Prelude: party.Meet,
		Collections: append(append(party.Collections(), approval.Collections()...), work.Collections()...),
		Commands:    append(append(party.Commands(), approval.Commands()...), work.Commands()...),
		Derivations: work.Derivations(), Checks: work.Checks(), Audits: work.Audits(),
	}
	b.engine = storetest.NewBrittle(memory.New())
	s, err := store.Open(b.engine, schema, store.Options{
		Keys: storetest.NewKeys(), Now: func() time.Time { return b.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	b.store = s
	if tb, ok := t.(*testing.T); ok {
		b.tb, b.life = tb, diary.Follow(tb, s, nil)
	}
	tenant := storetest.Tenant
	if err := s.Init(context.Background(), tenant, store.Actor{Name: "Ana"}); err != nil {
		t.Fatal(err)
	}
	b.do(&party.InitCompany{Company: "Brix", Code: "EUR", Zone: "Europe/Vienna"})
	b.customer = b.do(&work.AddCustomer{Customer: "Mill"})
	b.site = b.do(&work.AddSite{Customer: b.customer, Site: "North hall"})
	b.asset = b.do(&work.AddAsset{Site: b.site, Asset: "Press 4"})
	return b
}

// as lets somebody else act from here on.
func (b *bench) as(name string) *bench {
	b.actor = name
	return b
}

// later moves the clock.
func (b *bench) later(d time.Duration) *bench {
	b.now = b.now.Add(d)
	return b
}

func (b *bench) run(cmd store.Command, reason string) (store.Receipt, error) {
	b.t.Helper()
	// A command of a server or a device arrives as JSON; so it does here.
	b.count++
	id := uuid.NewSHA1(storetest.Tenant, fmt.Append(nil, b.count))
	do := func() (store.Receipt, error) {
		return b.store.One(context.Background(), store.Intent{ID: id, Cmd: cmd, Actor: store.Actor{Name: b.actor, How: store.Asserted}, Reason: reason})
	}
	if b.tb == nil {
		return do()
	}
	rec, err := b.engine.First(b.tb, cmd, false, func() {}, do)
	b.life.Command(cmd, rec, err)
	return rec, err
}

// do runs a command that must succeed and returns what it is about.
func (b *bench) do(cmd store.Command, reason ...string) store.ID {
	b.t.Helper()
	rec, err := b.run(cmd, firstOf(reason))
	if err != nil {
		b.t.Fatalf("%s: %v", cmd.Name(), err)
	}
	return rec.Subject
}

// refused runs a command that must be refused with a code, and returns the error.
func (b *bench) refused(code string, cmd store.Command, reason ...string) *fault.Error {
	b.t.Helper()
	rec, err := b.run(cmd, firstOf(reason))
	if err == nil {
		b.t.Fatalf("%s was accepted; want %s", cmd.Name(), code)
	}
	if got := fault.CodeOf(err); got != code {
		b.t.Fatalf("%s: code %q (%v), want %q", cmd.Name(), got, err, code)
	}
	if len(rec.Changes) > 0 {
		b.t.Fatalf("%s was refused and changed %v", cmd.Name(), rec.Changes)
	}
	return err.(*fault.Error)
}

func firstOf(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

// view reads.
func (b *bench) view(fn func(r store.Reader) error) {
	b.t.Helper()
	if err := b.store.View(context.Background(), fn); err != nil {
		b.t.Fatal(err)
	}
}

// order makes a work order; the change function fills in what differs.
func (b *bench) order(title string, change ...func(*work.CreateWorkOrder)) store.ID {
	b.t.Helper()
	cmd := &work.CreateWorkOrder{Customer: b.customer, Site: b.site, Title: title}
	for _, f := range change {
		f(cmd)
	}
	return b.do(cmd)
}

func (b *bench) get(id store.ID) *work.WorkOrder {
	b.t.Helper()
	return read(b, work.WorkOrders, id)
}

func read[T, R any](b *bench, c *store.Collection[T, R], id store.ID) *T {
	b.t.Helper()
	var out *T
	b.view(func(r store.Reader) (err error) {
		out, err = c.Get(r, id)
		return err
	})
	return out
}

// of lists the records of a collection under an order.
func of[T, R any](b *bench, c *store.Collection[T, R], order store.ID) []*T {
	b.t.Helper()
	var out []*T
	b.view(func(r store.Reader) error {
		for rec, err := range c.By(r, "order", store.K(order)) {
			if err != nil {
				return err
			}
			out = append(out, rec)
		}
		return nil
	})
	return out
}

// task returns task n of an order.
func (b *bench) task(order store.ID, n int) *work.Task {
	b.t.Helper()
	return of(b, work.Tasks, order)[n-1]
}

// checklist returns a checklist of task n of an order.
func (b *bench) checklist(order store.ID, n int, name string) *work.ChecklistRun {
	b.t.Helper()
	var out *work.ChecklistRun
	b.view(func(r store.Reader) (err error) {
		out, err = work.FindChecklist(r, b.task(order, n).ID, name)
		return err
	})
	return out
}

// undo takes back the newest entry of a command.
func (b *bench) undo(name string) error {
	b.t.Helper()
	var seq uint64
	b.view(func(r store.Reader) error {
		size, err := store.Size(r)
		if err != nil {
			return err
		}
		for e, err := range store.Entries(r, size, true) {
			if err != nil {
				return err
			}
			if e.Leaf.Type == name {
				seq = e.Leaf.Seq
				return nil
			}
		}
		b.t.Fatalf("no entry of %s", name)
		return nil
	})
	_, err := b.run(&store.Undo{Entry: seq}, "")
	return err
}

// sound runs this room's audits over everything, and fails for what they find.
func (b *bench) sound() {
	b.t.Helper()
	b.view(func(r store.Reader) error {
		for _, a := range work.Audits() {
			err := a.Run(r, func(id store.ID, msg string) { b.t.Errorf("audit %q: %s: %s", a.Name, id, msg) })
			if err != nil {
				return err
			}
		}
		return nil
	})
}
