package party_test

import (
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// townHall is a store of this room only.
type townHall struct {
	*store.Store
	tb testing.TB
}

func newTownHall(t *testing.T) *townHall {
	t.Helper()
	s, err := store.Open(memory.New(), store.Schema{
		App: "test", Prelude: party.Meet, Collections: party.Collections(), Commands: party.Commands(),
	}, store.Options{Keys: storetest.NewKeys(), Now: storetest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(t.Context(), storetest.Tenant, store.Actor{Name: "ana", How: store.Asserted}); err != nil {
		t.Fatal(err)
	}
	return &townHall{Store: s, tb: t}
}

func (h *townHall) do(who string, cmd store.Command) (store.Receipt, error) {
	return h.One(h.tb.Context(), store.Intent{Cmd: cmd, Actor: store.Actor{Name: who, How: store.Asserted}})
}

func (h *townHall) must(cmd store.Command) store.Receipt {
	h.tb.Helper()
	rec, err := h.do("ana", cmd)
	if err != nil {
		h.tb.Fatalf("%s: %v", cmd.Name(), err)
	}
	return rec
}

func (h *townHall) read(fn func(r store.Reader) error) {
	h.tb.Helper()
	if err := h.View(h.tb.Context(), fn); err != nil {
		h.tb.Fatal(err)
	}
}

func vienna() *party.InitCompany {
	return &party.InitCompany{Company: "Alpine Lifts", Code: "EUR", Zone: "Europe/Vienna", Country: "at"}
}

func TestTheCompanyIsNamedOnce(t *testing.T) {
	h := newTownHall(t)
	h.read(func(r store.Reader) error {
		if _, err := party.TheCompany(r); fault.CodeOf(err) != "store.empty" {
			t.Fatalf("before init: %v", err)
		}
		return nil
	})
	h.must(vienna())
	if _, err := h.do("ana", vienna()); fault.CodeOf(err) != "company.exists" {
		t.Fatalf("twice: %v", err)
	}
	name, country := "Alpine Lifts & Co", "DE"
	h.must(&party.EditCompany{Company: &name, Country: &country})
	h.read(func(r store.Reader) error {
		c, err := party.TheCompany(r)
		if err != nil {
			return err
		}
		if c.Name != name || c.Country != "DE" || c.Zone != "Europe/Vienna" || c.Currency.Code() != "EUR" {
			t.Fatalf("the company is %+v", c)
		}
		return nil
	})
}

func TestBadInputNamesItsField(t *testing.T) {
	h := newTownHall(t)
	h.must(vienna())
	text := func(s string) *string { return &s }
	tests := []struct {
		cmd   store.Command
		field string
	}{
		{&party.EditCompany{Company: text(" ")}, "name"},
		{&party.EditCompany{Zone: text("Vienna")}, "tz"},
		{&party.EditCompany{Country: text("Austria")}, "country"},
		{&party.EditCompany{Country: text("A1")}, "country"},
		{&party.AddBranch{Branch: ""}, "name"},
		{&party.AddBranch{Branch: "-"}, "name"},
		{&party.AddBranch{Branch: strings.Repeat("x", 201)}, "name"},
		{&party.AddBranch{Branch: "red \x1b[31m"}, "name"},
		{&party.AddBranch{Branch: "ana\u202egpj"}, "name"},
		{&party.AddBranch{Branch: "Graz", Zone: "CET+1"}, "tz"},
		{&party.AddBranch{Branch: "Graz", Hours: "Mon-Fry 8-5"}, "hours"},
	}
	for _, tc := range tests {
		_, err := h.do("ana", tc.cmd)
		var f *fault.Error
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", tc.cmd, err)
		} else if f = err.(*fault.Error); f.Field != tc.field { //nolint:errorlint // made here
			t.Errorf("%+v blames %q: %v", tc.cmd, f.Field, err)
		}
	}
	if _, err := h.do("tab\x07", &party.AddBranch{Branch: "Graz"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an actor that cannot be seen: %v", err)
	}
	if _, err := h.do("", &party.AddBranch{Branch: "Graz"}); fault.CodeOf(err) != "actor.missing" {
		t.Errorf("no actor: %v", err)
	}
}

func TestBranches(t *testing.T) {
	h := newTownHall(t)
	if _, err := h.do("ana", &party.AddBranch{Branch: "Graz"}); fault.CodeOf(err) != "store.empty" {
		t.Fatalf("before init: %v", err)
	}
	h.must(vienna())
	id := h.must(&party.AddBranch{Branch: "  Graz  Süd "}).Subject
	h.must(&party.AddBranch{Branch: "Lisbon", Zone: "Europe/Lisbon", Hours: "mon-fri 9:00-18:00"})
	if _, err := h.do("ana", &party.AddBranch{Branch: "GRAZ süd"}); !fault.Is(err, fault.Conflict) {
		t.Fatalf("the same name twice: %v", err)
	}
	hours, none := "Mon-Fri 08:00-17:00", ""
	h.must(&party.EditBranch{Branch: id, Hours: &hours})
	var rows []party.BranchRow
	h.read(func(r store.Reader) error {
		for row, err := range party.ListBranches(r) {
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		found, err := party.Branches.FindID(r, "graz  süd")
		if found != id {
			t.Errorf("looking it up by name finds %s, %v", found, err)
		}
		return err
	})
	if len(rows) != 2 || rows[0] != (party.BranchRow{ID: id, Name: "Graz Süd", Zone: "Europe/Vienna", Hours: hours}) ||
		rows[1].Hours != "Mon-Fri 09:00-18:00" {
		t.Fatalf("the branches are %+v", rows)
	}
	h.must(&party.EditBranch{Branch: id, Hours: &none})
	h.read(func(r store.Reader) error {
		b, err := party.Branches.Get(r, id)
		if err == nil && !b.Hours.IsZero() {
			t.Errorf("the hours are %s", b.Hours)
		}
		return err
	})
}

func TestPeopleAreMetOnce(t *testing.T) {
	h := newTownHall(t)
	h.must(vienna())
	for _, who := range []string{"Bert Maier", "bert  maier", " BERT MAIER"} {
		name := "Alpine " + who
		if _, err := h.do(who, &party.EditCompany{Company: &name}); err != nil {
			t.Fatal(err)
		}
	}
	process := store.Actor{Name: "callout", How: store.Process}
	address := "Graz"
	if _, err := h.One(t.Context(), store.Intent{Cmd: &party.EditCompany{Address: &address}, Actor: process}); err != nil {
		t.Fatal(err)
	}
	h.read(func(r store.Reader) error {
		var names []string
		for row, err := range party.ListPeople(r) {
			if err != nil {
				return err
			}
			names = append(names, row.Name+"/"+string(row.How))
		}
		if got := strings.Join(names, " "); got != "ana/asserted Bert Maier/asserted" {
			t.Errorf("the people are %s", got)
		}
		return nil
	})
}
