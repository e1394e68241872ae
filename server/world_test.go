package server_test

import (
	"testing"
	"time"

	"callout/billing"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// world is a house in which two technicians have an order each. What is Tim's alone has TIMS in it; what
// something costs is 13.37 and what it sells for 42.42, and nothing else is.
type world struct {
	*house
	tom, tim *client
	toms     side
	tims     side
}

// side is what belongs to one of them.
type side struct {
	technician, customer, site, order, task, visit, item, entry store.ID
	number                                                      string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{house: newHouse(t)}
	w.tom, w.tim = w.user("Tom", party.Worker), w.user("Tim", party.Worker)
	cost, _ := money.ParsePrice("cost", "13.37")
	w.do(&billing.AddPart{Code: "PUMP", Part: "Pump", Cost: &cost})
	price, _ := money.ParsePrice("price", "42.42")
	w.do(&billing.SetPrice{Key: "part:PUMP", Price: price})
	w.toms, w.tims = w.side("Tom", "TOMS", w.tom.id), w.side("Tim", "TIMS", w.tim.id)
	return w
}

func (w *world) side(name, mark string, person store.ID) (s side) {
	rate, _ := money.ParsePrice("cost", "13.37")
	price, _ := money.ParsePrice("price", "42.42")
	s.technician = w.do(&dispatch.AddTechnician{Technician: name, Person: person, CostRate: &rate}).Subject
	s.customer = w.do(&work.AddCustomer{Customer: mark + " customer", Email: mark + "@example.com", TaxID: "TAX-13.37"}).Subject
	s.site = w.do(&work.AddSite{Customer: s.customer, Site: mark + " site", Address: mark + " street"}).Subject
	rec := w.do(&work.CreateWorkOrder{Customer: s.customer, Site: s.site, Title: mark + " order"})
	s.order, s.number = rec.Subject, rec.Number
	s.task = w.do(&work.AddTask{Order: s.order, Title: mark + " task"}).Subject
	soon := time.Now().Add(time.Hour).Truncate(time.Minute)
	s.visit = w.do(&dispatch.Schedule{Order: s.order, Technicians: []store.ID{s.technician}, Start: soon, End: soon.Add(time.Hour)}).Subject
	one, _ := money.ParseQuantity("qty", "1")
	s.item = w.do(&billing.AddItem{Order: s.order, Task: s.task, Kind: billing.ExpenseItem, Text: mark + " hotel", Qty: one, Price: &price, Cost: &rate}).Subject
	from := time.Now().Add(-3 * time.Hour).Truncate(time.Minute)
	s.entry = w.do(&billing.AddTime{Order: s.order, Task: s.task, Technician: s.technician, From: from, To: from.Add(time.Hour), Note: mark + " note"}).Subject
	return s
}
