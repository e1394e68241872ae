package dispatch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
)

func TestParseSkills(t *testing.T) {
	for in, want := range storetest.InOrder(map[string]string{
		"": "", " , ": "", "gas:2, hvac": "gas:2, hvac", "HVAC,  Gas : 2": "gas:2, hvac", "high voltage:1": "high voltage",
	}) {
		got, err := dispatch.ParseSkills("skill", in)
		if err != nil || dispatch.FormatSkills(got) != want {
			t.Errorf("%q is %q, %v", in, dispatch.FormatSkills(got), err)
		}
	}
	for _, in := range []string{"gas:0", "gas:-1", "gas:100", "gas:two", "gas:", ":2", "gas, GAS:2", "gas:1:2", "ga\x07s"} {
		if got, err := dispatch.ParseSkills("skill", in); err == nil || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q was read as %v, %v", in, got, err)
		}
	}
}

func FuzzParseSkills(f *testing.F) {
	f.Add("gas:2, hvac")
	f.Fuzz(func(t *testing.T, s string) {
		skills, err := dispatch.ParseSkills("skill", s)
		if err != nil {
			return
		}
		again, err := dispatch.ParseSkills("skill", dispatch.FormatSkills(skills))
		if err != nil || !slices.Equal(again, skills) {
			t.Errorf("%q is %v, which reads back as %v, %v", s, skills, again, err)
		}
	})
}

func TestATechnicianIsAPerson(t *testing.T) {
	d := newDepot(t)
	id := d.technician("Ana Gruber", "gas", "")
	person := func(name string) (p store.ID) {
		d.read(func(r store.Reader) error {
			p, _ = party.People.FindID(r, name)
			return nil
		})
		return p
	}
	technician := func() (tech *dispatch.Technician) {
		d.read(func(r store.Reader) (err error) {
			tech, err = dispatch.Technicians.Get(r, id)
			return err
		})
		return tech
	}
	first := person("ana gruber")
	if first == "" || technician().Person != first {
		t.Fatalf("the technician is the person %q", technician().Person)
	}
	// A new name is the person's, so that she does not become somebody else.
	name := "Ana Huber"
	d.must(&dispatch.EditTechnician{Technician: id, NewName: &name})
	if person("ana huber") != first || person("ana gruber") != "" {
		t.Error("the person has kept her old name")
	}
	d.read(func(r store.Reader) error {
		found, err := dispatch.TechnicianOf(r, first)
		if found == nil || found.ID != id {
			t.Errorf("the person is the technician %v", found)
		}
		return err
	})
	taken := "office"
	if _, err := d.do(&dispatch.EditTechnician{Technician: id, NewName: &taken}); !fault.Is(err, fault.Conflict) {
		t.Errorf("taking the name of somebody else: %v", err)
	}
	// Whoever acts already becomes the technician of that name, once.
	office := d.technician("Office", "", "")
	d.read(func(r store.Reader) error {
		o, err := dispatch.Technicians.Get(r, office)
		if err == nil && o.Person != person("office") {
			t.Errorf("the technician office is %s", o.Person)
		}
		return err
	})
	if _, err := d.do(&dispatch.AddTechnician{Technician: "other name", Person: first}); !fault.Is(err, fault.Conflict) {
		t.Errorf("one person as two technicians: %v", err)
	}
}

func TestBadTechnicians(t *testing.T) {
	d := newDepot(t)
	rate := money.NewPrice(-1, 0)
	for _, tc := range []struct {
		cmd   dispatch.AddTechnician
		field string
	}{
		{dispatch.AddTechnician{Technician: " "}, "name"},
		{dispatch.AddTechnician{Technician: "a", Zone: "Vienna"}, "tz"},
		{dispatch.AddTechnician{Technician: "a", Skills: "gas:x"}, "skill"},
		{dispatch.AddTechnician{Technician: "a", Shift: "sometimes"}, "shift"},
		{dispatch.AddTechnician{Technician: "a", HomeLat: "48.2"}, "home-lat"},
		{dispatch.AddTechnician{Technician: "a", HomeLat: "91", HomeLon: "0"}, "home-lat"},
		{dispatch.AddTechnician{Technician: "a", HomeLat: "48", HomeLon: "1e1"}, "home-lon"},
		{dispatch.AddTechnician{Technician: "a", HomeLat: "NaN", HomeLon: "0"}, "home-lat"},
		{dispatch.AddTechnician{Technician: "a", HomeLat: "0x1", HomeLon: "0"}, "home-lat"},
		{dispatch.AddTechnician{Technician: "a", CostRate: &rate}, "cost-rate"},
	} {
		_, err := d.do(&tc.cmd)
		if !fault.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), tc.field+": ") {
			t.Errorf("%+v: %v", tc.cmd, err)
		}
	}
}

func TestTheCostRateIsKeptApart(t *testing.T) {
	d := newDepot(t)
	rate := money.NewPrice(38, 0)
	rec := d.must(&dispatch.AddTechnician{Technician: "ana", CostRate: &rate})
	d.read(func(r store.Reader) error {
		tech, err := dispatch.Technicians.Get(r, rec.Subject)
		if err != nil {
			return err
		}
		if tech.Cost.Rate == nil || !tech.Cost.Rate.Equal(rate) {
			t.Errorf("the rate is %v", tech.Cost.Rate)
		}
		e, err := store.ReadEntry(r, rec.Seq)
		if err != nil {
			return err
		}
		kinds := map[store.PartKind]int{}
		for i, h := range e.Leaf.Parts {
			kinds[h.Kind]++
			if h.Kind == store.PartAfter && strings.Contains(string(e.Parts[i].Body), "cost") {
				t.Error("the cost stands in the record's own part")
			}
		}
		if kinds[store.PartCost] != 1 {
			t.Errorf("the parts are %v", kinds)
		}
		return nil
	})
}

func TestLettingATechnicianGo(t *testing.T) {
	d := newDepot(t)
	id := bring(d, "ana", dispatch.Scheduled)
	ana := d.appointment(id).Technicians[0]
	off, on := true, false
	if msg := d.refused("technician.visits", &dispatch.EditTechnician{Technician: ana, Inactive: &off}); !strings.Contains(msg, "APPT-1001") {
		t.Errorf("refused with %q", msg)
	}
	d.must(&dispatch.CancelVisit{Appointment: id})
	d.must(&dispatch.EditTechnician{Technician: ana, Inactive: &off})
	nine := vienna(t, "2026-03-09 09:00")
	again := &dispatch.Schedule{Order: d.order(), Technicians: []store.ID{ana}, Start: nine, End: nine.Add(time.Hour)}
	d.refused("appointment.inactive", again)
	var names []string
	d.read(func(r store.Reader) error {
		for row, err := range dispatch.ListTechnicians(r, false) {
			if err != nil {
				return err
			}
			names = append(names, row.Name)
		}
		return nil
	})
	if names != nil {
		t.Errorf("still listed: %v", names)
	}
	d.must(&dispatch.EditTechnician{Technician: ana, Inactive: &on})
	d.must(again)
}
