package work_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"callout/calendar"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
	"callout/work"

	"pgregory.net/rapid"
)

func day(s string) calendar.Date {
	d, err := calendar.ParseDate("day", s)
	if err != nil {
		panic(err)
	}
	return d
}

func rule(s string) calendar.Recurrence {
	r, err := calendar.ParseRecurrence("every", s)
	if err != nil {
		panic(err)
	}
	return r
}

// agreed makes an agreement about the bench's asset.
func (b *bench) agreed(change ...func(*work.AddAgreement)) store.ID {
	b.t.Helper()
	c := &work.AddAgreement{
		Agreement: "Gold care", Customer: b.customer, Places: []work.AgreedPlace{{Site: b.site, Asset: b.asset}},
		Valid: calendar.Validity{From: day("2026-01-01")}, Repeat: rule("month on 29"), At: "02:30",
		Template: work.OrderTemplate{Title: "Service"},
	}
	for _, f := range change {
		f(c)
	}
	return b.do(c)
}

// generate makes what is due, under ids made of what falls due.
func (b *bench) generate(due []*work.GenerateOrder) {
	b.t.Helper()
	for _, c := range due {
		rec, err := b.store.One(context.Background(), store.Intent{
			ID: store.TickID(c.Agreement, c.Target(), c.Due()), Cmd: c, Actor: store.Actor{Name: b.actor, How: store.Asserted},
		})
		if err != nil {
			b.t.Fatalf("%s: %v", c.On, err)
		}
		_ = rec
	}
}

func (b *bench) due() (due []*work.GenerateOrder) {
	b.t.Helper()
	b.view(func(r store.Reader) (err error) {
		due, err = work.DueOrders(r, b.now)
		return err
	})
	return due
}

// ordersUnder lists day and planned time of the orders of an agreement.
func (b *bench) ordersUnder(id store.ID) (out []string) {
	b.t.Helper()
	b.view(func(r store.Reader) error {
		for w, err := range work.WorkOrders.By(r, "agreement", store.K(id)) {
			if err != nil {
				return err
			}
			out = append(out, w.Occurrence.String()+" "+w.PlannedFor.UTC().Format("2006-01-02T15:04Z"))
		}
		return nil
	})
	slices.Sort(out)
	return out
}

// 2026-03-29 02:30 does not exist in Vienna, 2026-10-25 02:30 comes twice; neither makes an order
// fall out or come twice.
func TestOrdersOfAnAgreementOverClockChanges(t *testing.T) {
	b := newBench(t)
	id := b.agreed()
	b.now = time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	b.generate(b.due())
	want := []string{"2026-01-29 2026-01-29T01:30Z", "2026-02-28 2026-02-28T01:30Z", "2026-03-29 2026-03-29T01:00Z"}
	if got := b.ordersUnder(id); !slices.Equal(got, want) {
		t.Errorf("made %v, want %v", got, want)
	}
	if due := b.due(); len(due) != 0 {
		t.Errorf("still due: %v", due)
	}
	b.sound()
}

func TestOrdersAreMadeAhead(t *testing.T) {
	b := newBench(t)
	b.do(&party.AddHolidays{Days: []calendar.Holiday{{Date: day("2026-04-06"), Name: "Easter Monday"}}})
	id := b.agreed(func(c *work.AddAgreement) {
		c.Valid.From, c.Repeat, c.Ahead, c.At, c.Holidays = day("2026-03-09"), rule("4 weeks on Mon"), 7, "08:00", calendar.HolidayAfter
	})
	if due := b.due(); len(due) != 1 || due[0].On != day("2026-03-09") {
		t.Fatalf("due: %v", due)
	}
	early := &work.GenerateOrder{Agreement: id, Place: b.asset, On: day("2026-04-06")}
	b.refused("agreement.occurrence", early) // it is the turn of March
	b.generate(b.due())
	b.refused("agreement.early", early)
	b.refused("agreement.occurrence", &work.GenerateOrder{Agreement: id, Place: b.asset, On: day("2026-03-09")})
	b.refused("agreement.place", &work.GenerateOrder{Agreement: id, Place: b.site, On: day("2026-04-06")})
	early.Early = true
	b.generate([]*work.GenerateOrder{early})
	b.generate([]*work.GenerateOrder{early}) // the same id: done once
	want := []string{"2026-03-09 2026-03-09T07:00Z", "2026-04-06 2026-04-07T06:00Z"}
	if got := b.ordersUnder(id); !slices.Equal(got, want) {
		t.Errorf("made %v, want %v", got, want)
	}
}

// The clock of an order that was made ahead begins when the work is planned for.
func TestClockOfAPlannedOrder(t *testing.T) {
	b := newBench(t)
	b.do(&work.AddSLA{SLA: "gold", Body: work.SLA{Targets: []work.SLATarget{{Priority: work.Normal, Resolve: 60}}}})
	id := b.agreed(func(c *work.AddAgreement) {
		c.Valid.From, c.Repeat, c.Ahead, c.At, c.Template.SLA = day("2026-03-09"), rule("week"), 7, "08:00", "gold"
	})
	b.generate(b.due())
	b.view(func(r store.Reader) error {
		for w, err := range work.WorkOrders.By(r, "agreement", store.K(id)) {
			if err != nil {
				return err
			}
			if want := at(t, "2026-03-09 09:00"); !w.ResolveBy.Equal(want) {
				t.Errorf("resolve by %s, want %s", w.ResolveBy, want)
			}
		}
		return nil
	})
	b.sound()
}

func TestSkippedDays(t *testing.T) {
	b := newBench(t)
	b.do(&party.AddHolidays{Days: []calendar.Holiday{{Date: day("2026-02-02"), Name: "Fair"}}})
	id := b.agreed(func(c *work.AddAgreement) {
		c.Repeat, c.At, c.Holidays = rule("month on 2"), "", calendar.HolidaySkip
	})
	skip := &work.SkipOccurrence{Agreement: id, Place: b.asset, On: day("2026-01-02")}
	b.refused("reason.missing", skip)
	b.do(skip, "the hall is closed")
	b.refused("agreement.occurrence", skip, "again")
	b.generate(b.due())
	if got, want := b.ordersUnder(id), []string{"2026-03-02 2026-03-01T23:00Z"}; !slices.Equal(got, want) {
		t.Errorf("made %v, want %v", got, want)
	}
	a := read(b, work.Agreements, id)
	if len(a.Skipped) != 2 || a.Skipped[0].Reason != "the hall is closed" || a.Skipped[1].Reason != "Fair" {
		t.Errorf("skipped: %+v", a.Skipped)
	}
}

func TestEndedAgreement(t *testing.T) {
	b := newBench(t)
	id := b.agreed(func(c *work.AddAgreement) { c.Ahead = 100 })
	b.refused("reason.missing", &work.EndAgreement{Agreement: id, On: day("2026-03-01")})
	b.refused("agreement.end", &work.EndAgreement{Agreement: id, On: day("2026-01-01")}, "too soon")
	b.do(&work.EndAgreement{Agreement: id, On: day("2026-02-28")}, "the press was sold")
	b.refused("agreement.end", &work.EndAgreement{Agreement: id, On: day("2026-03-28")}, "longer")
	b.generate(b.due())
	if got, want := b.ordersUnder(id), []string{"2026-01-29 2026-01-29T01:30Z"}; !slices.Equal(got, want) {
		t.Errorf("made %v, want %v: the end is the first day on which it no longer holds", got, want)
	}
}

func TestAgreementIsRefused(t *testing.T) {
	b := newBench(t)
	other := b.do(&work.AddCustomer{Customer: "Huber"})
	for code, change := range storetest.InOrder(map[string]func(*work.AddAgreement){
		"text.missing":      func(c *work.AddAgreement) { c.Agreement = " " },
		"agreement.place":   func(c *work.AddAgreement) { c.Places = nil },
		"work_order.site":   func(c *work.AddAgreement) { c.Customer = other },
		"agreement.from":    func(c *work.AddAgreement) { c.Valid.From = calendar.Date{} },
		"validity.empty":    func(c *work.AddAgreement) { c.Valid.To = c.Valid.From },
		"agreement.empty":   func(c *work.AddAgreement) { c.Repeat = calendar.Recurrence{} },
		"recurrence.every":  func(c *work.AddAgreement) { c.Repeat.Every = 0 },
		"holiday.rule":      func(c *work.AddAgreement) { c.Holidays = "sometimes" },
		"agreement.ahead":   func(c *work.AddAgreement) { c.Ahead = -1 },
		"rank.range":        func(c *work.AddAgreement) { c.Rank = 1001 },
		"work_type.unknown": func(c *work.AddAgreement) { c.Template.WorkType = "nothing" },
		"entitlement.what": func(c *work.AddAgreement) {
			c.Includes = []work.Entitlement{{Kinds: []work.CoverScope{work.CoverLabour}}}
		},
	}) {
		c := &work.AddAgreement{
			Agreement: "Gold care", Customer: b.customer, Places: []work.AgreedPlace{{Site: b.site}},
			Valid: calendar.Validity{From: day("2026-01-01")}, Repeat: rule("month"), Template: work.OrderTemplate{Title: "Service"},
		}
		change(c)
		b.refused(code, c)
	}
	id := b.agreed()
	b.refused("agreement.customer", &work.CreateWorkOrder{
		Customer: other, Site: b.do(&work.AddSite{Customer: other, Site: "Yard"}), Title: "Leak", Agreement: id,
	})
	b.refused("agreement.place", &work.CreateWorkOrder{Customer: b.customer, Site: b.site, Title: "Leak", Agreement: id})
	b.generate(b.due()[:1])
	made := b.ordersOf(id)[0]
	b.refused("agreement.made", &work.PutUnderAgreement{Order: made})
	order := b.order("Leak", func(c *work.CreateWorkOrder) { c.Asset = b.asset })
	b.do(&work.PutUnderAgreement{Order: order, Agreement: id})
	if got := b.get(order).Agreement; got != id {
		t.Errorf("the order is under %q", got)
	}
}

func (b *bench) ordersOf(id store.ID) (out []store.ID) {
	b.view(func(r store.Reader) error {
		for w, err := range work.WorkOrders.IDs(r, "agreement", store.K(id)) {
			if err != nil {
				return err
			}
			out = append(out, w)
		}
		return nil
	})
	return out
}

// What is made depends neither on when somebody looks nor on how often.
func TestOrdersDoNotDependOnWhenTheyAreMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := fmt.Sprintf("%d %s", rapid.IntRange(1, 3).Draw(t, "every"), rapid.SampledFrom([]string{"weeks on Tue", "months on last", "months on last Fri"}).Draw(t, "unit"))
		ahead := rapid.IntRange(0, 30).Draw(t, "ahead")
		looks := rapid.SliceOfN(rapid.IntRange(1, 60), 1, 5).Draw(t, "looks")
		play := func(looks []int) []string {
			b := newBench(t)
			b.now = time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
			id := b.agreed(func(c *work.AddAgreement) { c.Repeat, c.Ahead = rule(every), ahead })
			for _, n := range looks {
				b.later(time.Duration(n) * 24 * time.Hour)
				due := b.due()
				b.generate(due)
				b.generate(due)
			}
			return b.ordersUnder(id)
		}
		sum := 0
		for _, n := range looks {
			sum += n
		}
		if a, b := play(looks), play([]int{sum}); !slices.Equal(a, b) {
			t.Fatalf("made bit by bit %v, at once %v", a, b)
		}
	})
}

func TestEntitlementText(t *testing.T) {
	for in, want := range storetest.InOrder(map[string]string{
		"4 visits per year":                        "4 visits per year",
		"1 visit":                                  "1 visit",
		"6h per quarter carried over":              "6 h per 3 months carried over",
		"10.5 h labour+travel by senior per month": "10.5 h labour+travel by senior per month",
		"2 visits labour per 2 weeks":              "2 visits labour per 2 weeks",
	}) {
		e, err := work.ParseEntitlement("include", in)
		if err != nil || e.String() != want {
			t.Errorf("%q is %q, %v; want %q", in, e.String(), err, want)
		}
	}
	for _, bad := range []string{"", "visits", "0 visits", "-3 h", "4 dances", "4 h parts", "2 h carried over", "2 h per month on 3", "1 2 3 4"} {
		if e, err := work.ParseEntitlement("include", bad); err == nil {
			t.Errorf("%q is read as %s", bad, e.String())
		}
	}
}

func TestWarranty(t *testing.T) {
	b := newBench(t)
	w := work.Warranty{Title: "manufacturer", Covers: []work.CoverScope{work.CoverParts}, Valid: calendar.Validity{To: day("2027-01-01")}}
	b.do(&work.SetWarranty{Asset: b.asset, Warranty: w})
	w.Title, w.Rank = "Manufacturer", 2
	b.do(&work.SetWarranty{Asset: b.asset, Warranty: w})
	if got := read(b, work.Assets, b.asset).Warranties; len(got) != 1 || got[0].Rank != 2 {
		t.Errorf("warranties: %+v", got)
	}
	w.Covers = []work.CoverScope{"everything"}
	b.refused("warranty.covers", &work.SetWarranty{Asset: b.asset, Warranty: w})
	b.do(&work.SetWarranty{Asset: b.asset, Warranty: work.Warranty{Title: "manufacturer"}})
	if got := read(b, work.Assets, b.asset).Warranties; len(got) != 0 {
		t.Errorf("warranties: %+v", got)
	}
	b.refused("warranty.covers", &work.SetWarranty{Asset: b.asset, Warranty: work.Warranty{Title: "manufacturer"}})
}
