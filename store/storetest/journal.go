package storetest

import (
	"fmt"
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/store"
)

// records is the state of the business without the journal: documents and indexes.
func (s *Shop) records() string {
	s.tb.Helper()
	var b strings.Builder
	s.Read(func(r store.Reader) error {
		for _, space := range s.Spaces() {
			if !strings.HasPrefix(space, "r/") && !strings.HasPrefix(space, "x/") {
				continue
			}
			err := r.Scan(space, store.Range{}, func(key, value []byte) bool {
				if strings.HasPrefix(space, "r/") {
					value = value[40:]
				}
				fmt.Fprintf(&b, "%s %q %s\n", space, key, value)
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return b.String()
}

func testJournal(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	in := s.Intent(&CreateAccount{Called: "A", Margin: "0.2"})
	in.Reason = "a new customer"
	a, err := s.One(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	del := s.Must(&DeleteAccount{ID: a.Subject})
	s.Read(func(r store.Reader) error {
		e, err := store.ReadEntry(r, a.Seq)
		if err != nil {
			return err
		}
		if why, err := e.Reason(); why != in.Reason || err != nil {
			t.Errorf("reason %q, %v", why, err)
		}
		if _, args, err := e.Intent(); string(args) != `{"name":"A","margin":"0.2"}` || err != nil {
			t.Errorf("intent %s, %v", args, err)
		}
		img := e.Images()
		if len(img) != 1 || string(img[0].Doc) != string(a.Changes[0].After) {
			t.Errorf("images %+v", img)
		}
		for i, h := range e.Leaf.Parts {
			if with := strings.Contains(string(e.Parts[i].Body), "0.2"); with != (h.Kind == store.PartCost || h.Kind == store.PartIntent) {
				t.Errorf("the %s part is %s", h.Kind, e.Parts[i].Body)
			}
		}
		gone, err := store.ReadEntry(r, del.Seq)
		if err != nil {
			return err
		}
		if img := gone.Images(); len(img) != 1 || img[0].Doc != nil || img[0].Prev != a.Seq {
			t.Errorf("images of the deletion %+v", img)
		}
		past, err := s.History(r, a.Subject)
		if err != nil {
			return err
		}
		if len(past) != 2 || past[0].Leaf.Seq != del.Seq || past[1].Leaf.Seq != a.Seq {
			t.Errorf("history of %d entries", len(past))
		}
		var up, down []uint64
		for e, err := range store.Entries(r, 1, false) {
			if err != nil {
				return err
			}
			up = append(up, e.Leaf.Seq)
		}
		for e, err := range store.Entries(r, 1<<64-1, true) {
			if err != nil {
				return err
			}
			down = append([]uint64{e.Leaf.Seq}, down...)
		}
		if fmt.Sprint(up) != "[1 2 3 4]" || fmt.Sprint(down) != fmt.Sprint(up) {
			t.Errorf("upwards %v, downwards %v", up, down)
		}
		return nil
	})
}

func testHeads(t *testing.T, open func(testing.TB) store.Engine) {
	e := open(t)
	s := NewShop(t, e)
	s.Grow(600) // over two tiles
	var old store.Head
	s.Read(func(r store.Reader) (err error) {
		old, err = store.CurrentHead(r)
		return err
	})
	if old.Size != 602 {
		t.Errorf("head %s", old.Short())
	}
	// Another machine has another key, and says so in the journal.
	other := OpenShop(t, e, OtherKeys())
	other.n = 10000
	rec := other.Must(&CreateAccount{Called: "From the other machine"})
	if rec.Seq != 604 {
		t.Errorf("the command is entry %d", rec.Seq)
	}
	other.Must(&CreateAccount{Called: "And another"})
	if other.Size() != 605 {
		t.Errorf("%d entries", other.Size())
	}
	s.n = 20000
	s.Must(&CreateAccount{Called: "Back on the first"})

	s.Read(func(r store.Reader) error {
		root, err := store.RootAt(r, old.Size)
		if root != old.Root {
			t.Errorf("the root at %d is %s now, was %s", old.Size, root, old.Root)
		}
		return err
	})
}

// testRegressed puts a store back, and puts one back that has gone on elsewhere.
func testRegressed(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	s.Grow(10)
	for _, further := range []int{0, 5, 9, 10, 300} {
		fork := NewShop(t, open(t))
		fork.n = 1000
		fork.Grow(further)
		fork.Keys.mu.Lock()
		fork.Keys.seen = s.Keys.seen
		fork.Keys.mu.Unlock()
		wantKind(t, fork.Fails(&CreateAccount{Called: "Too early"}), fault.Refused, "store.regressed")
	}
	s.Must(&CreateAccount{Called: "Still here"})
}
