package approval_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"

	"github.com/google/uuid"
)

// Paper is a subject for approvals: a text that people write and put up for a decision.
type paper struct {
	store.Record
	Text   string   `json:"text"`
	Author store.ID `json:"author"`
	Editor store.ID `json:"editor"`
	Asked  int      `json:"asked"` // how often it was put up
}

var papers = store.Define(store.Def[paper, store.NoRow]{Name: "paper", Prefix: "pap", Title: "paper"})

const kind = "paper"

// mill is whom papers are for.
const mill store.ID = "cust_06h0kz801xydv834z1614e7bzg"

func (p *paper) content() map[string]string { return map[string]string{"text": p.Text} }

func (p *paper) hash() (string, error) { return approval.Hash(p.content()) }

// write makes a paper, or edits the one it names.
type write struct {
	Paper store.ID `json:"paper,omitempty"`
	Text  string   `json:"text"`
}

func (c *write) Name() string { return "paper.write.v1" }
func (c *write) Undoable()    {}

func (c *write) Do(tx *store.Tx) error {
	p := &paper{Author: tx.Env.Actor.ID}
	p.ID = papers.NewID(tx, "")
	if c.Paper != "" {
		var err error
		if p, err = papers.Get(tx, c.Paper); err != nil {
			return err
		}
		if p.Text == c.Text {
			return nil // who changes nothing is no editor
		}
	}
	p.Text, p.Editor = c.Text, tx.Env.Actor.ID
	h, err := p.hash()
	if err != nil {
		return err
	}
	if err := approval.EditedTo(tx, kind, p.ID, h, p.content(), "the text was edited"); err != nil {
		return err
	}
	tx.Returns(p.ID, "")
	return papers.Put(tx, p)
}

// submit asks for approval.
type submit struct {
	Paper store.ID `json:"paper"`
	// As and Amount are what rules go by; whatever has an amount is for one customer.
	As     string        `json:"as,omitempty"`
	Amount *money.Amount `json:"amount,omitempty"`
	// Kind is another kind of question than the usual one, Priceless one for the customer without an amount, and Unmade one
	// of which nobody is known to have made it.
	Kind      string `json:"kind,omitempty"`
	Priceless bool   `json:"priceless,omitempty"`
	Unmade    bool   `json:"unmade,omitempty"`
}

func (c *submit) Name() string { return "paper.submit.v1" }
func (c *submit) Undoable()    {}

func (c *submit) Do(tx *store.Tx) error {
	p, err := papers.Get(tx, c.Paper)
	if err != nil {
		return err
	}
	h, err := p.hash()
	if err != nil {
		return err
	}
	x := approval.Question{
		Kind: cmp.Or(c.Kind, kind), As: c.As, Subject: p.ID, Title: "the paper", Hash: h, Makers: []store.ID{p.Author, p.Editor},
		Amount: c.Amount, Content: p.content(),
	}
	if c.Amount != nil || c.Priceless {
		x.Customer = mill
	}
	if c.Unmade {
		x.Makers = nil
	}
	q, err := approval.AskFor(tx, x)
	if err != nil {
		return err
	}
	tx.Returns(q.ID, "")
	p.Asked++ // see AskFor
	return papers.Put(tx, p)
}

// decide approves or rejects what is pending.
type decide struct {
	Paper store.ID `json:"paper"`
	Yes   bool     `json:"yes"`
	// Stale makes it decide on another content than the present one.
	Stale bool `json:"stale,omitempty"`
}

func (c *decide) Name() string { return "paper.decide.v1" }

func (c *decide) Do(tx *store.Tx) error {
	p, err := papers.Get(tx, c.Paper)
	if err != nil {
		return err
	}
	q, err := approval.PendingOn(tx, kind, p.ID)
	if err != nil {
		return err
	}
	if q == nil {
		return fault.Refusedf("nothing is pending")
	}
	if c.Stale {
		p.Text += " and more"
	}
	h, err := p.hash()
	if err != nil {
		return err
	}
	return approval.Settle(tx, q, h, c.Yes)
}

// office is a store with papers in it.
type office struct {
	*store.Store
	tb    testing.TB
	clock *clock

	engine *storetest.Brittle
	life   *storetest.Life
	count  int // how many commands there were
}

var update = flag.Bool("update", false, "write anew what is kept of tests")

var diary = storetest.NewDiary(filepath.Join("testdata", "kept", "tests.txt"), update)

// closing writes what can be asked of an office when a test is done with it.
func (o *office) closing(l *storetest.Life) {
	o.read(func(r store.Reader) error {
		for q, err := range approval.Requests.All(r) {
			if err != nil {
				return err
			}
			x, err := approval.Explain(r, q, o.clock.now)
			l.Say("explain", x, err)
			waits, err := q.Waiting(r)
			l.Say("waits", waits, err)
		}
		return nil
	})
	l.Say("audit", o.audit(), nil)
}

// clock is the authority's time, which the test may move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time {
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func newOffice(t testing.TB) *office {
	t.Helper()
	c := &clock{now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)}
	engine := storetest.NewBrittle(memory.New())
	s, err := store.Open(engine, store.Schema{
		App: "test", Prelude: party.Meet,
		Collections: append(append(party.Collections(), approval.Collections()...), papers),
		Commands: append(append(party.Commands(), approval.Commands()...),
			func() store.Command { return &write{} }, func() store.Command { return &submit{} },
			func() store.Command { return &decide{} }, func() store.Command { return &grant{} },
			func() store.Command { return &forge{} }, func() store.Command { return &rehash{} }, func() store.Command { return &settle{} },
			func() store.Command { return &publish{} }, func() store.Command { return &letGo{} }),
		Audits: approval.Audits(),
	}, store.Options{Keys: storetest.NewKeys(), Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(t.Context(), storetest.Tenant, store.Actor{Name: "ana", How: store.Asserted}); err != nil {
		t.Fatal(err)
	}
	o := &office{Store: s, tb: t, clock: c, engine: engine}
	o.life = diary.Follow(t, s, o.closing)
	return o
}

// do runs a command as somebody, for a reason.
func (o *office) do(who string, cmd store.Command, reason string) (store.Receipt, error) {
	o.count++
	id, now := uuid.NewSHA1(storetest.Tenant, fmt.Append(nil, o.count)), o.clock.now
	in := store.Intent{ID: id, Cmd: cmd, Actor: store.Actor{Name: who, How: store.Asserted}, Reason: reason}
	storetest.Odd(o.tb, o.Store, in, "company.", "paper.")
	o.clock.now = now
	rec, err := o.engine.First(o.tb, cmd, false, func() { o.clock.now = now }, func() (store.Receipt, error) {
		return o.One(o.tb.Context(), in)
	})
	o.life.Command(cmd, rec, err)
	return rec, err
}

func (o *office) must(who string, cmd store.Command) store.Receipt {
	o.tb.Helper()
	rec, err := o.do(who, cmd, "")
	if err != nil {
		o.tb.Fatalf("%s by %s: %v", cmd.Name(), who, err)
	}
	return rec
}

func (o *office) read(fn func(r store.Reader) error) {
	o.tb.Helper()
	if err := o.View(context.WithoutCancel(o.tb.Context()), fn); err != nil { // also when the test is over
		o.tb.Fatal(err)
	}
}

// person finds somebody who has acted before.
func (o *office) person(name string) (id store.ID) {
	o.tb.Helper()
	o.read(func(r store.Reader) (err error) {
		id, err = party.People.FindID(r, name)
		return err
	})
	return id
}

// requests are all on a paper, oldest first.
func (o *office) requests(id store.ID) (out []*approval.Request) {
	o.tb.Helper()
	o.read(func(r store.Reader) error {
		for q, err := range approval.Of(r, kind, id) {
			if err != nil {
				return err
			}
			out = append(out, q)
		}
		return nil
	})
	return out
}

// granted is the approval of a paper's present content, or nil.
func (o *office) granted(id store.ID) (q *approval.Request) {
	o.tb.Helper()
	o.read(func(r store.Reader) error {
		p, err := papers.Get(r, id)
		if err != nil {
			return err
		}
		h, err := p.hash()
		if err != nil {
			return err
		}
		q, err = approval.Granted(r, kind, id, h)
		return err
	})
	return q
}

// audit reports what the audits find.
func (o *office) audit() (found []string) {
	o.tb.Helper()
	o.read(func(r store.Reader) error {
		return approval.Audits()[0].Run(r, func(_ store.ID, msg string) { found = append(found, msg) })
	})
	return found
}
