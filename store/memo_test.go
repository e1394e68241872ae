package store_test

import (
	"slices"
	"testing"

	"callout/internal/fault"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// spoil reads an account and changes what it got without writing it. It may then be refused.
type spoil struct {
	ID     store.ID `json:"id"`
	Refuse bool     `json:"refuse"`
}

func (c *spoil) Name() string { return "account.spoil.v1" }

func (c *spoil) Do(tx *store.Tx) error {
	for range 2 {
		a, err := storetest.Accounts.Get(tx, c.ID)
		if err != nil {
			return err
		}
		if !slices.Equal(a.Tags, []string{"warm", "cold"}) {
			return fault.Internalf("it reads %v", a.Tags)
		}
		a.Tags[0], a.Cost.Margin = "spoiled", "spoiled"
	}
	if c.Refuse {
		return fault.Refusedf("no")
	}
	return nil
}

// What a command does to the records that it was given is seen by nobody until it writes
// them: not by itself, and not by the next command of the same transaction.
func TestRecordsThatAreReadAreCopies(t *testing.T) {
	s := storetest.NewShop(t, memory.New())
	id := s.Must(&storetest.CreateAccount{Called: "North", Tags: []string{"warm", "cold"}, Margin: "0.30"}).Subject
	city := "Graz"
	recs, err := s.Do(t.Context(),
		s.Intent(&spoil{ID: id, Refuse: true}), s.Intent(&spoil{ID: id}),
		s.Intent(&storetest.EditAccount{ID: id, City: &city}), s.Intent(&spoil{ID: id}))
	if err != nil {
		t.Fatal(err)
	}
	if !fault.Is(recs[0].Err, fault.Refused) {
		t.Fatalf("the first came back as %v", recs[0].Err)
	}
	for _, rec := range recs[1:] {
		if rec.Err != nil {
			t.Fatal(rec.Err)
		}
	}
	a := s.Account(id)
	if !slices.Equal(a.Tags, []string{"warm", "cold"}) || a.Cost.Margin != "0.30" || a.City != "Graz" {
		t.Fatalf("stored as %+v, %+v", a, a.Cost)
	}
}

// glance edits an account and looks at it before and after.
type glance struct {
	ID   store.ID `json:"id"`
	City string   `json:"city"`
	seen []string
}

func (c *glance) Name() string { return "account.glance.v1" }

func (c *glance) Do(tx *store.Tx) error {
	look := func() error {
		return storetest.Accounts.Peek(tx, c.ID, func(a *storetest.Account) { c.seen = append(c.seen, a.City) })
	}
	if err := look(); err != nil {
		return err
	}
	a, err := storetest.Accounts.Get(tx, c.ID)
	if err != nil {
		return err
	}
	a.City = c.City
	if err := storetest.Accounts.Put(tx, a); err != nil {
		return err
	}
	return look()
}

// TestARecordIsLookedAtAsItIs: whoever only looks at a record sees what a copy would say, also what the same command has
// written, and hears that there is none.
func TestARecordIsLookedAtAsItIs(t *testing.T) {
	s := storetest.NewShop(t, memory.New())
	id := s.Must(&storetest.CreateAccount{Called: "North"}).Subject
	for _, c := range []struct{ city, was string }{{"Graz", ""}, {"Wien", "Graz"}} {
		cmd := &glance{ID: id, City: c.city}
		s.Must(cmd)
		if want := []string{c.was, c.city}; !slices.Equal(cmd.seen, want) {
			t.Errorf("it saw %q, want %q", cmd.seen, want)
		}
	}
	if recs, err := s.Do(t.Context(), s.Intent(&glance{ID: "nobody"})); err != nil || !fault.Is(recs[0].Err, fault.NotFound) {
		t.Errorf("a command without a record: %v, %+v", err, recs)
	}
	err := s.View(t.Context(), func(r store.Reader) error {
		if err := storetest.Accounts.Peek(r, "nobody", func(*storetest.Account) { t.Error("it saw nobody") }); !fault.Is(err, fault.NotFound) {
			t.Errorf("without a record: %v", err)
		}
		return storetest.Accounts.Peek(r, id, func(a *storetest.Account) {
			if a.City != "Wien" {
				t.Errorf("a view saw %q", a.City)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
