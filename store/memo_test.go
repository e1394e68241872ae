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
