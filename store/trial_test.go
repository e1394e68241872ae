package store_test

import (
	"testing"

	"callout/internal/fault"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// busyKeys has somebody commit just before it is asked what was seen.
type busyKeys struct {
	store.Keyring
	meanwhile func()
}

func (k *busyKeys) Seen(tenant string) (string, error) {
	if f := k.meanwhile; f != nil {
		k.meanwhile = nil
		f()
	}
	return k.Keyring.Seen(tenant)
}

// A snapshot that others have left behind is no store that was put back: the dry run is made on the next one.
func TestTrialWhileOthersCommit(t *testing.T) {
	engine := memory.New()
	s := storetest.NewShop(t, engine)
	keys := &busyKeys{Keyring: s.Keys}
	trial, err := store.Open(engine, storetest.Business(), store.Options{Keys: keys, Now: storetest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	keys.meanwhile = func() { s.Must(&storetest.CreateAccount{Called: "B"}) }
	recs, err := trial.Preview(t.Context(), store.Intent{ID: storetest.ID(900), Cmd: &storetest.CreateAccount{Called: "A"}, Actor: storetest.Anna})
	if err != nil || recs[0].Err != nil {
		t.Fatal(err, recs)
	}
	if keys.meanwhile != nil {
		t.Fatal("nobody committed meanwhile")
	}

	// A store that was put back is refused all the same.
	old := memory.New()
	behind := storetest.NewShop(t, old)
	s.Must(&storetest.CreateAccount{Called: "C"})
	seen, err := s.Keys.Seen(storetest.Tenant.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := behind.Keys.See(storetest.Tenant.String(), seen); err != nil {
		t.Fatal(err)
	}
	if _, err := behind.Preview(t.Context(), behind.Intent(&storetest.CreateAccount{Called: "D"})); fault.CodeOf(err) != "store.regressed" {
		t.Errorf("a store behind what was seen: %v", err)
	}
}
