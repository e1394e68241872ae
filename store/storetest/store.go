package storetest

import (
	"fmt"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Store is what the store promises on top of an engine: every engine passes it.
// Open returns a new, empty engine each time; the suite closes none.
func Store(t *testing.T, open func(testing.TB) store.Engine) {
	for _, c := range []struct {
		name string
		test func(*testing.T, func(testing.TB) store.Engine)
	}{
		{"an empty engine is no store", testEmpty},
		{"a record is written and read back", testRecords},
		{"unique indexes clash", testUnique},
		{"a refused command writes nothing", testRefused},
		{"numbers", testNumbers},
		{"revisions", testRevisions},
		{"one command id, one effect", testIdempotent},
		{"a preview writes nothing", testPreview},
		{"the same intent makes the same record anywhere", testPurity},
		{"derivations and checks", testDerived},
		{"undo and redo", testUndo},
		{"undo is refused where it must be", testUndoRefused},
		{"last undoable", testLastUndoable},
		{"the journal tells everything", testJournal},
		{"heads and keys", testHeads},
		{"a store that was put back", testRegressed},
		{"going on after a regression", testAccepted},
		{"verify", testVerify},
		{"every tampering is found", testTampered},
		{"forgeries are found and named", testForged},
		{"audits", testAudits},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

func ptr[T any](v T) *T { return &v }

func wantKind(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		t.Fatalf("got %v (kind %s, code %q), want kind %s, code %q", err, fault.KindOf(err), fault.CodeOf(err), kind, code)
	}
}

func testEmpty(t *testing.T, open func(testing.TB) store.Engine) {
	s := OpenShop(t, open(t), NewKeys())
	wantKind(t, s.View(t.Context(), func(store.Reader) error { return nil }), fault.NotFound, "store.empty")
	_, err := s.One(t.Context(), s.Intent(&CreateAccount{Called: "A"}))
	wantKind(t, err, fault.NotFound, "store.empty")
	if err := s.Init(t.Context(), Tenant, Anna); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.Init(t.Context(), Tenant, Anna), fault.Conflict, "store.exists")
	s.Read(func(r store.Reader) error {
		m, err := store.ReadMeta(r)
		if err == nil && (m.Tenant != Tenant.String() || m.Format != store.Format || m.WrittenBy != "0.0.0-test") {
			t.Errorf("the store's record of itself is %+v", m)
		}
		return err
	})
}

func testRecords(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	vienna := s.Must(&CreateAccount{Called: "Vienna Works", City: "Vienna", Tags: []string{"b", "a"}, Balance: 7, Margin: "0.30"})
	graz := s.Must(&CreateAccount{Called: "Graz & <Sons>", City: "Graz", Tags: []string{"a"}})
	second := s.Must(&CreateAccount{Called: "Aspang", City: "Vienna", Balance: -0})
	if vienna.Subject.Prefix() != "ac" || !vienna.Subject.Valid() {
		t.Fatalf("the receipt names %q", vienna.Subject)
	}
	a := s.Account(vienna.Subject)
	if a.Name != "Vienna Works" || a.Cost == nil || a.Cost.Margin != "0.30" || len(a.Tags) != 2 {
		t.Errorf("read back %+v", a)
	}
	if got := vienna.Changes; len(got) != 1 || got[0].Op() != "create" || got[0].Collection != "account" {
		t.Errorf("changes %+v", got)
	}
	s.Read(func(r store.Reader) error {
		var rows []AccountRow
		for row, err := range Accounts.Rows(r, "city", store.Prefix(store.K("Vienna"))) {
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		if len(rows) != 2 || rows[0].ID != second.Subject || rows[1].ID != vienna.Subject || rows[1].Balance != 7 {
			t.Errorf("rows of Vienna, by balance: %+v", rows)
		}
		var tagged []store.ID
		for a, err := range Accounts.By(r, "tag", store.K("a")) {
			if err != nil {
				return err
			}
			tagged = append(tagged, a.ID)
		}
		if len(tagged) != 2 {
			t.Errorf("tagged a: %v", tagged)
		}
		n := 0
		for _, err := range Accounts.All(r) {
			if err != nil {
				return err
			}
			n++
		}
		if n != 3 {
			t.Errorf("%d accounts", n)
		}
		for _, ref := range []string{"graz & <sons>", string(graz.Subject)} {
			if a, err := Accounts.Find(r, ref); err != nil || a.ID != graz.Subject {
				t.Errorf("Find(%q) = %+v, %v", ref, a, err)
			}
		}
		_, err := Accounts.Find(r, "nobody")
		wantKind(t, err, fault.NotFound, "")
		return nil
	})
	s.Must(&EditAccount{ID: vienna.Subject, City: ptr(""), Tags: &[]string{"c"}, Margin: ptr("")})
	if a := s.Account(vienna.Subject); a.Cost != nil || a.City != "" {
		t.Errorf("after the edit: %+v", a)
	}
	s.Read(func(r store.Reader) error {
		for id, err := range Accounts.IDs(r, "tag", store.K("b")) {
			t.Errorf("still tagged b: %s %v", id, err)
		}
		return nil
	})
	s.Must(&DeleteAccount{ID: vienna.Subject})
	wantKind(t, s.Fails(&DeleteAccount{ID: vienna.Subject}), fault.NotFound, "")
}

func testUnique(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	a := s.Must(&CreateAccount{Called: "Same"})
	b := s.Must(&CreateAccount{Called: "Other"})
	wantKind(t, s.Fails(&CreateAccount{Called: "same "}), fault.Conflict, "account.exists")
	wantKind(t, s.Fails(&EditAccount{ID: b.Subject, Called: ptr("SAME")}), fault.Conflict, "account.exists")
	s.Must(&EditAccount{ID: a.Subject, Called: ptr("SAME")})
	s.Must(&SwapNames{A: a.Subject, B: b.Subject})
	if s.Account(a.Subject).Name != "Other" || s.Account(b.Subject).Name != "SAME" {
		t.Error("the names were not exchanged")
	}
	s.Must(&CreateAccount{Called: "Some"})
	s.Must(&CreateAccount{Called: "Sam"})
}

func testRefused(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	wantKind(t, s.Fails(&CreateAccount{Called: " "}), fault.Invalid, "")
	a := s.Intent(&CreateAccount{Called: "Good"})
	bad := s.Intent(&CreateAccount{Called: "Bad", Balance: -1})
	c := s.Intent(&CreateAccount{Called: "Also good"})
	size := s.Size()
	recs, err := s.Do(t.Context(), a, bad, c)
	if err != nil || len(recs) != 3 || recs[0].Err != nil || recs[2].Err != nil {
		t.Fatalf("%+v, %v", recs, err)
	}
	wantKind(t, recs[1].Err, fault.Refused, "account.overdrawn")
	if recs[1].Seq != 0 || s.Size() != size+2 || recs[2].Seq != size+2 {
		t.Errorf("entries %d, %d, %d of %d", recs[0].Seq, recs[1].Seq, recs[2].Seq, s.Size())
	}
	bad.Cmd = &CreateAccount{Called: "Bad", Balance: 1}
	if _, err := s.One(t.Context(), bad); err != nil {
		t.Errorf("a refused command's id may be used again: %v", err)
	}
}

func testNumbers(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	a := s.Must(&CreateAccount{Called: "A"})
	one := s.Must(&OpenTicket{Account: a.Subject})
	s.Fails(&OpenTicket{Account: "ac_00000000000000000000000000"})
	two := s.Must(&OpenTicket{Account: a.Subject})
	if one.Number != "TK-1001" || two.Number != "TK-1002" {
		t.Errorf("numbers %s, %s", one.Number, two.Number)
	}
	s.Read(func(r store.Reader) error {
		tk, err := Tickets.Find(r, "tk-1002")
		if err == nil && tk.ID != two.Subject {
			t.Errorf("tk-1002 is %s", tk.ID)
		}
		_, no := Accounts.Find(r, "TK-1002")
		wantKind(t, no, fault.NotFound, "")
		return err
	})
}

func testRevisions(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	s.Must(&PublishPolicy{Of: "Gold", Hours: 4})
	a := s.Must(&CreateAccount{Called: "A"})
	tk := s.Must(&OpenTicket{Account: a.Subject, Policy: "gold"})
	s.Must(&PublishPolicy{Of: "gold", Hours: 2})
	again := s.Must(&PublishPolicy{Of: "GOLD", Hours: 2})
	if len(again.Changes) != 0 {
		t.Errorf("publishing the same again changed %+v", again.Changes)
	}
	s.Must(&PublishPolicy{Of: "Gold plus", Hours: 1})
	s.Read(func(r store.Reader) error {
		pinned, err := Tickets.Get(r, tk.Subject)
		if err != nil {
			return err
		}
		old, err := Policies.At(r, *pinned.Policy)
		if err != nil {
			return err
		}
		now, pin, err := Policies.Newest(r, "Gold")
		if err != nil {
			return err
		}
		if old.Hours != 4 || now.Hours != 2 || pin.Rev != 2 || pin.Name != "Gold" {
			t.Errorf("pinned %+v, newest %+v %+v", old, now, pin)
		}
		list, err := Policies.List(r)
		if len(list) != 3 || list[1].Rev != 2 || list[2].Name != "Gold plus" {
			t.Errorf("list %+v", list)
		}
		return err
	})
}

func testIdempotent(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	in := s.Intent(&CreateAccount{Called: "Once"})
	first, err := s.One(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	before := s.Text()
	again, err := s.One(t.Context(), in)
	if err != nil || !again.Again || again.Seq != first.Seq || again.Subject != first.Subject || len(again.Events) != 1 {
		t.Errorf("again: %+v, %v", again, err)
	}
	in.Cmd = &CreateAccount{Called: "Twice"}
	_, err = s.One(t.Context(), in)
	wantKind(t, err, fault.Conflict, "command.reused")
	if s.Text() != before {
		t.Error("repeating a command changed the store")
	}
	in = s.Intent(&CreateAccount{Called: "In one batch"})
	recs, err := s.Do(t.Context(), in, in)
	if err != nil || recs[0].Seq == 0 || !recs[1].Again || recs[1].Seq != recs[0].Seq {
		t.Errorf("twice in one batch: %+v, %v", recs, err)
	}
}

func testPreview(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	a := s.Must(&CreateAccount{Called: "A", Balance: 5})
	before := s.Text()
	edit := s.Intent(&EditAccount{ID: a.Subject, Balance: ptr(3)})
	recs, err := s.Preview(t.Context(), edit, s.Intent(&OpenTicket{Account: a.Subject}),
		s.Intent(&EditAccount{ID: a.Subject, Balance: ptr(-3)}))
	if err != nil || len(recs) != 3 || recs[0].Seq != 0 {
		t.Fatalf("%+v, %v", recs, err)
	}
	if recs[1].Number != "TK-1001" || len(recs[1].Changes) != 2 {
		t.Errorf("the second sees the first: %+v", recs[1])
	}
	wantKind(t, recs[2].Err, fault.Refused, "account.overdrawn")
	if s.Text() != before {
		t.Error("a preview changed the store")
	}
	done, err := s.One(t.Context(), edit)
	if err != nil || string(done.Changes[0].After) != string(recs[0].Changes[0].After) {
		t.Errorf("the preview showed %s, done was %s (%v)", recs[0].Changes[0].After, done.Changes[0].After, err)
	}
}

// testPurity decides one intent in two shops with different pasts.
func testPurity(t *testing.T, open func(testing.TB) store.Engine) {
	here, there := NewShop(t, open(t)), NewShop(t, open(t))
	for i := range 3 {
		there.Must(&CreateAccount{Called: fmt.Sprint("Other ", i)})
	}
	at := time.Date(2026, 1, 3, 4, 5, 6, 0, time.UTC)
	in := store.Intent{ID: ID(4711), Cmd: &CreateAccount{Called: "Same", Tags: []string{"b", "a"}, Margin: "0.1"}, Actor: Anna, At: at}
	a, err := here.One(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := there.One(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if a.Seq == b.Seq {
		t.Fatal("the shops have the same past")
	}
	if a.Subject != b.Subject || string(a.Changes[0].After) != string(b.Changes[0].After) {
		t.Errorf("%s %s\n%s %s", a.Subject, a.Changes[0].After, b.Subject, b.Changes[0].After)
	}
}

func testDerived(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	a := s.Must(&CreateAccount{Called: "A"})
	tk := s.Must(&OpenTicket{Account: a.Subject})
	s.Must(&OpenTicket{Account: a.Subject})
	if n := s.Account(a.Subject).Open; n != 2 {
		t.Errorf("open %d", n)
	}
	s.Must(&CloseTicket{ID: tk.Subject})
	if n := s.Account(a.Subject).Open; n != 1 {
		t.Errorf("open %d after closing", n)
	}
	wantKind(t, s.Fails(&CloseTicket{ID: tk.Subject}), fault.Refused, "ticket.closed")
	rec, err := s.One(t.Context(), store.Intent{Cmd: &CreateAccount{Called: "By Ben"}, Actor: Ben})
	if err != nil || len(rec.Changes) != 2 {
		t.Errorf("the first command of a person makes the person: %+v, %v", rec.Changes, err)
	}
	s.Read(func(r store.Reader) error {
		e, err := store.ReadEntry(r, rec.Seq)
		if err != nil {
			return err
		}
		who, err := e.Actor()
		if who.Name != "ben" || who.ID.Prefix() != "pe" {
			t.Errorf("actor %+v", who)
		}
		return err
	})
}
