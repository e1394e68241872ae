package intake

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callout/billing"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/store/bolt"
	"callout/store/storetest"
	"callout/work"
)

// BenchmarkImport brings orders with an item each into a store on disk. By hand is the
// baseline: the same orders, tasks and items by the rooms' own commands, one for each, in batches
// of the same size. The hundred thousand run without -short only.
func BenchmarkImport(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		if n > 1000 && testing.Short() {
			continue
		}
		b.Run(fmt.Sprintf("rows=%d/file", n), func(b *testing.B) {
			file := manyRows(n)
			m, err := ParseMapping([]byte(smallMap))
			if err != nil {
				b.Fatal(err)
			}
			onDisk(b, n, func(s *store.Store) {
				sum, err := Run(b.Context(), s, m, strings.NewReader(file), asAna())
				if err != nil || sum.Imported != n {
					b.Fatalf("%+v, %v", sum, err)
				}
			})
		})
		b.Run(fmt.Sprintf("rows=%d/by-hand", n), func(b *testing.B) {
			onDisk(b, n, func(s *store.Store) { byHand(b, s, n) })
		})
	}
}

// BenchmarkImportAgain is a second run over a file that is in already.
func BenchmarkImportAgain(b *testing.B) {
	const n = 5000
	bench := newBench(b)
	file := manyRows(n)
	bench.bring(smallMap, file).want(b, n, 0, 0)
	b.ResetTimer()
	for b.Loop() {
		bench.bring(smallMap, file).want(b, 0, n, 0)
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// onDisk measures fill on new stores, and says how fast it was and how large they became.
func onDisk(b *testing.B, rows int, fill func(*store.Store)) {
	b.Helper()
	var size int64
	for b.Loop() {
		b.StopTimer()
		path := filepath.Join(b.TempDir(), "shop.db")
		e, err := bolt.Open(path, bolt.Options{LockWait: time.Minute, Create: true})
		if err != nil {
			b.Fatal(err)
		}
		s, err := store.Open(e, schema(), store.Options{Keys: storetest.NewKeys()})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Init(b.Context(), storetest.Tenant, store.Actor{Name: "Ana"}); err != nil {
			b.Fatal(err)
		}
		must(b, s, &party.InitCompany{Company: "Brix", Code: "AUD", Zone: "Europe/Vienna"})
		b.StartTimer()
		fill(s)
		b.StopTimer()
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
		st, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		size = st.Size()
		b.StartTimer()
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(size)/float64(rows), "file-B/row")
}

func must(b *testing.B, s *store.Store, cmds ...store.Command) []store.Receipt {
	b.Helper()
	intents := make([]store.Intent, len(cmds))
	for i, c := range cmds {
		intents[i] = store.Intent{Cmd: c, Actor: store.Actor{Name: "Ana", How: store.Asserted}}
	}
	recs, err := s.Do(context.Background(), intents...)
	if err != nil {
		b.Fatal(err)
	}
	for _, rec := range recs {
		if rec.Err != nil {
			b.Fatal(rec.Err)
		}
	}
	return recs
}

func byHand(b *testing.B, s *store.Store, n int) {
	b.Helper()
	customer := must(b, s, &work.AddCustomer{Customer: "Pit Nine"})[0].Subject
	site := must(b, s, &work.AddSite{Customer: customer, Site: "North Pit"})[0].Subject
	for done := 0; done < n; done += batchRows {
		var orders, parts []store.Command
		for i := done; i < min(n, done+batchRows); i++ {
			orders = append(orders, &work.CreateWorkOrder{Customer: customer, Site: site, Title: fmt.Sprintf("job %d", i)})
		}
		for i, rec := range must(b, s, orders...) {
			cost := money.NewPrice(int64(done+i)%1000*10+5, 1)
			parts = append(parts, &work.AddTask{Order: rec.Subject, Title: fmt.Sprintf("job %d", done+i)},
				&billing.AddItem{
					Order: rec.Subject, Kind: billing.ExpenseItem, Text: "Repair", Qty: money.NewQuantity(1, 0),
					Cost: &cost, Price: &cost,
				})
		}
		must(b, s, parts...)
	}
}
