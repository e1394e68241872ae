package postgres

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/postgres/pgtest"
	"callout/store/storetest"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// budget is a small number by default and a large one for a long run:
//
//	CALLOUT_LONG=1 go test -timeout 60m -v ./store/postgres
func budget(small, large int) int {
	if os.Getenv("CALLOUT_LONG") != "" {
		return large
	}
	return small
}

// business puts the suite's business on an engine, with a clock and chance as in life.
func business(tb testing.TB, e store.Engine) *store.Store {
	tb.Helper()
	s, err := store.Open(e, storetest.Business(), store.Options{Keys: storetest.NewKeys()})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// found makes the store's first entries.
func found(tb testing.TB, s *store.Store) {
	tb.Helper()
	if err := s.Init(tb.Context(), storetest.Tenant, storetest.Anna); err != nil {
		tb.Fatal(err)
	}
	if _, err := s.One(tb.Context(), create("the first")); err != nil {
		tb.Fatal(err)
	}
}

// create is an intent with an id of its own.
func create(name string) store.Intent {
	return store.Intent{ID: store.CommandIDFrom(name, ""), Actor: storetest.Anna, Device: "K7",
		Cmd: &storetest.CreateAccount{Called: name, City: "Graz"}}
}

// entries counts the journal, and reads all of it from the server's own rows.
func entries(tb testing.TB, url, tenant string) (n uint64, ids map[uuid.UUID]bool) {
	tb.Helper()
	e := openAt(tb, url, tenant, Options{Cache: 1})
	s := business(tb, e)
	ids = map[uuid.UUID]bool{}
	err := s.View(tb.Context(), func(r store.Reader) (err error) {
		if n, err = store.Size(r); err != nil {
			return err
		}
		for seq := uint64(1); seq <= n; seq++ {
			entry, err := store.ReadEntry(r, seq)
			if err != nil {
				return err
			}
			id := entry.Leaf.Cmd
			if ids[id] {
				tb.Errorf("the command %s has two entries", id)
			}
			ids[id] = true
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	rep, err := s.Verify(tb.Context(), store.VerifyOptions{})
	if err != nil || !rep.OK() {
		tb.Errorf("%+v, %v", rep, err)
	}
	return n, ids
}

// TestTerminated has the backends of three busy replicas terminated at random: whatever was acknowledged
// is there once, and nothing else is.
func TestTerminated(t *testing.T) {
	url, tenant := pgtest.URL(t), pgtest.Tenant()
	first := openAt(t, url, tenant, Options{Create: true})
	found(t, business(t, first))
	name := "chaos-" + tenant
	stop := make(chan struct{})
	var acked, asked atomic.Int64
	var work, killing sync.WaitGroup
	kills := 0
	killing.Go(func() { kills = terminate(t, url, name, stop) })
	const replicas, workers = 3, 4
	all := make(chan store.Intent, 100_000)
	for r := range replicas {
		s := business(t, openAt(t, url+" application_name="+name, tenant, Options{Connections: workers}))
		for w := range workers {
			work.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					var in []store.Intent
					for i := range 1 + n%3 {
						in = append(in, create(fmt.Sprintf("account %d-%d-%d-%d", r, w, n, i)))
					}
					again, err := insistently(s, in)
					if err != nil {
						t.Errorf("replica %d: %v", r, err)
						return
					}
					asked.Add(int64(again))
					acked.Add(int64(len(in)))
					for _, i := range in {
						all <- i
					}
				}
			})
		}
	}
	time.Sleep(time.Duration(budget(2, 60)) * time.Second) // how long it is tried, not what is waited for
	close(stop)
	work.Wait()
	killing.Wait()
	close(all)
	n, ids := entries(t, url, tenant)
	for in := range all {
		if !ids[in.ID] {
			t.Errorf("%s was acknowledged and is lost", in.ID)
		}
	}
	if int64(n) != acked.Load()+2 {
		t.Errorf("%d entries of %d acknowledged commands and 2", n, acked.Load())
	}
	if kills < 5 || acked.Load() < 50 {
		t.Errorf("%d backends terminated, %d commands acknowledged: that shows nothing", kills, acked.Load())
	}
	t.Logf("%d backends terminated, %d commands acknowledged, asked again %d times", kills, acked.Load(), asked.Load())
}

// insistently does some intents as a client does: where it is not told that they are done, it asks again
// with the same ids. It returns how often.
func insistently(s *store.Store, in []store.Intent) (again int, err error) {
	for {
		recs, err := s.Do(context.Background(), in...)
		if fault.Is(err, fault.Unknown) || fault.Is(err, fault.Busy) {
			again++
			continue
		}
		if err == nil && len(recs) != len(in) {
			err = fmt.Errorf("%d receipts of %d", len(recs), len(in))
		}
		for _, rec := range recs {
			if rec.Err != nil {
				err = rec.Err
			}
		}
		return again, err
	}
}

// terminate ends a random busy backend every 20 to 80 ms, and returns how many there were.
func terminate(t *testing.T, url, name string, stop chan struct{}) (n int) {
	c, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer c.Close(context.Background()) //nolint:errcheck // nothing is lost
	for {
		select {
		case <-stop:
			return n
		case <-time.After(20*time.Millisecond + rand.N(60*time.Millisecond)):
		}
		tag, err := c.Exec(context.Background(), `select pg_terminate_backend(pid) from pg_stat_activity
			where application_name = $1 and state <> 'idle' order by random() limit 1`, name)
		if err != nil {
			t.Error(err)
			return n
		}
		n += int(tag.RowsAffected())
	}
}
