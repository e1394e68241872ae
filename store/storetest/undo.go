package storetest

import (
	"testing"

	"callout/internal/fault"
	"callout/store"
)

func testUndo(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	a := s.Must(&CreateAccount{Called: "A", City: "Graz", Balance: 1, Margin: "0.1"})
	b := s.Must(&CreateAccount{Called: "B"})
	state := s.records()
	steps := []store.Command{
		&EditAccount{ID: a.Subject, Called: ptr("C"), Balance: ptr(2), Margin: ptr("")},
		&DeleteAccount{ID: a.Subject},
		&SwapNames{A: a.Subject, B: b.Subject},
		&CreateAccount{Called: "New"},
		&PublishPolicy{Of: "Gold", Hours: 3},
		&OpenTicket{Account: a.Subject},
	}
	for _, cmd := range steps {
		done := s.Must(cmd)
		after := s.records()
		if after == state {
			t.Fatalf("%s did nothing", cmd.Name())
		}
		undo := s.Must(&store.Undo{Entry: done.Seq})
		if got := s.records(); got != state {
			t.Fatalf("undo of %s left\n%s\nwant\n%s", cmd.Name(), got, state)
		}
		redo := s.Must(&store.Undo{Entry: undo.Seq})
		if got := s.records(); got != after {
			t.Fatalf("redo of %s left\n%s\nwant\n%s", cmd.Name(), got, after)
		}
		s.Must(&store.Undo{Entry: redo.Seq})
		if got := s.records(); got != state {
			t.Fatalf("undo of the redo of %s left\n%s\nwant\n%s", cmd.Name(), got, state)
		}
	}
}

func testUndoRefused(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	a := s.Must(&CreateAccount{Called: "A"})
	edit := s.Must(&EditAccount{ID: a.Subject, Balance: ptr(2)})
	wantKind(t, s.Fails(&store.Undo{Entry: a.Seq}), fault.Refused, "undo.later")
	tk := s.Must(&OpenTicket{Account: a.Subject})
	wantKind(t, s.Fails(&store.Undo{Entry: edit.Seq}), fault.Refused, "undo.later")
	closed := s.Must(&CloseTicket{ID: tk.Subject})
	wantKind(t, s.Fails(&store.Undo{Entry: closed.Seq}), fault.Refused, "undo.never")
	wantKind(t, s.Fails(&store.Undo{Entry: 1}), fault.Refused, "undo.never")
	wantKind(t, s.Fails(&store.Undo{Entry: 999}), fault.NotFound, "")

	// A deleted name that somebody else has taken since.
	b := s.Must(&CreateAccount{Called: "B"})
	gone := s.Must(&DeleteAccount{ID: b.Subject})
	s.Must(&CreateAccount{Called: "B"})
	wantKind(t, s.Fails(&store.Undo{Entry: gone.Seq}), fault.Conflict, "account.exists")

	// A creation undone twice, and a deletion that was taken back and done again.
	c := s.Must(&CreateAccount{Called: "C"})
	s.Must(&store.Undo{Entry: c.Seq})
	wantKind(t, s.Fails(&store.Undo{Entry: c.Seq}), fault.Refused, "undo.later")
	d := s.Must(&CreateAccount{Called: "D"})
	first := s.Must(&DeleteAccount{ID: d.Subject})
	s.Must(&store.Undo{Entry: first.Seq})
	s.Must(&EditAccount{ID: d.Subject, Balance: ptr(9)})
	s.Must(&DeleteAccount{ID: d.Subject})
	wantKind(t, s.Fails(&store.Undo{Entry: first.Seq}), fault.Refused, "undo.later")
}

func testLastUndoable(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	a := s.Must(&CreateAccount{Called: "A"})
	set := func(n int) { s.Must(&EditAccount{ID: a.Subject, Balance: &n}) }
	last := func(redo bool) (seq uint64, err error) {
		s.Read(func(r store.Reader) error {
			seq, err = s.LastUndoable(r, "anna", "K7", redo)
			return nil
		})
		return seq, err
	}
	step := func(redo bool, want int) {
		t.Helper()
		seq, err := last(redo)
		if err != nil {
			t.Fatal(err)
		}
		s.Must(&store.Undo{Entry: seq})
		if got := s.Account(a.Subject).Balance; got != want {
			t.Fatalf("balance %d, want %d", got, want)
		}
	}
	set(1)
	set(2)
	set(3)
	_, err := last(true)
	wantKind(t, err, fault.NotFound, "")
	for range 3 { // there and back, as often as one likes
		step(false, 2)
		step(false, 1)
		step(true, 2)
		step(true, 3)
		_, err := last(true)
		wantKind(t, err, fault.NotFound, "")
	}
	step(false, 2)
	set(7)
	_, err = last(true)
	wantKind(t, err, fault.NotFound, "")
	step(false, 2)
	step(false, 1)

	// What somebody else did, or took back, is not mine to undo.
	ben, err := s.One(t.Context(), store.Intent{Cmd: &CreateAccount{Called: "Ben's"}, Actor: Ben, Device: "K7"})
	if err != nil {
		t.Fatal(err)
	}
	step(true, 2)
	step(false, 1)
	step(false, 0)
	mine := s.Must(&CreateAccount{Called: "Mine"})
	if _, err := s.One(t.Context(), store.Intent{Cmd: &store.Undo{Entry: mine.Seq}, Actor: Ben, Device: "K7"}); err != nil {
		t.Fatal(err)
	}
	if seq, err := last(false); err != nil || seq != a.Seq {
		t.Errorf("the last undoable is %d (%v), want %d; Ben's is %d", seq, err, a.Seq, ben.Seq)
	}
}
