package replica_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/replica"
	"callout/store"
	"callout/store/storetest"
)

func onEach(t *testing.T, test func(t *testing.T, open func(testing.TB) store.Engine)) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

// A new laptop has everything after one sync, byte for byte.
func TestFirstSync(t *testing.T) {
	onEach(t, func(t *testing.T, open func(testing.TB) store.Engine) {
		a := authority(t, open(t))
		acc := a.do(&storetest.CreateAccount{Called: "Vienna Works", Margin: "0.30"}).Subject
		a.do(&storetest.OpenTicket{Account: acc})
		d := device(t, open(t), "K7", "ben")
		if err := d.View(t.Context(), func(store.Reader) error { return nil }); fault.CodeOf(err) != "store.empty" {
			t.Fatalf("a device that has nothing yet says %v", err)
		}
		if rep := d.sync(a); rep.Pulled != 3 || rep.Trips != 1 {
			t.Fatalf("%+v", rep)
		}
		d.same(a)
		if rep := d.sync(a); rep.Pulled != 0 {
			t.Fatalf("a second sync pulled %+v", rep)
		}
	})
}

// What is done without a network is there at once, under a provisional number, and becomes what the authority makes of it.
func TestOfflineWork(t *testing.T) {
	onEach(t, func(t *testing.T, open func(testing.TB) store.Engine) {
		a := authority(t, open(t))
		acc := a.do(&storetest.CreateAccount{Called: "Vienna Works"}).Subject
		d, e := device(t, open(t), "K7", "ben"), device(t, open(t), "B2", "eve")
		d.sync(a)
		e.sync(a)
		mine := d.do(&storetest.OpenTicket{Account: acc})
		if mine.Number != "K7-1" || !store.IsPending(mine.Seq) {
			t.Fatalf("offline receipt %+v", mine)
		}
		second := d.do(&storetest.OpenTicket{Account: acc})
		d.do(&storetest.CloseTicket{ID: mine.Subject})
		d.sound()
		if d.resolves("k7-1") != mine.Subject || d.ticket(mine.Subject).Status != "closed" {
			t.Fatal("the ticket is not there")
		}
		// Somebody else is first, so the numbers are not those of the device's order alone.
		theirs := e.do(&storetest.OpenTicket{Account: acc})
		e.sync(a)
		rep := d.sync(a)
		if rep.Pushed != 3 || rep.Trips != 1 || rep.Pending != 0 {
			t.Fatalf("%+v", rep)
		}
		e.sync(a)
		d.same(a)
		e.same(a)
		for _, p := range []*place{a, d, e} {
			if got := p.ticket(mine.Subject).Number; got != "TK-1002" {
				t.Errorf("%s knows it as %s", p.code, got)
			}
			for number, id := range map[string]store.ID{"K7-1": mine.Subject, "K7-2": second.Subject, "B2-1": theirs.Subject, "tk-1001": theirs.Subject} {
				if p.resolves(number) != id {
					t.Errorf("on %q, %s leads to %s", p.code, number, p.resolves(number))
				}
			}
		}
		if next := d.do(&storetest.OpenTicket{Account: acc}); next.Number != "K7-3" {
			t.Errorf("a provisional number was given twice: %s", next.Number)
		}
	})
}

// A refused command never stops the others, is never dropped, and says who was first.
func TestConflict(t *testing.T) {
	onEach(t, func(t *testing.T, open func(testing.TB) store.Engine) {
		a := authority(t, open(t))
		acc := a.do(&storetest.CreateAccount{Called: "Vienna Works"}).Subject
		tk := a.do(&storetest.OpenTicket{Account: acc}).Subject
		d, e := device(t, open(t), "K7", "ben"), device(t, open(t), "B2", "eve")
		d.sync(a)
		e.sync(a)
		d.do(&storetest.CloseTicket{ID: tk})
		mine := d.do(&storetest.OpenTicket{Account: acc})
		e.do(&storetest.CloseTicket{ID: tk})
		first := e.sync(a)
		rep := d.sync(a)
		if len(rep.Conflicts) != 1 || rep.Pending != 0 || rep.Pushed != 2 {
			t.Fatalf("%+v", rep)
		}
		if d.ticket(mine.Subject).Number != "TK-1002" {
			t.Error("the second command did not go through")
		}
		d.read(func(r store.Reader) error {
			list, err := store.ListConflicts(r)
			if err != nil || len(list) != 1 {
				t.Fatalf("%d conflicts, %v", len(list), err)
			}
			c := list[0]
			if why := c.Refusal(r); fault.CodeOf(why) != "ticket.closed" {
				t.Errorf("the refusal says %v", why)
			}
			rivals, err := c.Rivals(r)
			if err != nil {
				return err
			}
			for _, v := range rivals {
				if v.ID != tk {
					continue
				}
				if who, err := v.Entry.Actor(); err != nil || who.Name != "eve" || v.Entry.Leaf.Seq != first.Size {
					t.Errorf("%v was first, by entry %d", who, v.Entry.Leaf.Seq)
				}
				return nil
			}
			t.Errorf("the ticket is not among the rivals: %+v", rivals)
			return nil
		})
		if err := d.Settle(t.Context(), rep.Conflicts[0].Seq); err != nil {
			t.Fatal(err)
		}
		d.read(func(r store.Reader) error {
			if n, err := store.CountConflicts(r); n != 0 || err != nil {
				t.Errorf("%d conflicts are left, %v", n, err)
			}
			return nil
		})
		e.sync(a)
		d.same(a)
		e.same(a)
	})
}

// A conflict can be given again; given twice it is done once.
func TestConflictAgain(t *testing.T) {
	a := authority(t, engines["memory"](t))
	acc := a.do(&storetest.CreateAccount{Called: "Vienna Works", Balance: 5}).Subject
	d := device(t, engines["memory"](t), "K7", "ben")
	d.sync(a)
	less := 3
	d.do(&storetest.EditAccount{ID: acc, Balance: &less})
	a.do(&storetest.DeleteAccount{ID: acc})
	rep := d.sync(a)
	if len(rep.Conflicts) != 1 {
		t.Fatalf("%+v", rep)
	}
	in, err := d.Again(rep.Conflicts[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.One(t.Context(), in); !fault.Is(err, fault.NotFound) {
		t.Fatalf("an account that is gone was edited: %v", err)
	}
	back := a.do(&storetest.CreateAccount{Called: "Vienna Works"}).Subject
	d.sync(a)
	args := []byte(`{"id":"` + string(back) + `","balance":3}`)
	for range 2 {
		if in, err = d.Again(rep.Conflicts[0], args); err != nil {
			t.Fatal(err)
		}
		if _, err := d.One(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if rep := d.sync(a); rep.Pushed != 1 {
		t.Fatalf("%+v", rep)
	}
	d.same(a)
}

// What only the authority decides changes nothing here until its answer is back.
func TestForAuthority(t *testing.T) {
	onEach(t, func(t *testing.T, open func(testing.TB) store.Engine) {
		a := authority(t, open(t))
		acc := a.do(&storetest.CreateAccount{Called: "Vienna Works"}).Subject
		d := device(t, open(t), "K7", "ben")
		d.sync(a)
		tk := d.do(&storetest.OpenTicket{Account: acc}).Subject
		d.do(&storetest.CloseTicket{ID: tk})
		in := store.Intent{ID: storetest.ID(99), Cmd: &storetest.SealTicket{ID: tk}, Actor: d.actor, Device: d.code}
		for range 2 {
			rec, err := d.One(t.Context(), in)
			if err != nil || !rec.Queued {
				t.Fatalf("%+v, %v", rec, err)
			}
		}
		if got := d.ticket(tk).Legal; got != "" {
			t.Fatalf("a legal number without the authority: %s", got)
		}
		d.sound()
		d.sync(a)
		if got := d.ticket(tk).Legal; got != "L-001" {
			t.Errorf("sealed as %q", got)
		}
		// A second one, by another id, is refused where the number is given.
		in.ID = storetest.ID(100)
		if _, err := d.One(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		rep := d.sync(a)
		if len(rep.Conflicts) != 1 || !rep.Conflicts[0].Requested {
			t.Errorf("%+v", rep)
		}
		d.same(a)
	})
}

// Undo works on what is pending, and arrives at the authority as an undo of the entry that it has become.
func TestUndoOffline(t *testing.T) {
	a := authority(t, engines["memory"](t))
	d := device(t, engines["memory"](t), "K7", "ben")
	d.sync(a)
	acc := d.do(&storetest.CreateAccount{Called: "Vienna Works"})
	d.read(func(r store.Reader) error {
		e, err := store.ReadEntry(r, acc.Seq)
		if err != nil {
			return err
		}
		d.do(store.UndoOf(e))
		return nil
	})
	d.read(func(r store.Reader) error {
		if _, ok, err := storetest.Accounts.Try(r, acc.Subject); ok || err != nil {
			t.Errorf("it is still there, %v", err)
		}
		return nil
	})
	d.sync(a)
	d.same(a)
	a.read(func(r store.Reader) error {
		size, err := store.Size(r)
		if err != nil {
			return err
		}
		e, err := store.ReadEntry(r, size)
		if err != nil || e.Leaf.Undoes != size-1 {
			t.Errorf("the last entry takes back %d, %v", e.Leaf.Undoes, err)
		}
		return err
	})
}

// A clock that is ahead of the authority's makes no future; one that is behind keeps its time.
func TestClocks(t *testing.T) {
	a := authority(t, engines["memory"](t))
	d := device(t, engines["memory"](t), "K7", "ben")
	d.sync(a)
	d.now = a.now.Add(48 * time.Hour)
	ahead := d.do(&storetest.CreateAccount{Called: "Ahead"})
	d.now = a.now.Add(-time.Hour)
	behind := d.do(&storetest.CreateAccount{Called: "Behind"})
	d.sync(a)
	d.same(a)
	for rec, want := range map[store.ID]time.Time{ahead.Subject: a.now, behind.Subject: d.now} {
		a.read(func(r store.Reader) error {
			seq, err := storetest.Accounts.Writer(r, rec)
			if err != nil {
				return err
			}
			e, err := store.ReadEntry(r, seq)
			if err != nil {
				return err
			}
			at, _, err := e.Intent()
			if !at.Equal(want) {
				t.Errorf("%s happened at %s, want %s", rec, at, want)
			}
			return err
		})
	}
}

// broken answers after it has done everything, but the answer is lost.
type broken struct {
	replica.Transport
	lose int
}

var errLost = errors.New("the answer is lost")

func (b *broken) Sync(ctx context.Context, q replica.Request) (*replica.Response, error) {
	res, err := b.Transport.Sync(ctx, q)
	if b.lose--; b.lose >= 0 {
		return nil, errLost
	}
	return res, err
}

// However often a request is repeated, each command has one entry.
func TestLostAnswers(t *testing.T) {
	a := authority(t, engines["memory"](t))
	d := device(t, engines["memory"](t), "K7", "ben")
	d.sync(a)
	d.do(&storetest.CreateAccount{Called: "Vienna Works"})
	lossy := &broken{wire{a, "ben"}, 3}
	for range 3 {
		if _, err := replica.Sync(t.Context(), d.Store, lossy, replica.Options{}); !errors.Is(err, errLost) {
			t.Fatal(err)
		}
		d.sound()
	}
	if rep, err := replica.Sync(t.Context(), d.Store, lossy, replica.Options{}); err != nil || rep.Pushed != 1 {
		t.Fatalf("%+v, %v", rep, err)
	}
	a.read(func(r store.Reader) error {
		if n, err := store.Size(r); n != 2 || err != nil {
			t.Errorf("%d entries, %v", n, err)
		}
		return nil
	})
	d.same(a)
}

// A server that has lost entries, or has others, is found out before it takes anything in; a server that shows
// a changed history is found out by its pages.
func TestRewrittenHistory(t *testing.T) {
	a := authority(t, engines["memory"](t))
	d := device(t, engines["memory"](t), "K7", "ben")
	a.do(&storetest.CreateAccount{Called: "Vienna Works"})
	d.sync(a)

	old := authority(t, engines["memory"](t)) // the same key and tenant, another past
	_, err := replica.Sync(t.Context(), d.Store, wire{old, "ben"}, replica.Options{})
	if err == nil {
		t.Error("a device has synced with another past")
	}
	if err := old.EndRecovery(t.Context()); err != nil {
		t.Fatal(err)
	}
	old.do(&storetest.CreateAccount{Called: "Graz Works"})
	_, err = replica.Sync(t.Context(), d.Store, wire{old, "ben"}, replica.Options{})
	if fault.CodeOf(err) != "sync.diverged" {
		t.Errorf("another journal of the same length: %v", err)
	}
	old.do(&storetest.CreateAccount{Called: "Linz Works"})
	before := d.text()
	page, _, err := old.Page(t.Context(), 2, 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Pull(t.Context(), page); fault.CodeOf(err) != "sync.rewritten" {
		t.Errorf("a page of another journal: %v", err)
	}
	if d.text() != before {
		t.Error("a refused page has changed the device")
	}
}

// Somebody else's commands do not travel under this login, and stay.
func TestOtherLogin(t *testing.T) {
	a := authority(t, engines["memory"](t))
	d := device(t, engines["memory"](t), "K7", "ben")
	d.sync(a)
	d.do(&storetest.CreateAccount{Called: "Vienna Works"})
	rep, err := replica.Sync(t.Context(), d.Store, wire{a, "eve"}, replica.Options{})
	if err != nil || len(rep.Unread) != 1 || rep.Unread[0].Why.Code != "sync.actor" || rep.Pending != 1 {
		t.Fatalf("%+v, %v", rep, err)
	}
	if rep := d.sync(a); rep.Pushed != 1 {
		t.Fatalf("%+v", rep)
	}
	d.same(a)
}

// A server that was put back from a backup gets its own entries back from the devices, byte for byte, and decides nothing before: no
// number is given twice.
func TestRecovery(t *testing.T) {
	onEach(t, func(t *testing.T, open func(testing.TB) store.Engine) {
		a := authority(t, open(t))
		acc := a.do(&storetest.CreateAccount{Called: "Vienna Works"}).Subject
		dir := t.TempDir()
		if _, err := a.Backup(t.Context(), dir, store.BackupOptions{}); err != nil {
			t.Fatal(err)
		}
		d, e := device(t, open(t), "K7", "ben"), device(t, open(t), "B2", "eve")
		d.sync(a)
		e.sync(a)
		d.do(&storetest.OpenTicket{Account: acc})
		d.sync(a)
		before := a.text()

		back := newPlace(t, open(t), storetest.NewKeys(), true) // the same key on a new disk, which has seen nothing
		if _, err := back.Restore(t.Context(), dir, store.RestoreOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := back.BeginRecovery(t.Context()); err != nil {
			t.Fatal(err)
		}
		in := store.Intent{ID: storetest.ID(1), Cmd: &storetest.OpenTicket{Account: acc}, Actor: back.actor}
		if _, err := back.One(t.Context(), in); fault.CodeOf(err) != "store.recovering" {
			t.Fatalf("a number was given too early: %v", err)
		}
		rep, err := replica.Sync(t.Context(), d.Store, wire{back, "ben"}, replica.Options{})
		if err != nil || rep.Pending != 0 {
			t.Fatalf("%+v, %v", rep, err)
		}
		if back.text() != before {
			t.Error("the server is not what it was")
		}
		for _, dev := range []*place{d, e} {
			still, err := back.Reported(t.Context(), dev.code, []string{"K7", "B2"})
			if err != nil || still != (dev == d) {
				t.Fatalf("after %s: still recovering %v, %v", dev.code, still, err)
			}
		}
		if rec, err := back.One(t.Context(), in); err != nil || rec.Number != "TK-1002" {
			t.Errorf("the next number is %s, %v", rec.Number, err)
		}
		e.sync(back)
		d.sync(back)
		d.same(back)
		e.same(back)
	})
}

// Only an authority's own entries are taken back, and only while it is recovered.
func TestReadmitRefuses(t *testing.T) {
	a := authority(t, engines["memory"](t))
	other := authority(t, engines["memory"](t))
	other.do(&storetest.CreateAccount{Called: "Graz Works"})
	page, _, err := other.Page(t.Context(), 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Readmit(t.Context(), page); fault.CodeOf(err) != "store.whole" {
		t.Errorf("%v", err)
	}
	if err := a.BeginRecovery(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := a.text()
	if err := a.Readmit(t.Context(), page); fault.CodeOf(err) != "sync.rewritten" {
		t.Errorf("entries of another history: %v", err)
	}
	if a.text() != before {
		t.Error("a refused page has changed the authority")
	}
}
