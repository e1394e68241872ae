package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// does is a command made of a function, for what only this package does.
type does struct {
	do func(tx *store.Tx) error
}

func (does) Name() string { return "account.does.v1" }

func (d does) Do(tx *store.Tx) error { return d.do(tx) }

func (does) MarshalJSON() ([]byte, error) { return []byte("{}"), nil }

func TestChangesArePicked(t *testing.T) {
	s := storetest.NewShop(t, memory.New())
	old := s.Must(&storetest.CreateAccount{Called: "Old", Tags: []string{"kept"}}).Subject
	gone := s.Must(&storetest.CreateAccount{Called: "Gone"}).Subject
	s.Must(does{func(tx *store.Tx) error {
		a, err := storetest.Accounts.Get(tx, old)
		if err != nil {
			return err
		}
		a.City = "Graz"
		if err := storetest.Accounts.Put(tx, a); err != nil {
			return err
		}
		if err := storetest.Accounts.Delete(tx, gone); err != nil {
			return err
		}
		made := &storetest.Account{Name: "New"}
		made.ID = storetest.Accounts.NewID(tx, "")
		if err := storetest.Accounts.Put(tx, made); err != nil {
			return err
		}
		fleeting := &storetest.Account{Name: "Fleeting"}
		fleeting.ID = storetest.Accounts.NewID(tx, "2")
		if err := storetest.Accounts.Put(tx, fleeting); err != nil {
			return err
		}
		if err := storetest.Accounts.Delete(tx, fleeting.ID); err != nil {
			return err
		}
		never := func(_, _ *storetest.Account) bool { return false }
		for _, tt := range []struct {
			which []func(before, after *storetest.Account) bool
			want  string
		}{
			{nil, "Old→Old Gone→- -→New -→-"},
			{which: []func(before, after *storetest.Account) bool{store.Created[storetest.Account]}, want: "-→New -→-"},
			{which: []func(before, after *storetest.Account) bool{store.Edited[storetest.Account]}, want: "Old→Old"},
			{which: []func(before, after *storetest.Account) bool{store.Deleted[storetest.Account]}, want: "Gone→-"},
			{which: []func(before, after *storetest.Account) bool{store.Edited[storetest.Account], never}, want: ""},
		} {
			changed, err := storetest.Accounts.Changed(tx, tt.which...)
			if err != nil {
				return err
			}
			var got []string
			for _, ch := range changed {
				got = append(got, nameOf(ch.Before)+"→"+nameOf(ch.After))
				if ch.After != nil && len(ch.After.Tags) > 0 {
					ch.After.Name, ch.After.Tags[0] = "spoiled", "spoiled"
				}
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		}
		return nil
	}})
	if a := s.Account(old); a.Name != "Old" || a.City != "Graz" || !slices.Equal(a.Tags, []string{"kept"}) {
		t.Errorf("what a rule did to its copies is stored: %+v", a)
	}
}

func nameOf(a *storetest.Account) string {
	if a == nil {
		return "-"
	}
	return a.Name
}

// Which revision is the newest is remembered from command to command, and never wrong for it: not within the
// command that publishes one, not when that is refused, not after it.
func TestNewestRevisionIsAskedOften(t *testing.T) {
	s := storetest.NewShop(t, memory.New())
	var saw []string
	look := func(tx *store.Tx) error {
		_, pin, err := storetest.Policies.Newest(tx, "hours")
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		saw = append(saw, fmt.Sprint(pin.Rev))
		return nil
	}
	publish := func(hours int, then error) does {
		return does{func(tx *store.Tx) error {
			if _, err := storetest.Policies.Publish(tx, "hours", storetest.Policy{Hours: hours}); err != nil {
				return err
			}
			if err := look(tx); err != nil {
				return err
			}
			return then
		}}
	}
	no := fault.Refusedf("no")
	recs, err := s.Do(t.Context(),
		s.Intent(does{look}), s.Intent(publish(1, no)), s.Intent(does{look}),
		s.Intent(publish(1, nil)), s.Intent(does{look}), s.Intent(does{look}),
		s.Intent(publish(2, no)), s.Intent(does{look}), s.Intent(publish(3, nil)), s.Intent(does{look}))
	if err != nil {
		t.Fatal(err)
	}
	for i, rec := range recs {
		if (rec.Err != nil) != (i == 1 || i == 6) {
			t.Fatalf("command %d: %v", i, rec.Err)
		}
	}
	if got, want := strings.Join(saw, " "), "0 1 0 1 1 1 2 1 2 2"; got != want {
		t.Errorf("saw revisions %s, want %s", got, want)
	}
}
