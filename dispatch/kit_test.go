package dispatch_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
	"callout/work"

	"github.com/google/uuid"
)

// depot is a small shop in Vienna with a customer: everything that visits need.
type depot struct {
	*store.Store
	tb       testing.TB
	customer store.ID
	site     store.ID
	now      time.Time // when things happen; moved by at

	engine *storetest.Brittle
	life   *storetest.Life
	count  int // how many commands there were
}

var update = flag.Bool("update", false, "write anew what is kept of tests")

var diary = storetest.NewDiary(filepath.Join("testdata", "kept", "tests.txt"), update)

// vienna reads "2026-03-02 09:00" on Vienna's clock.
func vienna(t testing.TB, s string) time.Time { return clock(t, "Europe/Vienna", s) }

func clock(t testing.TB, zone, s string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func newDepot(t testing.TB) *depot {
	t.Helper()
	d := &depot{tb: t, now: time.Date(2026, 1, 5, 7, 0, 0, 0, time.UTC)}
	d.engine = storetest.NewBrittle(memory.New())
	s, err := store.Open(d.engine, store.Schema{
		App: "test", Prelude: party.Meet,
		Collections: slices.Concat(party.Collections(), approval.Collections(), work.Collections(), dispatch.Collections()),
		Commands:    slices.Concat(party.Commands(), approval.Commands(), work.Commands(), dispatch.Commands()),
		Derivations: slices.Concat(work.Derivations(), dispatch.Derivations()),
		Checks:      slices.Concat(work.Checks(), dispatch.Checks()),
		Audits:      slices.Concat(work.Audits(), dispatch.Audits()),
	}, store.Options{Keys: storetest.NewKeys(), Now: func() time.Time { return d.now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Init(t.Context(), storetest.Tenant, store.Actor{Name: "office", How: store.Asserted}); err != nil {
		t.Fatal(err)
	}
	d.Store, d.life = s, diary.Follow(t, s, nil)
	d.must(&party.InitCompany{Company: "Alpine Lifts", Code: "EUR", Zone: "Europe/Vienna"})
	d.customer = d.must(&work.AddCustomer{Customer: "Hotel Post"}).Subject
	d.site = d.must(&work.AddSite{Customer: d.customer, Site: "main house"}).Subject
	return d
}

// at says when the next things happen.
func (d *depot) at(t time.Time) *depot {
	d.now = t
	return d
}

func (d *depot) do(cmd store.Command, reason ...string) (store.Receipt, error) {
	d.count++
	id := uuid.NewSHA1(storetest.Tenant, fmt.Append(nil, d.count))
	rec, err := d.engine.First(d.tb, cmd, false, func() {}, func() (store.Receipt, error) {
		return d.One(d.tb.Context(), store.Intent{
			ID: id, Cmd: cmd, Actor: store.Actor{Name: "office", How: store.Asserted}, At: d.now, Reason: strings.Join(reason, " "),
		})
	})
	d.life.Command(cmd, rec, err)
	return rec, err
}

func (d *depot) must(cmd store.Command, reason ...string) store.Receipt {
	d.tb.Helper()
	rec, err := d.do(cmd, reason...)
	if err != nil {
		d.tb.Fatalf("%s: %v", cmd.Name(), err)
	}
	return rec
}

// refused runs a command that must be refused with a code, and returns the words.
func (d *depot) refused(code string, cmd store.Command, reason ...string) string {
	d.tb.Helper()
	_, err := d.do(cmd, reason...)
	if got := fault.CodeOf(err); got != code || err == nil {
		d.tb.Fatalf("%s: code %q (%v), want %q", cmd.Name(), got, err, code)
	}
	return err.Error()
}

func (d *depot) read(fn func(r store.Reader) error) {
	d.tb.Helper()
	if err := d.View(d.tb.Context(), fn); err != nil {
		d.tb.Fatal(err)
	}
}

// technician takes somebody on.
func (d *depot) technician(name, skills, shift string) store.ID {
	d.tb.Helper()
	return d.must(&dispatch.AddTechnician{Technician: name, Skills: skills, Shift: shift}).Subject
}

// order opens an order with tasks, each "title" or "title: skills".
func (d *depot) order(tasks ...string) store.ID {
	d.tb.Helper()
	id := d.must(&work.CreateWorkOrder{Customer: d.customer, Site: d.site, Title: "Boiler"}).Subject
	for _, t := range tasks {
		title, skills, _ := strings.Cut(t, ": ")
		var needs []work.SkillNeed
		list, err := dispatch.ParseSkills("skill", skills)
		if err != nil {
			d.tb.Fatal(err)
		}
		for _, s := range list {
			needs = append(needs, work.SkillNeed{Skill: s.Name, Level: s.Level})
		}
		d.must(&work.AddTask{Order: id, Title: title, Skills: needs})
	}
	return id
}

// visit schedules one for some technicians.
func (d *depot) visit(order store.ID, start, end time.Time, technicians ...store.ID) store.ID {
	d.tb.Helper()
	return d.must(&dispatch.Schedule{Order: order, Technicians: technicians, Start: start, End: end}).Subject
}

func (d *depot) appointment(id store.ID) (a *dispatch.Appointment) {
	d.tb.Helper()
	d.read(func(r store.Reader) (err error) {
		a, err = dispatch.Appointments.Get(r, id)
		return err
	})
	return a
}

func (d *depot) status(order store.ID) (s work.Status) {
	d.tb.Helper()
	d.read(func(r store.Reader) error {
		w, err := work.WorkOrders.Get(r, order)
		if err == nil {
			s = w.Status
		}
		return err
	})
	return s
}

func (d *depot) tasks(order store.ID) (ids []store.ID) {
	d.tb.Helper()
	d.read(func(r store.Reader) error {
		for row, err := range work.Tasks.Rows(r, "order", store.Prefix(store.K(order))) {
			if err != nil {
				return err
			}
			ids = append(ids, row.ID)
		}
		return nil
	})
	return ids
}

func (d *depot) visits(order store.ID) (rows []dispatch.AppointmentRow) {
	d.tb.Helper()
	d.read(func(r store.Reader) (err error) {
		rows, err = dispatch.OfOrder(r, order)
		return err
	})
	return rows
}

func (d *depot) conflicts(p dispatch.Plan) (out []dispatch.Conflict) {
	d.tb.Helper()
	d.read(func(r store.Reader) (err error) {
		out, err = dispatch.Conflicts(r, p)
		return err
	})
	return out
}

// audit fails the test when an audit of the room finds anything.
func (d *depot) audit() {
	d.tb.Helper()
	d.read(func(r store.Reader) error {
		for _, a := range slices.Concat(work.Audits(), dispatch.Audits()) {
			err := a.Run(r, func(id store.ID, msg string) { d.tb.Errorf("audit %s: %s %s", a.Name, id, msg) })
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	date, err := calendar.ParseDate("day", s)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

func zone(t testing.TB, name string) calendar.Zone {
	t.Helper()
	z, err := calendar.LoadZone("zone", name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}
