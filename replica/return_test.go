package replica_test

import (
	"context"
	"slices"
	"testing"

	"callout/internal/fault"
	"callout/replica"
	"callout/store"
	"callout/store/storetest"
)

// parted is a wire that is cut after so many pages were given back, and counts them.
type parted struct {
	wire
	pages, cut *int
	partly     *int
}

// Return implements replica.Returner.
func (p parted) Return(ctx context.Context, q replica.Return) error {
	if *p.cut == 0 {
		return fault.Loginf("the wire is cut").With("server.unreachable")
	}
	*p.cut--
	*p.pages++
	if len(q.Growth) > 0 {
		*p.partly++
	}
	return p.wire.Return(ctx, q)
}

// What was lost comes back in pieces, each with the proof that it leads to the head that was signed; a piece that was bent on the way, or is of
// another journal, is refused, and a return that was cut off goes on where it was.
func TestReturnInPieces(t *testing.T) {
	a := authority(t, engines["memory"](t))
	acc := a.do(&storetest.CreateAccount{Called: "Alpine Lifts"}).Subject
	d := device(t, engines["memory"](t), "K7", "ben")
	dir := t.TempDir()
	if _, err := a.Backup(t.Context(), dir, store.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	e := device(t, engines["memory"](t), "B2", "eve")
	e.sync(a)
	for range 40 {
		a.do(&storetest.OpenTicket{Account: acc})
	}
	d.sync(a)
	before := a.text()
	back := newPlace(t, engines["memory"](t), storetest.NewKeys(), true)
	if _, err := back.Restore(t.Context(), dir, store.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	size := func() (n uint64) {
		back.read(func(r store.Reader) (err error) {
			n, err = store.Size(r)
			return err
		})
		return n
	}
	if err := back.BeginRecovery(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := size()
	page, err := d.Tail(t.Context(), began, 3000)
	if err != nil || len(page.Entries) == 0 || len(page.Growth) == 0 {
		t.Fatalf("a piece of %d entries with a proof of %d, %v", len(page.Entries), len(page.Growth), err)
	}
	for about, bend := range map[string]func(p store.Page) store.Page{
		"no proof":             func(p store.Page) store.Page { p.Growth = nil; return p },
		"a bent proof":         func(p store.Page) store.Page { p.Growth = slices.Clone(p.Growth); p.Growth[0][0] ^= 1; return p },
		"an entry left out":    func(p store.Page) store.Page { p.Entries = p.Entries[:len(p.Entries)-1]; return p },
		"the proof of another": func(p store.Page) store.Page { p.Growth = p.Growth[1:]; return p },
	} {
		if err := back.Readmit(t.Context(), bend(page)); fault.CodeOf(err) != "sync.rewritten" {
			t.Errorf("%s: %v", about, err)
		}
		if size() != began {
			t.Fatalf("%s: a refused piece has changed the authority", about)
		}
	}
	// A device takes no such page: what it pulls has to lead to a head of its own.
	if _, err := e.Pull(t.Context(), page); fault.CodeOf(err) != "sync.rewritten" {
		t.Errorf("a device has pulled a part: %v", err)
	}
	cut, pages, partly := 2, 0, 0
	way := parted{wire{back, "ben"}, &pages, &cut, &partly}
	if _, err := replica.Sync(t.Context(), d.Store, way, replica.Options{Piece: 3000}); fault.CodeOf(err) != "server.unreachable" {
		t.Fatalf("the wire was cut: %v", err)
	}
	half := size()
	if half <= began || pages != 2 {
		t.Fatalf("after %d pages it has %d entries, and had %d", pages, half, began)
	}
	back.sound()
	cut = 1000
	if _, err := replica.Sync(t.Context(), d.Store, way, replica.Options{Piece: 3000}); err != nil {
		t.Fatal(err)
	}
	if back.text() != before || pages < 5 || partly != pages-1 {
		t.Errorf("the server is not what it was, after %d pages, %d of them parts", pages, partly)
	}
	back.sound()
}

// The machine of an authority may have seen entries that no device has: they were decided, and nobody had pulled them when the disk
// died. When all have reported, or somebody says that no more will come, it goes on without them, and its journal says so.
func TestWhatNobodyHas(t *testing.T) {
	for about, end := range map[string]func(t *testing.T, back, d *place){
		"all have reported": func(t *testing.T, back, d *place) {
			t.Helper()
			q := replica.Request{Device: d.code, Since: 2, Recovery: "another one"}
			expected := func(store.Reader) ([]string, error) { return []string{d.code}, nil }
			if ended, err := replica.Heard(t.Context(), back.Store, q, expected); ended || err != nil {
				t.Fatalf("a request that does not name the recovery has ended it: %v, %v", ended, err)
			}
			at, err := replica.Stands(t.Context(), back.Store)
			if q.Recovery = at.Recovery; err != nil || q.Recovery == "" {
				t.Fatalf("%+v, %v", at, err)
			}
			if ended, err := replica.Heard(t.Context(), back.Store, q, expected); !ended || err != nil {
				t.Fatalf("the last device was heard: %v, %v", ended, err)
			}
		},
		"no more will come": func(t *testing.T, back, _ *place) {
			t.Helper()
			if err := back.Recovered(t.Context(), "the van is gone"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(about, func(t *testing.T) {
			a := authority(t, engines["memory"](t))
			acc := a.do(&storetest.CreateAccount{Called: "Alpine Lifts"}).Subject
			d := device(t, engines["memory"](t), "K7", "ben")
			d.sync(a)
			dir := t.TempDir()
			if _, err := a.Backup(t.Context(), dir, store.BackupOptions{}); err != nil {
				t.Fatal(err)
			}
			a.do(&storetest.OpenTicket{Account: acc}) // nobody pulls it
			back := newPlace(t, engines["memory"](t), a.keys, true)
			if _, err := back.Restore(t.Context(), dir, store.RestoreOptions{Recover: true}); err != nil {
				t.Fatal(err)
			}
			end(t, back, d)
			back.do(&storetest.OpenTicket{Account: acc})
			d.sync(back)
			d.same(back)
			lost := 0
			back.read(func(r store.Reader) error {
				for e, err := range store.Entries(r, 1, false) {
					if err != nil {
						return err
					}
					if e.Leaf.Type == "store.accept_regression.v1" {
						lost++
					}
				}
				return nil
			})
			if lost != 1 {
				t.Errorf("the journal says %d times that something was lost", lost)
			}
		})
	}
}
