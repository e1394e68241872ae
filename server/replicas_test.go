package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callout/store"
)

// TestReplicas has three servers, each a process, answer for one shop, and clients that ask whichever. Servers are killed and started
// anew, and the database is, all the while. Afterwards each command that was answered has one entry, nothing else has
// any, and all of it follows from the signed journal.
func TestReplicas(t *testing.T) {
	f := newFleet(t, true)
	for n := range 3 {
		f.start(n)
	}
	var at sync.RWMutex
	pick := func() string {
		at.RLock()
		defer at.RUnlock()
		return f.at[rand.IntN(len(f.at))]
	}
	before := f.entries()
	clients, each := 12, budget(25, 2000)
	var acked, done atomic.Int64
	var work sync.WaitGroup
	for c := range clients {
		who := newCaller(f.token)
		work.Go(func() {
			for n := range each {
				name := fmt.Sprintf("Customer %d of client %d", n, c)
				status, answer := who.do(pick, uuidOf(c*100_000+n), "customer.add.v1", map[string]any{"name": name})
				if status != http.StatusOK {
					t.Errorf("%s: %d %.300s", name, status, answer)
					return
				}
				acked.Add(1)
			}
		})
	}
	go func() { work.Wait(); done.Store(1) }()
	kills := 0
	for round := 0; done.Load() == 0 && !t.Failed(); round++ {
		reached := acked.Load()
		for acked.Load() < reached+int64(clients*each/8) && done.Load() == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		if done.Load() != 0 {
			break
		}
		if round%3 == 1 {
			if err := f.database.Kill(); err != nil {
				t.Error(err)
			}
			if err := f.database.Run(); err != nil {
				t.Fatal(err)
			}
		} else {
			f.kill(round % 3)
			at.Lock()
			f.start(round % 3)
			at.Unlock()
		}
		kills++
	}
	work.Wait()
	if kills < 3 {
		t.Errorf("%d deaths: that shows nothing", kills)
	}
	ids := f.verified()
	for c := range clients {
		for n := range each {
			id := uuidOf(c*100_000 + n)
			if ids[id] != 1 {
				t.Errorf("command %s was answered, and has %d entries", id, ids[id])
			}
		}
	}
	if got := f.entries() - before; got != uint64(clients*each) {
		t.Errorf("%d entries of %d commands", got, clients*each)
	}
	t.Logf("%d commands, %d deaths", acked.Load(), kills)
}

// entries is how long the journal is.
func (f *fleet) entries() (n uint64) {
	f.t.Helper()
	err := f.shop.View(f.t.Context(), func(r store.Reader) (err error) {
		n, err = store.Size(r)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// verified proves the shop, and counts the entries of each command id.
func (f *fleet) verified() map[string]int {
	f.t.Helper()
	rep, err := f.shop.Verify(f.t.Context(), store.VerifyOptions{})
	if err != nil || !rep.OK() {
		f.t.Errorf("%+v, %v", rep, err)
	}
	ids := map[string]int{}
	err = f.shop.View(f.t.Context(), func(r store.Reader) error {
		for e, err := range store.Entries(r, 1, false) {
			if err != nil {
				return err
			}
			ids[e.Leaf.Cmd.String()]++
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return ids
}
