package postgres

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"callout/store"
	"callout/store/bolt"
	"callout/store/memory"
	"callout/store/postgres/pgtest"
	"callout/store/storetest"
)

// counting counts what the server is asked, beside what a transaction begins and ends with.
type counting struct {
	*Engine
	asked, commits int
}

func (c *counting) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	return c.Engine.Commit(ctx, func(r store.Reader) (store.Batch, error) {
		batch, err := decide(r)
		c.commits++
		c.asked += r.(*reader).asked
		return batch, err
	})
}

// BenchmarkEngines has the same commands on each engine, so many in one transaction, beside what a sync of the disk
// takes in the same run. A command creates an account of about 500 bytes with its cost, three index entries and its journal entry, or changes
// one; the server is durable, and on this machine.
//
//	go test ./store/postgres -run '^$' -bench Engines
func BenchmarkEngines(b *testing.B) {
	server := pgtest.Own(b, true)
	engines := []struct {
		name string
		open func(b *testing.B) store.Engine
	}{
		{"memory", func(*testing.B) store.Engine { return memory.New() }},
		{"bolt", func(b *testing.B) store.Engine {
			e, err := bolt.Open(filepath.Join(b.TempDir(), "callout.db"), bolt.Options{Create: true})
			if err != nil {
				b.Fatal(err)
			}
			return e
		}},
		{"postgres", func(b *testing.B) store.Engine {
			return &counting{Engine: openAt(b, server.URL(), pgtest.Tenant(), Options{Create: true})}
		}},
	}
	for _, n := range []int{1, 16, 64, 256} {
		for _, e := range engines {
			for _, what := range []string{"create", "edit"} {
				b.Run(what+"-"+strconv.Itoa(n)+"/"+e.name, func(b *testing.B) { benchmarkDo(b, e.open(b), what, n) })
			}
		}
	}
}

// load makes commands of the suite's business.
type load struct {
	made atomic.Int64
	ids  []store.ID
}

func (l *load) creates(n int) (in []store.Intent) {
	for range n {
		made := int(l.made.Add(1))
		in = append(in, store.Intent{Actor: storetest.Anna, Device: "K7", Cmd: &storetest.CreateAccount{
			Called: fmt.Sprintf("%08x account", uint32(made)*2654435761), City: []string{"Graz", "Linz", "Wien"}[made%3],
			Balance: made, Margin: "0.25", Tags: []string{"a"}, Note: "third floor, key at the porter's lodge, mind the dog; " +
				"the last visit left the outer panel open because the gasket had not come",
		}})
	}
	return in
}

func (l *load) edits(n int) (in []store.Intent) {
	for range n {
		made := int(l.made.Add(1))
		in = append(in, store.Intent{Actor: storetest.Anna, Cmd: &storetest.EditAccount{ID: l.ids[made*7919%len(l.ids)], Balance: &made}})
	}
	return in
}

// do does commands that must be accepted, and notes what they were about.
func (l *load) do(b *testing.B, s *store.Store, in []store.Intent) {
	recs, err := s.Do(b.Context(), in...)
	if err != nil {
		b.Error(err)
		return
	}
	for _, rec := range recs {
		if rec.Err != nil {
			b.Error(rec.Err)
		} else if len(l.ids) < 5000 {
			l.ids = append(l.ids, rec.Subject)
		}
	}
}

// BenchmarkReplicas has three engines change the same records, 16 in a call, and shows how often
// each command makes one ask the server, whose memory the others' commits have overtaken.
func BenchmarkReplicas(b *testing.B) {
	server := pgtest.Own(b, true)
	tenant := pgtest.Tenant()
	first := openAt(b, server.URL(), tenant, Options{Create: true})
	s := business(b, first)
	found(b, s)
	l := &load{}
	for range 10 {
		l.do(b, s, l.creates(500))
	}
	l.ids = l.ids[:200] // which all of them soon know
	const replicas, each = 3, 16
	var engines []*counting
	var stores []*store.Store
	for range replicas {
		e := &counting{Engine: openAt(b, server.URL(), tenant, Options{})}
		engines, stores = append(engines, e), append(stores, business(b, e))
	}
	sync50 := storetest.SyncTime(b, b.TempDir())
	for b.Loop() {
		var all sync.WaitGroup
		for _, s := range stores {
			all.Go(func() {
				for range 10 {
					l.do(b, s, l.edits(each))
				}
			})
		}
		all.Wait()
	}
	asked := 0
	for _, e := range engines {
		asked += e.asked
	}
	n := float64(replicas * 10 * each * b.N)
	b.ReportMetric(n/b.Elapsed().Seconds(), "commands/s")
	b.ReportMetric(float64(sync50.Microseconds()), "µs/sync")
	b.ReportMetric(float64(asked)/n, "asked/command")
}

func benchmarkDo(b *testing.B, e store.Engine, what string, n int) {
	s := business(b, e)
	found(b, s)
	l := &load{}
	for range 10 {
		l.do(b, s, l.creates(500))
	}
	c, _ := e.(*counting)
	if c != nil {
		c.asked, c.commits = 0, 0
	}
	page := storetest.SyncTime(b, b.TempDir())
	for b.Loop() {
		b.StopTimer()
		in := l.creates
		if what == "edit" {
			in = l.edits
		}
		intents := in(n)
		b.StartTimer()
		l.do(b, s, intents)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "commands/s")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(max(1, page.Microseconds())), "syncs/call")
	b.ReportMetric(float64(page.Microseconds()), "µs/sync")
	if c != nil {
		b.ReportMetric(float64(c.asked)/float64(n*b.N), "asked/command")
	}
}
