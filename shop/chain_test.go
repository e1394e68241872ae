package shop_test

import (
	"testing"
	"time"

	"callout/billing"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/shop"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
	"callout/work"
)

// TestChainsAreRolledUp: at each order of a chain stands how it and all below it stand, each
// order counted once.
func TestChainsAreRolledUp(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	s, err := store.Open(memory.New(), shop.Schema("test"), store.Options{Keys: storetest.NewKeys(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(t.Context(), storetest.Tenant, store.Actor{Name: "ana"}); err != nil {
		t.Fatal(err)
	}
	do := func(cmd store.Command) store.ID {
		t.Helper()
		rec, err := s.One(t.Context(), store.Intent{Cmd: cmd, Actor: store.Actor{Name: "ana", How: store.Asserted}})
		if err != nil {
			t.Fatalf("%s: %v", cmd.Name(), err)
		}
		return rec.Subject
	}
	do(&party.InitCompany{Company: "Brix", Code: "EUR", Zone: "Europe/Vienna"})
	customer := do(&work.AddCustomer{Customer: "Mill"})
	site := do(&work.AddSite{Customer: customer, Site: "Hall"})
	do(&work.AddSLA{SLA: "gold", Body: work.SLA{Targets: []work.SLATarget{{Priority: work.Normal, Resolve: 60}}}})
	order := func(c work.CreateWorkOrder, price, cost string) store.ID {
		t.Helper()
		c.Customer, c.Site, c.Title = customer, site, "Work"
		id := do(&c)
		do(&work.StartWorkOrder{ID: id})
		p, _ := money.ParsePrice("price", price)
		item := &billing.AddItem{Order: id, Kind: billing.ExpenseItem, Text: "Thing", Price: &p}
		item.Qty, _ = money.ParseQuantity("qty", "1")
		if cost != "" {
			cost, _ := money.ParsePrice("cost", cost)
			item.Cost = &cost
		}
		do(item)
		return id
	}
	root := order(work.CreateWorkOrder{}, "100", "40")
	part := order(work.CreateWorkOrder{Parent: root, SLA: "gold"}, "50", "20")
	back := order(work.CreateWorkOrder{CallbackOf: part, Cause: work.CauseRework}, "0", "15")
	do(&work.CompleteWorkOrder{ID: back, Outcome: work.Done})
	unknown := order(work.CreateWorkOrder{Parent: root}, "10", "")
	now = now.Add(2 * time.Hour)

	var chain *shop.RolledChain
	if err := s.View(t.Context(), func(r store.Reader) (err error) {
		chain, err = shop.ChainOf(r, back, now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(chain.Nodes) != 4 {
		t.Fatalf("%d orders", len(chain.Nodes))
	}
	amount := func(a *money.Amount) string {
		if a == nil {
			return "?"
		}
		return a.String()
	}
	for _, want := range []struct {
		id                         store.ID
		done, all                  int
		risk                       work.SLAState
		open, ownMargin, allMargin string
		charged                    store.ID
	}{
		{root, 1, 4, work.SLABreached, "160.00", "60.00", "?", ""},
		{part, 1, 2, work.SLABreached, "50.00", "30.00", "15.00", ""},
		{back, 1, 1, "", "0", "?", "-15.00", part},
		{unknown, 0, 1, "", "10.00", "?", "?", ""},
	} {
		for _, n := range chain.Nodes {
			if n.ID != want.id {
				continue
			}
			done, all := n.Total.Done()
			if done != want.done || all != want.all || n.Total.Risk != want.risk || n.Total.Open.String() != want.open ||
				amount(n.Costs.OwnMargin) != want.ownMargin || amount(n.Costs.TotalMargin) != want.allMargin || n.ChargedTo != want.charged {
				t.Errorf("%s: %d of %d, %q, open %s, margins %s and %s, charged to %q; want %+v", n.Number, done, all, n.Total.Risk,
					n.Total.Open, amount(n.Costs.OwnMargin), amount(n.Costs.TotalMargin), n.ChargedTo, want)
			}
		}
	}
}

// TestTicksHaveOneIdEach: what fell due is journaled once, whoever notices it.
func TestTicksHaveOneIdEach(t *testing.T) {
	due := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	a := store.TickID("wo_1", "resolve", due)
	if a != store.TickID("wo_1", "resolve", due.In(time.FixedZone("CET", 3600))) {
		t.Error("the zone in which an instant is written changes the id")
	}
	for _, b := range []struct {
		id     store.ID
		target string
		due    time.Time
	}{{"wo_2", "resolve", due}, {"wo_1", "respond", due}, {"wo_1", "resolve", due.Add(time.Second)}} {
		if store.TickID(b.id, b.target, b.due) == a {
			t.Errorf("%+v has the same id", b)
		}
	}
	if a.Version() != 8 {
		t.Errorf("version %d", a.Version())
	}
}

// TestEffortOfAChain: two technicians travel half an hour to a part of an order and work there for two hours with a break of
// 15 minutes; one of them works an hour on the order itself.
func TestEffortOfAChain(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	s, err := store.Open(memory.New(), shop.Schema("test"), store.Options{Keys: storetest.NewKeys(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(t.Context(), storetest.Tenant, store.Actor{Name: "ana"}); err != nil {
		t.Fatal(err)
	}
	do := func(cmd store.Command) store.ID {
		t.Helper()
		rec, err := s.One(t.Context(), store.Intent{Cmd: cmd, Actor: store.Actor{Name: "ana", How: store.Asserted}})
		if err != nil {
			t.Fatalf("%s: %v", cmd.Name(), err)
		}
		return rec.Subject
	}
	after := func(d time.Duration, cmd store.Command) { t.Helper(); now = now.Add(d); do(cmd) }
	do(&party.InitCompany{Company: "Brix", Code: "EUR", Zone: "Europe/Vienna"})
	customer := do(&work.AddCustomer{Customer: "Mill"})
	site := do(&work.AddSite{Customer: customer, Site: "Hall"})
	eve, tom := do(&dispatch.AddTechnician{Technician: "eve"}), do(&dispatch.AddTechnician{Technician: "tom"})
	root := do(&work.CreateWorkOrder{Customer: customer, Site: site, Title: "Heating"})
	part := do(&work.CreateWorkOrder{Customer: customer, Site: site, Title: "Boiler", Parent: root})
	both := do(&dispatch.Schedule{Order: part, Technicians: []store.ID{eve, tom}, Start: now, End: now.Add(time.Hour)})
	after(0, &dispatch.Travel{Appointment: both})
	after(30*time.Minute, &dispatch.Start{Appointment: both})
	after(90*time.Minute, &dispatch.Pause{Appointment: both})
	after(15*time.Minute, &dispatch.Resume{Appointment: both})
	after(30*time.Minute, &dispatch.Finish{Appointment: both, Outcome: dispatch.Completed})
	one := do(&dispatch.Schedule{Order: root, Technicians: []store.ID{eve}, Start: now, End: now.Add(time.Hour)})
	after(0, &dispatch.Start{Appointment: one})
	after(time.Hour, &dispatch.Finish{Appointment: one, Outcome: dispatch.Completed})
	if err := s.View(t.Context(), func(r store.Reader) error {
		c, err := shop.ChainOf(r, part, now)
		if err != nil {
			return err
		}
		for id, want := range map[store.ID][2]dispatch.Effort{
			part: {{Elapsed: 120, Person: 240, Travel: 30, PersonTravel: 60, Break: 15}, {Elapsed: 120, Person: 240, Travel: 30, PersonTravel: 60, Break: 15}},
			root: {{Elapsed: 60, Person: 60}, {Elapsed: 180, Person: 300, Travel: 30, PersonTravel: 60, Break: 15}},
		} {
			for _, n := range c.Nodes {
				if n.ID == id && (n.Own.Effort != want[0] || n.Total.Effort != want[1]) {
					t.Errorf("%s: own %+v, in all %+v; want %+v", n.Number, n.Own.Effort, n.Total.Effort, want)
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
