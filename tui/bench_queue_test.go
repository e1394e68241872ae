package tui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"callout/party"
	"callout/shop"
	"callout/store"
	"callout/work"
)

// BenchmarkQueue reads the queue of a shop in which every order waits under an SLA: a third of them missed their target, a
// third will in the next days, a third has time. The baseline reads as many rows of one index as the queue shows.
// CALLOUT_BENCH_ORDERS says how many orders there are (2,000 when unset): the reading must not grow with them.
func BenchmarkQueue(b *testing.B) {
	now := time.Now().UTC().Truncate(time.Second)
	s := waitingShop(b, now)
	view := func(fn func(r store.Reader) error) {
		if err := s.View(context.Background(), fn); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("baseline-500-rows", func(b *testing.B) {
		for b.Loop() {
			view(func(r store.Reader) error {
				n := 0
				for _, err := range work.WorkOrders.Rows(r, "status", store.Prefix(store.K(string(work.New)))) {
					if n++; err != nil || n == queueRows {
						return err
					}
				}
				return nil
			})
		}
	})
	var rows []queueRow
	b.Run("rows", func(b *testing.B) {
		for b.Loop() {
			view(func(r store.Reader) (err error) { rows, _, err = readQueue(r, now); return err })
		}
	})
	b.Run("what-they-take", func(b *testing.B) {
		for b.Loop() {
			view(func(r store.Reader) error { _, err := readMore(r, rows); return err })
		}
	})
}

// waitingShop makes the shop.
func waitingShop(b *testing.B, now time.Time) *shop.Shop {
	b.Helper()
	orders := 2000
	if text := os.Getenv("CALLOUT_BENCH_ORDERS"); text != "" {
		var err error
		if orders, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	ctx, ada := context.Background(), store.Actor{Name: "Ada", How: store.Asserted}
	dir := b.TempDir()
	s, err := shop.Create(ctx, shop.Options{Path: filepath.Join(dir, "shop.db"), StateDir: filepath.Join(dir, "state"), Version: "bench"},
		shop.Found{Company: party.InitCompany{Company: "Bench", Code: "EUR", Zone: "Europe/Vienna"}, Actor: ada})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	do := func(intents ...store.Intent) store.ID {
		b.Helper()
		recs, err := s.Do(ctx, intents...)
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range recs {
			if r.Err != nil {
				b.Fatal(r.Err)
			}
		}
		return recs[0].Subject
	}
	by := func(c store.Command) store.Intent { return store.Intent{Cmd: c, Actor: ada} }
	customer := do(by(&work.AddCustomer{Customer: "Hotel Post"}))
	site := do(by(&work.AddSite{Customer: customer, Site: "Main house", Zone: "Europe/Vienna"}))
	const hour, day = 60, 24 * 60
	do(by(&work.AddSLA{SLA: "round the clock", Body: work.SLA{Warn: 75, Targets: []work.SLATarget{
		{Priority: work.Emergency, Resolve: 2 * hour}, {Priority: work.High, Resolve: 4 * day}, {Priority: work.Normal, Resolve: 90 * day},
	}}}))
	kinds := []work.Priority{work.Emergency, work.High, work.Normal}
	for done := 0; done < orders; done += 5000 {
		intents := make([]store.Intent, min(5000, orders-done))
		for i := range intents {
			intents[i] = by(&work.CreateWorkOrder{
				Customer: customer, Site: site, Title: fmt.Sprintf("Boiler %d does not heat", done+i), Priority: kinds[i%3], SLA: "round the clock",
			})
			intents[i].At = now.Add(-time.Duration(3*day+i%1000) * time.Minute)
		}
		do(intents...)
	}
	return s
}
