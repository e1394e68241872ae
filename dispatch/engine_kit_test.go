package dispatch_test

import (
	"fmt"
	"testing"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// street is a depot with sites along a meridian, each a tenth of a degree north of the one
// before. A tenth is 11.12 km in a straight line; times 1.3 at 50 km/h that is 17 min 21 s, so
// the rule's whole minutes make 18 of it, 35 of two tenths and 53 of three.
type street struct {
	*depot
	sites []store.ID
}

func newStreet(t testing.TB, sites int) *street {
	t.Helper()
	s := &street{depot: newDepot(t)}
	for i := range sites {
		s.sites = append(s.sites, s.must(&work.AddSite{
			Customer: s.customer, Site: fmt.Sprintf("number %d", i), Lat: fmt.Sprintf("48.%d", i), Lon: "16",
		}).Subject)
	}
	return s
}

// fitter takes somebody on who lives at a site.
func (s *street) fitter(name, skills, shift string, at int) store.ID {
	s.tb.Helper()
	return s.must(&dispatch.AddTechnician{
		Technician: name, Skills: skills, Shift: shift, HomeLat: fmt.Sprintf("48.%d", at), HomeLon: "16",
	}).Subject
}

// job opens an order at a site, with one task of some minutes.
func (s *street) job(at, minutes int, more ...func(*work.CreateWorkOrder)) store.ID {
	s.tb.Helper()
	c := &work.CreateWorkOrder{Customer: s.customer, Site: s.sites[at], Title: fmt.Sprintf("Job at %d", at)}
	for _, f := range more {
		f(c)
	}
	id := s.must(c).Subject
	s.must(&work.AddTask{Order: id, Title: "Look after it", Minutes: minutes})
	return id
}

// ask looks for slots on a few days from a date on.
func (s *street) ask(order store.ID, from string, days int) dispatch.Ask {
	z := zone(s.tb, "Europe/Vienna")
	first := day(s.tb, from)
	return dispatch.Ask{
		Order: order, Span: calendar.NewInterval(z.StartOf(first), z.StartOf(first.AddDays(days))), Now: s.now, Most: 5,
	}
}

func (s *street) suggest(q dispatch.Ask) (out *dispatch.Suggestion) {
	s.tb.Helper()
	s.read(func(r store.Reader) (err error) {
		out, err = dispatch.Suggest(r, q)
		return err
	})
	return out
}

// hm is an instant as the clock in Vienna reads it.
func hm(t time.Time) string {
	loc, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		panic(err)
	}
	return t.In(loc).Format("Mon 15:04")
}
