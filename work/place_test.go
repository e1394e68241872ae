package work_test

import (
	"testing"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

func TestSites(t *testing.T) {
	b := newBench(t)
	branch := b.do(&party.AddBranch{Branch: "Lisbon", Zone: "Europe/Lisbon"})
	for name, c := range storetest.InOrder(map[string]struct {
		cmd  work.AddSite
		code string // or "" and the zone
		zone string
	}{
		"zone of the company": {work.AddSite{Site: "a"}, "", "Europe/Vienna"},
		"zone of the branch":  {work.AddSite{Site: "b", Branch: branch}, "", "Europe/Lisbon"},
		"its own zone":        {work.AddSite{Site: "c", Zone: "America/St_Johns"}, "", "America/St_Johns"},
		"named by address":    {work.AddSite{Address: "Ring 1\n1010 Wien"}, "", "Europe/Vienna"},
		"coordinates":         {work.AddSite{Site: "d", Lat: "-89.999999999", Lon: "180.0"}, "", "Europe/Vienna"},
		"no name":             {work.AddSite{}, "text.missing", ""},
		"unknown zone":        {work.AddSite{Site: "e", Zone: "Europe/Wien"}, "zone.unknown", ""},
		"too far north":       {work.AddSite{Site: "f", Lat: "90.1", Lon: "0"}, "site.position", ""},
		"too far east":        {work.AddSite{Site: "f", Lat: "0", Lon: "181"}, "site.position", ""},
		"a comma":             {work.AddSite{Site: "f", Lat: "48,2", Lon: "16"}, "site.position", ""},
		"an exponent":         {work.AddSite{Site: "f", Lat: "4e1", Lon: "16"}, "site.position", ""},
		"half a position":     {work.AddSite{Site: "f", Lat: "48.2"}, "site.position", ""},
		"a name twice":        {work.AddSite{Site: " north  HALL "}, "site.exists", ""},
	}) {
		t.Run(name, func(t *testing.T) {
			b.t = t
			cmd := c.cmd
			cmd.Customer = b.customer
			if c.code != "" {
				b.refused(c.code, &cmd)
				return
			}
			if got := read(b, work.Sites, b.do(&cmd)); got.Zone != c.zone || got.Name == "" {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestCustomers(t *testing.T) {
	b := newBench(t)
	id := b.do(&work.AddCustomer{Customer: "  Café   Süd ", Country: "at", Email: "office@example.com"})
	if c := read(b, work.Customers, id); c.Name != "Café Süd" || c.Country != "AT" {
		t.Errorf("%+v", c)
	}
	b.refused("customer.exists", &work.AddCustomer{Customer: "café süd"})
	b.refused("country.syntax", &work.AddCustomer{Customer: "x", Country: "Austria"})
	b.refused("email.syntax", &work.AddCustomer{Customer: "x", Email: "office"})
	b.refused("text.missing", &work.AddCustomer{Customer: " "})
	phone := "+43 1 234"
	b.do(&work.EditCustomer{ID: id, Phone: &phone})
	if c := read(b, work.Customers, id); c.Phone != phone || c.Email != "office@example.com" {
		t.Errorf("an edit changed more than it said: %+v", c)
	}
}

func TestFindSiteAndAsset(t *testing.T) {
	b := newBench(t)
	other := b.do(&work.AddCustomer{Customer: "Dairy"})
	hall := b.do(&work.AddSite{Customer: other, Site: "North hall"})
	for name, c := range storetest.InOrder(map[string]struct {
		customer store.ID
		ref      string
		want     store.ID
		kind     fault.Kind
	}{
		"of the customer": {b.customer, "north HALL", b.site, ""},
		"of another":      {other, "north hall", hall, ""},
		"of anybody":      {"", "north hall", "", fault.Conflict},
		"by id":           {"", string(hall), hall, ""},
		"none":            {b.customer, "south hall", "", fault.NotFound},
		"nothing":         {b.customer, "", "", fault.Invalid},
	}) {
		b.view(func(r store.Reader) error {
			got, err := work.FindSite(r, c.customer, c.ref)
			if got != c.want || fault.KindOf(err) != c.kind {
				t.Errorf("%s: %s, %v", name, got, err)
			}
			return nil
		})
	}
	b.view(func(r store.Reader) error {
		if got, err := work.FindAsset(r, "", "press 4"); got != b.asset {
			t.Errorf("asset: %s, %v", got, err)
		}
		return nil
	})
}
