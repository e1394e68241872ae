package report_test

import (
	"strings"
	"testing"
	"time"

	"callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/shop"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
	"callout/work"
)

// must is for literals in tests.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func price(s string) *money.Price { p := must(money.ParsePrice("price", s)); return &p }
func date(s string) calendar.Date { return must(calendar.ParseDate("date", s)) }
func sum(s string) *money.Amount {
	a := must(money.ParseAmount("amount", s, must(money.ParseCurrency("currency", "EUR"))))
	return &a
}
func percent(s string) *money.Percent { p := must(money.ParsePercent("percent", s)); return &p }

// clock reads "2026-03-02 09:00" in a zone; vienna in Vienna.
func clock(zone, s string) time.Time {
	return must(time.ParseInLocation("2006-01-02 15:04", s, must(time.LoadLocation(zone)))).UTC()
}

func vienna(s string) time.Time { return clock("Europe/Vienna", s) }

// office is a whole shop in Vienna with two customers; ana costs 38, what luis costs nobody knows.
type office struct {
	*store.Store
	tb            testing.TB
	now           time.Time
	mill, brewery store.ID
	sites         map[store.ID]store.ID
	ana, luis     store.ID
}

func newOffice(tb testing.TB) *office {
	tb.Helper()
	o := &office{tb: tb, now: vienna("2026-01-02 08:00"), sites: map[store.ID]store.ID{}}
	s, err := store.Open(memory.New(), shop.Schema("test"), store.Options{Keys: storetest.NewKeys(), Now: func() time.Time { return o.now }})
	if err != nil {
		tb.Fatal(err)
	}
	if err := s.Init(tb.Context(), storetest.Tenant, store.Actor{Name: "office", How: store.Asserted}); err != nil {
		tb.Fatal(err)
	}
	o.Store = s
	o.do(&party.InitCompany{Company: "Alpine Lifts", Code: "EUR", Zone: "Europe/Vienna", Address: "Ring 1", Country: "AT", TaxID: "ATU12345678"})
	o.do(&billing.SetTax{Class: "standard", Rate: *percent("20"), Default: true})
	o.do(&billing.SetPrice{Key: "labour", Price: *price("90")})
	o.do(&billing.SetPrice{Key: "travel", Price: *price("60")})
	for _, c := range []struct {
		name string
		to   *store.ID
	}{{"Mill", &o.mill}, {"Brewery", &o.brewery}} {
		*c.to = o.do(&work.AddCustomer{Customer: c.name, Address: "Dorf 5", Country: "AT"})
		o.sites[*c.to] = o.do(&work.AddSite{Customer: *c.to, Site: "hall", Address: "Dorf 5"})
	}
	o.ana = o.do(&dispatch.AddTechnician{Technician: "ana", CostRate: price("38"), Shift: "Mon-Fri 08:00-16:00"})
	o.luis = o.do(&dispatch.AddTechnician{Technician: "luis"})
	return o
}

// at is when the next things happen.
func (o *office) at(local string) *office {
	o.now = vienna(local)
	return o
}

func (o *office) do(cmd store.Command) store.ID { o.tb.Helper(); return o.as("office", cmd) }

func (o *office) as(name string, cmd store.Command) store.ID {
	o.tb.Helper()
	rec, err := o.One(o.tb.Context(), store.Intent{Cmd: cmd, Actor: store.Actor{Name: name, How: store.Asserted}, Reason: "so it is"})
	if err != nil {
		o.tb.Fatalf("%s: %v", cmd.Name(), err)
	}
	return rec.Subject
}

func (o *office) view(read func(r store.Reader) error) {
	o.tb.Helper()
	if err := o.View(o.tb.Context(), read); err != nil {
		o.tb.Fatal(err)
	}
}

// order opens an order for a customer and begins work on it.
func (o *office) order(c work.CreateWorkOrder, customer store.ID) store.ID {
	o.tb.Helper()
	c.Customer, c.Site, c.Title = customer, o.sites[customer], "Boiler"
	id := o.do(&c)
	o.do(&work.StartWorkOrder{ID: id})
	return id
}

// visit lets technicians work on an order from now for an hour, or until there is an outcome.
func (o *office) visit(order store.ID, outcome dispatch.Status, technicians ...store.ID) {
	o.tb.Helper()
	a := o.do(&dispatch.Schedule{Order: order, Technicians: technicians, Start: o.now, End: o.now.Add(time.Hour), Accept: []dispatch.Code{dispatch.Shift}})
	o.do(&dispatch.Start{Appointment: a})
	o.now = o.now.Add(time.Hour)
	o.do(&dispatch.Finish{Appointment: a, Outcome: outcome})
}

func (o *office) complete(order store.ID, outcome work.Outcome) {
	o.tb.Helper()
	o.do(&work.CompleteWorkOrder{ID: order, Outcome: outcome})
}

// enter records time between two clocks of Vienna.
func (o *office) enter(order, technician store.ID, kind billing.TimeKind, from, to string) store.ID {
	o.tb.Helper()
	return o.do(&billing.AddTime{Order: order, Technician: technician, Kind: kind, From: vienna(from), To: vienna(to)})
}

// approve lets somebody else say yes to time.
func (o *office) approve(entry store.ID) {
	o.tb.Helper()
	o.do(&billing.SubmitTime{Entry: entry})
	o.as("boss", &billing.ApproveTime{Entry: entry})
}

// part puts a part on an order; without a cost nobody knows what it cost.
func (o *office) part(order store.ID, sells, cost string) store.ID {
	o.tb.Helper()
	i := &billing.AddItem{Order: order, Kind: billing.PartItem, Ref: "PUMP", Text: "Pump", Qty: must(money.ParseQuantity("qty", "1"))}
	if sells != "" {
		i.Price = price(sells)
	}
	if cost != "" {
		i.Cost = price(cost)
	}
	return o.as("store", i)
}

// bill proposes, approves and releases an order's invoice.
func (o *office) bill(order store.ID) store.ID {
	o.tb.Helper()
	inv := o.do(&billing.ProposeInvoice{Order: order})
	o.as("boss", &billing.ApproveInvoice{Invoice: inv})
	return o.do(&billing.ReleaseInvoice{Invoice: inv})
}

// credit takes a document back.
func (o *office) credit(inv store.ID) {
	o.tb.Helper()
	cn := o.do(&billing.CreditInvoice{Invoice: inv})
	o.as("boss", &billing.ApproveInvoice{Invoice: cn})
	o.do(&billing.ReleaseInvoice{Invoice: cn})
}

// shown is a percentage, "?" where there is none.
func shown(p *money.Percent) string {
	if p == nil {
		return "?"
	}
	return p.String()
}

// lines joins what a report says, to compare it.
func lines[T any](list []T, show func(T) string) string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = show(l)
	}
	return strings.Join(out, "\n")
}
