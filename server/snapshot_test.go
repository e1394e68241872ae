package server_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/replica/remote"
	"callout/shop"
	"callout/store"
	"callout/work"

	"github.com/google/uuid"
)

// far is the shop as somebody works on it who keeps no store.
func (c *client) far() *shop.Shop {
	c.h.t.Helper()
	e := remote.Open(&remote.Server{URL: c.h.url, Token: c.token})
	s, err := shop.Remote(e, shop.Options{StateDir: c.h.t.TempDir(), Version: "test"}, e.Decide)
	if err != nil {
		c.h.t.Fatal(err)
	}
	return s
}

// TestAllIsReadFromAfar: whoever sees everything reads the same from afar, byte for byte.
func TestAllIsReadFromAfar(t *testing.T) {
	w := newWorld(t)
	rex := w.user("Rex", party.Auditor)
	var near, far bytes.Buffer
	w.read(func(r store.Reader) error { return w.Dump(r, &near) })
	s := rex.far()
	if err := s.View(t.Context(), func(r store.Reader) error { return s.Dump(r, &far) }); err != nil {
		t.Fatal(err)
	}
	if near.String() != far.String() {
		t.Errorf("%d bytes are there, and %d come", near.Len(), far.Len())
	}
	// Backwards, within bounds, and what is not there.
	err := s.View(t.Context(), func(r store.Reader) error {
		var n []uint64
		for e, err := range store.Entries(r, 30, true) {
			if err != nil {
				return err
			}
			n = append(n, e.Leaf.Seq)
		}
		if len(n) == 0 || n[len(n)-1] != 1 || n[0] < n[len(n)-1] {
			t.Errorf("backwards: %v", n)
		}
		v, err := r.Get("r/customer", []byte("none"))
		if v != nil {
			t.Errorf("what is not there is %q", v)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestASnapshotStays: what others do meanwhile is not in it.
func TestASnapshotStays(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	s := mia.far()
	err := s.View(t.Context(), func(r store.Reader) error {
		before, err := store.Size(r)
		if err != nil {
			return err
		}
		mia.command("customer.add.v1", customer("Grand Hotel"))
		for _, err := range work.Customers.All(r) {
			t.Errorf("a customer of later is there (%v)", err)
		}
		if n, err := store.Size(r); err != nil || n != before {
			t.Errorf("%d entries, and then %d", before, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFromAfarOneSeesOnesOwn scans every space of the store, as Tom: nothing of Tim's is in it, and no cost or price.
func TestFromAfarOneSeesOnesOwn(t *testing.T) {
	w := newWorld(t)
	s := w.tom.far()
	var all bytes.Buffer
	err := s.View(t.Context(), func(r store.Reader) error {
		if err := s.Dump(r, &all); err != nil {
			return err
		}
		for _, id := range []store.ID{w.tims.order, w.tims.customer, w.tims.visit, w.tims.entry} {
			for _, sh := range w.Shapes() {
				if v, err := r.Get("r/"+sh.Name, []byte(id)); v != nil && sh.Prefix == id.Prefix() {
					t.Errorf("Tom gets %s: %q, %v", id, v, err)
				}
			}
		}
		if id, err := store.Resolve(r, w.tims.number); id != "" || err != nil {
			t.Errorf("Tom resolves %s: %s, %v", w.tims.number, id, err)
		}
		_, err := work.WorkOrders.Find(r, w.toms.number)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"TIMS", "13.37", "42.42", "@example.com", w.tims.number} {
		if i := strings.Index(all.String(), secret); i >= 0 {
			t.Errorf("Tom reads %q: …%.200s…", secret, all.String()[max(0, i-100):])
		}
	}
	if !strings.Contains(all.String(), "TOMS order") {
		t.Error("Tom does not see his own order")
	}
}

// TestCommandsFromAfar: the server decides, and says what came of each as the store would.
func TestCommandsFromAfar(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	s := mia.far()
	add := func(name string) store.Intent {
		return store.Intent{ID: uuid.New(), Cmd: &work.AddCustomer{Customer: name}, Actor: store.Actor{Name: "Ada", How: store.Asserted}, Reason: "why"}
	}
	before := h.size()
	dry, err := s.Preview(t.Context(), add("Grand Hotel"))
	if err != nil || len(dry) != 1 || len(dry[0].Changes) != 1 || h.size() != before {
		t.Errorf("a dry run: %+v, %v", dry, err)
	}
	in := []store.Intent{add("Grand Hotel"), add(""), add("Villa")}
	recs, err := s.Do(t.Context(), in...)
	if err != nil || len(recs) != 3 || recs[0].Seq == 0 || len(recs[0].Changes) != 1 || fault.CodeOf(recs[1].Err) != "text.missing" || recs[2].Err != nil {
		t.Fatalf("%+v, %v", recs, err)
	}
	again, err := s.Do(t.Context(), in[0])
	if err != nil || !again[0].Again || again[0].Seq != recs[0].Seq {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	h.read(func(r store.Reader) error {
		e, err := store.ReadEntry(r, recs[0].Seq)
		if err != nil {
			return err
		}
		who, err := e.Actor()
		if err == nil && who.Name != "Mia" { // whatever the intent says
			t.Errorf("the actor is %+v", who)
		}
		return err
	})
	if err := remote.Open(nil).Commit(t.Context(), nil); fault.CodeOf(err) != "remote.own" {
		t.Errorf("a commit from afar: %v", err)
	}
}

// TestSnapshotsAreOnesOwn, and there is an end of them.
func TestSnapshotsAreOnesOwn(t *testing.T) {
	h := newHouse(t)
	mia, tom := h.user("Mia", party.Clerk), h.user("Tom", party.Worker)
	var opened remote.Reads
	mia.ask("POST", "/v1/read", remote.Reading{}).into(t, &opened)
	if rep := tom.ask("POST", "/v1/read", remote.Reading{Snapshot: opened.Snapshot}); rep.problem(t).Code != "snapshot.gone" {
		t.Errorf("another's snapshot: %s", rep.body)
	}
	if rep := mia.ask("POST", "/v1/read", remote.Reading{Snapshot: opened.Snapshot, Close: true}); rep.status != 200 {
		t.Errorf("closing it: %s", rep.body)
	}
	for mia.ask("POST", "/v1/read", remote.Reading{Snapshot: opened.Snapshot}).status != 409 { // until it is gone
		time.Sleep(5 * time.Millisecond)
	}
	if rep := mia.ask("POST", "/v1/read", remote.Reading{Gets: make([]remote.ReadingGet, 2001)}); rep.problem(t).Code != "read.many" {
		t.Errorf("too much: %s", rep.body)
	}
	full := 0
	for range 70 {
		if rep := mia.ask("POST", "/v1/read", remote.Reading{}); rep.status == 429 {
			full++
		}
	}
	if full == 0 {
		t.Error("there is no end of snapshots")
	}
}
