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
