package cmd

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"callout/dispatch"
	"callout/party"
	"callout/shop"
	"callout/store"
	"callout/work"
)

// BenchmarkColdSuggest times callout dispatch suggest as a cold process beside /bin/true, on a shop of 60 technicians with
// 600 visits on the five days that are looked at.
func BenchmarkColdSuggest(b *testing.B) {
	exe := bigShop(b).exe
	dir := b.TempDir()
	s := &big{exe: exe, path: filepath.Join(dir, "shop.db"), state: filepath.Join(dir, "state")}
	order, from := s.crowd(b)
	beside(b, func(int) { s.run(b, "dispatch", "suggest", order, "--day", from, "-o", "json") })
}

// crowd makes the shop, and says which order has no visit and when the days begin.
func (b *big) crowd(tb *testing.B) (order, from string) {
	ctx := context.Background()
	ada := store.Actor{Name: "Ada", How: store.Asserted}
	open, err := shop.Create(ctx, shop.Options{Path: b.path, StateDir: b.state, Version: "bench"}, shop.Found{
		Company: party.InitCompany{Company: "Bench", Code: "EUR", Zone: "UTC"}, Actor: ada,
	})
	if err != nil {
		tb.Fatal(err)
	}
	do := func(cmds ...store.Command) (ids []store.ID) {
		intents := make([]store.Intent, len(cmds))
		for i, c := range cmds {
			intents[i] = store.Intent{Cmd: c, Actor: ada}
		}
		recs, err := open.Do(ctx, intents...)
		if err != nil {
			tb.Fatal(err)
		}
		for _, r := range recs {
			if r.Err != nil {
				tb.Fatal(r.Err)
			}
			ids = append(ids, r.Subject)
		}
		return ids
	}
	customer := do(&work.AddCustomer{Customer: "Hotel Post"})[0]
	var cmds []store.Command
	for i := range 50 {
		cmds = append(cmds, &work.AddSite{Customer: customer, Site: fmt.Sprintf("site %d", i), Lat: fmt.Sprintf("48.%03d", 100+i*7%50), Lon: fmt.Sprintf("16.%03d", 100+i*11%50)})
	}
	sites := do(cmds...)
	cmds = nil
	for i := range 60 {
		cmds = append(cmds, &dispatch.AddTechnician{Technician: fmt.Sprintf("t%03d", i), Shift: "Mon-Fri 07:00-17:00", HomeLat: fmt.Sprintf("48.%03d", 100+i), HomeLon: "16.12"})
	}
	team := do(cmds...)
	cmds = nil
	for i := range 601 {
		cmds = append(cmds, &work.CreateWorkOrder{Customer: customer, Site: sites[i*7%50], Title: fmt.Sprintf("Job %d", i)})
	}
	orders := do(cmds...)
	cmds = nil
	for _, id := range orders {
		cmds = append(cmds, &work.AddTask{Order: id, Title: "Look after it", Minutes: 30})
	}
	do(cmds...)
	monday := time.Now().UTC().Truncate(24 * time.Hour)
	for monday = monday.AddDate(0, 0, 1); monday.Weekday() != time.Monday; {
		monday = monday.AddDate(0, 0, 1)
	}
	cmds = nil
	for i := range 600 {
		start := monday.AddDate(0, 0, i/60%5).Add(time.Duration(8+i/300*4) * time.Hour)
		cmds = append(cmds, &dispatch.Schedule{Order: orders[i], Technicians: []store.ID{team[i%60]}, Start: start, End: start.Add(30 * time.Minute)})
	}
	do(cmds...)
	if err := open.Close(); err != nil {
		tb.Fatal(err)
	}
	return "WO-1601", monday.Format(time.DateOnly)
}
