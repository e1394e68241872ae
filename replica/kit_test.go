package replica_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"callout/replica"
	"callout/store"
	"callout/store/bolt"
	"callout/store/memory"
	"callout/store/storetest"
)

// engines are those on which a device and an authority are tried.
var engines = map[string]func(testing.TB) store.Engine{
	"memory": func(testing.TB) store.Engine { return memory.New() },
	"bolt": func(tb testing.TB) store.Engine {
		e, err := bolt.Open(tb.TempDir()+"/shop.db", bolt.Options{Create: true})
		if err != nil {
			tb.Fatal(err)
		}
		return e
	},
}

// place is an authority or a device, with the clock that it goes by.
type place struct {
	*store.Store
	tb    testing.TB
	keys  *storetest.Keys
	now   time.Time
	code  string
	actor store.Actor
}

func newPlace(tb testing.TB, e store.Engine, keys *storetest.Keys, refusals bool) *place {
	p := &place{tb: tb, keys: keys, now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC), actor: store.Actor{Name: "anna", How: store.Token}}
	s, err := store.Open(e, storetest.Business(), store.Options{Keys: keys, Now: func() time.Time { return p.now }, Refusals: refusals})
	if err != nil {
		tb.Fatal(err)
	}
	p.Store = s
	return p
}

func authority(tb testing.TB, e store.Engine) *place {
	p := newPlace(tb, e, storetest.NewKeys(), true)
	if err := p.Init(tb.Context(), storetest.Tenant, p.actor); err != nil {
		tb.Fatal(err)
	}
	return p
}

func device(tb testing.TB, e store.Engine, code, who string) *place {
	p := newPlace(tb, e, storetest.OtherKeys(), false)
	p.code, p.actor.Name = code, who
	if err := p.Link(tb.Context(), store.Link{Tenant: storetest.Tenant.String(), Device: code}); err != nil {
		tb.Fatal(err)
	}
	return p
}

// wire takes requests straight to an authority.
type wire struct {
	to  *place
	who string
}

func (w wire) Sync(ctx context.Context, q replica.Request) (*replica.Response, error) {
	return replica.Answer(ctx, w.to.Store, replica.Who{Actor: store.Actor{Name: w.who, How: store.Token}}, q)
}

func (p *place) do(cmd store.Command) store.Receipt {
	p.tb.Helper()
	id, err := store.NewCommandID()
	if err != nil {
		p.tb.Fatal(err)
	}
	rec, err := p.One(p.tb.Context(), store.Intent{ID: id, Cmd: cmd, Actor: p.actor, Device: p.code})
	if err != nil {
		p.tb.Fatalf("%s: %v", cmd.Name(), err)
	}
	return rec
}

func (p *place) sync(to *place) *replica.Report {
	p.tb.Helper()
	rep, err := replica.Sync(p.tb.Context(), p.Store, wire{to, p.actor.Name}, replica.Options{})
	if err != nil {
		p.tb.Fatalf("sync of %s: %v", p.code, err)
	}
	return rep
}

func (p *place) text() string {
	p.tb.Helper()
	var b bytes.Buffer
	p.read(func(r store.Reader) error { return p.Dump(r, &b) })
	return b.String()
}

func (p *place) read(fn func(r store.Reader) error) {
	p.tb.Helper()
	if err := p.View(p.tb.Context(), fn); err != nil {
		p.tb.Fatal(err)
	}
}

func (p *place) sound() {
	p.tb.Helper()
	rep, err := p.Verify(p.tb.Context(), store.VerifyOptions{})
	if err != nil {
		p.tb.Fatal(err)
	}
	if !rep.OK() {
		p.tb.Fatalf("verify of %s: %v", p.code, rep.Findings)
	}
}

func (p *place) same(as *place) {
	p.tb.Helper()
	p.sound()
	if mine, theirs := p.text(), as.text(); mine != theirs {
		p.tb.Fatalf("%s differs from the authority:\n%s\n---\n%s", p.code, mine, theirs)
	}
}

func (p *place) ticket(id store.ID) (t *storetest.Ticket) {
	p.tb.Helper()
	p.read(func(r store.Reader) (err error) {
		t, err = storetest.Tickets.Get(r, id)
		return err
	})
	return t
}

func (p *place) resolves(number string) (id store.ID) {
	p.tb.Helper()
	p.read(func(r store.Reader) (err error) {
		id, err = store.Resolve(r, number)
		return err
	})
	return id
}

// Standing and Return make a wire one on which an authority gets back what it has lost.
func (w wire) Standing(ctx context.Context) (at replica.Standing, err error) {
	err = w.to.View(ctx, func(r store.Reader) error {
		at.Size, err = store.Size(r)
		return err
	})
	return at, err
}

func (w wire) Return(ctx context.Context, q replica.Return) error {
	if err := w.to.BeginRecovery(ctx); err != nil {
		return err
	}
	return w.to.Readmit(ctx, q.Page())
}
